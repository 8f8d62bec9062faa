"""Problems of a workflow as a list: what is wrong, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QStackedWidget, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from engine.model.issues import Issue
from resources.language import tr
from widgets.boxes import fill
from widgets.empty import EmptyState
from widgets.icons import paint_icon
from widgets.prose import unmarked
from widgets.run.rows import Index, RowsModel, make_list, paint_ground, say, width_of
from widgets.run.source import RunSource
from widgets.theme import MEDIUM, theme
from widgets.way_out import advice

_HEIGHT, _SIGN, _INSET, _PLACE = 44, 14, 14, 190


class ProblemsModel(RowsModel[Issue]):
    """The problems, errors before warnings."""

    source: RunSource | None = None

    def place(self, issue: Issue) -> str:
        """Say where a problem is: the title of its node and the field."""
        title = self.source.title(issue.node) if self.source and issue.node else issue.node
        return " · ".join(part for part in (title, issue.field or issue.port) if part)

    def name(self, row: Issue) -> str:
        """Return its words."""
        return row.said

    def spoken(self, row: Issue) -> str:
        """Return how bad it is, its words, its place and the remedy."""
        kind = tr("Error") if row.severity == "error" else tr("Warning")
        return ". ".join(part for part in (kind, row.said, self.place(row), advice(row)) if part)


class _Row(QStyledItemDelegate):
    """Draws a problem."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, ProblemsModel)
        issue, look, rect = model.rows[index.row()], theme(), QRectF(option.rect)
        painter.save()
        paint_ground(painter, option)
        name, role = ("octagon-x", "state.failed") if issue.severity == "error" else ("triangle-alert", "state.waiting")
        sign = QRectF(rect.left() + _INSET, rect.top() + 7, _SIGN, _SIGN)
        paint_icon(painter, name, sign, look.color(role), 1.4)
        left, right = sign.right() + 9, rect.right() - _INSET
        upper, lower = rect.top() + 4, rect.top() + 22
        place = model.place(issue)
        room = min(width_of(place, look.size["small"], MEDIUM) + 2, _PLACE) if place else 0
        say(painter, QRectF(left, upper, right - left - room - 12, 20), unmarked(issue.said), "text.primary", look.size["body"])
        say(painter, QRectF(right - room, upper, room, 20), place, "text.secondary", look.size["small"], MEDIUM)
        say(painter, QRectF(left, lower, right - left, 18), unmarked(advice(issue)), "text.tertiary", look.size["small"])
        painter.restore()


class Problems(QWidget):
    """Shows problems. `opened` tells the issue whose place a person wants to see, by double click or Enter."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.model = ProblemsModel(self)
        self.list = make_list(self.model, _Row(), tr("Problems"))
        self.list.doubleClicked.connect(self._open)
        self.list.installEventFilter(self)
        text = tr("Everything that was checked is fine. Problems are found while you edit.")
        self._stack = QStackedWidget()
        self._stack.addWidget(EmptyState("circle-check", tr("No problems"), text))
        self._stack.addWidget(self.list)
        fill(QVBoxLayout(self), [self._stack])

    def show_source(self, source: RunSource) -> None:
        """Take the titles of nodes from a graph."""
        self.model.source = source
        self.list.viewport().update()

    def show_issues(self, issues: Sequence[Issue]) -> None:
        """Show these. The chosen one stays chosen."""
        at = self.list.currentIndex().row()
        chosen = self.model.rows[at] if 0 <= at < len(self.model.rows) else None
        self.model.show_rows(sorted(issues, key=lambda issue: issue.severity != "error"))
        if chosen in self.model.rows:
            self.list.setCurrentIndex(self.model.index(self.model.rows.index(chosen), 0))
        self._stack.setCurrentIndex(int(bool(issues)))

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.model.rows[index.row()])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open with Enter."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            index = self.list.currentIndex()
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
                self.opened.emit(self.model.rows[index.row()])
                return True
        return super().eventFilter(watched, event)
