"""A bar above the canvas: something about the document that has to be decided or known, with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from widgets.boxes import clear
from widgets.glyph import Button, Glyph
from widgets.prose import Prose
from widgets.theme import appearance, theme

SIGN = 16
_TINT, _LINE = 0.09, 0.4


@dataclass(frozen=True, slots=True)
class Way:
    """What can be done: the words of a button, and what it does. `kind` is a look of the style sheet."""

    text: str
    do: Callable[[], object]
    kind: str = ""


class TintedBar(QWidget):
    """A strip tinted in the colour of a role, with a line below."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.role = role
        appearance.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and line."""
        look, painter = theme(), QPainter(self)
        painter.fillRect(self.rect(), look.mix(self.role, "surface.panel", _TINT))
        line = QRectF(0, self.height() - 1, self.width(), 1)
        painter.fillRect(line, look.mix(self.role, "surface.panel", _LINE))
        painter.end()


def told(sign: Glyph, title: QLabel, *below: QWidget) -> QWidget:
    """Return a sign beside a title, and what stands below the title."""
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(1)
    grid.addWidget(sign, 0, 0, Qt.AlignmentFlag.AlignVCenter)
    grid.addWidget(title, 0, 1)
    for place, widget in enumerate(below, 1):
        grid.addWidget(widget, place, 1)
    grid.setColumnStretch(1, 1)
    return box


class MessageBar(TintedBar):
    """A sign, a sentence, a quieter one below it, and buttons at the right."""

    def __init__(self) -> None:
        super().__init__("state.waiting")
        self.setAccessibleName("")
        self._sign = Glyph("triangle-alert", self.role, SIGN)
        self.title, self.detail = Prose("", "name"), Prose("", "secondary")
        self._ways = QHBoxLayout()
        self._ways.setSpacing(6)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 9, 10, 10)
        layout.setSpacing(10)
        layout.addWidget(told(self._sign, self.title, self.detail), 1, Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(self._ways)

    def show_message(self, icon: str, role: str, title: str, detail: str, ways: Sequence[Way]) -> None:
        """Say something, and show it."""
        self.role = role
        self._sign.show_icon(icon, role)
        self.title.setText(title)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.setAccessibleName(title)
        clear(self._ways)
        for way in ways:
            button = Button(way.text, kind=way.kind)
            button.clicked.connect(way.do)
            self._ways.addWidget(button)
        self.show()
        self.update()
