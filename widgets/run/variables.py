"""What a run was given, the variables of its workflow, and what it gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSplitter, QStackedWidget, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from engine.model.values import Json
from resources.language import tr
from widgets.boxes import fill
from widgets.empty import EmptyState
from widgets.run.rows import Index, RowsModel, make_list, paint_ground, say
from widgets.run.source import RunSource
from widgets.run.values import ValueView
from widgets.theme import MEDIUM, SEMIBOLD, theme
from widgets.values import brief

_LIST, _NAME, _INSET, _ROW = 340, 130, 12, 26


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a value with its name, or the name of a group."""

    group: str
    name: str = ""
    value: Json = None


class _Model(RowsModel[Entry]):
    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) if self.rows[index.row()].name else Qt.ItemFlag.NoItemFlags

    def name(self, row: Entry) -> str:
        return row.name or row.group

    def spoken(self, row: Entry) -> str:
        return f"{row.name}, {brief(row.value)}" if row.name else row.group


class _Row(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, _Model)
        entry, look, rect = model.rows[index.row()], theme(), QRectF(option.rect)
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
        self._over: object = None
        self._model = _Model(self)
        self.list = make_list(self._model, _Row(), tr("Variables"))
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
        return not self._model.rows

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
        if run is not None and run.is_over and outputs:  # what it was run for
            groups = {tr("Outputs"): outputs, **groups}
            if self._over is not run:
                self._over, self._chosen = run, ("", "")
        entries: list[Entry] = []
        for group, values in groups.items():
            if values:
                entries += [Entry(group), *(Entry(group, name, value) for name, value in values.items())]
        self._show(entries)

    def choose_output(self) -> None:
        """Show the first output; nothing happens while there is none."""
        outputs = [place for place, entry in enumerate(self._model.rows) if entry.name and entry.group == tr("Outputs")]
        if outputs:
            self.list.setCurrentIndex(self._model.index(outputs[0], 0))
            self.list.setFocus()

    def _show(self, entries: list[Entry]) -> None:
        chosen = self._chosen
        self._model.show_rows(entries)
        self._stack.setCurrentIndex(int(bool(entries)))
        places = [place for place, entry in enumerate(entries) if entry.name]
        if places:
            known = [place for place in places if (entries[place].group, entries[place].name) == chosen]
            self.list.setCurrentIndex(self._model.index((known or places)[0], 0))

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            entry = self._model.rows[index.row()]
            self._chosen = (entry.group, entry.name)
            self.values.show_value(entry.value, entry.name)
