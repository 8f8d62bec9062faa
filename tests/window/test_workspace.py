"""The window as a person has it: a workflow is opened, run, answered, changed and saved, with the real engine behind it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop_app.window import remembered
from desktop_app.window.document_canvas import DocumentCanvas
from desktop_app.window.frame import Frame
from desktop_app.window.inputs_card import InputsCard
from desktop_app.window.look import Look
from desktop_app.window.preferences import PreferencesFile
from desktop_app.window.workspace import Workspace
from engine.api.events import RunStarted, StepPaused, StepStarted
from engine.model.changes import SetDocument, SetParam
from graph_editor.menus import CanvasMenu
from widgets.approval import ApprovalDialog
from widgets.glyph import Button, IconButton
from widgets.run.entries import STEPS, VARIABLES
from widgets.run.model import RunModel

LONG = 20_000

ASKING = """\
schema_version: 1
id: 6f0c1a52-0000-4000-8000-000000000003
name: Asking
nodes:
  hello:
    type: data.transform
    title: Make a greeting
    params:
      operation: template
      template: hello
  ask:
    type: flow.approval
    title: May it go?
    params:
      question: Send it?
      payload: "{{ nodes.hello.output }}"
  out:
    type: flow.output
    params:
      name: said
edges:
  - from: hello.out
    to: ask.after
  - from: ask.approved
    to: out.value
