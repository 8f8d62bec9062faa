"""Tabs: chosen, moved, closed, dragged out and brought back with the mouse and the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from desktop_app.window.detached import DetachedWindow
from desktop_app.window.tab_page import TabPage
from tests.window.shell import Shell, make_shell, shell

__all__ = ["make_shell", "shell"]


def titles(shell: Shell) -> list[str]:
    return [page.title for page in shell.window.tabs.pages()]


def middle_of(shell: Shell, page: TabPage) -> QPoint:
    return shell.window.tabs.strip.button(page).rect().center()


def drag(qtbot: QtBot, shell: Shell, page: TabPage, by: QPoint) -> None:
    button = shell.window.tabs.strip.button(page)
    start = button.mapTo(shell.window.tabs.strip, middle_of(shell, page))
    QTest.mousePress(button, Qt.MouseButton.LeftButton, pos=button.mapFrom(shell.window.tabs.strip, start))
    for step in range(1, 11):
        if page in shell.window.tabs.strip.pages():
            QTest.mouseMove(button, button.mapFrom(shell.window.tabs.strip, start + by * step / 10))
    if page in shell.window.tabs.strip.pages():
        QTest.mouseRelease(button, Qt.MouseButton.LeftButton, pos=button.mapFrom(shell.window.tabs.strip, start + by))


def test_click_shows_a_page(shell: Shell, qtbot: QtBot) -> None:
    first, second = shell.document("One"), shell.document("Two")
    assert shell.window.tabs.current() is second
    with qtbot.waitSignal(shell.window.current_changed) as told:
        QTest.mouseClick(shell.window.tabs.strip.button(first), Qt.MouseButton.LeftButton)
    assert told.args == [first]
    assert first.widget.isVisible()
    assert not second.widget.isVisible()
    assert shell.window.frame.windowTitle() == "One - Weft"


def test_ctrl_tab_goes_around(shell: Shell, qtbot: QtBot) -> None:
    pages = [shell.document(title) for title in ("One", "Two", "Three")]
    seen = []
    for _ in range(3):
        QTest.keyClick(shell.window.frame, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
        seen.append(shell.window.tabs.current())
    assert seen == pages
    back = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(shell.window.frame, Qt.Key.Key_Backtab, back)
    assert shell.window.tabs.current() is pages[1]


def test_drag_moves_a_tab(shell: Shell, qtbot: QtBot) -> None:
    first = shell.document("One")
    shell.document("Two")
    shell.document("Three")
    drag(qtbot, shell, first, QPoint(130, 0))
    assert titles(shell) == ["Two", "One", "Three"]


def test_drag_out_gives_a_window_and_closing_it_brings_the_page_back(shell: Shell, qtbot: QtBot) -> None:
    shell.document("One")
    second = shell.document("Two", "run")
    drag(qtbot, shell, second, QPoint(0, 120))
    window = second.widget.window()
    assert isinstance(window, DetachedWindow)
    assert titles(shell) == ["One", "Two"]
    button = shell.window.tabs.strip.button(second)
    assert button.accessibleName() == "Two, In a window of its own"
    drag(qtbot, shell, second, QPoint(0, 120))
    assert second.widget.window() is window, "it cannot be dragged out twice"
    QTest.keyClick(second.widget, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert shell.done == ["run Two"]
    window.close()
    assert titles(shell) == ["One", "Two"]
    assert second.widget.window() is shell.window.frame
    assert button.accessibleName() == "Two"


def test_a_window_of_its_own_runs_its_page_and_says_how_it_goes(shell: Shell, qtbot: QtBot) -> None:
    first, second = shell.document("One", "run", "drain", "cancel"), shell.document("Two", "run", "drain", "cancel", "resume")
    shell.window.tabs.detach(second)
    window = second.widget.window()
    assert isinstance(window, DetachedWindow)
    shell.window.tabs.show_page(first)
    bar = window.bar
    assert (bar.state.text(), bar.cancel_button.isEnabled()) == ("Not run yet", False)
    QTest.mouseClick(bar.run_buttons["run"], Qt.MouseButton.LeftButton)
    assert shell.done == ["run Two"]
    assert shell.window.tabs.current() is second, "inspector and time-line are about what is used"
    second.show_status("running")
    assert (bar.state.text(), bar.run_buttons["run"].isEnabled()) == ("Running", False)
    QTest.mouseClick(bar.drain_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(bar.cancel_button, Qt.MouseButton.LeftButton)
    second.show_status("paused")
    QTest.mouseClick(bar.run_buttons["resume"], Qt.MouseButton.LeftButton)
    assert shell.done[1:] == ["drain Two", "cancel Two", "resume Two"]
    shell.window.look.use_language("ko")
    assert window.bar.state.text() != "Paused"
    QTest.mouseClick(window.bar.back_button, Qt.MouseButton.LeftButton)
    assert second.widget.window() is shell.window.frame
    shell.window.look.use_language("en")


def test_the_tab_of_a_window_of_its_own_is_marked_while_that_is_used(shell: Shell, qtbot: QtBot) -> None:
    first, second = shell.document("One"), shell.document("Two")
    shell.window.tabs.detach(second)
    own, strip = second.widget.window(), shell.window.tabs.strip
    assert strip.button(second).isChecked()
    assert first.widget.isVisible(), "what was below the tabs is still there"
    assert shell.window.frame.focusWidget() not in [strip.button(page) for page in (first, second)]
    QTest.mouseClick(strip.button(first), Qt.MouseButton.LeftButton)
    assert shell.window.tabs.current() is first
    assert strip.button(first).isChecked()
    QTest.mouseClick(strip.button(second), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(own.isActiveWindow)
    assert shell.window.tabs.current() is second
    shell.window.close_page(second)
    assert titles(shell) == ["One"]
    assert shell.window.tabs.current() is first


def test_current_page_is_the_one_that_has_the_focus(shell: Shell, qtbot: QtBot) -> None:
    first, second = shell.document("One"), shell.document("Two")
    shell.window.tabs.detach(second)
    assert shell.window.tabs.current() is second
    shell.window.frame.activateWindow()
    qtbot.waitUntil(shell.window.frame.isActiveWindow)
    QTest.mouseClick(first.widget, Qt.MouseButton.LeftButton)
    assert shell.window.tabs.current() is first
    assert second.widget.window() is not shell.window.frame


def test_palette_asked_for_in_a_window_of_its_own_comes_forward(shell: Shell, qtbot: QtBot) -> None:
    page = shell.document("One")
    shell.window.actions["detach"].trigger()
    page.widget.window().activateWindow()
    qtbot.waitUntil(page.widget.window().isActiveWindow)
    QTest.keyClick(page.widget, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert shell.window.palette_card.isVisible()
    qtbot.waitUntil(shell.window.frame.isActiveWindow)
    assert shell.window.tabs.current() is page
    shell.window.palette_card.close_card()


def test_last_page_can_be_moved_out_and_brought_back(shell: Shell, qtbot: QtBot) -> None:
    page = shell.document("One")
    shell.window.actions["detach"].trigger()
    assert shell.window.tabs.strip.pages() == [page]
    assert shell.window.tabs.current() is page
    assert page.widget.window() is not shell.window.frame
    shell.window.actions["attach"].trigger()
    assert page.widget.window() is shell.window.frame
    assert not shell.window.actions["attach"].isEnabled()


def test_cross_and_middle_click_ask_to_close(shell: Shell, qtbot: QtBot) -> None:
    first, second = shell.document("One"), shell.document("Two")
    asked: list[TabPage] = []
    shell.window.close_asked.connect(asked.extend)
    button = shell.window.tabs.strip.button(second)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.cross().center().toPoint())
    QTest.mouseClick(shell.window.tabs.strip.button(first), Qt.MouseButton.MiddleButton)
    assert asked == [second, first]
    assert titles(shell) == ["One", "Two"]


def test_closing_shows_the_neighbour_and_at_last_the_start_page(shell: Shell) -> None:
    first, second, third = (shell.document(title) for title in ("One", "Two", "Three"))
    shell.window.tabs.show_page(second)
    shell.window.close_page(second)
    assert shell.window.tabs.current() is third
    shell.window.close_page(third)
    shell.window.close_page(first)
    assert titles(shell) == ["Start"]
    shell.document("New")
    assert titles(shell) == ["New"]


def test_tab_tells_what_is_not_saved(shell: Shell) -> None:
    page = shell.document("One")
    button = shell.window.tabs.strip.button(page)
    saved = button.grab().toImage()
    page.show_modified(True)
    assert button.accessibleName() == "One, not saved"
    assert button.grab().toImage() != saved
    page.show_title("Renamed")
    assert button.text() == "Renamed"


def test_many_tabs_get_narrower_and_the_current_one_is_in_sight(shell: Shell) -> None:
    pages = [shell.document(f"Workflow number {number}") for number in range(24)]
    strip = shell.window.tabs.strip
    shell.window.tabs.show_page(pages[0])
    assert strip.button(pages[0]).x() >= 0
    shell.window.tabs.show_page(pages[-1])
    button = strip.button(pages[-1])
    assert button.x() + button.width() <= strip.width()


def test_the_current_tab_stays_in_sight_and_none_is_below_the_buttons(shell: Shell, qtbot: QtBot) -> None:
    shell.window.frame.resize(1440, 800)
    pages = [shell.document(f"Workflow number {number}") for number in range(12)]
    tabs, strip = shell.window.tabs, shell.window.tabs.strip
    tabs.show_page(pages[8])
    shell.window.frame.resize(1024, 700)
    qtbot.waitUntil(strip.all_button.isVisible)
    button = strip.button(pages[8])

    def in_sight() -> bool:
        shown = button.visibleRegion().boundingRect()
        return shown.width() == button.width() >= 96

    qtbot.waitUntil(in_sight)
    beside = strip.findChild(QToolButton)
    assert beside is not None
    for page in pages:
        one = strip.button(page)
        shown = one.visibleRegion().boundingRect().translated(one.mapTo(strip, QPoint()))
        assert not shown.intersects(beside.geometry())
    position = QPointF(20, 10)
    turn = QWheelEvent(
        position, strip.mapToGlobal(position), QPoint(), QPoint(0, -2400), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(strip, turn)
    assert strip.button(pages[-1]).visibleRegion().boundingRect().width() >= 96
    tabs.step(-1)
    tabs.step(1)
    assert in_sight()


def test_menu_of_a_tab(shell: Shell, qtbot: QtBot) -> None:
    first, second = shell.document("One"), shell.document("Two")
    asked: list[TabPage] = []
    shell.window.close_asked.connect(asked.extend)
    shell.window.tabs.strip.button(first).menu_asked.emit(QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    others = next(action for action in menu.actions() if action.text() == "Close others")
    others.trigger()
    menu.close()
    assert asked == [second]


def test_tabs_without_room_are_chosen_from_a_list(shell: Shell) -> None:
    strip = shell.window.tabs.strip
    first = shell.document("One & only")
    assert not strip.all_button.isVisible()
    for number in range(20):
        shell.document(f"Another {number}")
    assert strip.all_button.isVisible()
    assert strip.button(first).geometry().right() < 0
    QTest.mouseClick(strip.all_button, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()][:2] == ["One && only", "Another 0"]
    assert menu.geometry().right() <= shell.window.frame.geometry().right()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(menu.actions()[0]).center())
    assert shell.window.tabs.current() is first
    assert strip.button(first).geometry().left() >= 0
