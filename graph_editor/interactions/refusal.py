"""Why an edge in the hand cannot be wired to what it is held over."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from engine.model.graph import Edge
from engine.model.issues import WeftError
from graph_editor.canvas import Canvas
from graph_editor.hits import PortHit
from graph_editor.wiring import connect, rewire
from resources.language import tr


def edge_between(one: PortHit, other: PortHit) -> Edge:
    """Return the edge from the output to the input of two ports."""
    source, target = (one, other) if one.side == "output" else (other, one)
    return Edge(source.endpoint, target.endpoint)


def why_not(canvas: Canvas, fixed: PortHit, old: Edge | None, point: QPointF) -> str:
    """Return why the port or node at a point does not take an edge from a port; empty where there is nothing but canvas.

    `old` is the edge that is led elsewhere.
    """
    hit, node = canvas.scene.port_at(point), canvas.scene.node_at(point)
    if hit is not None and hit.spot.missing:
        return ""
    if hit is not None and hit.endpoint != fixed.endpoint:
        return _why_not_port(canvas, fixed, old, hit)
    item = canvas.scene.node_item(node) if node is not None and node != fixed.node else None
    if item is None:
        return ""
    spots = [spot for spot in item.look.spots if spot.side != fixed.side and not spot.missing]
    if not spots:
        return tr("It takes no edges.") if fixed.side == "output" else tr("It gives nothing.")
    best = PortHit(item.node, spots[0].port.key, spots[0].side, item.port_point(spots[0]), spots[0])
    return _why_not_port(canvas, fixed, old, best)


def _why_not_port(canvas: Canvas, fixed: PortHit, old: Edge | None, hit: PortHit) -> str:
    if hit.side == fixed.side:
        return tr("Edges lead from outputs to inputs.")
    edge, graph = edge_between(fixed, hit), canvas.document.graph
    if edge in graph.edges:
        return tr("This edge is there already.")
    try:
        if old is None:
            connect(graph, canvas.ports_of, edge)
        else:
            rewire(graph, canvas.ports_of, old, edge)
    except WeftError as error:
        return error.issue.text
    return ""
