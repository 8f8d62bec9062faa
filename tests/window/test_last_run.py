"""The last run of a document that is opened: shown, and offered to go on with where that is right."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop_app.window.library import Done, Failed
from desktop_app.window.workspace import Workspace
from engine.model.values import JsonObject
from tests.window.test_workspace import LONG, canvas_of, workspace

__all__ = ["workspace"]


def stop_a_run(qtbot: QtBot, workspace: Workspace) -> str:
    """Begin a run, stop it at a breakpoint, and return its id."""
    canvas = canvas_of(workspace)
    canvas.document.set_breakpoints(["ask"])
    workspace.window.actions["run"].trigger()
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.is_paused, timeout=LONG)
    workspace.control.drain(canvas)
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.status == "stopped", timeout=LONG)
    assert canvas.run is not None
    return canvas.run.run


def offers(workspace: Workspace) -> list[str]:
    return [toast.text for toast in workspace.window.toasts.shown if "can go on" in toast.text]


def open_file(qtbot: QtBot, workspace: Workspace, path: Path) -> None:
    with qtbot.waitSignal(workspace.documents.opened, timeout=LONG):
        workspace.documents.open(path)


def test_a_copied_file_is_not_offered_the_run_of_another(qtbot: QtBot, workspace: Workspace, home: Path) -> None:
    run = stop_a_run(qtbot, workspace)
    workspace.runs.forget([run])  # as it is on another day
    copy = home / "dropped.weft"
    copy.write_text((home / "asking.weft").read_text(encoding="utf-8"), encoding="utf-8")
    held: list[tuple[str, JsonObject | None, Done | None, Failed | None]] = []
    ask = workspace.library._ask

    def late(do: str, given: JsonObject | None = None, done: Done | None = None, failed: Failed | None = None) -> None:
        if do == "register":
            held.append((do, given, done, failed))
        else:
            ask(do, given, done, failed)

    workspace.library._ask = late
    open_file(qtbot, workspace, copy)
    canvas, found = canvas_of(workspace), list[object]()
    workspace.runs.past_of(canvas.document, found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=LONG)
    assert canvas.run is None
    ask(*held[0])
    qtbot.waitUntil(lambda: canvas.document.is_copy and canvas.document.is_placed, timeout=LONG)
    workspace.runs.past_of(canvas.document, found.append)
    qtbot.waitUntil(lambda: len(found) == 2, timeout=LONG)
    assert (canvas.run, offers(workspace)) == (None, [])
    workspace.control.go_on(canvas)
    assert "There is no run of Asking to go on with." in [toast.text for toast in workspace.window.toasts.shown]


def test_a_run_that_was_stopped_is_offered_when_its_file_is_opened_again(qtbot: QtBot, workspace: Workspace, home: Path) -> None:
    run = stop_a_run(qtbot, workspace)
    document = canvas_of(workspace).document
    document.document.set_saved()
    workspace.documents.close(document)
    workspace.runs.forget([run])
    open_file(qtbot, workspace, home / "asking.weft")
    qtbot.waitUntil(lambda: len(offers(workspace)) == 1, timeout=LONG)
    canvas = canvas_of(workspace)
    assert canvas.run is not None
    assert canvas.run.run == run
