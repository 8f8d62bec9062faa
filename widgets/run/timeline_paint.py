"""How a time-line draws its lanes: bars, attempts, waits, and the signs beside the names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPen

from widgets.glyph import category_role
from widgets.icons import paint_icon
from widgets.run.lanes import Lane, Piece
from widgets.run.rows import say, width_of
from widgets.step_view import GLYPHS, role_of
from widgets.theme import MEDIUM, SEMIBOLD, theme

NAMES, AXIS, LANE, INSET = 172, 22, 20, 12
"""Pixels: the width of the names, the height of the axis and of a lane, the room beside the bars."""
_BAR, _RADIUS, _SIGN, _LEAST, _FADE = 12.0, 3.0, 12.0, 3.0, 60.0
_TINY_TEXT = 10

Place = Callable[[float], float]
"""Gives the x of a time in seconds since the epoch."""


def paint_name(painter: QPainter, lane: Lane, top: float) -> None:
    """Draw the sign of a lane's state and its title."""
    sign = QRectF(14, top + (LANE - _SIGN) / 2, _SIGN, _SIGN)
    role = role_of(lane.status)
    if lane.status == "running":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme().color(role, 0.3), 1.7))
        painter.drawEllipse(sign.adjusted(1, 1, -1, -1))
        painter.setPen(QPen(theme().color(role), 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(sign.adjusted(1, 1, -1, -1), 90 * 16, -110 * 16)
    else:
        paint_icon(painter, GLYPHS[lane.status], sign, theme().color(role), 1.4)
    ink = "text.tertiary" if lane.status in ("queued", "skipped", "cancelled") else "text.primary"
    say(painter, QRectF(34, top, NAMES - 42, LANE), lane.title, ink, theme().size["small"])


def paint_lane(painter: QPainter, lane: Lane, top: float, place: Place, now: float) -> None:
    """Draw the bar of a lane, piece by piece, and the words behind it."""
    right = 0.0
    for piece in lane.pieces:
        left, end = place(piece.start), place(now if piece.end is None else piece.end)
        box = QRectF(left, top + (LANE - _BAR) / 2, max(end - left, _LEAST), _BAR)
        _paint_piece(painter, lane, piece, box)
        right = max(right, box.right())
    if lane.note:
        say(painter, QRectF(right + 6, top, 120, LANE), lane.note, "text.secondary", 11, MEDIUM)


def _paint_piece(painter: QPainter, lane: Lane, piece: Piece, box: QRectF) -> None:
    look = theme()
    match piece.kind:
        case "pause":
            pen = QPen(look.color("state.failed", 0.6), 1.5)
            pen.setDashPattern([1.5, 1.5])
            painter.setPen(pen)
            painter.drawLine(QPointF(box.left() + 1, box.center().y()), QPointF(box.right() - 1, box.center().y()))
        case "wait":
            _paint_wait(painter, piece, box)
        case "mark":
            _paint_mark(painter, lane, box)
        case "held":
            _paint_held(painter, box)
        case "failed":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.mix("state.failed", "surface.panel", 0.32))
            painter.drawRoundedRect(box, _RADIUS, _RADIUS)
            if piece.words and width_of(piece.words, _TINY_TEXT, SEMIBOLD) + 6 <= box.width():
                say(painter, box, piece.words, "text.primary", _TINY_TEXT, SEMIBOLD, Qt.AlignmentFlag.AlignHCenter)
        case "work":
            _paint_work(painter, look.color(category_role(lane.category)), box, is_live=piece.end is None)


def _paint_work(painter: QPainter, color: QColor, box: QRectF, *, is_live: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    if not is_live:
        painter.setBrush(color)
    else:
        shade = QLinearGradient(box.topLeft(), box.topRight())
        shade.setColorAt(0, color)
        shade.setColorAt(max(0.0, 1 - _FADE / max(box.width(), _FADE + 1)), color)
        shade.setColorAt(1, theme().color("state.running"))
        painter.setBrush(shade)
    painter.drawRoundedRect(box, _RADIUS, _RADIUS)


def _paint_wait(painter: QPainter, piece: Piece, box: QRectF) -> None:
    look = theme()
    path = QPainterPath()
    path.addRoundedRect(box, _RADIUS, _RADIUS)
    painter.fillPath(path, look.mix("state.waiting", "surface.panel", 0.16))
    clip = painter.clipBoundingRect().intersected(box) if painter.hasClipping() else box
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(look.color("state.waiting", 0.30), 2))
    x = box.left() - _BAR + 8 * max(0, int((clip.left() - box.left()) / 8) - 1)
    lines = []
    while x < clip.right():
        lines.append((QPointF(x, box.bottom()), QPointF(x + _BAR, box.top())))
        x += 8
    for first, second in lines:
        painter.drawLine(first, second)
    painter.restore()
    room = width_of(piece.words, 11, MEDIUM) + 10
    if room + 12 <= box.width():
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.mix("state.waiting", "surface.panel", 0.18))
        painter.drawRect(QRectF(box.left() + 6, box.top(), room, box.height()))
        say(painter, QRectF(box.left() + 11, box.top() - 2, room, box.height() + 4), piece.words, "state.waiting", 11, MEDIUM)


