"""A small picture of the whole canvas; the part that is seen can be dragged."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QWidget

from graph_editor.far import FarPainter
from graph_editor.frame_item import frame_color
from graph_editor.node_chrome import LOUD
from graph_editor.scene import GraphScene
from resources.language import tr
from widgets.step_view import role_of
from widgets.theme import appearance, theme

WIDTH, HEIGHT = 176, 112
_INSET = 7.0
_AROUND = 40.0
_SETTLE_MS = 120
_MANY = 60


class Minimap(QWidget):
    """Draws all nodes as small blocks. `wanted` gives a point of the scene that a person wants in the middle."""

    wanted = Signal(QPointF)

    def __init__(self, scene: GraphScene, far: FarPainter, parent: QWidget) -> None:
        super().__init__(parent)
        self._scene, self._far = scene, far
        self._seen = QRectF()
        self._picture: QPixmap | None = None
        self._to_map = QTransform()
        self._hold = QPointF()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._draw_again)
        self.setFixedSize(WIDTH, HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.retranslate()
        scene.touched.connect(self._on_touched)
        appearance.changed.connect(self._draw_again)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.setAccessibleName(tr("Overview"))
        self.setToolTip(tr("Drag to move over the canvas"))

    def show_seen(self, rect: QRectF) -> None:
        """Show which part of the scene is seen."""
        if rect != self._seen:
            self._seen = rect
            self.update()

    def _on_touched(self, _nodes: object) -> None:
        if not self.isVisible():
            self._picture = None  # as of a view whose tab is behind another one
        elif not self._settle.isActive():
            self._settle.start()

    def _draw_again(self) -> None:
        self._picture = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture that is kept, and the part that is seen over it."""
        if self._picture is None or self._picture.devicePixelRatio() != self.devicePixelRatioF():
            self._picture = self._draw()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET)
        seen = self._to_map.mapRect(self._seen).intersected(inner.adjusted(-1, -1, 1, 1))
        painter.setPen(QPen(theme().color("accent.base"), 1.25))
        painter.setBrush(theme().color("accent.base", 0.07))
        painter.drawRoundedRect(seen, 2, 2)
        painter.end()

    def _draw(self) -> QPixmap:
        style, ratio = theme(), self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(style.color("line.strong"), 1))
        painter.setBrush(style.color("surface.panel", 0.94))
        painter.drawRoundedRect(card, style.radius["card"], style.radius["card"])
        self._to_map = self._fitted()
        painter.setPen(Qt.PenStyle.NoPen)
        for frame in self._scene.frame_items():
            painter.setBrush(style.color("surface.note") if frame.is_note else frame_color(frame.frame, 0.14))
            painter.drawRoundedRect(self._to_map.mapRect(frame.area), 2, 2)
        self._draw_nodes(painter)
        painter.end()
        return picture

    def _fitted(self) -> QTransform:
        world = self._scene.content_rect().adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
        inner = QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET)
        scale = min(inner.width() / world.width(), inner.height() / world.height(), 0.25)
        centre = inner.center() - world.center() * scale
        return QTransform(scale, 0, 0, scale, centre.x(), centre.y())

    def _draw_nodes(self, painter: QPainter) -> None:
        """Draw nodes, those that somebody has to look at above the others; many at once, without corners."""
        style = theme()
        calm: dict[str, list[QRectF]] = {}
        loud: dict[str, list[QRectF]] = {}
        for block in self._far.blocks():
            group, role = (loud, role_of(block.status)) if block.status in LOUD else (calm, block.kind[0])
            group.setdefault(role, []).append(block.rect)
        painter.setTransform(self._to_map, combine=True)
        radius = 1 / self._to_map.m11()
        for groups, alpha in ((calm, 0.6), (loud, 1.0)):
            for role, rects in groups.items():
                painter.setBrush(style.color(role, alpha))
                if len(rects) > _MANY:
                    painter.drawRects(rects)
                    continue
                for rect in rects:
                    painter.drawRoundedRect(rect, radius, radius)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the part that is seen, or go to the point."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        at = event.position()
        seen = self._to_map.mapRect(self._seen)
        self._hold = at - seen.center() if seen.contains(at) else QPointF()
        self._want(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move over the canvas."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._want(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        event.accept()

    def _want(self, at: QPointF) -> None:
        self.wanted.emit(self._to_map.inverted()[0].map(at - self._hold))
