"""Wiring with mouse and keyboard."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.model.graph import Edge, Graph, Node
from graph_editor.interactions.sketch import Pill
from tests.window.hand import CTRL, Hand, hand, open_editor

__all__ = ["hand"]


def loose() -> Graph:
    """Return nodes that are not wired."""
    return Graph(
        nodes={
            "read": Node("read", "file.read"),
            "sort": Node("sort", "ai.llm"),
            "wait": Node("wait", "flow.wait"),
            "tell": Node("tell", "notify.send"),
        },
        positions={"read": (0, 0), "sort": (300, 0), "wait": (300, 200), "tell": (650, 100)},
    )


def test_wires_from_an_output_to_an_input(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, loose())
    with hand.undone_after():
        hand.drag(hand.port("read.out", "output"), hand.port("wait.value", "input"))
    assert hand.graph.edges == [Edge.of("read.out", "wait.value")]
    assert hand.editor.scene.held == []
    assert hand.editor.scene.overlay.fit is None


def test_wires_from_an_input_to_an_output(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, loose())
    with hand.undone_after():
        hand.drag(hand.port("tell.text", "input"), hand.port("sort.out", "output"))
    assert hand.graph.edges == [Edge.of("sort.out", "tell.text")]


def test_over_a_node_the_best_port_is_aimed_at(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, loose())
    with hand.undone_after():
        hand.drag(hand.port("sort.out", "output"), (760, 120))
    assert hand.graph.edges == [Edge.of("sort.out", "tell.text")], "text fits text, and After takes anything"


def test_ports_that_do_not_fit_take_nothing(qtbot: QtBot) -> None:
    graph = loose()
    graph.edges = [Edge.of("wait.out", "tell.text")]
    hand = open_editor(qtbot, graph)
    fits: dict[str, bool] = {}
    with hand.unchanged():
        hand.press(hand.port("tell.out", "output"))
        hand.to((600, 400))
        for item in hand.editor.scene.node_items():
            fits[item.node] = any(side == "input" for _, side in item.look.marks.fits or {})
        hand.key(Qt.Key.Key_Escape)
        hand.release()
    assert fits == {"read": True, "sort": True, "wait": False, "tell": False}, "no edge may close a circle"


def test_an_edge_dropped_on_a_port_that_does_not_take_it_says_why(qtbot: QtBot) -> None:
    graph = loose()
    graph.edges = [Edge.of("wait.out", "tell.text")]
    hand = open_editor(qtbot, graph)
    with hand.unchanged(), qtbot.waitSignal(hand.editor.edit_failed) as failed:
        hand.drag(hand.port("tell.out", "output"), hand.port("wait.value", "input"))
    assert isinstance(failed.args, list)
    assert failed.args[0].issue.code == "wire.cycle"
    assert hand.editor.scene.held == []
    assert hand.editor.gestures.active is None


def said(hand: Hand) -> list[str]:
    pills = [item for item in hand.editor.scene.held if isinstance(item, Pill) and item.isVisible()]
    return [pill.words for pill in pills]


def test_held_over_what_does_not_take_it_an_edge_says_why(qtbot: QtBot) -> None:
    graph = loose()
    graph.edges = [Edge.of("wait.out", "tell.text")]
    hand = open_editor(qtbot, graph)
    with hand.unchanged():
        hand.press(hand.port("tell.out", "output"))
        hand.to(hand.port("wait.value", "input"))
        assert said(hand) == ["This edge would close a circle."]
        hand.to(hand.header("wait"))
        assert said(hand) == ["This edge would close a circle."]
        hand.to(hand.port("wait.out", "output"))
        assert said(hand) == ["Edges lead from outputs to inputs."]
        hand.to((500, 500))
        assert said(hand) == []
        hand.to(hand.header("sort"))
        assert said(hand) == [], "it can be wired there"
        hand.to(hand.port("wait.value", "input"))
        hand.key(Qt.Key.Key_Escape)
        hand.release()
        assert hand.editor.scene.held == []


def test_another_tab_lets_go_of_everything(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, loose())
    with hand.unchanged():
        hand.press(hand.port("read.out", "output"))
        hand.to((500, 400))
        hand.editor.hide()
        assert hand.editor.scene.held == []
        hand.editor.show()
        hand.drag(hand.port("read.out", "output"), (560, 400))
        assert hand.editor.adding.menu is not None
        hand.editor.hide()
        assert hand.editor.adding.menu.isHidden()
        assert hand.editor.scene.held == []


def test_esc_lets_go(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, loose())
    with hand.unchanged():
        hand.press(hand.port("read.out", "output"))
        hand.to(hand.port("wait.value", "input"))
        assert hand.editor.scene.held
        hand.key(Qt.Key.Key_Escape)
        assert hand.editor.scene.held == []
        hand.release()


def test_ctrl_keeps_wiring_from_the_same_port(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, loose())
    hand.press(hand.port("read.out", "output"))
    hand.to(hand.port("wait.value", "input"), mods=CTRL)
    hand.release(CTRL)
    assert hand.editor.scene.held, "the next edge is in the hand"
    hand.hover(hand.port("tell.text", "input"))
    hand.click(hand.port("tell.text", "input"))
    assert hand.graph.edges == [Edge.of("read.out", "wait.value"), Edge.of("read.out", "tell.text")]
    assert hand.editor.scene.held == []


def test_click_and_click_wires_too(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, loose())
    hand.click(hand.port("read.out", "output"))
    hand.hover((500, 300))
    hand.click(hand.port("wait.value", "input"))
    assert hand.graph.edges == [Edge.of("read.out", "wait.value")]


def test_an_edge_is_led_elsewhere_by_its_end(hand: Hand) -> None:
    with hand.undone_after():
        hand.drag(hand.port("save.content", "input"), hand.port("ask.payload", "input"))
    assert Edge.of("way.default", "ask.payload") in hand.graph.edges
    assert Edge.of("way.urgent", "ask.payload") not in hand.graph.edges, "one edge gives way"


def test_an_edge_is_led_elsewhere_by_its_start(hand: Hand) -> None:
    start = hand.port("way.default", "output") + QPointF(17, 1)
    with hand.undone_after():
        hand.drag(start, hand.port("sort.out", "output"))
    assert Edge.of("sort.out", "save.content") in hand.graph.edges
    assert Edge.of("way.default", "save.content") not in hand.graph.edges


def test_an_edge_dropped_on_nothing_is_removed(hand: Hand) -> None:
    with hand.undone_after():
        hand.drag(hand.port("save.content", "input"), (600, 420))
    assert Edge.of("way.default", "save.content") not in hand.graph.edges


def test_an_edge_put_back_stays(hand: Hand) -> None:
    with hand.unchanged():
        hand.press(hand.port("save.content", "input"))
        hand.to((600, 420))
        hand.to(hand.port("save.content", "input"))
        hand.release()
    edge = hand.editor.scene.edge_item(Edge.of("way.default", "save.content"))
    assert edge is not None
    assert edge.isVisible()


def test_dropped_on_nothing_a_menu_offers_what_fits_and_wires_it(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, loose())
    hand.drag(hand.port("sort.out", "output"), (700, 350))
    menu = hand.editor.adding.menu
    assert menu is not None
    assert menu.isVisible()
    assert QApplication.focusWidget() is menu.field
    first = menu.current()
    assert first is not None
    assert first.how == "exact", "what fits exactly is on top"
    assert hand.editor.scene.held, "the edge is still seen"
    with hand.undone_after():
        hand.type("notif")
        hand.key(Qt.Key.Key_Return)
    (edge,) = hand.graph.edges
    assert edge == Edge.of("sort.out", "notification.text")
    port = hand.port("notification.text", "input")
    assert abs(port.x() - 700) <= 8
    assert not menu.isVisible()
    assert hand.editor.scene.held == []
    assert hand.editor.view.hasFocus()


def test_tab_takes_another_port_and_esc_lets_the_edge_go(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, loose())
    with hand.unchanged():
        hand.drag(hand.port("sort.out", "output"), (700, 350))
        menu = hand.editor.adding.menu
        assert menu is not None
        hand.type("notification")
        first = menu.current()
        hand.key(Qt.Key.Key_Tab)
        second = menu.current()
        assert first is not None
        assert second is not None
        assert first.port != second.port
        hand.key(Qt.Key.Key_Escape)
        assert not menu.isVisible()
        assert hand.editor.scene.held == []


def test_clicking_elsewhere_closes_the_menu(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, loose())
    with hand.unchanged():
        hand.drag(hand.port("sort.out", "output"), (700, 350))
        hand.click((100, 300))
        menu = hand.editor.adding.menu
        assert menu is not None
        assert not menu.isVisible()
        assert hand.editor.gestures.active is None


def test_an_edge_from_an_input_asks_for_what_gives(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, loose())
    hand.drag(hand.port("tell.text", "input"), (500, 420))
    hand.type("llm")
    with hand.undone_after():
        hand.key(Qt.Key.Key_Return)
    assert hand.graph.edges == [Edge.of("llm.out", "tell.text")]


def test_w_wires_with_the_keyboard(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, loose())
    hand.editor.scene.select(["read"])
    with hand.undone_after():
        hand.key(Qt.Key.Key_W)
        hand.key(Qt.Key.Key_Down)
        hand.key(Qt.Key.Key_Return)
    (edge,) = hand.graph.edges
    assert edge.source.node == "read"
    assert edge.target.node in ("wait", "sort")


def test_w_and_esc_is_nothing_and_enter_on_nothing_asks(qtbot: QtBot) -> None:
    graph = Graph(nodes={"read": Node("read", "file.read")}, positions={"read": (0, 0)})
    hand = open_editor(qtbot, graph)
    hand.editor.scene.select(["read"])
    with hand.unchanged():
        hand.key(Qt.Key.Key_W)
        assert hand.editor.scene.held
        hand.key(Qt.Key.Key_Escape)
        assert hand.editor.scene.held == []
        hand.key(Qt.Key.Key_W)
        hand.key(Qt.Key.Key_Return)
    menu = hand.editor.adding.menu
    assert menu is not None
    assert menu.isVisible()
    with hand.undone_after():
        hand.key(Qt.Key.Key_Return)
    assert len(hand.graph.edges) == 1


def test_tab_begins_at_another_port(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, loose())
    hand.editor.scene.select(["tell"])
    hand.key(Qt.Key.Key_W)
    first = hand.editor.scene.overlay.source
    hand.key(Qt.Key.Key_Tab)
    second = hand.editor.scene.overlay.source
    assert first is not None
    assert second is not None
    assert first.port != second.port
    with hand.undone_after():
        hand.key(Qt.Key.Key_Return)


def test_the_menu_opens_within_50_ms(qtbot: QtBot) -> None:
    import time

    hand = open_editor(qtbot, loose())
    hand.drag(hand.port("sort.out", "output"), (700, 350))
    hand.key(Qt.Key.Key_Escape)
    hand.press(hand.port("sort.out", "output"))
    hand.to((700, 350))
    start = time.process_time()
    hand.release()
    took = time.process_time() - start
    menu = hand.editor.adding.menu
    assert menu is not None
    assert menu.isVisible()
    assert took < 0.05


def test_x_and_drag_cuts_the_edges_that_are_crossed(hand: Hand) -> None:
    first, second = Edge.of("way.urgent", "ask.payload"), Edge.of("way.default", "save.content")
    with hand.undone_after():
        QTest.keyPress(hand.view, Qt.Key.Key_X)
        hand.press((725, -100))
        hand.to((725, 180), steps=6)
        faded = [item.edge for item in hand.editor.scene.edge_items() if item.opacity() < 1]
        assert set(faded) == {first, second}
        (line,) = hand.editor.scene.held
        assert line.boundingRect().left() > 700, "it begins where the button went down"
        hand.release()
        QTest.keyRelease(hand.view, Qt.Key.Key_X)
    assert not {first, second} & set(hand.graph.edges)
    assert len(hand.graph.edges) == 3
    assert hand.editor.scene.held == []
    with hand.unchanged():
        hand.drag((725, -100), (725, 180))


def test_esc_cuts_nothing(hand: Hand) -> None:
    with hand.unchanged():
        QTest.keyPress(hand.view, Qt.Key.Key_X)
        hand.press((725, -100))
        hand.to((725, 180))
        hand.key(Qt.Key.Key_Escape)
        hand.release()
        QTest.keyRelease(hand.view, Qt.Key.Key_X)
        assert hand.editor.scene.held == []
        assert all(item.opacity() == 1 for item in hand.editor.scene.edge_items())


def test_w_goes_on_from_node_to_node(qtbot: QtBot) -> None:
    names = ("a", "b", "c")
    graph = Graph(
        nodes={name: Node(name, "flow.wait") for name in names},
        positions={name: (260.0 * index, 0.0) for index, name in enumerate(names)},
    )
    hand = open_editor(qtbot, graph)
    hand.editor.scene.select(["a"])
    for source, target in pairwise(names):
        hand.key(Qt.Key.Key_W)
        hand.key(Qt.Key.Key_Return)
        assert (hand.graph.edges[-1].source.node, hand.graph.edges[-1].target.node) == (source, target)
        assert hand.editor.scene.selected_nodes() == [target]
        assert hand.editor.scene.selected_edges() == []
    lines = list(hand.editor.scene.edge_items())
    assert len(lines) == 2
    assert not any(line.chosen or line.hovered for line in lines)
