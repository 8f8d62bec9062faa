"""Edges follow a port whose place another takes when a parameter is set."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.api.ports import Port, Ports, with_error
from engine.model.changes import SetParam
from engine.model.graph import Edge, Graph, Node
from engine.model.serialize import dump
from engine.model.values import Json
from graph_editor.moved_ports import with_edges

AFTER = Port("after", multiple=True)


def ports_of(node: Node, graph: Graph) -> Ports:
    """Return ports that the parameters name; like the window's, with those that edges lead to."""
    ins, outs = (str(node.params.get(name, "")).split() for name in ("ins", "outs"))
    inputs = [*map(Port, ins), AFTER]
    known = {port.key for port in inputs}
    inputs += [Port(edge.target.port) for edge in graph.edges_into(node.id) if edge.target.port not in known]
    return with_error(Ports(tuple(inputs), tuple(map(Port, outs))), node.options.get("on_error"))


def graph_of(params: Mapping[str, Json], *edges: str) -> Graph:
    nodes = {name: Node(name, "t", params=params if name == "it" else {}) for name in ("a", "it", "z", "y")}
    made = Graph(nodes=nodes, edges=[Edge.of(*edge.split(" > ")) for edge in edges])
    made.edge_extra = {made.edges[0]: {"color": "red"}}
    return made


def edges_after(graph: Graph, name: str, value: str) -> list[str]:
    """Return the edges after a parameter of `it` was set; taken back, the document is as it was."""
    before = dump(graph)
    inverse = graph.apply(with_edges(graph, ports_of, "it", SetParam("it", (name,), value)))
    edges = [f"{edge.source} > {edge.target}" for edge in graph.edges]
    graph.apply(inverse)
    assert dump(graph) == before
    return edges


@pytest.mark.parametrize(
    ("ins", "now", "edges", "expected"),
    [
        ("value", "items", ["a.out > it.value", "it.out > z.x"], ["a.out > it.items", "it.out > z.x"]),
        ("value", "items more", ["a.out > it.value"], ["a.out > it.value"]),
        ("left right", "all", ["a.out > it.left", "a.out > it.right"], ["a.out > it.left", "a.out > it.right"]),
        ("left right", "all", ["a.out > it.left"], ["a.out > it.all"]),
        ("value", "value items", ["a.out > it.value"], ["a.out > it.value"]),
        ("value", "items", ["a.out > it.after"], ["a.out > it.after"]),
        ("value", "items", ["a.out > it.value", "z.out > it.items"], ["a.out > it.value", "z.out > it.items"]),
        ("value", "items", ["a.out > it.given"], ["a.out > it.given"]),
    ],
)  # fmt: skip
def test_an_edge_moves_to_the_one_port_that_comes_for_it(ins: str, now: str, edges: list[str], expected: list[str]) -> None:
    assert edges_after(graph_of({"ins": ins, "outs": "out"}, *edges), "ins", now) == expected


def test_all_edges_of_an_output_move() -> None:
    graph = graph_of({"outs": "yes no"}, "it.yes > z.x", "a.out > z.y", "it.yes > y.x", "it.no > y.y")
    assert edges_after(graph, "outs", "good no") == ["it.good > z.x", "a.out > z.y", "it.good > y.x", "it.no > y.y"]


def test_what_the_file_says_of_an_edge_moves_along() -> None:
    graph = graph_of({"ins": "value"}, "a.out > it.value")
    graph.apply(with_edges(graph, ports_of, "it", SetParam("it", ("ins",), "items")))
    assert graph.edge_extra == {Edge.of("a.out", "it.items"): {"color": "red"}}


def test_a_change_that_cannot_be_made_is_left_to_who_makes_it() -> None:
    graph = graph_of({"ins": "value"}, "a.out > it.value")
    change = SetParam("it", ("ins", "deeper", 3), "items")
    assert with_edges(graph, ports_of, "it", change) is change
