"""Another program writes, replaces, breaks or removes the file of an open document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QFileSystemWatcher, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop_app.window.open_document import OpenDocument
from engine.model.changes import MoveNodes
from engine.model.serialize import load
from graph_editor.scene import GraphScene
from graph_editor.view import GraphView
from storage.paths import DataFolder
from tests.window.canvas import types
from tests.window.document_helpers import HELLO, Desk, add_node, rename

THEIRS = HELLO.replace("name: Hello", "name: Theirs")


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot, DataFolder.default())
    yield desk
    desk.service.end()


@pytest.fixture
def hello(home: Path) -> Path:
    path = home / "hello.weft"
    path.write_text(HELLO)
    return path


def written(path: Path, text: str) -> None:
    path.write_text(text)


def replaced(path: Path, text: str) -> None:
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


def removed_and_written(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text)


WAYS = (written, replaced, removed_and_written)


def titled(document: OpenDocument, name: str) -> bool:
    return document.title == name


def trouble(document: OpenDocument) -> str:
    return document.trouble.kind if document.trouble else ""


@pytest.mark.parametrize("way", WAYS)
def test_without_edits_it_follows_its_file(desk: Desk, hello: Path, way: Callable[[Path, str], None], qtbot: QtBot) -> None:
    document = desk.open(hello)
    for name in ("Theirs", "Theirs again"):  # the second time the watcher watches another file
        way(hello, HELLO.replace("name: Hello", f"name: {name}"))
        qtbot.waitUntil(partial(titled, document, name))
        assert not document.is_modified
    assert trouble(document) == ""
    assert "read again" in desk.heard.notices[-1].text
    document.document.undo()
    assert (document.title, document.is_modified) == ("Theirs", True)


def test_a_view_keeps_place_and_selection(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    scene = GraphScene(document.document, types())
    view = GraphView(scene)
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    scene.select(["hello"])
    view.zoom_to(0.8, glide=False)
    seen = view.seen
    written(hello, THEIRS.replace("template: hello", "template: bye"))
    qtbot.waitUntil(lambda: document.title == "Theirs")
    assert scene.selected_nodes() == ["hello"]
    assert view.seen == seen
    view.close()
    scene.deleteLater()


@pytest.mark.parametrize("way", WAYS)
def test_with_edits_it_asks(desk: Desk, hello: Path, way: Callable[[Path, str], None], qtbot: QtBot) -> None:
    document = desk.open(hello)
    add_node(document)
    way(hello, THEIRS)
    qtbot.waitUntil(lambda: trouble(document) == "changed")
    assert "more" in document.graph.nodes
    assert not desk.save(document), "a save would lose their version"
    assert load(hello.read_text()).graph.name == "Theirs"


def test_keep_mine(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    add_node(document)
    written(hello, THEIRS)
    qtbot.waitUntil(lambda: trouble(document) == "changed")
    desk.service.keep_mine(document)
    assert trouble(document) == ""
    assert document.is_modified
    assert desk.save(document)
    assert "more" in load(hello.read_text()).graph.nodes
    assert load(hello.read_text()).graph.name == "Hello"


def test_take_theirs_and_have_mine_back(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    add_node(document)
    written(hello, THEIRS)
    qtbot.waitUntil(lambda: trouble(document) == "changed")
    desk.service.take_theirs(document)
    assert (document.title, document.is_modified, trouble(document)) == ("Theirs", False, "")
    assert "more" not in document.graph.nodes
    document.document.undo()
    assert (document.title, document.is_modified) == ("Hello", True)
    assert "more" in document.graph.nodes


def test_a_change_that_nobody_told_of_is_found_by_the_save(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    rename(document, "Mine")
    written(hello, THEIRS)
    assert not desk.save(document)  # before the watcher has settled
    qtbot.waitUntil(lambda: trouble(document) == "changed")
    assert load(hello.read_text()).graph.name == "Theirs"


def test_a_file_that_is_gone_comes_back_by_a_save(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    hello.unlink()
    qtbot.waitUntil(lambda: trouble(document) == "gone")
    assert document.is_modified, "closing it would lose it"
    assert desk.save(document)
    assert (trouble(document), document.is_modified) == ("", False)
    assert load(hello.read_text()).graph == document.graph


def test_a_folder_that_is_gone_is_made_again(desk: Desk, home: Path, qtbot: QtBot) -> None:
    path = home / "deep" / "er" / "a.weft"
    path.parent.mkdir(parents=True)
    path.write_text(HELLO)
    document = desk.open(path)
    path.unlink()
    path.parent.rmdir()
    qtbot.waitUntil(lambda: trouble(document) == "gone")
    assert desk.save(document)
    assert path.exists()


def test_a_file_that_cannot_be_read_any_more_is_waited_for(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    written(hello, "name: [half a sent")
    qtbot.waitUntil(lambda: trouble(document) == "unreadable")
    assert document.trouble is not None
    assert document.trouble.text == "name: [half a sent"
    assert document.title == "Hello"
    assert not desk.save(document)
    written(hello, THEIRS)
    qtbot.waitUntil(lambda: document.title == "Theirs")
    assert trouble(document) == ""


def test_one_that_was_only_touched_changes_nothing(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    add_node(document)
    stamp = document.stamp
    replaced(hello, HELLO)
    qtbot.waitUntil(lambda: document.stamp != stamp)
    assert trouble(document) == ""
    assert desk.save(document)


def test_it_looks_when_a_person_comes_back(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    watcher = desk.service.findChild(QFileSystemWatcher)
    assert watcher is not None
    watcher.blockSignals(True)  # a file system that tells nothing
    written(hello, THEIRS)
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    qtbot.waitUntil(lambda: document.title == "Theirs")


def test_its_own_saves_are_no_news(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    for number in range(5):
        document.document.apply(MoveNodes({"hello": (number * 8.0, 0.0)}), "Move")
        assert desk.save(document)
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    with qtbot.assertNotEmitted(desk.service.noticed, wait=400):
        app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert trouble(document) == ""
