"""What lies over the window while workflow files are dragged over it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from resources.language import tr
from widgets.icons import paint_icon
from widgets.theme import SEMIBOLD, font, theme

_EDGE, _SIGN, _PAD, _GAP = 2.0, 28.0, 24.0, 8.0
_NAMED = 3
"""So many files are named."""


class DropCover(QWidget):
    """Says that files are opened when they are let go here. It takes no mouse: the window does."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window, self.title, self.names = window, "", ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_files(self, paths: Sequence[Path]) -> None:
        """Lie over the whole window, and name the files."""
        more = ["…"] if len(paths) > _NAMED else []
        self.title = tr("Drop to open")
        self.names = "\n".join([*(path.name for path in paths[:_NAMED]), *more])
        self.setAccessibleName(self.title)
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the edge of the window, and a card with the words."""
        style, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), style.color("surface.canvas", 0.72))
        painter.setPen(QPen(style.color("accent.base"), _EDGE))
        painter.setBrush(style.color("accent.base", 0.06))
        painter.drawRect(QRectF(self.rect()).adjusted(_EDGE / 2, _EDGE / 2, -_EDGE / 2, -_EDGE / 2))
        self._draw_card(painter)
        painter.end()

    def _draw_card(self, painter: QPainter) -> None:
        style, large, small = theme(), font(15, SEMIBOLD), font(13)
        of_large, of_small = QFontMetricsF(large), QFontMetricsF(small)
        room = self.width() - 6 * _PAD
        lines = [of_small.elidedText(name, Qt.TextElideMode.ElideMiddle, room) for name in self.names.splitlines()]
        width = max(of_large.horizontalAdvance(self.title), *(of_small.horizontalAdvance(one) for one in lines), 160.0) + 2 * _PAD
        height = 2 * _PAD + _SIGN + _GAP + of_large.height() + 4 + len(lines) * of_small.height()
        card = QRectF(0, 0, round(width), round(height))
        card.moveCenter(QPointF(round(self.width() / 2), round(self.height() / 2)))
        painter.setPen(QPen(style.color("line.strong"), 1))
        painter.setBrush(style.color("surface.raised"))
        painter.drawRoundedRect(card, style.radius["card"], style.radius["card"])
        sign = QRectF(card.center().x() - _SIGN / 2, card.top() + _PAD, _SIGN, _SIGN)
        paint_icon(painter, "file-plus", sign, style.color("accent.base"))
        top, middle = sign.bottom() + _GAP, Qt.AlignmentFlag.AlignHCenter
        for text, face, metrics, role in (
            (self.title, large, of_large, "text.primary"), *((one, small, of_small, "text.secondary") for one in lines),
        ):  # fmt: skip
            painter.setFont(face)
            painter.setPen(style.color(role))
            painter.drawText(QRectF(card.left(), top, card.width(), metrics.height()), middle, text)
            top += metrics.height() + (4 if face is large else 0)
