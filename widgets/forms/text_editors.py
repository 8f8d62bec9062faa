"""Editors of texts: lines, prompts, code, expressions, templates, JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING
from engine.model.values import Json
from resources.language import tr
from widgets.boxes import fill, row, words
from widgets.code.edit import CodeEdit, Style
from widgets.code.names import Names
from widgets.forms import literal
from widgets.forms.context import FormContext
from widgets.forms.editor import FieldEditor, Value
from widgets.forms.wording import shown_default
from widgets.segments import Segments


class TextBased(FieldEditor):
    """Base of the editors whose widget is one text."""

    STYLE: ClassVar[Style] = Style()
    LARGE_STYLE: ClassVar[Style | None] = None

    def __init__(self, spec: FieldSpec, context: FormContext, *, large: bool = False) -> None:
        super().__init__(spec, context)
        self.edit = CodeEdit(self._style(large=large))
        self.edit.setPlaceholderText(shown_default(spec) or self._hint())
        self.edit.setAccessibleName(tr(spec.label))
        self.edit.setAccessibleDescription(tr(spec.help))
        self.edit.typed.connect(self.take)
        self.edit.done.connect(self.committed)
        self.setFocusProxy(self.edit)
        layout = QVBoxLayout(self)
        fill(layout, [self.edit], gap=4)

    def _style(self, *, large: bool) -> Style:
        style = replace(self.STYLE, templates=self.STYLE.templates or self.spec.takes_templates)
        if large:
            return replace(style, size=13, lines=None, numbers=True, marks=True)
        return style

    def _hint(self) -> str:
        return ""

    def shown(self, value: Json) -> str:
        """Return how a value is written."""
        return value if isinstance(value, str) else ""

    def parse(self, text: str) -> Value:
        """Return the value that a text which is not empty stands for. Raises ValueError as `read`."""
        return text

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        self.edit.set_text("" if value is MISSING else self.shown(value))

    def read(self) -> Value:
        """See `FieldEditor`."""
        text = self.edit.toPlainText()
        if text:
            return self.parse(text)
        if self.value is MISSING or self.shown(self.value) == "":
            return self.value
        return MISSING if self.spec.default in (None, "", {}) or self.spec.optional else self._empty()

    def _empty(self) -> Value:
        return ""

    def forget(self) -> None:
        """See `FieldEditor`."""
        super().forget()
        self.edit.forget()

    def set_names(self, names: Names) -> None:
        """See `FieldEditor`."""
        self.edit.set_names(names)

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """See `FieldEditor`."""
        super().set_issues(issues)
        self.edit.set_issues(issues)

    def texts(self) -> Sequence[CodeEdit]:
        """See `FieldEditor`."""
        return (self.edit,)

    def bordered(self) -> Sequence[QWidget]:
        """See `FieldEditor`."""
        return (self.edit,)

    def set_read_only(self, read_only: bool) -> None:
        """See `FieldEditor`."""
        self.edit.setReadOnly(read_only)


class TextEditor(TextBased):
    """One line of text."""

    STYLE = Style(one_line=True, lines=(1, 5), mono=False, size=13)

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        return value is MISSING or value is None or isinstance(value, str)


class LongTextEditor(TextEditor):
    """Text of several lines: set as prose, and once there are templates in it as code, with the numbers of its lines."""

    LARGE = True
    STYLE = Style(lines=(3, 14), mono=False, size=13)
    CODE = Style(numbers=True, lines=(3, 14), size=11)

    def __init__(self, spec: FieldSpec, context: FormContext, *, large: bool = False) -> None:
        super().__init__(spec, context, large=large)
        if not large:
            self.edit.typed.connect(self._on_typed)
            self.edit.done.connect(self._dress)

    def _style(self, *, large: bool) -> Style:
        return replace(super()._style(large=large), mono=large)

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        super().show_value(value)
        if self.edit.look.lines is not None:
            self._dress()

    def _on_typed(self) -> None:
        """Follow the first template that is typed; what is deleted changes the look only when the edit is over."""
        if self.edit.look.mono is False:
            self._dress()

    def _dress(self) -> None:
        is_code = self.edit.look.templates and literal.is_template(self.edit.toPlainText())
        self.edit.set_look(replace(self.CODE if is_code else self.STYLE, templates=self.edit.look.templates))


class TemplateText(TextEditor):
    """A template in place of a value of another kind, such as a number."""

    STYLE = Style(one_line=True, lines=(1, 5), size=12, templates=True)


class ExpressionEditor(TextEditor):
    """An expression."""

    STYLE = Style(language="expression", one_line=True, lines=(1, 6))


class CodeEditor(TextEditor):
    """Code in the language of the field."""

    LARGE = True

    def _style(self, *, large: bool) -> Style:
        language = "python" if self.spec.language == "python" else "json" if self.spec.language == "json" else "text"
        lines = None if large else (6, 18)
        return Style(language=language, numbers=True, marks=large, lines=lines, size=13 if large else 11)


class JsonEditor(TextBased):
    """Any value as JSON; text with templates stands without quotes."""

    LARGE = True
    STYLE = Style(language="json", lines=(1, 12), size=11)

    def _hint(self) -> str:
        return tr("JSON or a template") if self.spec.takes_templates else tr("JSON")

    def shown(self, value: Json) -> str:
        """See `TextBased`."""
        return literal.shown_data(value)

    def parse(self, text: str) -> Value:
        """See `TextBased`."""
        return literal.read_data(text, templates=self.spec.takes_templates)

    def read(self) -> Value:
        """See `FieldEditor`."""
        return self.parse(text) if (text := self.edit.toPlainText()).strip() else MISSING


class AnyEditor(TextBased):
    """A value of any kind: JSON that is written as JSON is written, else text."""

    STYLE = Style(lines=(1, 12), mono=False, size=13)

    def _hint(self) -> str:
        return tr("Text, or JSON")

    def shown(self, value: Json) -> str:
        """See `TextBased`."""
        return literal.shown_data(value) if isinstance(value, dict | list) else literal.shown_cell(value)

    def parse(self, text: str) -> Value:
        """See `TextBased`."""
        return literal.read_cell(text)


class SchemaText(JsonEditor):
    """A JSON schema as text: an object."""

    STYLE = Style(language="json", lines=(3, 16), size=11)

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        return value is MISSING or isinstance(value, dict)

    def shown(self, value: Json) -> str:
        """See `TextBased`."""
        return super().shown(value) if value else ""

    def read(self) -> Value:
        """See `FieldEditor`."""
        value = super().read()
        if value is MISSING:
            return self.value if not self.value else MISSING
        if not isinstance(value, dict):
            raise ValueError(tr("A schema is an object in braces."))
        return value


class TemplateEditor(FieldEditor):
    """A new shape for data: text, or an object or list with templates in it. Which of them is chosen above it."""

    LARGE = True

    def __init__(self, spec: FieldSpec, context: FormContext, *, large: bool = False) -> None:
        super().__init__(spec, context)
        self._kinds = Segments((tr("Text"), tr("Object or list")), tr("Shape"), height=24)
        self._kinds.chosen.connect(self._change_kind)
        self._text = LongTextEditor(spec, context, large=large)
        self._data = _Shape(spec, context, large=large)
        layout = QVBoxLayout(self)
        hint = words(tr("Gives"), "hint")
        fill(layout, [row(hint, self._kinds, None, gap=8), self._text, self._data], gap=4)
        for one in (self._text, self._data):
            one.edited.connect(self._on_edited)
            one.refused.connect(self.refused)
            one.committed.connect(self.committed)
        self._show_kind(data=False)

    def current(self) -> TextBased:
        """Return the editor in use."""
        return self._data if self._kinds.current() == 1 else self._text

    def _show_kind(self, *, data: bool) -> None:
        self._kinds.set_current(int(data))
        self._text.setVisible(not data)
        self._data.setVisible(data)
        self.setFocusProxy(self.current())

    def _change_kind(self, place: int) -> None:
        text = (self._data if place == 0 else self._text).edit.toPlainText()
        self._show_kind(data=place == 1)
        self.current().edit.set_text(text)
        self.current().value = MISSING
        self.current().take()
        self.current().setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_edited(self, _path: object, value: Value) -> None:
        self.put((), value)

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        data = value is not MISSING and value is not None and not isinstance(value, str)
        self._show_kind(data=data)
        self.current().set_value(value)

    def read(self) -> Value:
        """See `FieldEditor`."""
        return self.current().read()

    def forget(self) -> None:
        """See `FieldEditor`."""
        super().forget()
        self._text.forget()
        self._data.forget()

    def set_names(self, names: Names) -> None:
        """See `FieldEditor`."""
        self._text.set_names(names)
        self._data.set_names(names)

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """See `FieldEditor`."""
        self._text.set_issues(issues)
        self._data.set_issues(issues)

    def texts(self) -> Sequence[CodeEdit]:
        """See `FieldEditor`."""
        return self.current().texts()

    def show_problem(self, severity: str) -> None:
        """See `FieldEditor`."""
        self._text.show_problem(severity)
        self._data.show_problem(severity)

    def set_read_only(self, read_only: bool) -> None:
        """See `FieldEditor`."""
        self._kinds.setEnabled(not read_only)
        self._text.set_read_only(read_only)
        self._data.set_read_only(read_only)


class _Shape(JsonEditor):
    """Data whose texts may be templates; never a bare text, which the other editor is for."""

    STYLE = Style(language="json", numbers=True, lines=(3, 16), size=11)

    def parse(self, text: str) -> Value:
        try:
            value: Json = json.loads(text)
        except json.JSONDecodeError:
            return literal.read_data(text, templates=False)
        if isinstance(value, str):
            raise ValueError(tr("This is a text. Choose Text above, or write an object or a list."))
        return literal.read_data(text, templates=False)
