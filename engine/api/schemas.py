"""JSON schemas that people and models write: are they usable, and does a value meet one.

Neither schema nor value can be trusted. Nothing outside of a schema is ever read. Patterns run in a matcher whose time grows only
with pattern and text: Python's own backtracks without end for some, and nothing can stop it. All other work has a time limit.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from time import thread_time
from typing import TYPE_CHECKING, Any

from engine.api.patterns import BadPattern, matches, pattern_problem
from engine.api.ports import type_phrase
from engine.api.schema_wording import explained, likely
from engine.model.issues import Issue, WeftError, open_ended, phrase
from engine.model.values import Json, JsonObject

if TYPE_CHECKING:
    from jsonschema.protocols import Validator
    from referencing import Resource
    from referencing._core import Resolver

MAX_SCHEMA = 200_000
"""Characters of a schema as JSON."""
MAX_SECONDS = 10.0
"""Processor time of one check."""
_SHOWN = 300

_KINDS = {"string": "text", "number": "number", "integer": "number", "boolean": "boolean", "object": "object", "array": "list"}
_REFUSED = ("unevaluatedProperties", "unevaluatedItems")
_CANNOT = (RecursionError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError)
"""What the library raises for schemas that no check foresaw."""


def schema_issues(schema: Json, field: str, *, whole: bool = True) -> Iterator[Issue]:
    """Yield `schema.invalid` when a value is no JSON schema, of draft 2020-12 unless it names another. None given is fine.

    One that is not `whole` may refer to what is put into it later.
    """
    if not schema:
        return
    if not isinstance(schema, dict):
        text = phrase("A JSON schema is an object, not {kind}.", kind=type_phrase(type(schema)))
        yield Issue("schema.invalid", text, "Write an object.", field=field)
    elif (found := _problem(json.dumps(schema), whole=whole)) is not None:
        place, message, remedy = found
        text = phrase("This is no valid JSON schema: {message}.", message=open_ended(message))
        yield Issue("schema.invalid", text, remedy or "Correct the schema.", field=field + place)


def mismatch(value: Json, schema: JsonObject) -> str:
    """Return where and how a value does not meet a schema, such as `At $.a[0]: 3 is not text`, or an empty text.

    Takes up to `MAX_SECONDS`, so call it in a thread where values can be large.

    Raises:
        WeftError: `schema.invalid` when the schema cannot be used, `schema.too-much-work`.
    """
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    if (issue := next(schema_issues(schema, ""), None)) is not None:
        raise WeftError(issue)
    inner = {key: item for key, item in schema.items() if key != "$schema"}  # with it the library would take its own class again
    _clock.until = thread_time() + MAX_SECONDS
    try:
        found = next(iter(_bounded(_draft(schema))(inner, registry=Registry()).iter_errors(value)), None)
        if found is None:
            return ""
        path, text = explained(found)
        return phrase("At ${place}: {what}", place=_place(path), what=_short(text))
    except (Unresolvable, *_CANNOT) as error:
        text = phrase("The JSON schema cannot be used: {short}.", short=_short(str(error)))
        raise WeftError(Issue("schema.invalid", text, "Correct the schema.")) from None


def schema_type(schema: Json) -> str:
    """Return the port type of the values that a schema describes."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    return _KINDS.get(kind, "any") if isinstance(kind, str) else "any"


@lru_cache(maxsize=64)
def _problem(text: str, *, whole: bool) -> tuple[str, str, str] | None:
    """Return where and how a schema is wrong, and perhaps a remedy. Kept, because many nodes of a document share one schema."""
    from jsonschema import SchemaError

    if len(text) > MAX_SCHEMA:
        return "", phrase("It is longer than {max_schema:,} characters", max_schema=MAX_SCHEMA), phrase("Use a shorter one.")
    schema = json.loads(text)
    draft = _draft(schema)
    try:
        draft.check_schema(schema, format_checker=None)  # type: ignore[call-arg]  # patterns are looked at below
        return next((("", problem, "") for problem in _unusable(schema, draft, whole=whole)), None)
    except SchemaError as error:
        path, text = explained(error)
        return _place(path), _short(text), likely(error)
    except _CANNOT as error:
        return "", phrase("It cannot be read ({short})", short=_short(str(error))), ""


