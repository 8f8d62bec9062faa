"""Keys that belong to the canvas itself: going from node to node and from edge to edge, and opening what is selected."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from graph_editor.canvas import Canvas
from graph_editor.interactions.hover import Hover
from graph_editor.key_focus import KeyFocus
from graph_editor.selection import Direction, along, centre, nearest

_ARROWS: dict[int, Direction] = {
    Qt.Key.Key_Left.value: "left",
    Qt.Key.Key_Right.value: "right",
    Qt.Key.Key_Up.value: "up",
    Qt.Key.Key_Down.value: "down",
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CanvasKeys:
    """Arrows go to the nearest node, with Shift up and down along the edges; Enter opens; the menu key asks for the menu.

    While an edge has the keyboard, arrows go to other edges, Space shows the value, and Esc goes back to the nodes.
    """

    def __init__(self, canvas: Canvas, hover: Hover) -> None:
        self._canvas, self._hover = canvas, hover
        self.focus = KeyFocus(canvas)

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key stands for, and tell whether it stands for something."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        direction = _ARROWS.get(event.key())
        if self.focus.edge is not None and not held and self._press_on_edge(event, direction):
            return True
        if direction is not None and not held:
            self._go(direction)
        elif direction in ("up", "down") and held == Qt.KeyboardModifier.ShiftModifier:
            self._extend(forward=direction == "down")
        elif event.key() in _ENTER and not held:
            self._open()
        elif event.key() == Qt.Key.Key_Menu:
            self._ask_menu()
        else:
            return False
        return True

    def turn_edges(self) -> None:
        """Go to the edges, or back to the nodes."""
        self._hover.leave()
        if self.focus.edge is None:
            self.focus.enter_edges()
        else:
            self.focus.leave_edges()

    def _press_on_edge(self, event: QKeyEvent, direction: Direction | None) -> bool:
        if direction is not None:
            self._hover.leave()
            self.focus.step(direction)
        elif event.key() == Qt.Key.Key_Space:
            self._show_value()
        elif event.key() == Qt.Key.Key_Escape:
            self.turn_edges()
        else:
            return False
        return True

    def _show_value(self) -> None:
        edge, card = self.focus.edge, self._hover.card
        if card is not None and card.isVisible():
            self._hover.leave()
        elif edge is not None:
            self._hover.show_value(edge, self._canvas.view.mapFromScene(self.focus.spot))

    def _go(self, direction: Direction) -> None:
        canvas, scene = self._canvas, self._canvas.scene
        rects, chosen = canvas.rects(), scene.selected_nodes()
        here = chosen[-1] if chosen else ""
        if here:
            found = nearest(rects, centre(rects[here]), direction, here)
        else:
            middle = canvas.view.middle
            found = min(rects, key=lambda node: _distance(centre(rects[node]), (middle.x(), middle.y())), default=None)
        if found is not None:
            self.focus.go_to_node(found)

    def _extend(self, *, forward: bool) -> None:
        scene = self._canvas.scene
        chosen = scene.selected_nodes()
        if chosen:
            scene.select(along(self._canvas.document.graph, chosen, forward=forward), scene.selected_edges())

    def _open(self) -> None:
        scene = self._canvas.scene
        nodes, frames = scene.selected_nodes(), scene.selected_frames()
        if nodes:
            self._canvas.open_asked.emit(nodes[-1])
        elif (edge := self.focus.edge) is not None:
            self._canvas.open_asked.emit(edge.source.node)
        elif frames:
            self._canvas.title_asked.emit(frames[-1])

    def _ask_menu(self) -> None:
        canvas = self._canvas
        nodes = canvas.scene.selected_nodes()
        rect = canvas.scene.rect_of(nodes)
        if self.focus.edge is not None:
            spot = canvas.view.mapFromScene(self.focus.spot)
        else:
            spot = canvas.view.mapFromScene(rect.center()) if nodes else canvas.view.viewport().rect().center()
        canvas.menu_asked.emit(canvas.view.viewport().mapToGlobal(spot))


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])
