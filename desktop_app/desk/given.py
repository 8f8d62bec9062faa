"""What requests are given, read with care: it comes from other programs too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from engine.model.issues import WeftError, failure, phrase
from engine.model.values import JsonObject
from engine.server.protocol import Emit

SAME_VERSION = phrase("Use the same version of Weft in both programs.")

Request: TypeAlias = Callable[[JsonObject, Emit], Awaitable[JsonObject]]
Requests: TypeAlias = Mapping[str, Request]


def aside(work: Callable[[JsonObject], JsonObject]) -> Request:
    """Return the request that does its work in a thread."""

    async def request(given: JsonObject, _emit: Emit) -> JsonObject:
        return await asyncio.to_thread(work, given)

    return request


def text(given: JsonObject, name: str, default: str | None = None) -> str:
    """Return a text. Raises WeftError `owner.bad-request` when it is none, or missing without a default."""
    value = given.get(name, default)
    if not isinstance(value, str):
        raise bad(name)
    return value


def texts(given: JsonObject, name: str) -> list[str]:
    """Return a list of texts, empty when it is not given. Raises WeftError `owner.bad-request`."""
    value = given.get(name, [])
    if not isinstance(value, list):
        raise bad(name)
    if not all(isinstance(one, str) for one in value):
        raise bad(name)
    return [str(one) for one in value]


def flag(given: JsonObject, name: str) -> bool:
    """Tell whether something is asked for."""
    return given.get(name) is True


def number(given: JsonObject, name: str, default: int) -> int:
    """Return a whole number, the default when there is none."""
    value = given.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def mapping(given: JsonObject, name: str) -> JsonObject:
    """Return an object, empty when it is not given. Raises WeftError `owner.bad-request`."""
    value = given.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad(name)
    return value


def bad(name: str) -> WeftError:
    """Return the error for what is missing or of another form."""
    return failure("owner.bad-request", phrase("The request lacks {name!r}.", name=name), SAME_VERSION)
