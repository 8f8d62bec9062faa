"""Reads JSON that somebody else wrote: a script, a server. What comes back can be stored, sent on and written again."""

from __future__ import annotations

import json
import math
import re
from typing import NoReturn

from engine.api.large import loads
from engine.model.values import Json

MAX_DEPTH = 200
MAX_VALUES = 2_000_000
"""Values in one text. Each costs some 60 bytes here however short it is there."""
_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")


def parse_json(text: str, *, max_depth: int = MAX_DEPTH) -> Json:
    """Read a JSON text strictly.

    Raises:
        ValueError: it is not JSON, followed by more, nested deeper than `max_depth`, has more than MAX_VALUES values, NaN,
            numbers beyond what a float or 4300 digits hold, or halves of surrogate pairs.
    """
    if text.count(",") + text.count("[") + text.count("{") > MAX_VALUES:
        raise ValueError(f"it has more than {MAX_VALUES:,} values")
    try:
        value = loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError(f"it is nested deeper than {max_depth}") from None
    if deeper_than(max_depth, value):
        raise ValueError(f"it is nested deeper than {max_depth}")
    if _HALF_PAIR.search(text):
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def deeper_than(depth: int, value: Json) -> bool:
    """Tell whether a value has more than `depth` lists and objects inside each other. Works level by level."""
    level = [value]
    while level:
        if depth <= 0 and any(isinstance(one, (dict, list)) for one in level):
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


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is too large a number")
    return number
