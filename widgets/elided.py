"""A label of one line that cuts its words where there is no room, and tells all of them in its tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from widgets.boxes import tip as plain_tip


class Elided(QLabel):
    """Words that may be cut. `tip` is told in place of the words, where it says more."""

    def __init__(
        self, text: str = "", kind: str = "", align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft, *, middle: bool = False
    ) -> None:
        super().__init__()
        self._full, self._tip = text, ""
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self._align = align
        self.setProperty("kind", kind)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str, tip: str = "") -> None:
        """Show other words."""
        self._full, self._tip = text, tip
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def full_text(self) -> str:
        """Return the words, uncut."""
        return self._full

    def sizeHint(self) -> QSize:
        """Return room for all words."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._full) + 1 if self._full else 0, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Return room for hardly any."""
        return QSize(0, self.fontMetrics().height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as there is room for."""
        shown = self.fontMetrics().elidedText(self._full, self._mode, self.width())
        tip = self._tip or (self._full if shown != self._full else "")
        if plain_tip(tip) != self.toolTip():
            self.setToolTip(plain_tip(tip))
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), int(self._align | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()
