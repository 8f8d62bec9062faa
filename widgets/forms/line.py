"""A line of text in a row: it shows the beginning of what it holds, not the end, while nobody edits it."""

from __future__ import annotations

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit

from widgets.boxes import tip


class Line(QLineEdit):
    """A line called `name`; `placeholder` stands in it while it is empty, `name` when none is given."""

    def __init__(self, name: str, placeholder: str | None = None) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(name if placeholder is None else placeholder)

    def show_text(self, text: str) -> None:
        """Show a text from its beginning; the same text leaves the caret alone."""
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)
        self._tell()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin behind the text; a click puts the caret elsewhere."""
        self.setCursorPosition(len(self.text()))
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Go back to the beginning."""
        super().focusOutEvent(event)
        if not self.hasFocus():
            self.setCursorPosition(0)
        self._tell()

    def _tell(self) -> None:
        """Tell all of a text that has no room in the tooltip."""
        is_cut = self.fontMetrics().horizontalAdvance(self.text()) > self.width() - 16
        self.setToolTip(tip(self.text()) if is_cut else "")
