"""The mark: two warp threads, and the weft that goes over the one and under the other."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from widgets.theme import theme

_GRID = 24.0


class Logo(QWidget):
    """The mark as a widget; `ground` is the role of what lies behind it."""

    def __init__(self, size: int, ground: str = "surface.window") -> None:
        super().__init__()
        self._ground = ground
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark."""
        painter = QPainter(self)
        paint_logo(painter, QRectF(self.rect()), self._ground)
        painter.end()


def logo_pixmap(size: int) -> QPixmap:
    """Return the mark on its dark ground, as the icon of the program."""
    result = QPixmap(size, size)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("surface.window"))
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.2, size * 0.2)
    inset = size * 0.12
    paint_logo(painter, QRectF(inset, inset, size - 2 * inset, size - 2 * inset), "surface.window")
    painter.end()
    return result


def paint_logo(painter: QPainter, rect: QRectF, ground: str) -> None:
    """Draw the mark into a square that has the colour `ground`."""
    look = theme()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / _GRID, rect.height() / _GRID)
    warp = QPen(look.color("text.tertiary"), 2.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    painter.setPen(warp)
    painter.drawLine(QPointF(7, 3), QPointF(7, 21))
    painter.drawLine(QPointF(17, 3), QPointF(17, 21))
    weft = QPainterPath(QPointF(2, 15))
    weft.cubicTo(8, 15, 8, 9, 12, 9)
    weft.cubicTo(16, 9, 16, 15, 22, 15)
    painter.setClipRect(QRectF(0, 0, _GRID / 2, _GRID))
    painter.strokePath(weft, QPen(look.color(ground), 6.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.setClipping(False)
    painter.strokePath(weft, QPen(look.color("accent.base"), 3.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setPen(QPen(look.color(ground), 5.4))
    painter.drawLine(QPointF(17, 9.4), QPointF(17, 17))
    painter.setPen(warp)
    painter.drawLine(QPointF(17, 8), QPointF(17, 18))
    painter.restore()
