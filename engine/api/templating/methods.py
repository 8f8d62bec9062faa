"""The methods of texts, lists and objects that templates may call, and the operators, each with a bound on its cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from string import Formatter
from typing import Any, cast

from engine.api.plain import MAX_BITS
from engine.api.templating.limits import MAX_WIDTH, TemplateFailure, budget, kind, too_large
from engine.api.templating.values import Method, Missing, built, text
from engine.model.issues import phrase

_BACKWARD_SEARCH = 100
"""Longest text to look for from the end: Python's backward search takes length times length in the worst case."""


def _replace(value: str, old: str, new: str, count: int = -1) -> str:
    times = value.count(old) if count < 0 else min(count, value.count(old))
    budget().make(len(value) + times * len(new))
    return value.replace(old, new, count)


def _join(value: str, parts: Sequence[object]) -> str:
    return join(parts, value)


def _rsplit(value: str, sep: str | None = None, maxsplit: int = -1) -> list[str]:
    _short(sep)
    return value.rsplit(sep, maxsplit)


def _rpartition(value: str, sep: str) -> tuple[str, str, str]:
    _short(sep)
    return value.rpartition(sep)


def _short(sep: str | None) -> None:
    if sep is not None and len(sep) > _BACKWARD_SEARCH:
        raise TemplateFailure("template.failed", "The text to split at is too long.")


def _padded(name: str) -> Callable[..., str]:
    pad: Callable[..., str] = getattr(str, name)

    def padded(value: str, width: int, *fill: str) -> str:
        if width > MAX_WIDTH:
            raise too_wide(width)
        return pad(value, width, *fill)

    return padded


def too_wide(width: object) -> TemplateFailure:
    """Build the failure for a width or precision beyond any page."""
    return TemplateFailure(
        "template.too-large",
        phrase("A width of {width} is too large; {max_width} is the most.", width=width, max_width=MAX_WIDTH),
    )


def _format(value: str, *args: object, **kwargs: object) -> str:
    return _PlainFormatter().vformat(value, args, kwargs)


_PLAIN_METHODS = (
    "capitalize casefold count endswith find index isalnum isalpha isascii isdecimal isdigit islower isnumeric isspace istitle "
    "isupper lower lstrip partition removeprefix removesuffix rstrip split splitlines startswith strip swapcase title upper"
)
_TEXT: dict[str, Callable[..., object]] = {
    **{name: getattr(str, name) for name in _PLAIN_METHODS.split()},
    **{name: _padded(name) for name in ("center", "ljust", "rjust", "zfill")},
    "format": _format, "join": _join, "replace": _replace, "rpartition": _rpartition, "rsplit": _rsplit,
}  # fmt: skip
_LIST: dict[str, Callable[..., object]] = {"count": list.count, "index": list.index}
_OBJECT: dict[str, Callable[..., object]] = {
    "get": lambda value, key, default=None: value.get(key, default),
    "items": lambda value: list(value.items()),
    "keys": list,
    "values": lambda value: list(value.values()),
}


def method(value: object, name: str) -> Method | None:
    """Return a harmless method of a text, list or object, or None."""
    table = _TEXT if isinstance(value, str) else _OBJECT if isinstance(value, Mapping) else _LIST if type(value) is list else {}
    function = table.get(name)
    return Method(name, function, value) if function else None


def join(parts: object, separator: object = "", *, of: Callable[[object], object] | None = None) -> str:
    """Return the texts of all parts with the separator between them."""
    between = text(separator)
    texts = []
    for part in cast("Sequence[object]", () if parts is None else parts):
        one = text(of(part) if of else part)
        budget().make(len(one) + len(between))
        texts.append(one)
    return between.join(texts)


