"""Plain data inside templates: reading parts of it, writing it as text, and taking it out again."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final, NoReturn, cast

from jinja2 import StrictUndefined
from jinja2.runtime import LoopContext
from jinja2.utils import Namespace
from jinja2.utils import missing as _missing

from engine.api.large import dumps
from engine.api.plain import MAX_BITS
from engine.api.templating.limits import MAX_NESTING, TemplateFailure, budget, kind, too_large
from engine.model.idioms import member_remedy
from engine.model.issues import begun, phrase, phrase_n
from engine.model.values import Json

_LOOP = frozenset(
    ("cycle", "changed", "depth", "depth0", "first", "index", "index0", "last", "length", "nextitem", "previtem", "revindex",
     "revindex0")
)  # fmt: skip
_GROUP = frozenset(("grouper", "list"))
_SHOWN_NAMES = 8
_READABLE = json.JSONEncoder(ensure_ascii=False)
_NOT_AVAILABLE = phrase(
    "Names that begin with an underscore, and all but a few harmless methods, are not available in templates."
)


class Missing(StrictUndefined):
    """A name that does not exist. It may be tested with `is defined` or given a `default`; any other use fails."""

    __slots__ = ("_path",)

    def __init__(
        self, hint: str | None = None, obj: Any = _missing, name: str | None = None, exc: type[Exception] = LookupError,
        path: str = "",
    ) -> None:  # fmt: skip
        super().__init__(hint, obj, name)
        self._path = path

    def _fail_with_undefined_error(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise self.failure()

    # Each operator of the base class is bound to the base's own method.
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __rmod__ = _fail_with_undefined_error
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __pow__ = __rpow__ = _fail_with_undefined_error
    __iter__ = __str__ = __len__ = __eq__ = __ne__ = __bool__ = __hash__ = __contains__ = _fail_with_undefined_error
    __lt__ = __le__ = __gt__ = __ge__ = __int__ = __float__ = __complex__ = _fail_with_undefined_error
    __pos__ = __neg__ = __call__ = __getitem__ = _fail_with_undefined_error

    def failure(self) -> TemplateFailure:
        """Return the failure to raise when it is used."""
        of: object = self._undefined_obj
        name: object = self._undefined_name
        if self._undefined_hint:
            return TemplateFailure("template.failed", _sentence(self._undefined_hint))
        if of is _missing:
            return UnknownName(phrase("There is no name `{name}`.", name=name), str(name), (), at_top=True)
        owner = f"`{self._path}`" if self._path else begun(kind(of))
        if isinstance(of, Mapping):
            return UnknownName(
                phrase("{owner} has no `{name}`.", owner=owner, name=name), str(name), (key for key in of if isinstance(key, str))
            )
        if isinstance(name, int) and isinstance(of, Sequence):
            text = phrase(
                "{owner} has {items}, none at {name}.",
                owner=owner,
                items=phrase_n("{count:,} item", "{count:,} items", len(of)),
                name=name,
            )
            return TemplateFailure("template.unknown-name", text, "Items count from 0; test for it or give a `default`.")
        text = (
            phrase("{owner} is {kind} and has no `{name}`.", owner=owner, kind=kind(of), name=name)
            if self._path
            else phrase("{owner} has no `{name}`.", owner=owner, name=name)
        )
        known = member_remedy(str(name), self._path)
        if str(name).startswith("_") or hasattr(of, str(name)):
            return TemplateFailure("template.not-allowed", text, known or _NOT_AVAILABLE)
        items = phrase("Take one item with `[0]`, or all with a `for` loop or `map`.")
        remedy = known or (items if isinstance(of, (list, tuple, range)) else "")
        return TemplateFailure("template.unknown-name", text, remedy)


class UnknownName(TemplateFailure):
    """A name that is not there, with the nearest that are."""

    def __init__(self, text: str, name: str, names: Iterable[str], *, at_top: bool = False) -> None:
        known = sorted(set(names))
        near = get_close_matches(name, known, n=3, cutoff=0.5)
        shown = near or known[:_SHOWN_NAMES]
        listed = ", ".join(f"`{one}`" for one in shown) + (", …" if not near and len(known) > _SHOWN_NAMES else "")
        remedy = (
            phrase("Nearest: {listed}.", listed=listed)
            if near
            else phrase("There are: {listed}.", listed=listed)
            if shown
            else phrase("There is nothing to choose from here.")
        )
        super().__init__("template.unknown-name", text, remedy)
        self.name = name
        self.at_top = at_top
        """It stands alone, so that the names to choose from are those of the whole rendering."""


class Method:
    """A method of a text, list or object that a template may call. It holds nothing of Python that a template could reach."""

    __slots__ = ("_function", "_value", "name")

    def __init__(self, name: str, function: Callable[..., object], value: object) -> None:
        self.name: Final = name
        self._function = function
        self._value = value

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Call it."""
        return self._function(self._value, *args, **kwargs)


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def member(value: object, name: str, path: str, methods: Callable[[object, str], Method | None]) -> object:
    """Return `value.name`: the entry of an object, else one of the harmless methods. A part of nothing is nothing.

    `path` is how the template wrote `value`, for messages.
    """
    budget().spend()
    if value is None:
        return None
    if isinstance(value, Missing):
        raise value.failure()
    if isinstance(value, Mapping):
        try:
            return value[name]
        except KeyError:
            return methods(value, name) or Missing(obj=value, name=name, path=path)
    if isinstance(value, (str, list, tuple)):
        return _of_group(value, name) or methods(value, name) or Missing(obj=value, name=name, path=path)
    if isinstance(value, LoopContext) and name in _LOOP:
        return getattr(value, name)
    if isinstance(value, Namespace) and not name.startswith("_"):
        return getattr(value, name, Missing(obj={}, name=name, path=path))
    return Missing(obj=value, name=name, path=path)


