"""An on-off switch."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from widgets.theme import theme

_TRACK = QSize(28, 16)
_ROOM = 2  # around the track, for the focus ring


class Switch(QAbstractButton):
    """A switch; `clicked` tells of a person's click, `toggled` of every change."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of the track with the room around it."""
        return QSize(_TRACK.width() + 2 * _ROOM, _TRACK.height() + 2 * _ROOM)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter switch as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, knob and focus ring."""
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(_ROOM, _ROOM, _TRACK.width(), _TRACK.height())
        on = self.isChecked()
        if self.hasFocus():
            painter.setPen(QPen(look.color("accent.base", 0.8), 1.5))
            painter.drawRoundedRect(track.adjusted(-1.25, -1.25, 1.25, 1.25), 9.25, 9.25)
        painter.setPen(Qt.PenStyle.NoPen)
        role = "text.disabled" if not self.isEnabled() else "accent.base" if on else "line.control"
        painter.setBrush(look.color(role))
        painter.drawRoundedRect(track, 8, 8)
        painter.setBrush(look.color("surface.panel"))
        painter.drawEllipse(QPointF(track.right() - 8 if on else track.left() + 8, track.center().y()), 6, 6)
        painter.end()
