"""What is wrong with a value, in plain words: where it stands, what it is, and what is expected there.

pydantic and JSON schemas find such faults and describe them for programmers; none of their own words reach a user.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, Literal, NamedTuple, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from engine.api.params import inner_model
from engine.model.issues import Issue, both, either, phrase
from engine.model.paths import MISSING, Path, find, path_text

_LONGEST = 40
"""Characters of a text that are shown; a longer one is never cut, because half a secret would go unnoticed."""
_FEWEST_BITS = 140
"""Whole numbers of more bits are not written out."""

NOUNS: dict[str, str] = {
    **dict.fromkeys(("string_type", "string_sub_type", "string_unicode", "bytes_type", "url_type", "uuid_type"), phrase("text")),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), phrase("a whole number")),
    **dict.fromkeys(("float_type", "float_parsing", "decimal_type", "decimal_parsing", "fraction_type", "fraction_parsing"),
                    phrase("a number")),
    **dict.fromkeys(("complex_type", "complex_str_parsing"), phrase("a number")),
    "finite_number": phrase("a finite number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), phrase("true or false")),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type", "deque_type", "iterable_type"), phrase("a list")),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type", "dataclass_type", "dataclass_exact_type",
                     "named_tuple_type", "frozen_dict_type", "ordered_dict_type", "counter_type"), phrase("an object")),
    "none_required": "null",
    "secret": phrase("a secret as {$secret: NAME}"),
    **dict.fromkeys(("literal_error", "enum"), phrase("one of {expected}")),
    "union_tag_invalid": phrase("one of {expected_tags}"),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing"), phrase("a date such as 2026-01-31")),
    "date_from_datetime_inexact": phrase("a date without a time"),
    **dict.fromkeys(("time_type", "time_parsing"), phrase("a time such as 09:30")),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_object_invalid", "datetime_from_date_parsing"),
                    phrase("a date and time such as 2026-01-31T09:30:00+09:00")),
    **dict.fromkeys(("date_past", "datetime_past"), phrase("a time in the past")),
    **dict.fromkeys(("date_future", "datetime_future"), phrase("a time in the future")),
    "timezone_naive": phrase("a time without a time zone"),
    "timezone_aware": phrase("a time with a time zone"),
    **dict.fromkeys(("time_delta_type", "time_delta_parsing"), phrase("a number of seconds")),
    **dict.fromkeys(("url_parsing", "url_syntax_violation"), phrase("a web address such as https://example.com")),
    "url_scheme": phrase("a web address that begins with {expected_schemes}"),
    **dict.fromkeys(("uuid_parsing", "uuid_version"), phrase("a UUID")),
    **dict.fromkeys(("json_invalid", "json_type"), phrase("JSON text")),
    "string_not_ascii": phrase("text of ASCII characters"),
    "string_pattern_mismatch": phrase("text that matches `{pattern}`"),
}  # fmt: skip
"""What is expected, by pydantic's type of error: the value is something else."""

LIMITS: dict[str, tuple[str, str]] = {
    "greater_than": (phrase("is {value}, not more than {gt}"), phrase("Write a number{limits}.")),
    "greater_than_equal": (phrase("is {value}, less than {ge}"), phrase("Write a number{limits}.")),
    "less_than": (phrase("is {value}, not less than {lt}"), phrase("Write a number{limits}.")),
    "less_than_equal": (phrase("is {value}, more than {le}"), phrase("Write a number{limits}.")),
    "multiple_of": (phrase("is {value}, no multiple of {multiple_of}"), phrase("Write a multiple of {multiple_of}.")),
    "int_parsing_size": (phrase("has too many digits"), phrase("Write a smaller number.")),
    "decimal_max_digits": (phrase("has too many digits"), phrase("Write at most {max_digits}.")),
    "decimal_max_places": (phrase("has too many digits behind the point"), phrase("Write at most {decimal_places}.")),
    "decimal_whole_digits": (phrase("has too many digits before the point"), phrase("Write at most {whole_digits}.")),
    "string_too_short": (phrase("is {value}, which has too few characters"), phrase("Write at least {min_length}.")),
    "string_too_long": (phrase("is {value}, which has too many characters"), phrase("Write at most {max_length}.")),
    "bytes_too_short": (phrase("is {value}, which has too few characters"), phrase("Write at least {min_length}.")),
    "bytes_too_long": (phrase("is {value}, which has too many characters"), phrase("Write at most {max_length}.")),
    "url_too_long": (phrase("is {value}, which has too many characters"), phrase("Write at most {max_length}.")),
    "too_short": (phrase("has too few items"), phrase("Write at least {min_length}.")),
    "too_long": (phrase("has too many items"), phrase("Write at most {max_length}.")),
    "union_tag_not_found": (phrase("does not say of which kind it is"), phrase("Add {discriminator}.")),
    "timezone_offset": (phrase("is {value}, which is in another time zone"), phrase("Write it in the expected one.")),
    "recursion_loop": (phrase("is nested too deeply"), phrase("Make it flatter.")),
    "recursion_depth_exceeded": (phrase("is nested too deeply"), phrase("Make it flatter.")),
    **dict.fromkeys(
        ("value_error", "assertion_error"), (phrase("is {value}, which is not accepted: {error}"), phrase("Correct the value."))
    ),
}
"""What is wrong with a value of the right kind, and what to do, by pydantic's type of error."""

