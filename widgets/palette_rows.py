"""How the palette looks: categories, node types, and what is under the pointer while one is dragged."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engine.api.declaration import Declaration
from resources.language import tr
from widgets.code.completion import paint_marked
from widgets.glyph import category_role, paint_tile
from widgets.icons import paint_icon
from widgets.palette_model import ENTRY, Entry, Index, PaletteModel
from widgets.theme import SEMIBOLD, font, theme

_ROW, _TILE = 27, 20


class RowPainter(QStyledItemDelegate):
    """Draws categories and node types."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row; there is air above a category."""
        entry: Entry = index.data(ENTRY)
        return QSize(80, _ROW if entry.kind else _ROW + (6 if index.row() else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        entry: Entry = index.data(ENTRY)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect)
        if entry.kind is None:
            model = index.model()
            folded = isinstance(model, PaletteModel) and model.is_folded(entry.group)
            _paint_group(painter, rect.adjusted(10, 6 if index.row() else 0, -12, 0), entry, folded=folded)
        else:
            _paint_kind(painter, rect.adjusted(6, 0, -6, 0), entry.kind, entry.places, option.state)
        painter.restore()


def _paint_group(painter: QPainter, rect: QRectF, entry: Entry, *, folded: bool) -> None:
    look = theme()
    sign = QRectF(rect.left(), rect.center().y() - 6, 12, 12)
    paint_icon(painter, "chevron-right" if folded else "chevron-down", sign, look.color("text.tertiary"), 1.4)
    painter.setPen(look.color("text.tertiary"))
    painter.setFont(font(look.size["caption"], SEMIBOLD))
    painter.drawText(rect.adjusted(16, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, entry.group)
    painter.setFont(font(look.size["caption"]))
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(entry.count))


def _paint_kind(painter: QPainter, rect: QRectF, kind: Declaration, places: tuple[int, ...], state: QStyle.StateFlag) -> None:
    look = theme()
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    hovered = bool(state & QStyle.StateFlag.State_MouseOver)
    if chosen or hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        tint = look.mix("accent.base", "surface.panel", look.alpha["selected"])
        painter.setBrush(tint if chosen else look.color("text.primary", look.alpha["hover"]))
        painter.drawRoundedRect(rect, look.radius["field"], look.radius["field"])
    paint_tile(
        painter, QRectF(rect.left() + 8, rect.center().y() - _TILE / 2, _TILE, _TILE), kind.icon, category_role(kind.category)
    )
    words = rect.adjusted(8 + _TILE + 8, 0, -24 if hovered else -6, 0)
    paint_marked(painter, words, tr(kind.title), places, size=look.size["body"])
    if hovered:
        grip = QRectF(rect.right() - 20, rect.center().y() - 7, 14, 14)
        paint_icon(painter, "grip-vertical", grip, look.color("text.tertiary"), 1.4)


def drag_picture(kind: Declaration, ratio: float) -> QPixmap:
    """Return what is under the pointer while a node type is dragged: the head of the node it will be."""
    look = theme()
    width, height = look.metric["node_width"], look.metric["node_header"]
    picture = QPixmap(round(width * ratio), round(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    body = QRectF(0.75, 0.75, width - 1.5, height - 1.5)
    painter.setPen(look.color("accent.base"))
    painter.setBrush(look.color("surface.node"))
    painter.drawRoundedRect(body, look.radius["node"], look.radius["node"])
    tile = look.metric["node_tile"]
    paint_tile(painter, QRectF(10, (height - tile) / 2, tile, tile), kind.icon, category_role(kind.category))
    painter.setFont(font(13, SEMIBOLD))
    painter.setPen(look.color("text.primary"))
    painter.drawText(QRectF(10 + tile + 9, 0, width - tile - 29, height), Qt.AlignmentFlag.AlignVCenter, tr(kind.title))
    painter.end()
    return picture
