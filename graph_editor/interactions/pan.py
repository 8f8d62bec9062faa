"""Drawing the canvas along: with the middle button, or with Space held."""

from __future__ import annotations

from PySide6.QtCore import Qt

from graph_editor.canvas import Canvas
from graph_editor.interactions.base import Interaction, Pointer


class Pan(Interaction):
    """Keeps the point that was taken hold of under the pointer."""

    scrolls = False

    def __init__(self, canvas: Canvas, start: Pointer) -> None:
        super().__init__(canvas, start)
        self._last = start.pos
        canvas.view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, pointer: Pointer) -> None:
        """Draw the canvas along."""
        off = pointer.pos - self._last
        self._last = pointer.pos
        self.canvas.view.pan(off.x(), off.y())

    def release(self, pointer: Pointer) -> None:
        """Let go."""
        self.cancel()
        self.is_over = True

    def cancel(self) -> None:
        """Let go; the canvas stays where it is."""
        self.canvas.view.viewport().unsetCursor()
