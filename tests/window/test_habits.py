"""What a person likes everywhere: the size of the interface, which a restart brings, Tab and the minimap on the canvas."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.window.document_canvas import DocumentCanvas
from desktop_app.window.preferences import PreferencesFile
from desktop_app.window.settings.look_section import AppearanceSection
from desktop_app.window.workspace import Workspace
from graph_editor.editor import GraphEditor
from tests.window.engine_helpers import LONG_MS
from tests.window.whole_window import workspace

__all__ = ["workspace"]

LEFT = Qt.MouseButton.LeftButton


def appearance(workspace: Workspace, qtbot: QtBot) -> AppearanceSection:
    workspace.settings.open("appearance")
    assert workspace.settings.page is not None
    section = workspace.settings.page.section
    assert isinstance(section, AppearanceSection)
    qtbot.waitUntil(section.minimap.isVisible, timeout=LONG_MS)
    return section


def current(workspace: Workspace) -> DocumentCanvas | None:
    view = workspace.pages.current()
    return view.canvas if view is not None and isinstance(view.canvas, DocumentCanvas) else None


def canvas(workspace: Workspace, qtbot: QtBot) -> GraphEditor:
    """Open another new workflow with a node in it, and return its canvas."""
    before = current(workspace)
    workspace.documents.new()
    qtbot.waitUntil(lambda: current(workspace) not in (None, before), timeout=LONG_MS)
    shown = current(workspace)
    assert shown is not None
    editor = shown.editor
    qtbot.waitUntil(editor.view.isVisible, timeout=LONG_MS)
    editor.add_node("flow.wait")
    return editor


def offers_restart(section: AppearanceSection) -> bool:
    return section.note is not None


def remembered(home: Path, key: str) -> object:
    return PreferencesFile(home / "window.json").get(key)


def test_another_size_offers_a_restart(workspace: Workspace, qtbot: QtBot, home: Path) -> None:
    section = appearance(workspace, qtbot)
    assert not offers_restart(section)
    section.scale.setFocus()
    QTest.keyClick(section.scale, Qt.Key.Key_Up)
    assert remembered(home, "look.scale") == 90
    assert offers_restart(section)
    QTest.keyClick(section.scale, Qt.Key.Key_Down)
    assert not offers_restart(section), "that is how large it is"
    QTest.keyClick(section.scale, Qt.Key.Key_Up)
    note = section.note
    assert note is not None
    qtbot.waitUntil(note.isVisible, timeout=LONG_MS)
    QTest.mouseClick(note.buttons[0], LEFT)
    assert workspace.restart.wanted
    qtbot.waitUntil(lambda: workspace.quit.stage == "done", timeout=LONG_MS)


@pytest.mark.parametrize(("width", "largest"), [(800, "100 %"), (1366, "125 %"), (1920, "175 %"), (3840, "200 %")])
def test_no_size_is_offered_that_the_screen_has_no_room_for(
    workspace: Workspace, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, width: int, largest: str
) -> None:
    monkeypatch.setattr(QScreen, "availableSize", lambda _screen: QSize(width, width * 9 // 16))
    scale = appearance(workspace, qtbot).scale
    assert scale.itemText(scale.count() - 1) == largest


def test_who_stays_with_unsaved_work_is_not_restarted_later(workspace: Workspace, qtbot: QtBot) -> None:
    editor = canvas(workspace, qtbot)
    assert editor.document.graph.nodes
    workspace.window.actions["restart"].trigger()
    assert workspace.quit.stage == "asking"
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=LONG_MS)
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: workspace.quit.stage == "", timeout=LONG_MS)
    assert not workspace.restart.wanted


def test_the_minimap_is_hidden_on_every_canvas_and_stays_so(workspace: Workspace, qtbot: QtBot, home: Path) -> None:
    first, second = canvas(workspace, qtbot), canvas(workspace, qtbot)
    qtbot.waitUntil(second.view.minimap.isVisible, timeout=LONG_MS)
    workspace.window.actions["minimap"].trigger()
    assert second.view.minimap.isHidden()
    assert first.view.minimap.isHidden()
    assert remembered(home, "canvas.minimap") is False
    assert canvas(workspace, qtbot).view.minimap.isHidden()
    section = appearance(workspace, qtbot)
    assert not section.minimap.isChecked()
    QTest.mouseClick(section.minimap, LEFT)
    assert not second.view.minimap.isHidden()


def test_tab_on_the_canvas_can_be_left_to_the_areas(workspace: Workspace, qtbot: QtBot, home: Path) -> None:
    editor = canvas(workspace, qtbot)
    section = appearance(workspace, qtbot)
    QTest.mouseClick(section.tab, LEFT)
    assert remembered(home, "canvas.tab_adds") is False
    assert not editor.tab_adds
    assert not canvas(workspace, qtbot).tab_adds
    QTest.mouseClick(appearance(workspace, qtbot).tab, LEFT)
    assert editor.tab_adds
