"""What the page of an Input node shows of the workflow: the input that the node gives, or all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.model.graph import InputSpec
from engine.model.issues import Issue
from engine.model.paths import Path
from resources.language import tr
from widgets.boxes import column, fill, words
from widgets.forms.context import FormContext
from widgets.forms.editor import Value
from widgets.forms.form import split_place
from widgets.forms.row_editors import below
from widgets.glyph import Button
from widgets.inspection.input_form import InputForm
from widgets.inspection.inputs_editor import InputsEditor


class InputPart(QWidget):
    """Edits the input of a name; all inputs where there is no name. Signals as those of `InputsEditor`."""

    edited = Signal(object, object)
    renamed = Signal(str, str)
    committed = Signal()

    def __init__(self, context: FormContext) -> None:
        super().__init__()
        self._name = ""
        self.form = InputForm(context)
        self.form.edited.connect(self._on_edited)
        self.form.committed.connect(self.committed)
        self.all = InputsEditor(context)
        self.all.edited.connect(self.edited)
        self.all.renamed.connect(self.renamed)
        self.all.ended.connect(self.committed)
        self._missing = words("", "hint", wrap=True)
        self.declare_button = Button("", "plus", "link")
        self.declare_button.clicked.connect(self._declare)
        self._undeclared = column(self._missing, self.declare_button, gap=2)
        fill(QVBoxLayout(self), [self.form, self._undeclared, self.all])

    def show_input(self, name: str, inputs: Mapping[str, InputSpec]) -> None:
        """Show the input of this name."""
        if name != self._name:
            self.form.forget()
        self._name = name
        spec = inputs.get(name)
        if spec is not None:
            self.form.show_input(spec)
        self._missing.setText(tr("The workflow does not declare “{name}” yet.", name=name))
        self.declare_button.setText(f" {tr('Declare “{name}”', name=name)}")
        self.form.setVisible(spec is not None)
        self._undeclared.setVisible(bool(name) and spec is None and name.isidentifier())
        self.all.setVisible(not name)
        if not name:
            self.all.show_inputs(inputs)

    def set_problems(self, issues: Sequence[Issue]) -> None:
        """Show issues whose `field` begins with the name of an input."""
        self.all.set_problems(issues)
        self.form.set_problems([below(issue, f"{self._name}.") for issue in issues if split_place(issue.field)[0] == self._name])

    def forget(self) -> None:
        """Let go of what was typed and is no value, before another node is shown."""
        self.form.forget()

    def _on_edited(self, path: Path, value: Value) -> None:
        self.edited.emit((self._name, *path), value)

    def _declare(self) -> None:
        self.edited.emit((self._name,), {"type": "text"})
        self.committed.emit()
