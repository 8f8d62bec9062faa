"""Breakpoints from one start to the next. They belong to who works with a workflow, not to its file."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from desktop_app.window.documents import DocumentService
from desktop_app.window.open_document import OpenDocument
from desktop_app.window.preferences import Preferences
from desktop_app.window.runs import workflow_of
from engine.model.values import Json

_KEY = "documents.breakpoints"
MOST = 200
"""Workflows whose breakpoints are remembered; those that were set first go first."""


class BreakpointMemory(QObject):
    """Gives opened documents the breakpoints that they had, and remembers them by workflow and node."""

    def __init__(self, service: DocumentService, preferences: Preferences) -> None:
        super().__init__(service)
        self._preferences = preferences
        service.opened.connect(self._on_opened)
        service.saved.connect(self._remember)  # it may be another workflow now

    def _on_opened(self, document: OpenDocument) -> None:
        self._recall(document)
        document.id_changed.connect(partial(self._recall, document))
        document.breakpoints_changed.connect(partial(self._remember, document))

    def _recall(self, document: OpenDocument) -> None:
        nodes = self._known().get(workflow_of(document), [])
        if isinstance(nodes, list):
            document.set_breakpoints([node for node in nodes if isinstance(node, str)])

    def _remember(self, document: OpenDocument) -> None:
        known, workflow = self._known(), workflow_of(document)
        before = known.pop(workflow, None)
        nodes: list[Json] = [*sorted(document.breakpoints)]
        if nodes:
            known[workflow] = nodes
        if before != (nodes or None):
            self._preferences.set(_KEY, dict([*known.items()][-MOST:]))

    def _known(self) -> dict[str, Json]:
        found = self._preferences.get(_KEY)
        return dict(found) if isinstance(found, dict) else {}
