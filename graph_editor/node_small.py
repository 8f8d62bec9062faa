"""How a node is drawn when the canvas is zoomed out: what has to be read keeps its size on the screen, the rest goes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from graph_editor.levels import TEXT
from graph_editor.node_chrome import paint_chrome, paint_selection, paint_tile
from graph_editor.node_face import Look
from graph_editor.node_paint import (
    line,
    metrics,
    paint_breakpoint,
    paint_icon_at,
    paint_lines,
    paint_port,
    paint_state,
)
from resources.language import tr
from widgets.icons import paint_icon
from widgets.step_view import StepStatus, role_of
from widgets.theme import MEDIUM, SEMIBOLD, font, theme

TILE, SMALL_TILE = 17.0, 14.0
GLYPH = 11.5
LINE = 12.5
_INSET, _GAP = 5.0, 5.0
_NARROW = 96.0
"""Pixels below which a node has room for a small tile only."""
_TALL = 58.0
"""Pixels from which a node has room for its state below the title."""
_MOST_LINES = 3
_MARK, _OUT = 13.0, 4.5
"""The side of a sign on the border, and how much of it is outside: what is kept of a node reaches no further at 35 %."""


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
        "stopped": tr("Stopped"),
        "disabled": tr("Disabled"),
    }
    return words.get(status, "")


def paint_small(painter: QPainter, look: Look, zoom: float, *, selected: bool) -> None:
    """Draw a node between 35 and 70 %: icon, title, state and what is marked, at a size that can be read at any of these."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    px = 1 / zoom
    paint_chrome(painter, look, px)
    if zoom >= TEXT:
        _paint_grey_lines(painter, look)
    width, height = look.parts.width * zoom, look.parts.height * zoom
    painter.save()
    painter.scale(px, px)
    _paint_head(painter, look, width, height)
    painter.restore()
    if selected:
        paint_selection(painter, look.parts.body, float(theme().radius["node"]), px)
    for spot in look.spots:
        paint_port(painter, spot, look, 3.6 * px)
    painter.save()
    painter.scale(px, px)
    _paint_marks(painter, look, width, height)
    painter.restore()
    if look.marks.breakpoint:
        paint_breakpoint(painter, paused=False, px=px * 0.68)


def _paint_head(painter: QPainter, look: Look, width: float, height: float) -> None:
    """Draw icon and title, in as many lines as there is room for, and the state at the foot of a node that is tall enough."""
    style = theme()
    tile = TILE if width >= _NARROW else SMALL_TILE
    foot = GLYPH + 5 if height >= _TALL else 0.0
    left = _INSET + tile + _GAP
    room, face = width - left - _INSET, font(style.size["caption"], SEMIBOLD)
    most = min(max(int((height - 6 - foot) // LINE), 1), _MOST_LINES)
    titles = _broken(look.face.title, face, room, most)
    middle = max(len(titles) * LINE, tile) / 2 + 5.5 if foot else height / 2 + 1
    _paint_tile(painter, look, QRectF(_INSET, middle - tile / 2, tile, tile))
    y, role = middle - LINE * len(titles) / 2, "text.secondary" if look.dim else "text.primary"
    lines = [line(QRectF(left, y + LINE * index, room, LINE), words, role, face) for index, words in enumerate(titles)]
    if foot:
        box = QRectF(_INSET + (tile - GLYPH) / 2, height - GLYPH - 3, GLYPH, GLYPH)
        paint_state(painter, look.status, box, 1.6)
        if word := _word(look.status):
            lines.append(line(QRectF(left, box.top(), room, GLYPH), word, role_of(look.status), font(10.5, MEDIUM)))
    paint_lines(painter, tuple(lines))


def _broken(title: str, face: QFont, room: float, most: int) -> list[str]:
    """Break a title between words only: a longer word is cut where it is drawn."""
    measured, lines = metrics(face), list[str]()
    for word in title.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and measured.horizontalAdvance(joined) <= room:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines if len(lines) <= most else [*lines[: most - 1], " ".join(lines[most - 1 :])]


def _paint_marks(painter: QPainter, look: Look, width: float, height: float) -> None:
    """Draw signs on the border, where they take no room from the title: problems and a pin above, the state below."""
    style, right = theme(), width - 4.0
    if look.marks.problems:
        count, face = str(len(look.marks.problems)), font(10, SEMIBOLD)
        role = "state.failed" if look.marks.errors else "state.waiting"
        long = max(metrics(face).horizontalAdvance(count) + 7, _MARK)
        chip = QRectF(right - long, -_OUT, long, _MARK)
        _paint_disc(painter, chip, role)
        painter.setFont(face)
        painter.setPen(style.color("text.on_tile"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, count)
        right -= long + 3
    if look.face.pinned:
        chip = QRectF(right - _MARK, -_OUT, _MARK, _MARK)
        _paint_disc(painter, chip, "surface.node")
        paint_icon(painter, "pin", chip.adjusted(1.5, 1.5, -1.5, -1.5), style.color("state.pinned"))
    if look.status != "idle" and height < _TALL:
        chip = QRectF(width - 4 - _MARK, height + _OUT - _MARK, _MARK, _MARK)
        _paint_disc(painter, chip, "surface.node")
        paint_state(painter, look.status, chip.adjusted(0.75, 0.75, -0.75, -0.75), 1.6)


def _paint_disc(painter: QPainter, chip: QRectF, role: str) -> None:
    style = theme()
    painter.setPen(QPen(style.color("surface.canvas"), 1.5))
    painter.setBrush(style.color(role))
    painter.drawRoundedRect(chip, chip.height() / 2, chip.height() / 2)


def _paint_tile(painter: QPainter, look: Look, tile: QRectF) -> None:
    paint_tile(painter, look, tile)
    paint_icon_at(painter, look, tile, 0.65 * tile.width(), 1.4)


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
