"""Cutting edges: a line drawn across them, with X held."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from engine.model.graph import Edge
from graph_editor.canvas import Canvas
from graph_editor.edge_item import EdgeItem
from graph_editor.edits import delete
from graph_editor.interactions.base import Interaction, Pointer
from graph_editor.interactions.sketch import SKETCH_Z
from widgets.theme import theme


class Cut(Interaction):
    """Fades the edges that the line crosses, and deletes them when the button goes up."""

    def __init__(self, canvas: Canvas, start: Pointer) -> None:
        super().__init__(canvas, start)
        self._last = start.point
        self._crossed: dict[Edge, None] = {}
        self._path = QPainterPath(start.point)
        self._line = QGraphicsPathItem()
        pen = QPen(theme().color("state.failed"), 2)
        pen.setDashPattern([4, 3])
        pen.setCosmetic(True)
        self._line.setPen(pen)
        self._line.setZValue(SKETCH_Z)
        canvas.scene.addItem(self._line)

    def move(self, pointer: Pointer) -> None:
        """Draw the line on."""
        if not self.drags(pointer):
            return
        self._path.lineTo(pointer.point)
        self._line.setPath(self._path)
        step = QLineF(self._last, pointer.point)
        self._last = pointer.point
        for item in self.canvas.scene.items(QRectF(step.p1(), step.p2()).normalized().adjusted(-1, -1, 1, 1)):
            if isinstance(item, EdgeItem) and item.edge not in self._crossed and crosses(step, item.path()):
                self._crossed[item.edge] = None
                item.setOpacity(theme().alpha["fade"])

    def release(self, pointer: Pointer) -> None:
        """Delete what was crossed."""
        self.move(pointer)
        self.is_over = True
        crossed = list(self._crossed)
        self.cancel()
        self.canvas.attempt(lambda: delete(self.canvas.document.graph, edges=crossed))

    def cancel(self) -> None:
        """Leave all edges as they were."""
        if self._line.scene() is not None:
            self.canvas.scene.removeItem(self._line)
        for edge in self._crossed:
            if (item := self.canvas.scene.edge_item(edge)) is not None:
                item.setOpacity(1.0)
        self._crossed = {}


def crosses(line: QLineF, path: QPainterPath) -> bool:
    """Tell whether a straight line meets a path."""
    for polygon in path.toSubpathPolygons():
        corners = [QPointF(polygon.at(index)) for index in range(polygon.size())]
        for one, other in pairwise(corners):
            meets, _ = line.intersects(QLineF(one, other))
            if meets == QLineF.IntersectionType.BoundedIntersection:
                return True
    return False
