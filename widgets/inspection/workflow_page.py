"""What the inspector shows while nothing is selected: the workflow itself, its inputs and variables."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING, Path
from engine.model.values import Json
from resources.language import tr
from widgets.boxes import fill, line, words
from widgets.forms.context import FormContext
from widgets.forms.editor import Value
from widgets.forms.form import Form, split_place
from widgets.forms.notes import Problems
from widgets.forms.row_editors import below
from widgets.inspection.inputs_editor import InputsEditor
from widgets.inspection.shown import WorkflowShown
from widgets.section import Section

FIELDS = (
    FieldSpec("description", "long_text", "Description", "What the workflow is for."),
    FieldSpec("variables", "key_values", "Variables", "Values that templates read as vars.name."),
    FieldSpec("allow_hosts", "list", "Allowed hosts", "Addresses on this machine or in its network that requests may reach."),
)


class WorkflowPage(QWidget):
    """The workflow's own form. `edited` tells a path in the document and the value, both as `SetDocument` takes them.

    `input_renamed` tells the old and the new name of an input.
    """

    edited = Signal(object, object)
    input_renamed = Signal(str, str)
    committed = Signal()

    def __init__(self, context: FormContext) -> None:
        super().__init__()
        self._forms = [Form(FIELDS[:1], context, enlarges=False), Form(FIELDS[1:], context, enlarges=False)]
        for form in self._forms:
            form.edited.connect(self._on_edited)
            form.committed.connect(self.committed)
        self._inputs = InputsEditor(context)
        self._inputs.edited.connect(self._on_inputs)
        self._inputs.renamed.connect(self.input_renamed)
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
        self._inputs.set_problems([below(issue, "inputs.") for issue in issues if issue.field.startswith("inputs.")])
        named = {"inputs", *(name for form in self._forms for name in form.fields)}
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

    def _on_edited(self, path: Path, value: Value) -> None:
        place = ("settings", *path) if path[0] == "allow_hosts" else path
        empty: dict[object, Json] = {"description": "", "variables": {}}
        self.edited.emit(place, empty.get(path[0], value) if value is MISSING and len(path) == 1 else value)

    def _on_inputs(self, path: Path, value: Value) -> None:
        self.edited.emit(("inputs", *path), value)
