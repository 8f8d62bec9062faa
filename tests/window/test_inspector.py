"""The inspector under real keys and clicks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from engine.model.changes import SetDocument, SetNode, SetOption, SetParam
from engine.model.graph import Change, Graph, InputSpec, Node
from engine.model.issues import Issue
from engine.model.paths import MISSING
from engine.model.values import Json
from graph_editor.document import GraphDocument
from resources import language
from tests.helpers.checkout import ROOT
from tests.window.form_helpers import Owner, declarations
from tests.window.form_window import click, texts
from widgets.code.edit import CodeEdit
from widgets.forms.number_editors import DurationEditor, NumberLine
from widgets.forms.text_editors import TextBased
from widgets.inspection.foot import ActionButton
from widgets.inspection.node_form import PageArea
from widgets.inspection.pinned import PinnedNote
from widgets.inspection.shown import Attempt, LastRun, LogLine, NodeShown, WorkflowShown
from widgets.inspector import Inspector
from widgets.section import Section
from widgets.step_view import StepView
from widgets.stylesheet import dress
from widgets.theme import Theme
from widgets.value_view import CUT, MOST, NamedValue, ValueTree

Key = Qt.Key
HEAVY = ("pydantic", "jinja2", "yaml", "langgraph", "openai", "sqlmodel", "numpy", "networkx", "storage", "engine.runtime")


def inspector(qtbot: QtBot) -> tuple[Inspector, list[tuple[Any, ...]]]:
    made = Inspector(Owner())
    made.resize(320, 900)
    qtbot.addWidget(made)
    told: list[tuple[Any, ...]] = []
    made.edited.connect(lambda part, path, value: told.append((part, path, value)))
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made, told


def shown(node: Node, wired: Mapping[str, str] | None = None) -> NodeShown:
    kind = declarations().types[node.type]
    return NodeShown(node, kind, declarations().options, kind.ports, Owner(), wired or {})


def text_of(made: Inspector, name: str) -> TextBased:
    assert made.node_form is not None
    editor = made.node_form.fields[name].editor
    assert isinstance(editor, TextBased)
    return editor


def section(widget: QWidget, name: str) -> Section:
    return next(one for one in widget.findChildren(Section) if one.head().accessibleName() == name)


# ---------------------------------------------------------------------- nodes
def test_edits_of_a_node_become_changes_of_the_document(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    document = GraphDocument(Graph(nodes={"a": Node("a", "file.read", params={"path": "x"})}))

    def change(part: str, path: tuple[str | int, ...], value: Any) -> Change:
        if part == "node":
            return SetNode("a", "notes" if path == ("notes",) else "title", value)
        return SetParam("a", path, value) if part == "params" else SetOption("a", path, value)

    def apply(part: str, path: tuple[str | int, ...], value: Any) -> None:
        document.apply(change(part, path, value), "Edit", joins=f"{part}{path}")
        made.show_node(shown(document.graph.nodes["a"]))

    made.show_node(shown(document.graph.nodes["a"]))
    made.edited.connect(apply)
    made.committed.connect(document.end_joining)
    QTest.keyClicks(text_of(made, "path").edit, "yz")
    click(section(made, "Retry and time-out").head())
    limit = next(
        editor for editor in made.findChildren(DurationEditor) if editor.isVisible() and editor.spec.name == "time_limit"
    )
    QTest.keyClicks(limit.line, "90")
    made.edit_title()
    QTest.keyClicks(made.header.title, "Read it")
    node = document.graph.nodes["a"]
    assert (node.params, node.options, node.title) == ({"path": "xyz"}, {"time_limit": 90}, "Read it")
    document.undo()
    document.undo()
    document.undo()
    assert document.graph.nodes["a"] == Node("a", "file.read", params={"path": "x"})
    made.show_node(shown(document.graph.nodes["a"]))
    assert text_of(made, "path").edit.toPlainText() == "x"


def test_retry_is_edited_where_the_document_has_none_yet(qtbot: QtBot) -> None:
    made, told = inspector(qtbot)
    made.show_node(shown(Node("a", "file.read")))
    part = section(made, "Retry and time-out")
    click(part.head())
    attempts = next(line for line in part.findChildren(NumberLine) if line.accessibleName() == "Attempts")
    QTest.keyClick(attempts, Key.Key_Up)
    assert told == [("options", ("retry",), {"attempts": 2})]
    made.show_node(shown(Node("a", "file.read", options={"retry": {"attempts": 2}})))
    QTest.keyClick(attempts, Key.Key_Up)
    assert told[-1] == ("options", ("retry", "attempts"), 3)


def test_an_input_that_can_be_left_out_is_folded_until_something_stands_or_arrives_in_it(qtbot: QtBot) -> None:
    made, told = inspector(qtbot)
    made.show_node(shown(Node("a", "ai.llm", params={"prompt": "Hello"})))
    form = made.node_form
    assert form is not None
    value = form.fields["value"]
    fold = next(button for button in form.findChildren(QPushButton) if button.text() == " Value")
    assert not value.isVisible()
    click(fold)
    assert value.isVisible()
    assert not fold.isVisible()
    QTest.keyClicks(text_of(made, "value").edit, "5")
    assert told[-1] == ("params", ("value",), 5)
    text_of(made, "value").edit.clearFocus()
    made.show_node(shown(Node("b", "ai.llm", params={"prompt": "Hello"})))
    assert fold.isVisible()
    made.show_node(shown(Node("b", "ai.llm", params={"prompt": "Hello"}), {"value": "Mail"}))
    assert value.isVisible()
    assert not value.editor.isVisible()
    made.show_node(shown(Node("c", "ai.llm", params={"value": "x"})))
    assert value.isVisible()
    made.show_node(shown(Node("d", "flow.condition")))
    assert made.node_form is not None
    assert made.node_form.fields["value"].isVisible(), "a condition is about it"


def test_another_node_of_the_type_starts_with_a_clean_form(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    made.show_node(shown(Node("a", "file.write", params={"content": {"x": 1}, "path": "a.csv"})))
    QTest.keyClicks(text_of(made, "path").edit, "1")
    text_of(made, "content").edit.setFocus()
    QTest.keyClicks(text_of(made, "content").edit, "broken ")
    made.set_problems([Issue("x", "Wrong here.", field="path")])
    made.set_last_run(LastRun("run 1", StepView("succeeded", seconds=2.0), outputs={"out": 1}))
    first = made.node_form
    made.show_node(shown(Node("b", "file.write", params={"path": "b.csv"})))
    assert made.node_form is first
    assert text_of(made, "path").edit.toPlainText() == "b.csv"
    assert text_of(made, "content").edit.toPlainText() == ""
    assert not made.header.chip.isVisible()
    assert "Wrong here." not in texts(made)
    QTest.keyClick(text_of(made, "path").edit, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert text_of(made, "path").edit.toPlainText() == "b.csv"


def test_a_wired_parameter_and_the_state_are_shown(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    made.show_node(shown(Node("a", "file.read", title="Orders"), {"path": "New ticket"}))
    made.set_step(StepView("succeeded", seconds=6.2))
    assert not text_of(made, "path").isVisible()
    assert made.header.chip.text() == "6.2 s"
    assert made.header.title.text() == "Orders"


def test_the_time_of_a_running_step_goes_on(qtbot: QtBot) -> None:
    from time import time

    made, _ = inspector(qtbot)
    made.show_node(shown(Node("a", "file.read")))
    made.set_step(StepView("running", started=time() - 5))
    before = made.header.chip.text()
    qtbot.waitUntil(lambda: made.header.chip.text() != before)
    made.set_step(None)


def test_problems_of_options_open_their_part(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    made.show_node(shown(Node("a", "file.read")))
    made.set_problems([Issue("x", "Too many.", field="options.retry.attempts"), Issue("y", "No file.", field="path")])
    assert section(made, "Retry and time-out").is_open
    assert "Too many." in texts(made)
    assert "No file." in texts(made)


def test_problems_without_a_field_stand_above_all(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    made.show_node(shown(Node("a", "file.read")))
    made.set_problems([Issue("x", "Nothing is wired to it.", port="content"), Issue("y", "No such field.", field="gone.deep")])
    assert "Nothing is wired to it." in texts(made)
    assert "No such field." in texts(made)
    made.set_problems([])
    assert "Nothing is wired to it." not in texts(made)


def test_problems_of_the_workflow_are_shown_with_it(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    made.show_workflow(WorkflowShown("Triage", variables={"a": 1}))
    made.set_problems([Issue("x", "It has no nodes."), Issue("y", "Bad variable.", field="variables.a")])
    assert "It has no nodes." in texts(made)
    assert "Bad variable." in texts(made)


def test_everything_follows_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    made, _ = inspector(qtbot)
    made.show_node(shown(Node("a", "ai.llm", params={"prompt": "{{ inputs.brnd }}"})))
    edit = text_of(made, "prompt").edit
    top = edit.mapTo(made, QPoint()).y()
    dark = made.grab().toImage()
    dress(qapp, Theme("light"))
    light = made.grab().toImage()
    dress(qapp, Theme("dark"))
    for image, theme in ((dark, Theme("dark")), (light, Theme("light"))):
        shades = {image.pixelColor(x, y).name() for x in range(0, 320) for y in range(top, top + edit.height() + 20)}
        wash = theme.mix("syntax.template", "surface.sunken", 0.12)
        wanted = [*map(theme.color, ("surface.panel", "surface.sunken", "state.failed")), wash]
        assert {color.name() for color in wanted} <= shades


@pytest.mark.parametrize(
    ("type_id", "place", "name"),
    [
        ("http.request", "max_mb", "Size limit (MB)"),
        ("http.request", "query.page", "Value"),
        ("http.request", "options.retry.attempts", "Attempts"),
        ("http.request", "options.time_limit", "Time limit"),
        ("flow.condition", "cases[1].when", "When"),
        ("flow.condition", "gone", "Remove gone"),
    ],
)
def test_the_place_of_a_problem_is_opened_and_scrolled_to(qtbot: QtBot, type_id: str, place: str, name: str) -> None:
    made, _ = inspector(qtbot)
    made.resize(320, 360)
    known: dict[str, Json] = {"cases": [{"id": f"case_{at}", "when": ""} for at in (1, 2)], "gone": 1}
    params: dict[str, Json] = known if type_id == "flow.condition" else {"query": {"state": "open", "page": "1"}}
    made.show_node(shown(Node("a", type_id, params=params)))
    made.set_problems([Issue("x", "This is wrong.", field=place)])
    made.open_tab("docs")
    made.reveal(place)
    focus = made.focusWidget()
    assert focus.accessibleName() == name

    def in_view() -> bool:
        middle = focus.mapTo(made, focus.rect().center())
        return focus.hasFocus() and made.childAt(middle) in (focus, *focus.findChildren(QWidget))

    qtbot.waitUntil(in_view)


def test_the_caret_stays_in_sight_while_a_text_grows(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    made.resize(320, 460)
    made.show_node(shown(Node("a", "ai.llm")))
    edit = text_of(made, "system").edit
    edit.setFocus()
    for _line in range(12):
        QTest.keyClicks(edit, "words")
        QTest.keyClick(edit, Key.Key_Return)

    def in_view() -> bool:
        caret = edit.viewport().mapTo(made, edit.cursorRect().center())
        return made.childAt(caret) is edit.viewport()

    qtbot.waitUntil(in_view)


def test_the_place_of_a_problem_of_the_workflow_is_shown(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    made.resize(320, 360)
    inputs = {name: InputSpec(name, "text") for name in "abcdef"}
    made.show_workflow(WorkflowShown("Triage", inputs=inputs, variables={"tone": 1}))
    made.reveal("inputs.e.default")
    default = made.focusWidget()
    assert default.accessibleName() == "Default"
    qtbot.waitUntil(lambda: not default.visibleRegion().isEmpty())
    made.reveal("inputs.e")
    name = made.focusWidget()
    assert isinstance(name, QLineEdit)
    assert name.text() == "e"
    made.reveal("variables.tone")
    assert made.focusWidget().accessibleName() == "Value"


def test_what_the_type_does_not_know_is_shown_and_removed_in_one_step(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    params: dict[str, Json] = {"path": "a.csv", "gone": {"x": 1}, "older": 2}
    document = GraphDocument(Graph(nodes={"a": Node("a", "file.read", params=params, options={"patience": 3})}))

    def apply(part: str, path: tuple[str | int, ...], value: Any) -> None:
        document.apply(SetParam("a", path, value) if part == "params" else SetOption("a", path, value), "Edit", joins=part)
        made.show_node(shown(document.graph.nodes["a"]))

    def link(name: str) -> QPushButton:
        return next(one for one in made.findChildren(QPushButton) if one.accessibleName() == f"Remove {name}" and one.isVisible())

    made.show_node(shown(document.graph.nodes["a"]))
    made.edited.connect(apply)
    made.committed.connect(document.end_joining)
    made.set_problems([Issue("param.unknown", "There is no parameter 'gone'.", field="gone")])
    assert texts(made).count("There is no parameter 'gone'.") == 1
    QApplication.sendPostedEvents()
    click(link("gone"))
    QApplication.sendPostedEvents()
    click(link("older"))
    QApplication.sendPostedEvents()
    click(link("patience"))
    assert document.graph.nodes["a"] == Node("a", "file.read", params={"path": "a.csv"})
    document.undo()
    document.undo()
    assert document.graph.nodes["a"].params == {"path": "a.csv", "older": 2}


def test_an_unknown_type_is_kept_and_said(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    node = Node("a", "gone.type", params={"x": 1})
    made.show_node(NodeShown(node, None, declarations().options, declarations().types["file.read"].ports, Owner()))
    assert "Unknown node type" in texts(made)
    assert "x" in texts(made).splitlines()
    assert not any(button.isVisible() for button in made.findChildren(QPushButton) if button.text() == "Remove")
    assert made.header.title.placeholderText() == "gone.type"


def test_escape_takes_a_title_back(qtbot: QtBot) -> None:
    made, told = inspector(qtbot)
    made.show_node(shown(Node("a", "file.read", title="Old")))
    made.edit_title()
    QTest.keyClicks(made.header.title, "New")
    QTest.keyClick(made.header.title, Key.Key_Escape)
    assert told[-1] == ("node", ("title",), "Old")


def test_actions_stand_at_the_foot(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    done: list[bool] = []
    run, test = QAction("Run to here", made), QAction("Test", made)
    run.triggered.connect(lambda: done.append(True))
    test.setEnabled(False)
    made.set_actions([run, test])
    QApplication.sendPostedEvents()
    first, second = made.foot.findChildren(ActionButton)
    click(first)
    click(second)
    assert done == [True]
    run.setText("Run again")
    assert first.text() == "Run again"


def test_several_nodes_are_counted_and_named(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    made.show_many([f"Node {number}" for number in range(20)])
    assert made.header.title.text() == "20 nodes"
    assert "and 8 more" in texts(made)


# ---------------------------------------------------------------------- the workflow
def test_the_workflow_is_edited_while_nothing_is_selected(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    document = GraphDocument(Graph(name="Triage"))

    def show() -> None:
        graph = document.graph
        hosts = graph.settings.get("allow_hosts", [])
        assert isinstance(hosts, list)
        made.show_workflow(WorkflowShown(graph.name, graph.description, graph.inputs, graph.variables, list(map(str, hosts))))

    def apply(part: str, path: tuple[str | int, ...], value: Any) -> None:
        assert part == "document"
        document.apply(SetDocument(path, value), "Edit")
        show()

    show()
    made.edited.connect(apply)
    QTest.keyClicks(next(edit for edit in made.findChildren(CodeEdit) if edit.accessibleName() == "Description"), "Sorts")
    made.edit_title()
    QTest.keyClicks(made.header.title, "Tickets")
    graph = document.graph
    assert (graph.name, graph.description) == ("Tickets", "Sorts")


# ---------------------------------------------------------------------- the last run
RUN = LastRun(
    "run 214",
    StepView("failed", seconds=6.1),
    inputs={"text": "a" * 3 * CUT},
    outputs={"out": {"list": list(range(450)), "empty": []}},
    log=[LogLine("slow answer", "12:01", "warning")],
    attempts=[Attempt(1, "503", "1 s", True), Attempt(2, "200", "2 s")],
    facts=[("Tokens", "591")],
    prompt="Answer",
    issue=Issue("http", "The server answered 503.", "Try again later."),
)


def test_the_last_run_shows_what_went_in_and_out(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    made.show_node(shown(Node("a", "file.read")))
    made.set_last_run(RUN)
    click(made.tabs, made.tabs.tabRect(1).center())
    said = texts(made)
    for words in ("run 214", "The server answered 503.", "Try again later.", "Tokens", "503", "slow answer"):
        assert words in said
    tree = made.findChildren(QTreeWidget)[0]
    held = tree.topLevelItem(0)
    assert held is not None
    held.setExpanded(True)
    assert held.childCount() == 201
    more = held.child(200)
    assert more is not None
    assert more.text(1) == "250 more"
    tree.scrollToItem(more)
    click(tree.viewport(), tree.visualItemRect(more).center())
    assert held.childCount() == 401


def test_values_are_kept_as_they_are(qtbot: QtBot) -> None:
    value: Json = {"huge": 10**30, "none": None, "deep": {"list": [1, 2.5, "a"]}}
    tree = ValueTree(value)
    qtbot.addWidget(tree)
    found = [tree.topLevelItem(place) for place in range(3)]
    assert [item and (item.text(0), item.text(1)) for item in found[:2]] == [("huge", str(10**30)), ("none", "null")]
    assert found[2] is not None
    tree.expandItem(found[2])
    held = found[2].child(0)
    assert held is not None
    assert held.text(0) == "list"


def test_large_texts_are_cut_and_copied_whole(qtbot: QtBot) -> None:
    view = NamedValue("text", "a" * (MOST + 5))
    qtbot.addWidget(view)
    view.show()
    assert len(view.text.toPlainText()) == CUT
    click(next(button for button in view.findChildren(QPushButton) if button.text() == "Show all"))
    assert view.text.toPlainText().replace("\n", "") == "a" * MOST
    view.copy()
    assert len(QGuiApplication.clipboard().text()) == MOST + 5


# ---------------------------------------------------------------------- start-up
def test_making_an_inspector_shows_no_window_of_its_own(qtbot: QtBot) -> None:
    made = Inspector(Owner())
    qtbot.addWidget(made)
    made.set_actions([QAction("Run", made), QAction("Test", made)])
    made.show_node(shown(Node("a", "ai.llm", params={"gone": 1})))
    made.set_last_run(RUN)
    made.show_many(["a", "b"])
    assert [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()] == []


def test_none_of_it_imports_what_is_slow() -> None:
    modules = "widgets.inspector, widgets.palette, widgets.code.large_editor"
    code = f"import sys, {modules}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("code", ["en", "ko"])
def test_every_node_type_has_room_in_the_narrowest_inspector(qtbot: QtBot, code: str) -> None:
    language.use(code)
    made, _ = inspector(qtbot)
    made.resize(made.minimumWidth(), 500)
    for type_id, kind in declarations().types.items():
        for example in ({}, *kind.examples):
            params = example.get("params", {})
            assert isinstance(params, dict)
            made.show_node(shown(Node("a", type_id, params=params, options={"retry": {"attempts": 3}})))
            for part in made.findChildren(Section):
                part.set_open(True)
            QApplication.sendPostedEvents()
            area = next(area for area in made.findChildren(PageArea) if area.isVisible())
            page = area.widget()
            layout = page.layout() if page is not None else None
            assert page is not None
            assert layout is not None
            assert layout.minimumSize().width() <= area.viewport().width() == page.width(), (type_id, params)


def test_a_name_of_a_script_that_an_edge_gives_says_so(qtbot: QtBot) -> None:
    made, _ = inspector(qtbot)
    node = Node("a", "code.python", params={"code": "result = 1", "inputs": {"price": 3, "pieces": 1}})
    assert node.type in declarations().types
    hint = "“pieces” comes over an edge from Read tickets, not from here."
    made.show_node(shown(node, {"pieces": "Read tickets"}))
    assert hint in texts(made)
    made.show_node(shown(node))
    assert hint not in texts(made)


def test_a_pinned_node_says_that_it_is_not_run_and_is_unpinned(qtbot: QtBot) -> None:
    made, told = inspector(qtbot)
    made.show_node(shown(Node("a", "flow.wait")))
    note = made.findChild(PinnedNote)
    assert isinstance(note, PinnedNote)
    assert not note.isVisible()
    made.show_node(shown(Node("a", "flow.wait", options={"pinned": {"out": 1}})))
    assert note.isVisible()
    click(note.link)
    assert told == [("options", ("pinned",), MISSING)]
