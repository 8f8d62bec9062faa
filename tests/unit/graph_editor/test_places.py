"""Where what is new is put: by hand, as a copy, and as a note."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.changes import SetOption
from graph_editor.arranging import Rect, beside, drop_place, hides
from graph_editor.edits import after, unpin
from tests.unit.graph_editor.graphs import RECTS, line

SIZE = 196.0, 68.0
SPOTS = st.tuples(st.integers(-40, 40), st.integers(-40, 40)).map(lambda spot: (spot[0] * 8.0, spot[1] * 8.0))


def overlap(one: Rect, other: Rect) -> bool:
    (x, y, w, h), (left, top, width, height) = one, other
    return x < left + width and left < x + w and y < top + height and top < y + h


@pytest.mark.parametrize(
    ("there", "hidden"), [((0, 0), True), ((8, 8), True), ((40, 24), False), ((150, 0), False), ((300, 0), False)]
)
def test_what_is_put_down_by_hand_lies_there_unless_it_hides_something(there: tuple[float, float], hidden: bool) -> None:
    taken = [(0.0, 0.0, *SIZE)]
    place = drop_place(taken, SIZE, there)
    assert hides((*there, *SIZE), taken[0]) is hidden
    assert (place != there) is hidden
    assert not hides((*place, *SIZE), taken[0])


@given(st.lists(SPOTS, max_size=6), SPOTS, st.booleans())
def test_a_copy_lies_beside_the_original_on_nothing(
    others: list[tuple[float, float]], at: tuple[float, float], tall: bool
) -> None:
    part = (*at, *((196.0, 400.0) if tall else (700.0, 68.0)))
    taken = [part, *((*spot, *SIZE) for spot in others)]
    dx, dy = beside(taken, part, 8)
    assert dx % 8 == dy % 8 == 0
    assert (dx > 0) is tall
    assert not any(overlap((part[0] + dx, part[1] + dy, *part[2:]), rect) for rect in taken)


def test_unpinning_forgets_what_is_pinned_and_keeps_what_is_selected() -> None:
    graph = line()
    graph.apply(SetOption("b", ("pinned",), {"out": "x"}))
    edit = unpin(graph, RECTS)
    assert edit is not None
    assert set(edit.nodes) == set(RECTS)
    assert after(graph, [edit.change]).nodes["b"].options == {}
    assert unpin(line(), RECTS) is None
