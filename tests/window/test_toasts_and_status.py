"""Toasts and the parts of the status bar."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.window.field_button import ActionButton
from desktop_app.window.toolbar import Mode, ToolBar
from tests.window.shell import Shell, make_shell, shell
from widgets import toast as toast_module
from widgets.card import SHADOW

__all__ = ["make_shell", "shell"]


def test_undo_of_a_toast(shell: Shell) -> None:
    toast = shell.window.toasts.show_toast("Deleted.", "info", ("Undo", shell.note("undo")))
    assert toast.action_button is not None
    QTest.mouseClick(toast.action_button, Qt.MouseButton.LeftButton)
    assert shell.done == ["undo"]
    assert shell.window.toasts.shown == []


def test_toast_goes_by_itself_but_not_under_the_pointer(shell: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toast_module, "SECONDS", 0.1)
    toasts = shell.window.toasts
    held = toasts.show_toast("Held")
    toasts.show_toast("Free")
    inside = toasts.shown[0].rect().center().toPointF()
    QApplication.sendEvent(held, QEnterEvent(inside, inside, inside))
    qtbot.waitUntil(lambda: toasts.shown == [held])
    QApplication.sendEvent(held, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: toasts.shown == [])


def test_toasts_stack_above_the_status_bar(shell: Shell) -> None:
    toasts = shell.window.toasts
    first, second = toasts.show_toast("One"), toasts.show_toast("Two")
    assert first.geometry().bottom() < second.geometry().bottom() < shell.window.frame.height()
    shell.window.frame.resize(1100, 700)
    assert second.geometry().right() <= 1100 + SHADOW


def test_same_words_are_said_once_and_four_at_most(shell: Shell) -> None:
    toasts = shell.window.toasts
    for text in ("a", "b", "a", "c", "d", "e"):
        toasts.show_toast(text)
    assert [toast.text for toast in toasts.shown] == ["a", "c", "d", "e"]


def test_toast_is_reached_and_closed_with_the_keyboard(shell: Shell) -> None:
    toast = shell.window.toasts.show_toast("Here", "error")
    shell.window.toolbar.menu_button.setFocus()
    QTest.keyClick(shell.window.frame, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert toast.isAncestorOf(shell.window.frame.focusWidget())
    QTest.keyClick(shell.window.frame.focusWidget(), Qt.Key.Key_Escape)
    assert shell.window.toasts.shown == []


def test_status_part_appears_answers_and_goes(shell: Shell) -> None:
    status = shell.window.status
    status.show_part("problems", "1 problem", "triangle-alert", "state.failed", do=shell.note("problems"))
    part = status.parts["problems"]
    assert part.isVisible()
    QTest.mouseClick(part, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert shell.done == ["problems"]
    status.show_part("problems", "")
    assert not part.isVisible()


def test_badge_of_the_rail(shell: Shell) -> None:
    shell.window.show_count("approvals", 3)
    assert shell.window.rail.buttons["approvals"].accessibleName() == "Approvals (3)"


def test_tool_bar_shows_what_belongs_to_the_state(shell: Shell) -> None:
    toolbar = shell.window.toolbar
    shell.document("One", "run", "step", "drain", "cancel")
    assert shown_in(toolbar) == {"run", "drain", "cancel", "step"}
    assert not toolbar.buttons["cancel"].isEnabled()
    toolbar.show_mode("running")
    shell.window.actions.tell(running=True, open_run=True)
    QTest.mouseClick(toolbar.buttons["cancel"], Qt.MouseButton.LeftButton)
    assert shell.done == ["cancel One"]
    toolbar.show_mode("paused")
    assert shown_in(toolbar) == {"resume", "drain", "cancel", "step"}
    toolbar.show_mode("stopped")
    assert shown_in(toolbar) == {"run", "go_on", "cancel", "step"}
    toolbar.show_model("qwen3-8b", "local · ready", "state.ok")
    assert toolbar.model.isVisible()


def test_nothing_in_the_tool_bar_moves_when_a_run_begins_pauses_and_ends(shell: Shell) -> None:
    toolbar = shell.window.toolbar
    shell.document("One", "run", "step", "drain", "cancel", "undo", "redo", "tidy")

    def places() -> list[QRect]:
        buttons = [button for button in toolbar.findChildren(ActionButton) if button.isVisible()]
        return [QRect(button.mapTo(toolbar, QPoint()), button.size()) for button in (*buttons, toolbar.command)]

    assert toolbar.layout() is not None
    rest = sorted(places(), key=lambda place: place.left())
    modes: tuple[tuple[Mode, str], ...] = (
        ("running", "1.2 s · 3 of 15 steps"), ("paused", "62.5 s · 7 of 15 steps"), ("stopped", "15 steps"),
    )  # fmt: skip
    for mode, state in modes:
        toolbar.show_mode(mode)
        toolbar.show_state(state, "state.running", "play")
        QApplication.sendPostedEvents()
        assert sorted(places(), key=lambda place: place.left()) == rest, mode


def shown_in(toolbar: ToolBar) -> set[str]:
    return {name for name, button in toolbar.buttons.items() if button.isVisible()}
