"""The versions of a workflow: when each was stored, and what changed in it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QVBoxLayout, QWidget

from desktop_app.window.comparison import compare, in_a_line
from desktop_app.window.documents import DocumentService
from desktop_app.window.files import Content
from desktop_app.window.library import Library, SavedVersion
from desktop_app.window.library_rows import Row, RowModel, RowPainter
from desktop_app.window.moments import ago, clock
from desktop_app.window.notice import undo_notice
from desktop_app.window.open_document import OpenDocument
from engine.model.graph import Graph
from resources.language import tr
from widgets.boxes import fill, line, row
from widgets.elided import Elided
from widgets.empty import EmptyState
from widgets.glyph import Button, IconButton
from widgets.node_types import NodeTypes

MOST = 60
"""Versions whose changes are told; older ones show when they were stored."""


class VersionsPanel(QWidget):
    """Shows the versions of one workflow, newest first. `left` tells that a person goes back to the list."""

    left = Signal()

    def __init__(self, library: Library, service: DocumentService, types: NodeTypes) -> None:
        super().__init__()
        self._library, self._service, self._types = library, service, types
        self._workflow, self._name, self._path = "", "", ""
        self._graphs: dict[str, Graph] = {}
        self._waiting: dict[Path, tuple[Graph, str]] = {}
        self.title = Elided("", "control")
        self.back_button = IconButton("arrow-left", tr("All workflows"), 16, side=26)
        self.back_button.clicked.connect(self.left)
        self.model: RowModel[SavedVersion] = RowModel()
        self.model.setParent(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(RowPainter(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Versions"))
        self.list.selectionModel().selectionChanged.connect(self._on_selection)
        self.empty = EmptyState("history", tr("No version yet"), tr("Each save and each run keeps one."))
        self.copy_button, self.restore_button = Button(tr("Open a copy"), kind="quiet"), Button(tr("Restore"), "rotate-ccw")
        self.copy_button.clicked.connect(self._open_copy)
        self.restore_button.clicked.connect(self._restore)
        head = row(self.back_button, self.title, gap=6, margins=(8, 0, 10, 0), height=36)
        head.layout().setStretch(1, 1)  # type: ignore[union-attr]
        foot = row(self.copy_button, None, self.restore_button, gap=4, margins=(8, 0, 10, 0), height=44)
        fill(QVBoxLayout(self), [head, self.list, self.empty, line(), foot])
        service.opened.connect(self._on_opened)
        service.failed.connect(self._on_failed)

    def show_workflow(self, workflow: str, name: str, path: str) -> None:
        """Show the versions of a workflow; `path` is where its file is or was."""
        self._workflow, self._name, self._path = workflow, name, path
        self._graphs.clear()
        self.title.set_text(name)
        self.model.show_rows([], [])
        self.empty.hide()
        self.list.show()
        self._on_selection()
        self._library.versions(workflow, partial(self._on_versions, workflow))

    def _on_versions(self, workflow: str, found: list[SavedVersion]) -> None:
        if workflow != self._workflow:
            return
        self.model.show_rows(found, [Row(_when(one), "", "history", tip=clock(one.created)) for one in found])
        self.list.setVisible(bool(found))
        self.empty.setVisible(not found)
        for one in found[: MOST + 1]:
            self._library.version_text(one.id, partial(self._on_text, one))

    def _on_text(self, version: SavedVersion, text: str) -> None:
        if version in self.model.things:
            self._service.read_text(text, partial(self._on_read, version))

    def _on_read(self, version: SavedVersion, content: Content) -> None:
        if version not in self.model.things:
            return
        self._graphs[version.id] = content.graph
        place = self.model.things.index(version)
        for at in (place - 1, place):
            if at >= 0:
                self._tell_change(at)

    def _tell_change(self, place: int) -> None:
        """Say what changed from the version before, once both are read."""
        versions = self.model.things
        after = self._graphs.get(versions[place].id)
        if place + 1 >= len(versions):
            detail = tr("First version")
        elif (before := self._graphs.get(versions[place + 1].id)) is not None and after is not None:
            detail = in_a_line(compare(before, after), self._types)
        else:
            return
        when = _when(versions[place])
        self.model.show_row(place, Row(when, detail, "history", tip=f"{clock(versions[place].created)}\n{detail}"))

    def _on_selection(self) -> None:
        chosen = self._chosen() is not None
        self.copy_button.setEnabled(chosen)
        self.restore_button.setEnabled(chosen)

    def _chosen(self) -> SavedVersion | None:
        index = self.list.currentIndex()
        return self.model.things[index.row()] if index.isValid() else None

    def _open_copy(self) -> None:
        if (version := self._chosen()) is not None and version.id in self._graphs:
            graph = self._graphs[version.id].copy()
            graph.name = tr("{name} of {time}", name=self._name, time=clock(version.created))
            self._service.new(graph)

    def _restore(self) -> None:
        version = self._chosen()
        graph = self._graphs.get(version.id) if version else None
        if version is None or graph is None:
            return
        path = Path(self._path) if self._path else None
        document = self._open_document(path)
        if document is not None:
            self._put_in(document, graph, clock(version.created))
        elif path is not None and path.is_file():
            self._waiting[path] = (graph, clock(version.created))
            self._service.open(path)
        else:
            self._service.new(graph)

    def _open_document(self, path: Path | None) -> OpenDocument | None:
        """Return the document whose versions these are: by its file, or, where there is none, by its id."""
        if path is not None and path.is_file():
            return self._service.find(path)
        return next((document for document in self._service.documents if document.graph.id == self._workflow), None)

    def _put_in(self, document: OpenDocument, graph: Graph, time: str) -> None:
        self._service.put_in(document, graph, tr("Restore the version of {time}", time=time))
        self._service.shown.emit(document)
        text = tr("{name} is as it was at {time}. It is not saved yet.", name=document.title, time=time)
        self._service.noticed.emit(undo_notice(document, text))

    def _on_opened(self, document: OpenDocument) -> None:
        waiting = self._waiting.pop(document.path, None) if document.path else None
        if waiting is not None:
            self._put_in(document, *waiting)

    def _on_failed(self, path: Path) -> None:
        self._waiting.pop(path, None)


def _when(version: SavedVersion) -> str:
    return ago(version.created)
