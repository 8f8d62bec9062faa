"""A question over the window that stops nobody: it stays until it is answered, and everything else can be used meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop_app.window.message_bar import Way
from resources.language import tr
from widgets.boxes import column, row, words
from widgets.card import ENDING, SHADOW, FloatCard
from widgets.elided import Elided
from widgets.glyph import Button, Glyph

_WIDTH, _TOP, _MOST = 460, 0.18, 8


class QuestionCard(FloatCard):
    """Asks one thing. The last way is the usual one: Enter takes it; Esc is no answer, which `dismissed` tells.

    `items` are names that the question is about.
    """

    dismissed = Signal()
    own_keys = ENDING

    def __init__(
        self, window: QWidget, icon: str, title: str, text: str, ways: Sequence[Way], *, items: Sequence[str] = (),
        item_icon: str = "workflow",
    ) -> None:  # fmt: skip
        super().__init__(window, radius=10)
        self._window = window
        self.setAccessibleName(title)
        self.buttons = [self._button(way) for way in ways]
        cancel = Button(tr("Cancel"), kind="quiet")
        cancel.clicked.connect(self._cancel)
        self.cancel_button = cancel
        shown = [
            row(Glyph(item_icon, "text.tertiary", 14), Elided(item, "control"), None, gap=8, height=23) for item in items[:_MOST]
        ]
        if len(items) > _MOST:
            shown.append(words(tr("and {count} more", count=len(items) - _MOST), "hint"))
        said = column(words(title, "strong", wrap=True), words(text, "secondary", wrap=True), column(*shown), gap=6)
        head = row(column(2, Glyph(icon, "state.waiting", 20), None), said, gap=12)
        head.layout().setStretch(1, 1)  # type: ignore[union-attr]
        foot = row(cancel, None, *self.buttons, gap=8)
        self.body.addWidget(column(head, foot, gap=16, margins=(18, 16, 16, 14)))
        window.installEventFilter(self)
        self._place()
        self.show()
        self.buttons[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    def end(self) -> None:
        """Go away."""
        self.hide()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer by keys."""
        if event.key() == Qt.Key.Key_Escape:
            self._cancel()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = next((button for button in (*self.buttons, self.cancel_button) if button.hasFocus()), self.buttons[-1])
            focused.click()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _button(self, way: Way) -> Button:
        button = Button(way.text, kind=way.kind)
        button.clicked.connect(self.end)
        button.clicked.connect(way.do)
        return button

    def _cancel(self) -> None:
        self.end()
        self.dismissed.emit()

    def _place(self) -> None:
        window = self._window
        width = min(_WIDTH, window.width() - 2 * SHADOW)
        layout = self.layout()
        height = layout.totalHeightForWidth(width + 2 * SHADOW) - 2 * SHADOW if layout else 0
        self.put(QRect((window.width() - width) // 2, round(window.height() * _TOP), width, height))
