"""The language between the owner of a data folder and other programs: JSON objects, one a line, over a local socket.

A client sends `{"id": 1, "do": "start", "with": {…}}` and gets one `{"id": 1, "result": {…}}` or `{"id": 1, "error": {…}}`;
before it, a request that streams gives any number of `{"id": 1, "number": 7, "event": {…}}`. The first request is `hello` with
version and token. Ids are the client's own, and requests of one connection overlap.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.api.large import dumps
from engine.model.issues import Issue, WeftError, failure, phrase
from engine.model.values import Json, JsonObject

VERSION = 1
MAX_REQUEST = 16 << 20
"""Longest line that the owner reads, in bytes."""

Emit = Callable[[int, JsonObject], None]
"""Takes an event and its number. Returns at once, and never raises."""

Handler = Callable[[str, JsonObject, Emit], Awaitable[JsonObject]]
"""Does what a request asks for: name, arguments, where its events go; gives the result. Raises WeftError."""

_JSON = json.JSONEncoder(separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Address:
    """Where an owner listens: the path of a Unix socket, or a port of 127.0.0.1."""

    path: str = ""
    port: int = 0

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read what `str` gives. Raises WeftError `owner.bad-address`."""
        kind, _, place = text.partition(":")
        if kind == "unix" and place:
            return cls(path=place)
        if kind == "tcp" and place.isdecimal() and int(place) < 65536:
            return cls(port=int(place))
        raise failure(
            "owner.bad-address",
            phrase("The owner of the data folder names no usable address: {text!r}.", text=text[:80]),
            "Start Weft again.",
        )

    def __str__(self) -> str:
        return f"unix:{self.path}" if self.path else f"tcp:{self.port}"


def encode(message: Mapping[str, Any]) -> bytes:
    """Return a message as a line."""
    return dumps(message, _JSON).encode() + b"\n"


def decode(line: bytes) -> JsonObject:
    """Return the message of a line. Raises WeftError `owner.not-understood` when it is no JSON object."""
    try:
        message = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise failure("owner.not-understood", "The line is not a JSON object.", "Speak the protocol of engine/server.")
    return message


def _no_number(name: str) -> Json:
    raise ValueError(name)


def error_json(error: WeftError) -> JsonObject:
    """Return an error as plain data: its first issue, and all of them as `issues` when there are several."""
    first: JsonObject = {**error.issue.as_json(phrases=True)}
    return {**first, "issues": [{**issue.as_json(phrases=True)} for issue in error.issues]} if len(error.issues) > 1 else first


def error_of(given: Json) -> WeftError:
    """Return the error that `error_json` described."""
    if not isinstance(given, dict):
        return failure(
            "owner.not-understood", "The owner of the data folder sent an error that cannot be read.", "Use one version of Weft."
        )
    issues = given.get("issues")
    return WeftError(*map(_issue, issues)) if isinstance(issues, list) and issues else WeftError(_issue(given))


def _issue(given: Json) -> Issue:
    return Issue.from_json({"code": "owner.not-understood", **(given if isinstance(given, dict) else {})})
