"""The rows of the cards that offer nodes: what they hold, and how they are drawn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from graph_editor.choices import Choice, how_words
from graph_editor.node_face import port_name
from resources.language import tr
from widgets.glyph import category_role, paint_port_mark, paint_tile
from widgets.icons import paint_icon
from widgets.search import Found
from widgets.theme import MEDIUM, REGULAR, SEMIBOLD, font, theme

Index = QModelIndex | QPersistentModelIndex
_INSET, _GAP = 8.0, 9.0


class ChoiceModel(QAbstractListModel):
    """The choices that were found, in their order."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._found: list[Found[Choice]] = []

    def show_found(self, found: Sequence[Found[Choice]]) -> None:
        """Show these in place of those before."""
        self.beginResetModel()
        self._found = list(found)
        self.endResetModel()

    def at(self, row: int) -> Found[Choice]:
        """Return what stands in a row."""
        return self._found[row]

    def put(self, row: int, choice: Choice) -> None:
        """Show another form of the choice in a row, such as one with another port."""
        hit = self._found[row]
        self._found[row] = Found(choice, hit.score, hit.title_places, hit.sentence_places)
        self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, _parent: Index | None = None) -> int:
        """Return how many there are."""
        return len(self._found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words, for whoever reads the screen aloud."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            choice = self._found[index.row()].thing
            return f"{choice.title}, {choice.sentence or choice.category}"
        return None


class ChoiceRow(QStyledItemDelegate):
    """Draws a row with tile, title, what it does, and its category at the right."""

    tile = 26.0

    def height(self) -> int:
        """Return the height of a row."""
        return theme().metric["popup_row"]

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the room of a row."""
        return QSize(0, self.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row."""
        model = index.model()
        assert isinstance(model, ChoiceModel)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        look, rect = theme(), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.mix("accent.base", "surface.panel", look.alpha["selected"]))
            painter.drawRoundedRect(rect, look.radius["field"], look.radius["field"])
        hit = model.at(index.row())
        tile = QRectF(rect.left() + _INSET, rect.center().y() - self.tile / 2 + 0.5, self.tile, self.tile)
        paint_tile(painter, tile, hit.thing.kind.icon, category_role(hit.thing.kind.category))
        self.paint_words(painter, rect.adjusted(tile.right() - rect.left() + _GAP, 0, -_INSET, 0), hit, chosen=chosen)
        painter.restore()

    def paint_words(self, painter: QPainter, room: QRectF, hit: Found[Choice], *, chosen: bool) -> None:
        """Draw what stands right of the tile."""
        look, choice, right = theme(), hit.thing, room.right()
        if chosen:
            right -= 14
            paint_icon(painter, "corner-down-left", QRectF(right, room.center().y() - 7, 14, 14), look.color("accent.text"))
            right -= _GAP
            right = _paint_chip(painter, choice.category, category_role(choice.kind.category), right, room)
        else:
            face = font(look.size["caption"])
            right = paint_right(painter, choice.category, "text.tertiary", face, right, room)
        words = QRectF(room.left(), room.top(), right - room.left() - _GAP, room.height())
        if not choice.sentence:
            paint_marked(painter, words, choice.title, hit.title_places, (look.size["body"], SEMIBOLD, "text.primary"))
            return
        top, below = words.adjusted(0, 5, 0, -words.height() / 2 + 1), words.adjusted(0, words.height() / 2, 0, -4)
        paint_marked(painter, top, choice.title, hit.title_places, (look.size["body"], SEMIBOLD, "text.primary"))
        paint_marked(painter, below, choice.sentence, hit.sentence_places, (look.size["small"], REGULAR, "text.tertiary"))


class FitRow(ChoiceRow):
    """Draws a row with tile, title, and the port that would be wired with how it fits."""

    tile = 20.0
    _HOW, _NAME = 62.0, 92.0

    def height(self) -> int:
        """Return the height of a row."""
        return theme().metric["drop_row"]

    def paint_words(self, painter: QPainter, room: QRectF, hit: Found[Choice], *, chosen: bool) -> None:
        """Draw what stands right of the tile."""
        look, choice = theme(), hit.thing
        port, how = choice.port, choice.how
        right = room.right()
        if port is not None and how is not None:
            role = "state.ok" if how == "exact" else "text.tertiary"
            paint_right(painter, how_words(how), look.ink(role), font(look.size["caption"]), right, room)
            right -= self._HOW
            face = font(look.size["small"], MEDIUM)
            name = QFontMetricsF(face).elidedText(port_name(port), Qt.TextElideMode.ElideRight, self._NAME)
            right = paint_right(painter, name, "text.primary" if chosen else "text.secondary", face, right, room)
            paint_port_mark(painter, QPointF(right - 10, room.center().y() + 0.5), "list" if port.multiple else port.type)
            right = paint_right(painter, tr("to"), "text.tertiary", font(look.size["small"]), right - 20, room)
        words = QRectF(room.left(), room.top(), right - room.left() - 6, room.height())
        weight = SEMIBOLD if chosen else REGULAR
        paint_marked(painter, words, choice.title, hit.title_places, (look.size["body"], weight, "text.primary"))


def paint_right(painter: QPainter, words: str, role: str, face: QFont, right: float, room: QRectF) -> float:
    """Write words that end at `right` and return where they begin."""
    width = QFontMetricsF(face).horizontalAdvance(words)
    painter.setFont(face)
    painter.setPen(theme().color(role))
    painter.drawText(QRectF(right - width, room.top(), width + 1, room.height()), Qt.AlignmentFlag.AlignVCenter, words)
    return right - width


def _paint_chip(painter: QPainter, words: str, role: str, right: float, room: QRectF) -> float:
    look, face = theme(), font(theme().size["caption"], MEDIUM)
    width = QFontMetricsF(face).horizontalAdvance(words) + 13
    chip = QRectF(right - width, room.center().y() - 9.5, width, 20)
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
