"""Sizes and places on the canvas, lines of text, and what tips say."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from engine.api.ports import Port
from engine.model.issues import Issue
from graph_editor.geometry import PortSpot, anatomy, distance_to_path, edge_path, place_ports
from graph_editor.hits import PortHit
from graph_editor.node_face import Marks, face_of, look_of
from graph_editor.node_paint import metrics
from graph_editor.text_lines import Tail, wrap
from graph_editor.tips import node_tip, port_tip
from tests.window.canvas import sample, types
from widgets.step_view import IDLE, StepView, time_text
from widgets.theme import font

TEXTS = st.text("abc 한글\n\t.", max_size=200)
COORDINATES = st.floats(-5000, 5000)


@pytest.mark.parametrize(
    ("inputs", "outputs", "rows", "lines"), [(0, 0, 0, 0), (1, 1, 0, 3), (9, 1, 0, 0), (1, 2, 4, 2), (2, 0, 30, 0)]
)
def test_all_ports_lie_at_the_sides_of_a_node_and_apart(
    qapp: QApplication, inputs: int, outputs: int, rows: int, lines: int
) -> None:
    parts = anatomy("model", inputs, outputs, rows, lines)
    left = [PortSpot(Port(f"i{index}"), "input", 0, 0) for index in range(inputs)]
    right = [PortSpot(Port(f"o{index}"), "output", 0, 0, row=index >= outputs) for index in range(outputs + rows)]
    placed = place_ports(parts, left, right)
    for side, x in (("input", 0.0), ("output", parts.width)):
        heights = sorted(spot.y for spot in placed if spot.side == side)
        assert all(spot.x == x for spot in placed if spot.side == side)
        assert all(10 <= y <= parts.height - 10 for y in heights)
        assert all(below - above >= 16 for above, below in pairwise(heights))


@settings(max_examples=50, deadline=None)
@given(COORDINATES, COORDINATES, COORDINATES, COORDINATES)
def test_an_edge_leaves_and_arrives_level(x: float, y: float, u: float, v: float) -> None:
    start, end = QPointF(x, y), QPointF(u, v)
    path = edge_path(start, end)
    assert path.elementAt(0).x == pytest.approx(x)
    assert path.currentPosition() == end
    assert distance_to_path(path, start) == pytest.approx(0, abs=1e-6)
    first = path.elementAt(1)
    assert first.x > x
    if u >= x:
        assert first.y == pytest.approx(y)


def test_an_edge_to_its_own_node_can_be_seen_below_it() -> None:
    lowest = max(edge_path(QPointF(200, 20), QPointF(0, 20)).pointAtPercent(share / 10).y() for share in range(11))
    assert lowest > 80


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(1, 4), st.integers(40, 200))
def test_lines_are_as_many_and_as_wide_as_allowed(qapp: QApplication, text: str, most: int, width: int) -> None:
    face = font(11, mono=True)
    lines = wrap(text, face, width, most)
    assert len(lines) <= most
    for line in lines:
        assert metrics(face).horizontalAdvance(line) <= width + 2 or len(line) == 1
    if "\n" not in text and "\t" not in text:
        assert "".join(lines).replace(" ", "").rstrip("…") in text.replace(" ", "")


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_a_text_that_grows_piece_by_piece_looks_as_if_it_came_at_once(qapp: QApplication, pieces: list[str]) -> None:
    face, whole = font(11, mono=True), ""
    growing = Tail(face, 120, 3)
    for piece in pieces:
        whole += piece
        assert growing.lines(whole) == Tail(face, 120, 3).lines(whole)
        assert len(growing.lines(whole)) <= 3


def test_a_tail_begins_anew_with_another_text(qapp: QApplication) -> None:
    tail = Tail(font(11, mono=True), 120, 3)
    tail.lines("one two three four five six seven eight nine ten")
    assert tail.lines("Other") == ("Other",)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.004, "4 ms"), (6.23, "6.2 s"), (99.9, "99.9 s"), (247.3, "4 m 07 s"), (7512, "2 h 05 m")]
)
def test_times_are_told_in_their_unit(seconds: float, words: str) -> None:
    assert time_text(seconds) == words


def test_tips_tell_what_cannot_be_read_on_the_node(qapp: QApplication) -> None:
    graph = sample()
    node = graph.nodes["sort"]
    look = look_of(face_of(node, (), types()), IDLE, Marks(problems=(Issue("a", "No <prompt>.", "Write one."),)))
    assert node_tip(look) == "<p>No &lt;prompt&gt;. Write one.</p>"
    failed = StepView("failed", message="The server did not answer. " * 5)
    assert "did not answer" in node_tip(look_of(face_of(node, (), types()), failed, Marks()))
    assert node_tip(look_of(face_of(node, (), types()), IDLE, Marks())) == ""


def test_tips_tell_what_a_port_takes(qapp: QApplication) -> None:
    spot = PortSpot(Port("items", "list", required=True, label="Items", help="What is sorted."), "input", 0, 0)
    hit = PortHit("sort", "items", "input", QPointF(), spot)
    assert port_tip(hit) == "<p>Items</p><p>list · has to be connected</p><p>What is sorted.</p>"
