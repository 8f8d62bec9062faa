"""A choice of two or three, all in sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.theme import MEDIUM, font, theme

_INSET = 2


class Segments(QWidget):
    """Words side by side, one of them chosen. `chosen` tells the place that a person chose, by mouse or arrow keys."""

    chosen = Signal(int)

    def __init__(self, texts: Sequence[str], name: str = "", *, height: int = 28) -> None:
        super().__init__()
        self._texts, self._current = tuple(texts), -1
        self._height = height
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def current(self) -> int:
        """Return the place of the chosen words, -1 for none."""
        return self._current

    def set_current(self, place: int) -> None:
        """Show another choice, without a signal."""
        self._current = place
        self.setAccessibleDescription(self._texts[place] if place >= 0 else "")
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the longest words in each part."""
        metrics = QFontMetricsF(self._face())
        widest = max((metrics.horizontalAdvance(text) for text in self._texts), default=0)
        return QSize(round((widest + 20) * len(self._texts)) + 2 * _INSET, self._height)

    def place_of(self, place: int) -> QRectF:
        """Return the rectangle of a part."""
        width = (self.width() - 2 * _INSET) / max(len(self._texts), 1)
        return QRectF(_INSET + width * place, _INSET, width, self.height() - 2 * _INSET)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what was clicked."""
        place = next((at for at in range(len(self._texts)) if self.place_of(at).contains(event.position())), -1)
        if place >= 0 and event.button() == Qt.MouseButton.LeftButton and self.isEnabled():
            self._choose(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with the arrow keys."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._choose(min(max(self._current + step, 0), len(self._texts) - 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the well, the chosen part and the words."""
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color("accent.base" if self.hasFocus() else "line.default"), 1))
        painter.setBrush(look.color("surface.sunken"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.radius["field"], look.radius["field"])
        painter.setFont(self._face())
        for place, text in enumerate(self._texts):
            rect, here = self.place_of(place), place == self._current
            if here:
                painter.setPen(QPen(look.color("line.strong"), 1))
                painter.setBrush(look.color("surface.raised"))
                painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), look.radius["chip"], look.radius["chip"])
            role = "text.disabled" if not self.isEnabled() else "text.primary" if here else "text.secondary"
            painter.setPen(look.color(role))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def _choose(self, place: int) -> None:
        if place != self._current:
            self.set_current(place)
            self.chosen.emit(place)

    def _face(self) -> QFont:
        return font(theme().size["small"], MEDIUM)
