"""Going from node to node and from edge to edge with the keyboard alone."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from engine.model.graph import Edge
from graph_editor.edge_values import EdgeValue
from graph_editor.interactions.hover import Hover
from tests.window.hand import SHIFT, Hand, hand, open_editor
from widgets.theme import theme

__all__ = ["hand", "open_editor"]

FIRST, SECOND = Edge.of("read.out", "sort.items"), Edge.of("sort.out", "way.value")
URGENT, OTHER = Edge.of("way.urgent", "ask.payload"), Edge.of("way.default", "save.content")


def focused(hand: Hand) -> Edge | None:
    return hand.editor.gestures.keys.focus.edge


def go_to_edges(hand: Hand, node: str) -> None:
    hand.editor.scene.select([node])
    hand.key(Qt.Key.Key_W, SHIFT)


def pixels(hand: Hand, role: str) -> int:
    """Count the pixels of the canvas in exactly this colour."""
    image = hand.view.viewport().grab().toImage()
    wanted = theme().color(role).rgb()
    return sum(image.pixel(x, y) == wanted for x in range(0, image.width(), 2) for y in range(image.height()))


def test_shift_w_goes_to_the_edges_and_arrows_along_them(hand: Hand) -> None:
    go_to_edges(hand, "read")
    assert focused(hand) == FIRST
    assert hand.editor.scene.selected_edges() == [FIRST]
    found = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Left):
        hand.key(key)
        found.append(focused(hand))
    assert found == [SECOND, URGENT, OTHER, URGENT, SECOND, FIRST]


def test_every_edge_can_be_reached(hand: Hand) -> None:
    go_to_edges(hand, "read")
    seen: set[Edge] = set()
    for key in (Qt.Key.Key_Right,) * 4 + (Qt.Key.Key_Left, Qt.Key.Key_Down):
        seen |= {edge} if (edge := focused(hand)) else set()
        hand.key(key)
    assert seen | {focused(hand)} == set(hand.graph.edges)


def test_esc_and_shift_w_go_back_to_the_nodes(hand: Hand) -> None:
    for key, mods in ((Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_W, SHIFT)):
        go_to_edges(hand, "sort")
        assert focused(hand) == SECOND
        hand.key(key, mods)
        assert focused(hand) is None
        assert hand.editor.scene.selected_nodes() == ["sort"]


def test_without_a_node_the_edge_in_the_middle_is_taken(hand: Hand) -> None:
    hand.editor.scene.select()
    hand.key(Qt.Key.Key_W, SHIFT)
    assert focused(hand) == SECOND


def test_del_cuts_the_edge_and_the_nearest_one_is_next(hand: Hand) -> None:
    go_to_edges(hand, "sort")
    with hand.undone_after():
        hand.key(Qt.Key.Key_Delete)
        assert SECOND not in hand.graph.edges
        assert focused(hand) in hand.graph.edges
    go_to_edges(hand, "ask")
    left = len(hand.graph.edges)
    for _ in range(left):
        hand.key(Qt.Key.Key_Delete)
    assert hand.graph.edges == []
    assert focused(hand) is None
    hand.key(Qt.Key.Key_W, SHIFT)
    assert focused(hand) is None, "there is none to go to"


def test_tab_searches_a_node_to_put_into_it_though_nothing_was_clicked(hand: Hand) -> None:
    go_to_edges(hand, "sort")
    before = set(hand.graph.nodes)
    hand.key(Qt.Key.Key_Tab)
    popup = hand.editor.adding.popup
    assert popup is not None
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    with hand.undone_after():
        hand.type("wait")
        hand.key(Qt.Key.Key_Return)
    (added,) = set(hand.graph.nodes) - before
    assert Edge.of("sort.out", f"{added}.value") in hand.graph.edges
    assert SECOND not in hand.graph.edges
    assert focused(hand) is None


def test_space_shows_the_value_and_hides_it(hand: Hand) -> None:
    hover: Hover = hand.editor.gestures.hover
    hand.editor.set_edge_values(lambda edge: EdgeValue("three tickets", 15, time.time()) if edge == SECOND else None)
    go_to_edges(hand, "sort")
    hand.key(Qt.Key.Key_Space)
    assert hover.card is not None
    assert hover.card.isVisible()
    assert hover.card.lines == ["three tickets"]
    assert hover.card.foot.startswith("Enter ")
    hand.key(Qt.Key.Key_Space)
    assert hover.card.isHidden()
    hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Space)
    assert hover.card.lines == ["No value yet"]
    hand.key(Qt.Key.Key_Left)
    assert hover.card.isHidden(), "it belongs to the edge that was left"


def test_enter_opens_where_the_edge_comes_from(hand: Hand, qtbot: QtBot) -> None:
    go_to_edges(hand, "sort")
    with qtbot.waitSignal(hand.editor.open_requested) as asked:
        hand.key(Qt.Key.Key_Return)
    assert asked.args == ["sort"]


def test_where_the_keyboard_is_has_a_line_around_it_while_the_canvas_has_the_keyboard(hand: Hand) -> None:
    assert pixels(hand, "focus.ring") < 20
    go_to_edges(hand, "sort")
    assert pixels(hand, "focus.ring") > 20
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Left)
    assert hand.editor.scene.selected_nodes() == ["read"]
    assert pixels(hand, "focus.ring") > 100
    hand.view.clearFocus()
    assert pixels(hand, "focus.ring") < 20
    hand.view.setFocus()
    assert pixels(hand, "focus.ring") > 100
    hand.click((600, 400))
    assert pixels(hand, "focus.ring") < 20


def test_undo_of_the_edge_that_has_it_lets_go(hand: Hand) -> None:
    hand.drag(hand.port("read.out", "output"), hand.port("save.content", "input"))
    added = Edge.of("read.out", "save.content")
    hand.editor.gestures.keys.focus.go_to_edge(added)
    hand.editor.undo()
    assert added not in hand.graph.edges
    assert focused(hand) is None
    hand.key(Qt.Key.Key_Right)
    assert hand.editor.scene.selected_nodes()
