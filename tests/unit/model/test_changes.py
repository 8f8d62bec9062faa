"""What each change does, and what it refuses without touching anything."""

from __future__ import annotations

import math
from typing import Any

import pytest

from engine.model.changes import (
    MISSING,
    AddEdge,
    AddFrame,
    AddNode,
    Batch,
    MoveNodes,
    RemoveEdge,
    RemoveFrame,
    RemoveNode,
    RenameNode,
    SetDocument,
    SetFrame,
    SetNode,
    SetOption,
    SetParam,
)
from engine.model.graph import Change, Edge, Endpoint, Frame, Graph, InputSpec, Node
from engine.model.issues import WeftError
from engine.model.serialize import dump, load

TEXT = """\
# head
schema_version: 1
name: N1
inputs:
  count:
    type: number
    default: 3
  # about file
  file:
    type: file
variables:
  limit: 1
nodes:
  # about a
  a:
    type: t
    version: 1
    title: A
    params:
      first: 1
      # about rows
      rows:
        - one
        # about two
        - two
        # about three
        - three
      last: 2
    options:
      retry:
        attempts: 3
  b:
    type: t
    version: 1
  c:
    type: t
    version: 1
edges:
  # about ab
  - from: a.out
    to: b.in
  # about bc
  - from: b.out
    to: c.in
    later: 1
  # about ca
  - from: c.out
    to: a.in
layout:
  nodes:
    # place of a
    a: [1, 2]
    b: [3, 4]
  frames:
    f1:
      rect: [0, 0, 1, 1]
    f2:
      rect: [0, 0, 2, 2]
# end
"""


@pytest.fixture
def graph() -> Graph:
    graph = load(TEXT).checked()
    assert dump(graph) == TEXT
    return graph


def do(graph: Graph, change: Change) -> str:
    """Apply a change, prove that it can be undone and redone, and return the new text."""
    before = graph.copy()
    inverse = graph.apply(change)
    after = graph.copy()
    text = dump(graph)
    again = graph.apply(inverse)
    assert graph == before
    assert dump(graph) == TEXT
    assert graph.apply(again) is not None
    assert graph == after
    assert dump(graph) == text
    return text


def test_add_node(graph: Graph) -> None:
    text = do(graph, AddNode(Node("d", "t"), 1, (5, 6)))
    assert list(graph.nodes) == ["a", "d", "b", "c"]
    assert "    d: [5, 6]\n" in text


def test_add_node_takes_over_the_edges_that_named_it(graph: Graph) -> None:
    graph.apply(RemoveNode("b", keep_edges=True))
    assert len(graph.edges) == 3
    inverse = graph.apply(AddNode(Node("b", "t")))
    graph.apply(inverse)
    assert len(graph.edges) == 3


def test_remove_node_takes_edges_position_and_comments_along(graph: Graph) -> None:
    text = do(graph, RemoveNode("a"))
    assert list(map(str, graph.edges)) == ["b.out -> c.in"]
    assert "about a\n" not in text
    assert "place of a" not in text
    assert "  # about bc\n  - from: b.out\n" in text


def test_remove_node_of_a_file_that_breaks_the_rules() -> None:
    graph = load("schema_version: 1\nnodes: {my-node: {type: t}}\nedges: [{from: my-node.o, to: x.i}]\n").graph
    before = graph.copy()
    inverse = graph.apply(RemoveNode("my-node"))
    assert not graph.nodes
    assert not graph.edges
    graph.apply(inverse)
    assert graph == before


def test_set_node(graph: Graph) -> None:
    do(graph, SetNode("a", "title", "T"))
    assert graph.nodes["a"].title == "T"
    graph.apply(SetNode("a", "version", 2))
    assert graph.nodes["a"].version == 2


def test_set_param(graph: Graph) -> None:
    do(graph, SetParam("a", ("rows", 1), {"x": None}))
    assert graph.nodes["a"].params["rows"] == ["one", {"x": None}, "three"]
    assert list(graph.nodes["a"].params) == ["first", "rows", "last"]


def test_set_param_adds_keys_and_items_at_the_end(graph: Graph) -> None:
    graph.apply(SetParam("a", ("rows", 3), "four"))
    graph.apply(SetParam("a", ("new",), []))
    assert graph.nodes["a"].params == {"first": 1, "rows": ["one", "two", "three", "four"], "last": 2, "new": []}


def test_remove_param_keeps_the_order_for_undo(graph: Graph) -> None:
    text = do(graph, SetParam("a", ("first",), MISSING))
    assert list(graph.nodes["a"].params) == ["rows", "last"]
    assert "about rows" in text


def test_remove_an_item_moves_comments_up(graph: Graph) -> None:
    text = do(graph, SetParam("a", ("rows", 1), MISSING))
    assert "        - one\n        # about three\n        - three\n" in text
    assert "about two" not in text


