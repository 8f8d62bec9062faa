"""Undo in a field of the inspector: the text goes back, and with it the edit."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.window.workspace import Workspace
from tests.window.test_inspecting import press, to_front
from tests.window.test_workspace import canvas_of, workspace

__all__ = ["workspace"]


def test_a_letter_that_was_taken_back_in_its_field_is_no_edit(qtbot: QtBot, workspace: Workspace) -> None:
    canvas = canvas_of(workspace)
    document, undo = canvas.document.document, workspace.window.actions["undo"]
    document.set_saved()
    count, page = document.undo_stack.index(), workspace.window.tabs.current()
    assert page is not None
    to_front(qtbot, workspace)
    canvas.editor.setFocus()
    canvas.editor.scene.select(["ask"])
    press(Qt.Key.Key_Return)
    field = QApplication.focusWidget()
    assert field is not None
    text = field.toPlainText()  # type: ignore[attr-defined]
    QTest.keyClicks(field, "x")
    assert (document.is_modified, page.is_modified, undo.isEnabled()) == (True, True, True)
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.toPlainText() == text  # type: ignore[attr-defined]
    assert (document.is_modified, page.is_modified, document.undo_stack.index()) == (False, False, count)
    assert undo.isEnabled() == (count > 0)
