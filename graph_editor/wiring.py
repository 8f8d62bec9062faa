"""Which ports go together, and the edits that draw, move and mend edges. Nothing here knows Qt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from engine.api.ports import ERROR, Port, is_assignable
from engine.model.changes import AddEdge, AddNode, RemoveEdge, RemoveNode
from engine.model.graph import Change, Edge, Endpoint, Graph, Node
from engine.model.issues import WeftError, failure
from graph_editor.edits import Edit, Place, PortsOf, after, batch
from resources.language import tr, trn

How = Literal["exact", "text", "any"]
"""How a value fits a port: it is of this type; it is shown as text; one of the two takes anything."""


def how_it_fits(source: Port, target: Port) -> How | None:
    """Tell how what an output gives fits an input, or None when it does not."""
    if not is_assignable(source.type, target.type):
        return None
    if "any" in (source.type, target.type):
        return "any"
    return "exact" if source.type == target.type else "text"


def reached(graph: Graph, node: str, *, forward: bool) -> set[str]:
    """Return the nodes that edges lead to from a node (or, not `forward`, that lead to it), with the node itself."""
    onward: dict[str, list[str]] = {}
    for edge in graph.edges:
        here, there = (edge.source.node, edge.target.node) if forward else (edge.target.node, edge.source.node)
        onward.setdefault(here, []).append(there)
    seen, waiting = {node}, [node]
    while waiting:
        for other in onward.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def connect(graph: Graph, ports_of: PortsOf, edge: Edge) -> Edit | None:
    """Draw an edge; one that led to the same single input gives way. Returns None when it is there already.

    Raises:
        WeftError: `wire.…` when there is no such port, the types do not fit, or the nodes would form a cycle.
    """
    if edge in graph.edges:
        return None
    return Edit(batch(_wired(graph, ports_of, edge)), tr("Connect"), edges=(edge,))


def rewire(graph: Graph, ports_of: PortsOf, old: Edge, new: Edge) -> Edit | None:
    """Lead an edge from or to another port. Raises as `connect`; returns None when nothing changes."""
    if new == old:
        return None
    if new in graph.edges:
        return Edit(RemoveEdge(old), tr("Move the edge"), edges=(new,))
    extra, index = graph.edge_extra.get(old, {}), graph.edges.index(old)
    changes = _wired(after(graph, [RemoveEdge(old)]), ports_of, new, index)
    changes[-1] = AddEdge(new, index, extra)
    return Edit(batch([RemoveEdge(old), *changes]), tr("Move the edge"), edges=(new,))


def add_wired(graph: Graph, ports_of: PortsOf, node: Node, place: Place, edge: Edge, title: str) -> Edit:
    """Put a node on the canvas with an edge to or from it. Raises as `connect`."""
    added = AddNode(node, position=place)
    changes = _wired(after(graph, [added]), ports_of, edge)
    return Edit(batch([added, *changes]), tr("Add {title}", title=title), (node.id,))


def heal(graph: Graph, ports_of: PortsOf, nodes: Iterable[str]) -> Edit | None:
    """Delete nodes and join what they stood between, where types fit."""
    chosen = [node for node in dict.fromkeys(nodes) if node in graph.nodes]
    if not chosen:
        return None
    now, changes = graph.copy(), list[Change]()
    for node in chosen:
        pairs = list(_joins(now, ports_of, node))
        step = [RemoveNode(node)]
        now.apply(step[0])
        changes += step
        for edge in pairs:
            try:
                joined = batch(_wired(now, ports_of, edge)) if edge not in now.edges else None
            except WeftError:
                continue
            if joined is not None:
                now.apply(joined)
                changes.append(joined)
    return Edit(batch(changes), trn("Delete node and join its neighbours", "Delete {count} nodes and join", len(chosen)))


@dataclass(frozen=True, slots=True)
class Splice:
    """A node that fits into an edge, and the ports that the edge would lead to and from."""

    edge: Edge
    node: str
    input: Port
    output: Port

    @property
    def edges(self) -> tuple[Edge, Edge]:
        """The two edges that take its place."""
        ends = Endpoint(self.node, self.input.key), Endpoint(self.node, self.output.key)
        return Edge(self.edge.source, ends[0]), Edge(ends[1], self.edge.target)


def splice_of(graph: Graph, ports_of: PortsOf, edge: Edge, node: Node) -> Splice | None:
    """Tell how a node, of the graph or a new one, fits into an edge; its ports have to be free. None when it does not fit."""
    source, target = _port(graph, ports_of, edge.source, "output"), _port(graph, ports_of, edge.target, "input")
    if source is None or target is None or node.id in (edge.source.node, edge.target.node):
        return None
    ports = ports_of(node, graph)
    used = {end for other in graph.edges for end in other}
    free_in = [port for port in ports.inputs if Endpoint(node.id, port.key) not in used]
    free_out = [port for port in ports.outputs if port.key != ERROR]
    best_in = best_port(source, free_in, "input")
    best_out = best_port(target, free_out, "output")
    if best_in is None or best_out is None:
        return None
    source_node, target_node = edge.source.node, edge.target.node
    if source_node in reached(graph, node.id, forward=True) or node.id in reached(graph, target_node, forward=True):
        return None
    return Splice(edge, node.id, best_in, best_out)


def insert(graph: Graph, splice: Splice, first: Iterable[Change] = ()) -> Edit:
    """Put a node into an edge; `first` are changes that come before, such as the one that adds the node."""
    into, onward = splice.edges
    index = graph.edges.index(splice.edge)
    extra = graph.edge_extra.get(splice.edge, {})
    changes = [*first, RemoveEdge(splice.edge), AddEdge(into, index, extra), AddEdge(onward, index + 1)]
    return Edit(batch(changes), tr("Insert into the edge"), (splice.node,))


_ORDER: dict[How | None, int] = {"exact": 0, "text": 2, "any": 1}


def best_port(fixed: Port, candidates: Iterable[Port], side: Literal["input", "output"]) -> Port | None:
    """Return the candidate that fits a port best, or None; `side` is that of the candidates. Of equals the first one wins."""

    def rank(port: Port) -> tuple[int, int]:
        how = how_it_fits(fixed, port) if side == "input" else how_it_fits(port, fixed)
        return int(port.multiple), _ORDER.get(how, 9)

    found = [port for port in candidates if rank(port)[1] < 9]
    return min(found, key=rank, default=None)


def _wired(graph: Graph, ports_of: PortsOf, edge: Edge, index: int | None = None) -> list[Change]:
    """Return the changes that draw an edge; the last one adds it."""
    source, target = _port(graph, ports_of, edge.source, "output"), _port(graph, ports_of, edge.target, "input")
    if source is None or target is None:
        end = edge.target if source else edge.source
        raise failure("wire.missing", tr("There is no port {port}.", port=end), tr("Choose a port of a node."), node=end.node)
    if how_it_fits(source, target) is None:
        text = tr("{source} does not fit {target}.", source=tr(source.type), target=tr(target.type))
        raise failure("wire.type", text, tr("Put a Transform between them."), node=edge.target.node)
    if edge.source.node in reached(graph, edge.target.node, forward=True):
        raise failure("wire.cycle", tr("This edge would close a circle."), tr("Edges lead onwards."), node=edge.target.node)
    changes = list[Change]()
    if not target.multiple:
        for at, old in enumerate(graph.edges):
            if old.target == edge.target:
                changes.append(RemoveEdge(old))
                index = at if index is None else index
    return [*changes, AddEdge(edge, index)]


def _port(graph: Graph, ports_of: PortsOf, end: Endpoint, side: Literal["input", "output"]) -> Port | None:
    node = graph.nodes.get(end.node)
    if node is None:
        return None
    ports = ports_of(node, graph)
    return ports.input(end.port) if side == "input" else ports.output(end.port)


def _joins(graph: Graph, ports_of: PortsOf, node: str) -> Iterator[Edge]:
    """Yield the edges that join what a node stands between: each target gets the first source that fits it best."""
    sources: dict[Endpoint, Port] = {}
    for edge in graph.edges_into(node):
        if (port := _port(graph, ports_of, edge.source, "output")) is not None:
            sources[edge.source] = port
    for edge in graph.edges_from(node):
        target = _port(graph, ports_of, edge.target, "input")
        if target is None or edge.source.port == ERROR:
            continue
        fitting = [(_ORDER[how], end) for end, port in sources.items() if (how := how_it_fits(port, target))]
        if fitting:
            yield Edge(min(fitting, key=lambda pair: pair[0])[1], edge.target)
