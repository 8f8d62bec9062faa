"""The way of an edge around nodes, and which of them are near."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_editor.crowd import Crowd, Rect
from graph_editor.detour import Curve, Point, around, straight

WIDTH, HEIGHT, PORT = 196.0, 68.0, 22.0
PLACES = st.tuples(st.integers(-4, 4), st.integers(-4, 4)).map(lambda cell: (cell[0] * 248.0, cell[1] * 104.0))


def node(x: float, y: float = 0.0) -> Rect:
    return x, y, WIDTH, HEIGHT


def way(source: Rect, target: Rect, *others: Rect) -> tuple[Curve, ...]:
    """Return the way from the right of a node to the left of another one."""
    crowd = Crowd()
    for index, rect in enumerate(others):
        crowd.put(str(index), rect)

    def near(area: Rect) -> list[Rect]:
        return [others[int(name)] for name in crowd.near(area)]

    start, end = (source[0] + WIDTH, source[1] + PORT), (target[0] - 14, target[1] + PORT)
    return around(start, end, (source, target), near)


def points(curves: tuple[Curve, ...]) -> list[Point]:
    found = []
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in curves:
        for step in range(101):
            t, u = step / 100, 1 - step / 100
            a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
            found.append((a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy))
    return found


def inside(point: Point, rect: Rect, less: float = 0.0) -> bool:
    x, y, width, height = rect
    return x + less < point[0] < x + width - less and y + less < point[1] < y + height - less


def test_without_anything_between_it_is_straight() -> None:
    assert way(node(0), node(248)) == (straight((196, 22), (234, 22)),)
    assert way(node(0), node(496), node(248, 200)) == (straight((196, 22), (482, 22)),)


@pytest.mark.parametrize("between", [1, 2, 5])
def test_in_a_row_it_goes_around_what_stands_between(between: int) -> None:
    others = [node(248.0 * (index + 1)) for index in range(between)]
    found = points(way(node(0), node(248.0 * (between + 1)), *others))
    assert not any(inside(point, rect, -2) for point in found for rect in others)
    assert min(y for _, y in found) > -30, "it stays near"


def test_it_takes_the_side_that_is_free_and_near() -> None:
    above = node(248, -80)
    found = points(way(node(0), node(496), node(248), above))
    assert not any(inside(point, rect) for point in found for rect in (node(248), above))
    assert max(y for _, y in found) > HEIGHT, "there is more room below"


@pytest.mark.parametrize("down", [0.0, 40.0, 104.0, 300.0])
def test_what_leads_back_is_seen_around_both_nodes(down: float) -> None:
    source, target = node(496), node(0, down)
    found = points(way(source, target))
    assert not any(inside(point, rect, 3) for point in found for rect in (source, target))


def test_neighbours_that_nearly_touch_are_joined_at_once() -> None:
    assert len(way(node(0), node(204))) == 1


@settings(max_examples=200, deadline=None)
@given(PLACES, PLACES, st.lists(PLACES, max_size=14))
def test_a_way_is_whole_and_goes_around_all_or_straight(source: Point, target: Point, others: list[Point]) -> None:
    rects = [node(*place) for place in others if place not in (source, target)]
    found = way(node(*source), node(*target), *rects)
    assert found[0][0] == (source[0] + WIDTH, source[1] + PORT)
    assert found[-1][3] == (target[0] - 14, target[1] + PORT)
    assert all(one[3] == other[0] for one, other in pairwise(found))
    if len(found) > 1:
        assert not any(inside(point, rect) for point in points(found) for rect in rects)


RECTS = st.tuples(*[st.floats(-3000, 3000)] * 2, *[st.floats(0, 900)] * 2)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.none() | RECTS), max_size=20), RECTS)
def test_a_crowd_knows_what_touches_an_area(moves: list[tuple[str, Rect | None]], area: Rect) -> None:
    crowd, known = Crowd(), dict[str, Rect]()
    for name, rect in moves:
        if rect is None:
            crowd.remove(name)
            known.pop(name, None)
        else:
            crowd.put(name, rect)
            known[name] = rect
    x, y, width, height = area
    near = {
        name for name, (left, top, wide, tall) in known.items()
        if left <= x + width and x <= left + wide and top <= y + height and y <= top + tall
    }  # fmt: skip
    assert crowd.near(area) == near
    assert {name: crowd.rect(name) for name in known} == known