class _PlainFormatter(Formatter):
    """`str.format` for plain arguments: no attributes, no items, no nested fields, bounded widths."""

    def vformat(self, format_string: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
        longest = max([len(text(one)) for one in (*args, *kwargs.values())], default=0)
        fields = format_string.count("{")
        budget().make(len(format_string) + fields * (longest + MAX_WIDTH))
        return super().vformat(format_string, args, kwargs)

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        if not re.fullmatch(r"\w*", field_name):
            raise TemplateFailure(
                "template.not-allowed",
                phrase("`{{{field_name}}}` cannot be used in a format; pass the value itself.", field_name=field_name),
            )
        key: int | str = int(field_name) if field_name.isdecimal() else field_name
        return self.get_value(key, args, kwargs), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        check_widths(format_spec)
        if not isinstance(value, (str, int, float)):
            value = text(value)
        return format(value, format_spec)


def check_widths(spec: str) -> None:
    """Refuse widths and precisions beyond MAX_WIDTH."""
    for digits in re.findall(r"\d+", spec):
        if len(digits) > 4 or int(digits) > MAX_WIDTH:
            raise too_wide(digits)


_PERCENT = re.compile(r"%(?:\(([^)]*)\))?[#0\- +]*([\d*]*)(?:\.([\d*]*))?[hlL]?")


def percent(pattern: str, values: object) -> str:
    """Return `pattern % values` as Python formats it, lists and objects written as JSON."""
    for match in _PERCENT.finditer(pattern):
        if "*" in match.group(2) or "*" in (match.group(3) or ""):
            raise TemplateFailure("template.not-allowed", "`*` cannot be a width in a format.")
        check_widths(f"{match.group(2)} {match.group(3) or ''}")
    given: object
    if isinstance(values, dict):
        given = {key: _printable(one) for key, one in values.items()}
        parts = list(given.values())
    else:
        given = tuple(map(_printable, values)) if isinstance(values, tuple) else (_printable(values),)
        parts = list(given)
    longest = max([len(one) if isinstance(one, str) else 0 for one in parts], default=0)
    budget().make(len(pattern) + pattern.count("%") * (longest + MAX_WIDTH))
    return pattern % given


def _printable(value: object) -> object:
    return value if isinstance(value, (int, float)) else text(value)


def number(value: object) -> bool:
    """Tell whether a value can be calculated with."""
    return isinstance(value, (int, float))


def binary(operator: str, left: object, right: object, plainly: Callable[[Any, Any], Any]) -> object:
    """Return `left operator right` for numbers, and what Python allows for texts and lists, within the budget."""
    made = budget()
    made.spend()
    for side in (left, right):
        if isinstance(side, Missing):
            raise side.failure()
    if number(left) and number(right):
        if isinstance(left, int) and isinstance(right, int):
            _check_bits(operator, left, right)
        return plainly(left, right)
    if operator == "%" and isinstance(left, str):
        return percent(left, right)
    if operator == "+" and isinstance(left, str) and isinstance(right, str):
        made.make(len(left) + len(right))
        return plainly(left, right)
    if operator == "+" and isinstance(left, (list, tuple)) and isinstance(right, type(left)):
        made.spend(1 + (len(left) + len(right)) // 8)
        return built(plainly(left, right))
    if operator == "*":
        return _repeated(left, right)
    hint = phrase("Use `~` to join texts.") if operator == "+" else phrase("Turn texts into numbers with `| int` or `| float`.")
    raise TemplateFailure(
        "template.failed",
        phrase("`{operator}` does not work with {kind} and {kind_2}.", operator=operator, kind=kind(left), kind_2=kind(right)),
        hint,
    )


def _check_bits(operator: str, left: int, right: int) -> None:
    if operator == "**" and right > 0:
        bits = left.bit_length() * right
    elif operator == "*":
        bits = left.bit_length() + right.bit_length()
    else:
        bits = max(left.bit_length(), right.bit_length())
    if bits > MAX_BITS:
        raise too_large(phrase("numbers"))


def _repeated(left: object, right: object) -> object:
    many, times = (right, left) if isinstance(left, int) else (left, right)
    if not isinstance(times, int) or not isinstance(many, (str, list, tuple)):
        raise TemplateFailure(
            "template.failed", phrase("`*` does not work with {kind} and {kind_2}.", kind=kind(left), kind_2=kind(right))
        )
    length = len(many) * max(times, 0)
    budget().make(length) if isinstance(many, str) else budget().make(8 * length)
    return built(many * times)
