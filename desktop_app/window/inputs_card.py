"""Asks for the inputs of a run, each in an editor of its type."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from engine.api.declaration import FieldSpec
from engine.model.graph import InputSpec
from engine.model.issues import Issue, phrase
from engine.model.paths import Path, replaced
from engine.model.values import JsonObject
from resources.language import tr
from widgets.boxes import column, row, words
from widgets.card import ENDING, SHADOW, FloatCard
from widgets.forms.context import Dialogs
from widgets.forms.editor import Value
from widgets.forms.form import Form
from widgets.glyph import Button
from widgets.payload.editor import DataContext

_WIDTH, _TOP, _EDGE, _ROUND = 520, 0.14, 48, 10
_KINDS: Mapping[str, str] = {
    "text": "long_text", "number": "number", "boolean": "choice", "list": "json", "object": "json", "file": "file", "any": "any",
}  # fmt: skip


class InputsCard(FloatCard):
    """A form of the inputs, filled with the values of the last run where there are. `given` tells what was typed, once.

    What stays empty is left to its default. Ctrl+Enter runs, Esc puts the card away.
    """

    given = Signal(object)
    own_keys = ENDING

    def __init__(
        self, window: QWidget, title: str, inputs: Mapping[str, InputSpec], last: JsonObject, dialogs: Dialogs | None = None
    ) -> None:  # fmt: skip
        super().__init__(window, radius=_ROUND)
        self._window, self._inputs = window, inputs
        shown = {name: spec.default if last.get(name) is None else last[name] for name, spec in inputs.items()}
        self._values: JsonObject = {name: value for name, value in shown.items() if value is not None}
        self.form = Form([_field(spec) for spec in inputs.values()], DataContext(dialogs), enlarges=False)
        self.form.set_values(self._values)
        for name, field in self.form.fields.items():
            field.label.set_text(name, inputs[name].help)  # names of data are not translated
        self.form.edited.connect(self._on_edited)
        self.run_button = Button(tr("Run"), "play", "primary")
        self.run_button.setToolTip(tr("Ctrl+Enter"))
        self.run_button.clicked.connect(self._give)
        cancel = Button(tr("Cancel"), kind="quiet")
        cancel.clicked.connect(self.end)
        self._head = column(words(title, "title", wrap=True), words(tr("It starts with these values."), "hint"), gap=2)
        self._foot = row(cancel, None, self.run_button, gap=8)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside = column(self.form, None, margins=(0, 0, 4, 0))
        self._scroll.setWidget(self._inside)
        for part in (self._scroll.viewport(), self._inside):
            part.setAutoFillBackground(False)
        self.body.addWidget(column(self._head, self._scroll, self._foot, gap=14, margins=(18, 16, 16, 14)))
        window.installEventFilter(self)
        self._place()
        self.show()
        self.form.setFocus(Qt.FocusReason.OtherFocusReason)

    def end(self) -> None:
        """Go away."""
        self.hide()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Run with Ctrl+Enter, go away with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._give()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of the window."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _on_edited(self, path: Path, value: Value) -> None:
        edited = replaced(self._values, path, value)
        self._values = edited if isinstance(edited, dict) else self._values
        self.form.set_problems([])

    def _give(self) -> None:
        """Tell the values, unless one is missing or no value."""
        self.run_button.setFocus(Qt.FocusReason.OtherFocusReason)  # an open field hands in what was typed
        missing = [
            name for name, spec in self._inputs.items() if spec.required and self._values.get(name, spec.default) in (None, "")
        ]
        wrong = [name for name, field in self.form.fields.items() if field.refusal]
        if missing:
            text = phrase("It needs a value.")
            self.form.set_problems([Issue("input.missing", text, field=name) for name in missing])
        if missing or wrong:
            self.form.reveal((missing or wrong)[0])
            return
        self.end()
        self.given.emit(self._values)

    def _place(self) -> None:
        room = self._window.rect()
        width = min(_WIDTH, room.width() - _EDGE)
        inside = self._inside.sizeHint().height()
        wanted = self._head.sizeHint().height() + inside + self._foot.sizeHint().height() + 62
        height = min(wanted, room.height() - 2 * _EDGE)
        self.put(
            QRect(
                (room.width() - width) // 2,
                max(SHADOW, int(min(room.height() * _TOP, room.height() - height - _EDGE))),
                width,
                height,
            )
        )


def _field(spec: InputSpec) -> FieldSpec:
    """Return the field in which an input is typed."""
    choices = (True, False) if spec.type == "boolean" else ()
    return FieldSpec(
        spec.name, _KINDS.get(spec.type, "any"), spec.name, spec.help, required=spec.required,
        optional=not spec.required, choices=choices,
    )  # fmt: skip
