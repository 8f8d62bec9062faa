"""Documents for tests: a service with a data folder of its own, and a person who has chosen files already."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_app.window.dialogs import Save
from desktop_app.window.documents import CopyQuestion, DocumentService, UnsavedQuestion
from desktop_app.window.notice import Notice
from desktop_app.window.open_document import OpenDocument
from engine.model.changes import AddNode, SetDocument
from engine.model.graph import Node
from storage.paths import DataFolder

HELLO = """\
schema_version: 1
id: 6f0c1a52-0000-4000-8000-000000000001
name: Hello
nodes:
  hello:
    type: data.transform
    params:
      operation: template
      template: hello
  odd:
    type: nobody.knows_this
edges:
  - from: hello.out
    to: odd.value
"""


class Person:
    """Chooses what a test says."""

    def __init__(self) -> None:
        self.files: list[Path] = []
        self.place: Path | None = None
        self.offered: Path | None = None
        self.told: list[str] = []

    def open_files(self, folder: Path, chosen: Callable[[list[Path]], None]) -> None:
        if self.files:
            chosen(self.files)

    def save_file(self, name: str, place: Path, save: Save, cancelled: Callable[[], None]) -> None:
        self.offered = place
        if self.place:
            save(self.place, self.told.append)
        else:
            cancelled()


class Heard(QObject):
    """What a service told."""

    def __init__(self, service: DocumentService) -> None:
        super().__init__(service)
        self.notices: list[Notice] = []
        self.questions: list[UnsavedQuestion | CopyQuestion] = []
        self.failures: list[tuple[Path, Exception]] = []
        service.noticed.connect(self.notices.append)
        service.asked.connect(self.questions.append)
        service.failed.connect(lambda path, error: self.failures.append((path, error)))


class Desk:
    """A service with its person and what was heard; ends with the test."""

    def __init__(self, qtbot: QtBot, folder: DataFolder) -> None:
        self.qtbot, self.person = qtbot, Person()
        self.service = DocumentService(folder.create(), self.person)
        self.heard = Heard(self.service)

    def open(self, path: Path) -> OpenDocument:
        with self.qtbot.waitSignal(self.service.opened) as told:
            self.service.open(path)
        assert told.args is not None
        document: OpenDocument = told.args[0]
        return document

    def save(self, document: OpenDocument) -> bool:
        said: list[bool] = []
        self.service.save(document, said.append)
        self.qtbot.waitUntil(lambda: bool(said))
        return said[0]


def rename(document: OpenDocument, name: str) -> None:
    """Edit a document."""
    document.document.apply(SetDocument(("name",), name), "Rename")


def add_node(document: OpenDocument, node: str = "more") -> None:
    """Edit a document."""
    document.document.apply(AddNode(Node(node, "data.transform"), position=(40.0, 40.0)), "Add")


def modified(document: OpenDocument) -> bool:
    return document.is_modified


def is_example(document: OpenDocument) -> bool:
    return document.is_example


def trouble(document: OpenDocument) -> str:
    """Return the code of why the last save failed."""
    return document.trouble.issue.code if document.trouble and document.trouble.issue else ""
