"""Moving nodes, frames and notes; dropped on an edge, a node is put into it. Pressing without moving selects."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt

from graph_editor.arranging import Rect, carried, move, snapped
from graph_editor.canvas import Canvas
from graph_editor.edits import Edit, Place, batch
from graph_editor.ground import GAP
from graph_editor.guides import guides_of
from graph_editor.interactions.base import Interaction, Pointer
from graph_editor.interactions.guide_lines import GuideLines
from graph_editor.interactions.lift import Lift
from graph_editor.interactions.sketch import SplicePreview
from graph_editor.wiring import Splice, insert, splice_of
from resources.language import tr
from widgets.theme import theme

PULL = 6.0
"""Pixels within which a guide holds."""
_SPLICE_REACH = 24.0


class Move(Interaction):
    """Moves what is selected, the pressed one included. Alt lets it go anywhere, without grid and guides."""

    def __init__(self, canvas: Canvas, start: Pointer, *, node: str = "", frame: str = "") -> None:
        super().__init__(canvas, start)
        scene = canvas.scene
        self._node, self._frame = node, frame
        self._before = scene.selected_nodes(), scene.selected_edges(), scene.selected_frames()
        self._was_selected = node in self._before[0] or frame in self._before[2]
        self._nodes, self._frames = set[str](), set[str]()
        self._others: list[Rect] = []
        self._by: Place = (0.0, 0.0)
        self._splice: Splice | None = None
        self._guides: GuideLines | None = None
        self._preview: SplicePreview | None = None
        self._lift: Lift | None = None
        if not self._was_selected:
            self._select(adds=start.adds)

    def _select(self, *, adds: bool) -> None:
        nodes, edges, frames = self._before if adds else ([], [], [])
        more_nodes, more_frames = [self._node] if self._node else [], [self._frame] if self._frame else []
        self.canvas.scene.select([*nodes, *more_nodes], edges, [*frames, *more_frames])

    def _begin(self) -> None:
        canvas, scene = self.canvas, self.canvas.scene
        rects = canvas.rects()
        self._nodes, self._frames = carried(canvas.document.graph, scene.selected_nodes(), scene.selected_frames(), rects)
        self._nodes &= rects.keys()
        seen = canvas.view.seen
        others = [item.body for item in scene.node_items() if item.node not in self._nodes]
        self._others = [(r.x(), r.y(), r.width(), r.height()) for r in others if r.intersects(seen)]
        self._guides, self._preview = GuideLines(scene), SplicePreview(scene)
        self._lift = Lift(scene, self._nodes)

    def move(self, pointer: Pointer) -> None:
        """Show everything that is moved at its new place."""
        if not self.drags(pointer):
            return
        if self._guides is None:
            self._begin()
        self._by = self._pulled(pointer)
        self.canvas.scene.shift(self._nodes, *self._by, self._frames)
        self._look_for_edge(pointer)

    def _home(self) -> Rect:
        """Return where the thing in the hand stands in the document."""
        if self._node:
            x, y = self.canvas.scene.position(self._node)
            _, _, width, height = self.canvas.rects([self._node])[self._node]
            return x, y, width, height
        return self.canvas.document.graph.frames[self._frame].rect

    def _pulled(self, pointer: Pointer) -> Place:
        off = pointer.point - self.start.point
        if self._guides is None or pointer.has(Qt.KeyboardModifier.AltModifier):
            self._clear_guides()
            return off.x(), off.y()
        home, metric = self._home(), theme().metric
        x, y = snapped((home[0] + off.x(), home[1] + off.y()), metric["snap"])
        if not self._node:
            return x - home[0], y - home[1]
        free = home[0] + off.x(), home[1] + off.y(), home[2], home[3]
        space = self.canvas.spaces([self._node])[self._node]
        growth = space[3] - home[3] + GAP if space[3] > home[3] else 0.0
        guides = guides_of(free, self._others, PULL * self.canvas.px, metric["node_header"] / 2, growth)
        x = x if guides.dx is None else free[0] + guides.dx
        y = y if guides.dy is None else free[1] + guides.dy
        self._guides.show(guides if guides.lines or guides.gaps else replace(guides, lines=(), gaps=()))
        return x - home[0], y - home[1]

    def _clear_guides(self) -> None:
        if self._guides is not None:
            self._guides.remove()

    def _look_for_edge(self, pointer: Pointer) -> None:
        """Find the edge that the one node in the hand would be put into."""
        self._splice = None
        item = self.canvas.scene.node_item(self._node) if self._nodes == {self._node} and not self._frames else None
        if item is not None:
            reach = _SPLICE_REACH * max(self.canvas.px, 1.0)
            near = (self.canvas.scene.edge_at(point, reach) for point in (pointer.point, item.body.center()))
            edge = next((edge for edge in near if edge is not None), None)
            graph = self.canvas.document.graph
            if edge is not None and self._node in graph.nodes:
                self._splice = splice_of(graph, self.canvas.ports_of, edge, graph.nodes[self._node])
        if self._preview is not None:
            look = item.look if item is not None else None
            corner = item.pos() if item is not None else None
            self._preview.show(self._splice, look, corner, splice_words())

    def release(self, pointer: Pointer) -> None:
        """Move for good, or, when nothing was moved, select."""
        self.is_over = True
        if not self.is_dragged:
            self._click()
            return
        splice = self._splice
        self._remove()
        if not self.canvas.attempt(lambda: self._edit(splice)):
            self.canvas.scene.end_shift()

    def _edit(self, splice: Splice | None) -> Edit | None:
        graph = self.canvas.document.graph
        moved = move(graph, sorted(self._nodes), sorted(self._frames), self._by, self.canvas.places(self._nodes))
        if splice is not None:
            put = insert(graph, splice)
            moved = replace(put, change=batch([*([moved.change] if moved else []), put.change]))
        if moved is None:
            return None
        nodes, _, frames = self.canvas.scene.selected_nodes(), (), self.canvas.scene.selected_frames()
        return replace(moved, nodes=tuple(nodes), frames=tuple(frames))

    def _click(self) -> None:
        if not self._was_selected:
            return
        if self.start.adds:
            nodes, edges, frames = self._before
            self.canvas.scene.select(
                [node for node in nodes if node != self._node], edges, [frame for frame in frames if frame != self._frame]
            )
        else:
            self._select(adds=False)

    def cancel(self) -> None:
        """Show everything where it was."""
        self._remove()
        self.canvas.scene.end_shift()

    def _remove(self) -> None:
        self._clear_guides()
        if self._preview is not None:
            self._preview.remove()
        if self._lift is not None:
            self._lift.put_down()
        self._guides = self._preview = self._lift = None


def splice_words() -> str:
    """Say what dropping a node on an edge does."""
    return tr("Drop puts it between")


def over(point: QPointF, size: Place) -> QPointF:
    """Return the corner of a node of this size whose header is under a point."""
    return QPointF(point.x() - size[0] / 2, point.y() - theme().metric["node_header"] / 2)
