"""*Find in all workflows*: a text in every workflow, in those that are open as they are now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop_app.window.bridge import Bridge
from desktop_app.window.command_card import CardWords, CommandCard
from desktop_app.window.command_list import Command
from desktop_app.window.destinations import Destinations
from desktop_app.window.documents import DocumentService
from desktop_app.window.open_document import OpenDocument
from engine.model.text_search import TextHit, find_text
from engine.model.values import Json, JsonObject
from resources.language import tr
from widgets.node_types import NodeTypes
from widgets.search import Found

PAUSE_MS = 120
"""How long after the last letter the files are looked into."""
MOST = 200
_LEAST = 2

Hit = Found[Command]


class FindAll(CommandCard):
    """Shows where a text stands while one writes it. Open documents are looked into at once, files by the engine."""

    def __init__(
        self, window: QWidget, documents: DocumentService, bridge: Bridge, types: NodeTypes, destinations: Destinations
    ) -> None:
        super().__init__(window, CardWords(tr("Find in all workflows"), tr("Find in all workflows"), tr("go there")))
        self._documents, self._bridge, self._types, self._to = documents, bridge, types, destinations
        self._here: list[Hit] = []
        self._soon = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._soon.timeout.connect(self._ask)
        self.closed.connect(self._soon.stop)

    def look_for(self, query: str) -> None:
        """Show what open documents have, and ask for the others."""
        wanted = query.strip()
        self._soon.stop()
        self._here = list(self._in_documents(wanted)) if len(wanted) >= _LEAST else []
        if len(wanted) < _LEAST:
            self.show_commands([], "", tr("Write two letters or more of what stands in a workflow."))
            return
        self.show_commands(self._here, query, tr("Looking …"))
        self._soon.start()

    def _in_documents(self, wanted: str) -> Iterator[Hit]:
        for document in self._documents.documents:
            for hit in find_text(document.graph, wanted):
                node = document.graph.nodes.get(hit.id) if hit.kind == "node" else None
                title = self._types.title(node) if node else ""
                yield self._command(hit, node.type if node else "", title, document.title, document)

    def _ask(self) -> None:
        query = self.field.text()
        open_files: list[Json] = [str(document.path) for document in self._documents.documents if document.path is not None]
        given: JsonObject = {"text": query.strip(), "limit": MOST, "without": open_files}
        self._bridge.call("find", given, partial(self._on_found, query), lambda _error: self._show(query, []))

    def _on_found(self, query: str, reply: JsonObject) -> None:
        found = reply.get("hits")
        told = [hit for hit in found if isinstance(hit, dict)] if isinstance(found, list) else []
        self._show(query, [self._stored(hit) for hit in told])

    def _show(self, query: str, elsewhere: list[Hit]) -> None:
        if self.isVisible() and query == self.field.text():
            at = self.list.currentIndex().row()
            self.show_commands(self._here + elsewhere, query, tr("“{query}” stands in no workflow.", query=query.strip()))
            if 0 < at < self.model.rowCount():
                self.list.setCurrentIndex(self.model.index(at))

    def _stored(self, told: JsonObject) -> Hit:
        start, end, type_id = told.get("start"), told.get("end"), str(told.get("type", ""))
        kinds: dict[Json, Literal["node", "frame", "workflow"]] = {"frame": "frame", "workflow": "workflow"}
        hit = TextHit(
            kinds.get(told.get("kind"), "node"), str(told.get("id", "")), str(told.get("field", "")),
            str(told.get("line", "")), start if isinstance(start, int) else 0, end if isinstance(end, int) else 0,
        )  # fmt: skip
        kind = self._types.get(type_id)
        title = str(told.get("title", "")) or (tr(kind.title) if kind else type_id)
        return self._command(hit, type_id, title, str(told.get("workflow", "")), Path(str(told.get("path", ""))))

    def _command(self, hit: TextHit, type_id: str, title: str, workflow: str, place: OpenDocument | Path) -> Hit:
        go: Callable[[], object]
        if hit.kind == "workflow":
            go, title, icon, category = partial(self._to.show_workflow, place), workflow, "workflow", ""
        elif hit.kind == "frame":
            go, title, icon, category = partial(self._to.show_frame, place, hit.id), tr("Frame or note"), "sticky-note", ""
        else:
            kind = self._types.get(type_id)
            go, icon, category = (
                partial(self._to.show_node, place, hit.id),
                *((kind.icon, kind.category) if kind else ("box", "data")),
            )
        where = f"{workflow} · {self._field(hit, type_id)}"
        command = Command(title, go, where, icon, category, hit.line)
        return Found(command, 0.0, (), tuple(range(hit.start, hit.end)))

    def _field(self, hit: TextHit, type_id: str) -> str:
        """Return what a field is called on the form."""
        named = {"title": tr("title"), "id": tr("id"), "type": tr("type"), "notes": tr("notes"), "text": tr("text")}
        named |= {"name": tr("name"), "description": tr("description")} if hit.kind == "workflow" else {}
        if hit.field in named:
            return named[hit.field]
        if hit.kind == "workflow":
            part, _, name = hit.field.partition(".")
            return tr("input {name}", name=name) if part == "inputs" else tr("variable {name}", name=name)
        kind, name = self._types.get(type_id), hit.field.partition(".")[0].partition("[")[0]
        field = kind.field(name) if kind else None
        return tr(field.label) if field else hit.field