"""


@contextlib.contextmanager
def working(qtbot: QtBot, qapp: QApplication, home: Path) -> Iterator[Workspace]:
    """Open a window on the workflow that asks, and close it as a person does at the end of the day."""
    look = Look(qapp, PreferencesFile(home / "window.json"))
    frame = Frame()
    frame.resize(1400, 900)
    frame.show()
    made = Workspace(frame, look, [home / "asking.weft"])
    made.begin()
    qtbot.waitUntil(lambda: made.pages.current() is not None and made.engine.registry is not None, timeout=LONG)
    qtbot.waitUntil(lambda: canvas_of(made).document.asked is None and made.engine.bridge.is_attached, timeout=LONG)
    yield made
    made.quit.begin(ask=False)
    qtbot.waitUntil(lambda: made.quit.stage == "done", timeout=LONG)
    made.end()
    for thing in (made, frame, look):
        thing.deleteLater()


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, home: Path) -> Iterator[Workspace]:
    (home / "asking.weft").write_text(ASKING, encoding="utf-8")
    with working(qtbot, qapp, home) as made:
        yield made


def canvas_of(workspace: Workspace) -> DocumentCanvas:
    view = workspace.pages.current()
    assert view is not None
    canvas = view.canvas
    assert isinstance(canvas, DocumentCanvas)
    return canvas


def status(canvas: DocumentCanvas, node: str) -> str:
    return canvas.run.step(node).view.status if canvas.run else "idle"


def dialogs(workspace: Workspace) -> list[ApprovalDialog]:
    """The dialogs that are seen and take an answer."""
    found = workspace.window.frame.findChildren(ApprovalDialog)
    return [dialog for dialog in found if dialog.isVisible() and dialog.card.reject_button.isEnabled()]


def test_run_answer_and_result(qtbot: QtBot, workspace: Workspace) -> None:
    canvas = canvas_of(workspace)
    QTest.mouseClick(workspace.window.toolbar.buttons["run"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(dialogs(workspace)) == 1, timeout=LONG)
    dialog = dialogs(workspace)[0]
    assert not dialog.isModal()
    assert (dialog.card.asked.text, dialog.card.asked.step) == ("Send it?", "May it go?")
    assert status(canvas, "ask") == "waiting"
    QTest.mouseClick(dialog.card.approve_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.status == "succeeded", timeout=LONG)
    assert canvas.run is not None
    assert canvas.run.outputs == {"said": "hello"}
    assert [canvas.editor.scene.step(node).status for node in ("hello", "ask", "out")] == ["succeeded"] * 3
    assert dialogs(workspace) == []


def test_the_step_of_a_node_that_is_chosen_is_shown(qtbot: QtBot, workspace: Workspace) -> None:
    canvas, panel = canvas_of(workspace), workspace.control.panel
    assert panel is not None
    workspace.window.actions["run"].trigger()
    qtbot.waitUntil(lambda: len(dialogs(workspace)) == 1, timeout=LONG)
    dialogs(workspace)[0].card.approve()
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.is_over, timeout=LONG)
    panel.show_page(STEPS)
    for node in ("out", "hello"):
        canvas.editor.scene.select([node])
        assert (panel.steps.chosen, panel.timeline.chosen) == (node, node)


def test_the_run_keeps_the_version_that_it_began_with(qtbot: QtBot, workspace: Workspace) -> None:
    canvas = canvas_of(workspace)
    workspace.window.actions["run"].trigger()
    qtbot.waitUntil(lambda: len(dialogs(workspace)) == 1, timeout=LONG)
    canvas.document.document.apply(SetParam("hello", ("template",), "other"), "Edit")
    dialogs(workspace)[0].card.approve()
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.is_over, timeout=LONG)
    assert canvas.run is not None
    assert canvas.run.outputs == {"said": "hello"}


def test_breakpoint_step_and_continue(qtbot: QtBot, workspace: Workspace) -> None:
    canvas = canvas_of(workspace)
    canvas.editor.scene.select(["out"])
    workspace.window.actions["breakpoint"].trigger()
    assert canvas.breakpoints == {"out"}
    workspace.window.actions["run"].trigger()
    qtbot.waitUntil(lambda: len(dialogs(workspace)) == 1, timeout=LONG)
    dialogs(workspace)[0].card.approve()
    qtbot.waitUntil(lambda: status(canvas, "out") == "paused", timeout=LONG)
    assert canvas.run is not None
    assert not canvas.run.is_over
    assert canvas.editor.scene.overlay.paused == {"out"}
    assert workspace.window.actions["resume"].isEnabled(), "nobody has to click the canvas first"
    (page,) = (one for one in workspace.window.tabs.pages() if one.is_document)
    assert page.status == "paused"
    QTest.mouseClick(workspace.window.toolbar.buttons["resume"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.status == "succeeded", timeout=LONG)
    assert canvas.editor.scene.overlay.paused == frozenset()


def test_the_marks_of_a_breakpoint_go_when_the_step_begins(workspace: Workspace) -> None:
    canvas, run = canvas_of(workspace), RunModel("r")
    canvas.show_run(run)
    for event in (
        RunStarted(run="r", at=1.0, workflow="w", steps=1),
        StepPaused(run="r", at=1.0, address="hello"),
        StepStarted(run="r", at=2.0, address="hello"),
    ):
        canvas.take_run_changes(run.take(event.as_json()))
        assert (canvas.editor.scene.overlay.paused == {"hello"}) is isinstance(event, StepPaused)
    canvas.show_run(None)


@pytest.mark.parametrize("page", ["workflows", "nodes", "approvals", "runs"])
def test_every_page_of_the_side_panel_may_be_the_first(qtbot: QtBot, qapp: QApplication, home: Path, page: str) -> None:
    preferences = PreferencesFile(home / "window.json")
    preferences.set(remembered.PAGE, page)
    look, frame = Look(qapp, preferences), Frame()
    made = Workspace(frame, look, [])
    assert made.window.side.open_page == page
    made.quit.begin(ask=False)
    qtbot.waitUntil(lambda: made.quit.stage == "done", timeout=LONG)
    made.end()
    for thing in (made, frame, look):
        thing.deleteLater()


def test_runs_of_other_days_are_offered_and_shown(qtbot: QtBot, workspace: Workspace) -> None:
    canvas = canvas_of(workspace)
    for _ in range(2):
        canvas.editor.scene.select(["hello"])
        workspace.window.actions["run_to"].trigger()
        qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.is_over, timeout=LONG)
        first = canvas.run
        assert first is not None
        qtbot.waitUntil(lambda: not workspace.runs.under_way(), timeout=LONG)
        del workspace.runs._runs[first.run]  # as after a restart
        canvas.show_run(None)
    workspace.control.follow(canvas)
    panel = workspace.control.panel
    assert panel is not None
    qtbot.waitUntil(lambda: len(panel.head._runs) == 2, timeout=LONG)
    for entry in list(panel.head._runs):
        panel.head.run_chosen.emit(entry.run)
        assert canvas.run is not None
        assert canvas.run.run == entry.run
        qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.is_over, timeout=LONG)
        assert status(canvas, "hello") in ("succeeded", "cached")


def test_run_to_here_and_from_here(qtbot: QtBot, workspace: Workspace) -> None:
    canvas = canvas_of(workspace)
    canvas.editor.scene.select(["hello"])
    workspace.window.actions["run_to"].trigger()
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.is_over, timeout=LONG)
    assert canvas.run is not None
    first = canvas.run
    assert set(first.steps) == {"hello"}
    canvas.editor.scene.select(["ask"])
    workspace.window.actions["run_from"].trigger()
    qtbot.waitUntil(lambda: len(dialogs(workspace)) == 1, timeout=LONG)
    assert canvas.run is not first
    assert status(canvas, "hello") == "cached"
    workspace.window.actions["cancel"].trigger()
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.status == "cancelled", timeout=LONG)
    qtbot.waitUntil(lambda: dialogs(workspace) == [], timeout=LONG)


def test_what_is_typed_is_checked_shown_and_undone(qtbot: QtBot, workspace: Workspace) -> None:
    canvas = canvas_of(workspace)
    canvas.editor.scene.select(["hello"])
    inspector = workspace.inspecting.inspector
    assert inspector is not None
    qtbot.waitUntil(lambda: inspector.node_form is not None, timeout=LONG)
    inspector.edited.emit("params", ("template",), "{{ nodes.nobody.output }}")
    qtbot.waitUntil(lambda: any(issue.node == "hello" for issue in canvas.problems), timeout=LONG)
    qtbot.waitUntil(partial(problem_is_listed, workspace), timeout=LONG)
    workspace.window.actions["undo"].trigger()
    assert canvas.document.graph.nodes["hello"].params["template"] == "hello"
    qtbot.waitUntil(lambda: not any(issue.severity == "error" for issue in canvas.problems), timeout=LONG)


def problem_is_listed(workspace: Workspace) -> bool:
    panel = workspace.control.panel
    return panel is not None and bool(panel.problems.model.rows)


def test_save_and_language(qtbot: QtBot, workspace: Workspace, home: Path) -> None:
    canvas = canvas_of(workspace)
    inspector = workspace.inspecting.inspector
    assert inspector is not None
    inspector.edited.emit("document", ("name",), "인사")
    assert canvas.document.is_modified
    workspace.window.actions["save"].trigger()
    qtbot.waitUntil(lambda: not canvas.document.is_modified, timeout=LONG)
    assert "name: 인사" in (home / "asking.weft").read_text(encoding="utf-8")
    workspace.window.look.use_language("ko")
    qtbot.waitUntil(lambda: workspace.window.actions["run"].text() == "실행", timeout=LONG)
    assert canvas_of(workspace) is canvas


def test_a_run_that_was_stopped_is_offered_at_the_next_start(qtbot: QtBot, qapp: QApplication, home: Path) -> None:
    (home / "asking.weft").write_text(ASKING, encoding="utf-8")
    with working(qtbot, qapp, home) as first:
        canvas = canvas_of(first)
        canvas.editor.scene.select(["ask"])
        first.window.actions["breakpoint"].trigger()
        first.window.actions["run"].trigger()
        qtbot.waitUntil(lambda: status(canvas, "ask") == "paused", timeout=LONG)
        assert canvas.run is not None
        run = canvas.run.run
    with working(qtbot, qapp, home) as second:
        again = canvas_of(second)
        qtbot.waitUntil(lambda: again.run is not None and again.run.status == "stopped", timeout=LONG)
        assert again.run is not None
        assert again.run.run == run
        assert any("can go on" in toast.text for toast in second.window.toasts.shown)
        QTest.mouseClick(second.window.toolbar.buttons["go_on"], Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: status(again, "ask") == "paused", timeout=LONG)  # its breakpoint is remembered
        QTest.mouseClick(second.window.toolbar.buttons["resume"], Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(dialogs(second)) == 1, timeout=LONG)


def test_a_question_is_opened_where_it_is_seen(qtbot: QtBot, workspace: Workspace) -> None:
    canvas, editor, toolbar = canvas_of(workspace), canvas_of(workspace).editor, workspace.window.toolbar
    assert not workspace.window.actions["answer"].isEnabled()
    workspace.window.actions["run"].trigger()

    def close_dialog() -> None:
        qtbot.waitUntil(lambda: len(dialogs(workspace)) == 1, timeout=LONG)
        QTest.keyClick(dialogs(workspace)[0], Qt.Key.Key_Escape)
        assert dialogs(workspace) == []

    close_dialog()
    item = editor.scene.node_item("ask")
    assert item is not None
    editor.view.zoom_to(1.0, glide=False)
    editor.view.center_on("ask")
    place = editor.view.mapFromScene(item.question_rect().center())
    QTest.mouseClick(editor.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    close_dialog()
    qtbot.waitUntil(lambda: editor.node_bar.isVisible() and editor.node_bar.buttons["answer"].isVisible())
    QTest.mouseClick(editor.node_bar.buttons["answer"], Qt.MouseButton.LeftButton)
    close_dialog()
    QTest.mouseClick(toolbar.state, Qt.MouseButton.LeftButton)
    close_dialog()
    editor.open_menu(editor.mapToGlobal(place))
    menu = editor.findChild(CanvasMenu)
    assert menu is not None
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(dialogs(workspace)) == 1, timeout=LONG)
    dialogs(workspace)[0].card.approve()
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.is_over, timeout=LONG)
    assert not workspace.window.actions["answer"].isEnabled()
    QTest.mouseClick(toolbar.state, Qt.MouseButton.LeftButton)
    assert dialogs(workspace) == []


def test_two_runs_of_one_workflow_are_both_in_sight(qtbot: QtBot, workspace: Workspace) -> None:
    canvas, window = canvas_of(workspace), workspace.window
    (page,) = (one for one in window.tabs.pages() if one.is_document)
    canvas.editor.scene.select(["hello"])
    window.actions["breakpoint"].trigger()
    shown = []
    for count in (1, 2):
        window.actions["run"].trigger()
        qtbot.waitUntil(lambda: window.status.parts["runs"].text() == f"{count} running", timeout=LONG)  # noqa: B023
        qtbot.waitUntil(lambda: status(canvas, "hello") == "paused", timeout=LONG)
        assert canvas.run is not None
        shown.append(canvas.run.run)
    QTest.mouseClick(window.toolbar.buttons["cancel"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.status == "cancelled", timeout=LONG)
    assert page.status == "paused", "the other one still goes on"
    assert window.toasts.shown[-1].text == "Another run of Asking still goes on."
    QTimer.singleShot(0, canvas, partial(workspace.documents.close, canvas.document))  # so that it is deleted, as in a program
    qtbot.waitUntil(lambda: workspace.pages.current() is None)
    QTest.mouseClick(window.status.parts["runs"], Qt.MouseButton.LeftButton)
    card = workspace.control.running.card
    assert card is not None
    assert card.isVisible()
    show = card.findChild(Button)
    assert show is not None
    QTest.mouseClick(show, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: workspace.pages.current() is not None, timeout=LONG)
    again = canvas_of(workspace)
    qtbot.waitUntil(lambda: again.run is not None and again.run.run == shown[0])
    assert not card.isVisible()
    QTest.mouseClick(window.status.parts["runs"], Qt.MouseButton.LeftButton)
    stop = card.findChild(IconButton)
    assert stop is not None
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.status.parts["runs"].isVisible(), timeout=LONG)
    assert not card.isVisible()


def test_a_run_with_other_inputs_begins_with_the_last_values(qtbot: QtBot, workspace: Workspace) -> None:
    canvas, window = canvas_of(workspace), workspace.window
    assert not window.actions["run_with"].isEnabled()
    canvas.document.document.apply(SetDocument(("inputs", "who"), {"type": "text", "default": "Ann"}), "Add")
    assert window.actions["run_with"].isEnabled()
    window.actions["run"].trigger()
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.status == "waiting", timeout=LONG)
    assert canvas.run is not None
    assert canvas.run.inputs == {"who": "Ann"}, "an input with a default is not asked for"
    first = canvas.run.run
    qtbot.waitUntil(lambda: len(dialogs(workspace)) == 1, timeout=LONG)
    QTest.keyClick(dialogs(workspace)[0], Qt.Key.Key_Escape)
    canvas.run.inputs = {}  # as after a restart: they are in the journal
    QTest.mouseClick(window.toolbar.more_runs, Qt.MouseButton.LeftButton)
    menu = window.toolbar.findChild(QMenu)
    assert menu is not None
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(window.actions["run_with"]).center())
    qtbot.waitUntil(lambda: window.frame.findChild(InputsCard) is not None, timeout=LONG)
    card = window.frame.findChild(InputsCard)
    assert card is not None
    window.frame.activateWindow()
    qtbot.waitUntil(lambda: card.isAncestorOf(QApplication.focusWidget() or window.frame))
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "e")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.run != first, timeout=LONG)
    assert sorted(str(canvas.run.inputs["who"])) == sorted("Anne")


def test_a_question_comes_back_at_the_next_start(qtbot: QtBot, qapp: QApplication, home: Path) -> None:
    (home / "asking.weft").write_text(ASKING, encoding="utf-8")
    with working(qtbot, qapp, home) as first:
        first.window.actions["run"].trigger()
        qtbot.waitUntil(lambda: len(dialogs(first)) == 1, timeout=LONG)
        canvas = canvas_of(first)
        qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.status == "waiting", timeout=LONG)
    with working(qtbot, qapp, home) as second:
        qtbot.waitUntil(lambda: len(dialogs(second)) == 1, timeout=LONG)
        assert dialogs(second)[0].card.head.hasFocus() or not dialogs(second)[0].isActiveWindow()
        again = canvas_of(second)
        qtbot.waitUntil(lambda: status(again, "ask") == "waiting", timeout=LONG)
        dialogs(second)[0].card.comment.setText("too early")
        QTest.mouseClick(dialogs(second)[0].card.reject_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: again.run is not None and again.run.is_over, timeout=LONG)
        assert again.run is not None
        assert (again.run.step("ask").view.detail, again.run.step("ask").view.text) == ("Rejected", "too early")
    with working(qtbot, qapp, home) as third:
        last = canvas_of(third)
        qtbot.waitUntil(lambda: status(last, "ask") == "succeeded", timeout=LONG)
        assert last.editor.scene.step("out").status == "skipped", "the last run is shown"


def test_the_message_of_a_run_that_ended_elsewhere_leads_to_its_result(qtbot: QtBot, workspace: Workspace) -> None:
    canvas = canvas_of(workspace)
    workspace.window.actions["run"].trigger()
    qtbot.waitUntil(lambda: len(dialogs(workspace)) == 1, timeout=LONG)
    workspace.window.actions["new"].trigger()
    qtbot.waitUntil(lambda: canvas_of(workspace) is not canvas)
    dialogs(workspace)[0].card.approve()

    toasts = workspace.window.toasts
    qtbot.waitUntil(lambda: any("is done" in toast.text for toast in toasts.shown), timeout=LONG)
    button = next(toast.action_button for toast in toasts.shown if "is done" in toast.text)
    assert button is not None
    assert button.text() == "Show the result"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: canvas_of(workspace) is canvas)
    panel = workspace.control.panel
    assert panel is not None
    assert panel.head.tabs.currentIndex() == VARIABLES
    assert panel.variables.values.value == "hello"
