"""Items that are equal to the document at all times: the part of the scene that follows its edits."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtWidgets import QGraphicsScene

from engine.model.graph import Edge, Endpoint, Node
from graph_editor.arranging import united
from graph_editor.crowd import Crowd, Rect
from graph_editor.detour import LANE
from graph_editor.document import Delta, GraphDocument
from graph_editor.edge_item import STUB, EdgeItem
from graph_editor.frame_item import FrameItem
from graph_editor.geometry import PortSpot, Side
from graph_editor.ground import Ground
from graph_editor.layers import ROW_GAP, Box, Link, laid_out
from graph_editor.levels import FULL, Level
from graph_editor.node_face import Face, Look, face_of, look_of
from graph_editor.node_item import NodeItem
from graph_editor.overlay import Overlay
from graph_editor.slices import Slices
from widgets.node_types import NodeTypes
from widgets.theme import theme

Place = tuple[float, float]

ROOM = 4000.0
"""How far around what is there the index of the scene reaches."""
MANY = 60
"""Where more places change than these, everything is looked at again."""
ASIDE = 2 * LANE
"""How far from a node the edges are that may go around it."""
_BOXES = Qt.ItemSelectionMode.IntersectsItemBoundingRect


class DocumentScene(QGraphicsScene):
    """Has an item for each node, each frame, and each edge that has a node at one end at least. Changes the document never.

    `touched` tells the nodes of which something changed that is also seen from afar: place, state, colour; None stands for all.
    Made `in_slices`, a large document holds nobody up: `is_building` until `built` tells that all items are there; `progressed`
    gives the share of them before.
    """

    touched = Signal(object)
    built = Signal()
    progressed = Signal(float)

    def __init__(
        self, document: GraphDocument, types: NodeTypes, parent: QObject | None = None, *, in_slices: bool = False
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.document, self.types = document, types
        self._slices = Slices(self) if in_slices else None
        if self._slices is not None:
            self._slices.progressed.connect(self._on_progressed)
            self._slices.ended.connect(self._on_built)
        self.is_building = in_slices
        self.level: Level = FULL
        self.overlay = Overlay()
        self._nodes: dict[str, NodeItem] = {}
        self._edges: dict[Edge, EdgeItem] = {}
        self._frames: dict[str, FrameItem] = {}
        self._touching: dict[str, dict[Edge, None]] = {}
        self._auto: dict[str, Place] = {}
        self._ground = Ground()
        self._chosen: set[Edge] = set()
        document.changed.connect(self._on_changed)
        types.changed.connect(self.refresh)

    def node_ids(self) -> list[str]:
        """Return the ids of all nodes, in the order of the document."""
        return [node for node in self.document.graph.nodes if node in self._nodes]

    @property
    def is_empty(self) -> bool:
        """Whether there are neither nodes nor frames."""
        return not self._nodes and not self._frames and not self.is_building

    def node_items(self) -> Iterable[NodeItem]:
        """Return the items of all nodes, in the order of the document."""
        return [self._nodes[node] for node in self.node_ids()]

    def edge_items(self) -> Iterable[EdgeItem]:
        """Return the items of all edges that have a node at one end at least."""
        return self._edges.values()

    def frame_items(self) -> Iterable[FrameItem]:
        """Return the items of all frames and notes."""
        return self._frames.values()

    def node_item(self, node: str) -> NodeItem | None:
        """Return the item of a node, or None."""
        return self._nodes.get(node)

    def edge_item(self, edge: Edge) -> EdgeItem | None:
        """Return the item of an edge, or None."""
        return self._edges.get(edge)

    def frame_item(self, frame: str) -> FrameItem | None:
        """Return the item of a frame or note, or None."""
        return self._frames.get(frame)

    def edges_of(self, node: str) -> list[Edge]:
        """Return the edges that begin or end at a node."""
        return list(self._touching.get(node, ()))

    def position(self, node: str) -> Place:
        """Return where a node is shown: its place in the document, else one that was found for it. Raises KeyError."""
        known = self.document.graph.positions.get(node)
        return known if known is not None else self._auto[node]

    def content_rect(self) -> QRectF:
        """Return what all nodes, with their results, and frames cover; empty when there are none."""
        rect = QRectF(*united(self._ground.rects()))
        for frame in self._frames.values():
            rect = rect.united(frame.area)
        return rect

    def rect_of(self, nodes: Iterable[str]) -> QRectF:
        """Return what these nodes cover."""
        rect = QRectF()
        for node in nodes:
            if (item := self._nodes.get(node)) is not None:
                rect = rect.united(item.body)
        return rect

    def is_used(self, area: QRectF) -> bool:
        """Tell whether a node, with its result, or a frame lies in an area."""
        return self._ground.is_used(_rect(area)) or any(frame.area.intersects(area) for frame in self._frames.values())

    def room_of(self, node: str) -> Rect | None:
        """Return the room that a node takes with its result, as far as the one below it leaves it."""
        return self._ground.rect(node)

    def port_point(self, end: Endpoint, side: Side) -> QPointF | None:
        """Return where a port is, in scene units, or None when there is no such port."""
        item = self._nodes.get(end.node)
        spot = item.spot(end.port, side) if item else None
        return item.port_point(spot) if item and spot else None

    def port_y(self, end: Endpoint, side: Side) -> float:
        """Return how far below the upper edge of its node a port is; 0 when there is no such port."""
        spot = self._spot(end, side)
        return spot.y if spot is not None else 0.0

    def refresh(self) -> None:
        """Make all items anew from the document, as after a change of the language or of the node types."""
        if self._slices is not None:
            self._slices.begin(self._build())
            return
        graph = self.document.graph
        edges, frames = self._edges.keys() | graph.edges, self._frames.keys() | graph.frames.keys()
        gone = self._nodes.keys() - graph.nodes.keys()
        self._on_changed(Delta(frozenset(graph.nodes), frozenset(gone), edges_added=tuple(edges), frames=frozenset(frames)))
        for item in self._nodes.values():
            item.renew()

    def _build(self) -> Iterator[None]:
        """Make all items anew, one with each step. Edits between two steps are followed as ever."""
        graph = self.document.graph
        self._index_edges()
        self._show_frames(self._frames.keys() | graph.frames.keys())
        for node in list(graph.nodes):
            if node in graph.nodes:
                self._show_node(graph.nodes[node])
                self._place((node,))
                self._ground.stand(self._nodes[node])
                self._nodes[node].renew()
            yield
        found = self._find_places()
        self._place(found)
        self._settle(found, [], whole=True)
        yield
        self._grow(self._nodes, self._frames)
        for edge in list(graph.edges):
            self._show_edges((edge,))
            yield

    def _on_progressed(self, done: int) -> None:
        self.progressed.emit(done / max(len(self.document.graph.nodes) + len(self.document.graph.edges), 1))

    def _on_built(self) -> None:
        self.is_building = False
        self.touched.emit(None)
        self.built.emit()

    def _index_edges(self) -> None:
        self._touching = {}
        for edge in self.document.graph.edges:
            for end in edge:
                self._touching.setdefault(end.node, {})[edge] = None

    def _on_changed(self, delta: Delta) -> None:
        graph = self.document.graph
        edges = (*delta.edges_removed, *delta.edges_added)
        if edges or delta.added or delta.removed:
            self._index_edges()
        left = self._remove(delta.removed)
        fresh = delta.added | delta.changed | {end.node for edge in edges for end in edge}
        for known in [known for known in graph.nodes.values() if known.id in fresh]:
            self._show_node(known)
        self._place(fresh | delta.moved)  # first: others go below these
        if found := self._find_places():
            self._place(found)
        notes = any(self._is_note(frame) for frame in delta.frames)
        self._show_frames(delta.frames)
        near = self._settle([*(fresh | delta.moved), *found], left, whole=notes or any(map(self._is_note, delta.frames)))
        affected = dict.fromkeys(edges)
        for node in fresh | delta.removed:
            affected.update(self._touching.get(node, {}))
        self._show_edges(affected)
        for edge in self._edges_at(delta.moved) | self._edges_near(near):
            if edge not in affected:
                self._show_edge(self._edges[edge])
        self._grow(fresh | delta.moved, delta.frames)
        whole = bool(delta.frames or delta.edges_added or delta.edges_removed or delta.removed)
        self.touched.emit(None if whole else fresh | delta.moved)

    def _remove(self, nodes: Iterable[str]) -> list[Rect]:
        """Take the items of nodes away; return where they stood."""
        left: list[Rect] = []
        gone = [item for node in nodes if (item := self._nodes.get(node)) is not None]
        was_selected = any(item.isSelected() for item in gone)
        self.blockSignals(True)  # each selected one that goes would tell of it
        for item in gone:
            self._auto.pop(item.node, None)
            left += self._ground.leave(item.node)
            del self._nodes[item.node]
            self.removeItem(item)
        self.blockSignals(False)
        if was_selected:
            self.selectionChanged.emit()
        return left

    def _show_node(self, known: Node) -> None:
        node = known.id
        face = face_of(known, list(self._touching.get(node, ())), self.types)
        look = self._look_of(face)
        item = self._nodes.get(node)
        if item is None:
            item = self._nodes[node] = NodeItem(node, look, self.level)
            self.addItem(item)
        item.show_look(look, time.time())

    def _look_of(self, face: Face) -> Look:
        node = face.node.id
        return look_of(face, self.overlay.step(node), self.overlay.marks(face), self._ground.room(node))

    def _is_note(self, frame: str) -> bool:
        item = self._frames.get(frame)
        return item is not None and item.is_note

    def _settle(self, nodes: Iterable[str], left: Iterable[Rect], *, whole: bool = False) -> list[Rect]:
        """Let nodes that stand anew, and those near them or near places that were left, take the room that they have.

        With `whole` all do. Returns the places that were left and come to.
        """
        areas = list(left)
        for node in nodes:
            if (item := self._nodes.get(node)) is not None:
                areas += self._ground.stand(item)
        notes = [_rect(frame.area) for frame in self._frames.values() if frame.is_note]
        around = set(self._nodes) if whole or len(areas) > MANY else self._ground.above(areas)
        other = [node for node in around if self._ground.measure(self._nodes[node], notes)]
        self._look_again(node for node in other if node in self.overlay.steps)
        for node in other:
            self._ground.stand(self._nodes[node])
        return areas

    def _find_places(self) -> list[str]:
        """Find places for nodes that have none, below those that have, and return them."""
        positions = self.document.graph.positions
        new = [node for node in self._nodes if node not in positions and node not in self._auto]
        if not new:
            return new
        placed = self.rect_of(node for node in self._nodes if node not in new)
        corner = (placed.left(), placed.bottom() + 2 * ROW_GAP) if not placed.isEmpty() else (0.0, 0.0)
        looks = {node: self._nodes[node].look for node in new}
        boxes = {node: Box(look.parts.width, look.full_height) for node, look in looks.items()}
        links = [
            Link(edge.source.node, edge.target.node, self.port_y(edge.source, "output"), self.port_y(edge.target, "input"))
            for edge in self.document.graph.edges
        ]
        self._auto.update(laid_out(boxes, links, corner, theme().metric["snap"]))
        return new

    def _place(self, nodes: Iterable[str]) -> None:
        for node in nodes:
            place = self.document.graph.positions.get(node, self._auto.get(node))
            if place is not None and (item := self._nodes.get(node)) is not None:
                item.setPos(*place)

    def _show_edges(self, edges: Iterable[Edge]) -> None:
        graph = self.document.graph
        there = self._touching
        for edge in edges:
            known = edge in there.get(edge.source.node, ())
            seen = known and (edge.source.node in graph.nodes or edge.target.node in graph.nodes)
            item = self._edges.get(edge)
            if not seen:
                self._edges.pop(edge, None)
                self._chosen.discard(edge)
                if item is not None:
                    self.removeItem(item)
                continue
            if item is None:
                item = self._edges[edge] = EdgeItem(edge, "any")
                self.addItem(item)
            self._show_edge(item)

    def _show_edge(self, item: EdgeItem, *, settled: bool = True) -> None:
        """Lead an edge from port to port; one whose other node is not there ends in the open.

        Only `settled` it is led around nodes; before, one that moves as a whole keeps its way.
        """
        edge = item.edge
        source, target = self._spot(edge.source, "output"), self._spot(edge.target, "input")
        start = self.port_point(edge.source, "output")
        end = self.port_point(edge.target, "input")
        if start is not None and end is not None:
            if settled:
                nodes = edge.source.node, edge.target.node
                own = self._ground.own(map(self._nodes.get, nodes)) if end.x() < start.x() else ()
                item.route(start, end, own, self._ground.near(nodes))
            elif not item.slide(start, end):
                item.route(start, end)
        elif start is not None:
            item.route(start, start + QPointF(STUB, 0))
        elif end is not None:
            item.route(end - QPointF(STUB, 0), end)
        kinds = [spot.port.type for spot in (source, target) if spot is not None and spot.port.type != "any"]
        item.show_port_type(kinds[0] if kinds else "any")
        if source is None or target is None or source.missing or target.missing:
            item.show_state("broken")
            return
        item.show_state(self.overlay.edge(edge))

    def _spot(self, end: Endpoint, side: Side) -> PortSpot | None:
        item = self._nodes.get(end.node)
        return item.spot(end.port, side) if item else None

    def _route(self, nodes: Iterable[str], *, settled: bool = True) -> None:
        """Lead the edges of nodes anew."""
        for edge in self._edges_at(nodes):
            self._show_edge(self._edges[edge], settled=settled)

    def _edges_at(self, nodes: Iterable[str]) -> dict[Edge, None]:
        found: dict[Edge, None] = {}
        for node in nodes:
            found.update(self._touching.get(node, {}))
        return {edge: None for edge in found if edge in self._edges}

    def _edges_near(self, areas: list[Rect]) -> dict[Edge, None]:
        """Return the edges that may have to go around something else now."""
        if len(areas) <= MANY:
            around = (self.items(QRectF(*area).adjusted(-ASIDE, -ASIDE, ASIDE, ASIDE), _BOXES) for area in areas)
            return {item.edge: None for items in around for item in items if isinstance(item, EdgeItem)}
        crowd = Crowd()
        for number, area in enumerate(areas):
            crowd.put(str(number), area)
        reach = {edge: item.sceneBoundingRect().adjusted(-ASIDE, -ASIDE, ASIDE, ASIDE) for edge, item in self._edges.items()}
        return {edge: None for edge, rect in reach.items() if crowd.near(_rect(rect))}

    def _show_frames(self, frames: Iterable[str]) -> None:
        known = self.document.graph.frames
        for frame in frames:
            item = self._frames.get(frame)
            if frame not in known:
                if item is not None:
                    self.removeItem(self._frames.pop(frame))
            elif item is not None:
                item.show_frame(known[frame])
            else:
                self._frames[frame] = FrameItem(known[frame], self.level)
                self.addItem(self._frames[frame])
        for place, frame in enumerate(known if frames else ()):
            self._frames[frame].stack(place)

    def _grow(self, nodes: Iterable[str], frames: Iterable[str]) -> None:
        """Let the index reach further when one of these is near its end."""
        reach = self.sceneRect()
        rects = [item.body for node in nodes if (item := self._nodes.get(node)) is not None]
        rects += [area.area for frame in frames if (area := self._frames.get(frame)) is not None]
        if not all(reach.contains(rect) for rect in rects):
            self.setSceneRect(self.content_rect().adjusted(-ROOM, -ROOM, ROOM, ROOM))

    def _look_again(self, nodes: Iterable[str]) -> None:
        """Show what the overlay says of these nodes."""
        now, grown = time.time(), []
        for node in nodes:
            if (item := self._nodes.get(node)) is None:
                continue
            before = item.look.parts
            item.show_look(self._look_of(item.look.face), now)
            if item.look.parts != before:
                grown.append(node)
        self._route(grown)


def _rect(rect: QRectF) -> Rect:
    return rect.x(), rect.y(), rect.width(), rect.height()
