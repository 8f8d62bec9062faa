"""Order on the canvas: rows, columns, and everything along its edges."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.graph import Edge, Endpoint, Frame, Graph, Node
from graph_editor.arranging import Rect, is_inside, members
from graph_editor.edits import Edit, after
from graph_editor.layers import Box, Link, apart, columns, laid_out
from graph_editor.tidying import align, distribute, tidy
from tests.unit.graph_editor.graphs import RECTS, line

STEP = 8.0
NAMES = "abcdefgh"


def port_y(_end: Endpoint, _side: str) -> float:
    return 22.0


def rects_of(graph: Graph) -> dict[str, Rect]:
    return {node: (*place, 196.0, 80.0) for node, place in graph.positions.items()}


def done(graph: Graph, edit: Edit | None) -> Graph:
    assert edit is not None
    return after(graph, [edit.change])


def overlap(one: Rect, other: Rect) -> bool:
    (x, y, w, h), (left, top, width, height) = one, other
    return x < left + width and left < x + w and y < top + height and top < y + h


def test_nodes_that_stand_beside_each_other_become_a_row_with_equal_gaps() -> None:
    rects = {"a": (3.0, 5.0, 196.0, 80.0), "b": (320.0, 60.0, 212.0, 80.0), "c": (900.0, -20.0, 196.0, 80.0)}
    moved = done(line(), align(line(), rects, STEP)).positions
    assert [moved[node][1] for node in "abc"] == [8.0, 8.0, 8.0]
    assert (moved["a"][0], moved["c"][0]) == (3.0, 900.0), "the ends stay"
    assert moved["b"][0] - (moved["a"][0] + 196) == pytest.approx(moved["c"][0] - (moved["b"][0] + 212), abs=1)


def test_nodes_that_stand_below_each_other_become_a_column_with_room_between_them() -> None:
    rects = {"a": (0.0, 0.0, 196.0, 80.0), "b": (60.0, 40.0, 196.0, 100.0), "c": (-20.0, 90.0, 196.0, 80.0)}
    moved = done(line(), align(line(), rects, STEP)).positions
    assert [moved[node] for node in "abc"] == [(0.0, 0.0), (0.0, 108.0), (0.0, 236.0)]


def test_distributed_nodes_have_equal_gaps_and_go_nowhere_else() -> None:
    rects = {"a": (3.0, 5.0, 196.0, 80.0), "b": (320.0, 60.0, 212.0, 80.0), "c": (900.0, -20.0, 196.0, 80.0)}
    moved = done(line(), distribute(line(), rects)).positions
    assert moved["b"][1] == 60.0
    assert moved["b"][0] - (3 + 196) == pytest.approx(900 - (moved["b"][0] + 212), abs=1)
    below = {"a": (0.0, 0.0, 196.0, 80.0), "b": (60.0, 100.0, 196.0, 100.0), "c": (-20.0, 400.0, 196.0, 80.0)}
    moved = done(line(), distribute(line(), below)).positions
    assert moved["b"] == (60.0, 190.0)
    assert distribute(line(), {"a": RECTS["a"]}) is None


def test_what_is_in_line_stays_and_one_node_is_no_row() -> None:
    graph = line()
    assert align(graph, {"a": RECTS["a"]}, STEP) is None
    assert align(graph, {node: RECTS[node] for node in "abc"}, STEP) is None


def test_columns_follow_the_edges_and_sources_stand_before_what_they_feed() -> None:
    links = [Link("a", "b"), Link("b", "c"), Link("late", "c"), Link("c", "b")]
    assert columns(["a", "b", "c", "late"], links) == [["a"], ["b", "late"], ["c"]]


@given(st.lists(st.tuples(st.floats(-1000, 1000), st.sampled_from((8.0, 80.0, 120.0))), max_size=12))
def test_places_are_apart_and_those_that_are_stay(lines: list[tuple[float, float]]) -> None:
    aims, tall = sorted(aim for aim, _ in lines), [height for _, height in lines]
    places = apart(aims, tall)
    for index, (one, next_) in enumerate(pairwise(places)):
        assert next_ - one >= tall[index] - 1e-6
    assert apart(places, tall) == pytest.approx(places)


def test_a_chain_is_straight_and_cases_keep_their_order() -> None:
    boxes = {name: Box(196.0, 80.0) for name in ("in", "way", "low", "high", "end")}
    links = [Link("in", "way", 22, 22), Link("way", "low", 80, 22), Link("way", "high", 56, 22), Link("high", "end", 22, 22)]
    places = laid_out(boxes, links, (40.0, 16.0), STEP)
    assert min(x for x, _ in places.values()) == 40.0
    assert min(y for _, y in places.values()) == 16.0
    assert places["high"][1] < places["low"][1], "edges do not cross"
    assert places["in"][1] == places["way"][1]
    assert places["high"][1] == places["end"][1]
    assert [places[name][0] for name in ("in", "way", "low")] == [40.0, 288.0, 536.0]


def test_of_two_edges_between_the_same_nodes_the_upper_one_is_straight() -> None:
    boxes = {"a": Box(196.0, 80.0), "b": Box(196.0, 80.0)}
    places = laid_out(boxes, [Link("a", "b", 22, 42), Link("a", "b", 22, 22)], (0.0, 0.0), STEP)
    assert places["a"][1] == places["b"][1]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_whatever_is_tidied_lies_on_nothing_stays_in_its_frame_and_is_tidy(data: st.DataObject) -> None:
    names = list(NAMES[: data.draw(st.integers(2, 8))])
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=10))
    place = st.tuples(st.integers(-5, 5).map(lambda n: n * 130.0), st.integers(-5, 5).map(lambda n: n * 70.0))
    graph = Graph(
        nodes={name: Node(name, "step") for name in names},
        edges=[Edge(Endpoint(one, "out"), Endpoint(other, "in")) for one, other in dict.fromkeys(pairs) if one != other],
        positions={name: data.draw(place) for name in names},
        frames={"f": Frame("f", "Some", (-200, -200, 500, 400)), "n": Frame("n", "", (700, 500, 100, 80), text="Hello")},
    )
    held = members(graph, "f", rects_of(graph))
    edit = tidy(graph, rects_of(graph), names, graph.frames, port_y, STEP)
    tidied = graph if edit is None else done(graph, edit)
    rects = rects_of(tidied)
    for index, name in enumerate(names):
        assert not any(overlap(rects[name], rects[other]) for other in names[:index])
        assert is_inside(rects[name], tidied.frames["f"].rect) == (name in held)
        assert not overlap(rects[name], tidied.frames["n"].rect)


def test_the_upper_left_corner_stays_and_a_second_time_changes_nothing() -> None:
    graph = line()
    graph.positions.update(b=(40, 300), c=(90, -200))
    graph.frames.clear()
    tidied = done(graph, tidy(graph, rects_of(graph), graph.nodes, (), port_y, STEP))
    xs, ys = [x for x, _ in tidied.positions.values()], [y for _, y in tidied.positions.values()]
    assert (min(xs), min(ys)) == (0.0, -200.0)
    assert tidied.positions["a"][1] == tidied.positions["b"][1] == tidied.positions["c"][1]
    assert tidy(tidied, rects_of(tidied), tidied.nodes, (), port_y, STEP) is None


def test_only_some_are_tidied_and_the_rest_stays() -> None:
    graph = replace(line(), frames={})
    graph.positions["c"] = (260.0, 400.0)
    tidied = done(graph, tidy(graph, rects_of(graph), ["b", "c"], (), port_y, STEP))
    assert {node: tidied.positions[node] for node in "ad"} == {node: graph.positions[node] for node in "ad"}
    assert tidied.positions["c"][1] == tidied.positions["b"][1]


def test_a_note_goes_along_with_the_node_it_stood_at() -> None:
    graph = line()
    graph.positions["d"] = (900.0, 900.0)
    graph.frames = {"n": Frame("n", "", (900, 1000, 100, 60), text="About d")}
    tidied = done(graph, tidy(graph, rects_of(graph), graph.nodes, graph.frames, port_y, STEP))
    (x, y), note = tidied.positions["d"], tidied.frames["n"].rect
    assert (note[0] - x, note[1] - y) == (0.0, 100.0)