_THEIRS = frozenset(get_args(ErrorType))
_OTHER = (phrase("is {value}, which cannot be used"), phrase("See `weft nodes show` for what is expected here."))
_SECRET = (phrase("takes the name of a secret, never its value"),
           phrase("Write {$secret: NAME} and store the value with `weft secrets set NAME`."))  # fmt: skip


class Wrong(NamedTuple):
    """One fault. `path` leads to the value, or to where a missing one belongs; `location` is pydantic's."""

    kind: Literal["missing", "unknown", "invalid"]
    path: Path
    location: Path
    text: str
    remedy: str


def param_issues(error: ValidationError, values: Mapping[str, Any], model: type[BaseModel]) -> Iterator[Issue]:
    """Yield what pydantic found in the parameters of a node that is about to run."""
    for wrong in wrongs(error, values, model):
        yield Issue(f"param.{wrong.kind}", wrong.text, wrong.remedy, field=path_text(wrong.path))


def wrongs(
    error: ValidationError, values: Mapping[str, Any] | None, model: type[BaseModel], noun: str = phrase("parameter")
) -> Iterator[Wrong]:
    """Yield what pydantic found in values, one for each place; what the members of a union say is put together.

    Without values a path is pydantic's location, in which members of unions have names, too.
    """
    places: dict[Path, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        places.setdefault(detail["loc"] if values is None else _existing(values, detail["loc"]), []).append(detail)
    for path, details in places.items():
        own = [detail for detail in details if detail["type"] in ("missing", "extra_forbidden")]
        for detail in own:
            yield _misnamed(detail, path, model, noun)
        others = [detail for detail in details if detail not in own]
        deeper = any(len(place) > len(path) and place[: len(path)] == path for place in places)
        if others and not deeper:  # another member of the union fits better
            text, remedy = _invalid(others, path, _field_at(model, path))
            yield Wrong("invalid", path, others[0]["loc"], text, remedy)


def shown(value: object) -> str:
    """Return a value as a message shows it: what is short as it is, everything else by its kind and size."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        if not value:
            return phrase("an empty text")
        return repr(value) if len(value) <= _LONGEST else phrase("a text of {count:,} characters", count=len(value))
    if isinstance(value, int) and value.bit_length() > _FEWEST_BITS:
        return phrase("a whole number of {bits:,} bits", bits=value.bit_length())
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        return phrase("an object") if value else phrase("an empty object")
    if isinstance(value, list | tuple):
        return phrase("a list of {count:,}", count=len(value)) if value else phrase("an empty list")
    return phrase("something that is not data")


def nearest(name: str, known: Sequence[str]) -> str:
    """Return `Nearest: a, b.` for known names that look like one, else an empty text."""
    if len(name) > 3 * max(map(len, known), default=0):  # never half alike, and difflib takes a second to say so of 10 MB
        return ""
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    return phrase("Nearest: {near}.", near=", ".join(near)) if near else ""


def _misnamed(detail: ErrorDetails, path: Path, model: type[BaseModel], noun: str) -> Wrong:
    name = str(detail["loc"][-1])
    if detail["type"] == "missing":
        text = phrase("{place} is empty.", place=f"`{path_text((*path, name))}`")
        return Wrong("missing", (*path, name), detail["loc"], text, phrase("Give it a value."))
    row = _model_at(model, path[:-1])
    known = [field.alias or key for key, field in row.model_fields.items()] if row else []
    listed = phrase("There are: {known}.", known=", ".join(known)) if known else phrase("Remove it.")
    what = phrase("There is no {noun} {name!r}.", noun=noun, name=name)
    if len(path) > 1:
        what = phrase("`{place}` has no {name!r}.", place=path_text(path[:-1]), name=name)
    return Wrong("unknown", path, detail["loc"], what, nearest(name, known) or listed)


def _invalid(details: Sequence[ErrorDetails], path: Path, field: FieldInfo | None) -> tuple[str, str]:
    """Return text and remedy for a value of which pydantic says all this."""
    place = f"`{path_text(path)}`" if path else phrase("The value")
    limits = _limits(field)
    first = next((detail for detail in details if detail["type"] not in NOUNS), None)
    if first is not None:
        own = first["type"] not in _THEIRS  # an author's own error
        clause, remedy = LIMITS["value_error"] if own else LIMITS.get(first["type"], _OTHER)
        names = {name: _plain(value) for name, value in first.get("ctx", {}).items()}
        names |= {"value": shown(first["input"]), "limits": limits} | ({"error": _plain(first["msg"])} if own else {})
        return phrase("{place} {clause}.", place=place, clause=phrase(clause, **names)), phrase(remedy, **names)
    if [detail["type"] for detail in details] == ["secret"]:
        return phrase("{place} {clause}.", place=place, clause=_SECRET[0]), _SECRET[1]
    expected = dict.fromkeys(phrase(NOUNS[detail["type"]], **detail.get("ctx", {})) for detail in details)
    nouns = reduce(either, expected)
    value = details[0]["input"]
    allowed = [name for detail in details for name in re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))]
    near = nearest(value, allowed) if isinstance(value, str) else ""
    numeric = len(details) == 1 and nouns in ("a number", "a whole number", "a finite number")
    remedy = phrase("Write {nouns}{limits}.", nouns=nouns, limits=limits if numeric else "")
    what = phrase("is {value}, not {nouns}", value=shown(value), nouns=nouns)
    if allowed:
        what = phrase("cannot be {value}", value=shown(value))
    text = phrase("{place} {clause}.", place=place, clause=what)
    return text, phrase("{near} {remedy}", near=near, remedy=remedy) if near else remedy


def _plain(value: object) -> str:
    """Write what goes into a sentence: 60.0 as 60, and no full stop at the end."""
    return f"{value:,}".removesuffix(".0") if isinstance(value, int | float) else str(value).rstrip(".")


def _limits(field: FieldInfo | None) -> str:
    """Return the limits of a number as the end of `Write a number`."""
    marks = field.metadata if field else ()
    found = {
        name: _plain(getattr(mark, name)) for name in ("gt", "ge", "lt", "le") for mark in reversed(marks) if hasattr(mark, name)
    }
    if "ge" in found and "le" in found and "gt" not in found and "lt" not in found:
        return phrase(" from {ge} to {le}", **found)
    low, high = next(filter(found.get, ("gt", "ge")), ""), next(filter(found.get, ("lt", "le")), "")
    limits = [phrase(_LIMIT[name], value=found[name]) for name in (low, high) if name]
    return phrase(" of {limits}", limits=reduce(both, limits)) if limits else ""


_LIMIT = {
    "gt": phrase("more than {value}"), "ge": phrase("at least {value}"), "lt": phrase("less than {value}"),
    "le": phrase("at most {value}"),
}  # fmt: skip


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """Return the model of the rows or the object at a path; the model itself at an empty one."""
    found: type[BaseModel] | None = model
    for key in path:
        if isinstance(key, str) and found is not None:
            field = _field(found, key)
            found = inner_model(field.annotation) if field else None
    return found


def _field_at(model: type[BaseModel], path: Path) -> FieldInfo | None:
    row = _model_at(model, path[:-1])
    return _field(row, str(path[-1])) if row and path and isinstance(path[-1], str) else None


def _field(model: type[BaseModel], name: str) -> FieldInfo | None:
    found = model.model_fields.get(name)
    return found or next((field for field in model.model_fields.values() if field.alias == name), None)


def _existing(values: Mapping[str, Any], location: Path) -> Path:
    """Return the part of pydantic's location that is a path in the values: union members and the like are left out."""
    path: Path = ()
    for key in location:
        if find(dict(values), (*path, key)) is not MISSING:
            path = (*path, key)
    return path
