"""A word of a hundred thousand letters in a field, such as a file in base64: it is not broken into rows, which takes seconds."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.window.form_window import Key, one
from widgets.code.edit import CodeEdit

WRAPPED, UNWRAPPED = CodeEdit.LineWrapMode.WidgetWidth, CodeEdit.LineWrapMode.NoWrap
LONG = "QUJD" * 25_000


@pytest.mark.parametrize("kind", ["text", "long_text", "expression"])
def test_a_long_word_is_shown_in_one_row(kind: str, qtbot: QtBot) -> None:
    shown = one(qtbot, kind, f"before\n{LONG}")
    edit = shown.text()
    assert edit.lineWrapMode() == UNWRAPPED
    assert [edit.document().findBlockByNumber(number).layout().lineCount() for number in (0, 1)] == [1, 1]
    shown.form.set_values({"f": "a word " * 25_000})
    assert edit.lineWrapMode() == WRAPPED
    assert shown.told == []


def test_what_is_pasted_is_not_wrapped_and_what_is_left_of_it_is(qtbot: QtBot) -> None:
    shown = one(qtbot, "long_text", "")
    edit = shown.text()
    data = QMimeData()
    data.setText(LONG)
    QGuiApplication.clipboard().setMimeData(data)
    edit.setFocus()
    edit.paste()
    assert edit.lineWrapMode() == UNWRAPPED
    assert edit.document().firstBlock().layout().lineCount() == 1
    assert shown.told == [(("f",), LONG)]
    edit.selectAll()
    QTest.keyClicks(edit, "x")
    assert edit.lineWrapMode() == WRAPPED
    QTest.keyClick(edit, Key.Key_Backspace)


def test_code_is_never_wrapped(qtbot: QtBot) -> None:
    assert one(qtbot, "json", ["a"]).text().lineWrapMode() == UNWRAPPED
