"""What a JSON schema finds in a value, in plain words, by the keyword that the value does not meet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import reduce
from typing import TYPE_CHECKING, Any

from engine.api.wording import nearest, shown
from engine.model.issues import either, listed, phrase
from engine.model.paths import Path

if TYPE_CHECKING:
    from jsonschema.exceptions import _Error as Fault

_SHOWN_CHOICES = 20

KINDS = {
    "string": phrase("text"), "number": phrase("a number"), "integer": phrase("a whole number"),
    "boolean": phrase("true or false"), "object": phrase("an object"), "array": phrase("a list"), "null": "null",
}  # fmt: skip

CLAUSES = {
    "type": phrase("{value} is not {choices}"),
    "enum": phrase("{value} is not {choices}"),
    "const": phrase("{value} is not {choices}"),
    "anyOf": phrase("{value} fits none of the forms that it may have"),
    "oneOf": phrase("{value} does not fit exactly one of the forms that it may have"),
    "not": phrase("{value} is what the schema rules out"),
    "required": phrase("{missing} is missing"),
    "dependentRequired": phrase("{missing} is missing"),
    "dependencies": phrase("{missing} is missing"),
    "additionalProperties": "{found}",
    "minimum": phrase("{value} is less than {wanted}"),
    "exclusiveMinimum": phrase("{value} is not more than {wanted}"),
    "maximum": phrase("{value} is more than {wanted}"),
    "exclusiveMaximum": phrase("{value} is not less than {wanted}"),
    "multipleOf": phrase("{value} is no multiple of {wanted}"),
    "minLength": phrase("{value} has fewer characters than {wanted}"),
    "maxLength": phrase("{value} has more characters than {wanted}"),
    "pattern": phrase("{value} does not match `{wanted}`"),
    "minItems": phrase("{value} has fewer items than {wanted}"),
    "maxItems": phrase("{value} has more items than {wanted}"),
    "uniqueItems": phrase("{value} holds the same item twice"),
    "items": phrase("{value} has more items than it may have"),
    "prefixItems": phrase("{value} has more items than it may have"),
    "contains": phrase("{value} has too few or too many of the items that it has to contain"),
    "minContains": phrase("{value} has too few of the items that it has to contain"),
    "maxContains": phrase("{value} has too many of the items that it may contain"),
    "minProperties": phrase("{value} has fewer keys than {wanted}"),
    "maxProperties": phrase("{value} has more keys than {wanted}"),
    "None": phrase("{value} is not allowed here"),
}
"""What is wrong, by keyword."""

_OTHER = phrase("{value} does not meet `{keyword}`")


def explained(error: Fault) -> tuple[Path, str]:
    """Return where and what is wrong, as a sentence without its full stop."""
    forms = error.context or ()
    others = [form for form in forms if not list(_choices(form))]
    if others and len({form.schema_path[0] for form in others}) == 1:  # the one form that the value could be meant to have
        return explained(others[0])
    choices = list(_choices(error))
    keyword = str(error.validator)
    clause = CLAUSES["type"] if choices else CLAUSES.get(keyword, _OTHER)
    words = {
        "value": shown(error.instance), "wanted": error.validator_value, "choices": _either(choices), "keyword": keyword,
        "missing": ", ".join(map(repr, _missing(error.instance, error.validator_value))) or phrase("a key"),
        "found": error.message,
    }  # fmt: skip
    return tuple(error.absolute_path), phrase(clause, **words)


def likely(error: Fault) -> str:
    """Return which allowed text a wrong one may stand for, as a sentence, or an empty text."""
    allowed = [one for part in (error, *(error.context or ())) if part.validator == "enum" for one in part.validator_value]
    return nearest(error.instance, [one for one in allowed if isinstance(one, str)]) if isinstance(error.instance, str) else ""


def _choices(error: Fault) -> Iterator[str]:
    """Yield what the value may be, when all that is wrong is its type or that it is another one."""
    wanted: Any = error.validator_value
    if error.validator == "type":
        yield from (KINDS.get(kind, str(kind)) for kind in ([wanted] if isinstance(wanted, str) else wanted))
    elif error.validator == "const":
        yield _written(wanted)
    elif error.validator == "enum":
        yield from map(_written, wanted[:_SHOWN_CHOICES])
        if len(wanted) > _SHOWN_CHOICES:
            yield "…"
    elif error.context and not any(form.relative_path for form in error.context):
        inner = [list(_choices(form)) for form in error.context]
        if all(inner):
            yield from dict.fromkeys(choice for choices in inner for choice in choices)


def _written(value: Any) -> str:
    return repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _either(choices: list[str]) -> str:
    return reduce(either, choices[-1:], reduce(listed, choices[:-1])) if choices[1:] else "".join(choices)


def _missing(instance: Any, wanted: Any) -> Iterable[str]:
    if not isinstance(instance, dict):
        return []
    if isinstance(wanted, dict):
        wanted = [name for key, names in wanted.items() if key in instance and isinstance(names, list) for name in names]
    return [name for name in wanted if isinstance(name, str) and name not in instance] if isinstance(wanted, list) else []
