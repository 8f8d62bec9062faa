"""A copied file in the window: it is another workflow than the one whose id it has."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.window.runs import workflow_of
from desktop_app.window.workspace import Workspace
from tests.window.test_workspace import ASKING, LONG, canvas_of, status, workspace

__all__ = ["workspace"]


def test_a_copied_file_shows_no_run_of_the_other(qtbot: QtBot, workspace: Workspace, home: Path) -> None:
    first = canvas_of(workspace)
    QTest.mouseClick(workspace.window.toolbar.buttons["run"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: first.run is not None and first.run.status == "waiting", timeout=LONG)
    (home / "copy.weft").write_text(ASKING, encoding="utf-8")
    workspace.documents.open(home / "copy.weft")
    qtbot.waitUntil(lambda: canvas_of(workspace).document.is_copy, timeout=LONG)
    copy = canvas_of(workspace)
    assert status(copy, "ask") == "idle"
    assert workflow_of(copy.document) != workflow_of(first.document)
    QTest.mouseClick(workspace.window.toolbar.buttons["run"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: status(copy, "ask") == "waiting", timeout=LONG)
    assert [len(workspace.runs.runs_of(canvas.document)) for canvas in (first, copy)] == [1, 1]
    assert (workspace.documents.find(home / "copy.weft"), copy.document.is_modified) == (copy.document, False)
