"""A window with documents for tests, with a register that agrees to everything, and a person who has chosen files already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.dialogs import Dialogs, FileDialogs
from desktop_app.window.document_canvas import DocumentCanvas
from desktop_app.window.document_pages import DocumentPages
from desktop_app.window.document_view import DocumentView
from desktop_app.window.documents import DocumentService
from desktop_app.window.library import Done, Failed, Library
from desktop_app.window.question_card import QuestionCard
from engine.model.values import Json, JsonObject
from storage.paths import DataFolder
from tests.window.canvas import types
from tests.window.document_helpers import HELLO, Person
from tests.window.shell import Make, Shell

RISKY: list[JsonObject] = [
    {"kind": "host", "target": "api.example.com"},
    {"kind": "script", "target": "hello", "content": "abc"},
]


@dataclass
class Register:
    """A register that agrees to everything, unless `unknown` says otherwise."""

    asked: list[tuple[str, JsonObject]] = field(default_factory=list)
    effects: list[JsonObject] = field(default_factory=list)
    unknown: list[JsonObject] = field(default_factory=list)
    workflow: str = ""
    stored: str = ""

    def __call__(self, do: str, given: JsonObject | None = None, done: Done | None = None, failed: Failed | None = None) -> None:
        self.asked.append((do, given or {}))
        if do == "trust":
            self.unknown = []
        if done:
            versions: list[Json] = [{"version": "v", "name": "Hello", "created": 100.0}] if self.stored else []
            told: JsonObject = {"versions": versions, "text": self.stored}
            done(
                {
                    **told,
                    "effects": [*self.effects],
                    "unknown": [*self.unknown],
                    "workflow": self.workflow or None,
                    "workflows": [],
                }
            )


@dataclass
class Desk:
    """A window with documents."""

    shell: Shell
    service: DocumentService
    pages: DocumentPages
    register: Register
    person: Person

    def view(self) -> DocumentView:
        found = self.pages.current()
        assert found is not None
        return found

    def open(self, qtbot: QtBot, path: Path) -> DocumentView:
        with qtbot.waitSignal(self.service.opened):
            self.shell.window.file_asked.emit(path)
        return self.view()

    def titles(self) -> list[str]:
        return [page.title for page in self.shell.window.tabs.pages()]

    def toasts(self) -> list[str]:
        return [toast.text for toast in self.shell.window.toasts.shown]

    def card(self) -> QuestionCard:
        return next(card for card in self.shell.window.frame.findChildren(QuestionCard) if card.isVisible())


MakeDesk = Callable[[], Desk]


@pytest.fixture
def make_desk(make_shell: Make, home: Path) -> Iterator[MakeDesk]:
    yield from desks(make_shell, home, lambda _: Person())


@pytest.fixture
def make_real_desk(make_shell: Make, home: Path) -> Iterator[MakeDesk]:
    """Make desks whose dialogs are those of the program."""
    yield from desks(make_shell, home, lambda frame: FileDialogs(frame, DataFolder.default().library))


def desks(make_shell: Make, home: Path, make_dialogs: Callable[[QWidget], Dialogs]) -> Iterator[MakeDesk]:
    (home / "window.json").write_text('{"look.language": "en", "look.theme": "dark"}')
    services = []

    def make() -> Desk:
        shell, register = make_shell(home / "window.json"), Register()
        dialogs = make_dialogs(shell.window.frame)
        person = dialogs if isinstance(dialogs, Person) else Person()
        service = DocumentService(DataFolder.default().create(), dialogs)
        services.append(service)
        library = Library(register, service)
        pages = DocumentPages(shell.window, service, library, types(), lambda document: DocumentCanvas(document, types()))
        return Desk(shell, service, pages, register, person)

    yield make
    for service in services:
        service.end()


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk()


@pytest.fixture
def hello(home: Path) -> Path:
    path = home / "안녕.weft"
    path.write_text(HELLO, encoding="utf-8")
    return path


def click(widget: QWidget | None) -> None:
    assert widget is not None
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def button(place: QWidget, text: str) -> QWidget:
    from PySide6.QtWidgets import QPushButton

    return next(one for one in place.findChildren(QPushButton) if one.text().strip() == text and one.isVisible())


def drop(window: QWidget, *paths: Path) -> bool:
    """Drop files onto a window as the system does, and tell whether it took them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    actions, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(300, 300), actions, data, left, Qt.KeyboardModifier.NoModifier)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), actions, data, left, Qt.KeyboardModifier.NoModifier))
    return True


def canvas_of(desk: Desk) -> DocumentCanvas:
    canvas = desk.view().canvas
    assert isinstance(canvas, DocumentCanvas)
    return canvas
