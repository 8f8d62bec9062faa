"""Nodes that get a result cover nothing, and edges go around nodes."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from pytestqt.qtbot import QtBot

from engine.model.changes import MoveNodes
from engine.model.graph import Edge, Frame, Graph, Node
from graph_editor.document import GraphDocument
from graph_editor.node_item import NodeItem
from graph_editor.scene import GraphScene
from tests.window.canvas import scene_of, types
from tests.window.hand import CTRL, SHIFT, Hand, open_editor
from tests.window.test_canvas_view import show
from widgets.step_view import StepView

STEPS = {
    "result": StepView("succeeded", text="The first line of a result\nand the second", seconds=1.0),
    "stream": StepView("running", text="word " * 60, started=time.time()),
    "failure": StepView("failed", message="HTTP 503 Service Unavailable, and more than one line of it"),
}


def column(*tops: float) -> Graph:
    names = [f"n{index}" for index in range(len(tops))]
    return Graph(
        nodes={name: Node(name, "file.read") for name in names},
        positions=dict(zip(names, ((0.0, top) for top in tops), strict=True)),
    )


def item(hand: Hand, node: str) -> NodeItem:
    found = hand.editor.scene.node_item(node)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("gap", [80.0, 100.0, 118.0, 400.0])
def test_a_result_covers_no_node_below(qtbot: QtBot, kind: str, gap: float) -> None:
    hand = open_editor(qtbot, column(0, gap))
    hand.editor.scene.set_steps(dict.fromkeys(("n0", "n1"), STEPS[kind]))
    upper, lower = item(hand, "n0"), item(hand, "n1")
    assert upper.body.bottom() <= lower.body.top() - 8
    assert lower.look.well.height == 3 - (kind == "result"), "there is room below"
    assert (upper.look.well.height == lower.look.well.height) is (gap == 400), "and as much as fits is shown"
    assert (upper.look.well.height > 0) is (gap > 100)


def test_a_note_is_not_covered_either(qtbot: QtBot) -> None:
    graph = column(0)
    graph.frames["f"] = Frame("f", "", (20.0, 84.0, 160.0, 80.0), text="Why")
    hand = open_editor(qtbot, graph)
    hand.editor.scene.set_steps({"n0": STEPS["result"]})
    assert item(hand, "n0").body.bottom() <= 84
    hand.editor.scene.select((), (), ["f"])
    hand.key(Qt.Key.Key_Delete)
    assert item(hand, "n0").look.well.height == 2


def test_room_follows_what_moves_and_goes(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, column(0, 200))
    hand.editor.scene.set_steps(dict.fromkeys(("n0", "n1"), STEPS["result"]))
    upper = item(hand, "n0")
    assert upper.look.well.height == 2
    hand.drag(hand.header("n1"), hand.header("n1") - QPointF(0, 116))
    assert upper.look.well.height == 0
    hand.editor.undo()
    assert upper.look.well.height == 2
    hand.editor.redo()
    hand.editor.scene.select(["n1"])
    hand.key(Qt.Key.Key_Delete)
    assert upper.look.well.height == 2


def test_tidy_new_nodes_and_fit_leave_room_for_results(qtbot: QtBot) -> None:
    graph = column(0, 30, 60)
    graph.nodes["s"] = Node("s", "flow.wait")
    graph.positions["s"] = (-300, 0)
    graph.edges = [Edge.of("s.out", f"n{index}.after") for index in range(3)]
    hand = open_editor(qtbot, graph)
    hand.key(Qt.Key.Key_L, SHIFT)
    added = hand.editor.add_node("file.read", QPointF(40, 20))
    assert added is not None
    hand.editor.scene.select((*graph.nodes, added))
    hand.view.fit(glide=False)
    hand.editor.scene.set_steps(dict.fromkeys((*hand.graph.nodes, added), STEPS["result"]))
    items = list(hand.editor.scene.node_items())
    assert all(one.look.well.height == 2 for one in items)
    assert not any(one.body.intersects(other.body) for one in items for other in items if one is not other)
    assert all(hand.view.seen.contains(one.body) for one in items)


def crosses(hand: Hand, edge: str, node: str) -> bool:
    source, target = edge.split()
    line = hand.editor.scene.edge_item(Edge.of(source, target))
    assert line is not None
    body = item(hand, node).body.adjusted(2, 2, -2, -2)
    return any(body.contains(line.path().pointAtPercent(step / 200)) for step in range(201))


def row() -> Graph:
    return Graph(
        nodes={name: Node(name, "flow.wait") for name in "abc"},
        edges=[Edge.of("a.out", "b.value"), Edge.of("a.out", "c.value")],
        positions={"a": (0, 0), "b": (248, 0), "c": (496, 0)},
    )


def test_an_edge_goes_around_the_node_between_its_ends(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, row())
    assert not crosses(hand, "a.out c.value", "b")
    hand.drag(hand.header("b"), hand.header("b") + QPointF(0, 160))
    line = hand.editor.scene.edge_item(Edge.of("a.out", "c.value"))
    assert line is not None
    assert line.path().elementCount() == 4, "nothing is in its way"
    hand.editor.undo()
    assert not crosses(hand, "a.out c.value", "b")
    hand.editor.redo()
    assert line.path().elementCount() == 4
    hand.editor.undo()
    hand.drag(hand.header("a"), hand.header("a") + QPointF(-80, 8))
    assert not crosses(hand, "a.out c.value", "b")
    hand.editor.scene.select(["b"])
    hand.key(Qt.Key.Key_Delete)
    assert line.path().elementCount() == 4


def test_what_is_dragged_as_a_whole_keeps_its_ways(qtbot: QtBot) -> None:
    graph = row()
    for index in range(12):
        graph.nodes[f"x{index}"] = Node(f"x{index}", "flow.wait")
        graph.positions[f"x{index}"] = (248.0 * (index % 6), 300.0 + 120 * (index // 6))
    hand = open_editor(qtbot, graph)
    line = hand.editor.scene.edge_item(Edge.of("a.out", "c.value"))
    assert line is not None
    before = line.path()
    hand.key(Qt.Key.Key_A, CTRL)
    hand.press(hand.header("b"))
    hand.to(hand.header("b") + QPointF(64, 32))
    off = line.start - before.pointAtPercent(0)
    assert line.path() == before.translated(off)
    hand.release()
    assert not crosses(hand, "a.out c.value", "b")


def test_an_edge_that_leads_back_is_seen(qtbot: QtBot) -> None:
    graph = row()
    graph.positions["c"] = (-600, 0)
    hand = open_editor(qtbot, graph)
    for node in "abc":
        assert not crosses(hand, "a.out c.value", node)


@pytest.mark.parametrize("down", [80.0, 96.0, 160.0])
def test_what_leads_back_to_a_node_right_below_goes_between(qtbot: QtBot, down: float) -> None:
    graph = row()
    graph.positions |= {"b": (104, down), "c": (104, 900)}
    hand = open_editor(qtbot, graph)
    for steps in ({}, dict.fromkeys("abc", STEPS["result"])):
        hand.editor.scene.set_steps(steps)
        for node in "ab":
            assert not crosses(hand, "a.out b.value", node)


def test_a_large_graph_and_one_that_is_built_in_slices_are_alike(qtbot: QtBot) -> None:
    graph = row()
    whole = scene_of(graph)
    document = GraphDocument(graph)
    scene = GraphScene(document, types(), in_slices=True)
    document.setParent(scene)
    qtbot.waitUntil(lambda: not scene.is_building)
    for line in whole.edge_items():
        other = scene.edge_item(line.edge)
        assert other is not None
        assert other.path() == line.path()


def test_moving_many_nodes_at_once_leads_all_edges_anew(qtbot: QtBot) -> None:
    graph = row()
    for index in range(80):
        graph.nodes[f"x{index}"] = Node(f"x{index}", "flow.wait")
        graph.positions[f"x{index}"] = (248.0 * (index % 10), 900.0 + 120 * (index // 10))
    view = show(qtbot, graph)
    line = view.graph_scene.edge_item(Edge.of("a.out", "c.value"))
    assert line is not None
    away = {name: (x, y + 200) for name, (x, y) in graph.positions.items() if name not in "ac"}
    view.graph_scene.document.apply(MoveNodes(away), "Move")
    assert line.path().elementCount() == 4
    view.graph_scene.document.undo()
    middle = QRectF(248, 0, 196, 68).adjusted(2, 2, -2, -2)
    assert not any(middle.contains(line.path().pointAtPercent(step / 200)) for step in range(201))


def chosen(qtbot: QtBot, hand: Hand, node: str) -> QRectF:
    """Select a node; return it as it is seen."""
    hand.editor.scene.select([node])
    qtbot.waitUntil(lambda: not hand.editor.node_bar.isHidden())
    return QRectF(hand.view.mapFromScene(item(hand, node).body).boundingRect())


def test_the_bar_of_a_node_covers_nothing_that_floats(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, column(0))
    bar, others = hand.editor.node_bar, hand.view.overlays()
    assert len(others) == 2
    for right, bottom in ((20, 20), (220, 20), (20, 70), (220, 100), (300, 300), (700, 4), (20, 150)):
        corner = QPointF(hand.view.width() - right - 196, hand.view.height() - bottom - 68)
        hand.view.pan(*(corner - QPointF(hand.view.mapFromScene(QPointF(0, 0)))).toTuple())
        hand.editor.scene.select()
        qtbot.waitUntil(bar.isHidden)
        node = chosen(qtbot, hand, "n0")
        assert hand.view.rect().contains(bar.geometry())
        assert not any(other.intersects(bar.geometry()) for other in others)
        assert not node.intersects(QRectF(bar.geometry()))


def test_the_bar_of_a_node_that_grew_by_its_error_leaves_the_next_one_free(qtbot: QtBot) -> None:
    graph = Graph(
        nodes={name: Node(name, "http.request") for name in ("one", "two")}, positions={"one": (0, 0), "two": (0, 150)}
    )  # fmt: skip
    hand = open_editor(qtbot, graph)
    bar = hand.editor.node_bar
    node = chosen(qtbot, hand, "one")
    assert bar.y() > node.bottom()
    hand.editor.scene.update_step("one", StepView("failed", message="The server answered 503. " * 4))

    grown = QRectF(hand.view.mapFromScene(item(hand, "one").body).boundingRect())
    assert grown.height() > node.height()
    qtbot.waitUntil(lambda: not bar.isHidden() and bar.geometry().bottom() < grown.top())


@pytest.mark.parametrize("places", [[(0, 0), (900, 500)], [(0, 0), (2000, 0)], [(0, 0), (0, 1400)], [(0, 0), (3000, 1700)]])
def test_fit_puts_nothing_below_overview_and_zoom(qtbot: QtBot, places: list[tuple[float, float]]) -> None:
    names = [f"n{index}" for index in range(len(places))]
    graph = Graph(
        nodes={name: Node(name, "file.read") for name in names}, positions=dict(zip(names, places, strict=True))
    )  # fmt: skip
    hand = open_editor(qtbot, graph)
    hand.view.fit(glide=False)
    for name in names:
        seen = hand.view.mapFromScene(item(hand, name).body).boundingRect()
        assert hand.view.rect().contains(seen)
        assert not any(other.intersects(seen) for other in hand.view.overlays())
