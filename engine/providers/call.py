"""One call of a model over one `openai` client: body, answer, errors, and servers that lack an option."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from engine.api.models import ChatRequest, Message, ModelError, OnToken
from engine.model.foreign import foreign
from engine.model.issues import phrase
from engine.model.values import JsonObject
from engine.providers import errors
from engine.providers.config import ProviderConfig
from engine.providers.structured import ask_in_words, response_format
from engine.providers.wire import Answer, NotAnAnswerError, ServerSaysError, TooBigError, read_events, read_whole

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

_SCHEMA, _USAGE = "response_format", "stream_options"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model at a provider, ready to be called.

    `context` is in tokens. `root` is the address of a server that can count tokens, else empty. `refused` holds the
    options that this model's server is known to refuse; calls add to it.
    """

    client: AsyncOpenAI
    provider: ProviderConfig
    model: str
    key: str = ""
    context: int | None = None
    root: str = ""
    refused: set[str] = field(default_factory=set)


async def ask(
    endpoint: Endpoint, request: ChatRequest, messages: Sequence[Message], on_token: OnToken | None, limit: int
) -> Answer:
    """Send a conversation and return the model's answer, which is not empty.

    A server that refuses `response_format` or `stream_options` is asked again without; the schema then goes into the
    prompt. `limit` is in bytes.
    """
    body = _body(endpoint, request, messages)
    try:
        return await _send(endpoint, body, on_token, limit)
    except ModelError as error:
        option = _suspect(body, error)
        if not option:
            raise
        endpoint.refused.add(option)
        try:
            return await ask(endpoint, request, messages, on_token, limit)
        except ModelError as second:
            if second.issue.code == "model.bad-request":
                endpoint.refused.discard(option)
                raise error from None
            raise


def _suspect(body: JsonObject, error: ModelError) -> str:
    """Return the option that a server may have refused the body for, or an empty text."""
    if error.issue.code != "model.bad-request":
        return ""
    if _USAGE in body and _USAGE in error.issue.text:
        return _USAGE
    return _SCHEMA if _SCHEMA in body else ""


def _body(endpoint: Endpoint, request: ChatRequest, messages: Sequence[Message]) -> JsonObject:
    in_words = request.schema is not None and _SCHEMA in endpoint.refused
    turns = ask_in_words(messages, request.schema) if in_words and request.schema is not None else messages
    body: JsonObject = {
        "model": endpoint.model,
        "messages": [{"role": turn.role, "content": turn.content} for turn in turns],
        "stream": request.stream,
    }
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.seed is not None:
        body["seed"] = request.seed
    if request.max_tokens is not None:
        # OpenAI's newer models know only the second name, most other servers only the first.
        body["max_completion_tokens" if endpoint.provider.kind == "openai" else "max_tokens"] = request.max_tokens
    if request.stop:
        body["stop"] = list(request.stop)
    if request.stream and _USAGE not in endpoint.refused:
        body[_USAGE] = {"include_usage": True}
    if request.schema is not None and not in_words:
        body[_SCHEMA] = response_format(request.schema)
    return body


async def _send(endpoint: Endpoint, body: JsonObject, on_token: OnToken | None, limit: int) -> Answer:
    answer = Answer()
    options: dict[str, Any] = body
    with clear_errors(endpoint, answer, limit):
        async with endpoint.client.chat.completions.with_streaming_response.create(**options) as response:
            read = read_events if "event-stream" in response.headers.get("content-type", "") else read_whole
            async with aclosing(cast("AsyncGenerator[bytes]", response.iter_bytes())) as pieces:
                await read(pieces, answer, on_token, limit)
    if not answer.ended:
        raise errors.cut_stream(endpoint.provider, len(answer.text))
    if not answer.text.strip():
        raise _nothing(endpoint.provider, answer)
    return answer


@contextmanager
def clear_errors(endpoint: Endpoint, answer: Answer | None = None, limit: int = 0) -> Iterator[None]:
    """Turn what client and reader raise into `ModelError`. The chain is cut: a server may repeat the key in its error."""
    import openai
    from httpx2 import DecodingError, TransportError

    provider = endpoint.provider
    try:
        yield
    except openai.APIStatusError as error:
        raise _status_error(endpoint, error) from None
    except openai.APIConnectionError as error:
        cause = error.__cause__ or error
        raise errors.unreachable(provider, foreign(cause) or type(cause).__name__) from None
    except ServerSaysError as error:
        message = _redacted(endpoint, str(error))
        raise errors.status_error(provider, endpoint.model, error.status, message, kind=error.kind) from None
    except TransportError:
        raise errors.cut_stream(provider, len(answer.text) if answer else 0) from None
    except TooBigError:
        raise errors.too_big(provider, limit) from None
    except (NotAnAnswerError, DecodingError, openai.APIError) as error:
        raise errors.not_an_answer(provider, _redacted(endpoint, str(error))) from None


def _status_error(endpoint: Endpoint, error: APIStatusError) -> ModelError:
    body = error.body if isinstance(error.body, dict) else {}
    kind = next((body[key] for key in ("code", "type") if isinstance(body.get(key), str)), "")
    message = _redacted(endpoint, str(body.get("message") or (error.body if isinstance(error.body, str) else "")))
    headers = error.response.headers
    return errors.status_error(endpoint.provider, endpoint.model, error.status_code, message, headers, kind)


def _nothing(provider: ProviderConfig, answer: Answer) -> ModelError:
    if answer.refusal or answer.finish_reason == "content_filter":
        why = f": {errors.sentence(answer.refusal)}" if answer.refusal else phrase(" (content filter).")
        text = phrase("The model at {provider} refuses to answer{why}", provider=provider.name, why=why)
        return errors.model_error("refused", text, "Change the prompt.", field="messages")
    text = phrase(
        "{provider} gave an empty answer (finish reason: {finish_reason}).",
        provider=provider.name,
        finish_reason=answer.finish_reason or "none",
    )
    remedy = phrase("Check stop sequences and maximum tokens, or change the prompt.")
    return errors.model_error("empty", text, remedy, retryable=True)


def _redacted(endpoint: Endpoint, text: str) -> str:
    return text.replace(endpoint.key, "[key]") if endpoint.key else text
