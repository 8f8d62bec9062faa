"""The edge in the hand."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from graph_editor.edge_item import edge_color
from graph_editor.geometry import ARROW, Side, arrow_shape, arrow_tip, edge_path
from graph_editor.scene import GraphScene
from widgets.theme import theme

_END_RING = 11.0
HAND_Z = 6.0


class HandEdge:
    """The edge in the hand, drawn as one that is hovered, with a ring at its open end."""

    def __init__(self, scene: GraphScene, port_type: str, fixed: QPointF, side: Side, *, is_list: bool = False) -> None:
        """Begin at a port; `side` is that of this port."""
        look = theme()
        self._scene, self._fixed, self._side = scene, fixed, side
        color = edge_color(port_type, "idle", front=True, selected=False)
        soft = look.color(f"port.{port_type}" if f"port.{port_type}" in look else "port.any", look.alpha["halo"])
        self._line = QGraphicsPathItem()
        self._line.setZValue(HAND_Z)
        self._line.setPen(QPen(color, look.line["edge_hover"], Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        self._halo = QGraphicsPathItem(self._line)
        self._halo.setFlag(QGraphicsItem.GraphicsItemFlag.ItemStacksBehindParent)
        self._halo.setPen(QPen(soft, 0 if look.high else look.line["edge_halo"], Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        self._halo.setVisible(not look.high)
        self._arrow = QGraphicsPathItem(arrow_shape(), self._line)
        self._arrow.setPen(Qt.PenStyle.NoPen)
        self._arrow.setBrush(QBrush(color))
        self._end = _End(port_type, is_list=is_list, parent=self._line)
        scene.addItem(self._line)

    def lead_to(self, point: QPointF, *, aimed: bool) -> None:
        """End at a point; `aimed` says that it is a port, which has a ring of its own."""
        start, end = (self._fixed, point) if self._side == "output" else (point, self._fixed)
        tip = arrow_tip(end)
        path = edge_path(start, QPointF(tip.x() - ARROW * 0.78, tip.y()))
        self._line.setPath(path)
        self._halo.setPath(path)
        self._arrow.setPos(tip)
        self._end.setPos(point)
        self._end.setVisible(not aimed)

    def remove(self) -> None:
        """Take it off the canvas."""
        self._scene.removeItem(self._line)


class _End(QGraphicsRectItem):
    """The open end of the edge in the hand: the sign of its type in a ring."""

    def __init__(self, port_type: str, *, is_list: bool, parent: QGraphicsItem) -> None:
        super().__init__(-_END_RING - 2, -_END_RING - 2, 2 * _END_RING + 4, 2 * _END_RING + 4, parent)
        self._type = "list" if is_list else port_type
        self._role = f"port.{port_type}" if f"port.{port_type}" in theme() else "port.any"

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw ring and sign."""
        look = theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color(self._role), 1.5))
        painter.setBrush(look.color(self._role, 0.2))
        painter.drawEllipse(QPointF(), _END_RING, _END_RING)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color(self._role))
        box = QRectF(-4.5, -4.5, 9, 9)
        corner = 2.0 if self._type == "list" else 4.5
        painter.drawRoundedRect(box, corner, corner)
