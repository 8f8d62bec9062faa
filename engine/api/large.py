"""Large values: how to tell one, and how to read and write it as JSON so that other threads get their turn meanwhile.

One call of `json.dumps` or `json.loads` keeps Python's lock from its beginning to its end, which for 30 MB is half a second.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from engine.model.values import Json

LARGE = 64 * 1024
"""Characters of JSON from which on a value is large: work on it is done in a thread and in pieces."""
TOGETHER = 256
"""Items of a list that are written together when they are small."""
_SCALAR = 8
_HOLDERS = (dict, list, tuple)


def is_large(value: Any, limit: int = LARGE) -> bool:
    """Tell whether a value has more than about `limit` characters of JSON. Looks at no more than a part of that many."""
    if not isinstance(value, _HOLDERS):
        return isinstance(value, str) and len(value) > limit
    left = limit
    todo: list[Any] = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            left -= len(one)
        elif isinstance(one, _HOLDERS):
            left -= _SCALAR * len(one)
            if left >= 0:
                todo += one
                if isinstance(one, dict):
                    todo += one.values()
        if left < 0:
            return True
    return False


def pieces(value: Any, encoder: json.JSONEncoder) -> Iterator[str]:
    """Yield the text that `encoder.encode` gives for a value, a piece at a time. The encoder has no indent.

    Raises:
        TypeError, ValueError, RecursionError: as `encode`; a cycle is a RecursionError.
    """
    if not is_large(value):
        yield encoder.encode(value)
    elif isinstance(value, str):
        yield '"'
        for start in range(0, len(value), LARGE):
            yield encoder.encode(value[start : start + LARGE])[1:-1]
        yield '"'
    elif isinstance(value, dict):
        separator = "{"
        for key, item in value.items():
            yield separator + encoder.encode({key: None})[1 : -len("null}")]
            yield from pieces(item, encoder)
            separator = encoder.item_separator
        yield "}"
    elif isinstance(value, (list, tuple)):
        separator = "["
        for start in range(0, len(value), TOGETHER):
            part = value[start : start + TOGETHER]
            for group in [[one] for one in part] if is_large(part) else [part]:
                yield separator
                yield from pieces(group[0], encoder) if len(group) == 1 else (encoder.encode(group)[1:-1],)
                separator = encoder.item_separator
        yield "]"
    else:
        yield encoder.encode(value)


def dumps(value: Any, encoder: json.JSONEncoder) -> str:
    """Return what `encoder.encode` gives, while other threads get their turn."""
    return "".join(pieces(value, encoder))


def loads(text: str, **hooks: Callable[[str], Any]) -> Json:
    """Return what `json.loads` gives, while other threads get their turn: at each object and number of a long text.

    Raises:
        ValueError, RecursionError: as `json.loads`.
    """
    if len(text) > LARGE:
        hooks = {"object_hook": _as_it_is, "parse_int": _whole, **hooks}
    value: Json = json.loads(text, **hooks)  # type: ignore[arg-type]
    return value


def _as_it_is(found: Any) -> Any:
    return found


def _whole(digits: str) -> int:
    return int(digits)


def beginning(value: Json, length: int) -> str:
    """Return the first characters of a text, or of a value's JSON, without writing out the rest."""
    if isinstance(value, str):
        return value[:length]
    kept = ""
    for piece in pieces(value, _READABLE):
        kept += piece
        if len(kept) >= length:
            break
    return kept[:length]


_READABLE = json.JSONEncoder(ensure_ascii=False)
