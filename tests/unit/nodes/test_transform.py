"""Data transform with odd data, bad expressions and bad paths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.model.values import Json
from engine.nodes.data.transform import Transform
from tests.conformance.context import FakeContext, run_node
from tests.unit.nodes.failing import issue_of

PEOPLE: list[Json] = [{"name": "Kim", "age": 41}, {"name": "Ann", "age": 7}, {"name": "민지", "age": None}, {"name": "Bo"}]


async def transformed(folder: Path, value: Any, **params: Any) -> Json:
    return (await run_node(Transform, params, FakeContext(folder), {"value": value}))["out"]


async def test_template_keeps_types_and_makes_text(tmp_path: Path) -> None:
    assert await transformed(tmp_path, [1, 2], template="{{ value }}") == [1, 2]
    assert await transformed(tmp_path, [1, 2], template="got {{ value | length }}") == "got 2"
    rows = "{% for row in value %}| {{ row.name }} |\n{% endfor %}"
    assert await transformed(tmp_path, PEOPLE[:2], template=rows) == "| Kim |\n| Ann |\n"
    shape = {"n": "{{ value + 1 }}", "rest": ["{{ value }}", 9]}
    assert await transformed(tmp_path, 3, template=shape) == {"n": 4, "rest": [3, 9]}


@pytest.mark.parametrize(
    ("path", "found"),
    [("", PEOPLE), ("[0].name", "Kim"), ("[?age > `10`].name", ["Kim"]), ("[*].age", [41, 7]), ("nowhere", None)],
)
async def test_pick(path: str, found: Json, tmp_path: Path) -> None:
    assert await transformed(tmp_path, PEOPLE, operation="pick", path=path) == found


@pytest.mark.parametrize("path", ["[", "a..b", "[?", "unknown(@)", "length(`1`)"])
async def test_pick_with_a_bad_path(path: str, tmp_path: Path) -> None:
    issue = await issue_of(Transform, {"operation": "pick", "path": path, "value": {}}, tmp_path)
    assert (issue.code, issue.field) == ("transform.pick", "path")


def test_bad_paths_are_found_before_a_run() -> None:
    assert [issue.code for issue in Transform.check({"operation": "pick", "path": "[?"})] == ["transform.bad-path"]
    assert list(Transform.check({"operation": "pick", "path": "a.b"})) == []
    assert list(Transform.check({"operation": "map", "path": "[?"})) == []


async def test_map_gives_one_for_each(tmp_path: Path) -> None:
    assert await transformed(tmp_path, PEOPLE[:2], operation="map", template="{{ item.name }}") == ["Kim", "Ann"]
    counted = "{{ index }} of {{ value | length }}: {{ item }}"
    assert await transformed(tmp_path, ["a"], operation="map", template=counted) == ["0 of 1: a"]
    assert await transformed(tmp_path, [], operation="map", template="{{ item }}") == []


async def test_filter(tmp_path: Path) -> None:
    assert await transformed(tmp_path, PEOPLE, operation="filter", expression="item.age | default(0) > 10") == PEOPLE[:1]
    assert await transformed(tmp_path, [0, 1, "", "x", None], operation="filter") == [1, "x"]
    assert await transformed(tmp_path, [5, 6], operation="filter", expression="index == 1") == [6]


async def test_sort_orders_what_cannot_be_compared(tmp_path: Path) -> None:
    mixed: list[Json] = ["b", 2, None, {"x": 1}, True, "a", 1.5, [3]]
    ordered: list[Json] = [None, True, 1.5, 2, "a", "b", [3], {"x": 1}]
    assert await transformed(tmp_path, mixed, operation="sort") == ordered
    assert mixed[0] == "b"


async def test_sort_keeps_the_order_of_equal_ones(tmp_path: Path) -> None:
    rows: list[Json] = [{"k": 1, "n": "a"}, {"k": 0, "n": "b"}, {"k": 1, "n": "c"}, {"k": 0, "n": "d"}]
    up = await transformed(tmp_path, rows, operation="sort", expression="item.k")
    down = await transformed(tmp_path, rows, operation="sort", expression="item.k", descending=True)
    assert [row["n"] for row in up] == ["b", "d", "a", "c"]  # type: ignore[union-attr,index,call-overload]
    assert [row["n"] for row in down] == ["a", "c", "b", "d"]  # type: ignore[union-attr,index,call-overload]


async def test_unique_group_and_count_tell_values_apart_as_json_does(tmp_path: Path) -> None:
    values: list[Json] = [1, 1.0, True, "1", None, None, [1], [1]]
    assert await transformed(tmp_path, values, operation="unique") == [1, True, "1", None, [1]]
    groups = await transformed(tmp_path, ["b", "a", "b"], operation="group")
    assert groups == [{"key": "b", "count": 2, "items": ["b", "b"]}, {"key": "a", "count": 1, "items": ["a"]}]
    assert await transformed(tmp_path, PEOPLE, operation="count", expression="item.name | length") == {"3": 2, "2": 2}
    assert await transformed(tmp_path, [], operation="count") == {}
    assert await transformed(tmp_path, [1, "1", None, ""], operation="count") == {"1": 2, "": 2}


async def test_merge(tmp_path: Path) -> None:
    assert await transformed(tmp_path, [[1], [], [2, 3]], operation="merge") == [1, 2, 3]
    assert await transformed(tmp_path, [{"a": 1, "b": 1}, {"b": 2}], operation="merge") == {"a": 1, "b": 2}
    assert await transformed(tmp_path, [[1], None], operation="merge") == [1]
    assert await transformed(tmp_path, [], operation="merge") == {}
    left, right = [{"id": 1, "a": 1}, {"id": 2}], [{"id": 2, "b": 2}, {"id": 3}]
    joined = await transformed(tmp_path, [left, right], operation="merge", expression="item.id")
    assert joined == [{"id": 1, "a": 1}, {"id": 2, "b": 2}, {"id": 3}]
    assert left == [{"id": 1, "a": 1}, {"id": 2}]


def test_merge_takes_several_edges() -> None:
    assert Transform.ports({"operation": "merge"}).inputs[0].multiple
    assert not Transform.ports({"operation": "map"}).inputs[0].multiple


@pytest.mark.parametrize("operation", ["map", "filter", "sort", "unique", "group", "count", "merge"])
@pytest.mark.parametrize("value", [None, 3, "text", {"a": 1}])
async def test_what_is_no_list(operation: str, value: Json, tmp_path: Path) -> None:
    issue = await issue_of(Transform, {"operation": operation, "value": value}, tmp_path)
    assert (issue.code, issue.field) == ("transform.not-a-list", "value")


@pytest.mark.parametrize("value", [[1, [2]], ["text"], [{"a": 1}, 2]])
async def test_what_cannot_be_merged(value: Json, tmp_path: Path) -> None:
    issue = await issue_of(Transform, {"operation": "merge", "value": value}, tmp_path)
    assert issue.code == "transform.not-a-list"
    issue = await issue_of(Transform, {"operation": "merge", "expression": "item.id", "value": [[1]]}, tmp_path)
    assert issue.code == "transform.not-an-object"


@pytest.mark.parametrize(
    ("params", "field", "code"),
    [
        ({"operation": "filter", "expression": "item.x.y +"}, "expression", "template.syntax"),
        ({"operation": "filter", "expression": "itm > 1"}, "expression", "template.unknown-name"),
        ({"operation": "map", "template": {"a": "{{ itm }}"}}, "template.a", "template.unknown-name"),
        ({"operation": "template", "template": "{{ 'x' * 10 ** 9 }}"}, "template", "template.too-large"),
    ],
)
async def test_a_bad_template_names_its_field(params: dict[str, Json], field: str, code: str, tmp_path: Path) -> None:
    issue = await issue_of(Transform, {**params, "value": [1]}, tmp_path)
    assert (issue.field, issue.code) == (field, code)
