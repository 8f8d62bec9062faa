"""The start page, recent files, and files that are dropped on the window."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from desktop_app.window.examples import Example, examples
from desktop_app.window.recent import MOST
from desktop_app.window.start_cards import ExampleCard, RecentRow, StartCard, in_two_lines
from desktop_app.window.thumbnail import blocks
from desktop_app.window.welcome import MachineFact
from tests.window.shell import Shell, make_shell, shell
from widgets.theme import font

__all__ = ["make_shell", "shell"]


def test_ways_to_begin(shell: Shell) -> None:
    shell.window.actions.bind("new", shell.note("new"))
    shell.window.actions.bind("open", shell.note("open"))
    shell.window.show_start_page()
    for card in shell.window.frame.findChildren(StartCard):
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert shell.done == ["new", "open"]


def test_example_is_asked_for_with_mouse_and_keyboard(shell: Shell) -> None:
    asked: list[Example] = []
    shell.window.example_asked.connect(asked.append)
    shell.window.show_start_page()
    card = shell.window.frame.findChild(ExampleCard)
    assert isinstance(card, ExampleCard)
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Space)
    assert asked == [examples()[0]] * 2
    assert asked[0].path.is_file()


def test_recent_files_are_listed_opened_and_kept(shell: Shell, tmp_path: Path) -> None:
    asked: list[Path] = []
    shell.window.file_asked.connect(asked.append)
    shell.window.show_start_page()
    for name in ("a.weft", "b.weft", "a.weft"):
        shell.window.recent.add(tmp_path / name)
    rows = [row for row in shell.window.frame.findChildren(RecentRow) if row.isVisible()]
    assert [row.text() for row in rows] == ["a", "b"]
    QTest.mouseClick(rows[1], Qt.MouseButton.LeftButton)
    assert asked == [tmp_path / "b.weft"]
    for number in range(20):
        shell.window.recent.add(tmp_path / f"{number}.weft")
    assert len(shell.window.recent.paths()) == MOST
    shell.window.recent.remove(tmp_path / "19.weft")
    assert shell.window.recent.paths()[0] == tmp_path / "18.weft"


def test_menu_of_recent_files(shell: Shell, tmp_path: Path) -> None:
    asked: list[Path] = []
    shell.window.file_asked.connect(asked.append)
    file_menu = shell.window.toolbar.menu().findChildren(QMenu)[0]
    recent = next(menu for menu in file_menu.findChildren(QMenu) if menu.title() == "Open recent")
    recent.aboutToShow.emit()
    assert [action.text() for action in recent.actions()] == ["Nothing was opened yet"]
    (tmp_path / "a.weft").touch()
    shell.window.recent.add(tmp_path / "a.weft")
    recent.aboutToShow.emit()
    recent.actions()[0].trigger()
    assert asked == [tmp_path / "a.weft"]


def test_facts_about_the_machine(shell: Shell) -> None:
    shell.window.show_machine([MachineFact("circle-check", "state.ok", "Ollama", "6 models", "Use", shell.note("use"))])
    shell.window.show_start_page()
    button = next(found for found in shell.window.frame.findChildren(QPushButton) if found.text() == "Use")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shell.done == ["use"]


def test_dropped_workflows_are_opened_and_other_files_not(shell: Shell, tmp_path: Path) -> None:
    asked: list[Path] = []
    shell.window.file_asked.connect(asked.append)
    for names, taken in ((["a.weft", "b.txt"], True), (["b.txt"], False)):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
        given = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        entered = QDragEnterEvent(QPointF(9, 9).toPoint(), *given)
        QApplication.sendEvent(shell.window.frame, entered)
        assert entered.isAccepted() is taken
        if taken:
            QApplication.sendEvent(shell.window.frame, QDropEvent(QPointF(9, 9), *given))
    assert asked == [tmp_path / "a.weft"]


@pytest.mark.parametrize("width", [268, 424])
@pytest.mark.parametrize("example", examples(), ids=lambda example: example.id)
def test_no_two_nodes_of_a_picture_touch(example: Example, width: int) -> None:
    area = QRectF(0, 0, width, 70)
    found = blocks(example, area)
    assert len(found) == len(example.nodes)
    assert all(area.contains(block) and block.width() >= 12 for block in found)
    assert not any(one.intersects(other) for one, other in combinations(found, 2))


def test_a_sentence_is_broken_between_words() -> None:
    face = font(12)
    text = "Lets the model draft a reply to a message, asks you before it goes out, and keeps what was sent."
    first, rest = in_two_lines(text, face, 300)
    assert f"{first} {rest}" == text
    assert 200 < QFontMetricsF(face).horizontalAdvance(first) <= 300
    assert in_two_lines("Short.", face, 300) == ("Short.", "")
