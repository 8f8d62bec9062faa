"""What a payload can be edited as, from its schema or from itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.paths import MISSING
from engine.model.values import Json, JsonObject
from widgets.payload.schema import ONE, differences, emptied, fields_of, table_of

values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def kinds(value: Json, schema: JsonObject) -> dict[str, str]:
    return {spec.name: spec.kind for spec in fields_of(value, schema)}


def test_fields_come_from_the_schema_and_from_the_value() -> None:
    schema: JsonObject = {
        "$defs": {"money": {"type": "number", "minimum": 0, "maximum": 9}},
        "properties": {
            "amount": {"$ref": "#/$defs/money"},
            "count": {"type": ["integer", "null"]},
            "reason": {"enum": ["late", 3]},
            "note": {"type": "string", "title": "To customer", "description": "Stands in the mail."},
            "odd": {"$ref": "#/$defs/nothing"},
        },
        "required": ["amount"],
    }
    value: Json = {"amount": 5, "odd": True, "extra": "a\nb", "more": [1]}
    assert kinds(value, schema) == {
        "amount": "number", "count": "integer", "reason": "choice", "note": "text", "odd": "switch", "extra": "long_text",
        "more": "json",
    }  # fmt: skip
    by = {spec.name: spec for spec in fields_of(value, schema)}
    assert (by["amount"].least, by["amount"].most, by["amount"].required) == (0, 9, True)
    assert (by["note"].label, by["note"].help, by["reason"].choices) == ("To customer", "Stands in the mail.", ("late", 3))
    assert [emptied(by[name]) for name in ("note", "count", "amount", "odd")] == ["", None, None, MISSING]


@pytest.mark.parametrize(
    ("value", "expected"), [("x", {ONE: "text"}), (3, {ONE: "number"}), (True, {ONE: "switch"}), (None, {}), ([1], {}), ({}, {})]
)
def test_single_values_have_one_field(value: Json, expected: dict[str, str]) -> None:
    assert kinds(value, {}) == expected


def test_references_in_a_circle_end() -> None:
    schema: JsonObject = {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}
    assert kinds({"x": 1}, schema) == {"x": "number"}


def test_lists_of_flat_objects_are_tables() -> None:
    shape = table_of([{"id": "a", "n": 1}, {"id": "b", "ok": None}], {})
    assert shape is not None
    assert [(column.key, column.kind) for column in shape.columns] == [("id", "text"), ("n", "number"), ("ok", "json")]
    assert not shape.may_leave_out
    others: list[Json] = [[], [1], [{"a": [1]}], [{}], {"a": 1}, [{str(number): 1 for number in range(20)}]]
    for other in others:
        assert table_of(other, {}) is None


@pytest.mark.parametrize(
    ("schema", "may"),
    [({}, False), ({"type": "array"}, True), ({"type": "array", "minItems": 2}, False), ({"type": "array", "minItems": 1}, True)],
)
def test_rows_may_be_left_out_where_the_schema_allows_it(schema: JsonObject, may: bool) -> None:
    shape = table_of([{"a": 1}, {"a": 2}], schema)
    assert shape is not None
    assert shape.may_leave_out is may


def test_differences_name_the_smallest_parts() -> None:
    before: Json = {"a": 1, "b": [{"c": 1}, 2], "gone": 3}
    after: Json = {"a": 1.0, "b": [{"c": 2}, 2], "new": 4}
    assert [(one.path, one.before, one.after) for one in differences(before, after)] == [
        ("a", 1, 1.0),
        ("b[0].c", 1, 2),
        ("gone", 3, MISSING),
        ("new", MISSING, 4),
    ]


@given(values, values)
def test_differences_are_none_only_for_the_same(one: Json, other: Json) -> None:
    assert differences(one, one) == []
    if repr(one) != repr(other):
        assert bool(differences(one, other)) == (not _same(one, other))


def _same(one: Json, other: Json) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other


@given(values, st.dictionaries(st.sampled_from(["type", "properties", "items", "enum", "$ref", "required"]), values, max_size=4))
def test_any_schema_gives_some_fields_or_none(value: Json, schema: JsonObject) -> None:
    for spec in fields_of(value, schema):
        assert spec.label is not None
    table_of(value, schema)
