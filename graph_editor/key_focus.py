"""Where the keyboard is on the canvas: on a node that the arrows led to, or on an edge."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QPointF, QRectF

from engine.model.graph import Edge
from graph_editor.canvas import Canvas
from graph_editor.edge_item import EdgeItem
from graph_editor.node_item import NodeItem
from graph_editor.selection import Direction, nearest


class KeyFocus(QObject):
    """Selects what the keyboard goes to and draws a line around it, until the mouse or an edit selects something else.

    When the edge that has it is deleted, the nearest one left gets it.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._on: str | Edge | None = None
        self._spot = QPointF()
        self._is_shown = True
        canvas.scene.selection_changed.connect(self._on_selection)

    @property
    def edge(self) -> Edge | None:
        """The edge that has it, or None."""
        known = isinstance(self._on, Edge) and self._canvas.scene.edge_item(self._on) is not None
        return self._on if known and isinstance(self._on, Edge) else None

    @property
    def spot(self) -> QPointF:
        """The middle of what has it, in scene units."""
        return self._spot

    def go_to_node(self, node: str) -> None:
        """Select a node."""
        self._go(node)
        self._canvas.scene.select([node])

    def go_to_edge(self, edge: Edge) -> None:
        """Select an edge."""
        self._go(edge)
        self._canvas.scene.select((), [edge])

    def leave(self) -> None:
        """Draw nothing any more; what is selected stays."""
        self._mark(on=False)
        self._on = None

    def show(self, *, shown: bool) -> None:
        """Draw the line only while the canvas has the keyboard."""
        self._is_shown = shown
        self._mark(on=shown)

    # ------------------------------------------------------------ edges
    def enter_edges(self) -> None:
        """Go to an edge of the selected node, those that leave it first; without one, to the edge in the middle of the view."""
        scene, graph = self._canvas.scene, self._canvas.document.graph
        nodes = scene.selected_nodes()[-1:]
        found = [edge for node in nodes for edge in graph.edges_from(node)] or [
            edge for node in nodes for edge in graph.edges_into(node)
        ]
        self._go_to_nearest(found or [item.edge for item in scene.edge_items()], self._canvas.view.middle)

    def leave_edges(self) -> None:
        """Go to the node that the edge comes from, or where that is missing, to the one it leads to."""
        if (edge := self.edge) is not None:
            there = [end.node for end in edge if self._canvas.scene.node_item(end.node) is not None]
            self.go_to_node(there[0])

    def step(self, direction: Direction) -> None:
        """Go from edge to edge: right and left along the flow, up and down to those at the same nodes, then to what is near."""
        edge, graph = self.edge, self._canvas.document.graph
        if edge is None:
            return
        if direction in ("left", "right"):
            onward = direction == "right"
            self._go_to_nearest(graph.edges_from(edge.target.node) if onward else graph.edges_into(edge.source.node), self._spot)
            return
        nodes = edge.source.node, edge.target.node
        beside = [other for other in graph.edges if other.source.node == nodes[0] or other.target.node == nodes[1]]
        beside.sort(key=lambda other: (self._middle(other).y(), self._middle(other).x(), str(other)))
        at = beside.index(edge) + (1 if direction == "down" else -1)
        if 0 <= at < len(beside):
            self.go_to_edge(beside[at])
            return
        others = {str(other): other for other in graph.edges if other not in beside}
        places = {name: (self._middle(other).x(), self._middle(other).y(), 0.0, 0.0) for name, other in others.items()}
        found = nearest(places, (self._spot.x(), self._spot.y()), direction)
        if found is not None:
            self.go_to_edge(others[found])

    def _go_to_nearest(self, edges: Iterable[Edge], point: QPointF) -> None:
        known = [edge for edge in edges if self._canvas.scene.edge_item(edge) is not None]
        if known:
            self.go_to_edge(min(known, key=lambda edge: (self._middle(edge) - point).manhattanLength()))

    def _middle(self, edge: Edge) -> QPointF:
        item = self._canvas.scene.edge_item(edge)
        return item.path().pointAtPercent(0.5) if item is not None else QPointF()

    # ------------------------------------------------------------ the line around it
    def _go(self, thing: str | Edge) -> None:
        self.leave()
        self._on = thing
        item = self._item()
        if item is None:
            return
        area = item.body if isinstance(item, NodeItem) else item.path().boundingRect()
        self._spot = area.center() if isinstance(item, NodeItem) else self._middle(item.edge)
        self._mark(on=self._is_shown)
        seen = self._canvas.view.seen
        fits = area.width() < seen.width() and area.height() < seen.height()
        self._canvas.view.reveal(area if fits else QRectF(self._spot, self._spot))

    def _item(self) -> NodeItem | EdgeItem | None:
        scene = self._canvas.scene
        return scene.edge_item(self._on) if isinstance(self._on, Edge) else scene.node_item(self._on or "")

    def _mark(self, *, on: bool) -> None:
        if (item := self._item()) is not None:
            item.set_focused(on)

    def _on_selection(self) -> None:
        scene = self._canvas.scene
        nodes, edges, frames = scene.selected_nodes(), scene.selected_edges(), scene.selected_frames()
        now: list[str | Edge] = [*nodes, *edges, *frames]
        if self._on is None or now == [self._on]:
            return
        was_edge = isinstance(self._on, Edge)
        if was_edge and not now and self._item() is None:
            self._on = None
            self._go_to_nearest([item.edge for item in scene.edge_items()], self._spot)
        else:
            self.leave()
