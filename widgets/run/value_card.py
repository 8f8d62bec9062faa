"""A value with the room of the whole window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from engine.model.values import Json
from widgets.run.values import ValueView, View
from widgets.sheet import Sheet

_WIDTH, _HEIGHT = 1100, 100_000


class ValueCard(Sheet):
    """Shows one value over the window until it is closed, and is gone then."""

    def __init__(self, window: QWidget, title: str, value: Json, view: View) -> None:
        super().__init__(window, title, _WIDTH, _HEIGHT)
        self.values = ValueView()
        self.values.enlarge_button.hide()
        self.values.show_value(value, title)
        self.values.show_as(view)
        self.show_content(self.values)
        window.installEventFilter(self)
        self.open()
        self.values.find_field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self.place()
        return False

    def close_card(self) -> None:
        """Put it away for good."""
        super().close_card()
        self.deleteLater()


def enlarge(values: ValueView) -> None:
    """Show the value of a pane in a card over its window."""
    ValueCard(values.window(), values.name, values.value, values.current_view())
