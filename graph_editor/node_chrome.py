"""The body of a node: shadow, ground, header, and the ring that tells its state. Nodes that look alike share a picture of it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from graph_editor.geometry import MARGIN
from graph_editor.node_face import Look
from graph_editor.sprites import paint_sprite
from widgets.step_view import role_of
from widgets.theme import theme

LOUD = ("running", "failed", "waiting", "paused")
"""States that glow: somebody has to look, or something is going on."""
_CALM_DASHES = {"queued": (5.0, 3.5), "skipped": (1.0, 3.2), "cancelled": (1.0, 3.2)}


def paint_chrome(painter: QPainter, look: Look, px: float = 0.0) -> None:
    """Draw the body of a node with its ring. Zoomed out, `px` is a pixel of the screen: lines keep their width."""
    face = look.face
    kind = ("node", face.role, face.known, look.status, face.disabled, round(px, 4))
    outer = look.parts.body.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
    paint_sprite(painter, kind, outer, lambda onto: _paint(onto, look, px))


def _paint(painter: QPainter, look: Look, px: float) -> None:
    radius = float(theme().radius["node"])
    paint_shadow(painter, look.parts.body, radius)
    if look.status in LOUD and not theme().high:
        _paint_halo(painter, look, radius, px or 1.0, full=not px)
    paint_ground(painter, look, radius)
    if not px:
        paint_tile(painter, look, QRectF(10, 11, theme().metric["node_tile"], theme().metric["node_tile"]))
    paint_ring(painter, look, radius, px or 1.0, full=not px)


def paint_shadow(painter: QPainter, rect: QRectF, radius: float) -> None:
    """Draw a soft shadow from faint layers; high contrast has none."""
    if theme().high:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor.fromRgbF(0, 0, 0, 0.075 if theme().dark else 0.018))
    for step in range(7):
        grow = step * 1.3 - 0.5
        painter.drawRoundedRect(rect.adjusted(-grow, -grow + 3, grow, grow + 3), radius + grow, radius + grow)


def paint_ground(painter: QPainter, look: Look, radius: float) -> None:
    """Draw the body with the wash of its header and the bar of its category, hatched when the node is switched off."""
    style, body, role = theme(), look.parts.body, look.face.role
    outline = QPainterPath()
    outline.addRoundedRect(body, radius, radius)
    painter.fillPath(outline, style.color("surface.node"))
    painter.save()
    painter.setClipPath(outline)
    painter.fillRect(QRectF(0, 0, body.width(), style.metric["node_header"]), style.color(role, style.alpha["header"]))
    painter.fillRect(QRectF(0, 0, body.width(), 3), style.color(role, style.alpha["dim"] if look.dim else 1))
    if look.face.disabled:
        painter.setPen(QPen(style.color("text.primary", 0.055), 4))
        tall = body.height()
        for x in range(-int(tall), int(body.width() + tall), 12):
            painter.drawLine(QPointF(x, tall), QPointF(x + tall, 0))
    painter.restore()


def paint_tile(painter: QPainter, look: Look, tile: QRectF) -> None:
    """Draw the ground of the icon of a node's type."""
    style = theme()
    radius = style.radius["tile"] if tile.width() > 20 else 4
    painter.setOpacity(tile_opacity(look))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.color(look.face.role))
    painter.drawRoundedRect(tile, radius, radius)
    painter.setOpacity(1.0)


def tile_opacity(look: Look) -> float:
    """Return how much of the tile of a node is seen: less when it has no part in the run."""
    return min(theme().alpha["dim"] + 0.1, 1.0) if look.dim else 1.0


def paint_ring(painter: QPainter, look: Look, radius: float, px: float, *, full: bool) -> None:
    """Draw the state as a ring: colour and pattern of its line, so that it reads without colour."""
    style, body, status = theme(), look.parts.body, look.status
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if status in LOUD:
        _paint_loud(painter, look, radius, px, full=full)
        return
    quiet = status in ("idle", "disabled")
    role = "line.strong" if quiet else role_of(status)
    pen = QPen(style.color(role, 1 if style.high or quiet or status in _CALM_DASHES else 0.7), 1 if quiet else 1.25)
    if not look.face.known:
        pen = QPen(style.color("state.failed", 0.8), 1.25)
        pen.setDashPattern([4, 3])
    elif status in _CALM_DASHES:
        pen.setWidthF(1.5)
        pen.setDashPattern(_CALM_DASHES[status])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap if status == "queued" else Qt.PenCapStyle.RoundCap)
    if style.high or not full:
        pen.setWidthF((style.line["high_ring"] if style.high else 1.1) * px)
    inset = 0.5 if quiet and full else 0.0
    painter.setPen(pen)
    painter.drawRoundedRect(body.adjusted(inset, inset, -inset, -inset), radius, radius)


def _paint_halo(painter: QPainter, look: Look, radius: float, px: float, *, full: bool) -> None:
    """Let a node glow outwards."""
    color = theme().color(role_of(look.status))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, alpha in ((13.0, 0.05), (10.0, 0.08), (6.0, 0.14)) if full else ((7.0, 0.16),):
        color.setAlphaF(alpha)
        painter.setPen(QPen(color, width * px))
        painter.drawRoundedRect(look.parts.body, radius, radius)


def _paint_loud(painter: QPainter, look: Look, radius: float, px: float, *, full: bool) -> None:
    style, body = theme(), look.parts.body
    color = style.color(role_of(look.status))
    if style.high:
        painter.setPen(QPen(color, style.line["high_loud"] * px))
        painter.drawRoundedRect(body, radius, radius)
        painter.setPen(QPen(color, px))
        grow = 4 * px
        painter.drawRoundedRect(body.adjusted(-grow, -grow, grow, grow), radius + grow, radius + grow)
        return
    color.setAlphaF(0.45 if look.status == "running" and full else 1.0)  # a bright piece turns over the running one
    painter.setPen(QPen(color, (style.line["ring"] if full else 1.75) * px))
    painter.drawRoundedRect(body, radius, radius)


def paint_selection(painter: QPainter, body: QRectF, radius: float, px: float = 1.0) -> None:
    """Draw the outline of what is selected; `px` is a pixel of the screen."""
    style = theme()
    grow, width = (7.0, 3.0) if style.high else (4.5, float(style.line["selected"]))
    outline = body.adjusted(-grow * px, -grow * px, grow * px, grow * px)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(style.color("accent.base"), width * px))
    painter.drawRoundedRect(outline, radius + grow * px, radius + grow * px)
