"""The lines and measures that a moved node is held by, on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsLineItem, QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from graph_editor.guides import Guides
from graph_editor.interactions.sketch import SKETCH_Z
from graph_editor.node_paint import metrics
from graph_editor.scene import GraphScene
from widgets.theme import SEMIBOLD, font, theme


class GuideLines:
    """The lines that a moved node stands in, and gaps that are equal."""

    def __init__(self, scene: GraphScene) -> None:
        self._scene = scene
        self._items: list[QGraphicsItem] = []

    def show(self, guides: Guides) -> None:
        """Show these in place of those before."""
        self.remove()
        pen = QPen(theme().color("guide.align"), theme().line["guide"])
        pen.setCosmetic(True)
        for line in (*guides.lines, *(stroke for gap in guides.gaps for stroke in gap.strokes)):
            item = QGraphicsLineItem(QLineF(*line))
            item.setPen(pen)
            item.setZValue(SKETCH_Z)
            self._scene.addItem(item)
            self._items.append(item)
        for gap in guides.gaps:
            flag = _Flag(gap.words)
            flag.setPos(QPointF(*gap.middle))
            self._scene.addItem(flag)
            self._items.append(flag)

    def remove(self) -> None:
        """Take them off the canvas."""
        for item in self._items:
            self._scene.removeItem(item)
        self._items.clear()


class _Flag(QGraphicsRectItem):
    """A measure on a guide; it keeps its size at any zoom."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        width = metrics(font(theme().size["caption"], SEMIBOLD)).horizontalAdvance(words) + 10
        self.setRect(-width / 2, -21, width, 16)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setZValue(SKETCH_Z + 1)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw the number on its ground."""
        look = theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("guide.align"))
        painter.drawRoundedRect(self.rect(), look.radius["chip"], look.radius["chip"])
        painter.setPen(look.color("text.on_tile"))
        painter.setFont(font(look.size["caption"], SEMIBOLD))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
