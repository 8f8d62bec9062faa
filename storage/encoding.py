"""Plain values to the texts that databases hold, and back."""

from __future__ import annotations

import json
from typing import Any

from engine.api.large import LARGE, dumps, loads
from engine.model.values import Json

_READABLE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_decode = json.JSONDecoder().raw_decode  # json.loads looks for white space around each value, which takes as long again
_ASCII = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


def to_json(value: object) -> str:
    """Return `value` as compact JSON that any UTF-8 database can hold and that `from_json` turns back exactly.

    Raises:
        TypeError, ValueError, RecursionError: when `value` is not plain JSON (NaN and infinities are not).
    """
    text = dumps(value, _READABLE)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:  # half a surrogate pair: escaped, it is valid JSON and comes back as it was
            return dumps(value, _ASCII)
    return text


def from_json(text: str) -> Json:
    """Return the value of a JSON text that `to_json` made.

    Raises:
        ValueError: when it is no such text.
    """
    if text == "{}":  # most columns of most rows
        return {}
    if len(text) > LARGE:
        return loads(text)
    value: Json
    value, end = _decode(text)
    if end != len(text):
        raise ValueError("there is more behind the JSON value")
    return value


def clean(text: str) -> str:
    """Return `text` without what a database cannot hold: half surrogate pairs become `?`, NUL disappears."""
    if not text.isascii():
        text = text.encode(errors="replace").decode()
    return text.replace("\0", "") if "\0" in text else text


def optional_json(value: Any) -> str | None:
    """Return `value` as JSON, None as SQL's NULL."""
    return None if value is None else to_json(value)
