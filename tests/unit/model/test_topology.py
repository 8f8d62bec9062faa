"""Order, ancestors and cycles."""

from __future__ import annotations

import random
from itertools import pairwise

import networkx  # type: ignore[import-untyped]
import pytest

from engine.model.graph import Edge, Graph, Node
from engine.model.issues import WeftError
from engine.model.topology import ancestors_of, cycles_of, order_of, predecessors_of


def graph_of(nodes: str, edges: str) -> Graph:
    """Build a graph of nodes with one letter each from edges such as `ab bc`."""
    return Graph(
        nodes={node: Node(node, "t") for node in nodes},
        edges=[Edge.of(f"{pair[0]}.out", f"{pair[1]}.in") for pair in edges.split()],
    )


def test_order_follows_edges_and_then_the_document() -> None:
    assert order_of(graph_of("dcba", "ab bc")) == ["d", "a", "b", "c"]
    assert order_of(graph_of("abc", "")) == ["a", "b", "c"]


def test_ancestors() -> None:
    ancestors = ancestors_of(graph_of("abcd", "ab bc ac dx"))
    assert {node: set(found) for node, found in ancestors.items()} == {"a": set(), "b": {"a"}, "c": {"a", "b"}, "d": set()}
    found = ancestors["c"]
    assert list(found) == ["a", "b"]
    assert len(found) == 2
    assert "a" in found
    assert "c" not in found
    assert "x" not in found
    assert found == {"a", "b"}
    assert found | {"x"} == {"a", "b", "x"}
    assert repr(found) == "NodeSet(['a', 'b'])"


def test_edges_of_missing_nodes_play_no_part() -> None:
    assert predecessors_of(graph_of("ab", "xb ax ab")) == {"a": set(), "b": {"a"}}


def test_cycles_name_their_nodes() -> None:
    graph = graph_of("abcdef", "ba cb ac cd ee df")
    assert cycles_of(graph) == [["a", "c", "b"], ["e"]]
    with pytest.raises(WeftError, match="a -> c -> b -> a") as error:
        order_of(graph)
    assert (error.value.issue.code, error.value.issue.node) == ("graph.cycle", "a")
    assert set(ancestors_of(graph)["f"]) == {"a", "b", "c", "d"}
    assert set(ancestors_of(graph)["a"]) == {"a", "b", "c"}


def test_the_cycle_shown_is_a_short_one() -> None:
    assert cycles_of(graph_of("abcd", "ab bc cd da ca")) == [["a", "b", "c"]]


def test_random_graphs_against_networkx() -> None:
    chance = random.Random(3)
    for _ in range(200):
        nodes = "abcdefgh"[: chance.randint(1, 8)]
        pairs = {(chance.choice(nodes), chance.choice(nodes)) for _ in range(chance.randint(0, 12))}
        graph = graph_of(nodes, " ".join(map("".join, sorted(pairs))))
        theirs = networkx.DiGraph(pairs)
        theirs.add_nodes_from(nodes)
        ancestors = ancestors_of(graph)
        for node in nodes:
            assert set(ancestors[node]) == {one for one, two in pairs if networkx.has_path(theirs, two, node)} | {
                other for one, two in pairs if networkx.has_path(theirs, two, node) for other in networkx.ancestors(theirs, one)
            }
        cycles = cycles_of(graph)
        assert all(pair in pairs for cycle in cycles for pair in pairwise([*cycle, cycle[0]]))
        in_cycles = [node for node in nodes if node in ancestors[node]]
        groups = [group for group in networkx.strongly_connected_components(theirs) if group & set(in_cycles)]
        assert len(cycles) == len(groups)
        if not cycles:
            order = order_of(graph)
            assert all(order.index(one) < order.index(two) for one, two in pairs)


def test_a_long_chain_takes_no_recursion() -> None:
    names = [f"n{number}" for number in range(5000)]
    edges = [Edge.of(f"{one}.out", f"{two}.in") for one, two in pairwise(names)]
    graph = Graph(nodes={name: Node(name, "t") for name in reversed(names)}, edges=edges)
    assert order_of(graph) == names
    assert len(ancestors_of(graph)["n4999"]) == 4999
    graph.edges.append(Edge.of("n4999.out", "n0.in"))
    assert len(cycles_of(graph)[0]) == 5000
