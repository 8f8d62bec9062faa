"""What a person likes on every canvas: whether Tab adds a node there, and whether the minimap is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_app.window.look import Look
from graph_editor.editor import GraphEditor


class CanvasHabits(QObject):
    """Keeps one canvas as all of them are wanted; what is switched on one holds on the others, and at the next start."""

    def __init__(self, editor: GraphEditor, look: Look) -> None:
        super().__init__(editor)
        self._editor, self._look = editor, look
        self._follow()
        look.canvas_changed.connect(self._follow)
        editor.view.overview_changed.connect(look.use_minimap)

    def _follow(self) -> None:
        self._editor.tab_adds = self._look.tab_adds
        self._editor.view.show_overview(self._look.minimap)
