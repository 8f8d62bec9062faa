"""The steps of a run: a list, and all about the chosen one beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from resources.language import tr
from widgets.boxes import fill
from widgets.empty import EmptyState
from widgets.run.lanes import Lane
from widgets.run.rows import make_list
from widgets.run.source import RunSource
from widgets.run.step_detail import StepDetail
from widgets.run.step_list import StepRow, StepsModel

_LIST, _LEAST = 280, 130


class Steps(QWidget):
    """Shows the steps. `selected` tells the address of the one that a person chose."""

    selected = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._address = ""
        self.model = StepsModel(self)
        self.list = make_list(self.model, StepRow(), tr("Steps"))
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.setMinimumWidth(_LEAST)
        self.detail = StepDetail()
        self._right = QStackedWidget()
        self._right.addWidget(
            EmptyState("rows-3", tr("No step is chosen"), tr("Choose one to see what came in and what came out."))
        )
        self._right.addWidget(self.detail)
        self._wanted = _LIST
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        for widget in (self.list, self._right):
            self._splitter.addWidget(widget)
        self._splitter.splitterMoved.connect(self._on_moved)
        fill(QVBoxLayout(self), [self._splitter])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the list have the room that a person gave it, unless all about the step needs some of that."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        room = self.width() - self._splitter.handleWidth()
        width = max(_LEAST, min(self._wanted, room - self.detail.wanted_width()))
        self._splitter.setSizes([width, room - width])

    def _on_moved(self) -> None:
        self._wanted = self.list.width()

    def show_lanes(self, source: RunSource, lanes: Sequence[Lane], now: float) -> None:
        """Show these steps of a run."""
        self.model.show_lanes(source, lanes, now)
        if self.model.place_of(self._address) < 0 and lanes:
            self._address = next((lane.address for lane in lanes if lane.status == "failed"), lanes[0].address)
        self._mark()
        self._show_detail()

    def select(self, address: str) -> None:
        """Show a step, without a signal."""
        self._address = address
        if self.model.place_of(address) >= 0:
            self._mark()
            self._show_detail()

    @property
    def chosen(self) -> str:
        """The address of the step that is shown."""
        return self._address

    def _mark(self) -> None:
        place = self.model.place_of(self._address)
        if place >= 0 and self.list.currentIndex().row() != place:
            self.list.selectionModel().blockSignals(True)
            self.list.setCurrentIndex(self.model.index(place, 0))
            self.list.selectionModel().blockSignals(False)
            self.list.scrollTo(self.model.index(place, 0))
            self.list.viewport().update()

    def _show_detail(self) -> None:
        source = self.model.source
        known = source is not None and self.model.place_of(self._address) >= 0
        self._right.setCurrentIndex(int(known))
        if known and source is not None:
            before = self.detail.wanted_width()
            self.detail.show_step(source, self._address)
            if self.detail.wanted_width() > before:
                self._share()

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self._address = self.model.lanes[current.row()].address
            self._show_detail()
            self.selected.emit(self._address)
