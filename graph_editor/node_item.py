"""The item of a node: one item, its ports painted and found inside, kept as a picture until it looks different."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsRectItem, QStyle, QStyleOptionGraphicsItem, QWidget

from graph_editor.edge_item import focus_pen
from graph_editor.geometry import MARGIN, PortSpot, Side
from graph_editor.levels import Level
from graph_editor.live_item import Comet, LiveItem
from graph_editor.node_chrome import LOUD
from graph_editor.node_face import TICKING, Look
from graph_editor.node_paint import Line, lines_of, paint_node, retry_rect
from graph_editor.node_small import paint_small
from widgets.theme import theme

NODE_Z = 2.0


class NodeItem(QGraphicsRectItem):
    """Draws one node. `look` is what it shows; `level` how much of it."""

    def __init__(self, node: str, look: Look, level: Level) -> None:
        super().__init__()
        self.node = node
        self.look = look
        self.level = level
        self.paints = 0
        self._lines: tuple[Line, ...] | None = None
        self._live: LiveItem | None = None
        self._comet: Comet | None = None
        self._ring: QGraphicsPathItem | None = None
        self.setPen(Qt.PenStyle.NoPen)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setZValue(NODE_Z)
        self._fit_rect()

    @property
    def body(self) -> QRectF:
        """The node without its surroundings, in scene units."""
        return self.look.parts.body.translated(self.pos())

    @property
    def moves(self) -> bool:
        """Whether something on it changes many times a second."""
        return self._comet is not None

    @property
    def ticks(self) -> bool:
        """Whether it tells a time that goes on."""
        return self._live is not None

    def show_look(self, look: Look, now: float) -> None:
        """Show another look; the picture of the node is drawn anew only when more changed than what streams."""
        before, self.look = self.look, look
        if _without_stream(before) != _without_stream(look):
            self._lines = None
            if before.parts != look.parts:
                self._fit_rect()
            self.update()
        self._follow_run(now)
        self.raise_it()

    def raise_it(self) -> None:
        """Lie above the others when somebody has to look at it, or took hold of it."""
        self.setZValue(NODE_Z + (0.2 if self.look.status in LOUD else 0.0) + (0.4 if self.isSelected() else 0.0))

    def set_focused(self, focused: bool) -> None:
        """Show whether the keyboard is on it, by a line around it."""
        if self._ring is None and focused:
            self._ring = QGraphicsPathItem(self)
            self._fit_ring(self._ring)
        if self._ring is not None:
            self._ring.setPen(focus_pen())
            self._ring.setVisible(focused)

    def show_level(self, level: Level) -> None:
        """Draw more or less detail from now on."""
        self.level = level
        for item in (self._live, self._comet):
            if item is not None:
                item.setVisible(level.detail == "full")
        self.update()

    def renew(self) -> None:
        """Draw everything anew, as after a change of the theme."""
        self._lines = None
        if self._ring is not None:
            self._ring.setPen(focus_pen())
        self.update()

    def tick(self, now: float, turn: float | None) -> None:
        """Go on with what runs: the time, and the light on the ring unless `turn` is None."""
        if self._live is not None:
            self._live.tick(now)
        if self._comet is not None:
            self._comet.setVisible(turn is not None and self.level.detail == "full")
            if turn is not None:
                self._comet.follow(*self.look.parts.size, float(theme().radius["node"]), turn)

    def _follow_run(self, now: float) -> None:
        status = self.look.status
        if self._comet is None and status == "running":
            self._comet = Comet(self)
        elif self._comet is not None and status != "running":
            self._drop(self._comet)
            self._comet = None
        if status in TICKING:
            if self._live is None:
                self._live = LiveItem(self)
                self._live.setVisible(self.level.detail == "full")
            self._live.show_look(self.look, now)
        elif self._live is not None:
            self._drop(self._live)
            self._live = None

    def _drop(self, item: QGraphicsItem) -> None:
        if (scene := item.scene()) is not None:
            scene.removeItem(item)

    def _fit_rect(self) -> None:
        body = self.look.parts.body
        self.setRect(body.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN))
        self._shape = QPainterPath()
        self._shape.addRect(body)
        if self._ring is not None:
            self._fit_ring(self._ring)

    def _fit_ring(self, ring: QGraphicsPathItem) -> None:
        off, path = theme().metric["focus_node"], QPainterPath()
        radius = theme().radius["node"] + off
        path.addRoundedRect(self.look.parts.body.adjusted(-off, -off, off, off), radius, radius)
        ring.setPath(path)

    def spot(self, port: str, side: Side) -> PortSpot | None:
        """Return a port as it is shown, or None."""
        return next((spot for spot in self.look.spots if spot.port.key == port and spot.side == side), None)

    def port_point(self, spot: PortSpot) -> QPointF:
        """Return where a port is, in scene units."""
        return self.pos() + QPointF(spot.x, spot.y)

    def retry_rect(self) -> QRectF:
        """Return where it offers to try again, in scene units; empty when it does not."""
        area = retry_rect(self.look) if self.level.detail == "full" else QRectF()
        return area.translated(self.pos()) if not area.isEmpty() else area

    def question_rect(self) -> QRectF:
        """Return where it says what it asks a person, in scene units; empty when it does not."""
        parts = self.look.parts
        if self.look.status != "waiting" or self.level.detail != "full":
            return QRectF()
        return QRectF(0, parts.footer, parts.width, parts.height - parts.footer).translated(self.pos())

    def shape(self) -> QPainterPath:
        """Return the body, which is what the mouse meets."""
        return self._shape

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw the node with the detail of its level."""
        self.paints += 1
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if self.level.detail == "full":
            if self._lines is None:
                self._lines = lines_of(self.look)
            paint_node(painter, self.look, self._lines, selected=selected)
        else:
            paint_small(painter, self.look, self.level.zoom, selected=selected)


def _without_stream(look: Look) -> tuple[object, ...]:
    """Return what the picture of a node depends on."""
    if look.status == "running":  # its message and its detail are drawn by the live item
        return look.face, look.marks, look.parts, look.status, look.well
    return (look,)