def test_replacing_a_value_keeps_comments_on_what_is_still_there(graph: Graph) -> None:
    text = do(graph, SetParam("a", ("rows",), ["x", "z"]))
    assert "      # about rows\n      rows:\n        - x\n        # about two\n        - z\n" in text
    assert "about three" not in text


def test_set_all_params_and_options(graph: Graph) -> None:
    do(graph, SetParam("a", (), {}))
    assert graph.nodes["a"].params == {}
    graph.apply(SetOption("a", ("retry", "attempts"), 5))
    assert graph.nodes["a"].options == {"retry": {"attempts": 5}}


def test_values_are_shared_and_never_changed_in_place(graph: Graph) -> None:
    before = graph.nodes["a"].params
    graph.apply(SetParam("a", ("rows", 0), "x"))
    assert before["rows"] == ["one", "two", "three"]


def test_edges(graph: Graph) -> None:
    text = do(graph, AddEdge(Edge.of("a.out", "c.other"), 1, {"later": 2}))
    assert "  - from: a.out\n    to: c.other\n    later: 2\n  # about bc\n" in text
    graph.apply(RemoveEdge(Edge.of("a.out", "c.other")))
    assert dump(graph) == TEXT
    do(graph, RemoveEdge(Edge.of("b.out", "c.in")))


def test_move_nodes(graph: Graph) -> None:
    do(graph, MoveNodes({"a": None, "c": (0.5, -1)}))
    assert graph.positions == {"b": (3, 4), "c": (0.5, -1)}


def test_frames(graph: Graph) -> None:
    do(graph, AddFrame(Frame("f0", "First", (1, 2, 3, 4)), 0))
    assert list(graph.frames) == ["f0", "f1", "f2"]
    graph.apply(RemoveFrame("f0"))
    do(graph, RemoveFrame("f1"))
    graph.apply(SetFrame(Frame("f2", "T")))
    assert graph.frames == {"f2": Frame("f2", "T")}


@pytest.mark.parametrize("path", [("name",), ("description",), ("id",)])
def test_set_text_of_the_document(graph: Graph, path: tuple[str]) -> None:
    do(graph, SetDocument(path, "new"))
    assert getattr(graph, path[0]) == "new"


def test_set_parts_of_the_document(graph: Graph) -> None:
    do(graph, SetDocument(("variables", "limit"), [1]))
    graph.apply(SetDocument(("schemas",), {"T": {"type": "object"}}))
    graph.apply(SetDocument(("schemas", "T", "type"), MISSING))
    graph.apply(SetDocument(("settings", "allow_hosts"), ["a"]))
    assert (graph.variables, graph.schemas, graph.settings) == ({"limit": [1]}, {"T": {}}, {"allow_hosts": ["a"]})


def test_set_inputs(graph: Graph) -> None:
    text = do(graph, SetDocument(("inputs", "count"), MISSING))
    assert "  # about file\n" in text
    graph.apply(SetDocument(("inputs", "file", "required"), True))
    graph.apply(SetDocument(("inputs", "new"), {"type": "text", "default": ""}))
    assert graph.inputs == {"file": InputSpec("file", "file", required=True), "new": InputSpec("new", "text", "")}


@pytest.mark.parametrize(("field", "value"), [("required", False), ("help", ""), ("default", None), ("default", False), ("x", 1)])
def test_set_fields_of_inputs(graph: Graph, field: str, value: Any) -> None:
    do(graph, SetDocument(("inputs", "file", field), value))
    spec = graph.inputs["file"]
    assert (spec.extra[field] if field in spec.extra else getattr(spec, field)) is value


def test_batch(graph: Graph) -> None:
    do(graph, Batch((SetNode("a", "title", "T"), RemoveNode("a"), AddNode(Node("a", "u")))))
    assert graph.nodes["a"] == Node("a", "u")


