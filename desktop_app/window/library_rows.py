"""Rows of two lines with a sign before them: workflows, and versions of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from resources.language import tr
from widgets.boxes import tip
from widgets.code.completion import paint_marked
from widgets.icons import paint_icon
from widgets.step_view import GLYPHS, StepStatus, role_of
from widgets.theme import font, theme

Index = QModelIndex | QPersistentModelIndex
T = TypeVar("T")

ROW = Qt.ItemDataRole.UserRole + 1
_HEIGHT, _SIGN = 44, 16

RUN_LOOKS: dict[str, StepStatus] = {
    "succeeded": "succeeded", "failed": "failed", "cancelled": "cancelled", "waiting": "waiting", "running": "running",
    "queued": "queued", "stopped": "paused",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """What a row shows. `right` are a few words at its end, `places` the letters of the title that were searched for.

    `is_alarming` shows the second line as a warning.
    """

    title: str
    detail: str
    icon: str = "workflow"
    role: str = "text.tertiary"
    right: str = ""
    places: tuple[int, ...] = ()
    is_alarming: bool = False
    tip: str = ""


def run_sign(status: str) -> tuple[str, str]:
    """Return icon and colour role of a run's state, those of an idle step for none."""
    look = RUN_LOOKS.get(status, "idle")
    return GLYPHS[look], role_of(look)


class RowModel(QAbstractListModel, Generic[T]):
    """Things with their rows."""

    def __init__(self) -> None:
        super().__init__()
        self.things: list[T] = []
        self.rows: list[Row] = []

    def show_rows(self, things: Sequence[T], rows: Sequence[Row]) -> None:
        """Show other things; rows that only look different keep selection and scroll place."""
        if list(things) == self.things:
            for place, row in enumerate(rows):
                self.show_row(place, row)
            return
        self.beginResetModel()
        self.things, self.rows = list(things), list(rows)
        self.endResetModel()

    def show_row(self, place: int, row: Row) -> None:
        """Show a thing in another way."""
        if self.rows[place] != row:
            self.rows[place] = row
            self.dataChanged.emit(self.index(place), self.index(place))

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many there are."""
        return len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a row, its words for screen readers, or its tooltip."""
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{row.title}, {row.detail}"
        if role == Qt.ItemDataRole.EditRole:
            return row.title
        return tip(row.tip) if role == Qt.ItemDataRole.ToolTipRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let titles be edited where the view asks for it."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable


class RowPainter(QStyledItemDelegate):
    """Draws rows, and lets a title be edited in place."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row."""
        return QSize(80, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        row: Row = index.data(ROW)
        look, rect = theme(), QRectF(option.rect).adjusted(6, 1, -6, -1)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            tint = look.mix("accent.base", "surface.panel", look.alpha["selected"])
            painter.setBrush(tint if chosen else look.color("text.primary", look.alpha["hover"]))
            painter.drawRoundedRect(rect, look.radius["field"], look.radius["field"])
        sign = QRectF(rect.left() + 8, rect.top() + 5, _SIGN, _SIGN)
        paint_icon(painter, row.icon, sign, look.color(row.role))
        words = rect.adjusted(32, 0, -8, 0)
        first = QRectF(words.left(), rect.top() + 4, words.width(), 18)
        paint_marked(painter, first, row.title, row.places, size=look.size["body"])
        second = first.translated(0, 18)
        small = font(look.size["caption"])
        painter.setFont(small)
        painter.setPen(look.color(look.ink("state.waiting") if row.is_alarming else "text.tertiary"))
        room = second.width()
        if row.right:
            painter.drawText(second, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, row.right)
            room -= QFontMetricsF(small).horizontalAdvance(row.right) + 8
        shown = QFontMetricsF(small).elidedText(row.detail, Qt.TextElideMode.ElideRight, room)
        painter.drawText(second, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Edit the title."""
        editor = QLineEdit(parent)
        editor.setAccessibleName(tr("Name"))
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Put the editor over the row."""
        rect: QRect = option.rect
        editor.setGeometry(rect.adjusted(28, 7, -8, -7))


class RowView(QListView):
    """A list of rows: Enter or a double click takes one."""

    def __init__(self, model: RowModel[T], name: str, take: Callable[[Index], None]) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(RowPainter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(name)
        self._take = take
        self.doubleClicked.connect(take)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self._take(self.currentIndex())
        else:
            super().keyPressEvent(event)
