"""Wiring with the keyboard: arrows choose among the ports that fit, Tab the port to begin at, Enter wires."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPen
from PySide6.QtWidgets import QGraphicsEllipseItem

from engine.api.ports import ERROR
from graph_editor.canvas import Canvas
from graph_editor.hits import PortHit
from graph_editor.interactions.base import Pointer
from graph_editor.interactions.refusal import edge_between
from graph_editor.interactions.sketch import SKETCH_Z
from graph_editor.interactions.wire import Wire
from graph_editor.selection import Direction, nearest
from widgets.theme import theme

_STEP = 120.0
_ARROWS: dict[int, Direction] = {
    Qt.Key.Key_Left.value: "left",
    Qt.Key.Key_Right.value: "right",
    Qt.Key.Key_Up.value: "up",
    Qt.Key.Key_Down.value: "down",
}


def own_ports(canvas: Canvas, node: str) -> list[PortHit]:
    """Return the ports of a node to begin at: outputs first."""
    item = canvas.scene.node_item(node)
    if item is None:
        return []
    hits = [PortHit(node, spot.port.key, spot.side, item.port_point(spot), spot) for spot in item.look.spots if not spot.missing]
    return sorted(hits, key=lambda hit: (hit.side != "output", hit.port == ERROR))


def focus_ring(point: QPointF) -> QGraphicsEllipseItem:
    """Return the ring around the port that has the keyboard."""
    look = theme()
    radius = float(look.metric["focus_port"])
    ring = QGraphicsEllipseItem(-radius, -radius, 2 * radius, 2 * radius)
    ring.setPen(QPen(look.color("focus.ring"), look.line["focus"]))
    ring.setPos(point)
    ring.setZValue(SKETCH_Z + 1)
    return ring


class KeyWire(Wire):
    """An edge in the hand of the keyboard. Enter where nothing is aimed at asks for a new node."""

    scrolls = False

    def __init__(self, canvas: Canvas, ports: list[PortHit]) -> None:
        """Begin at the first of a node's ports."""
        fixed = ports[0]
        super().__init__(canvas, Pointer(fixed.point, canvas.view.mapFromScene(fixed.point)), fixed)
        self._ports, self._at = ports, 0
        self._open = fixed.point
        self._candidates: list[PortHit] = []
        self._ring: QGraphicsEllipseItem | None = None
        self._look_around()

    def cancel(self) -> None:
        """Let go of the edge."""
        super().cancel()
        if self._ring is not None:
            self.canvas.scene.removeItem(self._ring)
            self._ring = None

    def _look_around(self) -> None:
        self._ring = focus_ring(self.fixed.point)
        self.canvas.scene.addItem(self._ring)
        self._open = self._outward()
        self._candidates = self._found()
        self._aim_or_reach(min(self._candidates, key=self._cost, default=None))

    def move(self, pointer: Pointer) -> None:
        """Leave the mouse alone until it is pressed."""

    def press(self, pointer: Pointer) -> None:
        """Go where the mouse is pressed."""
        self.target = self.target_at(pointer.point)
        self._open = pointer.point
        self._enter()

    def release(self, pointer: Pointer) -> None:
        """Nothing: the press did it."""

    def key(self, event: QKeyEvent) -> bool:
        """Choose a port, another one to begin at, or wire."""
        direction = _ARROWS.get(event.key())
        if direction is not None:
            self._turn(direction)
        elif event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._begin_elsewhere(-1 if event.key() == Qt.Key.Key_Backtab else 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        else:
            return False
        return True

    def _enter(self) -> None:
        """Wire, and go on to the node that was wired to: the next edge begins there."""
        target = self.target
        if target is not None:
            self.finish()
            if edge_between(self.fixed, target) in self.canvas.document.graph.edges:
                self.canvas.scene.select([target.node])
        else:
            self.waits, self.dropped = True, self._open
            self.canvas.drop_asked.emit(self)

    def _turn(self, direction: Direction) -> None:
        here = self.target.point if self.target is not None else self.fixed.point
        places = {str(index): (hit.point.x(), hit.point.y(), 0.0, 0.0) for index, hit in enumerate(self._candidates)}
        current = next((str(index) for index, hit in enumerate(self._candidates) if hit == self.target), "")
        found = nearest(places, (here.x(), here.y()), direction, current)
        if found is not None:
            self._aim_or_reach(self._candidates[int(found)])

    def _begin_elsewhere(self, by: int) -> None:
        self._at = (self._at + by) % len(self._ports)
        self.hold_by(self._ports[self._at])
        self._look_around()

    def _aim_or_reach(self, hit: PortHit | None) -> None:
        self.aim(hit)
        if hit is None:
            self.lead_to(self._open)
        point = hit.point if hit is not None else self._open
        self.canvas.view.reveal(QRectF(point.x() - 40, point.y() - 40, 80, 80), glide=False)

    def _cost(self, hit: PortHit) -> tuple[bool, float]:
        """Order ports for a value before those that only wait, and near ones before far ones."""
        off = hit.point - self._open
        return hit.declared.multiple, abs(off.x()) + abs(off.y())

    def _outward(self) -> QPointF:
        return self.fixed.point + QPointF(_STEP if self.fixed.side == "output" else -_STEP, 0)

    def _found(self) -> list[PortHit]:
        hits = list[PortHit]()
        for item in self.canvas.scene.node_items():
            for spot in item.look.spots:
                hit = PortHit(item.node, spot.port.key, spot.side, item.port_point(spot), spot)
                if hit.side != self.fixed.side and self.fits(hit):
                    hits.append(hit)
        return hits
