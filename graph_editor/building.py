"""What is seen in place of a large canvas while its items are made."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from resources.language import trn
from widgets.boxes import words
from widgets.meter import Meter
from widgets.theme import theme

_WIDTH, _HEIGHT = 240, 48


class Building(QWidget):
    """Covers a view with a line that grows, and keeps the mouse from what is not all there yet."""

    def __init__(self, view: QWidget, nodes: int) -> None:
        super().__init__(view)
        said = trn("Showing {count} node…", "Showing {count} nodes…", nodes)
        self.meter = Meter(said)
        label = words(said, "secondary")
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._card = QWidget(self)
        layout = QVBoxLayout(self._card)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme().space["sm"])
        layout.addWidget(label)
        layout.addWidget(self.meter)

    def fit(self) -> None:
        """Cover the view."""
        view = self.parentWidget()
        self.setGeometry(view.rect() if view else QRect())
        self._card.setGeometry((self.width() - _WIDTH) // 2, (self.height() - _HEIGHT) // 2, _WIDTH, _HEIGHT)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground of the canvas."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("surface.canvas"))
        painter.end()
