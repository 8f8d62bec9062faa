"""The documentation in the window: opened by its key, read without a network, found in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.window import handbook
from desktop_app.window.handbook import Handbook, HandbookPage, chapters
from resources import language
from tests.window.shell import Shell, make_shell, shell

__all__ = ["make_shell", "shell"]


@pytest.fixture
def book(shell: Shell) -> Iterator[Handbook]:
    yield Handbook(shell.window)
    language.use("en")


def opened(shell: Shell, book: Handbook) -> HandbookPage:
    QTest.keyClick(shell.window.frame, Qt.Key.Key_F1)
    assert book.page is not None
    return book.page


def test_its_key_opens_a_tab_once(shell: Shell, book: Handbook) -> None:
    page = opened(shell, book)
    assert page.current is not None
    assert page.current.title == "Overview"
    assert "Weft is a local-first workbench" in page.text.toPlainText()
    assert [row.text() for row in page.headings][:3] == ["Start", "In a terminal", "What is there"]
    shell.document("One")
    assert opened(shell, book) is page
    assert shell.window.tabs.current() is not None
    shell.window.actions["close"].trigger()
    assert book.page is None


def test_chapters_and_headings_are_clicked(shell: Shell, book: Handbook, qtbot: QtBot) -> None:
    page = opened(shell, book)
    assert [row.text() for row in page.rows] == ["Overview", "A tour", "Write a node", "How it works", "What is new"]
    QTest.mouseClick(page.rows[1], Qt.MouseButton.LeftButton)
    assert "weft approvals list" in page.text.toPlainText()
    heading = next(row for row in page.headings if row.text() == "Secrets")
    qtbot.waitUntil(heading.isVisible)
    QTest.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert page.text.textCursor().block().text() == "Secrets"
    assert heading.isChecked()


def test_words_are_found_one_after_the_other_and_again_from_the_start(shell: Shell, book: Handbook) -> None:
    page = opened(shell, book)
    shell.window.actions["find"].trigger()
    assert shell.window.frame.focusWidget() is page.search
    QTest.keyClicks(page.search, "approval")
    first = page.text.textCursor().selectionStart()
    assert page.text.textCursor().selectedText().casefold() == "approval"
    places = set[int]()
    while page.text.textCursor().selectionStart() not in places:
        places.add(page.text.textCursor().selectionStart())
        QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert len(places) > 1
    assert page.text.textCursor().selectionStart() == first
    QTest.keyClicks(page.search, "qqq")
    assert page.search.property("problem") == "error"
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.search.text() == ""
    assert page.search.property("problem") == ""


def test_no_picture_and_no_address_of_a_file_is_left_in_a_text() -> None:
    for chapter in chapters():
        text = chapter.text()
        assert "![" not in text
        assert "<picture" not in text
        assert "](docs/" not in text


def test_it_speaks_the_language_in_use(shell: Shell, book: Handbook) -> None:
    opened(shell, book)
    shell.window.actions["language_ko"].trigger()
    assert book.page is not None
    assert next(row.text() for row in book.page.rows) == "개요"


def test_without_the_texts_nothing_is_offered(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handbook, "_ROOT", tmp_path)
    Handbook(shell.window)
    assert not shell.window.actions["documentation"].isEnabled()
