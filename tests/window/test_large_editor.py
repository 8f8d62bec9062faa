"""The large editor under real keys and clicks."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING
from tests.window.form_helpers import Owner
from tests.window.form_window import click, texts
from widgets.code.large_editor import LargeEditor

Key = Qt.Key


def large(qtbot: QtBot, spec: FieldSpec, value: Any) -> tuple[LargeEditor, list[tuple[Any, Any]], QWidget]:
    window = QWidget()
    window.resize(900, 700)
    qtbot.addWidget(window)
    editor = LargeEditor(window, spec, Owner(), value)
    editor.show_what("Draft", "sparkles", "model")
    editor.put(QRect(20, 20, 600, 500))
    told: list[tuple[Any, Any]] = []
    editor.edited.connect(lambda path, value: told.append((path, value)))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return editor, told, window


PROMPT = FieldSpec("prompt", "long_text", "Prompt", takes_templates=True)


def test_the_large_editor_edits_and_follows(qtbot: QtBot) -> None:
    editor, told, _window = large(qtbot, PROMPT, "Hello")
    edit = editor.text_edit
    assert edit is not None
    edit.go_to(1, 6)
    QTest.keyClicks(edit, "!")
    assert told == [(("prompt",), "Hello!")]
    editor.set_value("Hello! there")
    assert edit.toPlainText() == "Hello! there"
    edit.go_to(1, 3)
    editor.set_value("Hello! there.")
    assert edit.textCursor().position() == 2
    closed: list[bool] = []
    editor.closed.connect(lambda: closed.append(True))
    QTest.keyClick(edit, Key.Key_Escape)
    assert closed == [True]


def test_the_large_editor_shows_what_the_template_gives(qtbot: QtBot) -> None:
    editor, _told, _window = large(qtbot, PROMPT, "For {{ inputs.brand }}")
    qtbot.waitUntil(lambda: "For Hanbit Books" in texts(editor))
    edit = editor.text_edit
    assert edit is not None
    edit.selectAll()
    QTest.keyClicks(edit, "plain")
    assert "Hanbit" not in texts(editor)


def test_problems_are_listed_and_lead_to_their_place(qtbot: QtBot) -> None:
    editor, told, _window = large(qtbot, PROMPT, "one\ntwo {{ inputs.brnd }}\nthree")
    editor.set_issues([Issue("x", "This is odd.", line=3, column=2, severity="warning")])
    assert editor.problems is not None
    listed = [(problem.line, problem.column, problem.severity) for problem in editor.problems.problems()]
    assert listed == [(2, 15, "error"), (3, 2, "warning")]
    odd = next(row for row in editor.problems.findChildren(QWidget) if row.accessibleName().startswith("This is odd."))
    click(odd)
    edit = editor.text_edit
    assert edit is not None
    assert edit.textCursor().blockNumber() == 2
    click(next(button for button in editor.problems.findChildren(QPushButton) if button.text() == "Use “brand”"))
    assert told[-1][1] == "one\ntwo {{ inputs.brand }}\nthree"


def test_find_goes_on_and_back_and_away(qtbot: QtBot) -> None:
    editor, _told, _window = large(qtbot, PROMPT, "a bee, a Bee, a bee")
    edit, finder = editor.text_edit, editor.finder
    assert edit is not None
    assert finder is not None
    edit.setFocus()
    QTest.keyClick(edit, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(finder.field, "bee")
    assert finder.count.text() == "3"
    QTest.keyClick(finder.field, Key.Key_Return)
    QTest.keyClick(finder.field, Key.Key_Return)
    assert finder.count.text() == "2 of 3"
    QTest.keyClick(finder.field, Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert finder.count.text() == "1 of 3"
    assert edit.textCursor().selectedText() == "bee"
    QTest.keyClick(finder.field, Key.Key_Escape)
    assert not finder.isVisible()
    assert edit.hasFocus()


def test_the_large_editor_is_moved_and_made_larger(qtbot: QtBot) -> None:
    editor, _told, window = large(qtbot, PROMPT, "x")
    before = editor.geometry()
    QTest.mousePress(editor.head, Qt.MouseButton.LeftButton, pos=QPoint(200, 20))
    QTest.mouseMove(editor.head, QPoint(230, 50))
    QTest.mouseRelease(editor.head, Qt.MouseButton.LeftButton)
    assert editor.geometry().topLeft() != before.topLeft()
    editor.move_card(QPoint(5000, 5000))
    assert editor.card_rect().translated(editor.pos()).top() < window.height()
    editor.size_card(10, 10)
    assert editor.card_rect().width() >= 420


def test_broken_json_in_the_large_editor_is_said_at_its_foot(qtbot: QtBot) -> None:
    editor, told, _window = large(qtbot, FieldSpec("data", "json", "Data"), {"a": 1})
    edit = editor.text_edit
    assert edit is not None
    edit.selectAll()
    QTest.keyClicks(edit, "[1")
    assert told[-1:] != [(("data",), MISSING)]
    assert "Line 1" in texts(editor)
