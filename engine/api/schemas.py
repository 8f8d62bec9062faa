"""Checks of JSON schemas that people write into parameters."""

from __future__ import annotations

from collections.abc import Iterator

from engine.api.ports import type_name
from engine.model.issues import Issue
from engine.model.values import Json

_KINDS = {"string": "text", "number": "number", "integer": "number", "boolean": "boolean", "object": "object", "array": "list"}


def schema_issues(schema: Json, field: str) -> Iterator[Issue]:
    """Yield `schema.invalid` when a value is no JSON schema (draft 2020-12). Nothing given is fine."""
    if not schema:
        return
    if not isinstance(schema, dict):
        text = f"A JSON schema is an object, not {type_name(type(schema))}."
        yield Issue("schema.invalid", text, "Write an object.", field=field)
        return
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = field + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
        yield Issue("schema.invalid", f"This is no valid JSON schema: {error.message}.", "Correct the schema.", field=place)


def schema_type(schema: Json) -> str:
    """Return the port type of the values that a schema describes."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    return _KINDS.get(kind, "any") if isinstance(kind, str) else "any"
