"""Edits of nodes, frames and notes: each is one change with a text, and is taken back whole."""

from __future__ import annotations

import pytest

from engine.model.graph import Edge, Frame, Graph, Node
from engine.model.serialize import dump
from graph_editor.arranging import add_note, carried, free_place, group, move, release, set_frame, snapped
from graph_editor.edits import Edit, add, delete, new_node, rename, switch
from tests.unit.graph_editor.graphs import RECTS, line


def done(graph: Graph, edit: Edit | None) -> Graph:
    """Return the graph after an edit; taken back, it is as it was."""
    assert edit is not None
    assert edit.text
    copy, before = graph.copy(), dump(graph)
    inverse = copy.apply(edit.change)
    result = copy.copy()
    copy.apply(inverse)
    assert dump(copy) == before
    return result


def test_ids_come_from_titles() -> None:
    graph = line()
    assert new_node(graph, "ai.llm", 1, "LLM call").id == "llm_call"
    assert new_node(graph, "ai.llm", 1, "모델 호출").id == "모델_호출"
    graph.nodes["llm_call"] = Node("llm_call", "x")
    assert new_node(graph, "ai.llm", 1, "LLM call").id == "llm_call_2"


def test_adds_and_selects() -> None:
    edit = add(Node("e", "step"), (8, 16), "Step")
    assert done(line(), edit).positions["e"] == (8.0, 16.0)
    assert edit.nodes == ("e",)
    assert edit.text == "Add Step"


def test_deletes_nodes_edges_and_frames_together() -> None:
    edge = Edge.of("b.out", "c.in")
    graph = done(line(), delete(line(), ["a"], [Edge.of("a.out", "b.in"), edge], ["f1", "n1"]))
    assert list(graph.nodes) == ["b", "c", "d"]
    assert graph.edges == []
    assert graph.frames == {}
    assert delete(line()) is None


@pytest.mark.parametrize(
    ("what", "text"),
    [((["a"],), "Delete node"), ((["a", "b"],), "Delete 2 nodes"), (((), [Edge.of("a.out", "b.in")]), "Delete edge"),
     (((), (), ["f1"]), "Delete frame"), (((), (), ["n1"]), "Delete note")],
)  # fmt: skip
def test_deleting_says_what(what: tuple[list[str]], text: str) -> None:
    edit = delete(line(), *what)
    assert edit is not None
    assert edit.text == text


def test_switches_off_what_is_on_and_on_when_all_are_off() -> None:
    graph = done(line(), switch(line(), ["a", "b"]))
    assert graph.nodes["a"].options == {"disabled": True}
    again = done(graph, switch(graph, ["a", "b", "c"]))
    assert again.nodes["c"].options == {"disabled": True}
    back = done(again, switch(again, ["a", "b", "c"]))
    assert back.nodes["b"].options == {}
    assert switch(graph, []) is None


def test_an_id_follows_its_title_with_all_references() -> None:
    graph = done(line(), rename(line(), "b", "Sort tickets", "Step"))
    assert graph.nodes["sort_tickets"].title == "Sort tickets"
    assert graph.nodes["c"].params["prompt"] == "{{ nodes.sort_tickets.output }}"
    assert graph.positions["sort_tickets"] == (250.0, 0.0)
    korean = done(graph, rename(graph, "sort_tickets", "티켓 분류", "Step"))
    assert korean.nodes["c"].params["prompt"] == "{{ nodes.티켓_분류.output }}"


def test_an_id_of_its_own_stays() -> None:
    graph = line()
    assert done(graph, rename(graph, "c", "Third", "Step")).nodes["c"].title == "Third"


def test_a_new_title_that_is_taken_gives_a_numbered_id() -> None:
    edit = rename(line(), "b", "A", "Step")
    assert done(line(), edit).nodes["a_2"].title == "A"


def test_the_title_of_the_type_is_no_title() -> None:
    graph = line()
    assert rename(graph, "c", "Step", "Step") is None
    assert rename(graph, "b", " B ", "Step") is None
    assert done(graph, rename(graph, "b", "", "Step")).nodes["step"].title == ""


def test_frames_take_along_what_they_hold() -> None:
    graph = line()
    graph.frames["f2"] = Frame("f2", "Inner", (240, -20, 220, 120))
    nodes, frames = carried(graph, [], ["f1"], RECTS)
    assert (nodes, frames) == ({"b", "c"}, {"f1", "f2"})
    places = {node: rect[:2] for node, rect in RECTS.items()}
    moved = done(graph, move(graph, nodes, frames, (10, 20), places))
    assert moved.positions["b"] == (260.0, 20.0)
    assert moved.frames["f2"].rect == (250.0, 0.0, 220.0, 120.0)
    assert move(graph, nodes, frames, (0, 0), places) is None
    assert carried(graph, ["a"], ["n1"], RECTS) == ({"a"}, {"n1"})


def test_groups_and_releases() -> None:
    graph = done(line(), group(line(), {node: RECTS[node] for node in "ad"}))
    assert graph.frames["f2"].rect == (-24.0, -24.0, 244.0, 328.0)
    assert "f2" not in done(graph, release(graph, ["d"], [], RECTS)).frames
    assert list(done(graph, release(graph, [], ["f1"], RECTS)).frames) == ["n1", "f2"]
    assert release(line(), ["a"], ["n1"], RECTS) is None
    assert group(line(), {}) is None


def test_notes_have_room_for_their_text() -> None:
    short, tall = done(line(), add_note(line(), "Hi", (0, 0))), done(line(), add_note(line(), "word " * 100, (0, 0)))
    assert short.frames["f2"].text == "Hi"
    assert tall.frames["f2"].rect[3] > short.frames["f2"].rect[3]
    frame = short.frames["f2"]
    assert set_frame(short, frame, "Edit note") is None


def test_finds_free_places() -> None:
    assert free_place(RECTS.values(), (196, 80), (900, 900)) == (900, 900)
    x, y = free_place(RECTS.values(), (196, 80), (10, 10))
    assert (x, y) == (10, 308), "below a and, as there is no room between them, below d"
    assert snapped((11, 13), 8) == (8, 16)
