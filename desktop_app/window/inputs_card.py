"""Asks for the inputs of a run that the workflow needs and has no value for."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from engine.model.graph import InputSpec
from engine.model.values import Json, JsonObject
from resources.language import tr
from widgets.boxes import column, row, words
from widgets.card import ENDING, SHADOW, FloatCard
from widgets.glyph import Button
from widgets.payload.editor import PayloadEditor

_WIDTH, _HEIGHT, _TOP = 520, 420, 0.14
_TYPES: Mapping[str, str] = {
    "text": "string",
    "number": "number",
    "boolean": "boolean",
    "list": "array",
    "object": "object",
    "file": "string",
}


class InputsCard(FloatCard):
    """A form of the inputs. `given` tells their values, once; Esc puts the card away."""

    given = Signal(object)
    own_keys = ENDING

    def __init__(self, window: QWidget, title: str, inputs: Mapping[str, InputSpec], last: Mapping[str, Json]) -> None:
        super().__init__(window, radius=10)
        self._window = window
        values: JsonObject = {name: last.get(name, spec.default) for name, spec in inputs.items()}
        self.form = PayloadEditor(values, _schema(inputs))
        self.run_button = Button(tr("Run"), "play", "primary")
        self.run_button.clicked.connect(self._give)
        cancel = Button(tr("Cancel"), kind="quiet")
        cancel.clicked.connect(self.end)
        head = column(words(title, "title", wrap=True), words(tr("It needs these to run."), "hint"), gap=2)
        foot = row(cancel, None, self.run_button, gap=8)
        self.body.addWidget(column(head, self.form, foot, gap=14, margins=(18, 16, 16, 14)))
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

    def _give(self) -> None:
        self.run_button.setFocus(Qt.FocusReason.OtherFocusReason)  # an open field hands in what was typed
        value = self.form.value()
        if not self.form.problem and isinstance(value, dict):
            self.end()
            self.given.emit(value)

    def _place(self) -> None:
        room = self._window.rect()
        width, height = min(_WIDTH, room.width() - 48), min(_HEIGHT, room.height() - 96)
        self.put(QRect((room.width() - width) // 2, max(SHADOW, int(room.height() * _TOP)), width, height))


def _schema(inputs: Mapping[str, InputSpec]) -> JsonObject:
    """Return a JSON schema of the inputs, for the form."""
    properties: JsonObject = {}
    for spec in inputs.values():
        known = _TYPES.get(spec.type)
        properties[spec.name] = {**({"type": known} if known else {}), **({"description": spec.help} if spec.help else {})}
    needed: list[Json] = [spec.name for spec in inputs.values() if spec.required]
    return {"type": "object", "properties": properties, "required": needed}
