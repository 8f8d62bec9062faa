"""The filters and tests of templates: those of Jinja whose cost is bounded by their input, and a few for data."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, cast
from urllib.parse import quote, urlencode

from jinja2 import Environment, Undefined, pass_environment
from jinja2.filters import FILTERS, make_attrgetter
from jinja2.tests import TESTS

from engine.api.templating.limits import MAX_WIDTH, TemplateFailure, budget, kind
from engine.api.templating.methods import join, number, percent, too_wide
from engine.api.templating.methods import method as method_of
from engine.api.templating.values import Missing, as_json, built, text
from engine.model.issues import phrase
from engine.model.values import Json

_OF_TEXT = ("capitalize", "lower", "title", "trim", "truncate", "upper", "wordcount")
_OF_LISTS = (
    "batch", "first", "groupby", "last", "list", "map", "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr",
    "slice", "sort", "unique",
)  # fmt: skip
_OF_OBJECTS = ("dictsort", "items")
_OF_NUMBERS = ("filesizeformat", "float", "int")
_MAX_ROWS = 100_000
_MAX_JSON = 4 << 20


def _bounded(function: Callable[..., Any], prepare: Callable[[Any], Any]) -> Callable[..., Any]:
    """Wrap a filter of Jinja: pay for its input, read null as empty, write out what is lazy, weigh the result."""
    place = _place(function)

    @wraps(function)
    def bounded(*args: Any, **kwargs: Any) -> object:
        value = args[place]
        if isinstance(value, Missing):
            raise value.failure()
        value = prepare(value)
        if isinstance(value, (str, list, tuple, Mapping, range)):
            budget().spend(1 + len(value) // 8)
        return built(function(*args[:place], value, *args[place + 1 :], **kwargs))

    return bounded


def _rows(name: str) -> Callable[..., Any]:
    """Wrap `batch` or `slice`, whose number of rows is given by the template."""
    function = FILTERS[name]
    place = _place(function)

    @wraps(function)
    def rows(*args: Any, **kwargs: Any) -> object:
        count = next(iter((*args[place + 1 :], *kwargs.values())), None)
        if not isinstance(count, int) or not 0 < count <= _MAX_ROWS:
            raise TemplateFailure(
                "template.failed", phrase("`{name}` needs a whole number from 1 to {max_rows:,}.", name=name, max_rows=_MAX_ROWS)
            )
        budget().spend(1 + count // 8)
        return function(*args, **kwargs)

    return rows


def _place(function: Callable[..., Any]) -> int:
    """Return at which place a filter takes its value: after the environment or context, if it wants one."""
    return 1 if hasattr(function, "jinja_pass_arg") else 0


def _or_empty(empty: object) -> Callable[[Any], Any]:
    return lambda value: empty if value is None else value


def _default(value: object, default: object = "", boolean: bool = False) -> object:
    """Return `default` for a missing name or null; with `true` as second argument also for anything empty."""
    if isinstance(value, Undefined) or value is None or (boolean and not value):
        return default
    return value


def _length(value: Any) -> int:
    if value is None:
        return 0
    return len(value)


@pass_environment
def _join(environment: Environment, value: Any, d: object = "", attribute: str | int | None = None) -> str:
    return join(value, d, of=make_attrgetter(environment, attribute) if attribute is not None else None)


@pass_environment
def _sum(environment: Environment, value: Any, attribute: str | int | None = None, start: float = 0) -> object:
    take = make_attrgetter(environment, attribute) if attribute is not None else None
    total = start
    for one in () if value is None else value:
        budget().spend()
        part = take(one) if take else one
        if not number(part) or not number(total):
            raise TemplateFailure("template.failed", phrase("`sum` adds numbers, not {kind}.", kind=kind(part)))
        total += part
    return built(total)


def _numeric(value: object, name: str) -> Any:
    if isinstance(value, Missing):
        raise value.failure()
    if not number(value):
        raise TemplateFailure(
            "template.failed",
            phrase("`{name}` needs a number, not {kind}.", name=name, kind=kind(value)),
            "Use `| int` or `| float` before it.",
        )
    return value


def _abs(value: object) -> object:
    return abs(_numeric(value, "abs"))


def _round(value: object, precision: int = 0, method: str = "common") -> object:
    plain = _numeric(value, "round")
    if not isinstance(precision, int) or not -15 <= precision <= 15:
        raise TemplateFailure("template.failed", "`round` takes a precision from -15 to 15.")
    if method == "common":
        return round(plain, precision) if isinstance(plain, float) else round(float(plain), precision)
    whole = {"ceil": math.ceil, "floor": math.floor}.get(method)
    if whole is None:
        raise TemplateFailure("template.failed", "`round` knows `common`, `ceil` and `floor`.")
    return float(whole(plain * 10.0**precision) / 10.0**precision)


def _replace(value: object, old: object, new: object, count: int | None = None) -> object:
    return _call(value, "replace", text(old), text(new), -1 if count is None else count)


def _split(value: object, sep: str | None = None, maxsplit: int = -1) -> object:
    return built(_call(value, "split", sep, maxsplit))


def _center(value: object, width: int = 80) -> object:
    return _call(value, "center", width)


def _call(value: object, name: str, *args: object) -> object:
    method = method_of(text(value), name)
    return built(method(*args)) if method else None


def _indent(value: object, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    if isinstance(width, int) and width > MAX_WIDTH:
        raise too_wide(width)
    plain = text(value)
    prefix = width if isinstance(width, str) else " " * width
    lines = plain.split("\n")
    budget().make(len(plain) + len(lines) * len(prefix))
    return "\n".join(prefix + line if (number or first) and (line or blank) else line for number, line in enumerate(lines))


def _format(value: object, *args: object, **kwargs: object) -> str:
    return percent(text(value), kwargs or args)


def _tojson(value: object, indent: int | None = None) -> str:
    if indent is not None and not 0 <= indent <= 8:
        raise TemplateFailure("template.failed", "`tojson` takes an indent from 0 to 8.")
    return as_json(value, indent)


def _fromjson(value: object) -> Json:
    plain = text(value)
    if len(plain) > _MAX_JSON:
        raise TemplateFailure("template.too-large", "The text is too long for `fromjson`.", "Use a Data transform for this.")
    budget().make(len(plain))
    try:
        return cast("Json", built(json.loads(plain, parse_constant=_no_constant)))
    except ValueError as error:
        raise TemplateFailure("template.failed", phrase("`fromjson` cannot read this text: {error}.", error=error)) from None


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _urlencode(value: object) -> str:
    budget().make(9 * len(text(value)))
    if isinstance(value, Mapping):
        return urlencode({text(key): text(one) for key, one in value.items()})
    return quote(text(value), safe="/")


def _even(value: object) -> bool:
    return bool(_numeric(value, "even") % 2 == 0)


def _odd(value: object) -> bool:
    return bool(_numeric(value, "odd") % 2 == 1)


def _divisibleby(value: object, by: object) -> bool:
    return bool(_numeric(value, "divisibleby") % _numeric(by, "divisibleby") == 0)


def _escape(value: object) -> str:
    plain = text(value)
    budget().make(6 * len(plain))
    return html.escape(plain)


def _listed(names: Iterable[str], prepare: Callable[[Any], Any]) -> dict[str, Callable[..., Any]]:
    return {name: _bounded(_rows(name) if name in ("batch", "slice") else FILTERS[name], prepare) for name in names}


def filters() -> dict[str, Callable[..., Any]]:
    """Return the filters by name."""
    none = _or_empty(None)
    own: dict[str, Callable[..., Any]] = {
        "abs": _abs, "center": _center, "count": _length, "e": _escape, "escape": _escape, "format": _format,
        "fromjson": _fromjson, "indent": _indent, "join": _join, "keys": list, "length": _length, "replace": _replace,
        "round": _round, "split": _split, "string": text, "sum": _sum, "tojson": _tojson, "urlencode": _urlencode,
        "values": lambda value: list(value.values()),
    }  # fmt: skip
    prepared = {
        **{name: (function, _or_empty({}) if name in ("keys", "values") else none) for name, function in own.items()},
    }
    return {
        **_listed(_OF_TEXT, text),
        **_listed(_OF_LISTS, _or_empty([])),
        **_listed(_OF_OBJECTS, _or_empty({})),
        **_listed(_OF_NUMBERS, none),
        **{name: _bounded(function, prepare) for name, (function, prepare) in prepared.items()},
        "default": _default,
        "d": _default,
    }


_TESTS = (
    "!= < <= == > >= boolean defined eq equalto false float ge greaterthan gt in integer iterable le lessthan lower lt mapping "
    "ne none number sameas sequence string true undefined upper"
)


def tests() -> dict[str, Callable[..., Any]]:
    """Return the tests (`is …`) by name."""
    kept: dict[str, Callable[..., Any]] = {name: cast("Any", TESTS[name]) for name in _TESTS.split()}
    return {**kept, "even": _even, "odd": _odd, "divisibleby": _divisibleby}
