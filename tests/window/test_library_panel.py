"""The list of workflows and their versions, with the real register behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.bridge import Bridge
from desktop_app.window.documents import DocumentService
from desktop_app.window.library import Library, SavedVersion
from desktop_app.window.library_panel import LibraryPanel
from desktop_app.window.open_document import OpenDocument
from desktop_app.workbench import attach
from engine.model.serialize import load
from resources.files import path as resource
from storage.paths import DataFolder
from tests.window.canvas import types
from tests.window.document_helpers import HELLO, Heard, Person, add_node, rename

RISKY = """\
schema_version: 1
id: 6f0c1a52-0000-4000-8000-0000000000aa
name: From elsewhere
nodes:
  look:
    type: code.python
    params:
      code: "result = 1"
"""


@dataclass
class Place:
    """A panel over a register."""

    panel: LibraryPanel
    service: DocumentService
    heard: Heard
    qtbot: QtBot

    def open(self, path: Path) -> OpenDocument:
        with self.qtbot.waitSignal(self.service.opened) as told:
            self.service.open(path)
        assert told.args is not None
        document: OpenDocument = told.args[0]
        return document

    def names(self) -> list[str]:
        return [listed.name for listed in self.panel.model.things]

    def wait_for(self, *names: str) -> None:
        self.qtbot.waitUntil(lambda: self.names() == list(names), timeout=10_000)

    def at(self, name: str) -> QPoint:
        index = self.panel.model.index(self.names().index(name))
        return self.panel.list.visualRect(index).center()

    def click(self, name: str) -> None:
        QTest.mouseClick(self.panel.list.viewport(), Qt.MouseButton.LeftButton, pos=self.at(name))

    def menu(self, name: str) -> QMenu:
        self.panel.open_menu(self.at(name))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        return menu

    def choose(self, name: str, entry: str) -> None:
        menu = self.menu(name)
        action = next(action for action in menu.actions() if action.text() == entry)
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


@pytest.fixture
def place(qtbot: QtBot, home: Path) -> Iterator[Place]:
    folder = DataFolder.default().create()
    bridge = Bridge(lambda: attach(folder, "window", lambda _: None))
    with qtbot.waitSignal(bridge.attached, timeout=20_000):
        bridge.open()
    service = DocumentService(folder, Person())
    library = Library(bridge.call, service)
    panel = LibraryPanel(library, service, types(), service.new)
    qtbot.addWidget(panel)
    panel.resize(260, 520)
    panel.show()
    yield Place(panel, service, Heard(service), qtbot)
    service.end()
    bridge.close(0.0).join()
    bridge.deleteLater()


@pytest.fixture
def hello(home: Path) -> Path:
    path = home / "hello.weft"
    path.write_text(HELLO)
    return path


def test_an_empty_list_says_what_to_do(place: Place, qtbot: QtBot) -> None:
    qtbot.waitUntil(place.panel.empty.isVisible)


def test_what_is_opened_and_saved_is_listed_and_found(place: Place, hello: Path, qtbot: QtBot) -> None:
    place.open(hello)
    place.wait_for("Hello")
    new = place.service.new()
    rename(new, "티켓 분류")
    place.service.save(new)
    place.wait_for("티켓 분류", "Hello")
    for letter in "ㅌㅋ":  # QTest types ASCII only
        QApplication.sendEvent(place.panel.search, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))
    place.wait_for("티켓 분류")
    QTest.keyClicks(place.panel.search, "zzz")
    qtbot.waitUntil(place.panel.nothing.isVisible)
    QTest.keyClick(place.panel.search, Qt.Key.Key_Escape)
    place.wait_for("티켓 분류", "Hello")


def test_a_double_click_and_enter_open(place: Place, hello: Path, qtbot: QtBot) -> None:
    document = place.open(hello)
    place.wait_for("Hello")
    place.service.close(document)
    with qtbot.waitSignal(place.service.opened):
        place.click("Hello")
        QTest.mouseDClick(place.panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place.at("Hello"))
    place.service.close(place.service.documents[0])
    QTest.keyClick(place.panel.search, Qt.Key.Key_Down)
    with qtbot.waitSignal(place.service.opened):
        QTest.keyClick(place.panel.search, Qt.Key.Key_Return)


def test_a_closed_workflow_is_renamed_in_its_file(place: Place, hello: Path, qtbot: QtBot) -> None:
    document = place.open(hello)
    place.wait_for("Hello")
    place.service.close(document)
    place.click("Hello")
    QTest.keyClick(place.panel.list, Qt.Key.Key_F2)
    editor = place.panel.list.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "Renamed")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    place.wait_for("Renamed")
    assert load(hello.read_text()).graph.name == "Renamed"


def test_an_open_workflow_is_renamed_as_an_edit(place: Place, hello: Path, qtbot: QtBot) -> None:
    document = place.open(hello)
    place.wait_for("Hello")
    place.click("Hello")
    QTest.keyClick(place.panel.list, Qt.Key.Key_F2)
    editor = place.panel.list.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "Renamed")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: document.title == "Renamed")
    assert document.is_modified
    assert hello.read_text() == HELLO


def test_versions_hold_what_gave_way_to_another_program(place: Place, hello: Path, qtbot: QtBot) -> None:
    document = place.open(hello)
    place.wait_for("Hello")
    library, found = place.panel._library, list[str]()

    def read(versions: list[SavedVersion]) -> None:
        for one in versions:
            library.version_text(one.id, found.append)

    library.changed.connect(lambda: library.versions(document.graph.id, read))
    for number, decide in enumerate((place.service.take_theirs, place.service.keep_mine)):
        add_node(document, f"mine{number}")
        hello.write_text(HELLO.replace("template: hello", f"template: theirs{number}"))
        qtbot.waitUntil(lambda: document.trouble is not None, timeout=5000)
        decide(document)
    for text in ("mine0", "theirs1"):
        qtbot.waitUntil(partial(holds, found, text), timeout=10_000)


def holds(texts: list[str], part: str) -> bool:
    return any(part in text for text in texts)


def test_deleted_and_brought_back(place: Place, hello: Path, qtbot: QtBot) -> None:
    document = place.open(hello)
    place.wait_for("Hello")
    place.click("Hello")
    QTest.keyClick(place.panel.list, Qt.Key.Key_Delete)
    place.wait_for()
    qtbot.waitUntil(lambda: bool(place.heard.notices))
    assert document not in place.service.documents
    assert hello.exists()
    notice = place.heard.notices[-1]
    assert "file stays" in notice.text
    assert notice.action is not None
    notice.action[1]()
    place.wait_for("Hello")


def in_library(place: Place, name: str) -> Path:
    """Save a new workflow in the library and close it."""
    document = place.service.new()
    rename(document, name)
    save(place, document)
    place.wait_for(name)
    place.service.close(document)
    assert document.path is not None
    return document.path


def delete(place: Place, name: str) -> None:
    place.click(name)
    before = len(place.heard.notices)
    QTest.keyClick(place.panel.list, Qt.Key.Key_Delete)
    place.qtbot.waitUntil(lambda: len(place.heard.notices) > before, timeout=10_000)


def press(button: QWidget) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_file_of_the_library_goes_and_comes_back(place: Place, qtbot: QtBot) -> None:
    panel, path = place.panel, in_library(place, "Old")
    text = path.read_text(encoding="utf-8")
    assert not panel.deleted_button.isVisible()
    delete(place, "Old")
    place.wait_for()
    notice = place.heard.notices[-1]
    assert (notice.text, path.exists()) == ("Old was deleted.", False)
    assert notice.lasts is not None
    assert notice.lasts()
    qtbot.waitUntil(panel.deleted_button.isVisible)
    assert panel.deleted_button.text().strip() == "Recently deleted (1)"
    press(panel.deleted_button)
    qtbot.waitUntil(lambda: [row.title for row in panel.deleted.model.rows] == ["Old"])
    press(panel.deleted.restore_button)
    place.wait_for("Old")
    assert panel.list.isVisible()
    assert path.read_text(encoding="utf-8") == text
    assert not notice.lasts(), "what is back cannot be brought back"
    qtbot.waitUntil(lambda: not panel.deleted_button.isVisible())


def test_nothing_goes_for_good_without_a_second_word(place: Place, qtbot: QtBot) -> None:
    panel, path = place.panel, in_library(place, "Old")
    delete(place, "Old")
    qtbot.waitUntil(panel.deleted_button.isVisible)
    press(panel.deleted_button)
    deleted = panel.deleted
    qtbot.waitUntil(lambda: len(deleted.model.rows) == 1)
    assert deleted.list.currentIndex().row() == 0
    press(deleted.remove_button)
    assert "for good" in deleted.warning.text()
    press(deleted.keep_button)
    assert not deleted.warning.isVisible()
    press(deleted.remove_button)
    press(deleted.sure_button)
    qtbot.waitUntil(deleted.empty.isVisible, timeout=10_000)
    assert not path.exists()


def test_what_cannot_be_deleted_says_why_and_stays(place: Place, qtbot: QtBot) -> None:
    path = in_library(place, "Old")
    (DataFolder.default().root / "trash").write_text("a file where a folder is needed")
    library = place.service.findChild(Library)
    assert library is not None
    place.click("Old")
    with qtbot.waitSignal(library.failed):
        QTest.keyClick(place.panel.list, Qt.Key.Key_Delete)
    assert path.exists()
    assert "was deleted" not in place.heard.notices[-1].text


def test_a_duplicate_is_opened(place: Place, hello: Path, qtbot: QtBot) -> None:
    place.open(hello)
    place.wait_for("Hello")
    with qtbot.waitSignal(place.service.opened):
        place.choose("Hello", "Duplicate")
    first, second = place.service.documents
    assert second.title == "Hello (copy)"
    assert second.graph.id != first.graph.id
    assert not second.is_modified
    place.wait_for("Hello (copy)", "Hello")


def test_a_file_that_is_gone_is_said_and_its_versions_are_there(place: Place, hello: Path, qtbot: QtBot) -> None:
    document = place.open(hello)
    place.wait_for("Hello")
    place.service.close(document)
    hello.unlink()
    place.panel.refresh()
    qtbot.waitUntil(lambda: place.panel.model.rows[0].is_alarming)
    menu = place.menu("Hello")
    assert [action.text() for action in menu.actions() if action.isEnabled() and action.text()] == [
        "Duplicate", "Versions…", "Delete",
    ]  # fmt: skip
    menu.close()
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    place.click("Hello")
    QTest.mouseDClick(place.panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place.at("Hello"))
    assert place.panel.currentWidget() is place.panel.versions


def save(place: Place, document: OpenDocument) -> None:
    with place.qtbot.waitSignal(place.service.saved):
        place.service.save(document)


def test_versions_say_what_changed_and_come_back(place: Place, hello: Path, qtbot: QtBot) -> None:
    document = place.open(hello)
    add_node(document)
    save(place, document)
    rename(document, "Later")
    save(place, document)
    place.wait_for("Later")
    place.choose("Later", "Versions…")
    versions = place.panel.versions
    qtbot.waitUntil(lambda: [row.detail for row in versions.model.rows] == [
        "Name: Hello → Later", "Added Data transform", "First version",
    ], timeout=10_000)  # fmt: skip
    first = versions.model.index(2)
    QTest.mouseClick(versions.list.viewport(), Qt.MouseButton.LeftButton, pos=versions.list.visualRect(first).center())
    QTest.mouseClick(versions.restore_button, Qt.MouseButton.LeftButton)
    assert document.title == "Hello"
    assert "more" not in document.graph.nodes
    assert document.is_modified
    document.document.undo()
    assert document.title == "Later"
    QTest.mouseClick(versions.copy_button, Qt.MouseButton.LeftButton)
    copy = place.service.documents[-1]
    assert copy.graph.id != document.graph.id
    assert copy.is_modified
    assert copy.path is None
    place.service.close(document)
    QTest.mouseClick(versions.restore_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any(other.path == hello for other in place.service.documents))
    reopened = place.service.documents[-1]
    assert (reopened.title, reopened.is_modified) == ("Hello", True)
    QTest.mouseClick(versions.back_button, Qt.MouseButton.LeftButton)
    assert place.panel.list.isVisible()


def test_an_unknown_file_is_trusted_once(place: Place, home: Path, qtbot: QtBot) -> None:
    path = home / "risky.weft"
    path.write_text(RISKY)
    document = place.open(path)
    qtbot.waitUntil(lambda: document.asked is not None, timeout=10_000)
    assert document.asked is not None
    assert [(effect.kind, effect.target) for effect in document.asked.effects] == [("script", "look")]
    library = place.panel.findChild(Library) or place.service.findChild(Library)
    assert library is not None
    library.trust(document)
    qtbot.waitUntil(lambda: document.is_trusted)
    place.service.close(document)
    with qtbot.assertNotEmitted(place.service.noticed):
        again = place.open(path)
        place.wait_for("From elsewhere")
    assert again.is_trusted
    path.write_text(RISKY.replace("result = 1", "result = 2"))
    qtbot.waitUntil(lambda: not again.is_trusted, timeout=10_000)


def test_a_save_before_the_effects_are_known_gives_no_trust(place: Place, home: Path, qtbot: QtBot) -> None:
    path = home / "risky.weft"
    path.write_text(RISKY)
    library = place.service.findChild(Library)
    assert library is not None
    document = place.open(path)
    add_node(document)
    save(place, document)
    place.wait_for("From elsewhere")
    with qtbot.waitSignal(library.changed, timeout=10_000):  # the register does one after the other
        library.register(path)
    place.service.close(document)
    again = place.open(path)
    qtbot.waitUntil(lambda: again.asked is not None, timeout=10_000)


def test_what_was_made_here_is_trusted_after_it_was_saved(place: Place, home: Path, qtbot: QtBot) -> None:
    new = place.service.new(load(RISKY).graph)
    save(place, new)
    place.wait_for("From elsewhere")
    path = new.path
    assert path is not None
    place.service.close(new)
    again = place.open(path)
    place.panel.refresh()
    library = place.service.findChild(Library)
    assert library is not None
    library.look_at_trust(again)
    with qtbot.waitSignal(library.changed, timeout=10_000):
        library.register(path)
    qtbot.waitUntil(lambda: again.is_trusted, timeout=10_000)


def test_examples_are_trusted_and_not_listed(place: Place, qtbot: QtBot) -> None:
    document = place.open(resource("examples", "ticket_triage", "ticket_triage.weft"))
    library = place.service.findChild(Library)
    assert library is not None
    done: list[object] = []
    library.workflows(done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    assert done == [[]]
    assert document.is_trusted


def test_the_end_of_a_run_is_shown(place: Place, hello: Path, home: Path, qtbot: QtBot) -> None:
    library = place.service.findChild(Library)
    assert library is not None
    place.open(hello)
    place.wait_for("Hello")
    asked: list[str] = []
    library.changed.connect(lambda: asked.append("changed"))
    library.follow_run("r", {"hello"})
    assert asked == []
    library.follow_run("r", {"", "hello"})
    assert asked == ["changed"]


def test_a_copied_file_is_noticed(place: Place, hello: Path, home: Path, qtbot: QtBot) -> None:
    place.open(hello)
    place.wait_for("Hello")
    other = home / "other.weft"
    other.write_text(HELLO)
    document = place.open(other)
    qtbot.waitUntil(lambda: document.is_copy, timeout=10_000)
    place.wait_for("Hello", "Hello")
    assert {row.detail for row in place.panel.model.rows} == {"hello.weft · Not run yet", "other.weft · Not run yet"}
    own = document.graph.id
    rename(document, "Copy")
    save(place, document)
    place.wait_for("Copy", "Hello")
    assert document.graph.id == own, "what was run before the save is still its own"
