"""Checks of JSON schemas that people write into parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache

from engine.api.ports import type_name
from engine.model.issues import Issue
from engine.model.values import Json

_KINDS = {"string": "text", "number": "number", "integer": "number", "boolean": "boolean", "object": "object", "array": "list"}


def schema_issues(schema: Json, field: str) -> Iterator[Issue]:
    """Yield `schema.invalid` when a value is no JSON schema, of draft 2020-12 unless it names another. None given is fine."""
    if not schema:
        return
    if not isinstance(schema, dict):
        text = f"A JSON schema is an object, not {type_name(type(schema))}."
        yield Issue("schema.invalid", text, "Write an object.", field=field)
    elif (found := _problem(json.dumps(schema))) is not None:
        place, message = found
        text = f"This is no valid JSON schema: {message.rstrip('.')}."
        yield Issue("schema.invalid", text, "Correct the schema.", field=field + place)


def schema_type(schema: Json) -> str:
    """Return the port type of the values that a schema describes."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    return _KINDS.get(kind, "any") if isinstance(kind, str) else "any"


@lru_cache(maxsize=64)
def _problem(text: str) -> tuple[str, str] | None:
    """Return where and how a schema is wrong. Kept, because many nodes of a document share one schema."""
    from jsonschema import Draft202012Validator, SchemaError
    from jsonschema.validators import validator_for

    schema = json.loads(text)
    try:
        validator_for(schema, default=Draft202012Validator).check_schema(schema)
    except SchemaError as error:
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
        return place, error.message
    return None
