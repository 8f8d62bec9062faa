"""What the inspector shows while nothing is selected: the workflow itself, its inputs and variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api.declaration import FieldSpec
from engine.model.graph import INPUT_TYPES, InputSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING
from engine.model.values import Json
from resources.language import tr
from widgets.boxes import column, fill, line, row, words
from widgets.forms.context import Choice, FormContext
from widgets.forms.editor import Value
from widgets.forms.form import Form, split_place
from widgets.forms.label import FieldLabel
from widgets.forms.line import Line
from widgets.forms.literal import read_cell, shown_cell
from widgets.forms.notes import Problems
from widgets.forms.pick import Pick
from widgets.forms.row_list import Grip, Row, RowList
from widgets.inspection.shown import WorkflowShown
from widgets.section import Section
from widgets.switch import Switch
from widgets.values import TYPE_WORDS

FIELDS = (
    FieldSpec("description", "long_text", "Description", "What the workflow is for."),
    FieldSpec("variables", "key_values", "Variables", "Values that templates read as vars.name."),
    FieldSpec("allow_hosts", "list", "Allowed hosts", "Addresses on this machine or in its network that requests may reach."),
)


class InputRow(Row):
    """One declared input. `changed` tells of each edit."""

    changed = Signal()
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown = InputSpec("")
        self.name, self.default, self.about = Line(tr("name")), Line(tr("Default")), Line(tr("Help for who starts it"))
        self.kind = Pick(tr("Type"))
        self.kind.offer([Choice(kind, tr(TYPE_WORDS[kind]).capitalize()) for kind in INPUT_TYPES])
        self.needed = Switch(tr("Required"))
        for edit in (self.name, self.default, self.about):
            edit.textEdited.connect(self.changed)
            edit.editingFinished.connect(self.ended)
        self.kind.picked.connect(self.changed)
        self.needed.clicked.connect(self.changed)
        self.first = self.name
        first, second = (
            row(Grip(self), self.name, self.kind, self.bin, gap=4),
            row(self.default, FieldLabel(tr("Required"), "hint", self.needed), self.needed, gap=6),
        )
        self.kind.setFixedWidth(104)
        fill(QVBoxLayout(self), [column(first, second, self.about, gap=4, margins=(6, 6, 6, 6), kind="card")])

    def show_input(self, shown: InputSpec) -> None:
        """Show an input."""
        self._shown = shown
        for edit, text in ((self.name, shown.name), (self.default, _written(shown.default)), (self.about, shown.help)):
            edit.show_text(text)
        self.kind.show_choice(shown.type)
        self.needed.setChecked(shown.required)

    def input(self) -> InputSpec:
        """Return the input as it was edited. Raises ValueError for a default that cannot be kept."""
        text = self.default.text()
        default = self._shown.default if text == _written(self._shown.default) else read_cell(text) if text else None
        kind = self.kind.value() or "any"
        return replace(
            self._shown,
            name=self.name.text(),
            type=kind,
            default=default,
            required=self.needed.isChecked(),
            help=self.about.text(),
        )


class InputsEditor(QWidget):
    """The declared inputs. `edited` tells all of them, by name; names that are empty or there twice are told of in place."""

    edited = Signal(object)
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._told: Mapping[str, InputSpec] = {}
        self.list: RowList[InputRow] = RowList(self._made, tr("Add an input"), tr("Inputs"), gap=6)
        self.list.add_wanted.connect(self._add)
        self.list.remove_wanted.connect(self._remove)
        self.list.reordered.connect(self._reorder)
        self._problem = words("", "error", wrap=True)
        self._problem.hide()
        fill(QVBoxLayout(self), [self.list, self._problem], gap=4)

    def show_inputs(self, inputs: Mapping[str, InputSpec]) -> None:
        """Show the inputs; rows that were just added and have no name yet stay."""
        if list(inputs.items()) == list(self._told.items()):
            return
        self._told = dict(inputs)
        for one, shown in zip(self.list.have(len(inputs)), inputs.values(), strict=True):
            one.show_input(shown)

    def reveal(self, place: str) -> None:
        """Put the focus into the row of an input."""
        name = split_place(place)[0]
        row = next((one for one in self.list.rows if one.name.text() == name), None)
        row.enter() if row is not None else self.list.focus_first()

    def _made(self) -> InputRow:
        made = InputRow()
        made.changed.connect(self._take)
        made.ended.connect(self.ended)
        return made

    def _add(self) -> None:
        made = self.list.add()
        made.show_input(InputSpec("", "text"))
        made.enter()

    def _remove(self, one: QObject) -> None:
        if isinstance(one, InputRow):
            self.list.remove(one)
            self._take()
            self.ended.emit()

    def _reorder(self, _places: object) -> None:
        self._take()
        self.ended.emit()

    def _take(self) -> None:
        inputs: dict[str, InputSpec] = {}
        problem = ""
        for one in self.list.rows:
            if one.name.text() in inputs:
                problem = tr("There are two “{name}”.", name=one.name.text())
            elif one.name.text():
                inputs[one.name.text()] = one.input()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        if not problem and list(inputs.items()) != list(self._told.items()):
            self._told = inputs
            self.edited.emit(inputs)


class WorkflowPage(QWidget):
    """The workflow's own form. `edited` tells a path in the document and the value, both as `SetDocument` takes them."""

    edited = Signal(object, object)
    committed = Signal()

    def __init__(self, context: FormContext) -> None:
        super().__init__()
        self._forms = [Form(FIELDS[:1], context, enlarges=False), Form(FIELDS[1:], context, enlarges=False)]
        for form in self._forms:
            form.edited.connect(self._on_edited)
            form.committed.connect(self.committed)
        self._inputs = InputsEditor()
        self._inputs.edited.connect(self._on_inputs)
        self._inputs.ended.connect(self.committed)
        section = Section(tr("Inputs"), is_open=True)
        section.body.addWidget(words(tr("What is asked when a run starts; templates read inputs.name."), "hint", wrap=True))
        section.body.addWidget(self._inputs)
        hint = words(tr("Select a node to see its settings."), "hint", wrap=True)
        self._problems = Problems()
        parts = [self._problems, self._forms[0], line(subtle=True), section, line(subtle=True), self._forms[1], None, hint]
        fill(QVBoxLayout(self), parts, gap=8, margins=(14, 10, 14, 12))

    def show_workflow(self, shown: WorkflowShown) -> None:
        """Show a workflow."""
        values: dict[str, Json] = {}
        if shown.description:
            values["description"] = shown.description
        if shown.variables:
            values["variables"] = dict(shown.variables)
        if shown.allow_hosts:
            values["allow_hosts"] = list(shown.allow_hosts)
        for form in self._forms:
            form.set_values(values)
        self._inputs.show_inputs(shown.inputs)

    def set_problems(self, issues: Sequence[Issue]) -> None:
        """Show issues of the workflow itself, above all where they name no field of this page."""
        for form in self._forms:
            form.set_problems(issues)
        named = {name for form in self._forms for name in form.fields}
        self._problems.show_all("", (), [issue for issue in issues if split_place(issue.field)[0] not in named])

    def reveal(self, place: str) -> None:
        """Put the focus to a place such as `variables.tone` or `inputs.city`."""
        name, rest = split_place(place.removeprefix("settings."))
        if name == "inputs":
            self._inputs.reveal(rest.removeprefix("."))
        for form in self._forms:
            form.reveal(place.removeprefix("settings."))

    def forget(self) -> None:
        """Let go of what was typed and is no value, before another workflow is shown."""
        for form in self._forms:
            form.forget()

    def _on_edited(self, path: tuple[str | int, ...], value: Value) -> None:
        place = ("settings", *path) if path[0] == "allow_hosts" else path
        empty: dict[object, Json] = {"description": "", "variables": {}}
        self.edited.emit(place, empty.get(path[0], value) if value is MISSING and len(path) == 1 else value)

    def _on_inputs(self, inputs: Mapping[str, InputSpec]) -> None:
        from engine.model.serialize import input_json

        self.edited.emit(("inputs",), {name: input_json(spec) for name, spec in inputs.items()})


def _written(default: Json) -> str:
    return "" if default is None else shown_cell(default)
