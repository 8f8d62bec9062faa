"""Order, ancestors and cycles of a graph. Edges that name missing nodes play no part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from graphlib import TopologicalSorter

from engine.model.graph import Graph
from engine.model.issues import failure, phrase


def predecessors_of(graph: Graph) -> dict[str, set[str]]:
    """Return for each node the nodes with an edge into it."""
    before: dict[str, set[str]] = {node: set() for node in graph.nodes}
    for edge in graph.edges:
        if edge.source.node in before and edge.target.node in before:
            before[edge.target.node].add(edge.source.node)
    return before


def order_of(graph: Graph) -> list[str]:
    """Return the node ids so that each comes after its predecessors; what is ready together stays in document order.

    Raises:
        WeftError: `graph.cycle`, naming the nodes of a cycle.
    """
    if cycles := cycles_of(graph):
        text = phrase("The nodes form a cycle: {names}.", names=" -> ".join([*cycles[0], cycles[0][0]]))
        raise failure("graph.cycle", text, "Remove one of these edges.", node=cycles[0][0])
    before = predecessors_of(graph)
    place = {node: at for at, node in enumerate(before)}
    sorter = TopologicalSorter(before)
    sorter.prepare()
    order: list[str] = []
    while ready := sorted(sorter.get_ready(), key=place.__getitem__):
        order += ready
        sorter.done(*ready)
    return order


def ancestors_of(graph: Graph) -> dict[str, Set[str]]:
    """Return for each node the nodes from which edges lead to it; nodes of a cycle are their own ancestors."""
    before = predecessors_of(graph)
    place = {node: at for at, node in enumerate(before)}
    bits = dict.fromkeys(before, 0)
    for group in _groups(before):
        joined = 0
        for source in {source for node in group for source in before[node]}:
            joined |= bits[source] | 1 << place[source]
        bits.update(dict.fromkeys(group, joined))
    return {node: NodeSet(place, bits[node]) for node in before}


def up_to(graph: Graph, nodes: Iterable[str]) -> Graph:
    """Return a copy that holds these nodes and all that lead to them.

    Raises:
        WeftError: `graph.unknown-node`.
    """
    wanted = set(nodes)
    if unknown := sorted(wanted - graph.nodes.keys()):
        raise failure(
            "graph.unknown-node", phrase("The workflow has no node {unknown!r}.", unknown=unknown[0]), "Name one that it has."
        )
    ancestors = ancestors_of(graph)
    kept = wanted.union(*(ancestors[node] for node in wanted))
    part = graph.copy()
    part.nodes = {name: node for name, node in graph.nodes.items() if name in kept}
    part.edges = [edge for edge in graph.edges if edge.target.node in kept and edge.source.node in kept]
    return part


def cycles_of(graph: Graph) -> list[list[str]]:
    """Return one cycle for each group of nodes that reach each other, in the direction of its edges, in document order."""
    before = predecessors_of(graph)
    place = {node: at for at, node in enumerate(before)}
    groups = [set(group) for group in _groups(before) if len(group) > 1 or group[0] in before[group[0]]]
    cycles = [_cycle(before, group, min(group, key=place.__getitem__)) for group in groups]
    return sorted(cycles, key=lambda cycle: place[cycle[0]])


class NodeSet(Set[str]):
    """A set of nodes of one graph, in document order. It takes a bit a node, so that a long chain can have one for each."""

    __slots__ = ("_bits", "_place")

    def __init__(self, place: Mapping[str, int], bits: int) -> None:
        self._place, self._bits = place, bits

    def __contains__(self, node: object) -> bool:
        return isinstance(node, str) and node in self._place and bool(self._bits >> self._place[node] & 1)

    def __iter__(self) -> Iterator[str]:
        return (node for node, at in self._place.items() if self._bits >> at & 1)

    def __len__(self) -> int:
        return self._bits.bit_count()

    def __repr__(self) -> str:
        return f"NodeSet({list(self)})"

    @classmethod
    def _from_iterable(cls, it: Iterable[str]) -> frozenset[str]:  # type: ignore[override]
        return frozenset(it)


def _groups(before: Mapping[str, set[str]]) -> list[list[str]]:
    """Return groups of nodes that reach each other, most of one node only, predecessors first (Kosaraju's algorithm)."""
    after: dict[str, list[str]] = {node: [] for node in before}
    for node, sources in before.items():
        for source in sources:
            after[source].append(node)
    seen: set[str] = set()
    finished = [node for start in before if start not in seen for node in _walk(start, before, seen)]
    seen = set()
    return [_walk(start, after, seen) for start in reversed(finished) if start not in seen][::-1]


def _walk(start: str, onwards: Mapping[str, Iterable[str]], seen: set[str]) -> list[str]:
    """Return what can be reached from `start` and was not seen, each node after those that it leads to."""
    seen.add(start)
    done, open_nodes = [], [(start, iter(onwards[start]))]
    while open_nodes:
        node, rest = open_nodes[-1]
        following = next((other for other in rest if other not in seen), None)
        if following is None:
            open_nodes.pop()
            done.append(node)
        else:
            seen.add(following)
            open_nodes.append((following, iter(onwards[following])))
    return done


def _cycle(before: Mapping[str, set[str]], group: set[str], start: str) -> list[str]:
    """Return the shortest cycle through `start` inside of `group`."""
    towards: dict[str, str] = {}
    ring = [start]
    while start not in towards:
        ring = [source for node in ring for source in sorted(before[node] & group) if towards.setdefault(source, node) == node]
    cycle = [start]
    while (following := towards[cycle[-1]]) != start:
        cycle.append(following)
    return cycle
