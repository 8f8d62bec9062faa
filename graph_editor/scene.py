"""The scene: items that are equal to the document at all times, and show a run, problems and marks on top of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneHelpEvent, QToolTip

from engine.model.graph import Edge
from engine.model.issues import Issue
from graph_editor.document import Delta, GraphDocument
from graph_editor.edge_item import EdgeItem
from graph_editor.frame_item import FrameItem
from graph_editor.hits import PortHit
from graph_editor.levels import level_of
from graph_editor.node_item import NodeItem
from graph_editor.overlay import Fit
from graph_editor.pulse import Pulse
from graph_editor.scene_document import DocumentScene
from graph_editor.tips import node_tip, port_tip
from graph_editor.wiring_look import paint_fits
from widgets.node_types import NodeTypes
from widgets.step_view import StepView
from widgets.theme import appearance, theme

_RESTING_TURN = 0.06
_CROWD = 16
"""Where more nodes run than these, what moves does so less often."""
_FEW = 8
"""While more nodes than these are in the hand, their edges are led around nothing."""
_BOXES = Qt.ItemSelectionMode.IntersectsItemBoundingRect


class GraphScene(DocumentScene):
    """The scene of an editor. `selection_changed` tells that other nodes, frames or edges are selected.

    `motion` says whether things may move by themselves.
    """

    selection_changed = Signal()

    def __init__(
        self, document: GraphDocument, types: NodeTypes, parent: QObject | None = None, *, in_slices: bool = False
    ) -> None:  # fmt: skip
        super().__init__(document, types, parent, in_slices=in_slices)
        self.motion = appearance.motion
        self._ticks = 0
        self.held: list[QGraphicsItem] = []
        self._hovered: Edge | None = None
        self._target: PortHit | None = None
        self._pulse = Pulse(self)
        self._pulse.collected.connect(self._on_collected)
        self._pulse.ticked.connect(self._on_tick)
        appearance.changed.connect(self._on_appearance)
        self.selectionChanged.connect(self.selection_changed)
        self.built.connect(self._follow_runs)
        self.refresh()

    # ------------------------------------------------------------ what is where
    def node_at(self, point: QPointF) -> str | None:
        """Return the node whose body is at a point, the topmost one."""
        found = (item for item in self.items(point, _BOXES) if isinstance(item, NodeItem))
        return next((item.node for item in found if item.body.contains(point)), None)

    def port_at(self, point: QPointF, radius: float = 0.0) -> PortHit | None:
        """Return the nearest port within `radius` scene units (0: as the theme says) of a point, or None."""
        reach = radius or float(theme().metric["port_hit"]) * max(1.0, min(self.level.px, 2.0))
        best: tuple[float, NodeItem, PortHit] | None = None
        for item in self.items(_around(point, reach), _BOXES):
            if not isinstance(item, NodeItem):
                continue
            for spot in item.look.spots:
                centre = item.port_point(spot)
                off = centre - point
                distance = (off.x() ** 2 + off.y() ** 2) ** 0.5
                if distance <= reach and (best is None or distance < best[0]):
                    best = distance, item, PortHit(item.node, spot.port.key, spot.side, centre, spot)
        return best[2] if best else None

    def edge_at(self, point: QPointF, radius: float = 8.0) -> Edge | None:
        """Return the nearest edge within `radius` scene units of a point, or None."""
        near = [(item.distance(point), item) for item in self.items(_around(point, radius), _BOXES) if isinstance(item, EdgeItem)]
        best = min(near, key=lambda pair: pair[0], default=None)
        return best[1].edge if best is not None and best[0] <= radius else None

    def frame_at(self, point: QPointF) -> str | None:
        """Return the frame or note that a person takes hold of at a point: a note anywhere, a frame at its border or title."""
        found = (item for item in self.items(point, _BOXES) if isinstance(item, FrameItem))
        return next((item.frame.id for item in found if item.shape().contains(item.mapFromScene(point))), None)

    def retry_at(self, point: QPointF) -> str | None:
        """Return the failed node that offers to try again at a point, or None."""
        node = self.node_at(point)
        return node if node is not None and self._nodes[node].retry_rect().contains(point) else None

    def question_at(self, point: QPointF) -> str | None:
        """Return the node whose question to a person is at a point, or None."""
        node = self.node_at(point)
        return node if node is not None and self._nodes[node].question_rect().contains(point) else None

    # ------------------------------------------------------------ selection
    def selected_nodes(self) -> list[str]:
        """Return the nodes that are selected."""
        return [item.node for item in self.selectedItems() if isinstance(item, NodeItem)]

    def selected_frames(self) -> list[str]:
        """Return the frames and notes that are selected."""
        return [item.frame.id for item in self.selectedItems() if isinstance(item, FrameItem)]

    def selected_edges(self) -> list[Edge]:
        """Return the edges that are selected."""
        return list(self._chosen)

    def select(self, nodes: Iterable[str] = (), edges: Iterable[Edge] = (), frames: Iterable[str] = ()) -> None:
        """Select these and nothing else."""
        chosen_nodes, chosen_frames, chosen = set(nodes), set(frames), set(edges) & self._edges.keys()
        self.blockSignals(True)
        for node, item in self._nodes.items():
            item.setSelected(node in chosen_nodes)
            item.raise_it()
        for frame, area in self._frames.items():
            area.setSelected(frame in chosen_frames)
        self.blockSignals(False)
        for edge in self._chosen ^ chosen:
            if (line := self._edges.get(edge)) is not None:
                line.set_chosen(edge in chosen)
        self._chosen = chosen
        self.selection_changed.emit()

    def hover_edge(self, edge: Edge | None) -> None:
        """Let an edge stand out, or none."""
        if edge == self._hovered:
            return
        for known, on in ((self._hovered, False), (edge, True)):
            if known is not None and (item := self._edges.get(known)) is not None:
                item.set_hovered(on)
        self._hovered = edge

    # ------------------------------------------------------------ runs, problems, marks
    def step(self, node: str) -> StepView:
        """Return the step that a node shows."""
        return self.overlay.step(node)

    def set_steps(self, steps: Mapping[str, StepView], given: Mapping[str, Collection[str]] | None = None) -> None:
        """Show these steps and no others. `given` has the outputs of each step that gave a value, where that is known."""
        self._pulse.drop()
        before, self.overlay.steps = self.overlay.steps, dict(steps)
        self.overlay.given = {node: frozenset(ports) for node, ports in (given or {}).items()}
        self._show_steps(before.keys() | steps.keys())

    def update_step(self, node: str, step: StepView) -> None:
        """Show another state of one step. Text that streams in is shown up to 30 times a second, anything else at once."""
        before = self.step(node)
        if step.status == before.status == "running" and bool(step.text) == bool(before.text):
            self._pulse.add(node, step)
        else:
            self._pulse.forget(node)
            self.overlay.steps[node] = step
            self._show_steps((node,))

    def update_given(self, node: str, ports: Collection[str]) -> None:
        """Show which outputs of a node gave a value."""
        self.overlay.given[node] = frozenset(ports)
        self._show_steps((node,))

    def set_problems(self, problems: Iterable[Issue]) -> None:
        """Show these problems on their nodes and no others."""
        found: dict[str, tuple[Issue, ...]] = {}
        for issue in problems:
            found[issue.node] = (*found.get(issue.node, ()), issue)
        before, self.overlay.problems = self.overlay.problems, found
        self._look_again(node for node in before.keys() | found.keys() if before.get(node) != found.get(node))

    def set_marks(self, breakpoints: Iterable[str] = (), paused: Iterable[str] = ()) -> None:
        """Show breakpoints on these nodes, and that the run stands still before those."""
        before = self.overlay.breakpoints | self.overlay.paused
        self.overlay.breakpoints, self.overlay.paused = frozenset(breakpoints), frozenset(paused)
        changed = before | self.overlay.breakpoints | self.overlay.paused
        self._look_again(changed)
        self.touched.emit(changed)

    # ------------------------------------------------------------ while something is in the hand
    def shift(self, nodes: Iterable[str], dx: float, dy: float, frames: Iterable[str] = ()) -> None:
        """Show nodes and frames so far from their place in the document; `end_shift` or the edit that moves them ends it."""
        moved = set()
        for node in nodes:
            if (item := self._nodes.get(node)) is not None:
                x, y = self.position(node)
                item.setPos(x + dx, y + dy)
                moved.add(node)
        has_frames = False
        for frame in frames:
            if (area := self._frames.get(frame)) is not None:
                area.place(area.home.translated(dx, dy))
                has_frames = True
        self._route(moved, settled=len(moved) <= _FEW and self.level.detail != "blocks")
        self.touched.emit(None if has_frames else moved)

    def end_shift(self) -> None:
        """Show everything at its place in the document."""
        self._place(self._nodes)
        for area in self._frames.values():
            area.place(area.home)
        self._route(self._nodes)
        self.touched.emit(None)

    def dim_ports(self, fit: Fit | None, source: PortHit | None = None) -> None:
        """Light the ports that take the edge in the hand and fade the others; None ends it. `source` is where it begins."""
        self.overlay.fit, self.overlay.source, self._target = fit, source, None
        self._look_again(self._nodes)
        fade = theme().alpha["fade_node"]
        for item in self._nodes.values():
            item.setOpacity(1.0 if fit is None or item.look.marks.fits else fade)
        for edge in self._edges.values():
            edge.setOpacity(1.0 if fit is None else fade)
        self.update()

    def aim_at(self, target: PortHit | None) -> None:
        """Show the port that an edge in the hand would be wired to."""
        self._target = target
        self.update()

    def addItem(self, item: QGraphicsItem) -> None:
        """Add an item. What is no part of the document belongs to a gesture and is seen at every zoom."""
        if not isinstance(item, NodeItem | EdgeItem | FrameItem):
            self.held.append(item)
            self.touched.emit(set())
        super().addItem(item)

    def removeItem(self, item: QGraphicsItem) -> None:
        """Take an item away."""
        if item in self.held:
            self.held.remove(item)
            self.touched.emit(set())
            self.update()  # from afar, the view does not know what it covered
        super().removeItem(item)

    # ------------------------------------------------------------ views
    def show_zoom(self, zoom: float) -> None:
        """Draw with the detail of this zoom; called by the view."""
        before, self.level = self.level, level_of(zoom)
        same = before.detail == self.level.detail == "full"
        for item in self._nodes.values() if not same and self.level.detail != "blocks" else ():
            item.show_level(self.level)
        for frame in self._frames.values():
            frame.show_level(self.level)
        self._follow_runs()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Draw rings and names of the ports that take the edge in the hand."""
        if self.overlay.fit is not None:
            reach = QRectF(rect).adjusted(-200, -40, 200, 40)
            paint_fits(painter, [item for item in self.items(reach, _BOXES) if isinstance(item, NodeItem)], self._target)

    def helpEvent(self, event: QGraphicsSceneHelpEvent) -> None:
        """Tell what is under the pointer: the name of a port, a title that was cut, the problems of a node."""
        point = event.scenePos()
        hit, node = self.port_at(point), self.node_at(point)
        words = port_tip(hit) if hit else node_tip(self._nodes[node].look) if node else ""
        QToolTip.showText(event.screenPos(), words, event.widget())
        event.setAccepted(bool(words))

    # ------------------------------------------------------------ following
    def _on_changed(self, delta: Delta) -> None:
        renamed = self._renamed(delta)
        super()._on_changed(delta)
        if renamed:
            self.select([*self.selected_nodes(), renamed], self.selected_edges(), self.selected_frames())
        self._follow_runs()

    def _renamed(self, delta: Delta) -> str:
        """Return the new id of a selected node that was renamed: it stays selected."""
        if len(delta.added) != 1 or len(delta.removed) != 1:
            return ""
        (new,), (old,) = delta.added, delta.removed
        item = self._nodes.get(old)
        return new if item is not None and item.isSelected() else ""

    def _on_collected(self, steps: Mapping[str, StepView]) -> None:
        self.overlay.steps.update(steps)
        self._look_again(steps)

    def _show_steps(self, nodes: Iterable[str]) -> None:
        shown = list(nodes)
        self._look_again(shown)
        self._route(shown)
        self._follow_runs()
        self.touched.emit(set(shown))

    def _follow_runs(self) -> None:
        """Let the clock tick while something moves that is seen."""
        shown = self.level.detail == "full"
        moves = any(item.moves for item in self._nodes.values()) or any(edge.state == "flowing" for edge in self._edges.values())
        ticks = any(item.ticks for item in self._nodes.values())
        self._pulse.run(moves=moves and self.level.detail != "blocks", ticks=ticks and shown)

    def _on_tick(self, now: float, turn: float) -> None:
        shown = [view.mapToScene(view.viewport().rect()).boundingRect() for view in self.views() if view.isVisible()]
        seen = [item for rect in shown for item in self.items(rect, _BOXES) if isinstance(item, NodeItem | EdgeItem)]
        nodes = [item for item in seen if isinstance(item, NodeItem) and item.ticks]
        self._ticks += 1
        if sum(item.moves for item in nodes) > _CROWD and self._ticks % 3:
            return
        for node in nodes:
            node.tick(now, turn if self.motion else _RESTING_TURN)
        if self.motion:
            for item in seen:
                if isinstance(item, EdgeItem):
                    item.tick(turn)

    def _on_appearance(self) -> None:
        self.motion = appearance.motion
        for node in self._nodes.values():
            node.renew()
        for edge in self._edges.values():
            edge.renew()
        for frame in self._frames.values():
            frame.update()
        self.update()
        self.touched.emit(None)


def _around(point: QPointF, radius: float) -> QRectF:
    return QRectF(point.x() - radius, point.y() - radius, 2 * radius, 2 * radius)
