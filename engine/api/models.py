"""What a node type sees of language models: one chat call, whatever the provider. `engine.providers` implements it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from engine.model.issues import WeftError
from engine.model.values import Json, JsonObject

Role = Literal["system", "user", "assistant"]
OnToken = Callable[[str], None]


class ModelError(WeftError):
    """Something that has to do with models failed. Codes start with `model.`, or `schema.` for a bad schema of the answer."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call of a model.

    An empty `model` means the provider's default. `schema` is a JSON schema that the answer has to meet; an answer that does
    not is sent back with the error at most `repairs` times. What is None is left to the server. `max_tokens` caps the
    answer, `timeout` is in seconds for the whole call, repairs and the start of a local model included. `stream=False` asks
    the server for one piece, for servers that cannot stream.
    """

    provider: str
    model: str
    messages: Sequence[Message]
    schema: JsonObject | None = None
    temperature: float | None = None
    seed: int | None = None
    max_tokens: int | None = None
    stop: Sequence[str] = ()
    stream: bool = True
    repairs: int = 0
    timeout: float = 600.0


@dataclass(frozen=True, slots=True)
class ChatReply:
    """A model's answer.

    `parsed` is the checked JSON value when the request had a schema, else None. `finish_reason` is the server's word;
    `length` means that the answer was cut at the token limit. Tokens are summed over `calls`, the first answer and its
    repairs.
    """

    text: str
    parsed: Json
    model: str
    finish_reason: str
    prompt_tokens: int
    completion_tokens: int
    calls: int = 1


class Models(Protocol):
    """Access to models. All methods raise `ModelError`."""

    async def chat(self, request: ChatRequest, on_token: OnToken | None = None) -> ChatReply:
        """Ask a model and return its whole answer.

        `on_token` gets the pieces of the first answer as they arrive, on the caller's event loop; a repaired answer is only
        in the reply. Cancelling the task closes the connection at once.

        Raises:
            ModelError: for the set-up `model.unknown-provider`, `model.bad-provider`, `model.not-chosen`,
                `model.missing-secret`, `model.prompt-too-long`; for the server `model.auth`,
                `model.not-found`, `model.bad-request`, `model.rate-limited`, `model.no-credit`, `model.server-error`,
                `model.unreachable`, `model.redirected`, `model.timeout`, `model.cut-stream`; for the answer
                `model.answer-too-long`, `model.bad-answer`, `model.empty`, `model.refused`, `model.invalid-json`; for
                local models `model.not-installed`, `model.no-memory`, `model.load-failed`, `model.crashed`.
        """
        ...

    async def list_models(self, provider: str) -> Sequence[str]:
        """Return the ids of the models that a provider offers, sorted; of `local`, those that are installed."""
        ...

    async def count_tokens(self, provider: str, model: str, messages: Sequence[Message]) -> int:
        """Return the length of a prompt in tokens: exact for local models, else an estimate."""
        ...

    async def context_size(self, provider: str, model: str) -> int | None:
        """Return how many tokens prompt and answer may have together, or None when nobody knows."""
        ...
