"""A view that shows any part of an endless canvas at any zoom: how it gets from one to the other, and the dotted ground."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QEvent, QMarginsF, QPoint, QPointF, QRect, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QNativeGestureEvent, QPainter, QPen, QPixmapCache, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsView, QStyle, QWidget

from graph_editor.levels import LEAST, MOST
from graph_editor.scene import GraphScene
from widgets.theme import theme

CACHE_KB = 256 * 1024
"""Room for the pictures that are kept of nodes."""
REACH = 1e8
"""How far the canvas goes in each direction, in scene units; scroll bars count in pixels of 32 bits."""
STEP = 1.2
FIT_MARGIN = 40.0
ZOOM_MS = 120
READABLE, START = 0.7, 0.85
"""The zoom from which all can be read, and the one at which a large graph is opened."""


class ZoomView(QGraphicsView):
    """Zooms and pans. `zoom_changed` tells the zoom, 1.0 is 100 %. Ways glide when motion is allowed and `glide` is not False."""

    zoom_changed = Signal(float)

    def __init__(self, scene: GraphScene, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        QPixmapCache.setCacheLimit(CACHE_KB)
        self.graph_scene = scene
        self._zoom = 1.0
        self._starts = True
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(ZOOM_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(self._on_glide)
        self._from, self._to = (1.0, QPointF()), (1.0, QPointF())
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSceneRect(-REACH, -REACH, 2 * REACH, 2 * REACH)
        self.setScene(scene)

    @property
    def zoom(self) -> float:
        """The size of a scene unit on the screen."""
        return self._zoom

    @property
    def seen(self) -> QRectF:
        """What is seen of the scene."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    @property
    def middle(self) -> QPointF:
        """The point of the scene in the middle of the view."""
        return self.mapToScene(self.viewport().rect().center())

    def zoom_to(self, zoom: float, at: QPoint | None = None, *, glide: bool = True) -> None:
        """Show the scene at a zoom; the point of the viewport `at` (None: its middle) stays where it is."""
        zoom = min(max(zoom, LEAST), MOST)
        spot = at if at is not None else self.viewport().rect().center()
        fixed = self.mapToScene(spot)
        off = self.viewport().rect().center() - spot
        self._go(zoom, fixed + QPointF(off) / zoom, glide=glide)

    def zoom_in(self) -> None:
        """Go one step nearer."""
        self.zoom_to(self._aimed_zoom() * STEP)

    def zoom_out(self) -> None:
        """Go one step back."""
        self.zoom_to(self._aimed_zoom() / STEP)

    def fit(self, *, glide: bool = True) -> None:
        """Show everything, not larger than it is."""
        self.fit_rect(self.graph_scene.content_rect(), glide=glide)

    def show_start(self) -> None:
        """Show everything when it can be read then, else its beginning at the left. A view does so when it is shown first."""
        content, room = self.graph_scene.content_rect(), self.viewport().size()
        self.fit(glide=False)
        if self._zoom >= READABLE or content.isEmpty():
            return
        first = min(self.graph_scene.node_items(), key=lambda item: item.body.left(), default=None)
        start = first.body if first is not None else content
        wide, tall, margin = room.width() / START, room.height() / START, FIT_MARGIN / START
        x = content.center().x() if content.width() <= wide - margin else start.left() + wide / 2 - 2 * margin
        if content.height() <= tall - margin:
            y = content.center().y()
        else:  # no room above the uppermost node, nor below the lowest, that others could have
            y = min(max(start.center().y(), content.top() - margin + tall / 2), content.bottom() + margin - tall / 2)
        self._go(START, QPointF(x, y), glide=False)

    def showEvent(self, event: QShowEvent) -> None:
        """Go to the start unless something else was asked for: now the size of the view is known."""
        super().showEvent(event)
        self._begin()

    def _begin(self) -> None:
        if self._starts and self.isVisible() and not self.graph_scene.is_building:
            self.show_start()

    def fit_selection(self, *, glide: bool = True) -> None:
        """Show what is selected; everything when nothing is."""
        scene = self.graph_scene
        rect = scene.rect_of(scene.selected_nodes())
        for frame in scene.selected_frames():
            if (item := scene.frame_item(frame)) is not None:
                rect = rect.united(item.area)
        self.fit_rect(scene.content_rect() if rect.isEmpty() else rect, glide=glide)

    def fit_rect(self, rect: QRectF, *, glide: bool = True) -> None:
        """Show a part of the scene, not larger than it is."""
        if rect.isEmpty():
            self._go(1.0, QPointF(), glide=glide)
            return
        self._go(*self.fitted(rect, self.margins_for(rect)), glide=glide)

    def fitted(self, rect: QRectF, margins: QMarginsF) -> tuple[float, QPointF]:
        """Return the zoom and the middle of the view with which a part of the scene fills the view up to margins, in pixels."""
        room = QRectF(self.viewport().rect()).marginsRemoved(margins)
        across, down = max(room.width(), 40.0) / rect.width(), max(room.height(), 40.0) / rect.height()
        zoom = min(max(min(across, down, 1.0), LEAST), MOST)
        return zoom, rect.center() + (QRectF(self.viewport().rect()).center() - room.center()) / zoom

    def margins_for(self, _rect: QRectF) -> QMarginsF:
        """Return what is kept free around a part of the scene that is made to fit, in pixels."""
        return QMarginsF(FIT_MARGIN, FIT_MARGIN, FIT_MARGIN, FIT_MARGIN)

    def center_on(self, node: str, *, glide: bool = True) -> None:
        """Bring a node to the middle, near enough to be read."""
        rect = self.graph_scene.rect_of((node,))
        if not rect.isEmpty():
            self._go(max(self._zoom, 0.7), rect.center(), glide=glide)

    def reveal(self, rect: QRectF, *, glide: bool = True) -> None:
        """Scroll as little as is needed to see a part of the scene; not at all when it is seen."""
        if self.seen.contains(rect):
            return
        seen = self.seen.adjusted(24 / self._zoom, 24 / self._zoom, -24 / self._zoom, -24 / self._zoom)
        dx = max(rect.right() - seen.right(), 0.0) or min(rect.left() - seen.left(), 0.0)
        dy = max(rect.bottom() - seen.bottom(), 0.0) or min(rect.top() - seen.top(), 0.0)
        if dx or dy:
            self._go(self._zoom, self.middle + QPointF(dx, dy), glide=glide)

    def pan(self, dx: float, dy: float) -> None:
        """Move the canvas by pixels, as a hand that draws it along."""
        self._glide.stop()
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - round(dx))
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() - round(dy))

    def _aimed_zoom(self) -> float:
        gliding = self._glide.state() == QVariantAnimation.State.Running
        return self._to[0] if gliding else self._zoom

    def _go(self, zoom: float, middle: QPointF, *, glide: bool) -> None:
        self._starts = False
        self._glide.stop()
        moves = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0 and self.graph_scene.motion
        if not glide or not moves or not self.isVisible():
            self._show(zoom, middle)
            return
        self._from, self._to = (self._zoom, self.middle), (zoom, middle)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.start()

    def _on_glide(self, share: float) -> None:
        (zoom, middle), (aim, end) = self._from, self._to
        if share >= 1.0:
            self._show(aim, end)
            return
        now = zoom * (aim / zoom) ** share
        # the point that stays put while the zoom changes stays put at each moment, too
        part = share if aim == zoom else (1 / zoom - 1 / now) / (1 / zoom - 1 / aim)
        self._show(now, middle + (end - middle) * part)

    def _show(self, zoom: float, middle: QPointF) -> None:
        if zoom != self._zoom:
            self._zoom = zoom
            self.graph_scene.show_zoom(zoom)
            self.resetTransform()
            self.scale(zoom, zoom)
            self.zoom_changed.emit(zoom)
        self.centerOn(middle)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Draw dots on whole pixels; their pitch doubles when they would stand closer than 14 px."""
        style, area = theme(), QRectF(rect)
        painter.fillRect(area, style.color("surface.canvas"))
        pitch = float(style.metric["grid"])
        while pitch * self._zoom < 14:
            pitch *= 2
        to_screen = painter.transform()
        origin = to_screen.map(QPointF(area.left() // pitch * pitch, area.top() // pitch * pitch))
        step = pitch * to_screen.m11()
        down = [round(origin.y() + step * row) for row in range(int(area.height() / pitch) + 3)]
        across = [round(origin.x() + step * column) for column in range(int(area.width() / pitch) + 3)]
        points = [QPoint(x, y) for x in across for y in down]
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(style.color("surface.grid"), 1))
        painter.drawPoints(points)
        painter.restore()

    def viewportEvent(self, event: QEvent) -> bool:
        """Zoom with two fingers that are drawn apart."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_to(self._zoom * (1 + event.value()), event.position().toPoint(), glide=False)
            return True
        return super().viewportEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer with Ctrl, else scroll; with Shift to the side."""
        pixels, angle = event.pixelDelta(), event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = angle.y() / 120 or pixels.y() / 60
            self.zoom_to(self._aimed_zoom() * STEP**steps, event.position().toPoint(), glide=False)
        else:
            moved = pixels if not pixels.isNull() else angle / 2
            dx, dy = moved.x(), moved.y()
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not dx:
                dx, dy = dy, 0
            self.pan(dx, dy)
        event.accept()
