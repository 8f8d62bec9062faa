"""The cards of the start page: what one begins with, an example, a recent file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen, QTextLayout
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from desktop_app.window.actions import Action, key_words
from desktop_app.window.examples import Example
from desktop_app.window.places import short_place
from desktop_app.window.thumbnail import Known, paint_thumbnail
from resources.language import tr
from widgets.boxes import tip
from widgets.icons import paint_icon
from widgets.theme import MEDIUM, REGULAR, SEMIBOLD, font, theme

_START, _PICTURE, _WORDS, _RECENT = 42, 92, 74, 36
_LINE = 18


class Card(QAbstractButton):
    """A card that is a button: its ground and line tell of pointer and focus."""

    def __init__(self, text: str, height: int) -> None:
        super().__init__()
        self.setText(text)
        self.setAccessibleName(text)
        self.setFixedHeight(height)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a width that its neighbours share."""
        return QSize(200, self.height())

    def ground(self, painter: QPainter, role: str = "surface.raised") -> QRectF:
        """Draw the card and return its rectangle."""
        look = theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = "accent.base" if self.hasFocus() else "line.strong" if self.underMouse() else "line.default"
        painter.setPen(QPen(look.color(line), 1))
        painter.setBrush(look.color(role))
        card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(card, look.radius["card"], look.radius["card"])
        return card

    def write(self, painter: QPainter, room: QRectF, text: str, role: str, size: int, weight: int = REGULAR) -> None:
        """Write a line, cut where there is no room."""
        face = font(size, weight)
        painter.setFont(face)
        painter.setPen(theme().color(role))
        shown = QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)

    def write_lines(self, painter: QPainter, room: QRectF, text: str, role: str, size: int) -> None:
        """Write a sentence into two lines; what is more is cut."""
        first, rest = in_two_lines(text, font(size), room.width())
        for number, part in enumerate((first, rest)):
            self.write(painter, QRectF(room.left(), room.top() + number * _LINE, room.width(), _LINE), part, role, size)


def in_two_lines(text: str, face: QFont, width: float) -> tuple[str, str]:
    """Return as much of a text as fits into a line, broken between words, and what is left of it."""
    layout = QTextLayout(text, face)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(width)
    end = line.textLength()
    layout.endLayout()
    return text[:end].rstrip(), text[end:].lstrip()


class StartCard(Card):
    """A way to begin: an action with its key."""

    def __init__(self, action: Action, text: str) -> None:
        super().__init__(text, _START)
        self._icon, self._key = action.spec.icon, key_words(action.keys[0]) if action.keys else ""
        self.setToolTip(tip(action.tip()))
        self.clicked.connect(action.trigger)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        look, painter = theme(), QPainter(self)
        card = self.ground(painter)
        paint_icon(painter, self._icon, QRectF(13, card.center().y() - 9, 18, 18), look.color("text.secondary"))
        face = font(look.size["caption"], MEDIUM)
        width = QFontMetricsF(face).horizontalAdvance(self._key) + 11 if self._key else 0
        cap = QRectF(card.right() - 10 - width, card.center().y() - 9, width, 18)
        self.write(painter, QRectF(41, 0, cap.left() - 49, self.height()), self.text(), "text.primary", look.size["body"], MEDIUM)
        if self._key:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.color("line.strong"), 1))
            painter.drawRoundedRect(cap, look.radius["chip"], look.radius["chip"])
            painter.setFont(face)
            painter.setPen(look.color("text.tertiary"))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
        painter.end()


class ExampleCard(Card):
    """An example: its picture, its name and what it does. `opened` tells it."""

    opened = Signal(object)

    def __init__(self, example: Example, known: Known) -> None:
        super().__init__(tr(example.name), _PICTURE + _WORDS)
        self._example, self._known, self._summary = example, known, tr(example.summary)
        self.setAccessibleDescription(self._summary)
        self.setToolTip(tip(self._summary))
        self.clicked.connect(self._open)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        look, painter = theme(), QPainter(self)
        card = self.ground(painter)
        picture = QRectF(1, 1, self.width() - 2, _PICTURE)
        clip = QPainterPath()
        clip.addRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), look.radius["card"] - 1, look.radius["card"] - 1)
        painter.save()
        painter.setClipPath(clip)
        painter.fillRect(picture, look.color("surface.canvas"))
        paint_thumbnail(painter, picture, self._example, self._known)
        painter.fillRect(QRectF(1, picture.bottom(), self.width() - 2, 1), look.color("line.default"))
        painter.restore()
        room = QRectF(13, picture.bottom() + 9, self.width() - 26, 20)
        self.write(painter, room, self.text(), "text.primary", look.size["body"], SEMIBOLD)
        self.write_lines(painter, room.translated(0, 21), self._summary, "text.tertiary", look.size["small"])
        painter.end()

    def _open(self) -> None:
        self.opened.emit(self._example)


class RecentRow(Card):
    """A file that was opened before: its name and where it lies. `opened` tells its path."""

    opened = Signal(object)

    def __init__(self, path: Path) -> None:
        super().__init__(path.stem.replace("_", " "), _RECENT)
        self._path = path
        self._is_there = path.is_file()
        self.setToolTip(tip(str(path) if self._is_there else tr("{path} is not there any more.", path=path)))
        self.clicked.connect(self._open)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row; without a card until the pointer or the focus is on it."""
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(look.color("accent.base"), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(look.color("text.primary", look.alpha["hover"]))
            row = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(row, look.radius["field"], look.radius["field"])
        paint_icon(painter, "workflow", QRectF(13, self.height() / 2 - 8, 16, 16), look.color("text.tertiary"))
        role = "text.primary" if self._is_there else "text.disabled"
        name = QFontMetricsF(font(look.size["body"], MEDIUM)).horizontalAdvance(self.text())
        room = QRectF(41, 0, self.width() - 53, self.height())
        self.write(painter, room, self.text(), role, look.size["body"], MEDIUM)
        place = room.adjusted(min(name, room.width()) + 12, 0, 0, 0)
        painter.setFont(font(look.size["small"]))
        painter.setPen(look.color("text.tertiary"))
        folder = short_place(self._path.parent)
        shown = QFontMetricsF(painter.font()).elidedText(folder, Qt.TextElideMode.ElideMiddle, max(place.width(), 0))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown)
        painter.end()

    def _open(self) -> None:
        self.opened.emit(self._path)
