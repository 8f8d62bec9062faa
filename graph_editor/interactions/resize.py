"""Making a frame or note larger or smaller by one of its corners."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt

from graph_editor.arranging import set_frame
from graph_editor.canvas import Canvas
from graph_editor.frame_item import LEAST_SIZE, FrameItem
from graph_editor.interactions.base import Interaction, Pointer
from resources.language import tr

REACH = 10.0
"""Pixels around a corner where one takes hold of it."""
Corner = tuple[int, int]
"""-1 or 1: left or right, top or bottom."""


def corner_at(item: FrameItem, point: QPointF, px: float) -> Corner | None:
    """Return the corner of a frame or note at a point; a note has one, at its fold."""
    area = item.area
    corners = ((area.bottomRight(), (1, 1)),) if item.is_note else (
        (area.topLeft(), (-1, -1)), (area.topRight(), (1, -1)), (area.bottomLeft(), (-1, 1)), (area.bottomRight(), (1, 1)),
    )  # fmt: skip
    reach = REACH * px * (1.6 if item.is_note else 1.0)
    for place, corner in corners:
        if abs(place.x() - point.x()) <= reach and abs(place.y() - point.y()) <= reach:
            return corner
    return None


def corner_cursor(corner: Corner) -> Qt.CursorShape:
    """Return the pointer that tells in which direction a corner goes."""
    return Qt.CursorShape.SizeFDiagCursor if corner[0] == corner[1] else Qt.CursorShape.SizeBDiagCursor


class Resize(Interaction):
    """Moves a corner; the opposite one stays."""

    def __init__(self, canvas: Canvas, start: Pointer, frame: str, corner: Corner) -> None:
        super().__init__(canvas, start)
        item = canvas.scene.frame_item(frame)
        assert item is not None
        self._item, self._corner, self._rect = item, corner, item.home
        canvas.scene.select((), (), [frame])

    def move(self, pointer: Pointer) -> None:
        """Show the frame as large as it would be."""
        if self.drags(pointer):
            self._rect = self._resized(pointer)
            self._item.place(self._rect)

    def release(self, pointer: Pointer) -> None:
        """Keep the size."""
        self.is_over = True
        if not self.is_dragged:
            return
        rect = self._rect.x(), self._rect.y(), self._rect.width(), self._rect.height()
        frame = replace(self._item.frame, rect=rect)
        text = tr("Resize note") if self._item.is_note else tr("Resize frame")
        self.canvas.attempt(lambda: set_frame(self.canvas.document.graph, frame, text))

    def cancel(self) -> None:
        """Show the frame as large as it was."""
        self._item.place(self._item.home)

    def _resized(self, pointer: Pointer) -> QRectF:
        home = self._item.home
        off = pointer.point - self.start.point
        across, down = self._corner
        place = home.right() if across > 0 else home.left(), home.bottom() if down > 0 else home.top()
        corner = QPointF(place[0] + off.x(), place[1] + off.y())
        x, y = (corner.x(), corner.y()) if pointer.has(Qt.KeyboardModifier.AltModifier) else self.canvas.snap(corner)
        left, right = (
            (home.left(), max(x, home.left() + LEAST_SIZE)) if across > 0 else (min(x, home.right() - LEAST_SIZE), home.right())
        )
        top, bottom = (
            (home.top(), max(y, home.top() + LEAST_SIZE)) if down > 0 else (min(y, home.bottom() - LEAST_SIZE), home.bottom())
        )
        return QRectF(QPointF(left, top), QPointF(right, bottom))
