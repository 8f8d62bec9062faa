"""Editors of rows with several fields, of the cases of a condition, and of groups of fields."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING, Path
from engine.model.values import Json
from resources.language import tr, trn
from widgets.boxes import column, fill, row, tip, words
from widgets.code.edit import CodeEdit, Style
from widgets.code.names import Names
from widgets.forms.context import FormContext
from widgets.forms.editor import FieldEditor, Value, show_severity, worst
from widgets.forms.label import FieldLabel
from widgets.forms.line import Line
from widgets.forms.listing import EditRow, ListingEditor
from widgets.forms.row_list import Grip
from widgets.forms.wording import help_text, human, number_text
from widgets.section import Section
from widgets.switch import Switch


class ObjectRow(EditRow):
    """One row that is an object. `edited` tells a path in it and the value."""

    edited = Signal(object, object)

    @abstractmethod
    def show_object(self, value: Mapping[str, Json]) -> None:
        """Show an object."""


class CaseRow(ObjectRow):
    """A case: what it is called, and the expression that chooses it. Its key stays whatever it is called."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__()
        self.label, when = Line(tr("Label"), ""), next((one for one in spec.rows if one.kind == "expression"), None)
        self.when = CodeEdit(Style(language="expression", one_line=True, lines=(1, 4), templates=True))
        self.when.setPlaceholderText("value.score > 3")
        self.when.setAccessibleName(tr("When"))
        self.when.setToolTip(tip(help_text(when)) if when else "")
        self._when = when.name if when else "when"
        self._free = when.names if when else ()
        self.label.textEdited.connect(self._on_label)
        self.when.typed.connect(self._on_when)
        self.label.editingFinished.connect(self.ended)
        self.when.done.connect(self.ended)
        self.first = self.when
        head = row(Grip(self), self.label, self.bin, gap=6)
        body = row(FieldLabel(tr("when"), "hint", self.when), self.when, gap=6, margins=(20, 0, 28, 0))
        fill(QVBoxLayout(self), [column(head, body, gap=4, margins=(4, 6, 4, 6), kind="card")])

    def show_object(self, value: Mapping[str, Json]) -> None:
        """See `ObjectRow`."""
        label, key = str(value.get("label") or ""), str(value.get("id", ""))
        self.label.show_text(label)
        self.label.setPlaceholderText(key)
        self.label.setToolTip(tip(tr("The port “{key}”. Edges hold on to this key.", key=key)))
        when = value.get(self._when)
        self.when.set_text(when if isinstance(when, str) else "")

    def _on_label(self, text: str) -> None:
        self.edited.emit(("label",), text)

    def _on_when(self) -> None:
        self.edited.emit((self._when,), self.when.toPlainText())

    def set_names(self, names: Names) -> None:
        """See `EditRow`."""
        self.when.set_names(Names(names.known, self._free))

    def texts(self) -> Sequence[CodeEdit]:
        """See `EditRow`."""
        return (self.when,)

    def reveal(self, place: str) -> None:
        """See `EditRow`."""
        (self.label if place == "label" else self.when).setFocus()

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """See `ObjectRow`."""
        for widget, name in ((self.label, "label"), (self.when, self._when)):
            show_severity(widget, worst([issue for issue in issues if issue.field == name]))
        self.when.set_issues([issue for issue in issues if issue.field == self._when])


class FormRow(ObjectRow):
    """A row whose fields are a form of its own."""

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__()
        from widgets.forms.form import Form

        self.form = Form(spec.rows, context, enlarges=False)
        self.form.edited.connect(self.edited)
        self.form.committed.connect(self.ended)
        self.first = self.form
        head = row(Grip(self), None, self.bin, gap=6)
        fill(QVBoxLayout(self), [column(head, self.form, gap=2, margins=(6, 4, 6, 8), kind="card")])

    def show_object(self, value: Mapping[str, Json]) -> None:
        """See `ObjectRow`."""
        self.form.set_values(value)

    def reveal(self, place: str) -> None:
        """See `EditRow`."""
        self.form.reveal(place)

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """See `ObjectRow`."""
        self.form.set_problems(issues)


class RowsEditor(ListingEditor[ObjectRow]):
    """A list of objects, one below the other."""

    GAP = 6

    def new_row(self) -> ObjectRow:
        """See `ListingEditor`."""
        made = self.object_row()
        made.edited.connect(self._on_edited)
        return made

    def object_row(self) -> ObjectRow:
        """Return an empty row for the fields of an object."""
        return FormRow(self.spec, self.context)

    def new_object(self) -> dict[str, Json]:
        """Return what a new row holds."""
        return {one.name: one.default for one in self.spec.rows if one.required}

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        return value is MISSING or (isinstance(value, list) and all(isinstance(item, dict) for item in value))

    def objects(self) -> list[dict[str, Json]]:
        """Return the rows as they are now."""
        return [item for item in self.value if isinstance(item, dict)] if isinstance(self.value, list) else []

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        objects = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
        for one, item in zip(self.list.have(len(objects)), objects, strict=True):
            one.show_object(item)

    def read(self) -> Value:
        """See `FieldEditor`."""
        return self.value

    def _on_edited(self, path: Path, value: Value) -> None:
        sender: QObject = self.sender()
        place = next((place for place, one in enumerate(self.list.rows) if one is sender), None)
        if place is not None:
            self.put((place, *path), value)

    def _change(self, objects: list[dict[str, Json]]) -> None:
        self.put((), cast("list[Json]", objects) if objects or self.spec.default != [] else MISSING)
        self.show_value(self.value)

    def add(self) -> None:
        """See `ListingEditor`."""
        self._change([*self.objects(), self.new_object()])
        self.committed.emit()
        self.list.rows[-1].enter()

    def remove(self, row: ObjectRow) -> None:
        """See `ListingEditor`."""
        place, objects = self.list.rows.index(row), self.objects()
        self.list.remove(row)
        self._change(objects[:place] + objects[place + 1 :])

    def reorder(self, places: Sequence[int]) -> None:
        """See `ListingEditor`."""
        objects = self.objects()
        self._change([objects[place] for place in places])
        self.committed.emit()

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """See `FieldEditor`."""
        for place, one in enumerate(self.list.rows):
            start = f"[{place}]."
            one.set_issues([below(issue, start) for issue in issues if issue.field.startswith(start)])


