"""The settings in the window as a person has it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.window.document_canvas import DocumentCanvas
from desktop_app.window.tab_button import TabButton
from desktop_app.window.workspace import Workspace
from tests.window.engine_helpers import LONG_MS
from tests.window.whole_window import workspace

__all__ = ["workspace"]


def test_their_tab_is_closed_by_its_button_and_opened_again(workspace: Workspace, qtbot: QtBot) -> None:
    window = workspace.window
    qtbot.waitUntil(window.toolbar.model.isVisible)
    window.actions["settings"].trigger()
    tab = next(one for one in window.frame.findChildren(TabButton) if one.page.title == "Settings")
    QTest.mouseClick(tab, Qt.MouseButton.MiddleButton)
    assert "Settings" not in [page.title for page in window.tabs.pages()]
    QTest.mouseClick(window.toolbar.model, Qt.MouseButton.LeftButton)
    assert workspace.settings.page is not None
    assert workspace.settings.page.current == "models"
    window.actions["close"].trigger()
    assert "Settings" not in [page.title for page in window.tabs.pages()]


def test_a_setting_is_found_in_the_palette(workspace: Workspace, qtbot: QtBot) -> None:
    workspace.window.actions["commands"].trigger()
    card = workspace.window.palette_card
    titles = [command.title for command in workspace.settings.commands()]
    assert "High contrast" not in titles, "an action does that"
    QTest.keyClicks(card.field, "backup")
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    assert workspace.settings.page is not None
    assert workspace.settings.page.current == "data"


def test_what_settings_can_do_is_there_beside_an_open_workflow(workspace: Workspace, qtbot: QtBot) -> None:
    workspace.documents.new()
    qtbot.waitUntil(lambda: workspace.pages.current() is not None, timeout=LONG_MS)
    workspace.settings.open("data")
    card = workspace.window.palette_card
    workspace.window.actions["commands"].trigger()
    commands = {command.title: command for command in (card.model.at(row).thing for row in range(card.model.rowCount()))}
    assert [commands[title].reason for title in ("Find here", "Close", "Default model", "Theme")] == [""] * 4
    assert commands["Run"].reason == "Switch to the tab of a workflow first."
    QTest.keyClick(card.field, Qt.Key.Key_Escape)
    workspace.window.actions["find"].trigger()
    page = workspace.settings.page
    assert page is not None
    assert workspace.window.frame.focusWidget() is page.search


def test_a_form_asks_for_a_secret_by_the_same_card(workspace: Workspace, qtbot: QtBot) -> None:
    told: list[str | None] = []
    workspace.documents.new()
    qtbot.waitUntil(lambda: workspace.pages.current() is not None, timeout=LONG_MS)
    view = workspace.pages.current()
    assert view is not None
    assert isinstance(view.canvas, DocumentCanvas)
    workspace._form_dialogs(view.canvas).add_secret(told.append)
    card = workspace.settings.card
    assert card is not None
    QTest.keyClicks(card.name, "hook")
    QTest.keyClicks(card.value, "swordfish")
    QTest.keyClick(card.value, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: told == ["hook"], timeout=LONG_MS)
    qtbot.waitUntil(lambda: "hook" in workspace.facts.secrets, timeout=LONG_MS)
