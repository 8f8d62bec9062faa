"""Sizes and places on the canvas, in scene units: nodes and their ports, and the curve of an edge."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from engine.api.ports import Port
from graph_editor.detour import Curve, straight
from widgets.theme import theme

Side = Literal["input", "output"]

MARGIN = 16.0
"""Room around the body of a node for its halo, shadow, selection and ports."""
PORT_PITCH = 20.0
PREVIEW_LINE = 16.0
WELL_INSET = 8.0
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


@lru_cache(maxsize=4096)
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
    """Return the curve between two points, see `graph_editor.detour.straight`."""
    return curved((straight((start.x(), start.y()), (end.x(), end.y())),))


def curved(way: Sequence[Curve]) -> QPainterPath:
    """Return the path along curves, each of which begins where the one before ends."""
    path = QPainterPath(QPointF(*way[0][0]))
    for _, (bx, by), (cx, cy), (dx, dy) in way:
        path.cubicTo(bx, by, cx, cy, dx, dy)
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
