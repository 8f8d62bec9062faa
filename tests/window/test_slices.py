"""A large document, whose items are made a few milliseconds at a time."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.window.document_canvas import MANY, DocumentCanvas
from desktop_app.window.open_document import OpenDocument
from engine.model.changes import AddNode, RemoveNode
from engine.model.graph import Edge, Frame, Graph, Node
from graph_editor.building import Building
from graph_editor.scene import GraphScene
from tests.window.canvas import types

COUNT = 1200


def large() -> Graph:
    """Return a chain in rows of forty, the last of which has no places."""
    nodes = {f"n{place}": Node(f"n{place}", "data.transform") for place in range(COUNT)}
    graph = Graph("big", name="Big", nodes=nodes)
    graph.positions = {f"n{place}": (place % 40 * 260.0, place // 40 * 160.0) for place in range(COUNT - 40)}
    graph.edges = [Edge.of(f"n{place}.out", f"n{place + 1}.value") for place in range(COUNT - 1)]
    graph.frames["f"] = Frame("f", "Frame", (-20.0, -20.0, 600.0, 200.0))
    return graph


@pytest.fixture
def canvas(qtbot: QtBot) -> DocumentCanvas:
    document = OpenDocument(large())
    canvas = DocumentCanvas(document, types())
    document.setParent(canvas.editor)
    qtbot.addWidget(canvas.editor)
    canvas.editor.resize(900, 600)
    canvas.editor.show()
    return canvas


def same_as_in_one_piece(canvas: DocumentCanvas) -> bool:
    scene, whole = canvas.editor.scene, GraphScene(canvas.document.document, types())
    nodes = [(item.node, item.pos(), item.look.spots) for item in scene.node_items()]
    wanted = [(item.node, item.pos(), item.look.spots) for item in whole.node_items()]
    edges = {item.edge: (item.start, item.end, item.state, item.port_type) for item in scene.edge_items()}
    wanted_edges = {item.edge: (item.start, item.end, item.state, item.port_type) for item in whole.edge_items()}
    whole.deleteLater()
    return (nodes, edges) == (wanted, wanted_edges)


def test_no_turn_of_the_window_is_long(qtbot: QtBot, canvas: DocumentCanvas) -> None:
    last, turns, shares = [time.thread_time()], list[float](), list[float]()

    def beat() -> None:
        now = time.thread_time()
        turns.append(now - last[0])
        last[0] = now

    heart = QTimer(canvas, interval=0)
    heart.timeout.connect(beat)
    heart.start()
    canvas.editor.scene.progressed.connect(shares.append)
    cover = canvas.editor.findChild(Building)
    assert cover is not None
    assert cover.geometry() == canvas.editor.view.rect()
    with qtbot.waitSignal(canvas.editor.scene.built, timeout=20_000):
        pass
    heart.stop()
    assert not cover.isVisible()
    assert len(turns) > 10
    assert max(turns) < 0.15, "in one piece it takes 0.2 s of a quick machine"
    assert shares == sorted(shares)
    assert 0 < shares[-1] <= 1
    assert canvas.editor.view.seen.intersects(canvas.editor.scene.rect_of(["n0"]))
    assert same_as_in_one_piece(canvas)


def test_nothing_is_done_to_what_is_not_all_there(qtbot: QtBot, canvas: DocumentCanvas) -> None:
    view = canvas.editor.view
    qtbot.waitUntil(lambda: len(canvas.editor.scene.node_ids()) > 20)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    under = view.childAt(view.rect().center())
    assert under is not None
    QTest.mouseClick(under, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(under, Qt.MouseButton.LeftButton)
    assert canvas.editor.adding.popup is None
    assert canvas.editor.scene.selected_nodes() == []
    qtbot.waitUntil(lambda: not canvas.editor.scene.is_building, timeout=20_000)


@pytest.mark.parametrize("again", [False, True])
def test_edits_meanwhile_are_followed(qtbot: QtBot, canvas: DocumentCanvas, again: bool) -> None:
    scene, document = canvas.editor.scene, canvas.document.document
    if again:  # as when the node types are loaded, or another language is spoken
        qtbot.waitUntil(lambda: not scene.is_building, timeout=20_000)
        scene.refresh()
        assert not scene.is_building
    with qtbot.waitSignal(scene.built, timeout=20_000):
        document.apply(RemoveNode("n5"), "Delete")
        document.apply(RemoveNode("n700"), "Delete")
        document.apply(AddNode(Node("new", "flow.wait"), position=(50.0, -300.0)), "Add")
        document.undo_stack.undo()
        document.apply(AddNode(Node("other", "flow.wait"), position=(50.0, -300.0)), "Add")
    assert same_as_in_one_piece(canvas)


def test_where_it_was_looked_at_is_found_when_all_is_there(qtbot: QtBot, canvas: DocumentCanvas) -> None:
    canvas.restore({"zoom": 0.5, "middle": [5000.0, 2000.0], "selected": ["n900"]})
    qtbot.waitUntil(lambda: not canvas.editor.scene.is_building, timeout=20_000)
    assert canvas.editor.view.zoom == 0.5
    assert (canvas.editor.view.middle.x(), canvas.editor.view.middle.y()) == pytest.approx((5000, 2000), abs=4)
    assert canvas.editor.scene.selected_nodes() == ["n900"]


def test_a_small_one_is_there_at_once(qtbot: QtBot) -> None:
    graph = Graph("small", nodes={f"n{place}": Node(f"n{place}", "data.transform") for place in range(MANY)})
    document = OpenDocument(graph)
    canvas = DocumentCanvas(document, types())
    document.setParent(canvas.editor)
    qtbot.addWidget(canvas.editor)
    assert len(canvas.editor.scene.node_ids()) == MANY
