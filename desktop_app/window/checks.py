"""What is wrong with a document, found beside the window while somebody works on it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from desktop_app.window.engine import EngineService
from engine.model.issues import Issue, WeftError
from graph_editor.document import Delta, GraphDocument
from widgets.issue_labels import labelled

PAUSE_MS = 150
"""How long after the last edit a document is looked at."""


class Checked(Protocol):
    """An open document."""

    path: Path | None
    document: GraphDocument


class Checks(QObject):
    """Looks for what is wrong with one document, in a thread on a copy.

    `found` gives the list of `Issue`s of the document as it is now; what was found in an earlier state of it is not told.
    """

    found = Signal(object)

    def __init__(self, checked: Checked, engine: EngineService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.issues: list[Issue] = []
        self._checked, self._engine = checked, engine
        self._timer = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._timer.timeout.connect(self._begin)
        self._is_looking = self._is_stale = False
        checked.document.changed.connect(self._on_changed)
        engine.ready.connect(self.look)
        self.look()

    def look(self) -> None:
        """Look again soon, as when files that the document refers to changed."""
        self._is_stale = True
        self._timer.start()

    def _on_changed(self, delta: Delta) -> None:
        if delta != Delta(moved=delta.moved, frames=delta.frames):  # where things stand is never wrong
            self.look()

    def _begin(self) -> None:
        registry = self._engine.registry
        if registry is None or self._is_looking:
            return
        graph, path = self._checked.document.frozen(), self._checked.path
        folder, types = path.parent if path else self._engine.folder.library, self._engine.node_types

        def check() -> list[Issue]:
            from engine.model.files import Files
            from engine.validation.check import check

            if not graph.nodes:
                return []  # the canvas says how to begin
            return [labelled(issue, graph, types) for issue in check(graph, registry, files=Files(folder))]

        self._is_looking, self._is_stale = True, False
        self._engine.aside.do(check, self._on_found, self._on_failed)

    def _on_found(self, issues: list[Issue]) -> None:
        if not isValid(self):
            return
        self._is_looking = False
        if not self._is_stale:
            self.issues = issues
            self.found.emit(issues)
        elif not self._timer.isActive():
            self._begin()

    def _on_failed(self, error: WeftError) -> None:
        self._on_found(list(error.issues))
