"""Which gesture a press begins: the first that knows what is under the pointer. Further gestures are added to the list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt

from engine.model.graph import Edge, Endpoint
from graph_editor.canvas import Canvas
from graph_editor.geometry import Side
from graph_editor.hits import PortHit
from graph_editor.interactions.band import Band
from graph_editor.interactions.base import Interaction, Pointer
from graph_editor.interactions.click import AnswerClick, EdgeClick, RetryClick
from graph_editor.interactions.move import Move
from graph_editor.interactions.resize import Resize, corner_at, corner_cursor
from graph_editor.interactions.wire import END_REACH, Wire

Starter = Callable[[Canvas, Pointer], Interaction | None]
EDGE_REACH = 8.0
"""Pixels within which an edge is met."""


def hit_of(canvas: Canvas, end: Endpoint, side: Side) -> PortHit | None:
    """Return a port by its name, or None when it is not there."""
    item = canvas.scene.node_item(end.node)
    spot = item.spot(end.port, side) if item else None
    return PortHit(end.node, end.port, side, item.port_point(spot), spot) if item and spot else None


def has_ports(canvas: Canvas) -> bool:
    """Tell whether ports can be seen at this zoom."""
    return canvas.scene.level.detail != "blocks"


def edge_near(canvas: Canvas, point: QPointF) -> Edge | None:
    """Return the edge that a person means at a point."""
    return canvas.scene.edge_at(point, EDGE_REACH * canvas.px) if has_ports(canvas) else None


def corner_near(canvas: Canvas, point: QPointF) -> tuple[str, tuple[int, int]] | None:
    """Return the frame or note whose corner is at a point, and which corner."""
    for item in canvas.scene.frame_items():
        if (corner := corner_at(item, point, canvas.px)) is not None:
            return item.frame.id, corner
    return None


def retry(canvas: Canvas, pointer: Pointer) -> Interaction | None:
    """Press what a failed node offers."""
    node = canvas.scene.retry_at(pointer.point)
    return RetryClick(canvas, pointer, node) if node else None


def answer(canvas: Canvas, pointer: Pointer) -> Interaction | None:
    """Press the question of a node that waits; with Shift or Ctrl the node is meant, not what it asks."""
    node = canvas.scene.question_at(pointer.point) if not pointer.adds else None
    return AnswerClick(canvas, pointer, node) if node else None


def wire(canvas: Canvas, pointer: Pointer) -> Interaction | None:
    """Draw an edge from a port; from an input for one edge that has it, lead this edge elsewhere."""
    hit = canvas.scene.port_at(pointer.point) if has_ports(canvas) else None
    if hit is None:
        return None
    if hit.side == "input" and hit.spot.wired and not hit.declared.multiple:
        old = next((edge for edge in canvas.scene.edges_of(hit.node) if edge.target == hit.endpoint), None)
        source = hit_of(canvas, old.source, "output") if old else None
        if source is not None:
            return Wire(canvas, pointer, source, old)
    return None if hit.spot.missing else Wire(canvas, pointer, hit)


def node(canvas: Canvas, pointer: Pointer) -> Interaction | None:
    """Take hold of a node."""
    found = canvas.scene.node_at(pointer.point)
    return Move(canvas, pointer, node=found) if found else None


def edge(canvas: Canvas, pointer: Pointer) -> Interaction | None:
    """Take hold of an edge: near one of its ends it can be led elsewhere."""
    found = edge_near(canvas, pointer.point)
    item = canvas.scene.edge_item(found) if found else None
    if found is None or item is None:
        return None
    reach = END_REACH * canvas.px
    ends: tuple[tuple[QPointF, PortHit | None], ...] = (
        (item.end, hit_of(canvas, found.source, "output")),
        (item.start, hit_of(canvas, found.target, "input")),
    )
    for place, fixed in ends:
        off = place - pointer.point
        if fixed is not None and abs(off.x()) + abs(off.y()) <= reach:
            return Wire(canvas, pointer, fixed, found)
    return EdgeClick(canvas, pointer, found)


def corner(canvas: Canvas, pointer: Pointer) -> Interaction | None:
    """Take hold of the corner of a frame or note."""
    found = corner_near(canvas, pointer.point)
    return Resize(canvas, pointer, *found) if found else None


def frame(canvas: Canvas, pointer: Pointer) -> Interaction | None:
    """Take hold of a frame or note."""
    found = canvas.scene.frame_at(pointer.point)
    return Move(canvas, pointer, frame=found) if found else None


def band(canvas: Canvas, pointer: Pointer) -> Interaction | None:
    """Draw a rectangle over the empty canvas."""
    return Band(canvas, pointer)


STARTERS: list[Starter] = [retry, wire, answer, node, corner, edge, frame, band]


def cursor_at(canvas: Canvas, point: QPointF) -> Qt.CursorShape | None:
    """Return the pointer that tells what a press would begin, None for the usual one."""
    if canvas.scene.retry_at(point):
        return Qt.CursorShape.PointingHandCursor
    if has_ports(canvas) and canvas.scene.port_at(point) is not None:
        return Qt.CursorShape.CrossCursor
    if canvas.scene.question_at(point):
        return Qt.CursorShape.PointingHandCursor
    if canvas.scene.node_at(point) is not None:
        return None
    found = corner_near(canvas, point)
    return corner_cursor(found[1]) if found else None
