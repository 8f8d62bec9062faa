"""The bar at the one node that is selected: what one does with a node most, a click away."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import QWidget

from graph_editor.canvas import Canvas
from graph_editor.node_item import NodeItem
from graph_editor.over_canvas import Card
from resources.language import tr
from widgets.glyph import IconButton

_BELOW, _ABOVE = 10, 14
_LEAST_ZOOM = 0.6
_ENTRIES: tuple[tuple[str, str, str], ...] = (
    ("answer", "user-check", "state.waiting"),
    ("run_to", "arrow-right-to-line", "text.secondary"),
    ("run_from", "step-forward", "text.secondary"),
    ("pin", "pin", "text.secondary"),
    ("disable", "power", "text.secondary"),
    ("breakpoint", "circle-dot", "state.breakpoint"),
    ("more", "ellipsis", "text.secondary"),
)


class NodeBar(Card):
    """Follows the selected node. It is away while a gesture goes on, from afar, and with none or several selected."""

    def __init__(self, canvas: Canvas, handlers: Mapping[str, Callable[[], object]], is_busy: Callable[[], bool]) -> None:
        """Begin hidden; `handlers` answer to the buttons, `is_busy` tells whether a gesture goes on."""
        super().__init__(canvas.view)
        self._canvas, self._handlers, self._is_busy = canvas, handlers, is_busy
        self._node = ""
        self.buttons: dict[str, IconButton] = {}
        for name, sign, role in _ENTRIES:
            button = IconButton(sign, "", 15, side=24, role=role)
            button.setProperty("action", name)
            button.clicked.connect(self._on_clicked)
            self.buttons[name] = button
            self.row.addWidget(button)
        self.retranslate()
        self.adjustSize()
        self.hide()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.follow)
        view = canvas.view
        for signal in (
            canvas.scene.selection_changed, canvas.scene.touched, canvas.document.changed, view.zoom_changed,
            view.horizontalScrollBar().valueChanged, view.verticalScrollBar().valueChanged,
        ):  # fmt: skip
            signal.connect(self.look)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        words = {
            "answer": tr("Answer…"), "run_to": tr("Run to here"), "run_from": tr("Run from here"), "pin": tr("Pin output"),
            "disable": tr("Disable"),
            "breakpoint": tr("Breakpoint"), "more": tr("More"),
        }  # fmt: skip
        for name, sign, _ in _ENTRIES:
            self.buttons[name].show_icon(sign, words[name])

    def look(self) -> None:
        """Something moved: stand in the right place before the next picture."""
        self._later.start()

    def follow(self) -> None:
        """Stand below the selected node, above it where there is no room or another node, or be away."""
        self._later.stop()
        canvas = self._canvas
        chosen = canvas.scene.selected_nodes()
        item = canvas.scene.node_item(chosen[0]) if len(chosen) == 1 and not canvas.scene.selected_frames() else None
        if item is None or self._is_busy() or canvas.view.zoom < _LEAST_ZOOM:
            self.hide()
            return
        self.buttons["answer"].setVisible(item.look.status == "waiting")
        self.adjustSize()
        places = self._places(canvas.view.mapFromScene(item.body).boundingRect())
        place = next((one for one in places if not self._covers_node(one)), places[0] if places else None)
        if place is None:
            self.hide()
            return
        if canvas.document.graph.nodes[item.node].options.get("disabled") is True:
            self.buttons["disable"].show_icon("power", tr("Enable"))
        else:
            self.buttons["disable"].show_icon("power", tr("Disable"))
        self.move(place.topLeft())
        self.show()

    def _places(self, node: QRect) -> list[QRect]:
        """Return where it may stand at a node, best first: where it is seen whole, and covers nothing that floats."""
        view, left = self._canvas.view, node.right() + 1 - self.width()
        taken = view.overlays()
        above = node.top() - _ABOVE - self.height()
        clear = min((other.top() for other in taken if other.intersects(node)), default=above) - _BELOW - self.height()
        places = [QRect(QPoint(left, top), self.size()) for top in (node.bottom() + 1 + _BELOW, above, clear)]
        room = view.viewport().rect()
        return [place for place in places if room.contains(place) and not any(other.intersects(place) for other in taken)]

    def _covers_node(self, place: QRect) -> bool:
        """Tell whether it would hide a part of another node, as of one below that has grown by its error."""
        area = self._canvas.view.mapToScene(place).boundingRect()
        near = self._canvas.scene.items(area, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
        return any(isinstance(item, NodeItem) and item.body.intersects(area) for item in near)

    def _on_clicked(self) -> None:
        button = self.sender()
        if not isinstance(button, QWidget):
            return
        name = button.property("action")
        self._canvas.view.setFocus()
        if name == "more":
            self._canvas.menu_asked.emit(button.mapToGlobal(button.rect().bottomLeft()))
        else:
            self._handlers[name]()
