"""A part of a panel that can be folded: a line with its name, and a few words when it is folded."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from widgets.elided import Elided
from widgets.icons import paint_icon
from widgets.theme import theme

_HEIGHT, _SIGN = 28, 14


class _Head(QWidget):
    pressed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.is_open = False
        self.setFixedHeight(_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name)
        self.name = Elided(name, "label-strong")
        self.note = Elided("", "hint", Qt.AlignmentFlag.AlignRight)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(_SIGN + 4, 0, 0, 0)
        self.row.setSpacing(8)
        self.row.addWidget(self.name)
        self.row.addWidget(self.note, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = theme()
        sign = QRectF(0, (self.height() - _SIGN) / 2, _SIGN, _SIGN)
        role = "accent.text" if self.hasFocus() else "text.tertiary"
        paint_icon(painter, "chevron-down" if self.is_open else "chevron-right", sign, look.color(role))
        painter.end()


class Section(QWidget):
    """A folding part. `body` is where its widgets go; `toggled` tells when a person folds or unfolds it."""

    toggled = Signal(bool)

    def __init__(self, name: str, *, is_open: bool = False, gap: int = 8) -> None:
        super().__init__()
        self._head = _Head(name)
        self._head.pressed.connect(self._turn)
        self._note = ""
        self._inside = QWidget()
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(0, 2, 0, 8)
        self.body.setSpacing(gap)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addWidget(self._inside)
        self.set_open(is_open)

    @property
    def is_open(self) -> bool:
        """Whether the body is shown."""
        return self._head.is_open

    def set_open(self, is_open: bool) -> None:
        """Show or hide the body."""
        self._head.is_open = is_open
        self._inside.setVisible(is_open)
        self._head.setAccessibleDescription(self._note)
        self._head.note.set_text("" if is_open else self._note)
        self._head.update()

    def set_note(self, note: str) -> None:
        """Say in a few words what is inside; shown at the right while it is folded."""
        self._note = note
        self._head.note.set_text("" if self.is_open else note)

    def add_to_head(self, widget: QWidget) -> None:
        """Put a widget at the right end of the head, such as a switch or a button."""
        self._head.row.addWidget(widget)

    def head(self) -> QWidget:
        """Return the line that folds."""
        return self._head

    def _turn(self) -> None:
        self.set_open(not self.is_open)
        self.toggled.emit(self.is_open)
