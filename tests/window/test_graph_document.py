"""The document under the canvas: every edit can be undone, and each tells what it changed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.model.changes import MISSING, AddEdge, AddNode, MoveNodes, RemoveNode, SetParam
from engine.model.graph import Change, Edge, Graph, Node
from engine.model.issues import WeftError
from engine.model.serialize import dump
from graph_editor.document import Delta, GraphDocument
from tests.property.strategies import changes, graphs


def document() -> GraphDocument:
    return GraphDocument(Graph(nodes={"a": Node("a", "file.read"), "b": Node("b", "ai.llm", params={"prompt": "x", "seed": 1})}))


def heard(edited: GraphDocument) -> list[Delta]:
    deltas: list[Delta] = []
    edited.changed.connect(deltas.append)
    return deltas


def test_tells_what_changed() -> None:
    edited = document()
    deltas = heard(edited)
    edited.apply(AddNode(Node("c", "flow.wait"), position=(8, 16)), "Add Wait")
    edited.apply(AddEdge(Edge.of("a.out", "b.items")), "Connect")
    edited.apply(MoveNodes({"a": (1, 2)}), "Move")
    edited.apply(RemoveNode("a"), "Delete")
    edited.undo()
    edge = (Edge.of("a.out", "b.items"),)
    assert deltas == [
        Delta(added=frozenset("c")),
        Delta(edges_added=edge),
        Delta(moved=frozenset("a")),
        Delta(removed=frozenset("a"), edges_removed=edge),
        Delta(added=frozenset("a"), edges_added=edge),
    ]


def test_an_edit_that_cannot_be_done_leaves_no_trace() -> None:
    edited = document()
    deltas = heard(edited)
    with pytest.raises(WeftError):
        edited.apply(RemoveNode("nobody"), "Delete")
    assert (deltas, edited.undo_stack.count(), edited.is_modified) == ([], 0, False)


def test_typing_is_one_step_back() -> None:
    edited = document()
    before = dump(edited.graph)
    for text in ("h", "he", "hel"):
        edited.apply(SetParam("b", ("prompt",), text), "Edit prompt", joins="prompt")
    assert edited.undo_stack.count() == 1
    edited.undo()
    assert dump(edited.graph) == before
    edited.redo()
    assert edited.graph.nodes["b"].params["prompt"] == "hel"


def test_typing_that_comes_back_leaves_nothing_to_undo() -> None:
    edited = document()
    for text in ("xy", "xyz", "xy", "x"):
        edited.apply(SetParam("b", ("prompt",), text), "Edit prompt", joins="prompt")
    assert (edited.is_modified, edited.undo_stack.count()) == (False, 0)
    edited.apply(SetParam("b", ("prompt",), "z"), "Edit prompt", joins="prompt")
    edited.undo()
    assert edited.graph.nodes["b"].params["prompt"] == "x"


def test_what_is_as_it_was_saved_is_not_modified_however_it_came_about() -> None:
    edited = document()
    edited.apply(SetParam("b", ("prompt",), "y"), "Edit")
    edited.apply(SetParam("b", ("prompt",), "x"), "Edit")
    seen = [edited.is_modified]
    for _ in range(2):
        edited.undo()
        seen.append(edited.is_modified)
    assert seen == [False, True, False]
    edited.apply(SetParam("b", (), {"seed": 1, "prompt": "x"}), "Sort")
    assert edited.is_modified, "the file would have another order"
    edited.set_unsaved()
    edited.undo()
    assert edited.is_modified


def test_joined_edits_that_remove_a_value_put_it_back_at_its_place() -> None:
    edited = document()
    before = dump(edited.graph)
    edited.apply(SetParam("b", ("prompt",), "y"), "Edit", joins="prompt")
    edited.apply(SetParam("b", ("prompt",), MISSING), "Edit", joins="prompt")
    edited.undo()
    assert dump(edited.graph) == before


def test_a_saved_state_is_never_joined_over() -> None:
    edited = document()
    edited.apply(SetParam("b", ("prompt",), "1"), "Edit", joins="prompt")
    edited.set_saved()
    edited.apply(SetParam("b", ("prompt",), "2"), "Edit", joins="prompt")
    told = [edited.is_modified]
    edited.undo()
    assert [*told, edited.is_modified] == [True, False]
    assert edited.graph.nodes["b"].params["prompt"] == "1"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_any_edits_undone_and_redone(data: st.DataObject) -> None:
    edited = GraphDocument(data.draw(graphs()))
    texts = [dump(edited.graph)]
    for joins in data.draw(st.lists(st.sampled_from(["", "x"]), max_size=8)):
        try_to_apply(edited, data.draw(changes(edited.graph)), joins, texts)
    for text in reversed(texts[:-1]):
        edited.undo()
        assert dump(edited.graph) == text
    for text in texts[1:]:
        edited.redo()
        assert dump(edited.graph) == text


def try_to_apply(edited: GraphDocument, change: Change, joins: str, texts: list[str]) -> None:
    count = edited.undo_stack.count()
    try:
        edited.apply(change, "Edit", joins=joins)
    except WeftError:
        return
    if edited.undo_stack.count() <= count:
        texts.pop()
    if edited.undo_stack.count() >= count:
        texts.append(dump(edited.graph))
