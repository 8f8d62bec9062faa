"""The graph editor as a view of an open document."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.model.values import Json, JsonObject
from graph_editor.editor import GraphEditor


class EditorCanvas(QObject):
    """Implements `desktop_app.window.document_view.Canvas`."""

    facts_changed = Signal()

    def __init__(self, editor: GraphEditor) -> None:
        super().__init__(editor)
        self.editor = editor
        editor.selection_changed.connect(self.facts_changed)
        stack = editor.document.undo_stack
        stack.canUndoChanged.connect(self.facts_changed)
        stack.canRedoChanged.connect(self.facts_changed)

    @property
    def widget(self) -> QWidget:
        """The editor."""
        return self.editor

    @property
    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What the editor answers to."""
        return self.editor.handlers()

    def facts(self) -> Mapping[str, bool]:
        """What actions need to know of it."""
        return self.editor.facts()

    def state(self) -> JsonObject:
        """Return zoom, middle and selected nodes."""
        view, middle = self.editor.view, self.editor.view.middle
        return {"zoom": view.zoom, "middle": [middle.x(), middle.y()], "selected": list[Json](self.editor.scene.selected_nodes())}

    def restore(self, state: JsonObject) -> None:
        """Go to a zoom and a place, and select what is still there; without a state show where it can be read."""
        view, zoom, middle, selected = self.editor.view, state.get("zoom"), state.get("middle"), state.get("selected")
        if isinstance(selected, list):
            self.editor.scene.select([node for node in map(str, selected) if node in self.editor.document.graph.nodes])
        if not isinstance(zoom, int | float) or not isinstance(middle, list) or len(middle) != 2:
            view.show_start()
            return
        view.zoom_to(float(zoom), glide=False)
        x, y = (float(place) if isinstance(place, int | float) else 0.0 for place in middle)
        view.pan((view.middle.x() - x) * view.zoom, (view.middle.y() - y) * view.zoom)
