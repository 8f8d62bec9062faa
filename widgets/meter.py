"""A thin bar that shows how much of a whole there is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
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
        rect, radius = QRectF(self.rect()), self.height() / 2
        if look.high:  # only its outline: its ground would be as bright as what fills it
            painter.setPen(look.color("line.default"))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        else:
            painter.fillPath(_pill(rect), look.color("line.default"))
        if self.share > 0:
            filled = QRectF(0, 0, max(rect.width() * self.share, rect.height()), rect.height())
            painter.fillPath(_pill(filled), look.color(self._role))
        painter.end()


def _pill(rect: QRectF) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    return path
