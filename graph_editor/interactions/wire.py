"""Drawing an edge from a port, from either side, and leading an edge elsewhere by one of its ends."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from engine.api.ports import Port
from engine.model.changes import RemoveEdge
from engine.model.graph import Edge, Endpoint
from graph_editor.canvas import Canvas
from graph_editor.edits import Edit
from graph_editor.geometry import Side
from graph_editor.hits import PortHit
from graph_editor.interactions.base import Interaction, Pointer
from graph_editor.interactions.click import select_edge
from graph_editor.interactions.hand import HandEdge
from graph_editor.interactions.refusal import edge_between, why_not
from graph_editor.interactions.sketch import Pill
from graph_editor.overlay import Fit
from graph_editor.wiring import best_port, connect, how_it_fits, reached, rewire
from resources.language import tr

END_REACH = 28.0
"""How near to the end of an edge, along it, one takes hold of this end, in pixels."""


def fit_for(canvas: Canvas, hit: PortHit, old: Edge | None = None) -> Fit:
    """Return what tells whether a port takes an edge from this one; `old` is the edge that would give way."""
    graph = canvas.document.graph
    if old is not None:
        graph = graph.copy()
        graph.apply(RemoveEdge(old))
    barred = reached(graph, hit.node, forward=hit.side == "input")
    there = set(graph.edges)

    def fit(node: str, port: Port, side: Side) -> str | None:
        if side == hit.side or node in barred:
            return None
        end = Endpoint(node, port.key)
        edge = Edge(hit.endpoint, end) if side == "input" else Edge(end, hit.endpoint)
        how = how_it_fits(hit.declared, port) if side == "input" else how_it_fits(port, hit.declared)
        if how is None or edge in there:
            return None
        return tr("as text") if how == "text" else ""

    return fit


class Wire(Interaction):
    """An edge in the hand. With Ctrl it stays in the hand after it was wired; a click on a port takes it up as well.

    Dropped on nothing, a new edge asks for a node (`Canvas.drop_asked`), and one that was there is removed. Esc lets go.
    """

    def __init__(self, canvas: Canvas, start: Pointer, fixed: PortHit, old: Edge | None = None) -> None:
        """Begin at the port where the edge is fixed; `old` is the edge that is led elsewhere."""
        super().__init__(canvas, start)
        self.fixed, self._old = fixed, old
        self.target: PortHit | None = None
        self.waits = False
        self.dropped = start.point
        self._clicked = False
        self._fit = fit_for(canvas, fixed, old)
        self._hand: HandEdge | None = None
        self._pill: Pill | None = None
        if old is None:
            self._take_up()

    def _take_up(self) -> None:
        port_type = self.fixed.declared.type
        self._hand = HandEdge(self.canvas.scene, port_type, self.fixed.point, self.fixed.side, is_list=self.fixed.is_list)
        self._hand.lead_to(self.start.point, aimed=False)
        self.canvas.scene.dim_ports(self._fit, self.fixed)
        if self._old is not None and (item := self.canvas.scene.edge_item(self._old)) is not None:
            item.hide()

    def move(self, pointer: Pointer) -> None:
        """Lead the end to the pointer, or to the port that takes it."""
        if self.waits or not (self._clicked or self.drags(pointer)):
            return
        if self._hand is None:
            self._take_up()
        target = self.target_at(pointer.point)
        if target != self.target:
            self.target = target
            self.canvas.scene.aim_at(target)
        if self._hand is not None:
            self._hand.lead_to(self.target.point if self.target else pointer.point, aimed=self.target is not None)
        self._say("" if self.target else why_not(self.canvas, self.fixed, self._old, pointer.point), pointer.point)

    def _say(self, words: str, point: QPointF) -> None:
        """Say below the pointer why the edge is not taken there."""
        if self._pill is None and words:
            self._pill = Pill(self.canvas.scene, "state.failed")
        if self._pill is not None:
            self._pill.setVisible(bool(words))
            self._pill.say(words, point)

    def hold_by(self, fixed: PortHit) -> None:
        """Draw the edge from another port."""
        self.cancel()
        self.fixed, self.target = fixed, None
        self._fit = fit_for(self.canvas, fixed)
        self._take_up()

    def lead_to(self, point: QPointF) -> None:
        """Lead the end to a place where there is no port."""
        if self._hand is not None:
            self._hand.lead_to(point, aimed=False)

    def aim(self, target: PortHit | None) -> None:
        """Lead the end to a port, as with the keyboard."""
        self.target = target
        self.canvas.scene.aim_at(target)
        if self._hand is not None and target is not None:
            self._hand.lead_to(target.point, aimed=True)

    def target_at(self, point: QPointF) -> PortHit | None:
        """Return the port at a point that takes the edge; over the body of a node its best one."""
        hit = self.canvas.scene.port_at(point)
        if hit is not None and self.fits(hit):
            return hit
        node = self.canvas.scene.node_at(point)
        return self.best_of(node) if node is not None else None

    def fits(self, hit: PortHit) -> bool:
        """Tell whether a port takes the edge."""
        same = self._old is not None and edge_between(self.fixed, hit) == self._old
        return not hit.spot.missing and (same or self._fit(hit.node, hit.declared, hit.side) is not None)

    def best_of(self, node: str) -> PortHit | None:
        """Return the port of a node that the edge fits best, free ones first."""
        item = self.canvas.scene.node_item(node)
        if item is None:
            return None
        hits = [PortHit(node, spot.port.key, spot.side, item.port_point(spot), spot) for spot in item.look.spots]
        hits = [hit for hit in hits if hit.side != self.fixed.side and self.fits(hit)]
        free = [hit for hit in hits if not hit.spot.wired] or hits
        side: Side = "input" if self.fixed.side == "output" else "output"
        best = best_port(self.fixed.declared, [hit.declared for hit in free], side)
        return next((hit for hit in free if hit.declared is best), None)

    def press(self, pointer: Pointer) -> None:
        """Take the edge to where the second click is."""
        self.start = pointer
        self.is_dragged = True

    def release(self, pointer: Pointer) -> None:
        """Wire, or ask what to wire to."""
        if self.waits:
            return
        if not self.drags(pointer) and not self._clicked:
            self._clicked = self._old is None
            self.is_over = self._old is not None
            if self._old is not None:
                select_edge(self.canvas, self._old, adds=pointer.adds)
            return
        self.move(pointer)
        if self.target is None:
            self.target = self._refused(pointer.point)
        if self.target is not None:
            self.finish(keeps=pointer.has(Qt.KeyboardModifier.ControlModifier))
        elif self._old is not None:
            edge, canvas = self._old, self.canvas
            self.cancel()
            self.is_over = True
            canvas.apply(Edit(RemoveEdge(edge), tr("Disconnect")))
        elif self.canvas.scene.node_at(pointer.point) is not None:
            self.cancel()
            self.is_over = True
        else:
            self.waits, self.dropped = True, pointer.point
            self.canvas.drop_asked.emit(self)

    def _refused(self, point: QPointF) -> PortHit | None:
        """Return the port at a point that does not take the edge: trying to wire it tells why."""
        hit = self.canvas.scene.port_at(point)
        return hit if hit is not None and hit.side != self.fixed.side and not hit.spot.missing else None

    def finish(self, *, keeps: bool = False) -> None:
        """Wire to the port that is aimed at; with `keeps` the edge stays in the hand."""
        target, old = self.target, self._old
        assert target is not None
        edge = edge_between(self.fixed, target)
        self.cancel()
        graph = self.canvas.document.graph
        ports_of = self.canvas.ports_of
        if old is not None:
            self.canvas.attempt(lambda: rewire(graph, ports_of, old, edge))
        else:
            self.canvas.attempt(lambda: connect(graph, ports_of, edge))
        self.is_over = not keeps or old is not None
        if not self.is_over:
            self._clicked = True
            self.hold_by(self.fixed)

    def cancel(self) -> None:
        """Let go of the edge."""
        if self._hand is not None:
            self._hand.remove()
            self._hand = None
            self.canvas.scene.dim_ports(None)
        if self._pill is not None:
            self.canvas.scene.removeItem(self._pill)
            self._pill = None
        if self._old is not None and (item := self.canvas.scene.edge_item(self._old)) is not None:
            item.show()
