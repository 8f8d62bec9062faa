"""Editors of secrets: by name only; a value is never shown and never asked here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from weakref import ref

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget
from shiboken6 import isValid

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING
from engine.model.values import SECRET_KEY, Json, secret_name
from resources.language import tr
from widgets.boxes import fill, row, words
from widgets.code.edit import CodeEdit, Style
from widgets.code.names import Names
from widgets.elided import Elided
from widgets.forms import literal
from widgets.forms.context import Choice, FormContext
from widgets.forms.editor import FieldEditor, Value
from widgets.forms.pick import Pick
from widgets.forms.wording import shown_default
from widgets.glyph import Glyph, IconButton
from widgets.icons import icon

_NEW = "\0new"


class SecretEditor(FieldEditor):
    """A secret by its name, or a new one."""

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__(spec, context)
        self.pick = Pick(tr(spec.label))
        self.pick.picked.connect(self._picked)
        self._gone = words("", "warning", wrap=True)
        self._gone.hide()
        self.setFocusProxy(self.pick)
        fill(QVBoxLayout(self), [self.pick, self._gone], gap=4)
        self._offer()

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        return value is MISSING or value is None or secret_name(value) is not None

    def _offer(self) -> None:
        names = list(self.context.secrets())
        choices = [Choice(name, icon="key-round") for name in names]
        if self.spec.optional or not self.spec.required:
            choices.insert(0, Choice("", tr("None")))
        self.pick.offer([*choices, Choice(_NEW, tr("New secret …"), icon="plus")])

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        name = secret_name(value) or ""
        self.pick.show_choice(name)
        unknown = bool(name) and name not in self.context.secrets()
        self._gone.setText(tr("This machine has no secret “{name}” yet.", name=name) if unknown else "")
        self._gone.setVisible(unknown)

    def read(self) -> Value:
        """See `FieldEditor`."""
        name = self.pick.value()
        if name and name != _NEW:
            return {SECRET_KEY: name}
        return self.value if self.value is None or self.value is MISSING else MISSING

    def _picked(self, name: str) -> None:
        if name == _NEW:
            self.pick.show_choice(secret_name(self.value) or "")
            ask_for_new(self, self.context, self._use)
            return
        self.take()
        self.show_value(self.value)
        self.committed.emit()

    def _use(self, name: str) -> None:
        self._offer()
        self.pick.show_choice(name)
        self._picked(name)

    def bordered(self) -> Sequence[QWidget]:
        """See `FieldEditor`."""
        return (self.pick,)


def ask_for_new(owner: QWidget, context: FormContext, use: Callable[[str], None]) -> None:
    """Let a person add a secret; `use`, a method of `owner`, gets its name unless nothing came of it or the owner is gone."""
    held, method = ref(owner), use.__name__

    def done(name: str | None) -> None:
        widget = held()
        if name and widget is not None and isValid(widget):
            getattr(widget, method)(name)

    context.dialogs.add_secret(done)


class SecretOrText(QWidget):
    """One line that holds text, perhaps a template, or a secret chosen by name. `typed` and `done` are as of `CodeEdit`."""

    typed = Signal()
    done = Signal()

    def __init__(self, name: str, context: FormContext, *, templates: bool, mono: bool = False, cells: bool = False) -> None:
        super().__init__()
        self._context, self._cells = context, cells
        size, lines = (12, (1, 4)) if mono else (13, (1, 5))
        self.edit = CodeEdit(Style(one_line=True, lines=lines, mono=mono, size=size, templates=templates))
        self.edit.setAccessibleName(name)
        self.edit.typed.connect(self.typed)
        self.edit.done.connect(self.done)
        self._secret = ""
        self._name = Elided("", "mono")
        self._clear = IconButton("x", tr("Use text again"), 12, side=20)
        self._clear.clicked.connect(self._take_away)
        self._shown = row(
            Glyph("key-round", "state.waiting", 13), self._name, None, self._clear, gap=6, margins=(8, 0, 4, 0), kind="field"
        )
        self._shown.setFixedHeight(28)
        self.key = IconButton("key-round", tr("Use a secret"), 13, side=22)
        self.key.clicked.connect(self._choose)
        self.edit.set_corner(self.key)
        self._menu: QMenu | None = None
        self._shown.hide()
        fill(QVBoxLayout(self), [self.edit, self._shown])

    def value(self) -> Json:
        """Return the text or the reference to the secret. Raises ValueError for a cell whose data cannot be kept."""
        if self._secret:
            return {SECRET_KEY: self._secret}
        text = self.edit.toPlainText()
        return literal.read_cell(text) if self._cells else text

    def show_value(self, value: Json) -> None:
        """Show a text or a secret; in a cell of a table also other data."""
        self._secret = secret_name(value) or ""
        self._name.set_text(self._secret, tr("The secret “{name}”; its value stays in the store.", name=self._secret))
        self._shown.setVisible(bool(self._secret))
        self.edit.setVisible(not self._secret)
        if not self._secret:
            text = literal.shown_cell(value) if self._cells else value
            self.edit.set_text(text if isinstance(text, str) else "")

    def texts(self) -> Sequence[CodeEdit]:
        """Return the text, while it is no secret."""
        return () if self._secret else (self.edit,)

    def offer_secrets(self, *, offered: bool) -> None:
        """Offer secrets, or text alone."""
        self.key.setVisible(offered)

    def use_secret(self, name: str) -> None:
        """Take a secret, as a person's choice."""
        self.show_value({SECRET_KEY: name})
        self.typed.emit()
        self.done.emit()

    def _take_away(self) -> None:
        self.show_value("")
        self.edit.setFocus()
        self.typed.emit()

    def _choose(self) -> None:
        menu = QMenu(self)
        for name in self._context.secrets():
            menu.addAction(icon("key-round"), name.replace("&", "&&")).setData(name)
        if menu.actions():
            menu.addSeparator()
        new = menu.addAction(icon("plus"), tr("New secret …"))
        new.setData(_NEW)
        menu.triggered.connect(self._chosen)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.key.mapToGlobal(QPoint(0, self.key.height())))

    def _chosen(self, action: QAction) -> None:
        if action.data() == _NEW:
            ask_for_new(self, self._context, self.use_secret)
        else:
            self.use_secret(action.data())

    def set_read_only(self, read_only: bool) -> None:
        """Let it be seen only, or be edited."""
        self.edit.setReadOnly(read_only)
        self.key.setEnabled(not read_only)
        self._clear.setEnabled(not read_only)


