"""The lines of a run's log that pass a filter, and how one is drawn."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from widgets.icons import paint_icon
from widgets.run.model import LOG_LINES, LOG_SPARE, LogLine
from widgets.run.rows import say
from widgets.run.source import RunSource
from widgets.run.words import clock_time
from widgets.step_view import time_text
from widgets.theme import font, theme

Index = QModelIndex | QPersistentModelIndex

LEVELS = ("debug", "info", "warning", "error")
_SIGNS = {"warning": ("triangle-alert", "state.waiting"), "error": ("octagon-x", "state.failed")}
_ROW, _SIGN, _TIME, _STEP = 20, 12, 62, 150
_CUT = 600


class LogModel(QAbstractListModel):
    """Takes what is new in the log of a run; keeps as many lines as the run does."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source: RunSource | None = None
        self.lines: list[LogLine] = []
        self._seen = 0
        self.own = 0
        """How many of the lines the steps wrote themselves."""
        self._level, self._text, self._address = 0, "", ""
        self.shows_step = True

    def show_source(self, source: RunSource, address: str = "") -> None:
        """Show the log of a run; with an address only what that step wrote."""
        self.source, self._address = source, address
        self.shows_step = not address
        self._begin_again()

    def filter(self, level: str, text: str) -> None:
        """Show only lines of a level or above, that hold a text."""
        self._level, self._text = LEVELS.index(level), text.lower()
        self._begin_again()

    def take_new(self) -> int:
        """Add what is new, and return how many lines were added."""
        run = self.source.run if self.source else None
        if run is None or run.logged == self._seen:
            return 0
        new = list(self._passing(run.log[-(run.logged - self._seen) :]))
        self._seen = run.logged
        self.own += sum(line.is_own for line in new)
        if new:
            self.beginInsertRows(QModelIndex(), len(self.lines), len(self.lines) + len(new) - 1)
            self.lines += new
            self.endInsertRows()
        if (over := len(self.lines) - LOG_LINES) > LOG_SPARE:
            self.beginRemoveRows(QModelIndex(), 0, over - 1)
            self.own -= sum(line.is_own for line in self.lines[:over])
            del self.lines[:over]
            self.endRemoveRows()
        return len(new)

    def _begin_again(self) -> None:
        run = self.source.run if self.source else None
        self.beginResetModel()
        self.lines = list(self._passing(run.log)) if run else []
        self.own = sum(line.is_own for line in self.lines)
        self._seen = run.logged if run else 0
        self.endResetModel()

    def _passing(self, lines: Iterable[LogLine]) -> Iterable[LogLine]:
        address, level, text = self._address, self._level, self._text
        for line in lines:
            if (address and line.address != address) or (level and LEVELS.index(line.level) < level):
                continue
            if not text or text in line.text.lower() or (self.shows_step and text in self.title(line).lower()):
                yield line

    def title(self, line: LogLine) -> str:
        """Return what the step of a line is called."""
        return self.source.title(line.address) if self.source and line.address else ""

    def as_text(self, rows: Iterable[int]) -> str:
        """Return lines as text for the clipboard."""
        lines = (self.lines[row] for row in rows)
        return "\n".join(f"{clock_time(line.at)}\t{line.level}\t{self.title(line)}\t{line.text}" for line in lines)

    def since_begin(self, line: LogLine) -> float:
        """Return how long after the begin of the run a line was written."""
        run = self.source.run if self.source else None
        return max(0.0, line.at - run.started) if run and run.started else 0.0

    def rowCount(self, _parent: Index | None = None) -> int:
        """See Qt."""
        return len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.lines[index.row()].text[:_CUT]
        return None


class LogRow(QStyledItemDelegate):
    """Draws a line: when, how bad, which step, and its words."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """See Qt."""
        return QSize(0, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See Qt."""
        model = index.model()
        assert isinstance(model, LogModel)
        line, look = model.lines[index.row()], theme()
        rect = QRectF(option.rect)
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.color("accent.base", look.alpha["selected"]))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, look.color("text.primary", look.alpha["hover"]))
        say(
            painter, QRectF(rect.left() + 12, rect.top(), _TIME - 8, _ROW), time_text(model.since_begin(line)), "text.tertiary",
            look.size["caption"], align=Qt.AlignmentFlag.AlignRight,
        )  # fmt: skip
        left = rect.left() + 12 + _TIME
        if line.level in _SIGNS:
            name, role = _SIGNS[line.level]
            paint_icon(painter, name, QRectF(left, rect.top() + (_ROW - _SIGN) / 2, _SIGN, _SIGN), look.color(role), 1.4)
        left += _SIGN + 8
        if model.shows_step:
            say(painter, QRectF(left, rect.top(), _STEP - 10, _ROW), model.title(line), "text.secondary", look.size["small"])
            left += _STEP
        painter.setFont(font(look.size["caption"] + 1, mono=True))
        role = _SIGNS[line.level][1] if line.level == "error" else "text.tertiary" if line.level == "debug" else "text.primary"
        painter.setPen(look.color(look.ink(role)))
        words = " ".join(line.text[:_CUT].split("\n"))
        room = QRectF(left, rect.top(), rect.right() - left - 8, _ROW)
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
