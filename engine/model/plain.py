"""What a document can hold: plain JSON values that every reader gets back exactly."""

from __future__ import annotations

import math
from typing import NamedTuple

from engine.model.issues import phrase
from engine.model.paths import Path

MAX_DEPTH = 100
"""Levels of mappings and lists in a document file."""

MAX_VALUE_DEPTH = 90
"""Levels in a single parameter or variable, so that it fits the file around it."""

MAX_DIGITS = 4000
"""Digits of a whole number; Python reads and writes a few more."""

_MAX_BITS = int(MAX_DIGITS * math.log2(10))


class Problem(NamedTuple):
    """Why a value cannot be kept, and where in it."""

    path: Path
    text: str


def problem(value: object, depth: int = MAX_VALUE_DEPTH, path: Path = ()) -> Problem | None:
    """Return the first reason why `value` cannot be in a document, or None when it can.

    Accepted are None, booleans, whole numbers, finite floats, text without lone surrogates, and lists and mappings (with
    text as keys) of these, at most `depth` levels deep.
    """
    kind = type(value)
    if kind is str:
        return _text_problem(str(value), path)
    if value is None or kind is bool:
        return None
    if kind is float or kind is int:
        return _number_problem(value, path)
    if not isinstance(value, dict | list):
        return Problem(path, phrase("{kind} is not plain data", kind=kind.__name__))
    if depth == 0:
        return Problem(path, phrase("the value is nested too deeply"))
    if isinstance(value, list):
        return next((bad for at, item in enumerate(value) if (bad := problem(item, depth - 1, (*path, at)))), None)
    for key, item in value.items():
        if type(key) is not str:
            return Problem(path, phrase("the key {key!r} is not text", key=key))
        if bad := _text_problem(key, (*path, key)) or problem(item, depth - 1, (*path, key)):
            return bad
    return None


def _text_problem(text: str, path: Path) -> Problem | None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return Problem(path, phrase("the text holds half of a character (a lone surrogate)"))
    return None


def _number_problem(value: object, path: Path) -> Problem | None:
    if isinstance(value, float) and not math.isfinite(value):
        return Problem(path, phrase("the number is not finite"))
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        return Problem(path, phrase("the number has more than {max_digits} digits", max_digits=MAX_DIGITS))
    return None
