"""The rows of the command palette and of cards like it: what can be chosen, and how a row is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from resources.language import tr
from widgets.found_rows import GAP, INSET, FoundModel, Index, paint_enter, paint_ground, paint_marked, paint_right
from widgets.glyph import category_role, paint_tile
from widgets.icons import paint_icon
from widgets.search import Found, Searched
from widgets.theme import MEDIUM, REGULAR, SEMIBOLD, font, theme

HEIGHT = 40
_TILE, _END = 22, 0.42


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to choose: what is said about it, and `do`. Words are said in the language in use.

    `where` stands at the right, as does `key`. A `category` gives the tile its colour; without one the sign stands alone, in the
    colour of `role`. A `reason` says why it cannot be chosen now.
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
    role: str = "text.secondary"

    def said(self) -> str:
        """Return the words for whoever reads the screen aloud."""
        return ", ".join(part for part in (self.title, self.where, tr(self.reason) if self.reason else "") if part)

    def searched(self) -> Searched:
        """Return by what it is found."""
        return Searched(self.title, (*self.words, self.where), self.sentence)


class CommandRow(QStyledItemDelegate):
    """Draws a row: tile or sign, title with the letters that matched, and at the right its place, its key, and Enter."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the height of a row."""
        return QSize(0, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row."""
        model = index.model()
        assert isinstance(model, FoundModel)
        found: Found[Command] = model.at(index.row())
        look, command, rect = theme(), found.thing, QRectF(option.rect)
        painter.save()
        chosen = paint_ground(painter, option)
        self._paint_sign(painter, command, QRectF(rect.left() + INSET, rect.center().y() - _TILE / 2, _TILE, _TILE))
        right = self._paint_end(painter, command, rect, chosen=chosen)
        left = rect.left() + INSET + _TILE + GAP
        room = QRectF(left, rect.top(), right - left - GAP, rect.height())
        weight = SEMIBOLD if command.category else MEDIUM
        role = "text.disabled" if command.reason else "text.primary"
        if command.sentence:
            title, below = room.adjusted(0, 3, 0, -rect.height() / 2), room.adjusted(0, rect.height() / 2 - 1, 0, -3)
            paint_marked(painter, title, command.title, found.title_places, (look.size["body"], weight, role))
            paint_marked(painter, below, command.sentence, found.sentence_places, (look.size["small"], REGULAR, "text.tertiary"))
        else:
            paint_marked(painter, room, command.title, found.title_places, (look.size["body"], weight, role))
        painter.restore()

    def _paint_sign(self, painter: QPainter, command: Command, place: QRectF) -> None:
        if command.category:
            paint_tile(painter, place, command.icon, category_role(command.category))
        elif command.icon:
            inset = (_TILE - theme().metric["icon"]) / 2
            role = "text.disabled" if command.reason else command.role
            paint_icon(painter, command.icon, place.adjusted(inset, inset, -inset, -inset), theme().color(role))

    def _paint_end(self, painter: QPainter, command: Command, rect: QRectF, *, chosen: bool) -> float:
        """Draw what stands at the right and return where it begins."""
        look, right = theme(), rect.right() - INSET
        if chosen and not command.reason:
            right = paint_enter(painter, right, rect)
        if command.key:
            face = font(look.size["caption"], MEDIUM)
            painter.setFont(face)
            width = QFontMetricsF(face).horizontalAdvance(command.key) + 11
            cap = QRectF(right - width, rect.center().y() - 9, width, 18).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(look.color("line.strong"))
            painter.drawRoundedRect(cap, look.radius["chip"], look.radius["chip"])
            painter.setPen(look.color("text.tertiary"))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, command.key)
            right = cap.left() - GAP
        face = font(look.size["caption"])
        said = tr(command.reason) if command.reason else command.where
        shown = QFontMetricsF(face).elidedText(said, Qt.TextElideMode.ElideMiddle, rect.width() * _END)
        return paint_right(painter, shown, "text.tertiary", face, right, rect)
