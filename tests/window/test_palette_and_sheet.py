"""The command palette and the sheet of shortcuts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop_app.window.commands import node_commands
from desktop_app.window.shortcuts import KeyButton
from engine.api.declaration import Declarations
from resources import language
from resources.files import text
from tests.window.shell import Make, Shell, make_shell, shell
from widgets.elided import Elided
from widgets.node_types import NodeTypes

__all__ = ["make_shell", "shell"]


def open_palette(shell: Shell) -> None:
    QTest.keyClick(shell.window.frame, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert shell.window.palette_card.isVisible()


def found(shell: Shell) -> list[str]:
    model = shell.window.palette_card.model
    return [model.at(row).thing.title for row in range(model.rowCount())]


def test_key_opens_it_and_esc_gives_the_focus_back(shell: Shell) -> None:
    page = shell.document("One")
    page.widget.setFocus()
    open_palette(shell)
    assert shell.window.frame.focusWidget() is shell.window.palette_card.field
    QTest.keyClick(shell.window.palette_card.field, Qt.Key.Key_Escape)
    assert not shell.window.palette_card.isVisible()
    assert shell.window.frame.focusWidget() is page.widget


def test_it_finds_by_a_few_letters_and_runs(shell: Shell) -> None:
    shell.document("One", "save")
    open_palette(shell)
    QTest.keyClicks(shell.window.palette_card.field, "save")
    assert found(shell)[0] == "Save"
    QTest.keyClick(shell.window.palette_card.field, Qt.Key.Key_Return)
    assert shell.done == ["save One"]


def test_it_finds_node_types_by_what_they_do(shell: Shell) -> None:
    open_palette(shell)
    QTest.keyClicks(shell.window.palette_card.field, "language model")
    assert found(shell) == ["LLM"]
    QTest.keyClick(shell.window.palette_card.field, Qt.Key.Key_Return)
    assert shell.done == ["add LLM"]


def test_it_goes_to_open_workflows_and_opens_recent_files(shell: Shell, tmp_path: Path) -> None:
    asked: list[Path] = []
    shell.window.file_asked.connect(asked.append)
    first = shell.document("Nightly digest")
    shell.document("Weekly letter")
    (tmp_path / "contract_review.weft").touch()
    shell.window.recent.add(tmp_path / "contract_review.weft")
    shell.window.recent.add(tmp_path / "contract_gone.weft")
    open_palette(shell)
    QTest.keyClicks(shell.window.palette_card.field, "nightly")
    QTest.keyClick(shell.window.palette_card.field, Qt.Key.Key_Return)
    assert shell.window.tabs.current() is first
    open_palette(shell)
    QTest.keyClicks(shell.window.palette_card.field, "contract")
    assert found(shell) == ["contract review"]
    QTest.keyClick(shell.window.palette_card.field, Qt.Key.Key_Return)
    assert asked == [tmp_path / "contract_review.weft"]


def test_node_types_are_found_in_the_language_in_use() -> None:
    types = NodeTypes(Declarations.from_json(json.loads(text("node_types.json"))))
    added: list[str] = []
    language.use("ko")
    commands = node_commands(types, added.append)
    script = next(command for command in commands if command.title == "파이썬 스크립트")
    assert script.words[0] == "Python script"
    script.do()
    assert added == ["code.python"]


def test_arrows_choose(shell: Shell) -> None:
    open_palette(shell)
    field, listed = shell.window.palette_card.field, shell.window.palette_card.list
    assert listed.currentIndex().row() == 0
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert listed.currentIndex().row() == 1
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert listed.currentIndex().row() == len(found(shell)) - 1


def test_what_cannot_be_used_says_why_and_does_nothing(shell: Shell) -> None:
    open_palette(shell)
    QTest.keyClicks(shell.window.palette_card.field, "cancel now")
    command = shell.window.palette_card.model.at(0).thing
    assert (command.title, command.reason) == ("Cancel now", "Open a workflow first.")
    QTest.keyClick(shell.window.palette_card.field, Qt.Key.Key_Return)
    assert shell.window.palette_card.isVisible()


def test_nothing_found_says_so(shell: Shell) -> None:
    open_palette(shell)
    before = shell.window.palette_card.grab().toImage()
    QTest.keyClicks(shell.window.palette_card.field, "qqqq")
    assert found(shell) == []
    assert shell.window.palette_card.grab().toImage().size() != before.size()
    QTest.keyClick(shell.window.palette_card.field, Qt.Key.Key_Return)
    assert shell.window.palette_card.isVisible()


def test_click_elsewhere_closes_it(shell: Shell) -> None:
    page = shell.document("One")
    open_palette(shell)
    page.widget.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not shell.window.palette_card.isVisible()


def test_click_on_the_field_in_the_tool_bar_opens_it(shell: Shell) -> None:
    QTest.mouseClick(shell.window.toolbar.command, Qt.MouseButton.LeftButton)
    assert shell.window.palette_card.isVisible()


def key_button(shell: Shell, name: str) -> KeyButton:
    said = f"Key of {shell.window.actions[name].text()}"
    return next(b for b in shell.window.sheet.findChildren(KeyButton) if b.accessibleName() == said and b.isVisible())


def test_question_mark_shows_the_keys(shell: Shell) -> None:
    QTest.keyClicks(shell.window.frame, "?")
    assert shell.window.sheet.isVisible()
    assert key_button(shell, "save").text() == "Ctrl S"
    QTest.keyClick(shell.window.sheet, Qt.Key.Key_Escape)
    assert not shell.window.sheet.isVisible()


def sheet_words(shell: Shell) -> set[str]:
    found = shell.window.sheet.area.findChildren(QLabel)
    return {label.full_text() if isinstance(label, Elided) else label.text() for label in found}


def test_keys_are_filtered_by_name_and_by_key(shell: Shell) -> None:
    QTest.keyClicks(shell.window.frame, "?")
    sheet = shell.window.sheet
    assert shell.window.frame.focusWidget() is sheet.filter
    QTest.keyClicks(sheet.filter, "zoom out")
    assert sheet_words(shell) == {"View", "Zoom out"}
    sheet.filter.clear()
    QTest.keyClicks(sheet.filter, "ctrl+s")
    assert {"Save", "Save as"} <= sheet_words(shell)
    assert "Undo" not in sheet_words(shell)
    sheet.filter.clear()
    QTest.keyClicks(sheet.filter, "double-click")
    assert sheet_words(shell) == {"On the canvas", "Search a node to add", "Double-click on the canvas"}
    QTest.keyClicks(sheet.filter, "qqq")
    assert "No key does that" in sheet_words(shell)
    QTest.keyClick(sheet.filter, Qt.Key.Key_Escape)
    assert sheet.isVisible()
    assert "Undo" in sheet_words(shell)
    QTest.keyClick(sheet.filter, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_another_key_is_recorded_and_remembered(make_shell: Make, tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text('{"look.language": "en"}', encoding="utf-8")
    first = make_shell(path)
    first.window.sheet.open()
    button = key_button(first, "save")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Press a key…"
    QTest.keyClick(button, Qt.Key.Key_F7, Qt.KeyboardModifier.ControlModifier)
    assert first.window.actions["save"].keys == ("Ctrl+F7",)
    assert json.loads(path.read_text(encoding="utf-8"))["actions.keys"] == {"save": ["Ctrl+F7"]}
    first.window.frame.close()
    assert make_shell(path).window.actions["save"].keys == ("Ctrl+F7",)


@pytest.mark.parametrize(("key", "keys"), [(Qt.Key.Key_Escape, ("Ctrl+S",)), (Qt.Key.Key_Backspace, ())])
def test_recording_can_be_left_or_take_the_key_away(shell: Shell, key: Qt.Key, keys: tuple[str, ...]) -> None:
    shell.window.sheet.open()
    button = key_button(shell, "save")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.keyClick(button, key)
    assert shell.window.actions["save"].keys == keys
    assert shell.window.sheet.isVisible()


def test_menu_holds_every_action(shell: Shell) -> None:
    QTest.mouseClick(shell.window.toolbar.menu_button, Qt.MouseButton.LeftButton)
    menu = shell.window.toolbar.menu()
    assert [action.text() for action in menu.actions()] == ["File", "Edit", "Node", "Run", "View", "Help"]
    assert menu.pos() == shell.window.toolbar.menu_button.mapToGlobal(QPoint(0, shell.window.toolbar.menu_button.height() + 2))
    menu.close()
