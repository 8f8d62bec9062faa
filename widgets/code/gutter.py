"""The strip left of code: line numbers, and a mark where a line has a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from widgets.theme import MEDIUM, REGULAR, font, theme

if TYPE_CHECKING:
    from widgets.code.edit import CodeEdit

_MARK = 8


class Gutter(QWidget):
    """Line numbers of an editor; with `marks` there is room for signs of problems."""

    def __init__(self, editor: CodeEdit, size: float, *, marks: bool) -> None:
        super().__init__(editor)
        self._editor, self._size, self._marks = editor, size, marks

    def width_needed(self) -> int:
        """Return the width for the numbers there are."""
        digits = max(len(str(self._editor.blockCount())), 2)
        number = QFontMetricsF(font(self._size, mono=True)).horizontalAdvance("0") * digits
        return round(number + (40 if self._marks else 12))

    def sizeHint(self) -> QSize:
        """Return the width for the numbers there are."""
        return QSize(self.width_needed(), 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the code."""
        self._editor.wheelEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the numbers of the lines in view."""
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = self._editor.textCursor().blockNumber() if self._editor.hasFocus() else -1
        for number, rect in self._editor.lines_in_view():
            here = number == current
            painter.setPen(look.color("text.primary" if here else "text.tertiary"))
            painter.setFont(font(self._size, MEDIUM if here else REGULAR, mono=True))
            rect.translate(0, -self.y())
            room = QRectF(0, rect.top(), self.width() - (16 if self._marks else 9), rect.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number + 1))
            if self._marks and (role := self._editor.mark_of(number)):
                _paint_mark(painter, QPointF(14, rect.center().y()), role)
        painter.end()


def _paint_mark(painter: QPainter, centre: QPointF, role: str) -> None:
    """Draw a disc for an error, a triangle for a warning: told by shape as well as by colour."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color(role))
    half = _MARK / 2
    if role == "state.failed":
        painter.drawEllipse(centre, half, half)
    else:
        painter.drawPolygon([centre + QPointF(0, -half), centre + QPointF(half, half), centre + QPointF(-half, half)])
