"""How ports look while an edge is in the hand: rings around those that take it, with their names."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from graph_editor.geometry import PortSpot
from graph_editor.hits import PortHit
from graph_editor.node_face import port_name
from graph_editor.node_item import NodeItem
from graph_editor.node_paint import line, metrics, paint_lines
from widgets.theme import MEDIUM, font, theme

_PILL = 20.0
_RING, _TARGET_RING = 10.0, 12.0


def paint_fits(painter: QPainter, items: Iterable[NodeItem], target: PortHit | None) -> None:
    """Draw rings and names of the ports of these nodes that take the edge."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for item in items:
        fits = item.look.marks.fits or {}
        for spot in item.look.spots:
            words = fits.get((spot.port.key, spot.side))
            if words is None or (spot.port.key, spot.side) == item.look.marks.source:
                continue
            aimed = target is not None and (target.node, target.port, target.side) == (item.node, spot.port.key, spot.side)
            _paint_fit(painter, item.port_point(spot), spot, words, aimed=aimed)


def _paint_fit(painter: QPainter, point: QPointF, spot: PortSpot, words: str, *, aimed: bool) -> None:
    style = theme()
    role = f"port.{spot.port.type}" if f"port.{spot.port.type}" in style else "port.any"
    pen = QPen(style.color(role), 2.0 if aimed else 1.5)
    if words and not aimed:
        pen.setDashPattern([2.5, 2])
    painter.setPen(pen)
    painter.setBrush(style.color(role, 0.30 if aimed else 0.12))
    radius = _TARGET_RING if aimed else _RING
    painter.drawEllipse(point, radius, radius)
    name = f"{port_name(spot.port)} · {words}" if words else port_name(spot.port)
    room = metrics(font(style.size["caption"], MEDIUM)).horizontalAdvance(name) + 16
    if aimed:
        corner = QPointF(point.x() - room / 2, point.y() - radius - 6 - _PILL)
    else:
        corner = QPointF(point.x() + (18 if spot.side == "output" else -18 - room), point.y() - _PILL / 2)
    paint_pill(painter, QRectF(corner.x(), corner.y(), room, _PILL), name, role if aimed else "text.secondary")


def paint_pill(painter: QPainter, rect: QRectF, words: str, role: str) -> None:
    """Draw a few words on a small card."""
    style = theme()
    painter.setPen(QPen(style.color(role, 0.7) if role != "text.secondary" else style.color("line.strong"), 1))
    painter.setBrush(style.color("surface.overlay"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    paint_lines(painter, (line(rect.adjusted(8, 0, -7, 0), words, "text.primary", font(style.size["caption"], MEDIUM)),))
