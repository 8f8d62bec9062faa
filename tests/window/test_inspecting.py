"""From the canvas into the inspector and back, for one node and for several."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.window.workspace import Workspace
from engine.model.changes import AddEdge, AddNode, Batch, SetOption
from engine.model.graph import Edge, Node
from tests.window.test_workspace import canvas_of, workspace
from widgets.forms.choice_editors import ChoiceEditor
from widgets.forms.field import Field
from widgets.inspector import Inspector

__all__ = ["workspace"]


def inspector_of(workspace: Workspace) -> Inspector:
    found = workspace.inspecting.inspector
    assert found is not None
    return found


def to_front(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.window.frame.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is workspace.window.frame)


def press(key: Qt.Key) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key)


def test_enter_goes_to_the_first_text_of_a_node_and_esc_back(qtbot: QtBot, workspace: Workspace) -> None:
    canvas, inspector = canvas_of(workspace), inspector_of(workspace)
    to_front(qtbot, workspace)
    canvas.editor.setFocus()
    canvas.editor.scene.select(["ask"])
    before = canvas.editor.view.seen
    press(Qt.Key.Key_Return)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert inspector.isAncestorOf(focus)
    focus.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(focus, "DWP?")
    assert canvas.document.graph.nodes["ask"].params["question"] == "DWP?"
    assert canvas.document.graph.nodes["ask"].options == {}, "no letter was a key of the canvas"
    assert canvas.editor.view.seen == before, "the node was seen, so nothing moves"
    press(Qt.Key.Key_Escape)
    assert canvas.editor.view.hasFocus()
    press(Qt.Key.Key_D)
    assert canvas.document.graph.nodes["ask"].options == {"disabled": True}


def test_what_can_be_taken_back_is_told_with_the_label_of_the_field(qtbot: QtBot, workspace: Workspace) -> None:
    canvas, actions = canvas_of(workspace), workspace.window.actions
    edited = inspector_of(workspace).edited
    undo = actions["undo"].tip().partition("\n")[0]
    canvas.editor.scene.select(["ask"])
    told = []
    for part, path, value in (
        ("params", ("question",), "Now?"),
        ("options", ("on_error",), "port"),
        ("node", ("notes",), "x"),
        ("params", ("no_such",), 1),
        ("document", ("variables",), {"a": 1}),
    ):
        edited.emit(part, path, value)
        told.append(actions["undo"].tip())
    labels = ("Question", "On error", "Notes", "no_such", "Variables")
    assert told == [f"{undo}\nEdit {label}" for label in labels]
    canvas.editor.undo()
    assert actions["undo"].tip() == f"{undo}\nEdit no_such"
    assert actions["redo"].tip().endswith("\nEdit Variables")


def test_an_edge_moves_along_when_one_call_becomes_one_for_each_item(qtbot: QtBot, workspace: Workspace) -> None:
    canvas, inspector = canvas_of(workspace), inspector_of(workspace)
    wired = Batch((AddNode(Node("model", "ai.llm"), position=(0, 400)), AddEdge(Edge.of("hello.out", "model.value"))))
    canvas.document.document.apply(wired, "Add")
    canvas.editor.scene.select(["model"])

    def modes() -> list[ChoiceEditor]:
        fields = (field for field in inspector.findChildren(Field) if field.spec.name == "mode" and field.isVisible())
        return [editor for field in fields for editor in field.findChildren(ChoiceEditor)]

    qtbot.waitUntil(lambda: len(modes()) == 1)
    segments = modes()[0].segments
    assert segments is not None
    QTest.mouseClick(segments, Qt.MouseButton.LeftButton, pos=segments.place_of(1).center().toPoint())
    graph = canvas.document.graph
    assert (graph.nodes["model"].params, graph.edges[-1]) == ({"mode": "each"}, Edge.of("hello.out", "model.items"))
    canvas.editor.scene.select((), [graph.edges[-1]])
    assert canvas.editor.scene.selected_edges() == [graph.edges[-1]], "the canvas has it as well"
    canvas.editor.undo()
    assert (graph.nodes["model"].params, graph.edges[-1]) == ({}, Edge.of("hello.out", "model.value"))


def test_a_node_without_fields_leads_to_its_title(qtbot: QtBot, workspace: Workspace) -> None:
    canvas, inspector = canvas_of(workspace), inspector_of(workspace)
    to_front(qtbot, workspace)
    canvas.document.document.apply(AddNode(Node("odd", "nobody.knows"), position=(0, 0)), "Add")
    canvas.editor.open_requested.emit("odd")
    assert QApplication.focusWidget() is inspector.header.title
    press(Qt.Key.Key_Escape)
    assert canvas.editor.view.hasFocus()


def test_several_nodes_are_named_from_left_to_right_with_what_can_be_done(qtbot: QtBot, workspace: Workspace) -> None:
    canvas, inspector = canvas_of(workspace), inspector_of(workspace)
    canvas.document.document.apply(SetOption("hello", ("pinned",), {"out": "x"}), "Pin")
    canvas.editor.scene.select(["out", "hello", "ask"])

    def buttons() -> dict[str, QPushButton]:
        return {found.text().strip(): found for found in inspector.findChildren(QPushButton) if found.isVisible()}

    qtbot.waitUntil(lambda: "Distribute" in buttons())
    names = [name.accessibleName() or name.text() for name in inspector.findChildren(QLabel) if name.isVisible()]
    said = [name for name in names if name in ("Make a greeting", "May it go?", "Output")]
    assert said == ["Make a greeting", "May it go?", "Output"]
    assert set(buttons()) >= {"Align", "Distribute", "Put in a frame", "Disable", "Unpin output", "Delete"}
    buttons()["Unpin output"].click()
    assert canvas.document.graph.nodes["hello"].options == {}
    qtbot.waitUntil(lambda: not buttons()["Unpin output"].isEnabled())
    buttons()["Disable"].click()
    assert all(node.options == {"disabled": True} for node in canvas.document.graph.nodes.values())
    buttons()["Delete"].click()
    assert not canvas.document.graph.nodes
