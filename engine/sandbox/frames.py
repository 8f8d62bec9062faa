"""Reads the frame that a script's process writes: data of an unknown author, which may be anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.api.scripts import ScriptError, ScriptLimits
from engine.api.untrusted import parse_json
from engine.model.issues import phrase
from engine.model.values import Json

MAX_TEXT = 16_000


class BadFrameError(Exception):
    """The frame is not what a script's process writes; the message says why."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A script's own account of its end: a result, an error, or why the result could not be written."""

    result: Json = None
    error: ScriptError | None = None
    bad: str = ""
    errno: int | None = None


def parse_frame(raw: bytes, limits: ScriptLimits) -> Frame:
    """Read a frame.

    Raises:
        BadFrameError: it is missing, too long, too deep, not JSON, not ASCII, followed by more, or has another shape.
    """
    if not raw:
        raise BadFrameError(phrase("the script left no result"))
    if len(raw) > limits.result:
        raise BadFrameError(phrase("the result is longer than {result:,} bytes", result=limits.result))
    try:
        # The frame itself is one level around the result.
        content = parse_json(raw.decode("ascii"), max_depth=limits.depth + 1)
    except ValueError as error:
        raise BadFrameError(phrase("the result is not plain JSON: {error}", error=str(error)[:200])) from None
    return _frame(content)


def _frame(content: Json) -> Frame:
    if isinstance(content, dict):
        if set(content) == {"result"}:
            return Frame(result=content["result"])
        if set(content) == {"bad"}:
            return Frame(bad=_text(content["bad"]))
        if set(content) <= {"error", "exit"} and isinstance(error := content.get("error"), dict):
            return Frame(error=_error(error), errno=_number(error.get("errno")))
    raise BadFrameError(phrase("the result was not written by Weft"))


def _error(error: Mapping[str, object]) -> ScriptError:
    return ScriptError(
        _text(error.get("type")), _text(error.get("message")), _number(error.get("line")), _number(error.get("column")),
        _text(error.get("traceback")),
    )  # fmt: skip


def _text(value: object) -> str:
    return value[:MAX_TEXT] if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 1 << 31 else None
