"""Find in a text: a bar over the code, with how many there are and which one the caret is at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from resources.language import tr
from widgets.boxes import fill, words
from widgets.code.edit import CodeEdit
from widgets.glyph import IconButton

_MOST = 1000


class FindBar(QWidget):
    """Finds in one editor. Enter goes on, Shift+Enter back, Escape puts it away."""

    def __init__(self, edit: CodeEdit) -> None:
        super().__init__()
        self._edit = edit
        self._places: list[tuple[int, int]] = []
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Find"))
        self.field.setAccessibleName(tr("Find"))
        self.field.textChanged.connect(self._search)
        self.count = words("", "hint")
        back = IconButton("chevron-up", tr("Previous (Shift+Enter)"), 14, side=24)
        on = IconButton("chevron-down", tr("Next (Enter)"), 14, side=24)
        away = IconButton("x", tr("Close (Esc)"), 14, side=24)
        back.clicked.connect(self._back)
        on.clicked.connect(self._on)
        away.clicked.connect(self.close_bar)
        edit.typed.connect(self._search)
        fill(QHBoxLayout(self), [self.field, self.count, back, on, away], gap=6, margins=(12, 6, 8, 6))
        self.hide()

    def open_bar(self) -> None:
        """Show it, with what is selected as what to find."""
        chosen = self._edit.textCursor().selectedText()
        if chosen and "\u2029" not in chosen:
            self.field.setText(chosen)
        self.show()
        self.field.setFocus()
        self.field.selectAll()
        self._search()

    def close_bar(self) -> None:
        """Put it away and go back to the text."""
        self.hide()
        self._edit.set_found(())
        self._edit.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on, back, or away."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def _search(self) -> None:
        if self.isHidden():
            return
        wanted, text = self.field.text().casefold(), self._edit.toPlainText().casefold()
        self._places, at = [], text.find(wanted) if wanted else -1
        while at >= 0 and len(self._places) < _MOST:
            self._places.append((at, at + len(wanted)))
            at = text.find(wanted, at + len(wanted))
        self._edit.set_found(self._places)
        self._tell(None)

    def _on(self) -> None:
        self._go(1)

    def _back(self) -> None:
        self._go(-1)

    def _go(self, step: int) -> None:
        if not self._places:
            return
        cursor = self._edit.textCursor()
        if step > 0:
            at = cursor.selectionEnd()
            number = next((number for number, place in enumerate(self._places) if place[0] >= at), 0)
        else:
            at = cursor.selectionStart()
            number = next((number for number, place in reversed(list(enumerate(self._places))) if place[1] <= at), -1)
        start, end = self._places[number]
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._edit.setTextCursor(cursor)
        self._edit.centerCursor()
        self._tell(number % len(self._places))

    def _tell(self, number: int | None) -> None:
        total = len(self._places)
        if not self.field.text():
            self.count.setText("")
        elif not total:
            self.count.setText(tr("none"))
        else:
            self.count.setText(tr("{number} of {total}", number=number + 1, total=total) if number is not None else str(total))
