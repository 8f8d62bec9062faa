"""The inputs of the workflow, edited on its page and on the page of an Input node, under real keys and clicks."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.window.input_names import named, renamed
from desktop_app.window.inspecting import change_of
from engine.model.graph import Graph, InputSpec, Node
from engine.model.issues import Issue
from engine.model.paths import Path
from graph_editor.document import GraphDocument
from tests.window.canvas import types
from tests.window.form_helpers import Owner, declarations
from tests.window.form_window import Key, click, texts
from widgets.code.edit import CodeEdit
from widgets.forms.choice_editors import ChoiceEditor, InputNameEditor
from widgets.forms.number_editors import NumberEditor
from widgets.forms.place_editors import FileEditor
from widgets.forms.text_editors import AnyEditor, JsonEditor, LongTextEditor
from widgets.inspection.input_form import InputForm, converted
from widgets.inspection.inputs_editor import InputRow, InputsEditor
from widgets.inspection.shown import NodeShown, WorkflowShown
from widgets.inspector import Inspector, Part

MAIL = "Dear team,\n\nthe parcel never came.\n\nYours, Ann"


class Page:
    """An inspector of a document, joined with it as in the window; `node` is the one that is selected."""

    def __init__(self, qtbot: QtBot, graph: Graph, node: str = "") -> None:
        self.document, self.node, self.context = GraphDocument(graph), node, Owner()
        self.inspector = Inspector(self.context)
        self.inspector.resize(320, 900)
        qtbot.addWidget(self.inspector)
        self.inspector.edited.connect(self._on_edited)
        self.inspector.input_named.connect(self._on_named)
        self.inspector.input_renamed.connect(self._on_renamed)
        self.inspector.committed.connect(self.document.end_joining)
        self.document.changed.connect(self.show)
        self.show()
        with qtbot.waitActive(self.inspector):
            self.inspector.show()
            self.inspector.activateWindow()

    @property
    def graph(self) -> Graph:
        return self.document.graph

    def _on_edited(self, part: Part, path: Path, value: Any) -> None:
        change = change_of(part, self.node, path, value)
        assert change is not None
        self.document.apply(change, "Edit", joins=f"{part} {path}")

    def _on_named(self, path: Path, value: Any) -> None:
        self.document.apply(named(self.graph, self.node, path, value, types()), "Name")

    def _on_renamed(self, old: str, new: str) -> None:
        self.document.apply(renamed(self.graph, old, new, types()), "Rename")

    def show(self, _delta: object = None) -> None:
        graph = self.graph
        self.context.inputs = lambda: list(graph.inputs)  # type: ignore[method-assign]
        if self.node:
            node = graph.nodes[self.node]
            kind = declarations().types[node.type]
            shown = NodeShown(node, kind, declarations().options, kind.ports, self.context, {}, graph.inputs)
            self.inspector.show_node(shown)
        else:
            self.inspector.show_workflow(WorkflowShown(graph.name, graph.description, graph.inputs))

    def text(self, name: str) -> CodeEdit:
        (edit,) = (edit for edit in self.inspector.findChildren(CodeEdit) if edit.isVisible() and edit.accessibleName() == name)
        return edit

    def rename(self, name: str, *, end: Key = Key.Key_Return) -> None:
        (line,) = (line for line in self.inspector.findChildren(QLineEdit) if _is_name(line))
        click(line)
        line.selectAll()
        QTest.keyClicks(line, name)
        QTest.keyClick(line, end)

    def form(self) -> InputForm:
        (form,) = (form for form in self.inspector.findChildren(InputForm) if form.isVisible())
        return form


def _is_name(line: QLineEdit) -> bool:
    box = line.parentWidget()
    return line.isVisible() and box is not None and isinstance(box.parentWidget(), InputNameEditor)


def workflow(*names: str, **params: str) -> Graph:
    nodes = {key: Node(key, "flow.input", params={"name": value} if value else {}) for key, value in params.items()}
    said = Node("said", "flow.output", params={"name": "said", "value": "{{ inputs.mail }} and {{ inputs['mail'] }}"})
    return Graph(nodes={**nodes, "said": said}, inputs={name: InputSpec(name, "text") for name in names})


# ---------------------------------------------------------------------- on the page of a node
def test_the_default_is_edited_on_the_page_of_the_input_in_one_step(qtbot: QtBot) -> None:
    page = Page(qtbot, workflow("mail", start="mail"), "start")
    edit = page.text("Default")
    click(edit)
    for number, line in enumerate(MAIL.split("\n")):
        if number:
            QTest.keyClick(edit, Key.Key_Return)
        QTest.keyClicks(edit, line)
    assert page.graph.inputs["mail"] == InputSpec("mail", "text", MAIL)
    assert edit.height() >= edit.fontMetrics().lineSpacing() * 5
    page.document.undo()
    assert page.graph.inputs["mail"] == InputSpec("mail", "text")
    assert edit.toPlainText() == ""


@pytest.mark.parametrize(
    ("kind", "editor"),
    [
        ("text", LongTextEditor), ("number", NumberEditor), ("boolean", ChoiceEditor), ("list", JsonEditor),
        ("object", JsonEditor), ("file", FileEditor), ("any", AnyEditor),
    ],
)  # fmt: skip
def test_each_type_has_its_editor_of_the_default(qtbot: QtBot, kind: str, editor: type) -> None:
    page = Page(qtbot, Graph(nodes={"a": Node("a", "flow.input", params={"name": "x"})}, inputs={"x": InputSpec("x", kind)}), "a")
    assert type(page.form().default.editor) is editor


def test_type_requirement_and_help_are_edited_and_the_default_goes_along(qtbot: QtBot) -> None:
    graph = Graph(nodes={"a": Node("a", "flow.input", params={"name": "x"})}, inputs={"x": InputSpec("x", "text", "12")})
    page = Page(qtbot, graph, "a")
    form = page.form()
    form.kind.setFocus()
    QTest.keyClicks(form.kind, "num")
    QTest.keyClick(form.kind, Key.Key_Return)
    assert page.graph.inputs["x"] == InputSpec("x", "number", 12)
    assert isinstance(form.default.editor, NumberEditor)
    assert form.default.editor.line.text() == "12"
    click(form.needed)
    QTest.keyClicks(page.text("Help"), "How many")
    assert page.graph.inputs["x"] == InputSpec("x", "number", 12, required=True, help="How many")
    click(form.needed)
    assert not page.graph.inputs["x"].required


def test_yes_or_no_can_be_left_open(qtbot: QtBot) -> None:
    graph = Graph(nodes={"a": Node("a", "flow.input", params={"name": "x"})}, inputs={"x": InputSpec("x", "boolean")})
    page = Page(qtbot, graph, "a")
    editor = page.form().default.editor
    assert isinstance(editor, ChoiceEditor)
    assert editor.segments is not None
    assert editor.segments.current() == -1
    QTest.mouseClick(
        editor.segments, Qt.MouseButton.LeftButton, pos=editor.segments.rect().center() + editor.segments.rect().topLeft()
    )
    assert page.graph.inputs["x"].default in (True, False)
    page.form().default.reset()
    assert page.graph.inputs["x"].default is None


def test_a_default_that_does_not_fit_another_type_is_kept(qtbot: QtBot) -> None:
    assert converted(MAIL, "number") == MAIL
    assert converted(converted([1, 2], "text"), "list") == [1, 2]
    assert converted("true", "boolean") is True
    assert converted("007", "number") == "007"
    assert converted(None, "number") is None


def test_a_new_name_declares_the_input(qtbot: QtBot) -> None:
    page = Page(qtbot, workflow(start=""), "start")
    page.rename("mail")
    assert page.graph.inputs == {"mail": InputSpec("mail", "text")}
    assert page.graph.nodes["start"].params == {"name": "mail"}
    assert page.form().isVisible()
    page.document.undo()
    assert page.graph.inputs == {}
    assert page.graph.nodes["start"].params == {}


def test_another_name_renames_the_input_and_what_reads_it_in_one_step(qtbot: QtBot) -> None:
    page = Page(qtbot, workflow("first", "mail", "last", start="mail"), "start")
    page.rename("letter", end=Key.Key_Tab)
    assert list(page.graph.inputs) == ["first", "letter", "last"]
    assert page.graph.nodes["start"].params == {"name": "letter"}
    assert page.graph.nodes["said"].params["value"] == "{{ inputs.letter }} and {{ inputs['letter'] }}"
    page.document.undo()
    assert list(page.graph.inputs) == ["first", "mail", "last"]
    assert page.graph.nodes["said"].params["value"] == "{{ inputs.mail }} and {{ inputs['mail'] }}"


def test_an_input_that_another_node_gives_keeps_its_name(qtbot: QtBot) -> None:
    page = Page(qtbot, workflow("mail", start="mail", other="mail"), "start")
    page.rename("letter")
    assert list(page.graph.inputs) == ["mail", "letter"]
    assert page.graph.nodes["other"].params == {"name": "mail"}


def test_a_declared_name_is_only_chosen(qtbot: QtBot) -> None:
    page = Page(qtbot, workflow("mail", "tone", start="mail"), "start")
    page.rename("tone")
    assert list(page.graph.inputs) == ["mail", "tone"]
    assert page.graph.nodes["start"].params == {"name": "tone"}


def test_a_name_that_templates_cannot_read_is_refused_in_place(qtbot: QtBot) -> None:
    page = Page(qtbot, workflow("mail", start="mail"), "start")
    page.rename("my mail")
    assert "Use letters, digits and underscores, beginning with a letter." in texts(page.inspector)
    assert list(page.graph.inputs) == ["mail"]


def test_a_name_from_elsewhere_can_be_declared(qtbot: QtBot) -> None:
    page = Page(qtbot, workflow(start="mail"), "start")
    click(next(button for button in page.inspector.findChildren(QPushButton) if button.text() == " Declare “mail”"))
    assert page.graph.inputs == {"mail": InputSpec("mail", "text")}


def test_a_node_without_a_name_shows_all_inputs(qtbot: QtBot) -> None:
    page = Page(qtbot, workflow("mail", "tone", start=""), "start")
    assert [row.name.text() for row in rows(page)] == ["mail", "tone"]


def test_a_problem_of_the_declaration_stands_at_its_field(qtbot: QtBot) -> None:
    page = Page(qtbot, workflow("mail", start="mail"), "start")
    issue = Issue("input.default", "The default is wrong.", field="inputs.mail.default")
    page.inspector.set_problems([issue])
    assert "The default is wrong." in texts(page.form().default)
    assert texts(page.inspector).count("The default is wrong.") == 1


# ---------------------------------------------------------------------- on the page of the workflow
def rows(page: Page) -> list[InputRow]:
    (editor,) = (editor for editor in page.inspector.findChildren(InputsEditor) if editor.isVisible())
    return editor.list.rows


def test_inputs_are_added_edited_and_removed(qtbot: QtBot) -> None:
    page = Page(qtbot, workflow("a"))
    click(next(button for button in page.inspector.findChildren(QPushButton) if button.text() == " Add an input"))
    added = rows(page)[1]
    QTest.keyClicks(added.form.default.editor.texts()[0], "5")
    assert list(page.graph.inputs) == ["a"]
    click(added.name)
    QTest.keyClicks(added.name, "c")
    QTest.keyClick(added.name, Key.Key_Return)
    assert page.graph.inputs == {"a": InputSpec("a", "text"), "c": InputSpec("c", "text", "5")}
    click(rows(page)[0].bin)
    assert list(page.graph.inputs) == ["c"]
    page.document.undo()
    assert list(page.graph.inputs) == ["a", "c"]
    assert [row.name.text() for row in rows(page)] == ["a", "c"]


def test_a_name_is_changed_everywhere_when_all_of_it_is_typed(qtbot: QtBot) -> None:
    page = Page(qtbot, workflow("mail", "letters", start="mail"))
    name = rows(page)[0].name
    click(name)
    name.selectAll()
    QTest.keyClicks(name, "letter")
    assert list(page.graph.inputs) == ["mail", "letters"]
    QTest.keyClick(name, Key.Key_Tab)
    assert list(page.graph.inputs) == ["letter", "letters"]
    assert page.graph.nodes["start"].params == {"name": "letter"}
    assert page.graph.nodes["said"].params["value"] == "{{ inputs.letter }} and {{ inputs['letter'] }}"


@pytest.mark.parametrize(
    ("typed", "told"),
    [("b", "There are two “b”."), ("a b", "Use letters, digits and underscores, beginning with a letter.")],
)
def test_a_name_that_cannot_be_is_told_of_at_its_row(qtbot: QtBot, typed: str, told: str) -> None:
    page = Page(qtbot, workflow("a", "b"))
    row = rows(page)[0]
    click(row.name)
    row.name.selectAll()
    QTest.keyClicks(row.name, typed)
    assert told in texts(row)
    QTest.keyClick(row.name, Key.Key_Tab)
    assert list(page.graph.inputs) == ["a", "b"]
    assert told in texts(row)