class SecretTextEditor(FieldEditor):
    """A text that may be a secret, such as the address of a webhook."""

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__(spec, context)
        self.line = SecretOrText(tr(spec.label), context, templates=spec.takes_templates)
        self.line.edit.setPlaceholderText(shown_default(spec))
        self.line.typed.connect(self.take)
        self.line.done.connect(self.committed)
        self.setFocusProxy(self.line.edit)
        fill(QVBoxLayout(self), [self.line])

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        return value is MISSING or value is None or isinstance(value, str) or secret_name(value) is not None

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        self.line.show_value("" if value is MISSING or value is None else value)

    def read(self) -> Value:
        """See `FieldEditor`."""
        value = self.line.value()
        return value if value else self.value if not self.value or self.value is MISSING else MISSING

    def forget(self) -> None:
        """See `FieldEditor`."""
        super().forget()
        self.line.edit.forget()

    def set_names(self, names: Names) -> None:
        """See `FieldEditor`."""
        self.line.edit.set_names(names)

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """See `FieldEditor`."""
        super().set_issues(issues)
        self.line.edit.set_issues(issues)

    def texts(self) -> Sequence[CodeEdit]:
        """See `FieldEditor`."""
        return self.line.texts()

    def bordered(self) -> Sequence[QWidget]:
        """See `FieldEditor`."""
        return (self.line.edit,)

    def set_read_only(self, read_only: bool) -> None:
        """See `FieldEditor`."""
        self.line.set_read_only(read_only)
