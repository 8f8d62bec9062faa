"""Messages that go by themselves, with what can be done about them, and are kept to be read later. They never stop anybody."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from resources.language import tr
from widgets.boxes import row
from widgets.card import SHADOW, paint_card
from widgets.glyph import Glyph, IconButton
from widgets.prose import Prose
from widgets.theme import theme

Kind = Literal["info", "done", "warning", "error"]
Action = tuple[str, Callable[[], object]]
"""The words of a button, and what it does."""

SIGNS: dict[Kind, tuple[str, str]] = {
    "info": ("info", "accent.base"),
    "done": ("circle-check", "state.ok"),
    "warning": ("triangle-alert", "state.waiting"),
    "error": ("octagon-x", "state.failed"),
}
SECONDS = 6.0
MOST, KEPT = 4, 100
_WIDTH, _NARROWEST, _GAP, _EDGE, _LINE = 360, 220, 8, 14, 24
_BESIDE, _ABOVE = 190, 40
"""A canvas has its zoom in the right corner, so wide and so high: where the messages would reach it, they stand above."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message that was shown. `at` is UTC seconds since the epoch; `action` can be done while `lasts` says so."""

    text: str
    kind: Kind
    at: float
    action: Action | None = None
    lasts: Callable[[], bool] | None = None

    def way(self) -> Action | None:
        """Return what can still be done about it."""
        return self.action if self.lasts is not None and self.lasts() else None


