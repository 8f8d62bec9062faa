"""Selecting and moving with mouse and keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from engine.model.graph import Edge, Graph, Node
from tests.window.hand import ALT, CTRL, MIDDLE, SHIFT, Hand, hand, open_editor

__all__ = ["hand"]


def test_a_click_selects_and_one_on_nothing_does_not(hand: Hand) -> None:
    scene = hand.editor.scene
    with hand.unchanged():
        hand.click(hand.header("sort"))
        assert scene.selected_nodes() == ["sort"]
        hand.click(hand.header("way"), SHIFT)
        assert set(scene.selected_nodes()) == {"sort", "way"}
        hand.click(hand.header("sort"), CTRL)
        assert scene.selected_nodes() == ["way"]
        hand.click((700, 350))
        assert scene.selected_nodes() == []


def test_a_click_on_one_of_several_selects_it_alone(hand: Hand) -> None:
    hand.editor.scene.select(["read", "sort"])
    hand.click(hand.header("read"))
    assert hand.editor.scene.selected_nodes() == ["read"]


def test_edges_are_selected_by_clicking_them(hand: Hand) -> None:
    edge = Edge.of("way.urgent", "ask.payload")
    item = hand.editor.scene.edge_item(edge)
    assert item is not None
    hand.click(item.path().pointAtPercent(0.5))
    assert hand.editor.scene.selected_edges() == [edge]
    with hand.undone_after():
        hand.key(Qt.Key.Key_Delete)
    assert edge not in hand.graph.edges


def test_the_rubber_band_selects_what_it_meets(hand: Hand) -> None:
    scene = hand.editor.scene
    hand.drag((-100, -60), (260, 60))
    assert set(scene.selected_nodes()) == {"read", "sort"}
    assert scene.selected_frames() == []
    hand.drag((500, -140), (1230, 40), SHIFT)
    assert set(scene.selected_nodes()) == {"read", "sort", "way", "ask", "odd"}
    hand.drag((-100, -60), (30, 60), CTRL)
    assert set(scene.selected_nodes()) == {"sort", "way", "ask", "odd"}
    hand.drag((-100, 180), (600, 320))
    assert scene.selected_frames() == ["n1"]


def test_esc_gives_the_selection_back(hand: Hand) -> None:
    hand.editor.scene.select(["odd"])
    hand.press((-100, -60))
    hand.to((260, 60))
    assert set(hand.editor.scene.selected_nodes()) == {"read", "sort"}
    hand.key(Qt.Key.Key_Escape)
    assert hand.editor.scene.selected_nodes() == ["odd"]
    hand.release()
    assert hand.editor.scene.selected_nodes() == ["odd"]


def test_moves_by_the_grid(hand: Hand) -> None:
    start = hand.header("odd")
    with hand.undone_after():
        hand.drag(start, start + QPointF(83, 301))
    assert hand.graph.positions["odd"] == (1080.0, 224.0)


def test_alt_lets_a_node_go_anywhere(hand: Hand) -> None:
    start = hand.header("odd")
    with hand.undone_after():
        hand.drag(start, start + QPointF(83, 301), ALT)
    assert hand.graph.positions["odd"] == (1083.0, 221.0)


def test_everything_selected_moves_together_and_stays_selected(hand: Hand) -> None:
    hand.editor.scene.select(["save", "odd"], (), ["n1"])
    start = hand.header("odd")
    with hand.undone_after():
        hand.drag(start, start + QPointF(0, 320))
    assert hand.graph.positions["save"] == (752.0, 400.0)
    assert hand.graph.frames["n1"].rect == (0.0, 520.0, 176.0, 96.0)
    assert set(hand.editor.scene.selected_nodes()) == {"save", "odd"}


def test_esc_puts_back_what_is_moved(hand: Hand) -> None:
    item = hand.editor.scene.node_item("read")
    assert item is not None
    with hand.unchanged():
        hand.press(hand.header("read"))
        hand.to((300, 300))
        assert item.pos() != QPointF(0, 0)
        hand.key(Qt.Key.Key_Escape)
        assert item.pos() == QPointF(0, 0)
        hand.release()


def test_undo_while_something_is_moved_ends_the_gesture(hand: Hand) -> None:
    hand.press(hand.header("read"))
    hand.to((300, 300))
    hand.key(Qt.Key.Key_Delete)
    hand.editor.undo()
    assert hand.editor.gestures.active is None
    hand.release()
    assert hand.graph.positions["read"] == (0.0, 0.0)


def test_guides_hold_a_node_in_line_with_its_neighbours(hand: Hand) -> None:
    """sort is at y = 0; 4 px off is held, though the grid would be at 8."""
    hand.editor.scene.select(["odd"])
    start = hand.header("odd")
    hand.press(start)
    hand.to(start + QPointF(30, 84))
    lines = [item for item in hand.editor.scene.held if item.isVisible()]
    assert lines
    hand.release()
    assert hand.graph.positions["odd"][1] == 0.0
    assert hand.editor.scene.held == []


def test_a_node_is_dropped_into_an_edge(qtbot: QtBot) -> None:
    graph = Graph(
        nodes={"a": Node("a", "flow.wait"), "b": Node("b", "flow.wait"), "c": Node("c", "flow.wait")},
        edges=[Edge.of("a.out", "b.value")],
        positions={"a": (0, 0), "b": (700, 0), "c": (300, 250)},
    )
    hand = open_editor(qtbot, graph)
    with hand.undone_after():
        hand.press(hand.header("c"))
        hand.to((420, 22), steps=6)
        assert len([item for item in hand.editor.scene.held if item.isVisible()]) >= 5, "the preview is shown"
        hand.release()
    assert hand.graph.edges == [Edge.of("a.out", "c.value"), Edge.of("c.out", "b.value")]
    assert hand.graph.positions["c"][1] < 100
    assert hand.editor.scene.held == []


def test_holding_at_the_border_scrolls(hand: Hand, qtbot: QtBot) -> None:
    before = hand.view.middle
    hand.press(hand.header("read"))
    hand.to(hand.view.mapToScene(hand.view.viewport().width() - 3, 300))
    qtbot.waitUntil(lambda: hand.view.middle.x() > before.x() + 60)
    hand.key(Qt.Key.Key_Escape)
    after = hand.view.middle
    hand.release()
    assert hand.view.middle == after


def test_pans_with_the_middle_button_and_with_space(hand: Hand) -> None:
    before = hand.view.middle
    hand.drag((700, 350), (600, 300), button=MIDDLE)
    assert hand.view.middle - before == QPointF(100, 50)
    hand.view.setFocus()
    from PySide6.QtTest import QTest

    QTest.keyPress(hand.view, Qt.Key.Key_Space)
    hand.drag(hand.header("read"), hand.header("read") + QPointF(100, 50))
    QTest.keyRelease(hand.view, Qt.Key.Key_Space)
    assert hand.view.middle == before
    assert hand.editor.scene.selected_nodes() == []
    hand.click(hand.header("read"))
    assert hand.editor.scene.selected_nodes() == ["read"], "Space was let go"


def test_frames_take_their_nodes_along(hand: Hand) -> None:
    with hand.undone_after():
        hand.drag((20, -56), (20, -156))
    assert hand.graph.positions["read"] == (0.0, -96.0)
    assert hand.graph.positions["sort"] == (248.0, -96.0)
    assert hand.graph.positions["way"] == (512.0, 0.0)
    assert hand.graph.frames["f1"].rect[1] == -144


def test_frames_are_resized_by_their_corners(hand: Hand) -> None:
    with hand.undone_after():
        hand.drag((488, 152), (520, 200))
    assert hand.graph.frames["f1"].rect == (-24.0, -48.0, 544.0, 248.0)
    with hand.undone_after():
        hand.drag((-24, -48), (900, 900))
    rect = hand.graph.frames["f1"].rect
    assert (rect[2], rect[3]) == (48.0, 48.0), "it stays large enough to be taken hold of"
    with hand.unchanged():
        hand.press((176, 296))
        hand.to((300, 400))
        hand.key(Qt.Key.Key_Escape)
        hand.release()


@pytest.mark.parametrize(
    ("key", "from_", "to"),
    [
        (Qt.Key.Key_Right, "read", "sort"),
        (Qt.Key.Key_Left, "sort", "read"),
        (Qt.Key.Key_Down, "ask", "save"),
        (Qt.Key.Key_Up, "save", "ask"),
    ],
)
def test_arrows_go_to_the_nearest_node(hand: Hand, key: Qt.Key, from_: str, to: str) -> None:
    hand.editor.scene.select([from_])
    hand.key(key)
    assert hand.editor.scene.selected_nodes() == [to]


def test_arrows_begin_in_the_middle_and_stop_at_the_end(hand: Hand) -> None:
    hand.key(Qt.Key.Key_Right)
    assert len(hand.editor.scene.selected_nodes()) == 1
    hand.editor.scene.select(["read"])
    hand.key(Qt.Key.Key_Left)
    assert hand.editor.scene.selected_nodes() == ["read"]


def test_shift_and_arrows_follow_the_edges(hand: Hand) -> None:
    hand.editor.scene.select(["way"])
    hand.key(Qt.Key.Key_Up, SHIFT)
    assert set(hand.editor.scene.selected_nodes()) == {"read", "sort", "way"}
    hand.editor.scene.select(["way"])
    hand.key(Qt.Key.Key_Down, SHIFT)
    assert set(hand.editor.scene.selected_nodes()) == {"way", "ask", "save", "odd"}


def test_enter_and_double_click_open_a_node(hand: Hand, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hand.editor.open_requested) as asked:
        hand.double_click(hand.header("sort"))
    assert asked.args == ["sort"]
    hand.editor.scene.select(["way"])
    with qtbot.waitSignal(hand.editor.open_requested) as asked:
        hand.key(Qt.Key.Key_Return)
    assert asked.args == ["way"]


def test_shift_a_aligns_what_is_selected_and_shift_l_tidies_everything(hand: Hand) -> None:
    scene = hand.editor.scene
    hand.drag(hand.header("sort"), hand.header("sort") + QPointF(0, 104), mods=ALT)
    with hand.undone_after():
        scene.select(["read", "sort", "way"])
        hand.key(Qt.Key.Key_A, SHIFT)
    assert len({scene.position(node)[1] for node in ("read", "sort", "way")}) == 1
    hand.drag(hand.header("save"), hand.header("save") + QPointF(-500, 180), mods=ALT)
    scene.select(["save"])
    with hand.undone_after():
        hand.key(Qt.Key.Key_L, SHIFT)
    assert scene.position("save")[0] > scene.position("way")[0], "it comes after what it depends on"
    with hand.unchanged():
        hand.key(Qt.Key.Key_L, SHIFT)
