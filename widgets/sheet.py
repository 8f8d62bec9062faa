"""A large card in the middle of the window: a title, what is scrolled below it, and a way out."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from shiboken6 import isValid

from resources.language import tr
from widgets.boxes import Item, line, row, words
from widgets.card import FloatCard
from widgets.glyph import IconButton
from widgets.theme import theme

_MARGIN = 24


class Sheet(FloatCard):
    """Shows something over the window until it is closed; where the focus was before it goes back to."""

    def __init__(self, window: QWidget, title: str, width: int, height: int, *controls: Item) -> None:
        super().__init__(window, 10)
        self._width, self._height = width, height
        self._before: QWidget | None = None
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.viewport().setAutoFillBackground(False)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.close_button = IconButton("x", tr("Close"), 16, side=28)
        self.close_button.clicked.connect(self.close_card)
        head = row(words(title, "title"), None, *controls, self.close_button, gap=12, margins=(20, 0, 12, 0), height=48)
        for part in (head, line(), self.area):
            self.body.addWidget(part)
        self.body.addSpacing(theme().radius["card"])
        self.hide()

    def open(self) -> None:
        """Show it."""
        self._before = self._before or QApplication.focusWidget()
        self.place()
        self.show()
        self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def place(self) -> None:
        """Put it in the middle of the window."""
        window = self.parentWidget()
        assert window is not None
        width, height = min(self._width, window.width() - _MARGIN), min(self._height, window.height() - _MARGIN)
        self.put(QRect((window.width() - width) // 2, (window.height() - height) // 2, width, height))

    def close_card(self) -> None:
        """Hide it and give the focus back."""
        self.hide()
        before, self._before = self._before, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_card()
        else:
            super().keyPressEvent(event)

    def show_content(self, content: QWidget) -> None:
        """Show this below the title, scrolled to where it was."""
        at = self.area.verticalScrollBar().value()
        self.area.setWidget(content)
        content.setAutoFillBackground(False)
        self.area.verticalScrollBar().setValue(at)
