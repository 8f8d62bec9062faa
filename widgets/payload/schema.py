"""What a payload can be edited as: fields of a form or columns of a table, from its JSON schema or from itself. Free of Qt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.api.declaration import FieldSpec
from engine.model.paths import MISSING, Missing, Path, path_text
from engine.model.values import Json, JsonObject

ONE = "value"
"""Name of the only field of a payload that is no object."""
_LONG, _MOST_COLUMNS, _MOST_ROWS, _MOST_FIELDS, _MOST_CHANGES = 80, 12, 500, 60, 200
_KINDS = {"string": "text", "integer": "integer", "number": "number", "boolean": "switch"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: the key in each row, what it is called, and its kind as in `FieldSpec`."""

    key: str
    title: str
    kind: str
    choices: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class TableShape:
    """How a list of flat objects is edited. Rows may be left out where a schema says that the list may be shorter."""

    columns: tuple[Column, ...]
    may_leave_out: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that was edited; MISSING where there is none."""

    path: str
    before: Json | Missing
    after: Json | Missing


def fields_of(value: Json, schema: Mapping[str, Json]) -> tuple[FieldSpec, ...]:
    """Return the fields of a form for a payload; none when JSON is the better way to edit it.

    An object has a field for each of its keys, and for those that its schema names; text, number and yes or no have one field.
    """
    root = _resolved(schema, schema)
    if not isinstance(value, dict):
        kind = "" if isinstance(value, list) or value is None else _kind(value, root)
        return (_field(ONE, value, root, required=True),) if kind and kind != "json" else ()
    declared = root.get("properties")
    properties = declared if isinstance(declared, dict) else {}
    required = root.get("required")
    names = dict.fromkeys([*properties, *value])
    if not names or len(names) > _MOST_FIELDS:
        return ()
    needed = {one for one in required if isinstance(one, str)} if isinstance(required, list) else set()
    return tuple(
        _field(name, value.get(name, MISSING), _resolved(properties.get(name), schema), required=name in needed or not properties)
        for name in names
    )


def table_of(value: Json, schema: Mapping[str, Json]) -> TableShape | None:
    """Return the columns of a list of flat objects, None for anything else."""
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_ROWS:
        return None
    rows = [row for row in value if isinstance(row, dict) and not any(isinstance(cell, dict | list) for cell in row.values())]
    names = dict.fromkeys(name for row in rows for name in row)
    if len(rows) < len(value) or not 0 < len(names) <= _MOST_COLUMNS:
        return None
    root = _resolved(schema, schema)
    items = _resolved(root.get("items"), schema)
    properties = items.get("properties")
    known = properties if isinstance(properties, dict) else {}
    columns = []
    for name in names:
        declared = _resolved(known.get(name), schema)
        sample = next((row[name] for row in rows if row.get(name) is not None), None)
        spec = _field(name, sample, declared, required=True)
        columns.append(Column(name, spec.label, spec.kind, spec.choices))
    least = root.get("minItems", 0)
    may_leave_out = root.get("type") == "array" and isinstance(least, int) and least < len(value)
    return TableShape(tuple(columns), may_leave_out)


def differences(before: Json | Missing, after: Json | Missing) -> list[Difference]:
    """Return what differs between two values, the smallest parts that do, as many as people read."""
    found: list[Difference] = []
    for difference in _differences(before, after, ()):
        found.append(difference)
        if len(found) >= _MOST_CHANGES:
            break
    return found


def _differences(before: Json | Missing, after: Json | Missing, path: Path) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            yield from _differences(before.get(name, MISSING), after.get(name, MISSING), (*path, name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _differences(one, other, (*path, place))
    elif type(before) is not type(after) or before != after:
        yield Difference(path_text(path), before, after)


def _resolved(schema: Json | Mapping[str, Json], root: Mapping[str, Json]) -> Mapping[str, Json]:
    """Follow references inside of a schema; one that leads nowhere, or in a circle, says nothing."""
    for _ in range(8):
        if not isinstance(schema, Mapping):
            return {}
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return schema
        if not reference.startswith("#"):
            return {}
        schema = _at(root, [part for part in reference[1:].split("/") if part])
    return {}


def _at(schema: Json | Mapping[str, Json], parts: Sequence[str]) -> Json:
    here: Json = schema  # type: ignore[assignment]
    for part in parts:
        here = here.get(part) if isinstance(here, dict) else None
    return here


def _field(name: str, value: Json | Missing, schema: Mapping[str, Json], *, required: bool) -> FieldSpec:
    choices = schema.get("enum")
    title, said = schema.get("title"), schema.get("description")
    label = title if isinstance(title, str) and title else name.replace("_", " ").strip().capitalize() or name
    kinds = _types(schema)
    return FieldSpec(
        name,
        "choice" if isinstance(choices, list) and choices else _kind(value, schema),
        label,
        help=said if isinstance(said, str) else "",
        required=required,
        optional="null" in kinds,
        choices=tuple(choices) if isinstance(choices, list) else (),
        least=_number(schema.get("minimum")),
        most=_number(schema.get("maximum")),
    )


def _types(schema: Mapping[str, Json]) -> list[str]:
    kind = schema.get("type")
    return [one for one in kind if isinstance(one, str)] if isinstance(kind, list) else [kind] if isinstance(kind, str) else []


def _kind(value: Json | Missing, schema: Mapping[str, Json]) -> str:
    kinds = [kind for kind in _types(schema) if kind != "null"]
    known = _KINDS.get(kinds[0], "json") if len(kinds) == 1 else "" if not kinds else "json"
    if not known:
        known = _kind_of(value)
    if known == "text" and isinstance(value, str) and ("\n" in value or len(value) > _LONG):
        return "long_text"
    return known


def _kind_of(value: Json | Missing) -> str:
    if isinstance(value, bool):
        return "switch"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "json"


def _number(value: Json) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def emptied(spec: FieldSpec) -> Json | Missing:
    """Return what a field that was emptied stands for: no text, nothing where that is allowed, else no such key."""
    if spec.optional:
        return None
    if spec.kind in ("text", "long_text"):
        return ""
    return None if spec.required else MISSING


def as_object(value: Json) -> JsonObject:
    """Return a payload as the values of its fields."""
    return value if isinstance(value, dict) else {ONE: value}