class CasesEditor(RowsEditor):
    """The cases of a condition, from top to bottom. A new one gets a key that was not used before."""

    def add_text(self) -> str:
        """See `ListingEditor`."""
        return tr("Add a case")

    def object_row(self) -> ObjectRow:
        """See `RowsEditor`."""
        return CaseRow(self.spec)

    def new_object(self) -> dict[str, Json]:
        """See `RowsEditor`."""
        taken = {item.get("id") for item in self.objects()}
        number = next(number for number in range(1, len(taken) + 2) if f"case_{number}" not in taken)
        return {"id": f"case_{number}", "label": "", "when": ""}


class GroupEditor(FieldEditor):
    """Fields that belong together, folded; a switch turns those on that may be left out."""

    OWN_HEAD = True

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__(spec, context)
        from widgets.forms.form import Form

        self.section = Section(tr(spec.label))
        self.form = Form(spec.rows, context, enlarges=False)
        self.form.edited.connect(self._on_edited)
        self.form.committed.connect(self.committed)
        self.section.setToolTip(tip(help_text(spec)))
        help_line = words(help_text(spec), "hint", wrap=True)
        self.section.body.addWidget(help_line)
        self.section.body.addWidget(self.form)
        self.switch: Switch | None = None
        if spec.optional:
            self.switch = Switch(tr(spec.label))
            self.switch.clicked.connect(self._switched)
            self.section.add_to_head(self.switch)
        fill(QHBoxLayout(self), [self.section])
        self.setFocusProxy(self.section.head())
        self.show_value(MISSING)

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        return value is MISSING or value is None or isinstance(value, dict)

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        held = value if isinstance(value, dict) else {}
        self.form.set_values(held)
        if self.switch is not None:
            self.switch.setChecked(isinstance(value, dict))
            self.form.setEnabled(isinstance(value, dict))
        self._show_note()

    def read(self) -> Value:
        """See `FieldEditor`."""
        return self.value

    def _switched(self, on: bool) -> None:
        self.put((), {} if on else MISSING)
        self.show_value(self.value)
        self.section.set_open(on)
        self.committed.emit()

    def _on_edited(self, path: Path, value: Value) -> None:
        if isinstance(self.value, dict):
            self.put(path, value)
            if not self.value and not self.spec.optional:
                self.put((), MISSING)
        elif value is not MISSING and len(path) == 1:
            self.put((), {str(path[0]): value})
        self._show_note()

    def _show_note(self) -> None:
        held = self.value if isinstance(self.value, dict) else {}
        parts = [said(one, held[one.name]) for one in self.spec.rows if one.name in held and held[one.name] != one.default]
        off = self.switch is not None and not isinstance(self.value, dict)
        shown = " · ".join(filter(None, parts[:3])) or (
            trn("{count} set", "{count} set", len(parts)) if parts else tr("as usual")
        )
        self.section.set_note("" if off else shown)

    def forget(self) -> None:
        """See `FieldEditor`."""
        super().forget()
        self.form.forget()

    def set_names(self, names: Names) -> None:
        """See `FieldEditor`."""
        self.form.refresh_names()

    def reveal(self, below: str) -> None:
        """See `FieldEditor`."""
        self.section.set_open(True)
        self.form.reveal(below.removeprefix("."))

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """See `FieldEditor`."""
        self.form.set_problems([below(issue, ".") for issue in issues if issue.field])
        if issues:
            self.section.set_open(True)

    def set_read_only(self, read_only: bool) -> None:
        """See `FieldEditor`."""
        self.form.setEnabled(not read_only)
        if self.switch is not None:
            self.switch.setEnabled(not read_only)


def below(issue: Issue, start: str) -> Issue:
    """Return an issue with its place as seen from inside of a field."""
    return replace(issue, field=issue.field.removeprefix(start))


def said(spec: FieldSpec, value: Json) -> str:
    """Return a field with its value in a few words; empty for what is long."""
    if isinstance(value, bool):
        return tr(spec.label) if value else ""
    if isinstance(value, int | float):
        number = number_text(value) + (" s" if spec.kind == "duration" else "")
        return f"{tr(spec.label)} {number}"
    if spec.kind == "choice":
        return human(value)
    return f"{tr(spec.label)}: {value}" if isinstance(value, str) and 0 < len(value) < 24 else ""
