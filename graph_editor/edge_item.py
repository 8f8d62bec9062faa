"""The item of an edge: a path that Qt draws by itself, with child items for arrow, halo and what flows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem

from engine.model.graph import Edge
from graph_editor.crowd import Rect
from graph_editor.detour import Near, around, straight
from graph_editor.geometry import ARROW, arrow_shape, arrow_tip, curved, distance_to_path
from widgets.theme import theme

EdgeState = Literal["idle", "carried", "flowing", "failed", "skipped", "broken"]
"""Whether an edge has carried a value, does so now, or cannot: its source failed, its case was not taken, an end is missing."""

EDGE_Z, FRONT_Z = 1.0, 1.5
STUB = 44.0
"""How long an edge is drawn whose other node is not there."""
_AMOUNTS: dict[EdgeState, float] = {
    "idle": 0.42, "carried": 0.72, "flowing": 0.40, "failed": 0.9, "skipped": 0.42, "broken": 0.9,
}  # fmt: skip
_DASHES: dict[EdgeState, list[float]] = {"failed": [4, 3], "broken": [4, 3], "skipped": [1, 3]}
_FLOW = [2.2, 4.2]
_CAP = Qt.PenCapStyle.RoundCap
_ARROW_BODY = 0.78
PACKETS = 2


class EdgeItem(QGraphicsPathItem):
    """Draws one edge. It is idle until `show_state`; hovered and chosen edges stand out.

    It is not selected in Qt's sense, which would draw a dashed box around it; the scene knows which edges are chosen.
    """

    def __init__(self, edge: Edge, port_type: str) -> None:
        super().__init__()
        self.edge = edge
        self.port_type = port_type
        self.state: EdgeState = "idle"
        self.hovered = False
        self.chosen = False
        self.start, self.end = QPointF(), QPointF()
        self.setZValue(EDGE_Z)
        self._arrow = QGraphicsPathItem(_arrow(), self)
        self._arrow.setPen(Qt.PenStyle.NoPen)
        self._halo: QGraphicsPathItem | None = None
        self._casing: QGraphicsPathItem | None = None
        self._flow: QGraphicsPathItem | None = None
        self._packets: list[QGraphicsPathItem] = []
        self._restyle()

    def route(self, start: QPointF, end: QPointF, own: Sequence[Rect] = (), near: Near | None = None) -> None:
        """Lead from one port to the other, both in scene units; with `near` around nodes, see `graph_editor.detour.around`."""
        tip = arrow_tip(end)
        here, there = (start.x(), start.y()), (tip.x() - ARROW * _ARROW_BODY, tip.y())
        self.start, self.end = start, end
        self._show_path(curved(around(here, there, own, near) if near is not None else (straight(here, there),)))

    def slide(self, start: QPointF, end: QPointF) -> bool:
        """Move along with both ends, if these moved as one; tell whether they did."""
        off = start - self.start
        if self.path().isEmpty() or end - self.end != off:
            return False
        if not off.isNull():
            self.start, self.end = start, end
            self._show_path(self.path().translated(off))
        return True

    def _show_path(self, path: QPainterPath) -> None:
        self.setPath(path)
        self._arrow.setPos(arrow_tip(self.end))
        for item in (self._halo, self._flow):
            if item is not None:
                item.setPath(path)
        if self._casing is not None:
            self._casing.setPath(_around(path))

    def show_state(self, state: EdgeState) -> None:
        """Show whether it carries a value."""
        if state != self.state:
            self.state = state
            self._restyle()

    def show_port_type(self, port_type: str) -> None:
        """Take the colour of another type."""
        if port_type != self.port_type:
            self.port_type = port_type
            self._restyle()

    def set_hovered(self, hovered: bool) -> None:
        """Stand out while the pointer is over it."""
        if hovered != self.hovered:
            self.hovered = hovered
            self._restyle()

    def set_chosen(self, chosen: bool) -> None:
        """Show whether it is selected."""
        if chosen != self.chosen:
            self.chosen = chosen
            self._restyle()

    def set_focused(self, focused: bool) -> None:
        """Show whether the keyboard is on it, by a line around it."""
        if self._casing is None and focused:
            self._casing = QGraphicsPathItem(_around(self.path()), self)
        if self._casing is not None:
            self._casing.setPen(focus_pen())
            self._casing.setVisible(focused)

    def renew(self) -> None:
        """Draw everything anew, as after a change of the theme."""
        self._restyle()

    def distance(self, point: QPointF) -> float:
        """Return how far a point is from its line, in scene units."""
        return distance_to_path(self.path(), point)

    def tick(self, turn: float) -> None:
        """Move what flows; `turn` goes from 0 to 1 again and again."""
        if self._flow is None or self.state != "flowing":
            return
        pen = self._flow.pen()
        pen.setDashOffset(-turn * sum(_FLOW))
        self._flow.setPen(pen)
        for index, packet in enumerate(self._packets):
            packet.setPos(self.path().pointAtPercent((turn + index / PACKETS) % 1.0))

    def _restyle(self) -> None:
        style = theme()
        front = self.hovered or self.chosen
        color = edge_color(self.port_type, self.state, front=front, selected=self.chosen)
        pen = QPen(color, style.line["edge_hover" if front else "edge"], Qt.PenStyle.SolidLine, _CAP)
        if dashes := _DASHES.get(self.state):
            pen.setDashPattern(dashes)
            if self.state != "skipped":
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self.setPen(pen)
        self._arrow.setBrush(QBrush(color))
        self.setZValue(FRONT_Z if front else EDGE_Z)
        self._show_halo(color if front and not style.high else None)
        self._show_flow(self.state == "flowing")
        if self._casing is not None:
            self._casing.setPen(focus_pen())

    def _show_halo(self, color: QColor | None) -> None:
        if self._halo is None and color is not None:
            self._halo = QGraphicsPathItem(self.path(), self)
            self._halo.setFlag(QGraphicsItem.GraphicsItemFlag.ItemStacksBehindParent)
        if self._halo is not None:
            self._halo.setVisible(color is not None)
        if self._halo is not None and color is not None:
            soft = QColor(color)
            soft.setAlphaF(theme().alpha["halo"])
            self._halo.setPen(QPen(soft, theme().line["edge_halo"], Qt.PenStyle.SolidLine, _CAP))

    def _show_flow(self, flows: bool) -> None:
        if self._flow is None:
            if not flows:
                return
            self._flow = QGraphicsPathItem(self.path(), self)
            self._packets = [_packet(self) for _ in range(PACKETS)]
        for item in (self._flow, *self._packets):
            item.setVisible(flows)
        bright = theme().color("state.running")
        pen = QPen(bright, 2.2, Qt.PenStyle.SolidLine, _CAP)
        pen.setDashPattern(_FLOW)
        self._flow.setPen(pen)
        soft = QColor(bright)
        soft.setAlphaF(0.16)
        for packet in self._packets:
            packet.setBrush(bright)
            packet.setPen(QPen(soft, 7.6))
        self.tick(0.24)


def edge_color(port_type: str, state: EdgeState, *, front: bool, selected: bool) -> QColor:
    """Return the colour of an edge: opaque, so that crossings do not add up. High contrast draws all in full."""
    style = theme()
    role = f"port.{port_type}"
    if selected:
        role = "accent.base"
    elif state in ("failed", "broken"):
        role = "state.failed"
    elif role not in style:
        role = "port.any"
    return style.mix(role, "surface.canvas", 1.0 if front or style.high else _AMOUNTS[state])


def focus_pen() -> QPen:
    """Return the line around what has the keyboard: as wide at any zoom."""
    pen = QPen(theme().color("focus.ring"), theme().line["focus"])
    pen.setCosmetic(True)
    return pen


def _around(path: QPainterPath) -> QPainterPath:
    stroker = QPainterPathStroker()
    stroker.setWidth(theme().metric["focus_edge"])
    stroker.setCapStyle(_CAP)
    return stroker.createStroke(path).simplified()


@lru_cache(maxsize=1)
def _arrow() -> QPainterPath:
    return arrow_shape()


def _packet(parent: QGraphicsItem) -> QGraphicsPathItem:
    path = QPainterPath()
    path.addEllipse(QRectF(-4.2, -4.2, 8.4, 8.4))
    return QGraphicsPathItem(path, parent)
