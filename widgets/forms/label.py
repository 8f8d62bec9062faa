"""The label of something that is edited."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from widgets.elided import Elided
from widgets.forms.editor import FieldEditor


class FieldLabel(Elided):
    """A label that puts the focus into what it is the label of, its buddy, when it is clicked; a switch is switched, too.

    With a `buddy` given it stands beside that, and is never cut.
    """

    def __init__(self, text: str, kind: str = "label", buddy: QWidget | None = None) -> None:
        super().__init__(text, kind)
        if buddy is not None:
            self.setBuddy(buddy)
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the buddy."""
        buddy = self.buddy()
        button = buddy.focusProxy() or buddy if isinstance(buddy, QWidget) else None
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif isinstance(buddy, FieldEditor):
            buddy.reveal("")
        elif isinstance(buddy, QWidget):
            buddy.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton and isinstance(button, QAbstractButton) and button.isCheckable():
            button.click()
