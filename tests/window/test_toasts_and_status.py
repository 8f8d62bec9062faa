"""Toasts and the parts of the status bar."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QEvent, QMargins, QPoint, QRect, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QScrollArea, QWidget
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


def test_a_narrow_window_stays_so_narrow_when_pages_change(shell: Shell) -> None:
    shell.window.look.use_language("ko")
    frame, toolbar = shell.window.frame, shell.window.toolbar
    shell.document("One")
    frame.resize(frame.minimumSizeHint().width() + 4, 700)
    QApplication.sendPostedEvents()
    before = frame.width()
    for mode in ("page", "edit", "page"):
        toolbar.show_mode(mode)
        QApplication.sendPostedEvents()
        assert frame.width() == before


def shown_in(toolbar: ToolBar) -> set[str]:
    return {name for name, button in toolbar.buttons.items() if button.isVisible()}


def seen(toast: QWidget) -> QRect:
    return toast.geometry().marginsRemoved(QMargins(SHADOW, SHADOW, SHADOW, SHADOW))


def test_toasts_cover_neither_inspector_nor_run_panel(shell: Shell, qtbot: QtBot) -> None:
    shell.document("One")
    window = shell.window
    toasts = [window.toasts.show_toast("Long words " * 12), window.toasts.show_toast("Two", "error")]
    inspector, run_panel = window.layout.panels["inspector"], window.layout.panels["run_panel"]
    qtbot.waitUntil(lambda: inspector.isVisible() and inspector.height() > 100)

    def stand_free() -> bool:
        return not any(seen(toast).intersects(panel.geometry()) for toast in toasts for panel in (inspector, run_panel))

    qtbot.waitUntil(stand_free)
    window.frame.resize(1024, 700)
    qtbot.waitUntil(stand_free)
    assert all(
        seen(toast).bottom() < window.tabs.mapTo(window.frame, QPoint(0, window.tabs.height() - 46)).y() for toast in toasts
    )
    room = QRect(window.tabs.mapTo(window.frame, QPoint()), window.tabs.size())
    assert all(room.contains(seen(toast)) for toast in toasts)


def test_a_toast_stays_in_its_place_whatever_is_used(shell: Shell) -> None:
    page = shell.document("One")
    field = page.widget.findChild(QLineEdit)
    assert field is not None
    field.setGeometry(20, page.widget.height() - 60, 200, 28)
    toast = shell.window.toasts.show_toast("Here")
    before = toast.geometry()
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    assert field.hasFocus()
    assert toast.geometry() == before


def test_all_toasts_stay_while_one_is_read(shell: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toast_module, "SECONDS", 0.05)
    toasts = shell.window.toasts
    first, second = toasts.show_toast("One"), toasts.show_toast("Two")
    inside = second.rect().center().toPointF()
    QApplication.sendEvent(second, QEnterEvent(inside, inside, inside))
    third = toasts.show_toast("Three")
    with qtbot.assertNotEmitted(toasts.changed, wait=200):
        pass
    assert toasts.shown == [first, second, third]
    QApplication.sendEvent(second, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: toasts.shown == [])


def test_who_works_on_meanwhile_keeps_no_toast(shell: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toast_module, "SECONDS", 0.3)
    field = shell.document("One").widget.findChild(QLineEdit)
    assert field is not None
    toasts = shell.window.toasts
    toasts.show_toast("Here")
    places = itertools.cycle((field, shell.window.toolbar.menu_button))

    def work_until_it_goes() -> bool:
        next(places).setFocus()
        return toasts.shown == []

    qtbot.waitUntil(work_until_it_goes, timeout=3000)


def test_messages_are_put_away_and_read_again_by_keys(shell: Shell) -> None:
    frame, action = shell.window.frame, shell.window.actions["dismiss"]
    canvas = shell.document("One").widget
    canvas.setFocus()
    assert not action.isEnabled()
    for text, kind in (("First <b>", "info"), ("Second", "error")):
        shell.window.toasts.show_toast(text, kind)  # type: ignore[arg-type]
    QTest.keyClick(frame, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    assert [toast.text for toast in shell.window.toasts.shown] == ["First <b>"]
    QTest.keyClick(frame, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    assert not action.isEnabled()
    QTest.keyClick(frame, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    card = shell.window.messages
    assert card.isVisible()
    said = [label.text() for label in card.findChildren(QLabel) if label.isVisible()]
    assert said.index("Second") < said.index("First <b>")
    assert frame.rect().contains(card.geometry().marginsRemoved(QMargins(SHADOW, SHADOW, SHADOW, SHADOW)))
    QTest.keyClick(frame.focusWidget(), Qt.Key.Key_Escape)
    assert not card.isVisible()
    assert canvas.hasFocus()


def test_the_bell_opens_messages_and_a_click_elsewhere_closes_them(shell: Shell) -> None:
    canvas = shell.document("One").widget
    QTest.mouseClick(shell.window.toolbar.messages_button, Qt.MouseButton.LeftButton)
    card = shell.window.messages
    assert "No messages yet" in [label.text() for label in card.findChildren(QLabel)]
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert not card.isVisible()


def test_what_a_message_offers_is_there_while_it_lasts(shell: Shell) -> None:
    window, lasts = shell.window, [True]
    window.toasts.show_toast("Gone.", "info", ("Undo", shell.note("undo")), lambda: lasts[0])
    window.toasts.show_toast("Passing.", "info", ("Now or never", shell.note("never")))
    window.toasts.clear()

    def offered() -> list[QPushButton]:
        QTest.mouseClick(window.toolbar.messages_button, Qt.MouseButton.LeftButton)
        return [button for button in window.messages.findChildren(QPushButton) if button.isVisible() and button.text()]

    (undo,) = offered()
    assert undo.text() == "Undo"
    scroll = window.messages.findChild(QScrollArea)
    assert scroll is not None
    assert not scroll.verticalScrollBar().isVisible(), "two messages need no scrolling"
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert (shell.done, window.messages.isVisible()) == (["undo"], False)
    lasts[0] = False
    assert offered() == []
