"""Boxes to choose from, with words of one's own where that is allowed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy

from widgets.boxes import tip
from widgets.forms.context import Choice
from widgets.icons import icon


class Pick(QComboBox):
    """A choice of values. `picked` tells a person's choice or each edit of own words; `done` that the edit is at its end."""

    picked = Signal(str)
    done = Signal()

    def __init__(self, name: str, *, own: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setEditable(own)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setMaxVisibleItems(14)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if own else Qt.FocusPolicy.TabFocus)
        self.activated.connect(self._activated)
        if (line := self.lineEdit()) is not None:
            self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            self.setCompleter(None)  # type: ignore[arg-type]
            line.textEdited.connect(self.picked)
            line.returnPressed.connect(self.done)

    def offer(self, choices: Sequence[Choice]) -> None:
        """Offer these values, and keep what is shown."""
        shown, text = self.value(), self.currentText()
        self.blockSignals(True)
        self.clear()
        for choice in choices:
            self.addItem(choice.title or choice.value, choice.value)
            place = self.count() - 1
            if choice.icon:
                self.setItemIcon(place, icon(choice.icon))
            self.setItemData(place, tip(choice.detail), Qt.ItemDataRole.ToolTipRole)
        self.blockSignals(False)
        self.show_choice(text if self.isEditable() else shown)

    def show_choice(self, value: str) -> None:
        """Show a value, without a signal; one that is not offered is added."""
        if self.isEditable():
            self._edit_text(value)
            return
        place = self.findData(value)
        if place < 0 and value:
            self.addItem(value, value)
            place = self.count() - 1
        self.setCurrentIndex(place)

    def _edit_text(self, text: str) -> None:
        """Show own words, with the icon of the choice that they name; the caret stays while they are the same."""
        line = self.lineEdit()
        caret = line.cursorPosition() if line is not None and line.text() == text else len(text)
        self.setCurrentIndex(self.findData(text))
        if self.currentText() != text:
            self.setEditText(text)
        if line is not None:
            line.setCursorPosition(caret)

    def value(self) -> str:
        """Return the value that is shown, empty for none."""
        if self.isEditable():
            return self.currentText()
        data = self.currentData()
        return data if isinstance(data, str) else ""

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell when the focus leaves the words."""
        super().focusOutEvent(event)
        if self.isEditable() and event.reason() != Qt.FocusReason.PopupFocusReason:
            self.done.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the form: a value must not change while one scrolls."""
        event.ignore()

    def _activated(self, place: int) -> None:
        value = self.itemData(place)
        if self.isEditable():
            self.setEditText(value)
        self.picked.emit(value if isinstance(value, str) else "")
        self.done.emit()
