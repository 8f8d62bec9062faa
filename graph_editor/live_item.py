"""What changes many times a second on a running node: streamed text, time, and the light that goes round its ring.

These are light items above the node, so that the picture kept of the node itself stays as it is.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from graph_editor.node_face import STREAM_LINES, Look, footer_of
from graph_editor.node_paint import Line, footer_glyph, footer_lines, line, metrics, paint_lines, paint_state, well_row
from graph_editor.text_lines import Tail
from widgets.theme import font, theme

_CARET = QRectF(2, 2.5, 6, 11)
_PIECE = 6.0
_PIECES = 28
_BAND = 4
"""The light on the ring: the length of its pieces, how many there are, and how many are equally bright."""


@lru_cache(maxsize=64)
def _ring_points(width: float, height: float, radius: float) -> tuple[QPointF, ...]:
    """Return points on the border of a node, as far from each other as a piece is long."""
    ring = QPainterPath()
    ring.addRoundedRect(QRectF(0, 0, width, height), radius, radius)
    count = max(round(ring.length() / _PIECE), _PIECES + 1)
    return tuple(ring.pointAtPercent(index / count) for index in range(count))


class LiveItem(QGraphicsRectItem):
    """The streamed text and the last line of a node that runs or waits."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setPen(Qt.PenStyle.NoPen)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._look = Look.__new__(Look)
        self._shown: tuple[Line, ...] = ()
        self._footer: tuple[Line, ...] = ()
        self._caret = QRectF()
        self._tail: Tail | None = None
        self._width = 0.0

    def show_look(self, look: Look, now: float) -> None:
        """Show another state of the node."""
        parts = look.parts
        area = QRectF(1, parts.footer, parts.width - 2, parts.height - parts.footer - 1)
        if look.well.streams:
            area = area.united(parts.well_rect)
        if area != self.rect():
            self.setRect(area)
        self._look = look
        self._show_text()
        self.tick(now)

    def tick(self, now: float) -> None:
        """Show how long it runs."""
        lines = tuple(footer_lines(self._look, footer_of(self._look, now)))
        if lines != self._footer:
            self._footer = lines
            self.update(0, self._look.parts.footer, self._look.parts.width, self._look.parts.height)

    def _show_text(self) -> None:
        look = self._look
        if not look.well.streams:
            self._shown, self._caret = (), QRectF()
            return
        face, well = font(theme().size["caption"], mono=True), look.parts.well_rect
        room = well_row(well, 0).width() - _CARET.width() - 2
        if self._tail is None or self._width != room:
            self._tail, self._width = Tail(face, room, STREAM_LINES), room
        words = self._tail.lines(look.step.text)[-look.well.streams :]
        rows = [well_row(well, index) for index in range(len(words))]
        self._shown = tuple(line(row, text, "text.secondary", face) for row, text in zip(rows, words, strict=True))
        at = rows[-1].topLeft() + QPointF(metrics(face).horizontalAdvance(words[-1]), 0)
        self._caret = _CARET.translated(at)
        self.update(well)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw text, caret and time."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_lines(painter, self._shown)
        if not self._caret.isNull():
            painter.fillRect(self._caret, theme().color("state.running"))
        paint_state(painter, self._look.status, footer_glyph(self._look), 1.8)
        paint_lines(painter, self._footer)


class Comet(QGraphicsItem):
    """A piece of light that goes round the ring of a running node. Only what it covers is drawn anew as it moves."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._points: list[QPointF] = []
        self._area = QRectF()

    def follow(self, width: float, height: float, radius: float, turn: float) -> None:
        """Go round a body of this size; `turn` is how far round, from 0 to 1."""
        ring = _ring_points(width, height, radius)
        first = int(turn * len(ring))
        points = [ring[(first + index) % len(ring)] for index in range(_PIECES + 1)]
        if points == self._points:
            return
        self.prepareGeometryChange()
        self._points = points
        across, down = [point.x() for point in points], [point.y() for point in points]
        self._area = QRectF(QPointF(min(across), min(down)), QPointF(max(across), max(down))).adjusted(-2, -2, 2, 2)

    def boundingRect(self) -> QRectF:
        """Return what the light covers."""
        return self._area

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw the light, fading to its end."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = theme().color("state.running").lighter(118)
        for begin in range(0, _PIECES, _BAND):
            color.setAlphaF((begin + _BAND) / _PIECES)
            painter.setPen(QPen(color, 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawPolyline(self._points[begin : begin + _BAND + 1])
