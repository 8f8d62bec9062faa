"""The view of an editor: items or, from afar, blocks; what floats over the canvas; mouse and keys, which gestures get first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import QMarginsF, QPointF, QRect, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from graph_editor.building import Building
from graph_editor.empty_hint import EmptyHint
from graph_editor.far import SPILL, FarPainter
from graph_editor.minimap import Minimap
from graph_editor.over_canvas import CountStrip, ZoomBar
from graph_editor.scene import GraphScene
from graph_editor.zoom_view import ZoomView
from resources.language import tr
from widgets.theme import appearance

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


class GraphView(ZoomView):
    """Shows a scene. `gestures` gets mouse and keys first. `overview_changed` tells that a person shows or hides the minimap."""

    overview_changed = Signal(bool)

    def __init__(self, scene: GraphScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.gestures: Gestures | None = None
        self._overview = True
        self._visited = ""
        self._hint_held: set[object] = set()
        self._was_size: QSize | None = None
        self.viewport().setMouseTracking(True)
        self._far = FarPainter(scene)
        self._lay_over()
        scene.touched.connect(self._on_touched)
        scene.selection_changed.connect(self._on_selection)
        appearance.changed.connect(self._on_appearance)
        self.setAccessibleName(tr("Canvas"))
        self._building: Building | None = None
        if scene.is_building:
            self._building = Building(self, len(scene.document.graph.nodes))
            scene.progressed.connect(self._building.meter.show_share)
            scene.built.connect(self._on_built)
        self._on_touched(None)

    def _lay_over(self) -> None:
        """Put what floats over the canvas on the view, not on its viewport, whose children would scroll along."""
        self.minimap = Minimap(self.graph_scene, self._far, self)
        self.zoom_bar = ZoomBar(self)
        self.counts = CountStrip(self)
        self.hint = EmptyHint(self)
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
        self.zoom_changed.connect(self.zoom_bar.show_zoom)
        self.zoom_changed.connect(self._show_counts)

    def retranslate(self) -> None:
        """Say everything on and over the canvas in the language in use."""
        self.setAccessibleName(tr("Canvas"))
        self.zoom_bar.retranslate()
        self.minimap.retranslate()
        self.hint.retranslate()
        self.graph_scene.refresh()
        self._show_counts()

    def show_overview(self, shown: bool) -> None:
        """Show the overview where it has room, or hide it."""
        self._overview = shown
        self._arrange()

    # ------------------------------------------------------------ drawing
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
        old, self._was_size = self._was_size, event.size()  # the event forgets the size from before it was hidden
        super().resizeEvent(event)
        if old is not None:
            grown = event.size() - old
            self.pan(grown.width() / 2, grown.height() / 2)
        self._arrange()
        self.minimap.show_seen(self.seen)
        if self._building is not None:
            self._building.fit()

    def overlays(self) -> list[QRect]:
        """Return what floats over the canvas and hides what is below, in pixels of the view."""
        return [part.geometry() for part in (self.minimap, self.zoom_bar, self.counts) if not part.isHidden()]

    def margins_for(self, rect: QRectF) -> QMarginsF:
        """See `ZoomView`: overview and zoom get a strip of their own when something would lie below them."""
        usual = super().margins_for(rect)
        covers = [QRectF(part.geometry()) for part in (self.minimap, self.zoom_bar) if not part.isHidden()]
        tall = self.height() - min((cover.top() for cover in covers), default=0.0) + EDGE
        wide = self.width() - min((cover.left() for cover in covers), default=0.0) + EDGE
        below = QMarginsF(usual.left(), usual.top(), usual.right(), tall)
        aside = QMarginsF(usual.left(), usual.top(), wide, usual.bottom())
        free = [margins for margins in (usual, below, aside) if not self._is_covered(rect, margins, covers)]
        return max(free, key=lambda margins: self.fitted(rect, margins)[0], default=usual)

    def _is_covered(self, rect: QRectF, margins: QMarginsF, covers: Iterable[QRectF]) -> bool:
        """Tell whether something would lie below `covers` if a part of the scene were made to fit with these margins."""
        zoom, middle = self.fitted(rect, margins)
        corner = middle - QRectF(self.viewport().rect()).center() / zoom
        areas = [QRectF(cover.topLeft() / zoom + corner, cover.size() / zoom) for cover in covers]
        return any(area.intersects(rect) and self.graph_scene.is_used(area) for area in areas)

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
        self.hint.place()

    def _show_counts(self) -> None:
        far = self.graph_scene.level.detail == "blocks"
        some = self.counts.show_counts(item.look.status for item in self.graph_scene.node_items()) if far else False
        self.counts.setVisible(some)
        self._arrange()

    # ------------------------------------------------------------ following the scene and the overlay
    def _on_built(self) -> None:
        if self._building is not None:
            self._building.hide()
            self._building.deleteLater()
            self._building = None
        self._begin()

    def hold_hint(self, who: object, *, held: bool) -> None:
        """Keep what an empty canvas says away while somebody does something on it, such as a card that is open."""
        (self._hint_held.add if held else self._hint_held.discard)(who)
        self._show_hint()

    def _show_hint(self) -> None:
        scene = self.graph_scene
        empty = scene.is_empty and not scene.held and not self._hint_held  # it would shine through what is about to be added
        if empty is not self.hint.is_shown:
            self.hint.show(empty)
            self._arrange()

    def _on_touched(self, nodes: set[str] | None) -> None:
        scene = self.graph_scene
        self._show_hint()
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
        self.show_overview(not self._overview)
        self.overview_changed.emit(self._overview)

    def _on_next_wanted(self, status: str) -> None:
        """Go to the next node of a state, in the order of the document."""
        found = [item.node for item in self.graph_scene.node_items() if item.look.status == status]
        if found:
            at = found.index(self._visited) + 1 if self._visited in found else 0
            self._visited = found[at % len(found)]
            self.graph_scene.select([self._visited])
            self.center_on(self._visited)

    # ------------------------------------------------------------ mouse and keys
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
        if self._building is not None:
            event.ignore()
        elif self.gestures is None or not self.gestures.key_press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let the gestures have it first."""
        if self.gestures is None or not self.gestures.key_release(event):
            super().keyReleaseEvent(event)

    def _point(self, event: QMouseEvent) -> QPointF:
        at, shift = event.position(), QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        return (at + shift) / self._zoom
