"""A declared input of the workflow: its type, its default in an editor of that type, whether it is required, and its help."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api.declaration import FieldSpec
from engine.model.graph import INPUT_TYPES, InputSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING, Path
from engine.model.values import Json, JsonObject
from resources.language import tr
from widgets.boxes import fill, row
from widgets.forms.context import Choice, FormContext
from widgets.forms.editor import Value
from widgets.forms.field import Field
from widgets.forms.form import split_place
from widgets.forms.label import FieldLabel
from widgets.forms.literal import read_cell
from widgets.forms.pick import Pick
from widgets.switch import Switch
from widgets.values import TYPE_WORDS, type_of

_EDITED_AS = {"text": "long_text", "number": "number", "boolean": "choice", "list": "json", "object": "json", "file": "file"}
_DEFAULT = FieldSpec("default", "any", "Default")
_HELP = FieldSpec("help", "text", "Help", "For who starts a run; it stands beside the input.")


class InputForm(QWidget):
    """Edits one declared input, whose name is edited elsewhere.

    Signals:
        edited: a path in the input as it stands in the file (empty: all of it), and its new value or MISSING.
        committed: an edit is at its end.
    """

    edited = Signal(object, object)
    committed = Signal()

    def __init__(self, context: FormContext) -> None:
        super().__init__()
        self._context, self.shown = context, InputSpec("")
        self._issues: Sequence[Issue] = ()
        self.kind = Pick(tr("Type"))
        self.kind.setMinimumContentsLength(4)
        self.kind.offer([Choice(kind, tr(TYPE_WORDS[kind]).capitalize()) for kind in INPUT_TYPES])
        self.kind.picked.connect(self._on_kind)
        self.kind.done.connect(self.committed)
        self.needed = Switch(tr("Required"))
        self.needed.setToolTip(tr("A run does not start without it."))
        self.needed.clicked.connect(self._on_needed)
        self.needed.clicked.connect(self.committed)
        kind, needed = FieldLabel(tr("Type"), "label", self.kind), FieldLabel(tr("Required"), "label", self.needed)
        head = row(kind, self.kind, 4, needed, self.needed, gap=6)
        head.layout().setStretch(1, 1)  # type: ignore[union-attr]
        self.about = self._made(_HELP)
        self.default = self._made(_DEFAULT)
        self._column = QVBoxLayout(self)
        fill(self._column, [head, self.default, self.about], gap=8)

    def _made(self, spec: FieldSpec) -> Field:
        made = Field(spec, self._context, enlarges=False)
        made.edited.connect(self._on_field)
        made.committed.connect(self.committed)
        return made

    # ------------------------------------------------------------------ what the owner tells
    def show_input(self, shown: InputSpec) -> None:
        """Show an input; what is the same keeps its caret."""
        self.shown = shown
        self.kind.show_choice(shown.type)
        self.needed.setChecked(shown.required)
        if self.default.spec != (wanted := _default_of(shown.type)):
            self._swap(wanted)
        self.default.set_value(MISSING if shown.default is None else shown.default)
        self.about.set_value(shown.help or MISSING)

    def set_problems(self, issues: Sequence[Issue]) -> None:
        """Show issues whose `field` is a path in the input."""
        self._issues = issues
        for field in (self.default, self.about):
            field.set_issues([issue for issue in issues if split_place(issue.field)[0] == field.spec.name])

    def reveal(self, place: str) -> None:
        """Put the focus to a place such as `default`."""
        name = split_place(place)[0]
        parts: dict[str, QWidget] = {"type": self.kind, "required": self.needed, "help": self.about}
        parts.get(name, self.default).setFocus()

    def forget(self) -> None:
        """Let go of what was typed and is no value, before another input is shown."""
        self.default.forget()
        self.about.forget()

    def _swap(self, wanted: FieldSpec) -> None:
        old, self.default = self.default, self._made(wanted)
        self._column.replaceWidget(old, self.default)
        QWidget.setTabOrder(self.needed, self.default)
        old.blockSignals(True)
        old.hide()
        old.deleteLater()
        self.set_problems(self._issues)

    # ------------------------------------------------------------------ edits
    def _on_kind(self, kind: str) -> None:
        default = converted(self.shown.default, kind)
        self.edited.emit((), as_data(replace(self.shown, type=kind, default=default)))

    def _on_needed(self) -> None:
        self.edited.emit(("required",), True if self.needed.isChecked() else MISSING)

    def _on_field(self, path: Path, value: Value) -> None:
        self.edited.emit(path, value)


def as_data(spec: InputSpec) -> JsonObject:
    """Return a declared input as it stands in the file."""
    from engine.model.serialize import input_json  # with it comes all that writes files

    return input_json(spec)


def from_data(data: Mapping[str, Value]) -> InputSpec:
    """Return an input that has no name yet, from what is edited of it."""
    held = {key: value for key, value in data.items() if value is not MISSING}
    return InputSpec("", str(held.get("type", "any")), held.get("default"), "required" in held, str(held.get("help", "")))


def converted(default: Json, kind: str) -> Json:
    """Return a default as it is after a change of the type: in the new type where it can be, else as it was."""
    if default is None or kind == "any":
        return default
    if kind in ("text", "file"):
        return default if isinstance(default, str) else json.dumps(default, ensure_ascii=False, indent=2)
    try:
        read = read_cell(default) if isinstance(default, str) else default
    except ValueError:
        return default
    return read if type_of(read) == kind else default


def _default_of(kind: str) -> FieldSpec:
    """Return the field of the default of an input of a type."""
    choices = (True, False) if kind == "boolean" else ()
    return replace(_DEFAULT, kind=_EDITED_AS.get(kind, "any"), choices=choices)
