"""A field of a form: its label, the editor that fits its value, what is wrong with it, and what its template gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING, Path
from resources.language import tr
from widgets.boxes import fill, row, tip, words
from widgets.code.edit import CodeEdit
from widgets.code.names import Lost, Names
from widgets.elided import Elided
from widgets.forms.context import FormContext
from widgets.forms.editor import FieldEditor, Value, worst
from widgets.forms.kinds import EDITORS, editor_for, make
from widgets.forms.label import FieldLabel
from widgets.forms.literal import is_template, read_cell
from widgets.forms.notes import Problems
from widgets.forms.preview import Preview
from widgets.forms.text_editors import JsonEditor, TemplateText, TextBased
from widgets.forms.wording import help_text
from widgets.glyph import Glyph, IconButton
from widgets.prose import Prose

_LABEL = 96
_ROWS = frozenset(("list", "key_values", "cases", "rows", "json_schema"))
"""Kinds that grow downwards; their help stands above."""
_LOST = frozenset(("template.unknown-name", "reference.unknown-part"))
"""Issues that say what the field says of names itself, with a link that mends it."""
_TOO_EARLY = frozenset(("reference.not-before", "reference.itself"))


class Field(QWidget):
    """Edits one field.

    Signals:
        edited: a path that begins with the name of the field, and the new value or MISSING.
        committed: an edit is at its end.
        enlarge: the field should be shown in a large editor.
        refusal_changed: `refusal` is another one.
    """

    edited = Signal(object, object)
    committed = Signal()
    enlarge = Signal(object)
    refusal_changed = Signal()

    def __init__(self, spec: FieldSpec, context: FormContext, *, enlarges: bool = True) -> None:
        super().__init__()
        self.spec, self._context, self._enlarges = spec, context, enlarges
        self._wanted: type[FieldEditor] | None = None
        self._wired = ""
        self._refused = ""
        self._issues: list[Issue] = []
        self._names = Names()
        self._siblings: Mapping[str, Value] = {}
        self.editor = make(EDITORS[spec.kind], spec, context)
        self._build()
        self._take_in(self.editor)

    # ------------------------------------------------------------------ parts
    def _build(self) -> None:
        self.label = FieldLabel(tr(self.spec.label))
        self.note = words("", "caption")
        self._menu_button = IconButton("ellipsis", tr("Field menu (Ctrl+M)"), 14, side=20)
        self._menu_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._menu_button.clicked.connect(self._open_menu)
        self._large_button = IconButton("maximize-2", tr("Open in the large editor"), 13, side=20)
        self._large_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._large_button.clicked.connect(self._enlarge)
        self._head, self._inline = QHBoxLayout(), QHBoxLayout()
        fill(self._head, [self.label, self._menu_button, None, self.note, self._large_button], gap=4)
        self._inline.setSpacing(8)
        self._wire_name = Elided()
        self._wire = row(
            Glyph("link-2", "text.tertiary", 14), self._wire_name, gap=7, margins=(9, 0, 8, 0), height=28, kind="field"
        )
        layout = self._wire.layout()
        if isinstance(layout, QHBoxLayout):
            layout.setStretch(1, 1)
        self._problems = Problems()
        self._problems.fixed.connect(self._fix)
        self._help = Prose(tr(self.spec.help), "hint")
        self._replaced = Prose("", "hint")
        self._replaced.hide()
        self._preview = Preview(self.spec, self._context)
        self._body = QVBoxLayout()
        above = [self._help] if self.spec.kind in _ROWS else []
        below = [] if above else [self._help]
        fill(
            QVBoxLayout(self),
            [self._head, *above, self._inline, self._body, self._wire, self._replaced, self._problems, *below, self._preview],
            gap=3,
        )
        self._wire.hide()
        self._menu_button.set_shown(shown=False)
        self.label.set_text(tr(self.spec.label), help_text(self.spec))
        shortcut = QShortcut(QKeySequence("Ctrl+M"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._open_menu)

    def _take_in(self, editor: FieldEditor) -> None:
        self.editor = editor
        beside = editor.INLINE
        (self._inline if beside else self._body).addWidget(editor, 1 if beside else 0)
        if beside:
            self._head.removeWidget(self.label)
            self._inline.insertWidget(0, self.label)
            self._inline.insertWidget(1, self._menu_button)
        else:
            self._head.insertWidget(0, self.label)
            self._head.insertWidget(1, self._menu_button)
        slider = getattr(editor, "slider", None) is not None
        self.label.setFixedWidth(_LABEL) if slider else self.label.setMaximumWidth(16_777_215)
        if not slider:
            self.label.setMinimumWidth(0)
        own_head = editor.OWN_HEAD
        for widget in (self.label, self._menu_button, self.note):
            widget.setVisible(not own_head)
        self.note.setVisible(not own_head and not beside)
        self._large_button.setVisible(self._can_enlarge())
        self._help.setVisible(bool(self.spec.help) and not own_head and not beside)
        editor.setToolTip(tip(help_text(self.spec)) if beside else "")
        self.setFocusProxy(editor)
        self.label.setBuddy(editor)
        editor.edited.connect(self._on_edited)
        editor.refused.connect(self._on_refused)
        editor.committed.connect(self._on_committed)
        editor.told.connect(self.note.setText)
        if isinstance(editor, TextBased) and self._can_enlarge():
            editor.edit.find_wanted.connect(self._enlarge)
        editor.set_names(self._names)
        if self._siblings:
            editor.set_siblings(self._siblings)

    def _swap(self, kind: type[FieldEditor], value: Value) -> None:
        """Put another editor in place of this one, with the focus where it was."""
        old, had_focus = self.editor, self.has_focus()
        old.blockSignals(True)
        old.hide()
        (self._inline if old.INLINE else self._body).removeWidget(old)
        old.deleteLater()
        self.note.setText("")
        self._on_refused("")
        self._take_in(make(kind, self.spec, self._context))
        self.editor.set_value(value)
        if isinstance(self.editor, JsonEditor) and EDITORS[self.spec.kind] is not JsonEditor:
            self.note.setText(tr("shown as data"))
        self._show_wire()
        if had_focus:
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            if isinstance(self.editor, TextBased):
                self.editor.edit.moveCursor(QTextCursor.MoveOperation.End)

    # ------------------------------------------------------------------ what the form tells
    @property
    def value(self) -> Value:
        """What the field holds."""
        return self.editor.value

    @property
    def is_idle(self) -> bool:
        """Whether nothing stands in it, arrives over an edge, or is wrong with it, and the caret is elsewhere."""
        empty = self.value is MISSING or self.value is None
        return empty and not (self._wired or self._refused or self._issues or self.has_focus())

    def set_value(self, value: Value) -> None:
        """Show a value, in the editor that fits it."""
        kind = editor_for(self.spec, value)
        if self._wanted is not None and (value is MISSING or isinstance(value, str)):
            kind = self._wanted
        if type(self.editor) is not kind and not (value is MISSING and self.has_focus()):
            self._swap(kind, value)
        else:
            self.editor.set_value(value)
        self._look_again()

    def forget(self) -> None:
        """Let go of the value and of what was typed, before another node is shown."""
        self._wanted = None
        self._issues = []
        self.editor.forget()

    def set_names(self, names: Names) -> None:
        """Offer names in templates."""
        self._names = names
        self.editor.set_names(names)
        self._look_again()

    def set_siblings(self, values: Mapping[str, Value]) -> None:
        """Know the values of the other fields."""
        self._siblings = values
        self.editor.set_siblings(values)

    def set_wired(self, source: str) -> None:
        """Say that the value comes over an edge, and from where; empty: it does not."""
        self._wired = source
        self._show_wire()

    def set_replaced(self, sources: Mapping[str, str]) -> None:
        """Say which of its names get their value over an edge, and from where, in place of the one that stands here."""
        value = self.value
        names = [name for name in sources if isinstance(value, dict) and name in value] if self.spec.kind == "key_values" else []
        said = [
            tr("“{name}” comes over an edge from {source}, not from here.", name=name, source=sources[name]) for name in names
        ]
        self._replaced.setText("\n".join(said))
        self._replaced.setVisible(bool(said))

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """Show problems; their `field` is the path below this one."""
        self._issues = list(issues)
        self.editor.set_issues(self._issues)
        self._look_again()

    def has_focus(self) -> bool:
        """Tell whether the caret is in this field."""
        focus = self.focusWidget()
        return focus is not None and focus.hasFocus()

    def _show_wire(self) -> None:
        wired = bool(self._wired)
        self._wire_name.set_text(tr("Comes over an edge from {source}", source=self._wired) if wired else "")
        self._wire.setVisible(wired)
        self.editor.setVisible(not wired)
        self._large_button.setVisible(self._can_enlarge() and not wired)

    # ------------------------------------------------------------------ edits
    def _on_edited(self, path: Path, value: Value) -> None:
        self.edited.emit((self.spec.name, *path), value)
        whole = self.editor.value
        if isinstance(whole, str) and not self.editor.fits(self.spec, whole):
            self._swap(editor_for(self.spec, whole), whole)
        self._look_again()

    def _on_refused(self, why: str) -> None:
        if why != self._refused:
            self._refused = why
            self._look_again()
            self.refusal_changed.emit()

    @property
    def refusal(self) -> str:
        """Why what is typed is no value, so that the one before still counts; empty when it is one."""
        return self._refused

    def _on_committed(self) -> None:
        usual = EDITORS[self.spec.kind]
        if isinstance(self.editor, TemplateText) and usual is not TemplateText and not self.has_focus():
            self._back_to_usual(usual)
        self.committed.emit()

    def _back_to_usual(self, usual: type[FieldEditor]) -> None:
        """Leave the editor of templates when what it holds is no template any more."""
        text = self.editor.value
        if isinstance(text, str) and is_template(text):
            return
        value = read_cell(text) if isinstance(text, str) and text else MISSING
        if usual.fits(self.spec, value):
            self._wanted = None
            if value is not text:
                self.edited.emit((self.spec.name,), value)
            self._swap(usual, value)

    def reset(self) -> None:
        """Go back to the default."""
        self._wanted = None
        if self.value is not MISSING:
            self.edited.emit((self.spec.name,), MISSING)
        self._swap(EDITORS[self.spec.kind], MISSING)
        self._look_again()
        self.committed.emit()

    def use_template(self) -> None:
        """Let a template be written in place of a plain value."""
        self._wanted = TemplateText
        text = self.value if isinstance(self.value, str) else ""
        self._swap(TemplateText, text or MISSING)
        self.editor.setFocus()

    # ------------------------------------------------------------------ problems and the resolved value
    def _look_again(self) -> None:
        self._show_problems()
        is_wrong = bool(self._refused or self._lost()) or worst(self._issues) == "error"
        self._preview.follow(self.value, can_be_read=not self._wired and not is_wrong)

    def _lost(self) -> list[tuple[CodeEdit, Lost]]:
        """Return the names that there are not; a node that is there, and read too early, is told of by the engine."""
        too_early = any(issue.code in _TOO_EARLY for issue in self._issues)
        found = ((edit, lost) for edit in self.editor.texts() for lost in edit.lost_names())
        return [(edit, lost) for edit, lost in found if not (too_early and lost.below == "nodes")]

    def _show_problems(self) -> None:
        for edit in self.editor.texts():
            edit.said_below = self._problems
        lost = self._lost()
        issues = [issue for issue in self._issues if not (lost and issue.code in _LOST)]
        told = [(one, edit.line_of(one.start) if edit.blockCount() > 1 else 0) for edit, one in lost]
        self._problems.show_all(self._refused, told, issues if not self.editor.OWN_HEAD else [])
        self.editor.show_problem("error" if self._refused or lost else worst(issues))

    def _fix(self, number: int) -> None:
        if number < len(lost := self._lost()):
            edit, one = lost[number]
            edit.fix(one)

    # ------------------------------------------------------------------ menu
    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        reset = menu.addAction(tr("Reset to default"), self.reset)
        reset.setEnabled(self.value is not MISSING)
        usual = EDITORS[self.spec.kind]
        if isinstance(self.editor, TemplateText) and usual is not TemplateText:
            menu.addAction(tr("Use a plain value"), self.reset)
        elif self.spec.takes_templates and not issubclass(usual, TextBased) and not self.editor.OWN_HEAD:
            menu.addAction(tr("Write a template"), self.use_template)
        if self._can_enlarge():
            menu.addAction(tr("Open in the large editor"), self._enlarge)
        menu.popup(self._menu_button.mapToGlobal(QPoint(0, self._menu_button.height())))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the field's menu beside its texts."""
        if not self.editor.OWN_HEAD:
            self._open_menu()

    def _can_enlarge(self) -> bool:
        return self.editor.LARGE and self._enlarges

    def _enlarge(self) -> None:
        self.enlarge.emit(self.spec)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the button of the menu."""
        self._menu_button.set_shown(shown=True)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide it."""
        self._menu_button.set_shown(shown=False)
