"""What every editor of a field is: it shows a value, tells what a person makes of it, and says when that is no value."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING, Missing, Path, find, replaced
from engine.model.values import Json
from widgets.code.edit import CodeEdit
from widgets.code.names import Names
from widgets.forms.context import FormContext
from widgets.stylesheet import restyle

Value: TypeAlias = "Json | Missing"
"""What a field holds: a value, or MISSING when the document says nothing and the default counts."""


class FieldEditor(QWidget):
    """Base of the editors. `value` is what it holds; what was typed and is no value is kept beside it.

    Signals:
        edited: a path below the field (empty: all of it) and its new value; MISSING takes it out of the document.
        refused: why what was typed is no value, empty when it is one again.
        committed: the edit is at its end, by Enter or because the focus left.
        told: a few words for the head of the field, such as how many models there are.
    """

    edited = Signal(object, object)
    refused = Signal(str)
    committed = Signal()
    told = Signal(str)

    INLINE: ClassVar[bool] = False
    """Whether it stands beside its label, and not below."""
    OWN_HEAD: ClassVar[bool] = False
    """Whether it says itself what it is called."""
    LARGE: ClassVar[bool] = False
    """Whether its text can be edited in the large editor."""

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__()
        self.spec, self.context = spec, context
        self.value: Value = MISSING

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """Tell whether this editor can show a value; another one is used for a value that it cannot."""
        return True

    def set_value(self, value: Value) -> None:
        """Show a value without telling of it. The same value leaves caret and what is typed alone."""
        if value is MISSING and self.value is MISSING and self._is_shown:
            return
        if self._is_shown and same(value, self.value):
            return
        self._is_shown = True
        self.value = value
        self.show_value(value)
        self.refused.emit("")

    _is_shown = False

    @abstractmethod
    def show_value(self, value: Value) -> None:
        """Put a value into the widgets."""

    @abstractmethod
    def read(self) -> Value:
        """Return the value that the widgets hold. Raises ValueError with the reason, for people, when that is none."""

    def take(self) -> None:
        """Tell of what the widgets hold now, or why that is no value; called after an edit by a person."""
        try:
            value = self.read()
        except ValueError as error:
            self.refused.emit(str(error))
            return
        self.refused.emit("")
        self.put((), value)

    def put(self, path: Path, value: Value) -> None:
        """Take a value at a path below the field, and tell of it."""
        if not path:
            if same(value, self.value):
                return
            self.value = value
        else:
            whole = self.value
            if isinstance(whole, Missing) or (isinstance(value, Missing) and find(whole, path) is MISSING):
                return
            self.value = replaced(whole, path, value)
        self._is_shown = True
        self.edited.emit(path, value)

    def forget(self) -> None:
        """Let go of the value and of what was typed, before that of another node is shown."""
        self._is_shown = False
        self.value = MISSING
        self.refused.emit("")

    # ------------------------------------------------------------------ what the form tells
    def set_names(self, names: Names) -> None:
        """Offer these names in templates."""

    def set_siblings(self, values: Mapping[str, Value]) -> None:
        """Know the values of the other fields of the form."""

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """Show problems; their `field` is the path below this field."""
        self.show_problem(worst(issues))

    def show_problem(self, severity: str) -> None:
        """Show by the border that the field has an error or a warning."""
        for widget in self.bordered():
            show_severity(widget, severity)

    def texts(self) -> Sequence[CodeEdit]:
        """Return the texts in which names of templates are read."""
        return ()

    def reveal(self, _below: str) -> None:
        """Put the focus to a place below the field, such as `[1].when`; the field itself where there is no such place."""
        self.setFocus()

    def bordered(self) -> Sequence[QWidget]:
        """Return the widgets whose borders show a problem."""
        return ()

    def set_read_only(self, read_only: bool) -> None:
        """Let the value be seen only, or be edited."""
        self.setEnabled(not read_only)


def same(one: Value, other: Value) -> bool:
    """Tell whether two values are the same, down to the order of names, which a file keeps."""
    if one is other:
        return True
    if type(one) is not type(other) or one != other:
        return False
    return not isinstance(one, dict | list) or json.dumps(one) == json.dumps(other)


def show_severity(widget: QWidget, severity: str) -> None:
    """Show by the border of a widget that there is an error or a warning, or none."""
    if (widget.property("problem") or "") != severity:
        widget.setProperty("problem", severity)
        restyle(widget)


def worst(issues: Sequence[Issue]) -> str:
    """Return the worst severity, empty when there is no issue."""
    severities = {issue.severity for issue in issues}
    return "error" if "error" in severities else "warning" if severities else ""
