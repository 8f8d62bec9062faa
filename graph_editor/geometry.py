"""Sizes and places on the canvas, in scene units: nodes and their ports, the curve of an edge, room for nodes without a place."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from engine.api.ports import Port
from engine.model.graph import Edge
from widgets.theme import theme

Side = Literal["input", "output"]

MARGIN = 16.0
"""Room around the body of a node for its halo, shadow, selection and ports."""
PORT_PITCH = 20.0
PREVIEW_LINE = 16.0
WELL_INSET = 8.0
WELL_PADDING = 8.0
COLUMN_GAP, ROW_GAP = 52.0, 28.0
ARROW = 8.0
ARROW_GAP = 3.0
_WIDTHS = {"start": 172.0, "model": 212.0}


@dataclass(frozen=True, slots=True)
class PortSpot:
    """A port as a node shows it. `x` and `y` are its centre, from the node's corner.

    `row` says that it has a line of its own with its name; `missing`, that an edge names it but the node has no such port.
    """

    port: Port
    side: Side
    x: float
    y: float
    wired: bool = False
    row: bool = False
    missing: bool = False

    @property
    def is_list(self) -> bool:
        """Whether it is drawn as a square: it gives a list, or takes any number of edges."""
        return self.port.type == "list" or self.port.multiple


@dataclass(frozen=True, slots=True)
class Anatomy:
    """Where the parts of a node are: `rows` begins the lines of outputs, `well` is what came out or went wrong, if anything."""

    width: float
    height: float
    rows: float
    well: tuple[float, float, float, float] | None
    footer: float

    @property
    def body(self) -> QRectF:
        """The node without what surrounds it."""
        return QRectF(0.0, 0.0, self.width, self.height)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        return self.width, self.height

    @property
    def well_rect(self) -> QRectF:
        """The well; empty when there is none."""
        return QRectF(*self.well) if self.well else QRectF()


def anatomy(category: str, inputs: int, outputs: int, rows: int, well_lines: int) -> Anatomy:
    """Lay out a node with so many ports at its sides, outputs with a line of their own, and lines in its well."""
    metric = theme().metric
    header, footer = float(metric["node_header"]), float(metric["node_footer"])
    width = _WIDTHS.get(category, float(metric["node_width"]))
    first = header / 2
    y = header
    top = header + 2
    if rows:
        top = max(top, first + PORT_PITCH * (outputs - 1) + PORT_PITCH / 2)
        y = top + rows * metric["case_row"] + 4
    well = None
    if well_lines:
        tall = PREVIEW_LINE * well_lines + 10
        well = (WELL_INSET, y + 4, width - 2 * WELL_INSET, tall)
        y += tall + 4
    lowest = first + PORT_PITCH * (max(inputs, outputs) - 1) + 14
    height = max(y + footer, lowest)
    return Anatomy(width, height, top, well, height - footer - 1)


def place_ports(parts: Anatomy, inputs: Iterable[PortSpot], outputs: Iterable[PortSpot]) -> tuple[PortSpot, ...]:
    """Return the ports with their places: those with a row beside it, the others below each other from the header on."""
    metric = theme().metric
    first, row = metric["node_header"] / 2, float(metric["case_row"])
    placed = [_at(spot, 0.0, first + PORT_PITCH * index) for index, spot in enumerate(inputs)]
    plain = lines = 0
    for spot in outputs:
        if spot.row:
            placed.append(_at(spot, parts.width, parts.rows + row * (lines + 0.5)))
            lines += 1
        else:
            placed.append(_at(spot, parts.width, first + PORT_PITCH * plain))
            plain += 1
    return tuple(placed)


def _at(spot: PortSpot, x: float, y: float) -> PortSpot:
    return PortSpot(spot.port, spot.side, x, y, spot.wired, spot.row, spot.missing)


def edge_path(start: QPointF, end: QPointF) -> QPainterPath:
    """Return the curve between two points, level at both ends. What goes back to the same height bows out below."""
    dx, dy = end.x() - start.x(), end.y() - start.y()
    drop = 0.0
    if dx >= 0:
        reach = min(max(dx * 0.5, 22.0), 160.0)
        reach = max(reach, min(abs(dy) * 0.25, max(dx * 0.75, 30.0), 60.0))
    else:
        reach = min(60.0 + abs(dx) * 0.35, 220.0)
        drop = max(0.0, 110.0 - abs(dy) * 1.5)
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(reach, drop), end + QPointF(-reach, drop), end)
    return path


def arrow_tip(port: QPointF) -> QPointF:
    """Return where the arrow of an edge ends that leads to a port."""
    return QPointF(port.x() - theme().metric["port_radius"] - ARROW_GAP, port.y())


def arrow_shape() -> QPainterPath:
    """Return the arrow, its tip at the origin."""
    shape = QPainterPath(QPointF(0, 0))
    shape.lineTo(-ARROW, -ARROW * 0.55)
    shape.lineTo(-ARROW * 0.78, 0)
    shape.lineTo(-ARROW, ARROW * 0.55)
    shape.closeSubpath()
    return shape


def distance_to_path(path: QPainterPath, point: QPointF) -> float:
    """Return how far a point is from the line of a path; infinite for an empty one."""
    nearest = math.inf
    for polygon in path.toSubpathPolygons():
        nearest = min(nearest, _distance_to_polyline(polygon, point))
    return nearest


def _distance_to_polyline(line: QPolygonF, point: QPointF) -> float:
    corners = [(line.at(index).x(), line.at(index).y()) for index in range(line.size())]
    px, py = point.x(), point.y()
    nearest = math.inf
    for (ax, ay), (bx, by) in pairwise(corners):
        ux, uy = bx - ax, by - ay
        length = ux * ux + uy * uy
        share = 0.0 if length == 0 else min(1.0, max(0.0, ((px - ax) * ux + (py - ay) * uy) / length))
        nearest = min(nearest, math.hypot(px - ax - share * ux, py - ay - share * uy))
    return nearest


def layered(
    sizes: Mapping[str, tuple[float, float]], edges: Iterable[Edge], corner: tuple[float, float] = (0.0, 0.0)
) -> dict[str, tuple[float, float]]:
    """Return places for nodes in columns from left to right, each behind all that it depends on."""
    after: dict[str, list[str]] = {node: [] for node in sizes}
    before: dict[str, list[str]] = {node: [] for node in sizes}
    for edge in edges:
        source, target = edge.source.node, edge.target.node
        if source in after and target in after and source != target:
            after[source].append(target)
            before[target].append(source)
    columns = _columns(after, before)
    places: dict[str, tuple[float, float]] = {}
    x = corner[0]
    for column in columns:
        ordered = sorted(column, key=lambda node: _mean([places[near][1] for near in before[node] if near in places]))
        y = corner[1]
        for node in ordered:
            places[node] = (x, y)
            y += _snapped(sizes[node][1] + ROW_GAP)
        x += _snapped(max(sizes[node][0] for node in column) + COLUMN_GAP)
    return places


def _snapped(length: float) -> float:
    snap = theme().metric["snap"]
    return math.ceil(length / snap) * snap


def _columns(after: Mapping[str, Collection[str]], before: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Return nodes by the longest way to them. What goes round in a circle is entered at the node that comes first."""
    rank = dict.fromkeys(after, 0)
    open_ends = {node: len(sources) for node, sources in before.items()}
    left = dict.fromkeys(after)
    while left:
        ready = [node for node in left if open_ends[node] <= 0] or [next(iter(left))]
        for node in ready:
            del left[node]
        for node in ready:
            for target in after[node]:
                open_ends[target] -= 1
                if target in left:
                    rank[target] = max(rank[target], rank[node] + 1)
    columns: list[list[str]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for node, column in rank.items():
        columns[column].append(node)
    return [column for column in columns if column]


def _mean(values: Collection[float]) -> float:
    return sum(values) / len(values) if values else 0.0
