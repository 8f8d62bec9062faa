"""Editors of lists of texts and of tables of names and values."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING
from engine.model.values import Json
from resources.language import tr
from widgets.boxes import fill, row
from widgets.code.edit import CodeEdit, Style
from widgets.code.names import Names
from widgets.forms.context import FormContext
from widgets.forms.editor import Value, same, show_severity, worst
from widgets.forms.line import Line
from widgets.forms.listing import EditRow, ListingEditor
from widgets.forms.row_list import Grip
from widgets.forms.secret_editors import SecretOrText


class TextRow(EditRow):
    """One text of a list. A fresh one counts only when something was typed."""

    typed = Signal()

    def __init__(self, name: str, *, templates: bool) -> None:
        super().__init__()
        self.is_fresh = True
        self.edit = CodeEdit(Style(one_line=True, lines=(1, 4), templates=templates))
        self.edit.setAccessibleName(name)
        self.edit.typed.connect(self._on_typed)
        self.edit.done.connect(self.ended)
        self.first = self.edit
        fill(QHBoxLayout(self), [Grip(self), self.edit, self.bin], gap=4)

    def _on_typed(self) -> None:
        self.is_fresh = False
        self.typed.emit()

    def show_text(self, text: str) -> None:
        """Show a text of the document."""
        self.is_fresh = False
        self.edit.set_text(text)

    def set_names(self, names: Names) -> None:
        """See `EditRow`."""
        self.edit.set_names(names)

    def texts(self) -> Sequence[CodeEdit]:
        """See `EditRow`."""
        return (self.edit,)


class ListEditor(ListingEditor[TextRow]):
    """A list of texts; Enter in the last one adds another."""

    def new_row(self) -> TextRow:
        """See `ListingEditor`."""
        name = f"{tr(self.spec.label)} {len(self.list.rows) + 1}"
        made = TextRow(name, templates=self.spec.takes_templates)
        made.typed.connect(self.take)
        made.ended.connect(self._grow)
        return made

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        return value is MISSING or (isinstance(value, list) and all(isinstance(item, str) for item in value))

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        texts = [str(item) for item in value] if isinstance(value, list) else []
        for one, text in zip(self.list.have(len(texts)), texts, strict=True):
            one.show_text(text)

    def read(self) -> Value:
        """See `FieldEditor`."""
        texts: list[Json] = [one.edit.toPlainText() for one in self.list.rows if not one.is_fresh]
        return texts if texts else self.value if not self.value or self.value is MISSING else MISSING

    def _grow(self) -> None:
        last = self.list.rows[-1] if self.list.rows else None
        if last is not None and last is self.sender() and last.edit.hasFocus() and not last.is_fresh:
            self.add()

    def bordered(self) -> Sequence[QWidget]:
        """See `FieldEditor`."""
        return [one.edit for one in self.list.rows]


class PairRow(EditRow):
    """A name and its value."""

    typed = Signal()

    def __init__(self, context: FormContext, *, templates: bool) -> None:
        super().__init__()
        self.name = Line(tr("Name"), tr("name"))
        self.name.setMinimumWidth(56)
        self.content = SecretOrText(tr("Value"), context, templates=templates, mono=True, cells=True)
        self.name.textEdited.connect(self.typed)
        self.name.editingFinished.connect(self.ended)
        self.content.typed.connect(self.typed)
        self.content.done.connect(self.ended)
        self.content.edit.setPlaceholderText(tr("value"))
        self.content.offer_secrets(offered=templates)  # what no run renders, no run reveals
        self.first = self.name
        layout, grip = QHBoxLayout(self), row(Grip(self), height=self.bin.height())
        fill(layout, [grip, self.name, 2, self.content, self.bin], gap=2)
        for part in (grip, self.name, self.bin):
            layout.setAlignment(part, Qt.AlignmentFlag.AlignTop)
        layout.setStretch(1, 2)
        layout.setStretch(3, 3)

    def is_empty(self) -> bool:
        """Tell whether nothing was written yet."""
        return not self.name.text() and self.content.value() == ""

    def set_names(self, names: Names) -> None:
        """See `EditRow`."""
        self.content.edit.set_names(names)

    def texts(self) -> Sequence[CodeEdit]:
        """See `EditRow`."""
        return self.content.texts()

    def reveal(self, _place: str) -> None:
        """See `EditRow`."""
        self.content.edit.setFocus()

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """Show problems of the value."""
        self.content.edit.set_issues(issues)
        show_severity(self.content.edit, worst(issues))


class KeyValuesEditor(ListingEditor[PairRow]):
    """Names with values: text with templates, a secret, or any JSON."""

    def new_row(self) -> PairRow:
        """See `ListingEditor`."""
        made = PairRow(self.context, templates=self.spec.takes_templates)
        made.typed.connect(self.take)
        return made

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        return value is MISSING or value is None or isinstance(value, dict)

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        pairs = list(value.items()) if isinstance(value, dict) else []
        for one, (name, content) in zip(self.list.have(len(pairs)), pairs, strict=True):
            one.name.show_text(name)
            one.content.show_value(content)

    def read(self) -> Value:
        """See `FieldEditor`."""
        pairs: dict[str, Json] = {}
        held = set(self.value) if isinstance(self.value, dict) else set()
        for one in self.list.rows:
            name = one.name.text()
            if one.is_empty() and "" not in held:
                continue
            if name in pairs:
                raise ValueError(tr("There are two “{name}”.", name=name))
            if not name and "" not in held:
                raise ValueError(tr("Give each value a name."))
            pairs[name] = one.content.value()
        return pairs if pairs else self.value if not self.value or self.value is MISSING else MISSING

    def take(self) -> None:
        """Tell of a changed value alone where only that changed, so that the rest keeps its place in the file."""
        try:
            new = self.read()
        except ValueError as error:
            self.refused.emit(str(error))
            return
        self.refused.emit("")
        old = self.value
        if isinstance(old, dict) and isinstance(new, dict) and list(old) == list(new):
            for name in [name for name in new if not same(new[name], old[name])]:
                self.put((name,), new[name])
        else:
            self.put((), new)

    def row_at(self, below: str) -> tuple[PairRow | None, str]:
        """See `ListingEditor`; the places are names."""
        name = below.removeprefix(".")
        return next((one for one in self.list.rows if one.name.text() == name), None), ""

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """See `FieldEditor`."""
        for one in self.list.rows:
            one.set_issues([issue for issue in issues if issue.field.lstrip(".") == one.name.text()])