def _paint_mark(painter: QPainter, lane: Lane, box: QRectF) -> None:
    """A step that took no time: a small sign where it came to its end."""
    sign = QRectF(box.left(), box.center().y() - 5, 10, 10)
    paint_icon(painter, GLYPHS[lane.status], sign, theme().color(role_of(lane.status)), 1.4)


def _paint_held(painter: QPainter, box: QRectF) -> None:
    pen = QPen(theme().color("state.paused"), 1)
    pen.setDashPattern([3, 2.5])
    painter.setPen(pen)
    painter.setBrush(theme().color("state.paused", 0.10))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)


def paint_chain(painter: QPainter, boxes: Sequence[tuple[float, float, float]], top: float, bottom: float) -> None:
    """Draw the critical path: a line under its bars (left, right, lowest edge), going down where one waited for the other.

    What lies wholly above `top` or below `bottom` is left out.
    """
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(
        theme().color("text.primary", 0.85), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )
    painter.setPen(pen)
    for place, (left, right, base) in enumerate(boxes):
        line = base + 2
        if place + 1 == len(boxes):
            if top <= line <= bottom:
                painter.drawLine(QPointF(left, line), QPointF(right, line))
            break
        after_left, _, after_base = boxes[place + 1]
        after = after_base + 2
        if max(line, after) < top or min(line, after) > bottom:
            continue
        turn = max(after_left, right)
        way = 3 if after > line else -3
        path = QPainterPath(QPointF(left + 1, line))
        path.lineTo(max(turn - 3, left + 1), line)
        path.quadTo(QPointF(turn, line), QPointF(turn, line + way))
        path.lineTo(turn, after)
        if turn > after_left:
            path.lineTo(after_left, after)
        painter.drawPath(path)


def paint_handle(painter: QPainter, x: float, height: float, words: str, role: str) -> None:
    """Draw the handle: a line with its time in a flag."""
    look = theme()
    x = round(x) + 0.5
    painter.setPen(QPen(look.color(role), 1))
    painter.drawLine(QPointF(x, 16), QPointF(x, height))
    width = width_of(words, 11, SEMIBOLD) + 12
    flag = QRectF(x - width / 2, 1, width, 17)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color(look.ink(role)))
    painter.drawRoundedRect(flag, 4, 4)
    tip = QPainterPath(QPointF(x - 4, 17))
    tip.lineTo(x + 4, 17)
    tip.lineTo(x, 22)
    painter.drawPath(tip)
    say(painter, flag, words, "text.on_accent", 11, SEMIBOLD, Qt.AlignmentFlag.AlignHCenter)