REFUSED: dict[str, tuple[Change, str]] = {
    "node twice": (AddNode(Node("a", "t")), "change.exists"),
    "bad id": (AddNode(Node("a.b", "t")), "change.id"),
    "object in a node": (AddNode(Node("d", "t", params={"x": object()})), "change.value"),  # type: ignore[dict-item]
    "position nowhere": (AddNode(Node("d", "t"), position=(math.nan, 0)), "change.value"),
    "remove no node": (RemoveNode("d"), "change.missing"),
    "field of no node": (SetNode("d", "title", "x"), "change.missing"),
    "number as title": (SetNode("a", "title", 1), "change.value"),
    "boolean as version": (SetNode("a", "version", True), "change.value"),
    "version zero": (SetNode("a", "version", 0), "change.value"),
    "unknown field": (SetNode("a", "id", "x"), "change.value"),  # type: ignore[arg-type]
    "param of no node": (SetParam("d", (), {}), "change.missing"),
    "no such place": (SetParam("a", ("gone", "x"), 1), "change.place"),
    "into text": (SetParam("a", ("rows", 0, "x"), 1), "change.place"),
    "behind the end": (SetParam("a", ("rows", 4), 1), "change.place"),
    "before the beginning": (SetParam("a", ("rows", -1), 1), "change.place"),
    "key of a list": (SetParam("a", ("rows", "x"), 1), "change.place"),
    "position in a mapping": (SetParam("a", (0,), 1), "change.place"),
    "nothing to remove": (SetParam("a", ("gone",), MISSING), "change.place"),
    "no item to remove": (SetParam("a", ("rows", 3), MISSING), "change.place"),
    "all params": (SetParam("a", (), MISSING), "change.place"),
    "params as a list": (SetParam("a", (), []), "change.value"),
    "not a number": (SetParam("a", ("x",), [math.nan]), "change.value"),
    "infinite": (SetParam("a", ("x",), math.inf), "change.value"),
    "object": (SetOption("a", ("x",), {"y": object()}), "change.value"),  # type: ignore[dict-item]
    "tuple": (SetOption("a", ("x",), (1,)), "change.value"),  # type: ignore[arg-type]
    "number as key": (SetOption("a", ("x",), {1: 2}), "change.value"),  # type: ignore[dict-item]
    "half a character": (SetOption("a", ("x",), "\ud800"), "change.value"),
    "half a character as key": (SetOption("a", ("x",), {"\udfff": 1}), "change.value"),
    "too many digits": (SetOption("a", ("x",), 10**5000), "change.value"),
    "rename no node": (RenameNode("d", "e"), "change.missing"),
    "rename to another": (RenameNode("a", "b"), "change.exists"),
    "rename to no id": (RenameNode("a", "not an id"), "change.id"),
    "edge twice": (AddEdge(Edge.of("a.out", "b.in")), "change.exists"),
    "edge from nothing": (AddEdge(Edge(Endpoint("", "x"), Endpoint("a", "in"))), "change.value"),
    "edge without port": (AddEdge(Edge.of("a.out", "b")), "change.value"),
    "edge from a point": (AddEdge(Edge(Endpoint("a.b", "c"), Endpoint("a", "in"))), "change.value"),
    "remove no edge": (RemoveEdge(Edge.of("a.x", "b.in")), "change.missing"),
    "move no node": (MoveNodes({"a": (0, 0), "d": (1, 1)}), "change.missing"),
    "move nowhere": (MoveNodes({"a": (0, math.inf)}), "change.value"),
    "frame twice": (AddFrame(Frame("f1")), "change.exists"),
    "frame nowhere": (AddFrame(Frame("f9", rect=(0, 0, math.nan, 0))), "change.value"),
    "remove no frame": (RemoveFrame("f9"), "change.missing"),
    "set no frame": (SetFrame(Frame("f9")), "change.missing"),
    "unknown part": (SetDocument(("nodes", "a"), {}), "change.place"),
    "no part": (SetDocument((), {}), "change.place"),
    "name as number": (SetDocument(("name",), 1), "change.value"),
    "name removed": (SetDocument(("name",), MISSING), "change.place"),
    "variables as text": (SetDocument(("variables",), "x"), "change.value"),
    "input as text": (SetDocument(("inputs", "x"), "text"), "document.type"),
    "input of no type": (SetDocument(("inputs", "x"), {"type": 1}), "document.type"),
    "middle of a batch": (Batch((RemoveNode("a"), RenameNode("b", "d"), RemoveNode("b"))), "change.missing"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_and_nothing_touched(graph: Graph, name: str) -> None:
    change, code = REFUSED[name]
    before = graph.copy()
    with pytest.raises(WeftError) as error:
        graph.apply(change)
    assert error.value.issue.code == code
    assert graph == before
    assert dump(graph) == TEXT


def test_too_deep_a_value_is_refused(graph: Graph) -> None:
    value: Any = "x"
    for _ in range(90):
        value = [value]
    inverse = graph.apply(SetDocument(("variables",), {"x": value[0]}))
    assert load(dump(graph)).graph == graph
    graph.apply(inverse)
    with pytest.raises(WeftError, match="nested too deeply"):
        graph.apply(SetDocument(("variables",), {"x": value}))
    with pytest.raises(WeftError, match="nested too deeply"):
        graph.apply(SetParam("a", ("x",), value))


def test_a_batch_that_breaks_for_another_reason_is_taken_back(graph: Graph) -> None:
    before = graph.copy()
    with pytest.raises(AttributeError):
        graph.apply(Batch((RemoveNode("a"), None)))  # type: ignore[arg-type]
    assert graph == before


def test_a_copy_is_left_alone(graph: Graph) -> None:
    copy = graph.copy()
    for change in (RemoveNode("a"), SetDocument(("variables", "x"), 1), AddFrame(Frame("f9")), MoveNodes({"b": None})):
        graph.apply(change)
    assert dump(copy) == TEXT
