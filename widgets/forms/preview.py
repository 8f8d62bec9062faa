"""What a template gives with the values of a run, asked for a moment after the last key."""

from __future__ import annotations

from weakref import ref

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from engine.api.declaration import FieldSpec
from engine.model.paths import MISSING
from engine.model.values import Json
from resources.language import tr
from widgets.boxes import column, fill, row, tip, words
from widgets.forms.context import NOTHING, FormContext, Resolved
from widgets.forms.editor import Value
from widgets.forms.literal import is_template
from widgets.glyph import Glyph
from widgets.prose import unmarked

PAUSE = 250
"""Milliseconds after the last key before a template is resolved."""
_LINES, _LETTERS = 4, 320
_TIP = 2_000


class Preview(QWidget):
    """Shows what the template in a field gives; hidden while there is none."""

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__()
        self._spec, self._context = spec, context
        self._value: Value = MISSING
        self._asked = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._ask)
        self._source, self._note = words("", "caption"), words("", "caption")
        self._text = words("", "secondary", wrap=True)
        head = row(Glyph("corner-down-right", "text.tertiary", 12), self._source, None, self._note, gap=5, height=18)
        fill(QVBoxLayout(self), [column(head, self._text, gap=2, margins=(9, 4, 9, 7), kind="field")])
        self.hide()

    def follow(self, value: Value, *, can_be_read: bool) -> None:
        """Show what this value gives, soon; nothing where it has no template or cannot be read."""
        self._value = value
        says = isinstance(value, str) and bool(value.strip()) if self._spec.kind == "expression" else has_template(value)
        if says and can_be_read:
            self._timer.start()
        else:
            self._asked += 1
            self._timer.stop()
            self.hide()

    def show_answer(self, answer: Resolved, number: int) -> None:
        """Show an answer, or why there is none, unless the template was changed meanwhile."""
        if number != self._asked:
            return
        if answer == NOTHING:
            self.hide()
            return
        head = tr("Not resolved") if answer.issue else tr("Resolved")
        self._source.setText(" · ".join(filter(None, (head, answer.source))))
        self._note.setText(answer.note)
        text = unmarked(answer.issue.told) if answer.issue else answer.text
        self._text.setText(_cut(text) if text else tr("Empty text"))
        self._text.setToolTip(tip(text[:_TIP]) if _cut(text) != text else "")
        self.show()

    def _ask(self) -> None:
        self._asked += 1
        number, owner, value = self._asked, ref(self), self._value
        if value is MISSING:
            return

        def done(answer: Resolved) -> None:
            preview = owner()
            if preview is not None and isValid(preview):
                preview.show_answer(answer, number)

        self._context.resolve(value, self._spec, done)


def has_template(value: Json | object) -> bool:
    """Tell whether a value holds a template anywhere."""
    if isinstance(value, str):
        return is_template(value)
    if isinstance(value, dict):
        return any(map(has_template, value.values()))
    return isinstance(value, list) and any(map(has_template, value))


def _cut(text: str) -> str:
    lines = text[:_LETTERS].splitlines()
    cut = "\n".join(lines[:_LINES])
    return cut if cut == text else f"{cut.rstrip()} …"
