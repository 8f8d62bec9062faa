"""How a node is drawn when the canvas is zoomed out: what has to be read keeps its size on the screen, the rest goes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from graph_editor.node_chrome import paint_chrome, paint_selection, paint_tile
from graph_editor.node_face import Look
from graph_editor.node_paint import (
    Line,
    line,
    metrics,
    paint_breakpoint,
    paint_icon_at,
    paint_lines,
    paint_port,
    paint_state,
)
from graph_editor.text_lines import wrap
from resources.language import tr
from widgets.step_view import StepStatus, role_of
from widgets.theme import MEDIUM, SEMIBOLD, font, theme

TILE = 17.0
GLYPH = 11.5
LINE = 12.5
_LEFT = 6.0
_NEXT = _LEFT + TILE + 6
_TALL = 58.0
"""Pixels from which a node has room for its state below the title."""


def _word(status: StepStatus) -> str:
    """Return a state in a word; those that need none have none."""
    words = {
        "running": tr("Running"),
        "failed": tr("Failed"),
        "waiting": tr("Waiting"),
        "paused": tr("Paused"),
        "cached": tr("Kept"),
        "queued": tr("Queued"),
        "skipped": tr("Skipped"),
        "cancelled": tr("Cancelled"),
        "disabled": tr("Disabled"),
    }
    return words.get(status, "")


def paint_small(painter: QPainter, look: Look, zoom: float, *, selected: bool, words: bool) -> None:
    """Draw a node between 35 and 70 %: with its title in `words`, or with a bar as long as it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    px = 1 / zoom
    paint_chrome(painter, look, px)
    _paint_grey_lines(painter, look)
    painter.save()
    painter.scale(px, px)
    size = look.parts.width * zoom, look.parts.height * zoom
    if words:
        _paint_head(painter, look, *size)
    else:
        _paint_bar_head(painter, look, *size)
    painter.restore()
    if selected:
        paint_selection(painter, look.parts.body, float(theme().radius["node"]), px)
    for spot in look.spots:
        paint_port(painter, spot, look, 3.6 * px)
    if look.marks.breakpoint:
        paint_breakpoint(painter, paused=False, px=px * 0.68)


def _paint_head(painter: QPainter, look: Look, width: float, height: float) -> None:
    """The title in up to two lines, the sign of the state at the foot, with its word when there is room."""
    style = theme()
    top = _LEFT + 1.5
    _paint_tile(painter, look, QRectF(_LEFT, top, TILE, TILE))
    room = width - _LEFT - _NEXT
    face = font(style.size["caption"], SEMIBOLD)
    titles = wrap(look.face.title, face, room, 2) if height >= 2 * LINE + 14 else wrap(look.face.title, face, room, 1)
    y = max(top + TILE / 2 - LINE * len(titles) / 2, 3.5)
    role = "text.secondary" if look.dim else "text.primary"
    lines: list[Line] = []
    for title in titles:
        lines.append(line(QRectF(_NEXT, y, room + 2, LINE), title, role, face))
        y += LINE
    foot = height - GLYPH - 3
    if height >= _TALL:
        box = QRectF(_LEFT + (TILE - GLYPH) / 2, foot, GLYPH, GLYPH)
        if word := _word(look.status):
            lines.append(line(QRectF(_NEXT, foot, room, GLYPH), word, role_of(look.status), font(10.5, MEDIUM)))
    else:
        box = QRectF(width - _LEFT - GLYPH, foot, GLYPH, GLYPH)
    paint_state(painter, look.status, box, 1.6)
    paint_lines(painter, tuple(lines))


def _paint_bar_head(painter: QPainter, look: Look, width: float, height: float) -> None:
    """The tile, a bar as long as the title, and the sign of the state."""
    style = theme()
    header = style.metric["node_header"] * height / look.parts.height
    low = height < 76 * height / look.parts.height
    top = (height - TILE) / 2 if low else max((header - TILE) / 2 + 1, 2.0)
    _paint_tile(painter, look, QRectF(_LEFT, top, TILE, TILE))
    mark = QRectF(width - _LEFT - GLYPH, top + (TILE - GLYPH) / 2, GLYPH, GLYPH)
    paint_state(painter, look.status, mark, 1.6)
    zoom = width / look.parts.width
    long = min(mark.left() - 5 - _NEXT, metrics(font(style.size["body"], SEMIBOLD)).horizontalAdvance(look.face.title) * zoom)
    if long < 3:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.color("text.primary", 0.16 if look.dim else 0.28))
    painter.drawRoundedRect(QRectF(_NEXT, top + TILE / 2 - 2.25, long, 4.5), 2.25, 2.25)


def _paint_tile(painter: QPainter, look: Look, tile: QRectF) -> None:
    paint_tile(painter, look, tile)
    paint_icon_at(painter, look, tile, 11, 1.4)


def _paint_grey_lines(painter: QPainter, look: Look) -> None:
    """Draw what cannot be read as bars, so that a node keeps its shape."""
    style, well = theme(), look.parts.well_rect
    painter.setPen(Qt.PenStyle.NoPen)
    if not well.isEmpty():
        failed = look.well.is_failure
        painter.setBrush(style.color("state.failed", 0.12) if failed else style.color("surface.node_well"))
        painter.drawRoundedRect(well, 5, 5)
        painter.setBrush(style.color("state.failed", 0.45) if failed else style.color("text.primary", 0.13))
        for index in range(look.well.height):
            share = (0.82, 0.6, 0.7)[index % 3]
            painter.drawRoundedRect(QRectF(16, well.top() + 10 + 16 * index, (well.width() - 16) * share, 5), 2.5, 2.5)
    for spot in look.spots:
        if spot.row:
            taken = look.marks.given is not None and spot.port.key in look.marks.given
            width = min(metrics(font(style.size["small"], MEDIUM)).horizontalAdvance(spot.port.label or spot.port.key), 90)
            painter.setBrush(style.color("text.primary", 0.34 if taken else 0.13))
            painter.drawRoundedRect(QRectF(look.parts.width - 14 - width, spot.y - 2.5, width, 5), 2.5, 2.5)
