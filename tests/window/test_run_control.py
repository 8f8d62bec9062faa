"""Runs in the window: what is held of them, and of the documents and views that they are shown in."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop_app.window.workspace import Workspace
from engine.model.changes import AddEdge, AddNode, SetNode
from engine.model.graph import Edge, Node
from engine.model.issues import failure
from tests.window.test_workspace import ASKING, LONG, canvas_of, working
from widgets.run.entries import STEPS

GREETING = """\
schema_version: 1
id: 6f0c1a52-0000-4000-8000-000000000004
name: Greeting
nodes:
  hello:
    type: data.transform
    title: Make a greeting
    params:
      operation: template
      template: hello
"""


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, home: Path) -> Iterator[Workspace]:
    (home / "asking.weft").write_text(GREETING, encoding="utf-8")
    with working(qtbot, qapp, home) as made:
        yield made


def test_a_run_has_the_graph_with_which_it_was_started(qtbot: QtBot, workspace: Workspace) -> None:
    canvas = canvas_of(workspace)
    workspace.window.actions["run"].trigger()
    canvas.document.document.apply(SetNode("hello", "title", "Another title"), "Rename")
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.is_over, timeout=LONG)
    assert canvas.run is not None
    known, panel = workspace.runs.get(canvas.run.run), workspace.control.panel
    assert known is not None
    assert known.graph is not None
    assert panel is not None
    assert known.graph.nodes["hello"].title == "Make a greeting"
    assert panel.source.graph is known.graph


def test_runs_with_large_outputs_are_forgotten_unless_they_are_shown(
    qtbot: QtBot, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.window.runs.KEPT_SIZE", 1)
    canvas, ids = canvas_of(workspace), list[str]()
    for _ in range(3):
        workspace.window.actions["run"].trigger()
        qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.run not in ids and canvas.run.is_over, timeout=LONG)
        assert canvas.run is not None
        ids.append(canvas.run.run)
        assert [run.id for run in workspace.runs.runs_of(canvas.document)] == ids[-1:]
    workspace.control.open_run(ids[0], canvas)
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.run == ids[0] and canvas.run.is_over, timeout=LONG)
    assert workspace.runs.get(ids[0]) is not None


def test_a_refusal_of_a_document_that_was_closed_is_passed_over(workspace: Workspace) -> None:
    document = canvas_of(workspace).document
    workspace.documents.close(document)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(document)
    workspace.runs.refused.emit(document, failure("trust.needed", "It is not trusted.", "Trust it."))
    assert workspace.documents.documents == []


def test_a_second_view_that_was_closed_is_held_by_nothing(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.window.actions["another_view"].trigger()
    QCoreApplication.processEvents()  # it looks at its place a moment later
    view = workspace.pages.current()
    assert view is not None
    page = workspace.pages.page_of(view)
    held: list[weakref.ref[QObject]] = [weakref.ref(view), weakref.ref(page), weakref.ref(canvas_of(workspace))]
    workspace.pages.close_page(page)
    del view, page
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: gc.collect() >= 0 and [one() for one in held] == [None] * 3)


def test_the_message_of_a_run_that_ended_with_a_rejection_says_so(
    qtbot: QtBot, qapp: QApplication, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "asking.weft").write_text(ASKING, encoding="utf-8")
    with working(qtbot, qapp, home) as workspace:
        said: list[str] = []
        monkeypatch.setattr(workspace.window.toasts, "show_toast", lambda text, *_, **__: said.append(text))
        workspace.window.actions["run"].trigger()
        qtbot.waitUntil(lambda: bool(workspace.runs.questions()), timeout=LONG)
        workspace.window.show_start_page()
        workspace.runs.answer(workspace.runs.questions()[0].run, "ask", approve=False, comment="too dear")
        qtbot.waitUntil(
            lambda: any(text.startswith("Asking: Rejected") and text.endswith("too dear") for text in said), timeout=LONG
        )


def test_a_host_is_allowed_as_an_edit_that_can_be_undone(qtbot: QtBot, workspace: Workspace) -> None:
    canvas = canvas_of(workspace)
    panel = workspace.control.panel
    assert panel is not None
    for host in ("127.0.0.1:80", "nas.local", "nas.local"):
        panel.host_wanted.emit("hello", host)
    assert canvas.document.graph.settings["allow_hosts"] == ["127.0.0.1:80", "nas.local"]
    workspace.window.actions["undo"].trigger()
    assert canvas.document.graph.settings["allow_hosts"] == ["127.0.0.1:80"]
    workspace.window.actions["undo"].trigger()
    assert "allow_hosts" not in canvas.document.graph.settings


def test_stepping_goes_along_with_what_pauses(qtbot: QtBot, workspace: Workspace) -> None:
    canvas = canvas_of(workspace)
    added = AddNode(Node("far", "data.transform", params={"operation": "template", "template": "x"}), position=(9_000.0, 4_000.0))
    for change in (added, AddEdge(Edge.of("hello.out", "far.after"))):
        canvas.document.document.apply(change, "Add")
    panel = workspace.control.panel
    assert panel is not None
    panel.show_page(STEPS)
    canvas.editor.view.center_on("hello", glide=False)
    workspace.window.actions["step"].trigger()
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.step("hello").view.status == "paused", timeout=LONG)
    far = canvas.editor.scene.rect_of(("far",))
    assert not canvas.editor.view.seen.intersects(far)
    workspace.window.actions["step"].trigger()
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.step("far").view.status == "paused", timeout=LONG)
    qtbot.waitUntil(lambda: canvas.editor.view.seen.contains(far))
    assert panel.steps.chosen == "far"
    workspace.window.actions["resume"].trigger()
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.is_over, timeout=LONG)
