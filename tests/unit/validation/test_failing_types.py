"""A node type that raises when it is asked about a node: an issue names both, and all else is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from pydantic import field_validator

from engine.api.declare import declarations_of
from engine.api.node import Node
from engine.api.ports import Port, Ports
from engine.api.trust import Capability
from engine.model.files import Files
from engine.model.graph import Edge, Endpoint, Graph
from engine.model.graph import Node as GraphNode
from engine.model.issues import Issue
from engine.model.values import Json, JsonObject
from engine.registry import NodeRegistry
from engine.trust import Effect, effects_of
from engine.validation.check import check


class Careless(Node):
    """Does with a parameter what that may not be fit for."""

    type_id = "test.careless"
    version = 2

    ends: Any = ()
    checked: Any = 1
    done: Any = ()
    valid: Any = "a"

    @field_validator("valid")
    @classmethod
    def _look_up(cls, value: Any) -> Any:
        return {"a": "b"}[value]

    @classmethod
    def ports(cls, params: Mapping[str, Json]) -> Ports:
        ends: Any = params.get("ends", ())
        return Ports((Port("after"),), tuple(Port(end) if isinstance(end, str) else end for end in ends))

    @classmethod
    def check(cls, params: Mapping[str, Json]) -> Iterable[Issue]:
        checked: Any = params.get("checked", 1)
        yield Issue("test.found", f"{1 / checked}", field="checked")

    @classmethod
    def capabilities(cls, params: Mapping[str, Json]) -> Iterable[Capability]:
        done: Any = params.get("done", ())
        return (Capability("host", name) for name in done)

    @classmethod
    def upgrade(cls, params: JsonObject, version: int) -> JsonObject:
        return {"ends": params["old"]}

    async def run(self, ctx: Any, after: Any = None) -> None: ...


class Needy(Node):
    """Has no ports to tell before it has a parameter."""

    type_id = "test.needy"

    @classmethod
    def ports(cls, params: Mapping[str, Json]) -> Ports:
        return Ports((), (Port(str(params["name"])),))

    async def run(self, ctx: Any, given: str) -> str:
        return given


@pytest.fixture
def registry() -> NodeRegistry:
    registry = NodeRegistry()
    registry.add(Careless)
    return registry


def one(params: JsonObject, version: int = 2) -> Graph:
    fine = GraphNode("fine", "test.careless", version=2, params={"ends": ["x"]})
    edges = [Edge(Endpoint("bad", "y"), Endpoint("fine", "after"))]
    return Graph(
        id="g", nodes={"bad": GraphNode("bad", "test.careless", version=version, params=params), "fine": fine}, edges=edges
    )


@pytest.mark.parametrize(
    ("params", "version", "field", "said"),
    [
        ({"ends": 5}, 2, "", "its ports: TypeError: 'int' object is not iterable"),
        ({"ends": [None]}, 2, "", "its ports: TypeError: None is no Port"),
        ({"ends": ["y"], "checked": 0}, 2, "", "what is wrong with its parameters: ZeroDivisionError: division by zero"),
        ({"ends": ["y"], "done": 3}, 2, "", "what it does outside the workflow: TypeError: 'int' object is not iterable"),
        ({"ends": ["y"], "valid": "c"}, 2, "", "what is wrong with its parameters: KeyError: 'c'"),
        ({}, 1, "", "parameters of an older version: KeyError: 'old'"),
    ],
)
def test_what_a_type_raises_is_an_issue_of_the_node(
    params: JsonObject, version: int, field: str, said: str, registry: NodeRegistry
) -> None:
    found = check(one(params, version), registry, files=Files(None))
    (issue,) = (issue for issue in found if issue.code != "test.found")
    assert (issue.code, issue.node, issue.field) == ("type.fails", "bad", field)
    assert issue.text == f"The node type 'test.careless' fails when it is asked for {said}"
    assert [issue.node for issue in found if issue.code == "test.found"] == ["fine"]


@pytest.mark.parametrize(("params", "version"), [({"ends": ["y"], "done": 3}, 2), ({}, 1)])
def test_what_cannot_be_told_has_to_be_agreed_to_as_a_whole(params: JsonObject, version: int, registry: NodeRegistry) -> None:
    effects = effects_of(one(params, version), registry, Files(None))
    assert effects == (Effect(Capability("node", "test.careless")),)


def test_the_index_has_a_type_that_tells_no_ports_without_parameters(registry: NodeRegistry) -> None:
    registry.add(Needy)
    ports = declarations_of(registry).types["test.needy"].ports
    assert [port.key for port in (*ports.inputs, *ports.outputs)] == ["given", "out"]
