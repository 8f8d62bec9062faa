"""What is drawn on the canvas for what is not there yet: a node where it would stand, and what it would be put between."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from engine.model.graph import Node
from graph_editor.geometry import ARROW, MARGIN, arrow_shape, arrow_tip, edge_path
from graph_editor.node_face import Look, Marks, face_of, look_of
from graph_editor.node_paint import lines_of, metrics, paint_node
from graph_editor.scene import GraphScene
from graph_editor.wiring import Splice
from widgets.node_types import NodeTypes
from widgets.step_view import IDLE
from widgets.theme import MEDIUM, font, theme

SKETCH_Z = 6.0


class Pill(QGraphicsRectItem):
    """A few words on a small card that keeps its size at any zoom; centred above or below its place."""

    def __init__(self, scene: GraphScene, role: str = "accent.text") -> None:
        super().__init__()
        self.words, self._role = "", role
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setZValue(SKETCH_Z + 1)
        scene.addItem(self)

    def say(self, words: str, point: QPointF) -> None:
        """Say something below a point."""
        self.words = words
        width = metrics(font(theme().size["small"], MEDIUM)).horizontalAdvance(words) + 18
        self.setRect(-width / 2, 10, width, 24)
        self.setPos(point)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw card and words."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, rect = theme(), self.rect().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(look.color("line.strong"), 1))
        painter.setBrush(look.color("surface.overlay"))
        painter.drawRoundedRect(rect, look.radius["field"], look.radius["field"])
        painter.setPen(look.color(look.ink(self._role)))
        painter.setFont(font(look.size["small"], MEDIUM))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.words)


class Ghost(QGraphicsRectItem):
    """A node that is not there yet, at its real size, where it would stand."""

    def __init__(self, scene: GraphScene, node: Node, types: NodeTypes) -> None:
        super().__init__()
        self.look = self.look_of(node, types)
        self._lines = lines_of(self.look)
        self.setRect(self.look.parts.body.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN))
        self.setZValue(SKETCH_Z - 1)
        scene.addItem(self)

    @staticmethod
    def look_of(node: Node, types: NodeTypes) -> Look:
        """Return how a node that is not there yet will look."""
        return look_of(face_of(node, (), types), IDLE, Marks())

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw the node, a wash of the accent, and dashes around it."""
        style, radius = theme(), float(theme().radius["node"])
        painter.setOpacity(0.85)
        paint_node(painter, self.look, self._lines, selected=False)
        painter.setOpacity(1.0)
        pen = QPen(style.color("accent.base"), 1.75)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(style.color("accent.base", 0.08))
        painter.drawRoundedRect(self.look.parts.body, radius, radius)


class SplicePreview:
    """Shows that a node would be put into an edge: the old edge as a wash, the new ones dashed, and a line that says so."""

    def __init__(self, scene: GraphScene) -> None:
        look = theme()
        self._scene = scene
        self._old = QGraphicsPathItem()
        self._old.setPen(
            QPen(look.color("accent.base", 0.25), look.line["edge_halo"], Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        self._old.setZValue(0.5)
        scene.addItem(self._old)
        self._halves = [QGraphicsPathItem(), QGraphicsPathItem()]
        self._arrows = [QGraphicsPathItem(arrow_shape()), QGraphicsPathItem(arrow_shape())]
        pen = QPen(look.color("accent.base"), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([3, 2])
        for half, arrow in zip(self._halves, self._arrows, strict=True):
            half.setPen(pen)
            half.setZValue(1.6)
            arrow.setPen(Qt.PenStyle.NoPen)
            arrow.setBrush(look.color("accent.base"))
            arrow.setZValue(1.6)
            scene.addItem(half)
            scene.addItem(arrow)
        self._pill = Pill(scene)
        self.show(None)

    def show(self, splice: Splice | None, look: Look | None = None, corner: QPointF | None = None, words: str = "") -> None:
        """Show how a node with this look, its corner there, would stand in an edge; nothing for None."""
        shown = splice is not None and look is not None and corner is not None
        for item in (self._old, *self._halves, *self._arrows, self._pill):
            item.setVisible(shown)
        line = self._scene.edge_item(splice.edge) if splice is not None else None
        if splice is None or look is None or corner is None or line is None:
            return
        self._old.setPath(line.path())
        spots = {(spot.port.key, spot.side): corner + QPointF(spot.x, spot.y) for spot in look.spots}
        here = spots.get((splice.input.key, "input"), corner), spots.get((splice.output.key, "output"), corner)
        ends = ((line.start, here[0]), (here[1], line.end))
        for half, arrow, (start, end) in zip(self._halves, self._arrows, ends, strict=True):
            tip = arrow_tip(end)
            half.setPath(edge_path(start, QPointF(tip.x() - ARROW * 0.78, tip.y())))
            arrow.setPos(tip)
        self._pill.say(words, corner + QPointF(look.parts.width / 2, look.parts.height))

    def remove(self) -> None:
        """Take it off the canvas."""
        for item in (self._old, *self._halves, *self._arrows, self._pill):
            self._scene.removeItem(item)
