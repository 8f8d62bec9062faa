"""Messages at the lower right that go by themselves, with what can be done about them. They never stop anybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from resources.language import tr
from widgets.boxes import row, words
from widgets.card import SHADOW, paint_card
from widgets.glyph import Glyph, IconButton
from widgets.theme import theme

Kind = Literal["info", "done", "warning", "error"]

SIGNS: dict[Kind, tuple[str, str]] = {
    "info": ("info", "accent.base"),
    "done": ("circle-check", "state.ok"),
    "warning": ("triangle-alert", "state.waiting"),
    "error": ("octagon-x", "state.failed"),
}
SECONDS = 6.0
MOST = 4
_WIDTH, _GAP, _EDGE, _LINE = 360, 8, 16, 24


class Toast(QWidget):
    """One message. It stays while the pointer or the focus is on it. `gone` tells its end."""

    gone = Signal(object)

    def __init__(self, parent: QWidget, text: str, kind: Kind, action: tuple[str, Callable[[], object]] | None) -> None:
        super().__init__(parent)
        self.text, self.kind = text, kind
        self._do = action[1] if action else None
        space, (sign, role) = theme().space, SIGNS[kind]
        self.message = words(text, wrap=True)
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
        width = _WIDTH + 2 * SHADOW
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
        """Go away after a while, unless something still holds it."""
        focus = QApplication.focusWidget()
        if not self.underMouse() and not (focus and self.isAncestorOf(focus)):
            self._clock.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay while the pointer is here."""
        self.hold()

    def leaveEvent(self, event: QEvent) -> None:
        """Go on to vanish."""
        self._clock.start()

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
    """The messages over a window, the newest at the bottom, in the room above `foot` pixels."""

    def __init__(self, window: QWidget, foot: int = 0) -> None:
        super().__init__(window)
        self._window, self._foot = window, foot
        self.shown: list[Toast] = []
        window.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    def show_toast(self, text: str, kind: Kind = "info", action: tuple[str, Callable[[], object]] | None = None) -> Toast:
        """Show a message, with a button that does something. The same message again takes the place of the earlier one."""
        for same in [toast for toast in self.shown if (toast.text, toast.kind) == (text, kind)]:
            same.end()
        while len(self.shown) >= MOST:
            self.shown[0].end()
        toast = Toast(self._window, text, kind, action)
        toast.gone.connect(self._on_gone)
        self.shown.append(toast)
        self._place()
        toast.show()
        return toast

    def focus_newest(self) -> bool:
        """Put the focus on the newest message, and tell whether there is one."""
        if not self.shown:
            return False
        toast = self.shown[-1]
        (toast.action_button or toast.close_button).setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def clear(self) -> None:
        """Take all messages away."""
        for toast in list(self.shown):
            toast.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the messages in their corner."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        bottom = self._window.height() - self._foot - _EDGE
        for toast in reversed(self.shown):
            toast.resize(toast.sizeHint())
            height = toast.height() - 2 * SHADOW
            bottom -= height
            toast.move(QPoint(self._window.width() - _EDGE - _WIDTH - SHADOW, bottom - SHADOW))
            toast.raise_()
            bottom -= _GAP

    def _on_gone(self, toast: Toast) -> None:
        self.shown.remove(toast)
        toast.hide()
        toast.deleteLater()
        self._place()

    def _on_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        for toast in self.shown:
            if now is not None and toast.isAncestorOf(now):
                toast.hold()
            elif before is not None and toast.isAncestorOf(before):
                toast.release()
