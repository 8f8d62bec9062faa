"""Makes sure that what a step returns is plain JSON before anything else sees it, so that it is the same after a restart."""

from __future__ import annotations

import json
import math
from typing import Any

from engine.model.issues import WeftError, failure, phrase
from engine.model.refs import REF_KEY
from engine.model.values import Json
from resources.language import Phrase

MAX_DEPTH = 200
MAX_BITS = 4096
LINE = 200
"""Characters of a summary."""


def as_plain(value: Any, where: str = "", depth: int = 0) -> Json:
    """Return `value` as JSON data: tuples become lists, everything else is taken as it is.

    Raises:
        WeftError: `output.not-json`, naming the place, for other types, NaN, infinity, half surrogate pairs, keys that are no
            text, and nesting deeper than `MAX_DEPTH` (a cycle, too).
    """
    kind = type(value)
    if kind is str:
        if not value.isascii():
            _check_text(value, where)
        return value  # type: ignore[no-any-return]
    if kind is int and value.bit_length() > MAX_BITS:
        raise _refused(
            where,
            phrase("a whole number of {bits:,} bits is too large", bits=value.bit_length()),
            phrase("Give a smaller number, or text."),
        )
    if value is None or kind is bool or kind is int:
        return value  # type: ignore[no-any-return]
    if kind is float:
        if not math.isfinite(value):
            raise _refused(where, phrase("{value} is no finite number", value=value), phrase("Give a finite number, or null."))
        return value  # type: ignore[no-any-return]
    if depth >= MAX_DEPTH:
        raise _refused(where, phrase("it is nested deeper than {max_depth} levels", max_depth=MAX_DEPTH))
    if isinstance(value, dict):
        return {_key(key, where): as_plain(item, f"{where}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(item, f"{where}[{index}]", depth + 1) for index, item in enumerate(value)]
    if isinstance(value, str | int | float):
        return as_plain(_base(value), where, depth)
    raise _refused(where, phrase("{kind} is no JSON type", kind=kind.__name__))


def as_text(value: Json) -> str:
    """Return a value as people and models read it: text as it is, null as nothing, everything else as indented JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)


def one_line(*parts: Json) -> str:
    """Return values as the beginning of one line of text, for a node's summary; phrases among them stay some.

    What stands in a file is shown by the name of the file.
    """
    shown = [part if isinstance(part, Phrase) else " ".join(as_text(_file_name(part))[:LINE].split()) for part in parts]
    values = {f"part_{number}": part for number, part in enumerate(shown) if part}
    line = phrase(" ".join(f"{{{name}}}" for name in values), **values)
    return Phrase(line[:LINE], line.template, line.values)


def _file_name(value: Json) -> Json:
    """Return the name of the file that a reference leads to; anything else as it is."""
    place = value.get(REF_KEY) if isinstance(value, dict) else None
    if not isinstance(place, str):
        return value
    path, _, inside = place.partition("#")
    return path.rpartition("/")[2] or inside.rpartition("/")[2]


def choice(value: Json) -> Json:
    """Return what is chosen in a field, so that it is shown as the field shows it; anything else as it is."""
    is_one = isinstance(value, str) and value.isidentifier()
    return Phrase(str(value), str(value).replace("_", " ").capitalize()) if is_one else value


def _base(value: str | int | float) -> str | int | float:
    for kind in (str, int, float):
        if isinstance(value, kind):
            return kind(value)
    return value


def _key(key: Any, where: str) -> str:
    if not isinstance(key, str):
        raise _refused(where, phrase("its key {key!r} is not text", key=key))
    _check_text(key, where)
    return str(key)


def _check_text(text: str, where: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _refused(where, phrase("the text holds half of a surrogate pair")) from None


def _refused(where: str, why: str, remedy: str = phrase("Return text, numbers, booleans, lists and objects.")) -> WeftError:
    place = phrase("The output at {where}", where=where.lstrip(".")) if where.strip(".") else phrase("The output")
    return failure("output.not-json", phrase("{place} cannot be stored: {why}.", place=place, why=why), remedy)
