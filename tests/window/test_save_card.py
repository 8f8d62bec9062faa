"""The card that asks where to save, with real folders, and real mouse and keys."""

from __future__ import annotations

import os
import resource as limits
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QMargins, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.dialogs import FileDialogs
from desktop_app.window.documents import DocumentService
from desktop_app.window.open_document import OpenDocument
from desktop_app.window.save_card import SaveCard
from engine.model.serialize import load
from storage.paths import DataFolder
from tests.window.document_helpers import HELLO, rename
from widgets.card import SHADOW


@dataclass
class Desk:
    """A window over a service, with a document of two folders' worth of files."""

    window: QWidget
    service: DocumentService
    home: Path
    qtbot: QtBot

    def open(self, path: Path) -> OpenDocument:
        with self.qtbot.waitSignal(self.service.opened) as told:
            self.service.open(path)
        assert told.args is not None
        document: OpenDocument = told.args[0]
        return document

    @property
    def card(self) -> SaveCard:
        return next(card for card in self.window.findChildren(SaveCard) if card.isVisible())

    def ask(self, document: OpenDocument) -> list[bool]:
        said: list[bool] = []
        self.service.save_as(document, said.append)
        self.qtbot.waitUntil(lambda: "projects" in self.names())
        return said

    def names(self) -> list[str]:
        return [self.card.list.item(number).text() for number in range(self.card.list.count())]

    def click(self, where: QListWidget, name: str, *, twice: bool = False) -> None:
        item = next(where.item(number) for number in range(where.count()) if where.item(number).text() == name)
        at = where.visualItemRect(item).center()
        QTest.mouseClick(where.viewport(), Qt.MouseButton.LeftButton, pos=at)
        if twice:
            QTest.mouseDClick(where.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def type_name(self, name: str) -> None:
        self.card.name.selectAll()
        QTest.keyClicks(self.card.name, name)


@pytest.fixture
def desk(qtbot: QtBot, home: Path) -> Iterator[Desk]:
    folder = DataFolder.default().create()
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1024, 700)
    window.show()
    (home / "projects").mkdir()
    (home / "projects" / "old.weft").write_text(HELLO)
    (home / ".hidden").mkdir()
    (home / "notes.txt").write_text("no workflow")
    (home / "hello.weft").write_text(HELLO)
    service = DocumentService(folder, FileDialogs(window, folder.library))
    yield Desk(window, service, home, qtbot)
    for card in window.findChildren(SaveCard):
        if not card.isHidden():
            card.dismiss()
    service.end()


def test_enter_saves_under_the_name_with_its_ending(desk: Desk) -> None:
    document = desk.open(desk.home / "hello.weft")
    said = desk.ask(document)
    card = desk.card
    assert (card.name.text(), card.path()) == ("Hello", desk.home / "Hello.weft")
    assert card.name.hasFocus()
    assert {"projects", "hello.weft"} <= set(desk.names())
    assert not {".hidden", "notes.txt"} & set(desk.names())
    desk.type_name("Mine")
    QTest.keyClick(card.name, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: said == [True])
    assert document.path == desk.home / "Mine.weft"
    assert not any(card.isVisible() for card in desk.window.findChildren(SaveCard))


def test_a_file_that_is_there_is_replaced_after_a_second_word_only(desk: Desk) -> None:
    document = desk.open(desk.home / "hello.weft")
    rename(document, "Newer")
    said = desk.ask(document)
    desk.click(desk.card.list, "projects", twice=True)
    desk.qtbot.waitUntil(lambda: desk.names() == ["old.weft"])
    desk.click(desk.card.list, "old.weft")
    assert desk.card.path() == desk.home / "projects" / "old.weft"
    QTest.mouseClick(desk.card.save_button, Qt.MouseButton.LeftButton)
    assert "old.weft is there already" in desk.card.warning.text()
    assert desk.card.replace_button.isVisible()
    desk.type_name("x")
    assert not desk.card.replace_button.isVisible()
    desk.type_name("old")
    QTest.keyClick(desk.card.name, Qt.Key.Key_Return)
    assert load((desk.home / "projects" / "old.weft").read_text()).graph.name == "Hello"
    QTest.mouseClick(desk.card.replace_button, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: said == [True])
    assert load((desk.home / "projects" / "old.weft").read_text()).graph.name == "Newer"


def test_a_full_disk_is_answered_in_place(desk: Desk) -> None:
    document = desk.open(desk.home / "hello.weft")
    said = desk.ask(document)
    soft, hard = limits.getrlimit(limits.RLIMIT_FSIZE)
    limits.setrlimit(limits.RLIMIT_FSIZE, (50, hard))
    try:
        QTest.keyClick(desk.card.name, Qt.Key.Key_Return)
        desk.qtbot.waitUntil(desk.card.problem.isVisible)
    finally:
        limits.setrlimit(limits.RLIMIT_FSIZE, (soft, hard))
    assert "too full" in desk.card.problem.text()
    assert said == []
    QTest.keyClick(desk.card.name, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: said == [True])


def test_a_folder_that_cannot_be_written_to_says_so_before(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = desk.home / "projects"
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != locked and access(path, mode))  # also for root
    desk.ask(desk.open(desk.home / "hello.weft"))
    desk.click(desk.card.list, "projects", twice=True)
    desk.qtbot.waitUntil(desk.card.problem.isVisible)
    assert "read-only" in desk.card.problem.text()
    assert not desk.card.save_button.isEnabled()
    QTest.keyClick(desk.card.list, Qt.Key.Key_Backspace)
    desk.qtbot.waitUntil(lambda: not desk.card.problem.isVisible())
    assert desk.card.save_button.isEnabled()


def test_a_place_that_is_open_in_another_tab_is_told_in_place(desk: Desk) -> None:
    desk.open(desk.home / "projects" / "old.weft")
    desk.ask(desk.open(desk.home / "hello.weft"))
    desk.type_name("projects/old")
    QTest.keyClick(desk.card.name, Qt.Key.Key_Return)
    QTest.mouseClick(desk.card.replace_button, Qt.MouseButton.LeftButton)
    assert "open in another tab" in desk.card.problem.text()


def test_esc_ends_it_for_who_waits(desk: Desk) -> None:
    said = desk.ask(desk.open(desk.home / "hello.weft"))
    QTest.keyClick(desk.card.name, Qt.Key.Key_Escape)
    assert said == [False]
    assert not desk.window.findChildren(SaveCard, options=Qt.FindChildOption.FindDirectChildrenOnly)[0].isVisible()


def test_it_fits_into_a_small_window_and_goes_to_known_places(desk: Desk) -> None:
    document = desk.open(desk.home / "hello.weft")
    desk.ask(document)
    for width, height in ((1024, 700), (560, 380)):
        desk.window.resize(width, height)
        card = desk.card.geometry().marginsRemoved(QMargins(SHADOW, SHADOW, SHADOW, SHADOW))
        assert desk.window.rect().contains(card)
        for button in (desk.card.save_button, desk.card.name):
            assert desk.card.card_rect().contains(button.mapTo(desk.card, QPoint()))
    desk.click(desk.card.places, "Weft library")
    assert desk.card.path() == DataFolder.default().library / "Hello.weft"
    desk.card.dismiss()


def test_a_name_makes_folders(desk: Desk) -> None:
    said = desk.ask(desk.open(desk.home / "hello.weft"))
    desk.card.name.setText("new/deep/한글.WEFT")
    QTest.keyClick(desk.card.name, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: said == [True])
    assert (desk.home / "new" / "deep" / "한글.WEFT").is_file()
