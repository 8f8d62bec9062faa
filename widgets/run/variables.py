"""What a run was given, the variables of its workflow, and what it gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSplitter,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from engine.model.values import Json
from resources.language import tr
from widgets.boxes import fill
from widgets.empty import EmptyState
from widgets.run.rows import paint_ground, say
from widgets.run.source import RunSource
from widgets.run.values import ValueView
from widgets.theme import MEDIUM, SEMIBOLD, theme
from widgets.values import brief

Index = QModelIndex | QPersistentModelIndex
_LIST, _NAME, _INSET, _ROW = 340, 130, 12, 26


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a value with its name, or the name of a group."""

    group: str
    name: str = ""
    value: Json = None


class _Model(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show_entries(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, _parent: Index | None = None) -> int:
        return len(self.entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) if self.entries[index.row()].name else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.name or entry.group
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.name}, {brief(entry.value)}" if entry.name else entry.group
        return None


class _Row(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, _Model)
        entry, look, rect = model.entries[index.row()], theme(), QRectF(option.rect)
        if not entry.name:
            say(painter, rect.adjusted(_INSET, 0, -_INSET, 0), entry.group, "text.tertiary", look.size["small"], SEMIBOLD)
            return
        paint_ground(painter, option)
        name = QRectF(rect.left() + _INSET, rect.top(), _NAME - 8, rect.height())
        say(painter, name, entry.name, "text.primary", look.size["body"], MEDIUM)
        value = rect.adjusted(_INSET + _NAME, 0, -_INSET, 0)
        say(painter, value, brief(entry.value, 80).replace("\\n", " "), "text.tertiary", look.size["small"])


class Variables(QWidget):
    """Shows the values of a run by name, and the chosen one beside them."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: tuple[object, ...] = ()
        self._chosen = ("", "")
        self._model = _Model(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Row(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setAccessibleName(tr("Variables"))
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.values = ValueView()
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        for widget in (self.list, self.values):
            splitter.addWidget(widget)
        splitter.setSizes([_LIST, 3 * _LIST])
        splitter.setStretchFactor(1, 1)
        text = tr("The workflow declares no inputs and no variables, and the run has given no output yet.")
        self._stack = QStackedWidget()
        self._stack.addWidget(EmptyState("braces", tr("No values"), text))
        self._stack.addWidget(splitter)
        fill(QVBoxLayout(self), [self._stack])

    @property
    def is_empty(self) -> bool:
        """Whether there is no value to show."""
        return not self._model.entries

    def show_source(self, source: RunSource) -> None:
        """Show the values of a run as they are now."""
        run, graph = source.run, source.graph
        given, outputs = (run.inputs, run.outputs) if run else ({}, {})
        now = (run, graph.inputs, graph.variables, given, outputs)
        if len(now) == len(self._seen) and all(one is other for one, other in zip(now, self._seen, strict=True)):
            return
        self._seen = now
        inputs = {name: spec.default for name, spec in graph.inputs.items()}
        groups: dict[str, Mapping[str, Json]] = {
            tr("Inputs"): {**inputs, **given},
            tr("Variables"): graph.variables,
            tr("Outputs"): outputs,
        }
        entries: list[Entry] = []
        for group, values in groups.items():
            if values:
                entries += [Entry(group), *(Entry(group, name, value) for name, value in values.items())]
        self._show(entries)

    def _show(self, entries: list[Entry]) -> None:
        chosen = self._chosen
        self._model.show_entries(entries)
        self._stack.setCurrentIndex(int(bool(entries)))
        places = [place for place, entry in enumerate(entries) if entry.name]
        if places:
            known = [place for place in places if (entries[place].group, entries[place].name) == chosen]
            self.list.setCurrentIndex(self._model.index((known or places)[0], 0))

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            entry = self._model.entries[index.row()]
            self._chosen = (entry.group, entry.name)
            self.values.show_value(entry.value, entry.name)
