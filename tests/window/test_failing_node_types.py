"""A node type of one's own that raises: the canvas shows its nodes all the same, and the document can be opened and changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from engine.api.declare import declarations_of
from engine.api.node import Node
from engine.api.ports import Port, Ports
from engine.model.changes import AddNode, Batch, SetParam
from engine.model.graph import Graph
from engine.model.graph import Node as GraphNode
from engine.model.values import Json
from engine.registry import open_registry
from graph_editor.document import GraphDocument
from graph_editor.scene import GraphScene
from widgets.node_types import NodeTypes


class Splits(Node):
    """Has a port for each name, and trips over what is no list."""

    type_id = "own.split"
    title = "Splits"

    names: Any = ()

    @classmethod
    def ports(cls, params: Mapping[str, Json]) -> Ports:
        names: Any = params.get("names", ())
        return Ports((), (Port("rest"), *(Port(name) for name in names)))

    @classmethod
    def summary(cls, params: Mapping[str, Json]) -> str:
        names: Any = params.get("names", ())
        return ", ".join(names)

    async def run(self, ctx: Any) -> None:
        return None


@pytest.fixture
def types() -> NodeTypes:
    registry = open_registry()
    registry.add(Splits)
    types = NodeTypes(declarations_of(registry))
    types.use(declarations_of(registry), registry.get)
    return types


@pytest.mark.expect_log("WARNING widgets.node_types: The node type 'own.split' fails when it is asked for its ports")
def test_scene_and_document_stay_together(qtbot: QtBot, types: NodeTypes, caplog: pytest.LogCaptureFixture) -> None:
    scene = GraphScene(GraphDocument(Graph(id="x")), types)
    bad = AddNode(GraphNode("bad", "own.split", params={"names": 5}), position=(0, 0))
    scene.document.apply(Batch((bad, AddNode(GraphNode("good", "data.transform"), position=(300, 0)))), "paste")
    assert set(scene.node_ids()) == {"bad", "good"}
    assert types.summary(scene.document.graph.nodes["bad"]) == ""
    assert [port.key for port in types.ports(scene.document.graph.nodes["bad"], scene.document.graph).outputs] == ["rest"]

    again = GraphScene(GraphDocument(scene.document.graph.copy()), types)
    assert set(again.node_ids()) == {"bad", "good"}

    scene.document.apply(SetParam("bad", ("names",), ["a"]), "mend")
    assert [port.key for port in types.ports(scene.document.graph.nodes["bad"], scene.document.graph).outputs] == ["rest", "a"]
    assert types.summary(scene.document.graph.nodes["bad"]) == "a"
    assert len([one for one in caplog.records if one.name == "widgets.node_types"]) == 1
