"""Edges follow a port that a change gives another name, as when a choice turns one value into a list. Nothing here knows Qt."""

from __future__ import annotations

from typing import Literal

from engine.api.ports import ERROR, Ports
from engine.model.changes import AddEdge, Batch, RemoveEdge
from engine.model.graph import Change, Edge, Endpoint, Graph, Node
from engine.model.issues import WeftError
from graph_editor.edits import PortsOf, after

Side = Literal["source", "target"]


def with_edges(graph: Graph, ports_of: PortsOf, node: str, change: Change) -> Change:
    """Return a change of a node's parameters together with the edges that follow it.

    Where one wired port of a side goes and one port for data comes in its place, the edges move there. In any other case it is
    not plain which port takes which edge, and all stay where they are. So they do for a change that cannot be made.
    """
    try:
        changed = after(graph, [change])
    except WeftError:
        return change
    old, new = _own(ports_of, graph.nodes[node]), _own(ports_of, changed.nodes[node])
    moves = [move for side in ("source", "target") for move in _moves(changed, node, side, _keys(old, side), _keys(new, side))]
    return Batch((change, *moves)) if moves else change


def _own(ports_of: PortsOf, node: Node) -> Ports:
    """Return the ports that a node has of itself, without those that are there because an edge leads to a parameter."""
    return ports_of(node, Graph())


def _keys(ports: Ports, side: Side) -> set[str]:
    """Return the ports of a side that carry data; those that only wait, or tell of a failure, take nobody's place."""
    found = ports.outputs if side == "source" else ports.inputs
    return {port.key for port in found if port.key != ERROR and not port.multiple}


def _moves(graph: Graph, node: str, side: Side, before: set[str], now: set[str]) -> list[Change]:
    new = now - before
    ends = [(index, edge, end) for index, edge in enumerate(graph.edges) if (end := getattr(edge, side)).node == node]
    gone = {end.port for _, _, end in ends} & (before - now)
    if len(gone) != 1 or len(new) != 1 or any(end.port in new for _, _, end in ends):
        return []
    there = Endpoint(node, *new)
    moves: list[Change] = []
    for index, edge, end in ends:
        if end.port in gone:
            moved = Edge(there, edge.target) if side == "source" else Edge(edge.source, there)
            moves += [RemoveEdge(edge), AddEdge(moved, index, graph.edge_extra.get(edge, {}))]
    return moves
