"""Scrolling while something in the hand is held at the border of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QTimer, Signal

from graph_editor.view import GraphView

BORDER = 28
_EVERY_MS = 16
_FASTEST = 18.0


class Drift(QObject):
    """Moves the canvas while the pointer is near its border, quicker the nearer it is. `moved` tells after each step."""

    moved = Signal()

    def __init__(self, view: GraphView) -> None:
        super().__init__(view)
        self._view = view
        self._speed = (0.0, 0.0)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._step)

    def hold(self, pos: QPoint) -> None:
        """The pointer is at a point of the viewport."""
        room = self._view.viewport().rect()
        self._speed = _push(pos.x(), room.width()), _push(pos.y(), room.height())
        if self._speed == (0.0, 0.0):
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Scroll no more."""
        self._timer.stop()

    def _step(self) -> None:
        self._view.pan(*self._speed)
        self.moved.emit()


def _push(at: int, room: int) -> float:
    """Return by how many pixels a step moves the canvas, negative to see more at the end."""
    near, far = BORDER - at, at - (room - BORDER)
    deep = near if near > 0 else -far if far > 0 else 0
    share = max(min(deep / BORDER, 1.0), -1.0)
    return round(share * _FASTEST, 1)