def _unusable(schema: JsonObject, draft: type[Validator], *, whole: bool) -> Iterator[str]:
    """Yield what is allowed in a schema and cannot be used here, in all that can be reached from its root."""
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012, specification_with

    specification = specification_with(str(draft.META_SCHEMA.get("$schema", "")), default=DRAFT202012)
    root = specification.create_resource(schema)
    todo: list[tuple[Resource[Any], Resolver[Any]]] = [(root, Registry[Any]().resolver_with_root(root))]
    seen: set[int] = set()
    while todo:
        resource, resolver = todo.pop()
        here = resource.contents
        if not isinstance(here, dict) or id(here) in seen:
            continue
        seen.add(id(here))
        yield from _refused(here, is_root=here is schema)
        todo += [(below, resolver.in_subresource(below)) for below in resource.subresources()]
        for key in ("$ref", "$dynamicRef") if whole else ():
            if isinstance(ref := here.get(key), str):
                try:
                    found = resolver.lookup(ref)
                    todo.append((specification.create_resource(found.contents), found.resolver))
                except Unresolvable:
                    yield phrase("It refers to `{ref}`, which is not in it", ref=ref)


def _refused(here: JsonObject, *, is_root: bool) -> Iterator[str]:
    if "$schema" in here and not is_root:
        yield phrase("`$schema` stands only at its beginning")
    for key in _REFUSED:
        if key in here:
            yield phrase("`{key}` is not supported; use additionalProperties or items", key=key)
    named = here.get("patternProperties")
    for pattern in (here.get("pattern"), *(named if isinstance(named, dict) else ())):
        if isinstance(pattern, str) and (problem := pattern_problem(pattern)):
            yield phrase("The pattern `{short}` cannot be used: {problem}", short=_short(pattern), problem=problem)


def _draft(schema: JsonObject) -> type[Validator]:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for

    named = isinstance(schema.get("$schema"), str)
    return validator_for(schema, default=Draft202012Validator) if named else Draft202012Validator


_clock = threading.local()


@lru_cache(maxsize=8)
def _bounded(draft: type[Validator]) -> type[Validator]:
    """Return the validator of a draft with a time limit, and without Python's regular expressions."""
    from jsonschema.validators import extend

    own: dict[str, Callable[..., Any]] = {
        "pattern": _pattern, "patternProperties": _pattern_properties, "additionalProperties": _additional_properties,
        "uniqueItems": _unique_items,
    }  # fmt: skip
    keywords: dict[str, Callable[..., Any]] = dict(draft.VALIDATORS)
    keywords |= {name: function for name, function in own.items() if name in keywords}
    made: type[Validator] = extend(draft, {name: _timed(function) for name, function in keywords.items()})  # type: ignore[no-untyped-call]
    return made


def _timed(keyword: Callable[..., Any]) -> Callable[..., Iterator[Any]]:
    def timed(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterator[Any]:
        if thread_time() > _clock.until:
            text = phrase("Checking a value against its JSON schema takes too long.")
            raise WeftError(Issue("schema.too-much-work", text, "Use a simpler schema or smaller values."))
        yield from keyword(validator, wanted, value, schema) or ()

    return timed


def _pattern(validator: Any, wanted: str, value: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if isinstance(value, str) and not _found(wanted, value):
        yield ValidationError("pattern")


def _pattern_properties(validator: Any, wanted: Mapping[str, Any], value: Any, _schema: Any) -> Iterator[Any]:
    for pattern, below in wanted.items() if isinstance(value, dict) else ():
        for key, item in value.items():
            if _found(pattern, key):
                yield from validator.descend(item, below, path=key, schema_path=pattern)


def _additional_properties(validator: Any, wanted: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
    from jsonschema import ValidationError

    if not isinstance(value, dict):
        return
    patterns = schema.get("patternProperties", {})
    extra = [key for key in value if key not in schema.get("properties", {}) and not any(_found(one, key) for one in patterns)]
    if isinstance(wanted, dict):
        for key in extra:
            yield from validator.descend(value[key], wanted, path=key)
    elif not wanted and extra:
        yield ValidationError(phrase("{extra} is not allowed here", extra=", ".join(map(repr, extra))))


def _unique_items(validator: Any, wanted: Any, value: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if wanted and isinstance(value, list) and len(set(map(_comparable, value))) < len(value):
        yield ValidationError("uniqueItems")


def _comparable(value: Any) -> Any:
    """Return what is equal for equal JSON values; 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, dict):
        return ("object", frozenset((key, _comparable(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("array", tuple(map(_comparable, value)))
    return ("boolean", value) if isinstance(value, bool) else value


def _found(pattern: str, text: str) -> bool:
    try:
        return matches(pattern, text)
    except BadPattern as error:
        raise WeftError(Issue("schema.too-much-work", phrase("{error}.", error=error), "Use maxLength, or no pattern.")) from None


def _place(path: Any) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def _short(text: str) -> str:
    if len(text) > _SHOWN:
        return f"{text[:_SHOWN]} …"
    return open_ended(text)
