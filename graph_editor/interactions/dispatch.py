"""Gives mouse and keys of the canvas to gestures: one at a time, begun by what is under the pointer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QMouseEvent

from graph_editor.canvas import Canvas
from graph_editor.interactions.base import Interaction, Pointer
from graph_editor.interactions.cut import Cut
from graph_editor.interactions.drift import Drift
from graph_editor.interactions.hover import Hover
from graph_editor.interactions.keys import CanvasKeys
from graph_editor.interactions.pan import Pan
from graph_editor.interactions.starters import STARTERS, cursor_at, edge_near, has_ports
from graph_editor.interactions.wire import Wire

_HELD = {Qt.Key.Key_Space: Qt.CursorShape.OpenHandCursor, Qt.Key.Key_X: Qt.CursorShape.CrossCursor}
"""Keys that are held while dragging, with the pointer that says so: to draw the canvas along, and to cut edges."""
_LEFT, _MIDDLE, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


class Dispatcher(QObject):
    """Implements `graph_editor.view.Gestures`. An edit of the document that no gesture made ends the one that goes on.

    `changed` tells that a gesture began or ended.
    """

    changed = Signal()

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.active: Interaction | None = None
        self.hover = Hover(canvas)
        self.keys = CanvasKeys(canvas, self.hover)
        self._drift = Drift(canvas.view)
        self._drift.moved.connect(self._on_drift)
        self._last: Pointer | None = None
        self._held: Qt.Key | None = None
        self._is_busy = False
        canvas.document.changed.connect(self._on_changed)
        canvas.view.zoom_changed.connect(self.leave)
        for bar in (canvas.view.horizontalScrollBar(), canvas.view.verticalScrollBar()):
            bar.valueChanged.connect(self.leave)

    # ------------------------------------------------------------ mouse
    def mouse_press(self, event: QMouseEvent, point: QPointF) -> bool:
        """See `Gestures`."""
        pointer = self._pointer(event, point)
        self.hover.leave()
        self.keys.focus.leave()
        self.canvas.view.setFocus(Qt.FocusReason.MouseFocusReason)
        if self.active is not None:
            if pointer.button == _LEFT:
                self._do(self.active.press, pointer)
            elif pointer.button == _RIGHT:
                self.cancel()
            return True
        if pointer.button == _MIDDLE or (pointer.button == _LEFT and self._held == Qt.Key.Key_Space):
            self.begin(Pan(self.canvas, pointer))
        elif pointer.button == _LEFT and self._held == Qt.Key.Key_X:
            self.begin(Cut(self.canvas, pointer) if has_ports(self.canvas) else None)
        elif pointer.button == _LEFT:
            self.begin(next(filter(None, (starter(self.canvas, pointer) for starter in STARTERS)), None))
        elif pointer.button == _RIGHT:
            self._ask_menu(pointer, event)
        return True

    def mouse_move(self, event: QMouseEvent, point: QPointF) -> bool:
        """See `Gestures`."""
        pointer = self._pointer(event, point)
        if self.active is None:
            if not event.buttons():
                self._look(pointer)
            return True
        self._do(self.active.move, pointer)
        if self.active is not None and self.active.scrolls and (self.active.is_dragged or isinstance(self.active, Wire)):
            self._drift.hold(pointer.pos)
        return True

    def mouse_release(self, event: QMouseEvent, point: QPointF) -> bool:
        """See `Gestures`."""
        if self.active is not None and event.button() in (_LEFT, _MIDDLE):
            self._drift.stop()
            self._do(self.active.release, self._pointer(event, point))
        return True

    def mouse_double_click(self, event: QMouseEvent, point: QPointF) -> bool:
        """See `Gestures`."""
        if event.button() != _LEFT or self.active is not None or self._held:
            return self.mouse_press(event, point)
        canvas, scene = self.canvas, self.canvas.scene
        node, frame = scene.node_at(point), scene.frame_at(point)
        if scene.port_at(point) is not None and node is None:
            return self.mouse_press(event, point)
        edge = edge_near(canvas, point)
        if node is not None:
            canvas.open_asked.emit(node)
        elif edge is not None:
            canvas.open_asked.emit(edge.source.node)
        elif frame is not None:
            canvas.title_asked.emit(frame)
        else:
            canvas.add_asked.emit(point)
        return True

    # ------------------------------------------------------------ keys
    def key_press(self, event: QKeyEvent) -> bool:
        """See `Gestures`."""
        if self.active is not None:
            if event.key() == Qt.Key.Key_Escape:
                self.cancel()
            else:
                self._do(self.active.key, event)
            return True
        shows_value = event.key() == Qt.Key.Key_Space and self.keys.focus.edge is not None
        if event.key() in _HELD and not event.modifiers() and not shows_value:
            if not event.isAutoRepeat():
                self._hold(Qt.Key(event.key()))
            return True
        return self.keys.press(event)

    def key_release(self, event: QKeyEvent) -> bool:
        """See `Gestures`."""
        if event.key() == self._held and not event.isAutoRepeat():
            self._hold(None)
            return True
        return False

    # ------------------------------------------------------------ the gesture that goes on
    def begin(self, interaction: Interaction | None) -> None:
        """Let a gesture have mouse and keys until it is over."""
        self.active = interaction
        self.changed.emit()

    def cancel(self) -> None:
        """End the gesture that goes on and leave everything as it was."""
        self._drift.stop()
        if self.active is not None:
            active, self.active = self.active, None
            active.cancel()
            self.changed.emit()

    def let_go(self) -> None:
        """The keyboard is elsewhere, so that nobody will tell when a key goes up."""
        self.keys.focus.show(shown=False)
        if self._held:
            self._hold(None)

    def take_up(self) -> None:
        """The canvas has the keyboard again."""
        self.keys.focus.show(shown=True)

    def leave(self) -> None:
        """The pointer is no longer over the canvas."""
        self.hover.leave()

    def _do(self, step: Callable[..., object], given: object) -> None:
        active = self.active
        self._is_busy = True
        try:
            step(given)
        finally:
            self._is_busy = False
        if active is not None and active.is_over and self.active is active:
            self.active = None
            self._drift.stop()
            self.changed.emit()

    def _on_changed(self, _delta: object) -> None:
        if not self._is_busy:
            self.cancel()
        self.hover.leave()

    def _on_drift(self) -> None:
        """Go on with the same place of the pointer over another part of the canvas."""
        if self.active is None or self._last is None:
            self._drift.stop()
            return
        point = self.canvas.view.mapToScene(self._last.pos)
        self._do(self.active.move, Pointer(QPointF(point), self._last.pos, self._last.modifiers, self._last.button))

    def _pointer(self, event: QMouseEvent, point: QPointF) -> Pointer:
        self._last = Pointer(point, event.position().toPoint(), event.modifiers(), event.button())
        return self._last

    def _look(self, pointer: Pointer) -> None:
        shape = _HELD[self._held] if self._held else cursor_at(self.canvas, pointer.point)
        if shape is None:
            self.canvas.view.viewport().unsetCursor()
        else:
            self.canvas.view.viewport().setCursor(QCursor(shape))
        self.hover.look(pointer)

    def _hold(self, key: Qt.Key | None) -> None:
        self._held = key
        if key is not None:
            self.canvas.view.viewport().setCursor(_HELD[key])
        else:
            self.canvas.view.viewport().unsetCursor()

    def _ask_menu(self, pointer: Pointer, event: QMouseEvent) -> None:
        """Select what is under the pointer, unless it is, and ask for the menu."""
        scene = self.canvas.scene
        node, frame = scene.node_at(pointer.point), scene.frame_at(pointer.point)
        edge = edge_near(self.canvas, pointer.point) if node is None else None
        if node is not None:
            if node not in scene.selected_nodes():
                scene.select([node])
        elif edge is not None:
            if edge not in scene.selected_edges():
                scene.select((), [edge])
        elif frame is not None:
            if frame not in scene.selected_frames():
                scene.select((), (), [frame])
        else:
            scene.select()
        self.canvas.menu_asked.emit(event.globalPosition().toPoint())
