"""Reads the frame that a script's process writes: data of an unknown author, which may be anything."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import NoReturn, cast

from engine.api.scripts import ScriptError, ScriptLimits
from engine.model.values import Json

MAX_VALUES = 2_000_000
"""Values in a result. Each costs some 60 bytes here however short it is there."""
MAX_TEXT = 16_000
_LONE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


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
        raise BadFrameError("the script left no result")
    if len(raw) > limits.result:
        raise BadFrameError(f"the result is longer than {limits.result:,} bytes")
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") > MAX_VALUES:
        raise BadFrameError(f"the result has more than {MAX_VALUES:,} values")
    try:
        content = json.loads(raw.decode("ascii"), parse_constant=_refuse, parse_float=_finite)
        if _LONE_SURROGATE.search(raw):
            json.dumps(content, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise BadFrameError(f"the result is nested deeper than {limits.depth}") from None
    except ValueError as error:
        raise BadFrameError(f"the result is not plain JSON: {str(error)[:200]}") from None
    return _frame(content, limits)


def _frame(content: object, limits: ScriptLimits) -> Frame:
    if isinstance(content, dict):
        if set(content) == {"result"}:
            if _deeper_than(limits.depth, content["result"]):
                raise BadFrameError(f"the result is nested deeper than {limits.depth}")
            return Frame(result=cast("Json", content["result"]))
        if set(content) == {"bad"}:
            return Frame(bad=_text(content["bad"]))
        if set(content) <= {"error", "exit"} and isinstance(error := content.get("error"), dict):
            return Frame(error=_error(error), errno=_number(error.get("errno")))
    raise BadFrameError("the result was not written by Weft")


def _error(error: dict[str, object]) -> ScriptError:
    return ScriptError(
        _text(error.get("type")), _text(error.get("message")), _number(error.get("line")), _number(error.get("column")),
        _text(error.get("traceback")),
    )  # fmt: skip


def _text(value: object) -> str:
    return value[:MAX_TEXT] if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 1 << 31 else None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is too large a number")
    return number


def _deeper_than(depth: int, value: Json) -> bool:
    """Go through a value level by level, without recursion."""
    level = [value]
    while level:
        if depth <= 0:
            return True
        inner: list[Json] = []
        for one in level:
            if isinstance(one, dict):
                inner.extend(part for part in one.values() if isinstance(part, (dict, list)))
            elif isinstance(one, list):
                inner.extend(part for part in one if isinstance(part, (dict, list)))
        level = inner
        depth -= 1
    return False
