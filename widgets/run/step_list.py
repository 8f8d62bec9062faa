"""The steps of a run as a list: state, title, time and tokens."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from widgets.icons import paint_icon
from widgets.run.lanes import Lane
from widgets.run.rows import paint_ground, say, width_of
from widgets.run.source import RunSource
from widgets.run.words import status_word, tokens_text
from widgets.step_view import GLYPHS, role_of, time_text, whole_time
from widgets.theme import MEDIUM, theme

Index = QModelIndex | QPersistentModelIndex
_SIGN, _INSET = 14, 12


class StepsModel(QAbstractListModel):
    """The steps in the order in which they began."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source: RunSource | None = None
        self.lanes: list[Lane] = []
        self._places: dict[str, int] = {}
        self.now = 0.0

    def show_lanes(self, source: RunSource, lanes: Sequence[Lane], now: float) -> None:
        """Show these steps; the same ones in the same order keep selection and place."""
        same = self.source is not None and self.source.run is source.run
        same = same and [lane.address for lane in lanes] == [lane.address for lane in self.lanes]
        if not same:
            self.beginResetModel()
        self.source, self.lanes, self.now = source, list(lanes), now
        self._places = {lane.address: place for place, lane in enumerate(self.lanes)}
        if not same:
            self.endResetModel()
        elif self.lanes:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.lanes) - 1, 0))

    def place_of(self, address: str) -> int:
        """Return the row of a step, -1 when it has none."""
        return self._places.get(address, -1)

    def rowCount(self, _parent: Index | None = None) -> int:
        """See Qt."""
        return len(self.lanes)

    def took(self, lane: Lane) -> str:
        """Return the time of a step in words."""
        if lane.start is None or lane.status in ("skipped", "cached"):
            return ""
        if lane.status == "waiting":
            return whole_time((self.now if lane.end is None else lane.end) - lane.start)
        return lane.note or time_text((self.now if lane.end is None else lane.end) - lane.start)

    def figures(self, lane: Lane) -> str:
        """Return the time and the tokens of a step in words."""
        run = self.source.run if self.source else None
        count = run.step(lane.address).tokens if run is not None else 0
        return " · ".join(part for part in (self.took(lane), tokens_text(count) if count else "") if part)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        lane = self.lanes[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return lane.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (lane.title, status_word(lane.status), self.figures(lane)) if part)
        return None


class StepRow(QStyledItemDelegate):
    """Draws a step."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """See Qt."""
        return QSize(0, theme().metric["row"])

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See Qt."""
        model = index.model()
        assert isinstance(model, StepsModel)
        lane, look, rect = model.lanes[index.row()], theme(), QRectF(option.rect)
        painter.save()
        paint_ground(painter, option)
        sign = QRectF(rect.left() + _INSET, rect.top() + (rect.height() - _SIGN) / 2, _SIGN, _SIGN)
        paint_icon(painter, GLYPHS[lane.status], sign, look.color(role_of(lane.status)), 1.4)
        right = rect.right() - 12
        figures = model.figures(lane)
        if width_of(figures, look.size["caption"], MEDIUM) + width_of(lane.title, look.size["body"]) > right - sign.right() - 18:
            figures = model.took(lane)
        room = width_of(figures, look.size["caption"], MEDIUM) + 2 if figures else 0
        say(
            painter, QRectF(right - room, rect.top(), room, rect.height()), figures, "text.tertiary", look.size["caption"], MEDIUM
        )
        left = sign.right() + 8
        ink = "text.tertiary" if lane.status in ("queued", "skipped", "cancelled") else "text.primary"
        say(painter, QRectF(left, rect.top(), right - room - left - 8, rect.height()), lane.title, ink, look.size["body"])
        painter.restore()
