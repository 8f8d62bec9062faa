"""The declared inputs of the workflow, one card for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.model.graph import InputSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING, Path
from resources.language import tr
from widgets.boxes import column, fill, row, words
from widgets.forms.context import FormContext
from widgets.forms.editor import Value, show_severity
from widgets.forms.form import split_place
from widgets.forms.line import Line
from widgets.forms.row_editors import below
from widgets.forms.row_list import Grip, Row, RowList
from widgets.inspection.input_form import InputForm, as_data, from_data


class InputRow(Row):
    """One input. Until it has a name, it is not declared and what is edited waits here.

    `named` tells a name when all of it is typed, `edited` a path in the input and the value.
    """

    named = Signal(str)
    edited = Signal(object, object)
    ended = Signal()

    def __init__(self, context: FormContext, problem: Callable[[InputRow, str], str]) -> None:
        super().__init__()
        self._problem = problem
        self.name = Line(tr("name"))
        self.name.textEdited.connect(self._on_typed)
        self.name.editingFinished.connect(self._on_named)
        self.form = InputForm(context)
        self.form.edited.connect(self._on_edited)
        self.form.committed.connect(self.ended)
        self.first = self.name
        self._told = words("", "error", wrap=True)
        self._told.hide()
        head = row(Grip(self), self.name, self.bin, gap=6)
        inside = column(head, self._told, row(self.form, margins=(4, 0, 4, 2)), gap=6, margins=(6, 6, 6, 6), kind="card")
        fill(QVBoxLayout(self), [inside])

    @property
    def input(self) -> InputSpec:
        """The input that is shown."""
        return self.form.shown

    def show_input(self, shown: InputSpec) -> None:
        """Show an input."""
        if shown.name != self.input.name or not self.name.hasFocus():
            self.name.show_text(shown.name)
            self._say("")
        self.form.show_input(shown)

    def _on_typed(self, text: str) -> None:
        self._say(self._problem(self, text))

    def _say(self, problem: str) -> None:
        self._told.setText(problem)
        self._told.setVisible(bool(problem))
        show_severity(self.name, "error" if problem else "")

    def _on_named(self) -> None:
        name = self.name.text()
        if name and name != self.input.name and not self._problem(self, name):
            self.named.emit(name)
        self.ended.emit()

    def _on_edited(self, path: Path, value: Value) -> None:
        if self.input.name:
            self.edited.emit(path, value)
            return
        whole = value if not path else {**as_data(self.input), str(path[0]): value}
        if isinstance(whole, dict):
            self.form.show_input(from_data(whole))


class InputsEditor(QWidget):
    """All declared inputs.

    Signals:
        edited: a path below the inputs, such as name and `default`, and the value; MISSING takes it out.
        renamed: the old and the new name of an input.
        ended: an edit is at its end.
    """

    edited = Signal(object, object)
    renamed = Signal(str, str)
    ended = Signal()

    def __init__(self, context: FormContext) -> None:
        super().__init__()
        self._context = context
        self.list: RowList[InputRow] = RowList(self._made, tr("Add an input"), tr("Inputs"), gap=6)
        self.list.add_wanted.connect(self._add)
        self.list.remove_wanted.connect(self._remove)
        self.list.reordered.connect(self._reorder)
        fill(QVBoxLayout(self), [self.list], gap=4)

    def show_inputs(self, inputs: Mapping[str, InputSpec]) -> None:
        """Show the inputs; rows that were just added and have no name yet stay."""
        if self._declared() != list(inputs):
            self.list.have(len(inputs))
        for one, shown in zip(self.list.rows, inputs.values(), strict=False):
            one.show_input(shown)

    def set_problems(self, issues: Sequence[Issue]) -> None:
        """Show issues whose `field` begins with the name of an input."""
        for one in self.list.rows:
            here = [issue for issue in issues if one.input.name and split_place(issue.field)[0] == one.input.name]
            one.form.set_problems([below(issue, f"{one.input.name}.") for issue in here])

    def reveal(self, place: str) -> None:
        """Put the focus to a place such as `city.default`."""
        name, rest = split_place(place)
        found = next((one for one in self.list.rows if one.input.name == name), None)
        if found is None:
            self.list.focus_first()
        elif rest:
            found.form.reveal(rest.removeprefix("."))
        else:
            found.enter()

    def _declared(self) -> list[str]:
        return [one.input.name for one in self.list.rows if one.input.name]

    def _made(self) -> InputRow:
        made = InputRow(self._context, self._problem)
        made.named.connect(self._on_named)
        made.edited.connect(self._on_edited)
        made.ended.connect(self.ended)
        return made

    def _problem(self, row: InputRow, name: str) -> str:
        """Return why an input cannot be called so."""
        if name and name != row.input.name and name in self._declared():
            return tr("There are two “{name}”.", name=name)
        if name and name != row.input.name and not name.isidentifier():
            return tr("Use letters, digits and underscores, beginning with a letter.")
        return ""

    def _add(self) -> None:
        made = self.list.add()
        made.show_input(InputSpec("", "text"))
        made.enter()

    def _sender(self) -> InputRow:
        sender: QObject = self.sender()
        assert isinstance(sender, InputRow)
        return sender

    def _on_named(self, name: str) -> None:
        row = self._sender()
        old = row.input
        row.form.shown = replace(old, name=name)
        if old.name:
            self.renamed.emit(old.name, name)
        else:
            self.edited.emit((name,), as_data(old))

    def _on_edited(self, path: Path, value: Value) -> None:
        self.edited.emit((self._sender().input.name, *path), value)

    def _remove(self, one: QObject) -> None:
        if isinstance(one, InputRow):
            self.list.remove(one)
            if one.input.name:
                self.edited.emit((one.input.name,), MISSING)
            self.ended.emit()

    def _reorder(self, _places: object) -> None:
        self.edited.emit((), {one.input.name: as_data(one.input) for one in self.list.rows if one.input.name})
        self.ended.emit()
