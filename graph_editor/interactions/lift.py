"""Nodes in the hand look lifted: slightly clear, over a larger shadow."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from graph_editor.node_chrome import paint_shadow
from graph_editor.node_item import NodeItem
from graph_editor.scene import GraphScene
from widgets.theme import theme

_MOST = 40
"""With more nodes in the hand none of them is lifted, so that moving them stays quick."""
_LAYERS = (2.0, 5.0, 9.0)
_CLEAR = 0.94


class Lift:
    """Lifts nodes until it is told to put them down."""

    def __init__(self, scene: GraphScene, nodes: Iterable[str]) -> None:
        self._scene = scene
        found = [item for node in nodes if (item := scene.node_item(node)) is not None]
        self._lifted = found if len(found) <= _MOST and scene.level.detail == "full" else []
        self._shadows = [_Shadow(item) for item in self._lifted]
        for item in self._lifted:
            item.setOpacity(_CLEAR)

    def put_down(self) -> None:
        """Let the nodes look as before."""
        for shadow in self._shadows:
            if shadow.scene() is not None:
                self._scene.removeItem(shadow)
        for item in self._lifted:
            if item.scene() is not None:
                item.setOpacity(1.0)
        self._shadows, self._lifted = [], []


class _Shadow(QGraphicsRectItem):
    """The shadow under a node, which it moves along with."""

    def __init__(self, item: NodeItem) -> None:
        super().__init__(item)
        self._body = item.look.parts.body
        self.setRect(self._body.adjusted(-24, -18, 24, 32))
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemStacksBehindParent)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw three layers of shadow."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = float(theme().radius["node"])
        for grow in _LAYERS:
            paint_shadow(painter, self._body.adjusted(-grow, 0, grow, grow * 1.5), radius + grow)
