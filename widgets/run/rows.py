"""Lists of rows that are drawn here: what holds them, how the list behaves, one line of words, the ground of a chosen row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from widgets.theme import REGULAR, font, theme

Index = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")


class RowsModel(QAbstractListModel, Generic[Row]):
    """Rows of one kind. Who knows them says what each is called, and what a screen reader tells of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these in place of those before."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def name(self, row: Row) -> str:
        """Return what a row is called."""
        raise NotImplementedError

    def spoken(self, row: Row) -> str:
        """Return all that a row tells."""
        raise NotImplementedError

    def rowCount(self, _parent: Index | None = None) -> int:
        """See Qt."""
        return len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.name(self.rows[index.row()])
        return self.spoken(self.rows[index.row()]) if role == Qt.ItemDataRole.AccessibleTextRole else None


def make_list(model: QAbstractItemModel, delegate: QStyledItemDelegate, name: str) -> QListView:
    """Return a list of rows of one height, which shows what is under the pointer; it keeps the delegate."""
    made = QListView()
    made.setModel(model)
    delegate.setParent(made)
    made.setItemDelegate(delegate)
    made.setUniformItemSizes(True)
    made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    made.setMouseTracking(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setAccessibleName(name)
    return made


def say(
    painter: QPainter, rect: QRectF, text: str, role: str, size: float = 11, weight: int = REGULAR,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:  # fmt: skip
    """Write one line, cut where there is no room."""
    face = font(size, weight)
    painter.setFont(face)
    painter.setPen(theme().color(theme().ink(role)))
    shown = QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)


def width_of(text: str, size: float = 11, weight: int = REGULAR) -> float:
    """Return how wide a text is."""
    return QFontMetricsF(font(size, weight)).horizontalAdvance(text)


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Draw the ground of a row that is chosen or under the pointer."""
    look, ground = theme(), QRectF(option.rect).adjusted(4, 1, -4, -1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if option.state & QStyle.StateFlag.State_Selected:
        painter.setBrush(look.mix("accent.base", "surface.panel", look.alpha["selected"]))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(look.color("text.primary", look.alpha["hover"]))
    else:
        return
    painter.drawRoundedRect(ground, look.radius["field"], look.radius["field"])
