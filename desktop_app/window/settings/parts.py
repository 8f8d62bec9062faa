"""What the sections of the settings are made of: cards, rows with a control, what went wrong, and what must be confirmed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop_app.window.message_bar import Way
from engine.model.issues import WeftError
from widgets.boxes import Item, clear, column, fill, line, row, words
from widgets.elided import Elided
from widgets.glyph import Button, Glyph
from widgets.icons import paint_icon
from widgets.prose import Prose
from widgets.theme import theme
from widgets.way_out import advice

W = TypeVar("W", bound=QWidget)

INSET = 14
"""Pixels between the line of a card and what stands in it."""
_HEAD, _ROW, _SAID = 46, 52, 220
_TINT, _TILE = 0.1, 28


def card(*parts: QWidget) -> QWidget:
    """Return a card of parts below each other."""
    return column(*parts, margins=(1, 1, 1, 1), kind="card")


def card_head(title: str, detail: str, *controls: Item) -> QWidget:
    """Return the head of a card: its name, what it is about, and controls at the right."""
    detailed = Elided(detail, "hint")
    detailed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    head = row(words(title, "strong"), detailed, *controls, gap=8, margins=(INSET, 0, 10, 0), height=_HEAD)
    stretch(head, 1)
    return head


class Setting(QWidget):
    """A row that says what controls are for; they stand at its right, and below it where there is no room."""

    def __init__(self, title: str, detail: str, controls: Sequence[Item]) -> None:
        super().__init__()
        said = column(words(title, "control"), words(detail, "hint", wrap=True), gap=1)
        self._held = row(*controls)
        self._held.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        fill(self._box, [said, self._held], gap=16, margins=(INSET, 9, INSET, 9))
        self._box.setStretch(0, 1)
        self.setMinimumHeight(_ROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the controls where there is room for them."""
        super().resizeEvent(event)
        narrow = event.size().width() < self._held.sizeHint().width() + _SAID
        wanted = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if wanted != self._box.direction():
            self._box.setDirection(wanted)
            self._box.setSpacing(8 if narrow else 16)
            self._box.setAlignment(self._held, Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag.AlignVCenter)


def setting(title: str, detail: str, *controls: Item) -> QWidget:
    """Return a row that says what a control at its right is for."""
    return Setting(title, detail, controls)


def rows(*parts: QWidget) -> list[QWidget]:
    """Return parts with thin lines between them."""
    found: list[QWidget] = []
    for part in parts:
        if found:
            found.append(line())
        found.append(part)
    return found


class RowColumn(QVBoxLayout, Generic[W]):
    """Rows below each other, one for each name, made by `make`."""

    def __init__(self, make: Callable[[str], W]) -> None:
        super().__init__()
        self.setSpacing(0)
        self._make = make
        self.rows: dict[str, W] = {}

    def show_names(self, names: Sequence[str]) -> None:
        """Have a row for each of these names, in their order; rows are made anew only when others are wanted."""
        if list(self.rows) != list(names):
            clear(self)
            self.rows = {name: self._make(name) for name in names}
            for one in self.rows.values():
                self.addWidget(one)


class Note(QWidget):
    """A message in its place, tinted in the colour of a role: what is the matter, what to do, and buttons for that."""

    def __init__(self, text: str, remedy: str, role: str, icon: str, ways: Sequence[Way] = ()) -> None:
        super().__init__()
        self.text, self._role = text, role
        self.setAccessibleName(text)
        self.buttons = [way_button(way) for way in ways]
        below = [Prose(remedy, "secondary")] if remedy else []
        said = column(Prose(text, "control"), *below, gap=1)
        sign = column(Glyph(icon, role, theme().metric["icon"]), None, margins=(0, 2, 0, 0))
        box = row(sign, said, *self.buttons, gap=10)
        stretch(box, 1)
        fill(QVBoxLayout(self), [box], margins=(INSET - 4, 8, 10, 8))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tint, and a line in high contrast."""
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.color(self._role) if look.high else Qt.PenStyle.NoPen)
        painter.setBrush(look.color(self._role, _TINT))
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, look.radius["field"], look.radius["field"])
        painter.end()


class SoftTile(QWidget):
    """A sign on a tint of its own colour."""

    def __init__(self, icon: str, role: str) -> None:
        super().__init__()
        self._icon, self._role = icon, role
        self.setFixedSize(_TILE, _TILE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw tint and sign."""
        look, painter, rect = theme(), QPainter(self), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color(self._role, look.alpha["chip"]))
        painter.drawRoundedRect(rect, look.radius["field"], look.radius["field"])
        paint_icon(painter, self._icon, rect.adjusted(6, 6, -6, -6), look.color(self._role))
        painter.end()


def failed(error: WeftError, remedy: str = "", ways: Sequence[Way] = ()) -> Note:
    """Return what went wrong; `remedy` stands in the place of one that speaks of the terminal."""
    issue = error.issues[0]
    return Note(issue.said, remedy or advice(issue), "state.failed", "octagon-x", ways)


def inset(widget: QWidget) -> QWidget:
    """Return a widget with the room around it that it has in a card."""
    return row(widget, margins=(INSET - 4, 0, INSET - 4, 10))


def way_button(way: Way) -> Button:
    """Return the button of something that can be done."""
    button = Button(way.text, kind=way.kind)
    button.clicked.connect(way.do)
    return button


def stretch(box: QWidget, place: int) -> None:
    """Let one thing in a row have all the room that is left."""
    layout = box.layout()
    assert isinstance(layout, QBoxLayout)
    layout.setStretch(place, 1)


def while_alive(method: Callable[..., None]) -> Callable[..., None]:
    """Return what calls the method of a widget as long as there is one: an answer may come when it is gone."""
    owner = getattr(method, "__self__", None)
    assert isinstance(owner, QObject)

    def call(*arguments: Any) -> None:
        if isValid(owner):
            method(*arguments)

    return call
