"""What the pointer is over while nothing is in the hand: an edge stands out, and a card tells its last value."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QTimer

from engine.model.graph import Edge
from graph_editor.canvas import Canvas
from graph_editor.edge_card import EdgeCard
from graph_editor.edge_values import EdgeValue
from graph_editor.interactions.base import Pointer
from graph_editor.interactions.starters import edge_near

CARD_MS = 250


class Hover(QObject):
    """Follows the pointer. `value_of` gives what an edge carried last, None when nothing is known."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.value_of: Callable[[Edge], EdgeValue | None] = lambda _edge: None
        self.card: EdgeCard | None = None
        self._edge: Edge | None = None
        self._pos = QPoint()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(CARD_MS)
        self._wait.timeout.connect(self._show_card)

    def look(self, pointer: Pointer) -> None:
        """The pointer is there."""
        scene = self._canvas.scene
        covered = scene.node_at(pointer.point) is not None or scene.port_at(pointer.point) is not None
        edge = None if covered else edge_near(self._canvas, pointer.point)
        self._pos = pointer.pos
        if edge == self._edge:
            return
        self.leave()
        self._edge = edge
        scene.hover_edge(edge)
        if edge is not None:
            self._wait.start()

    def leave(self) -> None:
        """The pointer is over nothing that tells something."""
        self._wait.stop()
        if self._edge is not None:
            self._edge = None
            self._canvas.scene.hover_edge(None)
        if self.card is not None:
            self.card.hide()

    def show_value(self, edge: Edge, pos: QPoint) -> None:
        """Tell the last value of an edge at a point of the view, or that there is none, as the keyboard asks for."""
        self.leave()
        self._edge, self._pos = edge, pos
        self._open(edge, self.value_of(edge), by_key=True)

    def _show_card(self) -> None:
        if self._edge is not None and (value := self.value_of(self._edge)) is not None:
            self._open(self._edge, value)

    def _open(self, edge: Edge, value: EdgeValue | None, *, by_key: bool = False) -> None:
        item = self._canvas.scene.edge_item(edge)
        if item is None:
            return
        if self.card is None:
            self.card = EdgeCard(self._canvas.view)
        self.card.show_value(edge, item.port_type, value, by_key=by_key)
        self.card.put_beside(self._pos)