def _of_group(value: object, name: object) -> object:
    """Return `grouper` or `list` of a group that the filter `groupby` made, or None."""
    return getattr(value, str(name)) if isinstance(value, tuple) and hasattr(value, "_fields") and name in _GROUP else None


def item(value: object, key: object, path: str = "") -> object:
    """Return `value[key]` for an object, a list or a text. A part of nothing is nothing."""
    budget().spend()
    if value is None:
        return None
    for used in (value, key):
        if isinstance(used, Missing):
            raise used.failure()
    if not isinstance(value, (Mapping, str, list, tuple, range)):
        return Missing(obj=value, name=cast("Any", key), path=path)
    if not isinstance(value, Mapping) and not isinstance(key, int):
        return _of_group(value, key) or Missing(obj=value, name=cast("Any", key), path=path)
    try:
        return cast("Any", value)[key]
    except (LookupError, TypeError):
        return Missing(obj=value, name=cast("Any", key), path=path)


def cut(value: object, start: object, stop: object, step: object) -> object:
    """Return `value[start:stop:step]` for a list or a text. A part of nothing is nothing."""
    if value is None:
        return None
    if isinstance(value, Missing):
        raise value.failure()
    if not isinstance(value, (str, list, tuple, range)):
        raise TemplateFailure(
            "template.failed", phrase("Only lists and texts can be cut with `[a:b]`, not {kind}.", kind=kind(value))
        )
    part = slice(start, stop, step)
    budget().make(len(value)) if isinstance(value, str) else budget().spend(1 + len(value) // 8)
    return built(cast("Any", value)[part])


def built(value: object) -> object:
    """Weigh something a template has made, write out lazy sequences, and return it."""
    made = budget()
    if isinstance(value, str):
        made.make(len(value))
        return str(value) if type(value) is not str else value
    if isinstance(value, (list, tuple, dict)):
        made.weigh(value)
        return value
    if isinstance(value, int):
        return checked_int(value)
    if isinstance(value, Iterable) and not isinstance(value, (Mapping, range, Missing)):
        kept: list[object] = []
        for one in value:
            made.spend()
            kept.append(one)
        made.weigh(kept)
        return kept
    return value


def checked_int(value: int) -> int:
    """Return the number, unless it is unreasonably large."""
    if value.bit_length() > MAX_BITS:
        raise too_large(phrase("numbers"))
    return value


def finite(value: float) -> float:
    """Return the number, unless it is infinite or none at all."""
    if not math.isfinite(value):
        what = phrase("none at all (NaN)") if math.isnan(value) else phrase("infinite")
        raise TemplateFailure(
            "template.not-data",
            phrase("A number in the template is {what}, which no data can hold.", what=what),
            "Keep numbers below 1e308.",
        )
    return value


def text(value: object) -> str:
    """Write a value as text: text as it is, nothing as the empty text, everything else as JSON."""
    if isinstance(value, str):
        return value if type(value) is str else str(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        budget().spend()
        return str(checked_int(value) if isinstance(value, int) else finite(value))
    if isinstance(value, Missing):
        raise value.failure()
    return as_json(value)


def as_json(value: object, indent: int | None = None) -> str:
    """Write a value as JSON, with other scripts than Latin as they are."""
    data = plain(value)
    budget().make(budget().weigh(data))
    if indent is None:
        return dumps(data, _READABLE)
    pieces = []
    for piece in json.JSONEncoder(ensure_ascii=False, indent=indent).iterencode(data):
        budget().make(len(piece))
        pieces.append(piece)
    return "".join(pieces)


def plain(value: object, depth: int = 0) -> Json:
    """Return a value as JSON data of its own: tuples and ranges as lists, any mapping as an object.

    Raises:
        TemplateFailure: `template.not-data` for macros, methods and numbers that JSON cannot hold.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if type(value) is str else str(value)
    if isinstance(value, int):
        return checked_int(value)
    if isinstance(value, float):
        return finite(value)
    if isinstance(value, Missing):
        raise value.failure()
    if depth >= MAX_NESTING:
        raise too_large(phrase("nested values"))
    if isinstance(value, (list, tuple, range)):
        budget().spend(1 + len(value) // 8)
        return [plain(one, depth + 1) for one in value]
    if isinstance(value, Mapping):
        budget().spend(1 + len(value) // 8)
        return {_key(key): plain(one, depth + 1) for key, one in value.items()}
    name = phrase("`{value}` is not called", value=value.name) if isinstance(value, Method) else phrase("The result is not data")
    raise TemplateFailure("template.not-data", phrase("{name}.", name=name), "Give a text, number, list or object.")


def _key(key: object) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, (bool, int, float)) or key is None:
        return "null" if key is None else text(key)
    raise TemplateFailure("template.not-data", phrase("The key of an object must be a text, not {kind}.", kind=kind(key)))
