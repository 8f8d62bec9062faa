"""The scene is equal to the document after any edit, and finds what is under a point."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from pytestqt.qtbot import QtBot

from engine.model.changes import AddEdge, AddNode, MoveNodes, RemoveNode, RenameNode, SetFrame, SetNode, SetOption
from engine.model.graph import Edge, Endpoint, Graph, Node
from engine.model.issues import Issue, WeftError
from graph_editor.frame_item import frame_rect
from graph_editor.node_face import face_of
from graph_editor.scene import GraphScene
from tests.property.strategies import changes, graphs
from tests.window.canvas import sample, scene_of, types


def check(scene: GraphScene) -> None:
    """Compare everything that the scene shows of the document with the document."""
    graph = scene.document.graph
    assert set(scene.node_ids()) == set(graph.nodes)
    for node in graph.nodes.values():
        item = scene.node_item(node.id)
        assert item is not None
        edges = [edge for edge in graph.edges if node.id in (edge.source.node, edge.target.node)]
        assert item.look.face == face_of(node, edges, types())
        if node.id in graph.positions:
            assert item.pos() == QPointF(*graph.positions[node.id])
    seen = {edge for edge in graph.edges if edge.source.node in graph.nodes or edge.target.node in graph.nodes}
    assert {item.edge for item in scene.edge_items()} == seen
    for edge in seen:
        line = scene.edge_item(edge)
        assert line is not None
        start, end = scene.port_point(edge.source, "output"), scene.port_point(edge.target, "input")
        assert start is None or line.start == start
        assert end is None or line.end == end
    for notes in (True, False):
        heights = [shown.zValue() for name in graph.frames if (shown := scene.frame_item(name)) and shown.is_note is notes]
        assert heights == sorted(heights)
    assert {item.frame.id: (item.frame, item.area) for item in scene.frame_items()} == {
        frame.id: (frame, frame_rect(frame)) for frame in graph.frames.values()
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_is_equal_to_the_document_after_any_edit(qapp: object, data: st.DataObject) -> None:
    scene = scene_of(data.draw(graphs()))
    check(scene)
    document = scene.document
    for _ in range(data.draw(st.integers(1, 4))):
        with contextlib.suppress(WeftError):
            document.apply(data.draw(changes(document.graph)), "Edit")
        check(scene)
    while document.undo_stack.canUndo():
        document.undo()
        check(scene)
    while document.undo_stack.canRedo():
        document.redo()
    check(scene)


def test_nodes_without_a_place_do_not_lie_on_each_other(qtbot: QtBot) -> None:
    graph = sample()
    del graph.positions["way"], graph.positions["ask"]
    scene = scene_of(replace(graph))
    bodies = [item.body for item in scene.node_items()]
    assert not any(one.intersects(other) for index, one in enumerate(bodies) for other in bodies[index + 1 :])
    assert scene.document.graph.positions.keys() == graph.positions.keys()


def test_a_node_gets_its_place_back_when_a_move_is_undone(qtbot: QtBot) -> None:
    scene = scene_of(Graph(nodes={"a": Node("a", "file.read"), "b": Node("b", "ai.llm")}))
    before = scene.position("b")
    scene.document.apply(MoveNodes({"b": (800, 800)}), "Move")
    assert scene.position("b") == (800, 800)
    scene.document.undo()
    assert scene.position("b") == before


def test_finds_ports_within_their_radius(qtbot: QtBot) -> None:
    scene = scene_of(sample())
    centre = scene.port_point(Endpoint("sort", "out"), "output")
    assert centre is not None
    for off in (QPointF(0, 0), QPointF(11, 0), QPointF(-8, 8)):
        hit = scene.port_at(centre + off)
        assert hit is not None
        assert (hit.node, hit.port, hit.side, hit.point) == ("sort", "out", "output", centre)
    assert scene.port_at(centre + QPointF(13, 0)) is None


def test_the_nearer_of_two_ports_is_met(qtbot: QtBot) -> None:
    scene = scene_of(sample())
    first = scene.port_point(Endpoint("save", "content"), "input")
    second = scene.port_point(Endpoint("save", "after"), "input")
    assert first is not None
    assert second is not None
    for point, port in ((first + QPointF(0, 8), "content"), (second - QPointF(0, 8), "after")):
        hit = scene.port_at(point)
        assert hit is not None
        assert hit.port == port


def test_finds_nodes_edges_and_frames(qtbot: QtBot) -> None:
    scene = scene_of(sample())
    assert scene.node_at(QPointF(20, 20)) == "read"
    assert scene.node_at(QPointF(-8, 20)) is None
    edge = Edge.of("sort.out", "way.value")
    line = scene.edge_item(edge)
    assert line is not None
    middle = line.path().pointAtPercent(0.5)
    assert scene.edge_at(middle + QPointF(0, 6)) == edge
    assert scene.edge_at(middle + QPointF(0, 14)) is None
    assert scene.frame_at(QPointF(-24, 60)) == "f1"
    assert scene.frame_at(QPointF(220, 130)) is None, "the inside of a frame is the canvas"
    assert scene.frame_at(QPointF(60, 240)) == "n1", "a note is taken hold of anywhere"


def test_cases_have_lines_with_their_ports(qtbot: QtBot) -> None:
    scene = scene_of(sample())
    item = scene.node_item("way")
    assert item is not None
    rows = {spot.port.key: spot for spot in item.look.spots if spot.row}
    assert list(rows) == ["urgent", "default"]
    assert rows["default"].y - rows["urgent"].y == 24
    assert item.look.face.tests["urgent"] == "value.urgency == 'high'"


def test_an_edge_to_a_port_or_node_that_is_not_there_is_shown_broken(qtbot: QtBot) -> None:
    scene = scene_of(sample())
    for edge in (Edge.of("read.nothing", "save.after"), Edge.of("read.out", "gone.in")):
        scene.document.apply(AddEdge(edge), "Connect")
        item = scene.edge_item(edge)
        assert item is not None
        assert item.state == "broken"
        assert item.path().length() > 20
    scene.document.apply(AddNode(Node("gone", "flow.wait"), position=(0, 400)), "Add")
    assert scene.port_point(Endpoint("gone", "in"), "input") is not None, "the node shows the port that the edge names"


def test_a_renamed_node_stays_selected(qtbot: QtBot) -> None:
    scene = scene_of(sample())
    scene.select(["sort"])
    scene.document.apply(RenameNode("sort", "triage"), "Rename")
    assert scene.selected_nodes() == ["triage"]


def test_selection_holds_nodes_edges_and_frames_and_is_told_once(qtbot: QtBot) -> None:
    scene = scene_of(sample())
    told: list[object] = []
    scene.selection_changed.connect(lambda: told.append(None))
    edge = Edge.of("sort.out", "way.value")
    scene.select(["read", "way"], [edge], ["n1"])
    assert len(told) == 1
    assert set(scene.selected_nodes()) == {"read", "way"}
    assert scene.selected_edges() == [edge]
    assert scene.selected_frames() == ["n1"]
    scene.document.apply(RemoveNode("way"), "Delete")
    assert scene.selected_edges() == []


def test_shift_moves_nodes_and_their_edges_but_not_the_document(qtbot: QtBot) -> None:
    scene = scene_of(sample())
    edge = scene.edge_item(Edge.of("read.out", "sort.items"))
    item = scene.node_item("read")
    assert edge is not None
    assert item is not None
    before = edge.start
    scene.shift(["read"], 30, 40, ["n1"])
    assert edge.start == before + QPointF(30, 40)
    assert list(scene.document.graph.positions["read"]) == [0, 0]
    scene.end_shift()
    assert edge.start == before
    note = scene.frame_item("n1")
    assert note is not None
    assert note.area == QRectF(0, 200, 176, 96)
    scene.shift(["read"], 30, 40)
    scene.document.apply(MoveNodes({"read": (30, 40)}), "Move")
    assert edge.start == before + QPointF(30, 40)


def test_problems_are_counted_on_their_node(qtbot: QtBot) -> None:
    scene = scene_of(sample())
    item = scene.node_item("sort")
    assert item is not None
    issues = [Issue("a", "No prompt.", node="sort"), Issue("b", "Old model.", node="sort", severity="warning")]
    scene.set_problems(issues)
    assert (len(item.look.marks.problems), item.look.marks.errors) == (2, 1)
    scene.set_problems([])
    assert len(item.look.marks.problems) == 0


@pytest.mark.parametrize("color", ["", "model", "#4a90d9", "nonsense"])
def test_frames_of_any_colour_are_drawn(qtbot: QtBot, color: str) -> None:
    scene = scene_of(sample())
    scene.document.apply(SetFrame(replace(scene.document.graph.frames["f1"], color=color)), "Colour")
    check(scene)


def test_options_change_how_a_node_looks(qtbot: QtBot) -> None:
    scene = scene_of(sample())
    item = scene.node_item("sort")
    assert item is not None
    scene.document.apply(SetOption("sort", ("disabled",), True), "Switch off")
    assert item.look.status == "disabled"
    scene.document.apply(SetOption("sort", ("on_error",), "port"), "Catch")
    assert item.spot("error", "output") is not None
    scene.document.apply(SetNode("sort", "title", "Triage"), "Rename")
    assert item.look.face.title == "Triage"
