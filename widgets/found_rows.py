"""What was found by a few letters, as rows of a list: the model, and what every row is drawn with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from widgets.icons import paint_icon
from widgets.search import Found
from widgets.theme import MEDIUM, SEMIBOLD, font, theme

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
INSET, GAP = 8.0, 9.0
"""Pixels from the edge of a row to what stands in it, and between two parts of it."""
_ENTER, _CHIP = 14.0, 20.0


class FoundModel(QAbstractListModel, Generic[T]):
    """What was found, in its order. `said` gives the words of a thing, for whoever reads the screen aloud."""

    def __init__(self, said: Callable[[T], str], parent: QObject) -> None:
        super().__init__(parent)
        self._said = said
        self._found: list[Found[T]] = []

    def show_found(self, found: Sequence[Found[T]]) -> None:
        """Show this in place of what was found before."""
        self.beginResetModel()
        self._found = list(found)
        self.endResetModel()

    def at(self, row: int) -> Found[T]:
        """Return what stands in a row."""
        return self._found[row]

    def put(self, row: int, thing: T) -> None:
        """Show another form of the thing in a row."""
        hit = self._found[row]
        self._found[row] = Found(thing, hit.score, hit.title_places, hit.sentence_places)
        self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, _parent: Index | None = None) -> int:
        """Return how many there are."""
        return len(self._found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._said(self._found[index.row()].thing)
        return None


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> bool:
    """Draw the ground of a row, and tell whether it is the chosen one."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    if chosen:
        look = theme()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.mix("accent.base", "surface.panel", look.alpha["selected"]))
        painter.drawRoundedRect(QRectF(option.rect), look.radius["field"], look.radius["field"])
    return chosen


def paint_enter(painter: QPainter, right: float, room: QRectF) -> float:
    """Draw the sign of Enter so that it ends at `right`, and return where what stands left of it ends."""
    place = QRectF(right - _ENTER, room.center().y() - _ENTER / 2, _ENTER, _ENTER)
    paint_icon(painter, "corner-down-left", place, theme().color("accent.text"))
    return place.left() - GAP


def paint_right(painter: QPainter, words: str, role: str, face: QFont, right: float, room: QRectF) -> float:
    """Write words that end at `right` and return where they begin."""
    width = QFontMetricsF(face).horizontalAdvance(words)
    painter.setFont(face)
    painter.setPen(theme().color(role))
    painter.drawText(QRectF(right - width, room.top(), width + 1, room.height()), Qt.AlignmentFlag.AlignVCenter, words)
    return right - width


def paint_chip(painter: QPainter, words: str, role: str, right: float, room: QRectF) -> float:
    """Draw a chip in the colour of a role that ends at `right`, and return where it begins."""
    look, face = theme(), font(theme().size["caption"], MEDIUM)
    width = QFontMetricsF(face).horizontalAdvance(words) + 13
    chip = QRectF(right - width, room.center().y() - _CHIP / 2 + 0.5, width, _CHIP)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color(role, look.alpha["chip"]))
    painter.drawRoundedRect(chip, look.radius["chip"], look.radius["chip"])
    painter.setFont(face)
    painter.setPen(look.color(look.ink(role)))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)
    return chip.left()


def paint_marked(painter: QPainter, room: QRectF, text: str, places: tuple[int, ...], look: tuple[int, int, str]) -> None:
    """Write a line whose matched letters are in accent; what has no room is cut. `look` is size, weight and role."""
    size, weight, role = look
    plain, strong = font(size, weight), font(size, SEMIBOLD)
    shown = QFontMetricsF(plain).elidedText(text, Qt.TextElideMode.ElideRight, max(room.width(), 0))
    left, start, marked = room.left(), 0, set(places)
    while start < len(shown):
        end = start + 1
        while end < len(shown) and (end in marked) == (start in marked):
            end += 1
        face = strong if start in marked else plain
        painter.setFont(face)
        painter.setPen(theme().color("accent.text" if start in marked else role))
        width = QFontMetricsF(face).horizontalAdvance(shown[start:end])
        painter.drawText(QRectF(left, room.top(), width + 2, room.height()), Qt.AlignmentFlag.AlignVCenter, shown[start:end])
        left, start = left + width, end
