"""Keys and menus that edit: delete, heal, clipboard, frames, notes, words where they stand, find, and the card of an edge."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from engine.model.graph import Edge, Graph, Node
from engine.model.issues import WeftError
from graph_editor.clipboard import MIME
from graph_editor.edge_card import EdgeCard
from graph_editor.edge_values import EdgeValue, age_text, excerpt, size_text
from graph_editor.menus import CanvasMenu
from resources import language
from tests.window.hand import ALT, CTRL, NONE, RIGHT, SHIFT, Hand, Place, hand, open_editor
from widgets.step_view import StepView

__all__ = ["hand"]


def test_delete_and_heal(hand: Hand) -> None:
    hand.click(hand.header("way"))
    with hand.undone_after():
        hand.key(Qt.Key.Key_Delete)
    assert "way" not in hand.graph.nodes
    hand.editor.undo()
    hand.editor.scene.select(["sort"])
    with hand.undone_after():
        hand.key(Qt.Key.Key_Delete, CTRL)
    assert Edge.of("read.out", "way.value") in hand.graph.edges


def test_copies_as_text_and_pastes_it_again(hand: Hand) -> None:
    hand.editor.scene.select(["read", "sort"])
    hand.key(Qt.Key.Key_C, CTRL)
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasFormat(MIME)
    assert data.text().startswith("schema_version: 1\nnodes:\n  read:")
    with hand.undone_after():
        hand.key(Qt.Key.Key_V, CTRL)
        assert set(hand.editor.scene.selected_nodes()) == {"read_2", "sort_2"}
    assert Edge.of("read_2.out", "sort_2.items") in hand.graph.edges
    places = {hand.graph.positions[node] for node in ("read", "sort", "read_2", "sort_2")}
    assert len(places) == 4
    hand.key(Qt.Key.Key_V, CTRL)
    assert hand.graph.positions["read_3"] != hand.graph.positions["read_2"]


def test_cuts_and_pastes(hand: Hand) -> None:
    hand.editor.scene.select(["odd"], (), ["n1"])
    with hand.undone_after():
        hand.key(Qt.Key.Key_X, CTRL)
    assert "odd" not in hand.graph.nodes
    assert "n1" not in hand.graph.frames
    with hand.undone_after():
        hand.key(Qt.Key.Key_V, CTRL)
    assert hand.graph.nodes["odd"].type == "nobody.knows_this"
    assert "n1" in hand.graph.frames


def test_a_copied_frame_brings_what_it_holds(hand: Hand) -> None:
    hand.editor.scene.select((), (), ["f1"])
    with hand.undone_after():
        hand.key(Qt.Key.Key_D, CTRL)
    assert {"read_2", "sort_2"} <= hand.graph.nodes.keys()
    assert hand.graph.frames["f2"].rect == (-24.0, 328.0, 512.0, 200.0), "below the frame and the note, on nothing"


def test_other_text_becomes_a_note_and_empty_text_nothing(hand: Hand) -> None:
    with hand.undone_after():
        assert hand.editor.paste_text("Ask Jiwoo: why?\nSoon.")
        (frame,) = hand.editor.scene.selected_frames()
    assert hand.graph.frames[frame].text == "Ask Jiwoo: why?\nSoon."
    QGuiApplication.clipboard().setText("  \n")
    with hand.unchanged():
        hand.key(Qt.Key.Key_V, CTRL)


def test_text_from_a_chat_is_pasted(hand: Hand) -> None:
    QGuiApplication.clipboard().setText("```yaml\nnodes:\n  hello:\n    type: flow.wait\n```\n")
    with hand.undone_after():
        hand.key(Qt.Key.Key_V, CTRL)
    assert hand.graph.nodes["hello"].type == "flow.wait"


@pytest.mark.parametrize("text", ["schema_version: 999\nnodes: {a: {type: x}}", "x" * 30_000, "bad \ud800 text"])
def test_what_cannot_be_pasted_says_why(hand: Hand, qtbot: QtBot, text: str) -> None:
    with hand.unchanged(), qtbot.waitSignal(hand.editor.edit_failed) as failed:
        assert not hand.editor.paste_text(text)
    assert isinstance(failed.args, list)
    assert isinstance(failed.args[0], WeftError)
    assert failed.args[0].issue.remedy


def test_select_all_and_duplicate(hand: Hand) -> None:
    hand.key(Qt.Key.Key_A, CTRL)
    assert len(hand.editor.scene.selected_nodes()) == 6
    assert len(hand.editor.scene.selected_frames()) == 2
    hand.editor.scene.select(["ask"])
    with hand.undone_after():
        hand.key(Qt.Key.Key_D, CTRL)
    assert hand.graph.positions["ask_2"] == (752.0, 224.0), "below what stands below it"


def test_d_switches_off_and_on(hand: Hand) -> None:
    hand.editor.scene.select(["ask", "save"])
    with hand.undone_after():
        hand.key(Qt.Key.Key_D)
    assert hand.graph.nodes["ask"].options == {"disabled": True}
    hand.editor.scene.select(["ask", "save"])
    hand.key(Qt.Key.Key_D)
    assert hand.graph.nodes["ask"].options == {}


def test_ctrl_g_frames_and_the_title_is_written_at_once(hand: Hand) -> None:
    hand.editor.scene.select(["ask", "odd"])
    hand.key(Qt.Key.Key_G, CTRL)
    hand.type("Ask first")
    hand.key(Qt.Key.Key_Return)
    frame = hand.graph.frames["f2"]
    assert frame.title == "Ask first"
    assert frame.rect[0] == 752.0 - 24
    assert hand.view.hasFocus()
    with hand.undone_after():
        hand.key(Qt.Key.Key_G, CTRL | SHIFT)
    assert "f2" not in hand.graph.frames
    assert set(hand.editor.scene.selected_nodes()) == {"ask", "odd"}


def test_f2_renames_and_references_follow(qtbot: QtBot) -> None:
    graph = Graph(
        nodes={
            "read": Node("read", "file.read", title="Read"),
            "s": Node("s", "ai.llm", params={"prompt": "{{ nodes.read.output }}"}),
        },
        positions={"read": (0, 0), "s": (300, 0)},
    )
    hand = open_editor(qtbot, graph)
    hand.editor.scene.select(["read"])
    with hand.undone_after():
        hand.key(Qt.Key.Key_F2)
        hand.type("Tickets")
        hand.key(Qt.Key.Key_Return)
    assert hand.graph.nodes["tickets"].title == "Tickets"
    assert hand.graph.nodes["s"].params["prompt"] == "{{ nodes.tickets.output }}"
    assert hand.editor.scene.selected_nodes() == ["tickets"]


def test_esc_keeps_the_title_and_leaving_the_field_takes_it(hand: Hand) -> None:
    hand.editor.scene.select(["sort"])
    with hand.unchanged():
        hand.key(Qt.Key.Key_F2)
        hand.type("Other")
        hand.key(Qt.Key.Key_Escape)
    with hand.undone_after():
        hand.key(Qt.Key.Key_F2)
        hand.type("d1w")
        hand.click((700, 350))
    assert hand.graph.nodes["sort"].title == "d1w"


def test_a_note_is_edited_by_double_click_and_emptied_it_goes(hand: Hand) -> None:
    with hand.undone_after():
        hand.double_click((80, 240))
        hand.type("Hello")
        hand.click((700, 350))
    assert hand.graph.frames["n1"].text == "Hello"
    with hand.undone_after():
        hand.double_click((80, 240))
        hand.key(Qt.Key.Key_Delete)
        hand.key(Qt.Key.Key_Return, CTRL)
    assert "n1" not in hand.graph.frames


@pytest.mark.parametrize(("key", "mods"), [(Qt.Key.Key_Escape, NONE), (Qt.Key.Key_Return, CTRL), (Qt.Key.Key_Return, ALT)])
def test_keys_that_end_a_note_keep_it_and_start_nothing(hand: Hand, key: Qt.Key, mods: Qt.KeyboardModifier) -> None:
    started: list[str] = []
    hand.actions.bind("run", lambda: started.append("run"))
    hand.editor.run_from_requested.connect(started.append)
    hand.editor.scene.select(["sort"])
    with hand.undone_after():
        hand.key(Qt.Key.Key_N)
        hand.type("First line")
        hand.key(Qt.Key.Key_Return)
        hand.type("second")
        hand.key(key, mods)
    assert [frame.text for frame in hand.graph.frames.values()][-1] == "First line\nsecond"
    assert hand.view.hasFocus()
    assert started == []
    hand.key(Qt.Key.Key_Return, CTRL)
    assert started == ["run"]


def test_keys_of_the_canvas_and_of_the_window_leave_a_title_alone(hand: Hand) -> None:
    started: list[str] = []
    hand.actions.bind("run", lambda: started.append("run"))
    hand.editor.scene.select(["sort"])
    with hand.undone_after():
        hand.key(Qt.Key.Key_F2)
        hand.type("WDP1 note")
        for key in (Qt.Key.Key_D, Qt.Key.Key_G):
            hand.key(key, CTRL)
        hand.key(Qt.Key.Key_Backspace)
        hand.key(Qt.Key.Key_Return, CTRL)
    assert hand.graph.nodes["sort"].title == "WDP1 not"
    assert started == []


def test_n_writes_a_note_and_without_words_there_is_none(hand: Hand) -> None:
    with hand.undone_after():
        hand.key(Qt.Key.Key_N)
        assert isinstance(QApplication.focusWidget(), QPlainTextEdit)
        hand.type("Remember")
        hand.key(Qt.Key.Key_Return, CTRL)
    assert [frame.text for frame in hand.graph.frames.values()][-1] == "Remember"
    with hand.unchanged():
        hand.key(Qt.Key.Key_N)
        hand.key(Qt.Key.Key_Return, CTRL)


def test_scrolling_ends_editing_words(hand: Hand) -> None:
    hand.editor.scene.select(["sort"])
    with hand.undone_after():
        hand.key(Qt.Key.Key_F2)
        hand.type("Kept")
        hand.view.pan(40, 0)
    assert hand.graph.nodes["sort"].title == "Kept"


def test_zoom_keys(hand: Hand) -> None:
    for key, zoom in ((Qt.Key.Key_Minus, 1 / 1.2), (Qt.Key.Key_0, 1.0), (Qt.Key.Key_Plus, 1.2)):
        hand.key(key)
        assert hand.view.zoom == pytest.approx(zoom)
    hand.key(Qt.Key.Key_1)
    assert hand.view.seen.contains(hand.editor.scene.content_rect())
    hand.editor.scene.select(["odd"])
    hand.key(Qt.Key.Key_2)
    assert abs(hand.view.middle.x() - 1098) < 2


@pytest.mark.parametrize(
    ("key", "mods", "signal", "value"),
    [
        (Qt.Key.Key_P, NONE, "pin_requested", ["sort"]),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier, "run_from_requested", "sort"),
        (Qt.Key.Key_Return, NONE, "open_requested", "sort"),
    ],
)
def test_keys_that_ask_the_owner(
    hand: Hand, qtbot: QtBot, key: Qt.Key, mods: Qt.KeyboardModifier, signal: str, value: object
) -> None:
    hand.editor.scene.select(["sort"])
    with hand.unchanged(), qtbot.waitSignal(getattr(hand.editor, signal)) as asked:
        hand.key(key, mods)
    assert asked.args == [value]


def test_actions_of_the_window_ask_the_owner(hand: Hand, qtbot: QtBot) -> None:
    hand.editor.scene.select(["sort"])
    for name, signal, value in (
        ("breakpoint", hand.editor.breakpoint_requested, ["sort"]),
        ("run_to", hand.editor.run_to_requested, "sort"),
        ("edit_node", hand.editor.open_requested, "sort"),
    ):
        with qtbot.waitSignal(signal) as asked:
            hand.editor.handlers()[name]()
        assert asked.args == [value]


def test_a_failed_node_offers_to_try_again(hand: Hand, qtbot: QtBot) -> None:
    hand.editor.scene.update_step("sort", StepView("failed", message="HTTP 503 Service Unavailable"))
    item = hand.editor.scene.node_item("sort")
    assert item is not None
    with hand.unchanged(), qtbot.waitSignal(hand.editor.retry_requested) as asked:
        hand.click(item.retry_rect().center())
    assert asked.args == ["sort"]


def test_a_bar_below_the_selected_node_does_what_one_does_most(hand: Hand, qtbot: QtBot) -> None:
    bar = hand.editor.node_bar
    assert not bar.isVisible()
    hand.click(hand.header("sort"))
    qtbot.waitUntil(bar.isVisible)
    item = hand.editor.scene.node_item("sort")
    assert item is not None
    foot = hand.view.mapFromScene(item.body.bottomRight())
    assert abs(bar.geometry().right() - foot.x()) <= 1
    assert 0 < bar.geometry().top() - foot.y() < 40
    with hand.undone_after():
        QTest.mouseClick(bar.buttons["disable"], Qt.MouseButton.LeftButton)
    assert hand.graph.nodes["sort"].options == {"disabled": True}
    with qtbot.waitSignal(hand.editor.run_to_requested) as asked:
        hand.editor.scene.select(["sort"])
        QTest.mouseClick(bar.buttons["run_to"], Qt.MouseButton.LeftButton)
    assert asked.args == ["sort"]
    QTest.mouseClick(bar.buttons["more"], Qt.MouseButton.LeftButton)
    menu_of(hand).close()


def test_the_bar_makes_room_when_its_node_fails(hand: Hand, qtbot: QtBot) -> None:
    bar = hand.editor.node_bar
    hand.click(hand.header("sort"))
    qtbot.waitUntil(bar.isVisible)
    hand.editor.scene.update_step("sort", StepView("failed", message="HTTP 503 Service Unavailable"))
    item = hand.editor.scene.node_item("sort")
    assert item is not None
    foot = hand.view.mapFromScene(item.body.bottomRight())
    qtbot.waitUntil(lambda: 0 < bar.geometry().top() - foot.y() < 40)


def test_the_bar_is_away_while_something_is_in_the_hand_and_from_afar(hand: Hand, qtbot: QtBot) -> None:
    bar = hand.editor.node_bar
    hand.click(hand.header("sort"))
    qtbot.waitUntil(bar.isVisible)
    hand.press(hand.header("sort"))
    qtbot.waitUntil(bar.isHidden)
    hand.release()
    qtbot.waitUntil(bar.isVisible)
    hand.view.zoom_to(0.4, glide=False)
    qtbot.waitUntil(bar.isHidden)
    hand.view.zoom_to(1.0, glide=False)
    qtbot.waitUntil(bar.isVisible)
    hand.editor.scene.select(["sort", "read"])
    qtbot.waitUntil(bar.isHidden)


def test_another_language_is_spoken_by_all_cards(hand: Hand) -> None:
    hand.editor.handlers()["find"]()
    before = hand.editor.find_bar.field.placeholderText()
    hand.double_click((300, 420))
    hand.key(Qt.Key.Key_Escape)
    language.use("ko")
    hand.editor.retranslate()
    assert hand.editor.find_bar.field.placeholderText() != before
    hand.double_click((300, 420))
    assert hand.editor.adding.popup is not None
    assert hand.editor.adding.popup.field.placeholderText() == language.tr("Search nodes")
    assert hand.editor.node_bar.buttons["more"].toolTip() == language.tr("More") != "More"
    hand.key(Qt.Key.Key_Escape)


def menu_of(hand: Hand) -> CanvasMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, CanvasMenu)
    return menu


def entry(menu: CanvasMenu, name: str) -> QAction:
    return next(action for action in menu.actions() if action.data() == name)


def choose(menu: CanvasMenu, name: str) -> None:
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entry(menu, name)).center())


def test_the_menu_of_a_node(hand: Hand) -> None:
    hand.editor.key_of = {"delete": "Del"}.get  # type: ignore[assignment]
    hand.click(hand.header("ask"), button=RIGHT)
    assert hand.editor.scene.selected_nodes() == ["ask"]
    menu = menu_of(hand)
    assert entry(menu, "delete").text() == "Delete\tDel"
    with hand.undone_after():
        choose(menu, "delete")
    assert "ask" not in hand.graph.nodes


def test_the_menus_of_edge_frame_note_and_canvas(hand: Hand) -> None:
    edge = hand.editor.scene.edge_item(Edge.of("way.urgent", "ask.payload"))
    assert edge is not None
    found = {}
    places: dict[str, Place] = {
        "edge": edge.path().pointAtPercent(0.5),
        "frame": (20, -56),
        "note": (80, 240),
        "canvas": (700, 400),
    }
    for name, place in places.items():
        hand.click(place, button=RIGHT)
        menu = menu_of(hand)
        found[name] = [action.text() for action in menu.actions() if action.text()]
        menu.close()
    assert found["edge"] == ["Insert a node…", "Delete"]
    assert "Release from the frame" in found["frame"]
    assert found["note"][0] == "Edit note"
    assert found["canvas"][0] == "Add node…"


def test_a_frame_gets_another_colour_from_its_menu(hand: Hand, qtbot: QtBot) -> None:
    hand.click((20, -56), button=RIGHT)
    menu = menu_of(hand)
    menu.setActiveAction(menu.colors.menuAction())
    QTest.keyClick(menu, Qt.Key.Key_Right)
    qtbot.waitUntil(menu.colors.isVisible)
    place = menu.colors.actionGeometry(menu.colors.actions()[2]).center()
    with hand.undone_after():
        QTest.mouseClick(menu.colors, Qt.MouseButton.LeftButton, pos=place)
    assert hand.graph.frames["f1"].color == "data"
    assert hand.editor.scene.selected_frames() == ["f1"]


def test_the_menu_key_opens_the_menu(hand: Hand) -> None:
    hand.editor.scene.select(["ask"])
    hand.key(Qt.Key.Key_Menu)
    menu = menu_of(hand)
    with hand.undone_after():
        choose(menu, "disable")
    hand.key(Qt.Key.Key_Menu)
    assert entry(menu_of(hand), "disable").text() == "Enable"
    menu_of(hand).close()


def test_find_counts_and_goes_from_one_to_the_next(hand: Hand) -> None:
    hand.editor.handlers()["find"]()
    bar = hand.editor.find_bar
    assert bar.isVisible()
    hand.type("t")
    count = bar.count.text()
    assert count.startswith("1 of ")
    first = hand.editor.scene.selected_nodes()
    hand.key(Qt.Key.Key_Return)
    assert bar.count.text().startswith("2 of ")
    assert hand.editor.scene.selected_nodes() != first
    hand.key(Qt.Key.Key_Return, SHIFT)
    assert hand.editor.scene.selected_nodes() == first
    hand.key(Qt.Key.Key_Return, SHIFT)
    assert bar.count.text() == f"{count.split()[-1]} of {count.split()[-1]}", "before the first comes the last"
    hand.key(Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert hand.view.hasFocus()


def test_find_looks_into_parameters_and_notes_and_follows_edits(hand: Hand) -> None:
    hand.editor.handlers()["find"]()
    bar = hand.editor.find_bar
    hand.type("urgency")
    assert hand.editor.scene.selected_nodes() == ["way"]
    hand.editor.editing.delete()
    assert bar.count.text() == "Nothing found"
    hand.editor.undo()
    assert bar.count.text() == "1 found"
    bar.field.selectAll()
    hand.type("refunds")
    assert hand.editor.scene.selected_frames() == ["n1"]


def test_an_edge_under_the_pointer_tells_its_last_value(hand: Hand, qtbot: QtBot) -> None:
    edge = Edge.of("read.out", "sort.items")
    values = {edge: EdgeValue([{"id": 1}, {"id": 2}], 6200, time.time() - 11, count=40)}
    hand.editor.set_edge_values(values.get)
    item = hand.editor.scene.edge_item(edge)
    assert item is not None
    hand.hover(item.path().pointAtPercent(0.5))
    assert item.hovered
    qtbot.waitUntil(lambda: hand.editor.gestures.hover.card is not None and hand.editor.gestures.hover.card.isVisible())
    card = hand.editor.gestures.hover.card
    assert card is not None
    assert card.title == "out · 40 items"
    assert card.facts == "6.2 kB · 11 s ago"
    assert card.lines == ["id: 1", "id: 2"]
    hand.hover(QPointF(700, 400))
    assert not card.isVisible()
    assert not item.hovered


def test_without_a_value_there_is_no_card_and_leaving_ends_it(hand: Hand, qtbot: QtBot) -> None:
    item = hand.editor.scene.edge_item(Edge.of("read.out", "sort.items"))
    assert item is not None
    hand.hover(item.path().pointAtPercent(0.5))
    timer = hand.editor.gestures.hover._wait
    qtbot.waitUntil(lambda: not timer.isActive())
    assert hand.editor.gestures.hover.card is None
    QApplication.sendEvent(hand.view.viewport(), QEvent(QEvent.Type.Leave))
    assert not item.hovered


def test_the_card_of_a_value_is_never_wider_than_it_may_be(hand: Hand) -> None:
    edge = Edge.of("read.out", "sort.items")
    card = EdgeCard(hand.view)
    widths = []
    for value in ("x", "long " * 12, "long " * 9000):
        card.show_value(edge, "text", EdgeValue(value, len(value), time.time()))
        card.put_beside(QPoint(100, 100))
        widths.append(card.width())
        assert len(card.lines) <= 3
    assert widths[0] < widths[1] <= widths[2] < 480
    card.deleteLater()


def test_words_about_values() -> None:
    assert [size_text(size) for size in (812, 6200, 1_400_000)] == ["812 B", "6.2 kB", "1.4 MB"]
    assert [age_text(age) for age in (0.2, 11, 150, 7300, 90_000, 200_000)] == [
        "just now", "11 s ago", "2 min ago", "2 h ago", "1 day ago", "2 days ago",
    ]  # fmt: skip
    assert excerpt("one\n\ntwo\nthree\nfour") == ["one", "two", "three …"]
    assert excerpt([1, 2, 3, 4]) == ["1", "2", "3"], "how many there are is told above"
    assert excerpt({"a": "x", "b": [1, 2]}) == ["a: x", "b: 2 items"]
    assert excerpt("") == ["empty"]
    assert excerpt(3) == ["3"]
