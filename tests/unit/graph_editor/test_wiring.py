"""Edges are drawn only where they fit, give way, move, and are mended when a node goes."""

from __future__ import annotations

import pytest

from engine.model.graph import Edge, Graph, Node
from engine.model.issues import WeftError
from engine.model.serialize import dump
from graph_editor.edits import Edit, after
from graph_editor.wiring import add_wired, connect, heal, how_it_fits, insert, reached, rewire, splice_of
from tests.unit.graph_editor.graphs import PORTS, line, ports_of


def done(graph: Graph, edit: Edit | None) -> list[str]:
    """Do an edit and take it back; return the edges as they were in between."""
    assert edit is not None
    before = dump(graph)
    inverse = graph.apply(edit.change)
    edges = [str(edge) for edge in graph.edges]
    graph.apply(inverse)
    assert dump(graph) == before
    return edges


@pytest.mark.parametrize(
    ("source", "target", "how"),
    [("text", "text", "exact"), ("list", "text", "text"), ("any", "text", "any"), ("list", "any", "any"), ("text", "list", None)],
)
def test_types_decide(source: str, target: str, how: str | None) -> None:
    graph = line()
    ports = {"x": PORTS["step"].outputs[0]}
    assert how_it_fits(type(ports["x"])("x", source), type(ports["x"])("y", target)) == how
    assert graph.edges


def test_connects() -> None:
    assert done(line(), connect(line(), ports_of, Edge.of("d.out", "b.in")))[0] == "d.out -> b.in"


def test_an_edge_to_a_single_input_gives_way_and_keeps_its_place_in_the_order() -> None:
    graph = line()
    assert done(graph, connect(graph, ports_of, Edge.of("d.count", "b.in"))) == ["d.count -> b.in", "b.out -> c.in"]


def test_a_port_for_many_keeps_all_edges() -> None:
    graph = line()
    graph.nodes["j"] = Node("j", "join")
    graph.edges.append(Edge.of("a.out", "j.after"))
    assert len(done(graph, connect(graph, ports_of, Edge.of("c.out", "j.after")))) == 4


def test_the_same_edge_again_is_nothing() -> None:
    assert connect(line(), ports_of, Edge.of("a.out", "b.in")) is None


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("c.out", "b.in", "wire.cycle"),
        ("b.out", "b.in", "wire.cycle"),
        ("a.out", "d.items", "wire.type"),
        ("a.gone", "d.items", "wire.missing"),
        ("a.out", "d.gone", "wire.missing"),
        ("gone.out", "b.in", "wire.missing"),
    ],
)
def test_what_cannot_be_wired_says_why(source: str, target: str, code: str) -> None:
    with pytest.raises(WeftError) as caught:
        connect(line(), ports_of, Edge.of(source, target))
    assert caught.value.issue.code == code
    assert caught.value.issue.remedy


def test_a_cycle_is_found_at_once_in_a_ladder() -> None:
    """Without a set of what was seen this takes 2 to the 40 steps."""
    graph = Graph(nodes={f"n{at}": Node(f"n{at}", "join") for at in range(42)})
    for at in range(41):
        graph.edges += [Edge.of(f"n{at}.out", f"n{at + 1}.left"), Edge.of(f"n{at}.out", f"n{at + 1}.after")]
    assert len(reached(graph, "n0", forward=True)) == 42
    with pytest.raises(WeftError, match="circle"):
        connect(graph, ports_of, Edge.of("n41.out", "n0.left"))


def test_rewires_either_end_in_place() -> None:
    graph = line()
    old = Edge.of("a.out", "b.in")
    graph.edge_extra[old] = {"note": "why"}
    edit = rewire(graph, ports_of, old, Edge.of("a.out", "c.in"))
    assert edit is not None
    assert done(graph, edit) == ["a.out -> c.in"]
    assert after(graph, [edit.change]).edge_extra == {Edge.of("a.out", "c.in"): {"note": "why"}}
    assert done(graph, rewire(graph, ports_of, old, Edge.of("d.count", "b.in"))) == ["d.count -> b.in", "b.out -> c.in"]
    assert rewire(graph, ports_of, old, old) is None


def test_rewiring_looks_at_the_graph_without_the_edge() -> None:
    """b -> c becomes c -> ... only when the old edge no longer counts."""
    graph = line()
    graph.edges.remove(Edge.of("a.out", "b.in"))
    edit = rewire(graph, ports_of, Edge.of("b.out", "c.in"), Edge.of("c.out", "b.in"))
    assert done(graph, edit) == ["c.out -> b.in"]


def test_heals_a_node_and_a_chain() -> None:
    graph = line()
    assert done(graph, heal(graph, ports_of, ["b"])) == ["a.out -> c.in"]
    graph.nodes["e"] = Node("e", "sink")
    graph.edges.append(Edge.of("c.out", "e.value"))
    assert done(graph, heal(graph, ports_of, ["b", "c"])) == ["a.out -> e.value"]
    assert heal(graph, ports_of, []) is None


def test_heals_only_where_types_fit_and_takes_what_fits_best() -> None:
    graph = line()
    graph.nodes |= {"j": Node("j", "join"), "k": Node("k", "list"), "l": Node("l", "list")}
    graph.edges = [Edge.of("a.out", "j.left"), Edge.of("d.out", "j.right"), Edge.of("j.out", "k.items"), Edge.of("j.out", "c.in")]
    assert done(graph, heal(graph, ports_of, ["j"])) == ["d.out -> k.items", "a.out -> c.in"]


def test_inserts_a_node_into_an_edge() -> None:
    graph = line()
    graph.nodes["s"] = Node("s", "step")
    splice = splice_of(graph, ports_of, Edge.of("a.out", "b.in"), graph.nodes["s"])
    assert splice is not None
    assert done(graph, insert(graph, splice)) == ["a.out -> s.in", "s.out -> b.in", "b.out -> c.in"]


def test_a_node_does_not_fit_into_an_edge_with_other_types_or_where_it_would_close_a_circle() -> None:
    graph = line()
    edge = Edge.of("a.out", "b.in")
    assert splice_of(graph, ports_of, edge, graph.nodes["d"]) is None
    assert splice_of(graph, ports_of, edge, graph.nodes["b"]) is None
    graph.nodes["s"] = Node("s", "join")
    graph.edges.append(Edge.of("c.out", "s.after"))
    assert splice_of(graph, ports_of, edge, graph.nodes["s"]) is None


def test_adds_a_node_with_its_edge() -> None:
    graph = line()
    edit = add_wired(graph, ports_of, Node("s", "step"), (700, 0), Edge.of("c.out", "s.in"), "Step")
    assert done(graph, edit)[-1] == "c.out -> s.in"
    assert edit.nodes == ("s",)
