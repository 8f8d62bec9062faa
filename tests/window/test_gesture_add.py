"""Adding nodes: by search, from the palette, beside what is selected."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.model.graph import Edge, Graph, Node
from graph_editor.add_popup import AddPopup
from graph_editor.palette_drop import MIME
from resources import language
from tests.window.canvas import sample
from tests.window.hand import CTRL, SHIFT, Hand, hand, open_editor

__all__ = ["hand"]


def popup_of(hand: Hand) -> AddPopup:
    popup = hand.editor.adding.popup
    assert popup is not None
    return popup


def test_a_double_click_on_the_canvas_searches_and_enter_adds(hand: Hand) -> None:
    hand.double_click((300, 420))
    popup = popup_of(hand)
    assert popup.isVisible()
    assert QApplication.focusWidget() is popup.field
    hand.type("wait")
    assert len(hand.editor.scene.held) == 1, "the place where it would stand is shown"
    ghost = hand.editor.scene.held[0].pos()
    with hand.undone_after():
        hand.key(Qt.Key.Key_Return)
        assert hand.editor.scene.selected_nodes() == ["wait"]
    assert hand.graph.nodes["wait"].type == "flow.wait"
    assert QPointF(*hand.graph.positions["wait"]) == ghost, "nothing jumps"
    assert not popup.isVisible()
    assert hand.editor.scene.held == []
    assert hand.view.hasFocus()


def test_esc_and_a_click_elsewhere_close_the_search(hand: Hand) -> None:
    with hand.unchanged():
        hand.double_click((300, 420))
        hand.key(Qt.Key.Key_Escape)
        assert not popup_of(hand).isVisible()
        hand.double_click((300, 420))
        hand.click((600, -150))
        assert not popup_of(hand).isVisible()
        assert hand.editor.scene.held == []


def test_tab_adds_one_node_after_the_other(hand: Hand) -> None:
    hand.click((600, -150))
    for name in ("wait", "llm"):
        hand.key(Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is popup_of(hand).field
        hand.type(name)
        hand.key(Qt.Key.Key_Return)
        assert hand.view.hasFocus()
    assert {"wait", "llm"} <= set(hand.graph.nodes)


def test_tab_searches_only_on_a_canvas_that_was_clicked(hand: Hand) -> None:
    hand.key(Qt.Key.Key_Tab)
    assert hand.editor.adding.popup is None
    hand.view.setFocus()
    hand.click((600, -150))
    hand.key(Qt.Key.Key_Tab)
    assert popup_of(hand).isVisible()
    hand.key(Qt.Key.Key_Escape)
    hand.editor.tab_adds = False
    hand.click((600, -150))
    hand.key(Qt.Key.Key_Tab)
    assert not popup_of(hand).isVisible()


def test_on_an_empty_canvas_tab_searches_at_once(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, Graph())
    hand.view.setFocus()
    hand.key(Qt.Key.Key_Tab)
    assert popup_of(hand).isVisible()
    assert not hand.view.hint.words.isVisible(), "it would shine through the node that is about to be added"
    hand.type("zzzz")
    assert not hand.editor.scene.held
    assert not hand.view.hint.words.isVisible(), "the search is open all the same"
    hand.key(Qt.Key.Key_Escape)
    assert hand.view.hint.words.isVisible()
    hand.key(Qt.Key.Key_N)
    assert not hand.view.hint.words.isVisible(), "a note is written there"
    hand.key(Qt.Key.Key_Escape)
    assert hand.view.hint.words.isVisible()
    hand.key(Qt.Key.Key_Tab)
    hand.type("wait")
    hand.key(Qt.Key.Key_Return)
    assert set(hand.graph.nodes) == {"wait"}
    hand.key(Qt.Key.Key_Tab)
    assert popup_of(hand).isVisible(), "one after the other"


def test_with_a_node_selected_the_new_one_stands_beside_it_and_ctrl_enter_wires_it(hand: Hand) -> None:
    hand.click(hand.header("odd"))
    hand.click(hand.header("ask"))
    hand.key(Qt.Key.Key_Tab)
    hand.type("notification")
    with hand.undone_after():
        hand.key(Qt.Key.Key_Return, CTRL)
    (edge,) = (edge for edge in hand.graph.edges if edge.target.node == "notification")
    assert edge.source.node == "ask"
    assert hand.graph.positions["notification"][0] > hand.graph.positions["ask"][0]


def test_ctrl_enter_in_the_search_runs_nothing(hand: Hand) -> None:
    runs: list[bool] = []
    run = QShortcut(QKeySequence("Ctrl+Return"), hand.editor.window())
    run.activated.connect(lambda: runs.append(True))
    hand.click(hand.header("ask"))
    hand.key(Qt.Key.Key_Return, CTRL)
    assert runs == [True]
    hand.key(Qt.Key.Key_Tab)
    hand.type("notification")
    hand.key(Qt.Key.Key_Return, CTRL)
    assert runs == [True]
    assert any(edge.target.node == "notification" for edge in hand.graph.edges)
    run.deleteLater()


def test_shift_enter_adds_and_stays_open(hand: Hand) -> None:
    hand.double_click((300, 420))
    hand.type("wait")
    hand.key(Qt.Key.Key_Return, SHIFT)
    hand.key(Qt.Key.Key_Return, SHIFT)
    assert popup_of(hand).isVisible()
    assert {"wait", "wait_2"} <= hand.graph.nodes.keys()
    first, second = (hand.editor.canvas.rects([node])[node] for node in ("wait", "wait_2"))
    assert first[1] + first[3] < second[1] or second[1] + second[3] < first[1], "one does not lie on the other"
    hand.key(Qt.Key.Key_Escape)


def test_arrows_and_the_mouse_choose(hand: Hand) -> None:
    hand.double_click((300, 420))
    popup = popup_of(hand)
    first = popup.current()
    hand.key(Qt.Key.Key_Down)
    assert popup.current() != first
    hand.key(Qt.Key.Key_Up)
    assert popup.current() == first
    hand.key(Qt.Key.Key_Up)
    assert popup.list.currentIndex().row() == popup.model.rowCount() - 1
    popup.list.entered.emit(popup.model.index(5))
    assert popup.list.currentIndex().row() == popup.model.rowCount() - 1, "the pointer was not moved"
    QTest.mouseMove(popup.list.viewport(), popup.list.visualRect(popup.model.index(popup.model.rowCount() - 3)).center())
    assert popup.list.currentIndex().row() == popup.model.rowCount() - 3
    index = popup.model.index(popup.model.rowCount() - 2)
    with hand.undone_after():
        place = popup.list.visualRect(index).center()
        QTest.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert len(hand.graph.nodes) == 7


def test_what_is_not_found_says_so(hand: Hand) -> None:
    with hand.unchanged():
        hand.double_click((300, 420))
        hand.type("zzzz")
        popup = popup_of(hand)
        assert "zzzz" in popup.nothing.text()
        assert popup.nothing.isVisible()
        assert hand.editor.scene.held == []
        hand.key(Qt.Key.Key_Return)
        assert popup.isVisible(), "nothing is taken that was not chosen"
        hand.key(Qt.Key.Key_Escape)


def test_what_is_not_found_offers_code(hand: Hand) -> None:
    with hand.undone_after():
        hand.double_click((300, 420))
        hand.type("zzzz")
        hand.key(Qt.Key.Key_Down)
        choice = popup_of(hand).current()
        assert choice is not None
        assert choice.kind.category == "code"
        hand.key(Qt.Key.Key_Return)


def shown(hand: Hand) -> set[str]:
    model = popup_of(hand).model
    return {model.at(row).thing.kind.category for row in range(model.rowCount())}


def test_filters_narrow_what_is_found_with_keys_and_mouse(hand: Hand) -> None:
    hand.double_click((300, 420))
    popup = popup_of(hand)
    filters = popup.filters
    assert filters.chosen == ""
    assert "#fits" not in {entry.id for entry in filters.filters}, "nothing is selected"
    everything = shown(hand)
    assert len(everything) > 4
    hand.key(Qt.Key.Key_Down, CTRL)
    first = filters.filters[1]
    assert filters.chosen == first.id
    assert shown(hand) == {first.id}
    assert popup.model.rowCount() == first.count
    assert popup.field.hasFocus()
    hand.key(Qt.Key.Key_Up, CTRL)
    assert shown(hand) == everything
    place = filters.rect_of("logic").center().toPoint()
    QTest.mouseClick(filters, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert shown(hand) == {"logic"}
    assert popup.field.hasFocus()
    hand.type("cond")
    assert shown(hand) == {"logic"}
    for _ in range(4):
        hand.key(Qt.Key.Key_Backspace)
    hand.type("file")
    assert popup.nothing.isVisible(), "there is none in logic"
    assert popup.current() is None
    assert shown(hand), "but elsewhere"
    hand.key(Qt.Key.Key_Escape)


def test_with_a_node_selected_a_filter_leaves_what_fits_it(hand: Hand) -> None:
    hand.editor.scene.select(["read"])
    hand.editor.adding.search()
    popup = popup_of(hand)
    hand.key(Qt.Key.Key_Down, CTRL)
    assert popup.filters.chosen == "#fits"
    fitting = {popup.model.at(row).thing.kind.type_id for row in range(popup.model.rowCount())}
    assert "ai.llm" in fitting
    assert "flow.input" not in fitting, "it takes nothing"
    hand.key(Qt.Key.Key_Escape)


def test_letters_in_the_field_are_no_keys_of_the_canvas(hand: Hand) -> None:
    hand.editor.scene.select(["sort"])
    with hand.unchanged():
        hand.double_click((300, 420))
        hand.type("d1w")
        assert popup_of(hand).field.text() == "d1w"
        hand.key(Qt.Key.Key_Delete)
        hand.key(Qt.Key.Key_Escape)


@pytest.mark.parametrize("at", [(-100, -150), (1100, 480), (1100, -150), (-100, 480)])
def test_the_card_keeps_inside_of_the_canvas(hand: Hand, at: tuple[float, float]) -> None:
    hand.double_click(at)
    popup = popup_of(hand)
    card = popup.card_rect().translated(popup.pos())
    assert hand.editor.rect().contains(card)
    hand.type("re")
    assert hand.editor.rect().contains(popup.card_rect().translated(popup.pos()))
    hand.key(Qt.Key.Key_Escape)


def test_on_a_small_canvas_the_cards_have_fewer_rows(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, sample(), width=600, height=360)
    hand.editor.adding.search()
    popup = popup_of(hand)
    assert hand.editor.rect().contains(popup.card_rect().translated(popup.pos()))
    hand.key(Qt.Key.Key_Escape)
    hand.view.center_on("way", glide=False)
    hand.drag(hand.port("way.urgent", "output"), (560, 185))
    menu = hand.editor.adding.menu
    assert menu is not None
    assert hand.editor.rect().contains(menu.card_rect().translated(menu.pos()))
    hand.key(Qt.Key.Key_Escape)


def test_adding_beside_what_is_selected_without_a_place(hand: Hand) -> None:
    hand.editor.scene.select(["odd"])
    with hand.undone_after():
        added = hand.editor.add_node("flow.wait")
    assert added == "wait"
    assert hand.graph.positions["wait"] == (1000.0 + 196 + 52, -80.0)
    assert hand.editor.add_node("nobody.knows_this") is None


def test_new_nodes_lie_on_nothing(hand: Hand) -> None:
    for _ in range(4):
        hand.editor.add_node("flow.wait", QPointF(20, 20))
    rects = [item.body for item in hand.editor.scene.node_items()]
    assert not any(one.intersects(other) for at, one in enumerate(rects) for other in rects[at + 1 :])


def test_in_korean_a_new_node_gets_a_korean_id(hand: Hand) -> None:
    language.use("ko")
    added = hand.editor.add_node("file.read")
    assert added == language.tr("Read file").replace(" ", "_")


def drag_in(hand: Hand, type_id: str, *places: tuple[float, float], drops: bool = True) -> None:
    """Drag a node type over the canvas, as the palette does."""
    data = QMimeData()
    data.setData(MIME, type_id.encode())
    viewport, copy, buttons, keys = (
        hand.view.viewport(),
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    spots = [QPoint(hand.pixel(place)) for place in places]
    QApplication.sendEvent(viewport, QDragEnterEvent(spots[0], copy, data, buttons, keys))
    for spot in spots:
        QApplication.sendEvent(viewport, QDragMoveEvent(spot, copy, data, buttons, keys))
    if drops:
        QApplication.sendEvent(viewport, QDropEvent(QPointF(spots[-1]), copy, data, buttons, keys))
    else:
        assert hand.editor.scene.held
        QApplication.sendEvent(viewport, QDragLeaveEvent())


def test_a_node_is_dropped_from_the_palette(hand: Hand) -> None:
    with hand.undone_after():
        drag_in(hand, "flow.wait", (100, 400), (400, 420))
    x, y = hand.graph.positions["wait"]
    assert abs(x + 98 - 400) <= 8
    assert abs(y + 22 - 420) <= 8
    assert hand.editor.scene.held == []


def test_a_node_dropped_on_an_edge_is_put_into_it(qtbot: QtBot) -> None:
    graph = Graph(
        nodes={"a": Node("a", "flow.wait"), "b": Node("b", "flow.wait")},
        edges=[Edge.of("a.out", "b.value")],
        positions={"a": (0, 0), "b": (700, 0)},
    )
    hand = open_editor(qtbot, graph)
    with hand.undone_after():
        drag_in(hand, "flow.wait", (300, 200), (420, 22))
    assert hand.graph.edges == [Edge.of("a.out", "wait.value"), Edge.of("wait.out", "b.value")]
    assert hand.editor.scene.held == []


def test_with_an_edge_selected_the_search_puts_a_node_into_it(hand: Hand) -> None:
    edge = Edge.of("read.out", "sort.items")
    item = hand.editor.scene.edge_item(edge)
    assert item is not None
    hand.click(item.path().pointAtPercent(0.5))
    hand.key(Qt.Key.Key_Tab)
    popup = popup_of(hand)
    assert 0 < popup.model.rowCount() < 12, "only what fits is offered"
    hand.type("wait")
    assert len([held for held in hand.editor.scene.held if held.isVisible()]) >= 6, "the edges that it would have are shown"
    with hand.undone_after():
        hand.key(Qt.Key.Key_Return)
    assert edge not in hand.graph.edges
    assert {Edge.of("read.out", "wait.value"), Edge.of("wait.out", "sort.items")} <= set(hand.graph.edges)
    assert hand.editor.scene.held == []


def test_a_drag_that_leaves_or_is_of_no_known_type_adds_nothing(hand: Hand) -> None:
    with hand.unchanged():
        drag_in(hand, "flow.wait", (100, 400), (400, 420), drops=False)
        assert hand.editor.scene.held == []
        drag_in(hand, "nobody.knows_this", (100, 400))
