"""Panels: hidden and shown, floated, remembered, and as at the first start when what was remembered is broken."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.remembered import sizes
from tests.window.shell import Make, Shell, make_shell, shell
from widgets.theme import theme

__all__ = ["make_shell", "shell"]


def shown(shell: Shell) -> dict[str, bool]:
    return {name: panel.isVisible() for name, panel in shell.window.layout.panels.items()}


def test_panels_of_a_document_come_with_one(shell: Shell, qtbot: QtBot) -> None:
    assert shown(shell) == {"side_panel": True, "inspector": False, "run_panel": False}
    page = shell.document("One")
    assert shown(shell) == {"side_panel": True, "inspector": True, "run_panel": True}
    panels, metric = shell.window.layout.panels, theme().metric
    wanted = [metric["side_panel"], metric["inspector"], metric["run_panel"]]

    def sizes_now() -> list[int]:
        return [panels["side_panel"].width(), panels["inspector"].width(), panels["run_panel"].height()]

    qtbot.waitUntil(lambda: sizes_now() == pytest.approx(wanted, abs=2))
    shell.window.close_page(page)
    assert shown(shell) == {"side_panel": True, "inspector": False, "run_panel": False}


def test_page_stands_below_the_head_of_its_panel(shell: Shell) -> None:
    for name in ("workflows", "nodes"):
        page, head = shell.window.show_side_page(name), shell.window.side.head
        assert (
            page.mapTo(shell.window.frame, page.rect().topLeft()).y()
            >= head.mapTo(shell.window.frame, head.rect().bottomLeft()).y()
        )


def test_keys_hide_panels_and_the_rail_follows(shell: Shell, qtbot: QtBot) -> None:
    shell.document("One")
    QTest.keyClick(shell.window.frame, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(shell.window.frame, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert shown(shell) == {"side_panel": False, "inspector": True, "run_panel": False}
    assert not any(button.isChecked() for button in shell.window.rail.buttons.values())
    assert not shell.window.actions["run_panel"].isChecked()
    button = shell.window.rail.buttons["approvals"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown(shell)["side_panel"]
    assert button.isChecked()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not shown(shell)["side_panel"]


def test_layout_comes_back(make_shell: Make, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "window.json"
    first = make_shell(path)
    first.document("One")
    first.window.layout.want("run_panel", False)
    first.window.frame.removeDockWidget(first.window.layout.panels["inspector"])
    first.window.frame.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, first.window.layout.panels["inspector"])
    first.window.layout.panels["inspector"].show()
    first.window.show_side_page("approvals")
    first.window.frame.close()
    second = make_shell(path)
    second.document("One")
    assert shown(second) == {"side_panel": True, "inspector": True, "run_panel": False}
    area = second.window.frame.dockWidgetArea(second.window.layout.panels["inspector"])
    assert area == Qt.DockWidgetArea.LeftDockWidgetArea
    assert second.window.side.open_page == "approvals"
    assert sizes(second.window.preferences)["run_panel"] == 0


@pytest.mark.parametrize(("name", "by"), [("side_panel", 60), ("inspector", -40), ("run_panel", -50)])
def test_edge_of_a_panel_is_dragged(shell: Shell, qtbot: QtBot, name: str, by: int) -> None:
    shell.document("One")
    panel, sash, lies = shell.window.layout.panels[name], shell.window.layout.sashes[name], name == "run_panel"
    qtbot.waitUntil(sash.isVisible)
    qtbot.waitUntil(lambda: isinstance(shell.window.layout.panels["run_panel"].widget(), QLabel))  # they come behind the canvas
    qtbot.waitUntil(lambda: (panel.height() if lies else panel.width()) == pytest.approx(theme().metric[name], abs=2))
    before = panel.height() if lies else panel.width()
    start = sash.rect().center()
    QTest.mousePress(sash, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(sash, start + (QPoint(0, by) if lies else QPoint(by, 0)))
    QTest.mouseRelease(sash, Qt.MouseButton.LeftButton, pos=start)
    qtbot.waitUntil(lambda: (panel.height() if lies else panel.width()) == before + abs(by))


def test_reset_puts_everything_back(shell: Shell) -> None:
    shell.document("One")
    inspector = shell.window.layout.panels["inspector"]
    inspector.setFloating(True)
    shell.window.layout.want("run_panel", False)
    shell.window.actions["reset_layout"].trigger()
    assert shown(shell) == {"side_panel": True, "inspector": True, "run_panel": True}
    assert not inspector.isFloating()


def test_closing_a_floating_panel_hides_it_for_good(shell: Shell) -> None:
    shell.document("One")
    inspector = shell.window.layout.panels["inspector"]
    inspector.setFloating(True)
    inspector.close()
    assert not shell.window.layout.wanted["inspector"]
    assert not shell.window.actions["inspector"].isChecked()


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[]",
        '{"window.layout": "%%%", "window.place": 3, "window.panels": ["x"], "window.sizes": 7, "actions.keys": 4}',
        '{"window.layout": "AAAA", "look.theme": "pink", "look.language": 9, "files.recent": {"a": 1}}',
    ],
)
def test_broken_memory_is_as_none(make_shell: Make, tmp_path: Path, broken: str) -> None:
    path = tmp_path / "window.json"
    path.write_text(broken, encoding="utf-8")
    made = make_shell(path)
    made.document("One")
    assert shown(made) == {"side_panel": True, "inspector": True, "run_panel": True}
    made.window.frame.close()
    assert "window.layout" in json.loads(path.read_text(encoding="utf-8"))


def test_window_that_may_not_close_stays(shell: Shell) -> None:
    shell.window.frame.may_close = lambda: False
    shell.window.frame.close()
    assert shell.window.frame.isVisible()
    shell.window.frame.may_close = lambda: True


def test_f6_goes_through_the_areas_and_leaves_the_canvas(shell: Shell, qtbot: QtBot) -> None:
    page = shell.document("One")
    page.widget.setFocus()
    seen = []
    for _ in range(3):
        QTest.keyClick(shell.window.frame, Qt.Key.Key_F6)
        focus = shell.window.frame.focusWidget()
        assert focus is not None
        seen.append(type(focus).__name__)
    assert seen == ["ActionButton", "RailButton", "TabButton"]
    for _ in range(2):
        QTest.keyClick(shell.window.frame, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert shell.window.toolbar.isAncestorOf(shell.window.frame.focusWidget())


def panels_in_sight(shell: Shell) -> set[str]:
    return {name for name, panel in shell.window.layout.panels.items() if panel.isVisible()}


def test_a_narrow_window_folds_what_was_asked_for_first(shell: Shell, qtbot: QtBot) -> None:
    window, frame = shell.window, shell.window.frame
    frame.resize(1440, 900)
    shell.document("One")
    layout, all_of_them = window.layout, {"side_panel", "inspector", "run_panel"}
    qtbot.waitUntil(lambda: panels_in_sight(shell) == all_of_them and bool(layout.panels["inspector"].findChildren(QLabel)))
    for name in ("inspector", "run_panel"):
        layout.panels[name].widget().setMinimumWidth(350)
    frame.resize(300, 300)
    assert frame.size() == frame.minimumSize()
    qtbot.waitUntil(lambda: panels_in_sight(shell) == {"inspector", "run_panel"})
    assert not window.actions["side_panel"].isChecked()
    assert not any(button.isChecked() for button in window.rail.buttons.values())
    window.show_side_page("nodes")
    assert panels_in_sight(shell) == {"side_panel", "run_panel"}
    assert not window.actions["inspector"].isChecked()
    QTest.mouseClick(window.rail.buttons["nodes"], Qt.MouseButton.LeftButton)
    assert panels_in_sight(shell) == {"inspector", "run_panel"}, "who closes the one gives the other its room"
    window.show_side_page("nodes")
    frame.resize(1440, 900)
    qtbot.waitUntil(lambda: panels_in_sight(shell) == all_of_them)
    assert window.actions["inspector"].isChecked()


def test_nothing_of_a_narrow_tool_bar_lies_on_something_else(shell: Shell) -> None:
    shell.document("One", "run", "step", "drain", "cancel", "undo", "redo", "tidy")
    toolbar = shell.window.toolbar
    toolbar.show_model("Qwen2.5-Coder 0.5B", "local · ready", "state.ok")
    for language in ("en", "ko"):
        shell.window.look.use_language(language)
        for width in (1024, 800):
            shell.window.frame.resize(width, 600)
            toolbar = shell.window.toolbar
            toolbar.layout().activate()  # type: ignore[union-attr]
            parts = [
                part.geometry()
                for part in toolbar.findChildren(QWidget, "", Qt.FindChildOption.FindDirectChildrenOnly)
                if part.isVisible()
            ]
            assert all(toolbar.rect().contains(part) for part in parts), (language, width)
            assert not any(one.intersects(other) for one, other in combinations(parts, 2)), (language, width)
    shell.window.look.use_language("en")


def test_a_panel_keeps_the_size_that_a_person_gave_it_where_a_window_has_no_room(shell: Shell, qtbot: QtBot) -> None:
    window, frame = shell.window, shell.window.frame
    shell.document("One")
    panel, sash, start = window.layout.panels["side_panel"], window.layout.sashes["side_panel"], QPoint(3, 40)
    qtbot.waitUntil(lambda: isinstance(window.layout.panels["run_panel"].widget(), QLabel))
    qtbot.waitUntil(lambda: panel.width() == pytest.approx(theme().metric["side_panel"], abs=2))
    QTest.mousePress(sash, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(sash, start + QPoint(90, 0))
    QTest.mouseRelease(sash, Qt.MouseButton.LeftButton, pos=start)
    qtbot.waitUntil(lambda: panel.width() > theme().metric["side_panel"] + 80)
    wanted = panel.width()
    frame.resize(800, 560)
    qtbot.waitUntil(lambda: panel.width() < wanted)
    window.layout.save()
    assert sizes(window.preferences) == {
        "side_panel": wanted, "inspector": theme().metric["inspector"], "run_panel": theme().metric["run_panel"],
    }  # fmt: skip
