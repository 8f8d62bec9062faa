"""The rows of the cards that offer nodes, as they are drawn."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from graph_editor.choices import Choice, how_words
from graph_editor.node_face import port_name
from resources.language import tr
from widgets.found_rows import GAP, INSET, FoundModel, Index, paint_chip, paint_enter, paint_ground, paint_marked, paint_right
from widgets.glyph import category_role, paint_port_mark, paint_tile
from widgets.search import Found
from widgets.theme import MEDIUM, REGULAR, SEMIBOLD, font, theme


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
        assert isinstance(model, FoundModel)
        rect = QRectF(option.rect)
        painter.save()
        chosen = paint_ground(painter, option)
        hit: Found[Choice] = model.at(index.row())
        tile = QRectF(rect.left() + INSET, rect.center().y() - self.tile / 2 + 0.5, self.tile, self.tile)
        paint_tile(painter, tile, hit.thing.kind.icon, category_role(hit.thing.kind.category))
        self.paint_words(painter, rect.adjusted(tile.right() - rect.left() + GAP, 0, -INSET, 0), hit, chosen=chosen)
        painter.restore()

    def paint_words(self, painter: QPainter, room: QRectF, hit: Found[Choice], *, chosen: bool) -> None:
        """Draw what stands right of the tile."""
        look, choice, right = theme(), hit.thing, room.right()
        if chosen:
            right = paint_enter(painter, right, room)
            right = paint_chip(painter, choice.category, category_role(choice.kind.category), right, room)
        else:
            face = font(look.size["caption"])
            right = paint_right(painter, choice.category, "text.tertiary", face, right, room)
        words = QRectF(room.left(), room.top(), right - room.left() - GAP, room.height())
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
