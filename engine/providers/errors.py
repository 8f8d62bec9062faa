"""What can go wrong in a model call, as errors that say provider, cause and remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.api.models import ModelError
from engine.api.replies import retry_after
from engine.model.issues import Issue, phrase, phrase_n
from engine.providers.config import ProviderConfig
from resources.language import Phrase

_SHOWN = 300
"""Characters of a server's message or a model's answer that an error shows."""
_TOO_LONG = re.compile(r"context[_ ](length|size|window)|maximum context|prompt is too long", re.IGNORECASE)


def shorten(text: str, limit: int = _SHOWN) -> str:
    """Return the text on one line and cut to `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def sentence(text: str, limit: int = _SHOWN) -> str:
    """Return the text shortened and with an end, to close an error's text with."""
    if isinstance(text, Phrase):
        return phrase("{text}.", text=text)
    line = shorten(text, limit)
    return line if line.endswith((".", "…", "!", "?")) else f"{line}."


def model_error(
    code: str, text: str, remedy: str, *, retryable: bool = False, retry_after: float | None = None, field: str = ""
) -> ModelError:
    """Build a `ModelError` from one issue; `code` comes without its `model.`, and `field` is one of `ChatRequest`."""
    return ModelError(Issue(f"model.{code}", text, remedy, field=field), retryable=retryable, retry_after=retry_after)


def status_error(
    provider: ProviderConfig, model: str, status: int, message: str, headers: Mapping[str, str] | None = None, kind: str = ""
) -> ModelError:
    """Translate an HTTP status of at least 300.

    `message` is the server's, already without the key; `kind` is the error's code or type in the body, where it has one.
    """
    headers = headers or {}
    wait = retry_after(headers.get("retry-after", ""))
    said = f": {sentence(message)}" if message else "."
    if status < 400:
        target = headers.get("location", phrase("another address"))
        text = phrase(
            "{provider} sends the call on to {target} ({status}), which is not followed.",
            provider=provider.name,
            target=shorten(target),
            status=status,
        )
        return model_error("redirected", text, "Set the provider's base URL to its final address.", field="provider")
    if status in (401, 403):
        return _key_error(provider, status)
    if status == 404 or kind == "model_not_found":
        text = phrase(
            "{provider} does not know the model '{model}'{place} ({status}).",
            provider=provider.name,
            model=model,
            place=_place(provider),
            status=status,
        )
        return model_error("not-found", text, "Choose one of the provider's models and check its base URL.", field="model")
    if status == 413 or "context" in kind or (status in (400, 422) and _TOO_LONG.search(message)):
        text = phrase(
            "{provider} says that the prompt is too long for '{model}'{said}", provider=provider.name, model=model, said=said
        )
        remedy = phrase("Shorten the prompt or choose a model with a larger context.")
        return model_error("prompt-too-long", text, remedy, field="messages")
    if status == 429 and kind == "insufficient_quota":
        text = phrase("The account at {provider} is used up{said}", provider=provider.name, said=said)
        return model_error("no-credit", text, "Check its plan and billing.", field="provider")
    if status == 429:
        remedy = (
            phrase("Wait and try again, or let the node retry.")
            if wait is None
            else phrase("Try again in {wait:g} s.", wait=wait)
        )
        text = phrase("{provider} limits the rate of calls (429){said}", provider=provider.name, said=said)
        return model_error("rate-limited", text, remedy, retryable=True, retry_after=wait)
    if status == 408:
        text = phrase("{provider} gave up waiting (408){said}", provider=provider.name, said=said)
        return model_error("timeout", text, "Try again.", retryable=True, retry_after=wait)
    if status >= 500:
        text = phrase("{provider} failed ({status}){said}", provider=provider.name, status=status, said=said)
        fault = status != 501
        return model_error("server-error", text, "Try again later.", retryable=fault, retry_after=wait)
    return model_error(
        "bad-request",
        phrase("{provider} refused the call ({status}){said}", provider=provider.name, status=status, said=said),
        "Change what it complains about.",
    )


def _key_error(provider: ProviderConfig, status: int) -> ModelError:
    if not provider.secret:
        text = phrase("{provider} wants a key ({status}) and none is set up.", provider=provider.name, status=status)
        return model_error("auth", text, "Name a secret in the provider's settings and store the key there.", field="provider")
    text = phrase(
        "{provider} does not accept the key in the secret '{secret}' ({status}).",
        provider=provider.name,
        secret=provider.secret,
        status=status,
    )
    return model_error(
        "auth", text, phrase("Store a valid key with `weft secrets set {secret}`.", secret=provider.secret), field="provider"
    )


def missing_secret(provider: ProviderConfig) -> ModelError:
    """The provider needs a key and there is none."""
    also = phrase(" or set {variable}", variable=provider.variable) if provider.variable else ""
    text = phrase("{provider} needs a key, and there is no secret '{secret}'.", provider=provider.name, secret=provider.secret)
    return model_error(
        "missing-secret",
        text,
        phrase("Store it with `weft secrets set {secret}`{also}.", secret=provider.secret, also=also),
        field="provider",
    )


def unusable_secret(provider: ProviderConfig) -> ModelError:
    """The secret holds something that no HTTP header can carry."""
    text = phrase(
        "The secret '{secret}' for {provider} holds characters that no key has.", secret=provider.secret, provider=provider.name
    )
    return model_error(
        "auth", text, phrase("Store the key again with `weft secrets set {secret}`.", secret=provider.secret), field="provider"
    )


def unreachable(provider: ProviderConfig, reason: str) -> ModelError:
    """No connection: refused, unknown host, TLS."""
    text = phrase(
        "{provider} cannot be reached{place}: {reason}",
        provider=provider.name,
        place=_place(provider),
        reason=sentence(reason or phrase("no connection")),
    )
    remedy = phrase("Check that it runs, its base URL and the network.")
    return model_error("unreachable", text, remedy, retryable=True, field="provider")


def _place(provider: ProviderConfig) -> str:
    return phrase(" at {base_url}", base_url=provider.base_url) if provider.base_url else ""


def cut_stream(provider: ProviderConfig, received: int) -> ModelError:
    """The connection ended before the answer did; `received` counts its characters."""
    text = phrase(
        "The connection to {provider} ended in the middle of the answer, after {characters}.",
        provider=provider.name,
        characters=phrase_n("{count:,} character", "{count:,} characters", received),
    )
    return model_error("cut-stream", text, "Try again.", retryable=True)


def timed_out(provider: ProviderConfig, model: str, seconds: float) -> ModelError:
    """The whole call took longer than allowed."""
    text = phrase(
        "{provider} did not finish the answer of '{model}' within {seconds:g} s.",
        provider=provider.name,
        model=model,
        seconds=seconds,
    )
    return model_error("timeout", text, "Allow more time, or ask for a shorter answer.", retryable=True, field="timeout")


def too_big(provider: ProviderConfig, limit: int) -> ModelError:
    """The answer is larger than `limit` bytes."""
    text = phrase(
        "The answer of {provider} is larger than {limit:g} MB and was dropped.", provider=provider.name, limit=limit / 1e6
    )
    return model_error("answer-too-long", text, "Set a maximum number of tokens.", field="max_tokens")


def not_an_answer(provider: ProviderConfig, start: str) -> ModelError:
    """The server answered with something that is no chat completion."""
    text = phrase(
        "{provider} answered with something else than a chat completion: {start}",
        provider=provider.name,
        start=sentence(start or phrase("nothing"), 120),
    )
    return model_error("bad-answer", text, "Check the provider's base URL; it often ends in /v1.", field="provider")

