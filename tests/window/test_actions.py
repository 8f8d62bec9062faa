"""Actions: one table, handlers bound by id, reasons, keys that stay out of fields, and other keys on demand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.action_table import BY_ID, REASONS, specs
from desktop_app.window.actions import key_words
from desktop_app.window.tab_page import TabPage
from tests.window.shell import Shell, make_shell, shell
from widgets.icons import has_icon

__all__ = ["make_shell", "shell"]


def test_table_is_sound() -> None:
    listed = [spec for _, spec in specs()]
    assert len(listed) == len(BY_ID)
    assert {need for spec in listed for need in spec.needs} <= REASONS.keys()
    assert [spec.icon for spec in listed if spec.icon and not has_icon(spec.icon)] == []
    assert [key for spec in listed for key in spec.keys if QKeySequence(key).isEmpty()] == []


def test_no_key_stands_twice() -> None:
    keys = [QKeySequence(key).toString() for _, spec in specs() for key in spec.keys]
    assert [key for key in keys if keys.count(key) > 1] == []


def test_letters_belong_to_the_canvas() -> None:
    """So that none fires while a field outside of it has the focus."""
    bare = [spec for _, spec in specs() if any(len(key) == 1 or key.startswith("Shift+") for key in spec.keys)]
    wrong = [spec.id for spec in bare if spec.scope == "window" and not {"?", "Shift+F6", "Shift+Esc"} & set(spec.keys)]
    assert wrong == []


def test_unbound_action_says_why(shell: Shell) -> None:
    actions = shell.window.actions
    assert not actions["save"].isEnabled()
    assert "Open a workflow first." in actions["save"].tip()
    shell.document("One")
    assert "What is shown has no use for it." in actions["save"].tip()
    actions.bind("save", shell.note("save"))
    assert actions["save"].isEnabled()
    assert actions["save"].tip() == "Save (Ctrl S)"


def test_a_workflow_behind_another_page_is_told_so(shell: Shell) -> None:
    actions, window = shell.window.actions, shell.window
    document, other = shell.document("One", "save"), TabPage(QWidget(), "Settings", is_document=False)
    window.open_page(other)
    assert not actions["save"].isEnabled()
    assert "Switch to the tab of a workflow first." in actions["save"].tip()
    window.close_page(document)
    assert "Open a workflow first." in actions["save"].tip()


def test_facts_enable_and_disable(shell: Shell) -> None:
    shell.document("One", "cancel")
    assert shell.window.actions["cancel"].reason == "Nothing is running."
    shell.window.actions.tell(open_run=True)
    assert shell.window.actions["cancel"].isEnabled()
    with pytest.raises(KeyError):
        shell.window.actions.tell(holiday=True)


def test_key_runs_the_handler_of_the_current_document(shell: Shell, qtbot: QtBot) -> None:
    first, second = shell.document("One", "run"), shell.document("Two", "run")
    QTest.keyClick(second.widget, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shell.window.tabs.show_page(first)
    QTest.keyClick(first.widget, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert shell.done == ["run Two", "run One"]


def test_letter_works_on_the_canvas_and_not_in_a_field(shell: Shell, qtbot: QtBot) -> None:
    page = shell.document("One", "disable")
    shell.window.actions.tell(selection=True)
    field = page.widget.findChild(QLineEdit, "field")
    assert isinstance(field, QLineEdit)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_D)
    assert (field.text(), shell.done) == ("d", [])
    page.widget.setFocus()
    QTest.keyClick(page.widget, Qt.Key.Key_D)
    assert shell.done == ["disable One"]


def test_other_key_takes_it_from_who_has_it(shell: Shell, qtbot: QtBot) -> None:
    page = shell.document("One", "run", "save")
    actions = shell.window.actions
    actions.remap("run", ["Ctrl+S"])
    assert (actions["run"].keys, actions["save"].keys) == (("Ctrl+S",), ())
    assert actions.remapped() == {"run": ["Ctrl+S"], "save": []}
    QTest.keyClick(page.widget, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert shell.done == ["run One"]


def test_what_a_page_answers_to_asks_for_a_workflow_where_there_is_none(shell: Shell) -> None:
    assert shell.window.actions["find"].reason == "Open a workflow first."


def test_enter_is_called_so_in_menus_and_works_on_both_of_its_keys(shell: Shell) -> None:
    run = shell.window.actions["run"]
    assert run.shortcut().toString() == "Ctrl+Enter"
    page = shell.document("One", "run")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        QTest.keyClick(page.widget, key, Qt.KeyboardModifier.ControlModifier)
    assert shell.done == ["run One", "run One"]


@pytest.mark.parametrize(("key", "said"), [("Ctrl+Return", "Ctrl Enter"), ("+", "+"), ("Ctrl+K", "Ctrl K"), ("F6", "F6")])
def test_keys_are_written_as_on_caps(key: str, said: str) -> None:
    assert key_words(key) == said
