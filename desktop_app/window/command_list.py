"""The rows of the command palette: what was found, and how a row is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from resources.language import tr
from widgets.glyph import category_role, paint_tile
from widgets.icons import paint_icon
from widgets.search import Found
from widgets.theme import MEDIUM, REGULAR, SEMIBOLD, font, theme

HEIGHT = 40
_TILE, _INSET, _GAP = 22, 8, 9


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to choose: what is said about it, and `do`. Words are said in the language in use.

    `where` stands at the right, as does `key`. A `category` gives the tile its colour; without one the sign stands alone.
    A `reason` says why it cannot be chosen now.
    """

    title: str
    do: Callable[[], object]
    where: str
    icon: str = ""
    category: str = ""
    sentence: str = ""
    words: tuple[str, ...] = ()
    key: str = ""
    reason: str = ""


class CommandModel(QAbstractListModel):
    """What was found, in its order."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._found: Sequence[Found[Command]] = ()

    def show_found(self, found: Sequence[Found[Command]]) -> None:
        """Show this in place of what was found before."""
        self.beginResetModel()
        self._found = found
        self.endResetModel()

    def at(self, row: int) -> Found[Command]:
        """Return what stands in a row."""
        return self._found[row]

    def rowCount(self, _parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Return how many there are."""
        return len(self._found)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words, for whoever reads the screen aloud."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            command = self._found[index.row()].thing
            return f"{command.title}, {command.where}"
        return None


class CommandRow(QStyledItemDelegate):
    """Draws a row: tile or sign, title with the letters that matched, and at the right its place, its key, and Enter."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of a row."""
        return QSize(0, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Draw the row."""
        model = index.model()
        assert isinstance(model, CommandModel)
        found, look = model.at(index.row()), theme()
        command, rect = found.thing, QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.mix("accent.base", "surface.panel", look.alpha["selected"]))
            painter.drawRoundedRect(rect, look.radius["field"], look.radius["field"])
        self._paint_sign(painter, command, QRectF(rect.left() + _INSET, rect.center().y() - _TILE / 2, _TILE, _TILE))
        right = self._paint_end(painter, command, rect, chosen=chosen)
        left = rect.left() + _INSET + _TILE + _GAP
        room = QRectF(left, rect.top(), right - left - _GAP, rect.height())
        weight = SEMIBOLD if command.category else MEDIUM
        role = "text.disabled" if command.reason else "text.primary"
        if command.sentence:
            title, below = room.adjusted(0, 3, 0, -rect.height() / 2), room.adjusted(0, rect.height() / 2 - 1, 0, -3)
            _paint_marked(painter, title, command.title, found.title_places, (look.size["body"], weight, role))
            _paint_marked(painter, below, command.sentence, found.sentence_places, (look.size["small"], REGULAR, "text.tertiary"))
        else:
            _paint_marked(painter, room, command.title, found.title_places, (look.size["body"], weight, role))
        painter.restore()

    def _paint_sign(self, painter: QPainter, command: Command, place: QRectF) -> None:
        if command.category:
            paint_tile(painter, place, command.icon, category_role(command.category))
        elif command.icon:
            inset = (_TILE - theme().metric["icon"]) / 2
            role = "text.disabled" if command.reason else "text.secondary"
            paint_icon(painter, command.icon, place.adjusted(inset, inset, -inset, -inset), theme().color(role))

    def _paint_end(self, painter: QPainter, command: Command, rect: QRectF, *, chosen: bool) -> float:
        """Draw what stands at the right and return where it begins."""
        look, right = theme(), rect.right() - _INSET
        if chosen and not command.reason:
            right -= 14
            place = QRectF(right, rect.center().y() - 7, 14, 14)
            paint_icon(painter, "corner-down-left", place, look.color("accent.text"))
            right -= _GAP
        face = font(look.size["caption"], MEDIUM)
        painter.setFont(face)
        if command.key:
            width = QFontMetricsF(face).horizontalAdvance(command.key) + 11
            cap = QRectF(right - width, rect.center().y() - 9, width, 18).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(look.color("line.strong"))
            painter.drawRoundedRect(cap, look.radius["chip"], look.radius["chip"])
            painter.setPen(look.color("text.tertiary"))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, command.key)
            right = cap.left() - _GAP
        face = font(look.size["caption"])
        painter.setFont(face)
        painter.setPen(look.color("text.tertiary"))
        said = tr(command.reason) if command.reason else command.where
        shown = QFontMetricsF(face).elidedText(said, Qt.TextElideMode.ElideMiddle, rect.width() * 0.42)
        width = QFontMetricsF(face).horizontalAdvance(shown)
        painter.drawText(QRectF(right - width, rect.top(), width, rect.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        return right - width


def _paint_marked(painter: QPainter, room: QRectF, text: str, places: tuple[int, ...], look: tuple[int, int, str]) -> None:
    """Write a line whose matched letters are in accent; what has no room is cut."""
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
