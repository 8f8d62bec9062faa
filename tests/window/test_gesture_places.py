"""Where things come to lie that are added, dropped, copied and tidied, and that the view follows only when it has to."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QCursor
from pytestqt.qtbot import QtBot

from engine.model.graph import Edge, Frame, Graph, Node
from tests.window.canvas import sample
from tests.window.hand import CTRL, RIGHT, SHIFT, Hand, hand, open_editor
from tests.window.test_gesture_add import drag_in
from tests.window.test_gesture_edit import menu_of

__all__ = ["hand"]


def bodies(hand: Hand) -> list[QRectF]:
    return [item.body for item in hand.editor.scene.node_items()]


@pytest.mark.parametrize("at", [(40, 100), (150, 40), (98, 60)])
def test_a_drop_from_the_palette_stays_where_it_was_dropped(qtbot: QtBot, at: tuple[float, float]) -> None:
    hand = open_editor(qtbot, Graph(nodes={"a": Node("a", "file.read")}, positions={"a": (0, 0)}))
    with hand.undone_after():
        drag_in(hand, "flow.wait", (600, 400), at)
    x, y = hand.graph.positions["wait"]
    assert abs(x + 98 - at[0]) <= 8
    assert abs(y + 22 - at[1]) <= 8


def test_a_drop_that_would_hide_a_node_finds_another_place(qtbot: QtBot) -> None:
    hand = open_editor(qtbot, Graph(nodes={"a": Node("a", "file.read")}, positions={"a": (0, 0)}))
    drag_in(hand, "flow.wait", (600, 400), (100, 24))
    one, other = bodies(hand)
    assert not one.intersects(other)


def test_adding_what_is_seen_does_not_move_the_view(hand: Hand) -> None:
    seen = hand.view.seen
    hand.editor.add_node("flow.wait", QPointF(seen.left() + 4, seen.top() + 4))
    assert hand.view.seen == seen
    hand.double_click((seen.right() - 110, seen.top() + 40))
    hand.type("wait")
    hand.key(Qt.Key.Key_Return)
    assert len(hand.graph.nodes) == 8
    assert hand.view.seen == seen


@pytest.mark.parametrize("is_column", [False, True])
def test_a_chain_is_copied_beside_itself(qtbot: QtBot, is_column: bool) -> None:
    places = {name: (0.0, 150.0 * index) if is_column else (248.0 * index, 0.0) for index, name in enumerate("abc")}
    graph = Graph(
        nodes={name: Node(name, "flow.wait") for name in "abc"},
        edges=[Edge.of("a.out", "b.value"), Edge.of("b.out", "c.value")],
        positions=places,
    )
    hand = open_editor(qtbot, graph)
    for _ in range(2):
        hand.editor.scene.select(["a", "b", "c"])
        with hand.undone_after():
            hand.key(Qt.Key.Key_D, CTRL)
    found = bodies(hand)
    assert len(found) == 9
    assert not any(one.intersects(other) for at, one in enumerate(found) for other in found[at + 1 :])


def test_a_new_note_covers_no_node(hand: Hand) -> None:
    before = QCursor.pos()
    QCursor.setPos(hand.view.viewport().mapToGlobal(hand.pixel(hand.header("sort"))))
    with hand.undone_after():
        hand.key(Qt.Key.Key_N)
        hand.type("Why a model?")
        hand.key(Qt.Key.Key_Escape)
    QCursor.setPos(before)
    note = hand.editor.scene.frame_item([*hand.graph.frames][-1])
    assert note is not None
    assert not any(note.area.intersects(body) for body in bodies(hand))
    assert hand.view.seen.contains(note.area)


def test_who_saw_everything_does_so_after_tidy(qtbot: QtBot) -> None:
    names = [f"n{index}" for index in range(9)]
    graph = Graph(
        nodes={name: Node(name, "flow.wait") for name in names},
        edges=[Edge.of(f"{one}.out", f"{other}.value") for one, other in pairwise(names)],
        positions={name: (250.0 * (index % 3), 140.0 * (index // 3)) for index, name in enumerate(names)},
    )
    hand = open_editor(qtbot, graph)
    hand.view.fit(glide=False)
    hand.key(Qt.Key.Key_L, SHIFT)
    assert hand.view.seen.contains(hand.editor.scene.content_rect())
    hand.editor.undo()
    hand.view.zoom_to(2.0, glide=False)
    seen = hand.view.seen
    hand.key(Qt.Key.Key_L, SHIFT)
    assert hand.view.seen == seen, "who looks at a part goes on looking at it"


def test_release_is_offered_in_a_frame_only(qtbot: QtBot) -> None:
    graph = sample()
    graph.frames["f2"] = Frame("f2", "Ways", (700, -140, 300, 400))
    hand = open_editor(qtbot, graph)
    for node, offered in (("way", False), ("read", True), ("ask", True)):
        hand.click(hand.header(node), button=RIGHT)
        names = [action.data() for action in menu_of(hand).actions()]
        assert ("unframe" in names) is offered
        assert hand.actions["unframe"].isEnabled() is offered
        menu_of(hand).close()
    hand.editor.scene.select((), (), ["n1"])
    assert not hand.actions["unframe"].isEnabled()


def test_several_nodes_are_distributed(hand: Hand) -> None:
    hand.editor.scene.select(["read", "way", "odd"])
    before = hand.editor.canvas.rects()
    with hand.undone_after():
        hand.key(Qt.Key.Key_D, SHIFT)
    rects = hand.editor.canvas.rects()
    left, middle, right = (rects[node] for node in ("read", "way", "odd"))
    assert abs((middle[0] - left[0] - left[2]) - (right[0] - middle[0] - middle[2])) <= 1
    assert all(rects[node][1] == before[node][1] for node in rects)
