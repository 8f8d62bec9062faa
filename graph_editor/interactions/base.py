"""One object per gesture: it lives from a press to its end, and leaves nothing behind when it is cancelled."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from graph_editor.canvas import Canvas


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the mouse is: in the scene, in the viewport, and what is held with it."""

    point: QPointF
    pos: QPoint
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    button: Qt.MouseButton = Qt.MouseButton.NoButton

    def has(self, modifier: Qt.KeyboardModifier) -> bool:
        """Tell whether a modifier is held."""
        return bool(self.modifiers & modifier)

    @property
    def adds(self) -> bool:
        """Whether what is met is added to the selection or taken out of it."""
        return self.has(Qt.KeyboardModifier.ShiftModifier) or self.has(Qt.KeyboardModifier.ControlModifier)


class Interaction:
    """A gesture. `is_over` ends it; `scrolls` says that the canvas follows when the pointer is held at its border."""

    scrolls = True

    def __init__(self, canvas: Canvas, start: Pointer) -> None:
        self.canvas, self.start = canvas, start
        self.is_over = False
        self.is_dragged = False

    def drags(self, pointer: Pointer) -> bool:
        """Tell whether the pointer has gone far enough from where it began to mean it."""
        far = (pointer.pos - self.start.pos).manhattanLength() >= QApplication.startDragDistance()
        self.is_dragged = self.is_dragged or far
        return self.is_dragged

    def move(self, pointer: Pointer) -> None:
        """The pointer is elsewhere, or other modifiers are held."""

    def press(self, pointer: Pointer) -> None:
        """A button went down while the gesture goes on."""

    def release(self, pointer: Pointer) -> None:
        """The button went up."""
        self.is_over = True

    def key(self, _event: QKeyEvent) -> bool:
        """A key went down; return whether it was meant for the gesture."""
        return False

    def cancel(self) -> None:
        """Leave everything as it was."""
