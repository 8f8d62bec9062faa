"""A rectangle drawn over the empty canvas selects what it meets."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsRectItem

from graph_editor.canvas import Canvas
from graph_editor.interactions.base import Interaction, Pointer
from graph_editor.interactions.sketch import SKETCH_Z
from widgets.theme import theme


class Band(Interaction):
    """Selects nodes and notes that the rectangle meets and frames that lie in it; a click on nothing selects nothing.

    With Shift or Ctrl what is met is added, or taken out when it was selected before.
    """

    def __init__(self, canvas: Canvas, start: Pointer) -> None:
        super().__init__(canvas, start)
        scene = canvas.scene
        self._nodes, self._frames = set(scene.selected_nodes()), set(scene.selected_frames())
        self._edges = scene.selected_edges()
        self._item: QGraphicsRectItem | None = None

    def move(self, pointer: Pointer) -> None:
        """Draw the rectangle and select."""
        if not self.drags(pointer):
            return
        rect = QRectF(self.start.point, pointer.point).normalized()
        if self._item is None:
            look = theme()
            self._item = QGraphicsRectItem()
            pen = QPen(look.color("accent.base", 0.8), 1)
            pen.setCosmetic(True)
            self._item.setPen(pen)
            self._item.setBrush(look.color("accent.base", 0.08))
            self._item.setZValue(SKETCH_Z)
            self.canvas.scene.addItem(self._item)
        self._item.setRect(rect)
        nodes, frames = self._met(rect)
        if self.start.adds:
            self.canvas.scene.select(self._nodes ^ nodes, self._edges, self._frames ^ frames)
        else:
            self.canvas.scene.select(nodes, (), frames)

    def release(self, pointer: Pointer) -> None:
        """Keep the selection."""
        if not self.is_dragged and not self.start.adds:
            self.canvas.scene.select()
        self._remove()
        self.is_over = True

    def cancel(self) -> None:
        """Select what was selected before."""
        self._remove()
        self.canvas.scene.select(self._nodes, self._edges, self._frames)

    def _met(self, rect: QRectF) -> tuple[set[str], set[str]]:
        scene = self.canvas.scene
        nodes = {item.node for item in scene.node_items() if item.body.intersects(rect)}
        frames = {
            item.frame.id
            for item in scene.frame_items()
            if rect.contains(item.area) or (item.is_note and item.area.intersects(rect))
        }
        return nodes, frames

    def _remove(self) -> None:
        if self._item is not None:
            self.canvas.scene.removeItem(self._item)
            self._item = None
