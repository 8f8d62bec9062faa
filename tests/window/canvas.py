"""Graphs and node types for tests of the canvas."""

from __future__ import annotations

from functools import cache

from engine.api.declare import declarations_of
from engine.model.changes import MISSING
from engine.model.graph import Edge, Frame, Graph, Node
from engine.registry import open_registry
from graph_editor.document import GraphDocument
from graph_editor.scene import GraphScene
from widgets.node_types import NodeTypes

__all__ = ["MISSING", "sample", "scene_of", "types"]


@cache
def types() -> NodeTypes:
    """Return the node types of the program."""
    registry = open_registry()
    known = NodeTypes(declarations_of(registry))
    known.use(declarations_of(registry), registry.get)
    return known


def sample() -> Graph:
    """Return a small graph: a file is read, sorted by a model, and sent one of two ways."""
    cases: list[object] = [{"id": "urgent", "label": "Urgent", "when": "value.urgency == 'high'"}]
    return Graph(
        nodes={
            "read": Node("read", "file.read", title="Read tickets", params={"path": "tickets.csv"}),
            "sort": Node("sort", "ai.llm", title="Sort by model"),
            "way": Node("way", "flow.condition", title="Anything urgent?", params={"cases": cases}),  # type: ignore[dict-item]
            "ask": Node("ask", "flow.approval"),
            "save": Node("save", "file.write"),
            "odd": Node("odd", "nobody.knows_this"),
        },
        edges=[
            Edge.of("read.out", "sort.items"),
            Edge.of("sort.out", "way.value"),
            Edge.of("way.urgent", "ask.payload"),
            Edge.of("way.default", "save.content"),
            Edge.of("ask.approved", "odd.in"),
        ],
        positions={"read": (0, 0), "sort": (248, 0), "way": (512, 0), "ask": (752, -80), "save": (752, 80), "odd": (1000, -80)},
        frames={
            "f1": Frame("f1", "Sort them", (-24, -48, 512, 200), "model"),
            "n1": Frame("n1", "Jiwoo", (0, 200, 176, 96), "", "Refunds over 50,000 need a person."),
        },
    )


def scene_of(graph: Graph) -> GraphScene:
    """Return a scene that owns its document."""
    document = GraphDocument(graph)
    scene = GraphScene(document, types())
    document.setParent(scene)
    return scene
