"""Reading the body of a chat completion, in one piece or as a stream of events, with a limit on its size.

The `openai` client's own reader is not used because it keeps an answer of any size in memory.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from engine.api.models import OnToken


class TooBigError(Exception):
    """The answer is larger than the limit."""


class NotAnAnswerError(Exception):
    """The body is no chat completion; the message is its start."""


class ServerSaysError(Exception):
    """An error that the server sent after the answer had begun."""

    def __init__(self, message: str, status: int, kind: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind


@dataclass(slots=True)
class Answer:
    """What one call gave so far. `ended` tells that the server said so; token counts are None until the server tells them."""

    pieces: list[str] = field(default_factory=list)
    finish_reason: str = ""
    ended: bool = False
    refusal: str = ""
    model: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None

    @property
    def text(self) -> str:
        """The text that has arrived."""
        return "".join(self.pieces)


async def read_whole(body: AsyncIterator[bytes], answer: Answer, on_token: OnToken | None, limit: int) -> None:
    """Fill `answer` from a JSON body of at most `limit` bytes."""
    data = bytearray()
    async for piece in body:
        data += piece
        if len(data) > limit:
            raise TooBigError
    if not data:
        return
    _take(_load(bytes(data)), answer, on_token)
    answer.ended = True


async def read_events(body: AsyncIterator[bytes], answer: Answer, on_token: OnToken | None, limit: int) -> None:
    """Fill `answer` from server-sent events whose text is at most `limit` bytes.

    Only what OpenAI's format uses: each event is one `data:` line of JSON, the last one is `[DONE]`. `answer` keeps what
    arrived when the connection breaks.
    """
    rest = bytearray()
    size = 0
    async for piece in body:
        *lines, tail = piece.split(b"\n")
        for line in lines:
            rest += line
            size += _event(bytes(rest), answer, on_token)
            rest.clear()
        rest += tail
        if size > limit or len(rest) > limit:
            raise TooBigError
    _event(bytes(rest), answer, on_token)


def _event(line: bytes, answer: Answer, on_token: OnToken | None) -> int:
    """Take one line of the stream and return the bytes of answer in it."""
    if not line.startswith(b"data:"):
        if line.startswith(b"error:"):
            _take(_load(line[6:]), answer, on_token)
        return 0
    data = line[5:].strip()
    if data == b"[DONE]":
        answer.ended = True
        return 0
    return _take(_load(data), answer, on_token)


def _load(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise NotAnAnswerError(data[:500].decode(errors="replace"))
    return value


def _take(value: dict[str, Any], answer: Answer, on_token: OnToken | None) -> int:
    if error := value.get("error"):
        raise _server_says(error)
    if not isinstance(choices := value.get("choices"), list):
        raise NotAnAnswerError(json.dumps(value)[:500])
    answer.model = _text(value.get("model")) or answer.model
    _take_usage(value.get("usage"), answer)
    if not choices or not isinstance(choices[0], dict):
        return 0
    choice = choices[0]
    answer.finish_reason = _text(choice.get("finish_reason")) or answer.finish_reason
    answer.ended = answer.ended or bool(answer.finish_reason)
    part = choice.get("delta") or choice.get("message") or {}
    if not isinstance(part, dict):
        return 0
    answer.refusal += _text(part.get("refusal"))
    data = _text(part.get("content")).encode(errors="replace")  # A lone surrogate could not be stored.
    if data:
        answer.pieces.append(data.decode())
        if on_token:
            on_token(answer.pieces[-1])
    return len(data)


def _take_usage(usage: object, answer: Answer) -> None:
    if isinstance(usage, dict):
        prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
        answer.prompt_tokens = prompt if isinstance(prompt, int) else answer.prompt_tokens
        answer.completion_tokens = completion if isinstance(completion, int) else answer.completion_tokens


def _server_says(error: object) -> ServerSaysError:
    if not isinstance(error, dict):
        return ServerSaysError(_text(error), 500, "")
    code = error.get("code")
    status = code if isinstance(code, int) and 400 <= code < 600 else 500
    return ServerSaysError(_text(error.get("message")), status, _text(code) or _text(error.get("type")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