class Toast(QWidget):
    """One message. `gone` tells its end, `touched` that the pointer came to it or left it."""

    gone = Signal(object)
    touched = Signal()

    def __init__(self, parent: QWidget, text: str, kind: Kind, action: Action | None) -> None:
        super().__init__(parent)
        self.text, self.kind = text, kind
        self._do = action[1] if action else None
        self._width = _WIDTH
        self.is_under_pointer = False
        space, (sign, role) = theme().space, SIGNS[kind]
        self.message = Prose(text)
        self.message.setContentsMargins(0, 3, 0, 3)
        self.message.setAccessibleName(text)
        self.close_button = IconButton("x", tr("Close"), 14, side=_LINE)
        self.close_button.clicked.connect(self.end)
        sign_row = row(Glyph(sign, role, theme().metric["icon"]), height=_LINE)
        line = QHBoxLayout(self)
        line.setContentsMargins(SHADOW + space["md"], SHADOW + space["sm"], SHADOW + space["sm"], SHADOW + space["sm"])
        line.setSpacing(10)
        line.addWidget(sign_row, 0, Qt.AlignmentFlag.AlignTop)
        said = QVBoxLayout()
        said.setSpacing(space["xs"])
        said.addWidget(self.message)
        line.addLayout(said, 1)
        self.action_button: QPushButton | None = None
        if action:
            self.action_button = QPushButton(action[0])
            self.action_button.setProperty("kind", "link")
            self.action_button.clicked.connect(self._act)
            said.addWidget(self.action_button, 0, Qt.AlignmentFlag.AlignLeft)
        line.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(round(SECONDS * 1000))
        self._clock.timeout.connect(self.end)
        self._clock.start()

    def sizeHint(self) -> QSize:
        """Return the room that the card and its shadow take."""
        width = self._width + 2 * SHADOW
        layout = self.layout()
        return QSize(width, layout.totalHeightForWidth(width) if layout else 0)

    def end(self) -> None:
        """Go away."""
        self._clock.stop()
        self.gone.emit(self)

    def hold(self) -> None:
        """Stay until `release`."""
        self._clock.stop()

    def release(self) -> None:
        """Go away after a while, when it was held."""
        if not self._clock.isActive():
            self._clock.start()

    def be_wide(self, width: int) -> None:
        """Take so many pixels from side to side, without the shadow."""
        self._width = width
        self.resize(self.sizeHint())

    def enterEvent(self, event: QEnterEvent) -> None:
        """Tell that the pointer is here."""
        self.is_under_pointer = True
        self.touched.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that it is not here any more."""
        self.is_under_pointer = False
        self.touched.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        painter = QPainter(self)
        card = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        paint_card(painter, card, theme().radius["card"])
        painter.end()

    def _act(self) -> None:
        do, self._do = self._do, None
        self.end()
        if do is not None:
            do()


class Toasts(QObject):
    """The messages over a window, the newest at the bottom, in the lower left corner of `room`, a part of it.

    All of them stay while the pointer or the focus is on one. `past` are those that were shown, the newest last. `changed` tells
    that others are shown.
    """

    changed = Signal()

    def __init__(self, window: QWidget, room: QWidget) -> None:
        super().__init__(window)
        self._window, self._room = window, room
        self.shown: list[Toast] = []
        self.past: deque[Told] = deque(maxlen=KEPT)
        self._before: QWidget | None = None
        for widget in (window, room):
            widget.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    def show_toast(
        self, text: str, kind: Kind = "info", action: Action | None = None, lasts: Callable[[], bool] | None = None
    ) -> Toast:
        """Show a message, with a button that does something. The same message again takes the place of the earlier one.

        While `lasts` says so, what the button does can be done from the list of messages too.
        """
        for same in [toast for toast in self.shown if (toast.text, toast.kind) == (text, kind)]:
            same.end()
        while len(self.shown) >= MOST:
            self.shown[0].end()
        toast = Toast(self._window, text, kind, action)
        toast.gone.connect(self._on_gone)
        toast.touched.connect(self._hold_or_release)
        if any(other.is_under_pointer for other in self.shown) or self._focused() is not None:
            toast.hold()
        self.shown.append(toast)
        self.past.append(Told(text, kind, time.time(), action, lasts))
        self._place()
        toast.show()
        self.changed.emit()
        return toast

    def dismiss(self) -> None:
        """Take the newest message away."""
        if self.shown:
            self.shown[-1].end()

    def clear(self) -> None:
        """Take all messages away."""
        for toast in list(self.shown):
            toast.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the messages in their corner."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place()
        return False

    def _place(self) -> None:
        """Put the messages into the lower left corner, whatever goes on there: a message that jumps is not found again."""
        if not self.shown:
            return
        room = QRect(self._room.mapTo(self._window, QPoint()), self._room.size())
        width = max(min(_WIDTH, room.width() - 2 * _EDGE), _NARROWEST)
        for toast in self.shown:
            toast.be_wide(width)
        height = sum(toast.height() - 2 * SHADOW + _GAP for toast in self.shown) - _GAP
        foot = _EDGE + (_ABOVE if room.width() < width + _BESIDE + 2 * _EDGE else 0)
        left, top = room.left() + _EDGE, room.bottom() + 1 - foot - height
        for toast in self.shown:
            toast.move(QPoint(left - SHADOW, top - SHADOW))
            toast.raise_()
            top += toast.height() - 2 * SHADOW + _GAP

    def _toast_of(self, widget: QWidget | None) -> Toast | None:
        return next((toast for toast in self.shown if widget and (toast is widget or toast.isAncestorOf(widget))), None)

    def _focused(self) -> Toast | None:
        return self._toast_of(QApplication.focusWidget())

    def _on_gone(self, toast: Toast) -> None:
        had_focus = self._focused() is toast
        self.shown.remove(toast)
        toast.hide()
        toast.deleteLater()
        if had_focus and self.shown:
            self.shown[-1].close_button.setFocus(Qt.FocusReason.OtherFocusReason)
        elif had_focus and self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._place()
        self._hold_or_release()
        self.changed.emit()

    def _on_focus(self, before: QWidget | None, _now: QWidget | None) -> None:
        if before is not None and self._toast_of(before) is None:
            self._before = before
        self._hold_or_release()

    def _hold_or_release(self) -> None:
        held = self._focused() is not None or any(toast.is_under_pointer for toast in self.shown)
        for toast in self.shown:
            toast.hold() if held else toast.release()
