"""Editors of lists of texts and of tables of names and values."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING
from engine.model.values import Json
from resources.language import tr
from widgets.boxes import fill
from widgets.code.edit import CodeEdit, Style
from widgets.code.names import Names
from widgets.forms.context import FormContext
from widgets.forms.editor import FieldEditor, Value, show_severity, worst
from widgets.forms.row_list import Grip, Row, RowList
from widgets.forms.secret_editors import SecretOrText


class TextRow(Row):
    """One text of a list. A fresh one counts only when something was typed."""

    typed = Signal()
    ended = Signal()

    def __init__(self, *, templates: bool) -> None:
        super().__init__()
        self.is_fresh = True
        self.edit = CodeEdit(Style(one_line=True, lines=(1, 4), templates=templates))
        self.edit.typed.connect(self._on_typed)
        self.edit.done.connect(self.ended)
        self.setFocusProxy(self.edit)
        fill(QHBoxLayout(self), [Grip(self), self.edit, self.bin], gap=4)

    def _on_typed(self) -> None:
        self.is_fresh = False
        self.typed.emit()


class ListEditor(FieldEditor):
    """A list of texts; Enter in the last one adds another."""

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__(spec, context)
        self._names = Names()
        self.list: RowList[TextRow] = RowList(tr("Add"))
        self.list.add_wanted.connect(self._add)
        self.list.remove_wanted.connect(self._remove)
        self.list.reordered.connect(self.take)
        fill(QVBoxLayout(self), [self.list])
        self.setFocusProxy(self.list.add_button)

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        return value is MISSING or (isinstance(value, list) and all(isinstance(item, str) for item in value))

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        texts = [str(item) for item in value] if isinstance(value, list) else []
        self.list.keep(self.list.rows[: len(texts)])
        while len(self.list.rows) < len(texts):
            self._made()
        for one, text in zip(self.list.rows, texts, strict=True):
            one.is_fresh = False
            one.edit.set_text(text)

    def read(self) -> Value:
        """See `FieldEditor`."""
        texts: list[Json] = [one.edit.toPlainText() for one in self.list.rows if not one.is_fresh]
        return texts if texts else self.value if not self.value or self.value is MISSING else MISSING

    def _made(self) -> TextRow:
        made = TextRow(templates=self.spec.takes_templates)
        made.edit.set_names(self._names)
        made.edit.setAccessibleName(f"{tr(self.spec.label)} {len(self.list.rows) + 1}")
        made.typed.connect(self.take)
        made.ended.connect(self._ended)
        self.list.add(made)
        return made

    def _add(self) -> None:
        self._made().setFocus()

    def _ended(self) -> None:
        self.committed.emit()
        last = self.list.rows[-1] if self.list.rows else None
        if last is not None and last is self.sender() and last.edit.hasFocus() and not last.is_fresh:
            self._add()

    def _remove(self, one: QObject) -> None:
        if isinstance(one, TextRow):
            self.list.remove(one)
            self.take()
            self.committed.emit()

    def forget(self) -> None:
        """See `FieldEditor`."""
        super().forget()
        self.list.keep(())

    def set_names(self, names: Names) -> None:
        """See `FieldEditor`."""
        self._names = names
        for one in self.list.rows:
            one.edit.set_names(names)

    def bordered(self) -> Sequence[QWidget]:
        """See `FieldEditor`."""
        return [one.edit for one in self.list.rows]


class PairRow(Row):
    """A name and its value."""

    typed = Signal()
    ended = Signal()

    def __init__(self, context: FormContext, *, templates: bool) -> None:
        super().__init__()
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("name"))
        self.name.setAccessibleName(tr("Name"))
        self.name.setMinimumWidth(64)
        self.content = SecretOrText(tr("Value"), context, templates=templates, mono=True, cells=True)
        self.name.textEdited.connect(self.typed)
        self.name.editingFinished.connect(self.ended)
        self.content.typed.connect(self.typed)
        self.content.done.connect(self.ended)
        self.content.edit.setPlaceholderText(tr("value"))
        self.content.offer_secrets(offered=templates)  # what no run renders, no run reveals
        self.setFocusProxy(self.name)
        layout = QHBoxLayout(self)
        fill(layout, [self.name, 2, self.content, self.bin], gap=2)
        layout.setAlignment(self.name, Qt.AlignmentFlag.AlignTop)
        layout.setAlignment(self.bin, Qt.AlignmentFlag.AlignTop)
        layout.setStretch(0, 2)
        layout.setStretch(2, 3)

    def is_empty(self) -> bool:
        """Tell whether nothing was written yet."""
        return not self.name.text() and self.content.value() == ""


class KeyValuesEditor(FieldEditor):
    """Names with values: text with templates, a secret, or any JSON."""

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__(spec, context)
        self._names = Names()
        self.list: RowList[PairRow] = RowList(tr("Add"))
        self.list.add_wanted.connect(self._add)
        self.list.remove_wanted.connect(self._remove)
        fill(QVBoxLayout(self), [self.list])
        self.setFocusProxy(self.list.add_button)

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        return value is MISSING or value is None or isinstance(value, dict)

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        pairs = list(value.items()) if isinstance(value, dict) else []
        self.list.keep(self.list.rows[: len(pairs)])
        while len(self.list.rows) < len(pairs):
            self._made()
        for one, (name, content) in zip(self.list.rows, pairs, strict=True):
            if one.name.text() != name:
                one.name.setText(name)
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
            for name in [name for name in new if not _same(new[name], old[name])]:
                self.put((name,), new[name])
        else:
            self.put((), new)

    def _made(self) -> PairRow:
        made = PairRow(self.context, templates=self.spec.takes_templates)
        made.content.edit.set_names(self._names)
        made.typed.connect(self.take)
        made.ended.connect(self.committed)
        self.list.add(made)
        return made

    def _add(self) -> None:
        self._made().setFocus()

    def _remove(self, one: QObject) -> None:
        if isinstance(one, PairRow):
            self.list.remove(one)
            self.take()
            self.committed.emit()

    def forget(self) -> None:
        """See `FieldEditor`."""
        super().forget()
        self.list.keep(())

    def set_names(self, names: Names) -> None:
        """See `FieldEditor`."""
        self._names = names
        for one in self.list.rows:
            one.content.edit.set_names(names)

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """See `FieldEditor`."""
        for one in self.list.rows:
            here = [issue for issue in issues if issue.field.lstrip(".") == one.name.text()]
            one.content.edit.set_issues(here)
            show_severity(one.content.edit, worst(here))


def _same(one: Json, other: Json) -> bool:
    return type(one) is type(other) and one == other
