"""A thin bar that shows how much of a whole there is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.theme import theme

_HEIGHT, _WIDTH = 4, 80


class Meter(QWidget):
    """A bar in the colour of a role, filled up to a share from 0 to 1."""

    def __init__(self, name: str, role: str = "accent.base", share: float = 0.0) -> None:
        super().__init__()
        self._role, self.share = role, share
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float, role: str = "") -> None:
        """Show another share, perhaps in another colour."""
        self.share, self._role = min(max(share, 0.0), 1.0), role or self._role
        self.setAccessibleDescription(f"{self.share:.0%}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return its height, and a width that it may leave."""
        return QSize(_WIDTH, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return hardly any width."""
        return QSize(2 * _HEIGHT, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the whole and the share."""
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        rect, radius = QRectF(self.rect()), self.height() / 2
        painter.setBrush(look.color("line.strong" if look.high else "line.default"))
        painter.drawRoundedRect(rect, radius, radius)
        if self.share > 0:
            painter.setBrush(look.color(self._role))
            painter.drawRoundedRect(QRectF(0, 0, max(rect.width() * self.share, rect.height()), rect.height()), radius, radius)
        painter.end()
