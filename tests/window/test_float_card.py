"""Cards over the window: the keys that answer to them do nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from desktop_app.window.inputs_card import InputsCard
from engine.model.graph import InputSpec

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


@pytest.mark.parametrize(
    ("key", "mods", "given"), [(Qt.Key.Key_Return, CTRL, [{"city": "Seoul"}]), (Qt.Key.Key_Escape, NONE, [])]
)
def test_keys_that_answer_a_card_are_not_the_windows(
    qtbot: QtBot, key: Qt.Key, mods: Qt.KeyboardModifier, given: list[object]
) -> None:
    window, started, answers = QMainWindow(), list[bool](), list[object]()
    qtbot.addWidget(window)
    run = QAction("Run", window)
    run.setShortcuts([QKeySequence("Ctrl+Return"), QKeySequence("Escape")])
    run.triggered.connect(started.append)
    window.addAction(run)
    window.resize(900, 600)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    card = InputsCard(window, "Weather", {"city": InputSpec("city", "text")}, {"city": "Seoul"})
    card.given.connect(answers.append)
    card.form.setFocus()
    field = QApplication.focusWidget()
    assert field is not None
    assert card.isAncestorOf(field)
    QTest.keyClick(field, key, mods)
    assert answers == given
    assert started == []
    assert card.isHidden()
