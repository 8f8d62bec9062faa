"""How ports look while an edge is in the hand: rings around those that take it, with their names."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from graph_editor.geometry import PortSpot
from graph_editor.hits import PortHit
from graph_editor.levels import TEXT
from graph_editor.node_face import port_name
from graph_editor.node_item import NodeItem
from graph_editor.node_paint import line, metrics, paint_lines
from widgets.theme import MEDIUM, font, theme

_PILL = 20.0
_RING, _TARGET_RING = 10.0, 12.0


def paint_fits(painter: QPainter, items: Iterable[NodeItem], target: PortHit | None) -> None:
    """Draw rings and names of the ports of these nodes that take the edge; the one that is aimed at comes last, on top.

    Names keep their size on the screen. From afar there is room for one only.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    zoom = painter.transform().m11()
    aimed: tuple[QPointF, PortSpot, str] | None = None
    for item in items:
        fits = item.look.marks.fits or {}
        for spot in item.look.spots:
            words = fits.get((spot.port.key, spot.side))
            if words is None or (spot.port.key, spot.side) == item.look.marks.source:
                continue
            point = item.port_point(spot)
            if target is not None and (target.node, target.port, target.side) == (item.node, spot.port.key, spot.side):
                aimed = point, spot, words
                continue
            _paint_ring(painter, point, spot, _RING, QPen(theme().color(_role(spot)), 1.5), dashed=bool(words))
            if zoom >= TEXT:
                _paint_name(painter, point, spot, words, aimed=False)
    if aimed is not None:
        point, spot, words = aimed
        _paint_ring(painter, point, spot, _TARGET_RING, QPen(theme().color(_role(spot)), 2.0), dashed=False)
        _paint_name(painter, point, spot, words, aimed=True)


def _role(spot: PortSpot) -> str:
    role = f"port.{spot.port.type}"
    return role if role in theme() else "port.any"


def _paint_ring(painter: QPainter, point: QPointF, spot: PortSpot, radius: float, pen: QPen, *, dashed: bool) -> None:
    if dashed:
        pen.setDashPattern([2.5, 2])
    painter.setPen(pen)
    painter.setBrush(theme().color(_role(spot), 0.12 if radius == _RING else 0.30))
    painter.drawEllipse(point, radius, radius)


def _paint_name(painter: QPainter, point: QPointF, spot: PortSpot, words: str, *, aimed: bool) -> None:
    """Draw the name beside a port, above the edge when it is the one that is aimed at."""
    name = f"{port_name(spot.port)} · {words}" if words else port_name(spot.port)
    room = metrics(font(theme().size["caption"], MEDIUM)).horizontalAdvance(name) + 16
    px = max(1.0, 1 / painter.transform().m11())
    if aimed:
        left, top = (2.0 if spot.side == "output" else -2.0 - room), -_TARGET_RING / px - 4 - _PILL
    else:
        left, top = (18.0 if spot.side == "output" else -18.0 - room), -_PILL / 2
    painter.save()
    painter.translate(point)
    painter.scale(px, px)
    paint_pill(painter, QRectF(left, top, room, _PILL), name, _role(spot) if aimed else "text.secondary")
    painter.restore()


def paint_pill(painter: QPainter, rect: QRectF, words: str, role: str) -> None:
    """Draw a few words on a small card."""
    style = theme()
    painter.setPen(QPen(style.color(role, 0.7) if role != "text.secondary" else style.color("line.strong"), 1))
    painter.setBrush(style.color("surface.overlay"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    paint_lines(painter, (line(rect.adjusted(8, 0, -7, 0), words, "text.primary", font(style.size["caption"], MEDIUM)),))
