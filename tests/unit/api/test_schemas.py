"""Values against schemas of strangers: the verdicts of the library, nothing read from elsewhere, no work without end."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from engine.api import schemas
from engine.api.patterns import MAX_TEXT, MAX_WEIGHT, matches, pattern_problem
from engine.api.schemas import mismatch, schema_issues
from engine.model.issues import WeftError
from tests.helpers.fake_model_server import FakeModelServer

DRAFT_7 = "http://json-schema.org/draft-07/schema#"

VERDICTS: list[tuple[Any, Any]] = [
    ({"type": "string", "pattern": "^[0-9]{4}$"}, ["2026", "20260", 4, "x2026"]),
    ({"pattern": "b"}, ["abc", "", 1]),
    ({"patternProperties": {"^a": {"type": "string"}, "z$": {"minLength": 2}}}, [{"a": "x"}, {"a": 1}, {"az": "x"}, {"b": 1}]),
    ({"patternProperties": {"^a": {}}, "properties": {"b": {}}, "additionalProperties": False}, [{"a": 1, "b": 2}, {"c": 1}]),
    ({"patternProperties": {"^a": {}}, "additionalProperties": {"type": "null"}}, [{"a": 1, "b": None}, {"c": 1}, 3]),
    ({"uniqueItems": True}, [[1, True], [1, 1.0], [{"a": [1]}, {"a": [1.0]}], [[0], [False]], ["1", 1], [], "aa", [None, None]]),
    ({"uniqueItems": False}, [[1, 1]]),
    ({"$schema": DRAFT_7, "definitions": {"t": {"type": "string"}}, "items": [{"$ref": "#/definitions/t"}]}, [["a"], [1]]),
    ({"$defs": {"n": {"properties": {"next": {"$ref": "#/$defs/n"}}, "required": ["v"]}}, "$ref": "#/$defs/n"},
     [{"v": 1, "next": {"v": 2}}, {"v": 1, "next": {}}]),
    ({"$id": "https://a.example/root", "$defs": {"x": {"$id": "x", "type": "null"}}, "$ref": "x"}, [None, 1]),
    ({"properties": {"pattern": {"const": {"pattern": "("}}, "$ref": {"type": "string"}}}, [{"$ref": 1}, {"pattern": 1}, {}]),
    ({"enum": [1, "a"]}, [1, "b"]),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "values"), VERDICTS)
def test_the_verdicts_are_those_of_the_library(schema: Any, values: list[Any]) -> None:
    assert list(schema_issues(schema, "x")) == []
    for value in values:
        library = validator_for(schema, default=Draft202012Validator)(schema)
        assert (mismatch(value, schema) == "") == library.is_valid(value), value


def test_draft_7_is_read_as_such() -> None:
    schema = VERDICTS[7][0]
    assert mismatch(["a", 1], schema) == ""
    assert mismatch([1], schema) == "At $[0]: 1 is not text"


UNUSABLE: list[tuple[Any, str]] = [
    ([], ""), (3, "is an object"), ({"type": "strng"}, "strng"), ({"$ref": "http://127.0.0.1:1/a"}, "not in it"),
    ({"$ref": "file:///etc/passwd"}, "not in it"), ({"items": {"$ref": "#/$defs/none"}}, "not in it"),
    ({"$dynamicRef": "#none"}, "not in it"), ({"pattern": "("}, "pattern"), ({"pattern": "(?=a)"}, "look-around"),
    ({"patternProperties": {"(a)\\1": {}}}, "backreferences"), ({"pattern": "a" * 2000}, "longer"),
    ({"pattern": "((a{10}){30}){10}"}, "repeats"), ({"items": {"$schema": DRAFT_7}}, "$schema"),
    ({"unevaluatedProperties": False}, "unevaluatedProperties"), ({"x": {"pattern": "("}, "$ref": "#/x"}, "pattern"),
    ({"x": {"$schema": DRAFT_7}, "allOf": [{"$ref": "#/x"}]}, "$schema"), ({"const": "x" * 300_000}, "longer"),
    ({"$id": "http://[", "$ref": "a"}, ""), ({"$schema": ["x"]}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "told"), UNUSABLE)
def test_schemas_that_cannot_be_used(schema: Any, told: str) -> None:
    found = list(schema_issues(schema, "answer"))
    assert [issue.code for issue in found] == (["schema.invalid"] if schema else [])
    assert told in "".join(issue.text for issue in found)
    if isinstance(schema, dict):
        with pytest.raises(WeftError) as caught:
            mismatch("x", schema)
        assert caught.value.issue.code == "schema.invalid"


def test_nothing_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"const": 1}')
    with FakeModelServer() as server:
        for ref in (f"{server.url}/schema", (tmp_path / "x.json").as_uri()):
            with pytest.raises(WeftError):
                mismatch(1, {"$ref": ref})
        assert not server.paths


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^(a+)+$", "a" * 50_000 + "!"), ("^(a|aa)+$", "a" * 50_000 + "!"), ("(x+x+)+y", "x" * 50_000),
        ("^(.*a){20}$", "a" * 20_000),
    ],
)  # fmt: skip
def test_no_pattern_goes_on_without_end(pattern: str, text: str) -> None:
    started = time.thread_time()
    matches(pattern, text)
    mismatch({text: text}, {"patternProperties": {pattern: {"pattern": pattern}}, "additionalProperties": False})
    assert time.thread_time() - started < 10


def test_limits_of_patterns() -> None:
    assert pattern_problem(f"a{{{MAX_WEIGHT - 1}}}") == ""
    assert pattern_problem(f"[^]a]{{{MAX_WEIGHT + 1}}}")
    assert pattern_problem("a{2000}{2}")
    assert pattern_problem(r"a\{99999\}[{99999}]") == ""
    assert pattern_problem("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$") == ""
    with pytest.raises(WeftError) as caught:
        mismatch("a" * (MAX_TEXT + 1), {"pattern": "a"})
    assert caught.value.issue.code == "schema.too-much-work"


@pytest.mark.parametrize(("keyword", "value"), [("allOf", 1), ("anyOf", "x"), ("oneOf", 1)])
def test_references_that_double_are_stopped(keyword: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "MAX_SECONDS", 0.2)
    steps: dict[str, Any] = {f"s{n}": {keyword: [{"$ref": f"#/$defs/s{n + 1}"}] * 2} for n in range(40)}
    with pytest.raises(WeftError) as caught:
        mismatch(value, {"$defs": {**steps, "s40": {"type": "integer"}}, "$ref": "#/$defs/s0"})
    assert caught.value.issue.code == "schema.too-much-work"


@pytest.mark.parametrize("schema", [{"$ref": "#"}, {"$defs": {"a": {"$ref": "#"}}, "$ref": "#/$defs/a"}])
def test_circles_are_told(schema: Any) -> None:
    with pytest.raises(WeftError) as caught:
        mismatch(1, schema)
    assert caught.value.issue.code == "schema.invalid"


def test_long_values_are_shown_shortened() -> None:
    assert len(mismatch("x" * 10_000, {"maxLength": 3})) < 400
    schema: Any = {"properties": {"a": {"items": {"type": "number"}}}}
    assert mismatch({"a": [0, "b"]}, schema) == "At $.a[1]: 'b' is not a number"


TOLD: list[tuple[Any, Any, str]] = [
    ({"type": "string"}, 1, "1 is not text"),
    ({"type": ["integer", "null"]}, "1", "'1' is not a whole number or null"),
    ({"enum": ["a", 2, None]}, [], "an empty list is not 'a', 2 or null"),
    ({"const": "a"}, "b", "'b' is not 'a'"),
    ({"anyOf": [{"type": "string"}, {"enum": [1]}]}, 2, "2 is not text or 1"),
    ({"anyOf": [{"type": "null"}, {"required": ["a"]}]}, {}, "'a' is missing"),
    ({"anyOf": [{"minimum": 3}, {"multipleOf": 2}]}, 1, "1 fits none of the forms that it may have"),
    ({"oneOf": [{"minimum": 3}, {"multipleOf": 2}]}, 4, "4 does not fit exactly one of the forms that it may have"),
    ({"not": {}}, 1, "1 is what the schema rules out"),
    ({"required": ["a", "b"]}, {"a": 1}, "'b' is missing"),
    ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "'b' is missing"),
    ({"$schema": DRAFT_7, "dependencies": {"a": ["b"]}}, {"a": 1}, "'b' is missing"),
    ({"additionalProperties": False}, {"a": 1}, "'a' is not allowed here"),
    ({"properties": {"a": False}}, {"a": 1}, "1 is not allowed here"),
    ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, "'ab' has more characters than 1"),
    ({"minimum": 3}, 2, "2 is less than 3"),
    ({"maximum": 3}, 4, "4 is more than 3"),
    ({"exclusiveMinimum": 3}, 3, "3 is not more than 3"),
    ({"exclusiveMaximum": 3}, 3, "3 is not less than 3"),
    ({"multipleOf": 2}, 3, "3 is no multiple of 2"),
    ({"minLength": 1}, "", "an empty text has fewer characters than 1"),
    ({"pattern": "^a"}, "b", "'b' does not match `^a`"),
    ({"minItems": 1}, [], "an empty list has fewer items than 1"),
    ({"maxItems": 0}, [1], "a list of 1 has more items than 0"),
    ({"uniqueItems": True}, [1, 1], "a list of 2 holds the same item twice"),
    ({"prefixItems": [{}], "items": False}, [1, 2], "a list of 2 has more items than it may have"),
    ({"contains": {"type": "null"}}, [1], "a list of 1 has too few or too many of the items that it has to contain"),
    ({"minProperties": 1}, {}, "an empty object has fewer keys than 1"),
    ({"maxProperties": 0}, {"a": 1}, "an object has more keys than 0"),
]


@pytest.mark.parametrize(("schema", "value", "text"), TOLD, ids=lambda part: str(part)[:40])
def test_mismatches_are_told_in_plain_words(schema: Any, value: Any, text: str) -> None:
    assert mismatch(value, schema).partition(": ")[2] == text


@pytest.mark.parametrize(
    ("schema", "text", "remedy"),
    [
        ({"type": "strng"}, "'strng' is not 'array', 'boolean', 'integer', 'null', 'number', 'object', 'string' or a list",
         "Nearest: string."),
        ({"minLength": -1}, "-1 is less than 0", "Correct the schema."),
        ({"required": "a"}, "'a' is not a list", "Correct the schema."),
        ({"required": ["a", "a"]}, "a list of 2 holds the same item twice", "Correct the schema."),
        ({"properties": {"a": 3}}, "3 is not an object or true or false", "Correct the schema."),
        ({"$anchor": "1"}, "'1' does not match", "Correct the schema."),
        ({"multipleOf": 0}, "0 is not more than 0", "Correct the schema."),
    ],
)  # fmt: skip
def test_faults_of_schemas_are_told_in_plain_words(schema: Any, text: str, remedy: str) -> None:
    (issue,) = schema_issues(schema, "s")
    assert text in issue.text
    assert issue.remedy == remedy
