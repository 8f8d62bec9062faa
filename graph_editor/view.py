"""The view of a scene: zoom, pan, the dotted ground, and what lies over the canvas."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEasingCurve, QPoint, QPointF, QRect, QRectF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmapCache, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsView, QStyle, QWidget

from graph_editor.far import SPILL, FarPainter
from graph_editor.levels import LEAST, MOST
from graph_editor.minimap import Minimap
from graph_editor.over_canvas import CountStrip, Hint, ZoomBar
from graph_editor.scene import GraphScene
from widgets.theme import appearance, theme

CACHE_KB = 256 * 1024
"""Room for the pictures that are kept of nodes."""
REACH = 1e8
"""How far the canvas goes in each direction, in scene units; scroll bars count in pixels of 32 bits."""
STEP = 1.2
FIT_MARGIN = 40.0
ZOOM_MS = 120
READABLE, START = 0.7, 0.85
"""The zoom from which all can be read, and the one at which a large graph is opened."""
EDGE = 14
"""Between the border of the canvas and what floats over it."""
RECOUNT_MS = 100
FEW = 40
"""From afar, more nodes than these are not drawn anew one by one."""


class Gestures(Protocol):
    """Does what mouse and keys do on the canvas. Each method tells whether it took the event."""

    def mouse_press(self, event: QMouseEvent, point: QPointF) -> bool:
        """A button went down at a point of the scene."""
        ...

    def mouse_move(self, event: QMouseEvent, point: QPointF) -> bool:
        """The pointer is at a point of the scene."""
        ...

    def mouse_release(self, event: QMouseEvent, point: QPointF) -> bool:
        """A button went up."""
        ...

    def mouse_double_click(self, event: QMouseEvent, point: QPointF) -> bool:
        """A button went down for the second time."""
        ...

    def key_press(self, event: QKeyEvent) -> bool:
        """A key went down."""
        ...

    def key_release(self, event: QKeyEvent) -> bool:
        """A key went up."""
        ...


class GraphView(QGraphicsView):
    """Shows a scene. `gestures` gets mouse and keys first. `zoom_changed` tells the zoom, 1.0 is 100 %."""

    zoom_changed = Signal(float)

    def __init__(self, scene: GraphScene, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        QPixmapCache.setCacheLimit(CACHE_KB)
        self.graph_scene = scene
        self.gestures: Gestures | None = None
        self._zoom = 1.0
        self._overview = True
        self._visited = ""
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
        self.viewport().setMouseTracking(True)
        self.setScene(scene)
        self._far = FarPainter(scene)
        self._lay_over()
        scene.touched.connect(self._on_touched)
        scene.selection_changed.connect(self._on_selection)
        appearance.changed.connect(self._on_appearance)
        self._on_touched(None)

    def _lay_over(self) -> None:
        """Put what floats over the canvas on the view, not on its viewport, whose children would scroll along."""
        self.minimap = Minimap(self.graph_scene, self)
        self.zoom_bar = ZoomBar(self)
        self.counts = CountStrip(self)
        self.hint = Hint(self)
        self.counts.hide()
        self._recount = QTimer(self)
        self._recount.setSingleShot(True)
        self._recount.setInterval(RECOUNT_MS)
        self._recount.timeout.connect(self._show_counts)
        self.minimap.wanted.connect(self._on_wanted)
        for signal, do in (
            (self.zoom_bar.nearer, self.zoom_in),
            (self.zoom_bar.back, self.zoom_out),
            (self.zoom_bar.whole, self.fit),
            (self.zoom_bar.full_size, self._on_full_size),
            (self.zoom_bar.overview, self._on_overview),
            (self.counts.next_wanted, self._on_next_wanted),
        ):
            signal.connect(do)
        self.zoom_bar.show_zoom(self._zoom)

    # ------------------------------------------------------------ zoom and place
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
        """Show everything when it can be read then, else its beginning at the left."""
        content, room = self.graph_scene.content_rect(), self.viewport().size()
        self.fit(glide=False)
        if self._zoom >= READABLE or content.isEmpty():
            return
        first = min(self.graph_scene.node_items(), key=lambda item: item.body.left(), default=None)
        start = first.body if first is not None else content
        zoom = START
        x = start.left() + (room.width() / 2 - 2 * FIT_MARGIN) / zoom
        tall = content.height() * zoom <= room.height() - FIT_MARGIN
        self._go(zoom, QPointF(x, content.center().y() if tall else start.center().y()), glide=False)

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
        room = self.viewport().size()
        across = max(room.width() - 2 * FIT_MARGIN, 40.0) / rect.width()
        down = max(room.height() - 2 * FIT_MARGIN, 40.0) / rect.height()
        self._go(min(max(min(across, down, 1.0), LEAST), MOST), rect.center(), glide=glide)

    def center_on(self, node: str, *, glide: bool = True) -> None:
        """Bring a node to the middle, near enough to be read."""
        rect = self.graph_scene.rect_of((node,))
        if not rect.isEmpty():
            self._go(max(self._zoom, 0.7), rect.center(), glide=glide)

    def reveal(self, rect: QRectF, *, glide: bool = True) -> None:
        """Scroll as little as is needed to see a part of the scene."""
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
            self.zoom_bar.show_zoom(zoom)
            self._show_counts()
            self.zoom_changed.emit(zoom)
        self.centerOn(middle)

    # ------------------------------------------------------------ drawing
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

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the items, or from afar all of them at once as blocks."""
        if self.graph_scene.level.detail != "blocks":
            super().paintEvent(event)
            return
        if self.graph_scene.held and event.rect() != self.viewport().rect():
            self.viewport().update()  # where a gesture's item was before is not part of this event
        painter = QPainter(self.viewport())
        self._far.paint(painter, self.viewportTransform(), QRectF(event.rect()))
        painter.end()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Tell the overview what is seen now."""
        super().scrollContentsBy(dx, dy)
        self.minimap.show_seen(self.seen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what floats over the canvas in its corner, and the middle of the canvas in the middle."""
        old = event.oldSize()
        super().resizeEvent(event)
        if old.isValid():
            grown = event.size() - old
            self.pan(grown.width() / 2, grown.height() / 2)
        self._arrange()
        self.minimap.show_seen(self.seen)

    def _arrange(self) -> None:
        """Overview in the lower right corner, the zoom at its left, or in the corner where there is no overview."""
        right, bottom = self.width() - EDGE, self.height() - EDGE
        small = self.width() < 3 * self.minimap.width() or self.height() < 2 * self.minimap.height()
        shown = self._overview and not small and not self.graph_scene.is_empty
        self.minimap.setVisible(shown)
        if shown:
            self.minimap.move(right - self.minimap.width(), bottom - self.minimap.height())
            right -= self.minimap.width() + 8
        self.zoom_bar.move(right - self.zoom_bar.width(), bottom - self.zoom_bar.height())
        self.counts.move(self.width() - EDGE - self.counts.width(), EDGE)
        self.hint.move((self.width() - self.hint.width()) // 2, (self.height() - self.hint.height()) // 2)

    def _show_counts(self) -> None:
        far = self.graph_scene.level.detail == "blocks"
        some = self.counts.show_counts(item.look.status for item in self.graph_scene.node_items()) if far else False
        self.counts.setVisible(some)
        self._arrange()

    # ------------------------------------------------------------ following the scene and the overlay
    def _on_touched(self, nodes: set[str] | None) -> None:
        scene = self.graph_scene
        empty = scene.is_empty
        if empty is self.hint.isHidden():
            self.hint.setVisible(empty)
            self._arrange()
        far = scene.level.detail == "blocks"
        if far and nodes is not None and len(nodes) < FEW:
            for rect in self._far.take_over(nodes):
                seen = self.viewportTransform().mapRect(rect)
                self.viewport().update(seen.adjusted(-SPILL, -SPILL, SPILL, SPILL).toAlignedRect())
        else:
            self._far.touch(nodes)
            if far:
                self.viewport().update()
        if far and not self._recount.isActive():
            self._recount.start()

    def _on_selection(self) -> None:
        self._far.touch(None)
        if self.graph_scene.level.detail == "blocks":
            self.viewport().update()

    def _on_appearance(self) -> None:
        self.resetCachedContent()
        self.viewport().update()

    def _on_wanted(self, middle: QPointF) -> None:
        self._go(self._zoom, middle, glide=False)

    def _on_full_size(self) -> None:
        self.zoom_to(1.0)

    def _on_overview(self) -> None:
        self._overview = not self._overview
        self._arrange()

    def _on_next_wanted(self, status: str) -> None:
        """Go to the next node of a state, in the order of the document."""
        found = [item.node for item in self.graph_scene.node_items() if item.look.status == status]
        if found:
            at = found.index(self._visited) + 1 if self._visited in found else 0
            self._visited = found[at % len(found)]
            self.graph_scene.select([self._visited])
            self.center_on(self._visited)

    # ------------------------------------------------------------ mouse and keys
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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Let the gestures have it first."""
        if self.gestures is None or not self.gestures.mouse_press(event, self._point(event)):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the gestures have it first."""
        if self.gestures is None or not self.gestures.mouse_move(event, self._point(event)):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the gestures have it first."""
        if self.gestures is None or not self.gestures.mouse_release(event, self._point(event)):
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Let the gestures have it first."""
        if self.gestures is None or not self.gestures.mouse_double_click(event, self._point(event)):
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the gestures have it first."""
        if self.gestures is None or not self.gestures.key_press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let the gestures have it first."""
        if self.gestures is None or not self.gestures.key_release(event):
            super().keyReleaseEvent(event)

    def _point(self, event: QMouseEvent) -> QPointF:
        at, shift = event.position(), QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        return (at + shift) / self._zoom
