"""The run panel: time-line, steps, log, variables and problems of one workflow and one of its runs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import partial

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from engine.model.graph import Graph
from engine.model.issues import Issue
from resources.language import tr
from widgets.boxes import fill, line
from widgets.empty import EmptyState
from widgets.node_types import NodeTypes
from widgets.run.entries import LOG, PROBLEMS, STEPS, TIMELINE, VARIABLES, RunEntry
from widgets.run.head import HEIGHT, RunHead
from widgets.run.lanes import path_seconds
from widgets.run.log import LogView
from widgets.run.model import RunModel
from widgets.run.problems import Problems
from widgets.run.source import RunSource
from widgets.run.steps import Steps
from widgets.run.timeline import Timeline
from widgets.run.value_card import enlarge
from widgets.run.variables import Variables
from widgets.theme import theme

_PAUSE, _LONG_PAUSE = 100, 1000
"""Milliseconds between two looks at a run that goes on, and at one that waits for a person."""
_FREE = 16_777_215


class RunPanel(QWidget):
    """Shows a run of a workflow. The owner tells of what changes, and does what the signals ask for.

    Signals:
        step_selected: the address of the step that a person chose.
        run_chosen, all_runs_wanted: another run should be shown; the whole list of runs should be.
        place_wanted: the address of a step and a field of it, to be shown in the editor.
        host_wanted: the address of a step, and the host that its workflow should allow.
        retry_wanted: the address of a failed step from which the run should go on.
        calls_wanted, file_wanted: the address of a step whose calls of models, or all that its script printed, is wanted.
        problem_opened: an `Issue` whose place should be shown.
    """

    step_selected = Signal(str)
    run_chosen = Signal(str)
    all_runs_wanted = Signal()
    place_wanted = Signal(str, str)
    host_wanted = Signal(str, str)
    retry_wanted = Signal(str)
    calls_wanted = Signal(str)
    file_wanted = Signal(str)
    problem_opened = Signal(object)

    def __init__(self, types: NodeTypes) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "panel")
        self.source = RunSource(types)
        self.is_folded = False
        self._is_stale = True
        self._height = theme().metric["run_panel"]
        self.head = RunHead()
        self.timeline, self.steps, self.log = Timeline(), Steps(), LogView()
        self.variables, self.problems = Variables(), Problems()
        self._clock = QTimer(self, interval=_PAUSE, singleShot=True)
        self._clock.timeout.connect(self._look)
        self._body = QStackedWidget()
        text = tr("Its steps appear here as bars, with what waited for what. Ctrl+Enter runs all.")
        self._nothing = EmptyState("play", tr("No run yet"), text)
        for page in (self.timeline, self.steps, self.log, self.variables, self.problems, self._nothing):
            self._body.addWidget(page)
        self._inner = line(subtle=True)
        fill(QVBoxLayout(self), [self.head, self._inner, self._body])
        self._connect()
        self._show_page()

    def _connect(self) -> None:
        head = self.head
        head.tabs.currentChanged.connect(self._show_page)
        head.tabs.tabBarClicked.connect(self._unfold)
        head.fold_wanted.connect(self.toggle_folded)
        head.run_chosen.connect(self.run_chosen)
        head.all_runs_wanted.connect(self.all_runs_wanted)
        head.outputs_wanted.connect(self.show_outputs)
        for values in (self.variables.values, self.steps.detail.values):
            values.enlarge_wanted.connect(partial(enlarge, values))
        self.timeline.selected.connect(self._on_selected)
        self.timeline.opened.connect(self.show_step)
        self.steps.selected.connect(self._on_selected)
        self.steps.detail.place_wanted.connect(self.place_wanted)
        self.steps.detail.host_wanted.connect(self.host_wanted)
        self.steps.detail.retry_wanted.connect(self.retry_wanted)
        self.steps.detail.calls_wanted.connect(self.calls_wanted)
        self.steps.detail.file_wanted.connect(self.file_wanted)
        self.problems.opened.connect(self.problem_opened)

    # ------------------------------------------------------------------ what the owner tells
    def show_run(self, run: RunModel | None, graph: Graph) -> None:
        """Show a run of a graph, or that there is none yet. The graph is the version that the run executes."""
        if graph.id != self.source.graph.id:  # what was looked for in the other workflow
            for field in (self.variables.values.find_field, self.steps.detail.values.find_field, self.log.find_field):
                field.clear()
        self.source = RunSource(self.source.types, graph, run)
        self._is_stale = False
        self.timeline.show_source(self.source)
        self.log.show_source(self.source)
        self.problems.show_source(self.source)
        self._show_page()
        self._look()

    def show_runs(self, runs: Sequence[RunEntry]) -> None:
        """Offer the runs of the workflow, newest first."""
        self.head.show_runs(runs)

    def take_changes(self, addresses: AbstractSet[str]) -> None:
        """Show soon that the run changed; `addresses` are what `RunModel.take` gave."""
        self._is_stale = self._is_stale or bool(addresses)
        if addresses and (not self._clock.isActive() or self._clock.interval() > _PAUSE):
            self._clock.start(_PAUSE)

    def show_problems(self, issues: Sequence[Issue]) -> None:
        """Show the problems of the workflow."""
        self.problems.show_issues(issues)
        is_bad = any(issue.severity == "error" for issue in issues)
        self.head.tabs.set_count(PROBLEMS, len(issues), "state.failed" if is_bad else "state.waiting")

    def select_step(self, address: str) -> None:
        """Mark a step, as when its node was chosen on the canvas; without a signal."""
        self.timeline.select(address)
        self.steps.select(address)

    def show_step(self, address: str) -> None:
        """Open the page of the steps with this one."""
        self.select_step(address)
        self.show_page(STEPS)

    def show_page(self, page: int) -> None:
        """Open a page by its place in `widgets.run.head`."""
        self.set_folded(folded=False)
        self.head.tabs.setCurrentIndex(page)

    def show_outputs(self) -> None:
        """Show what the run gave, the first output chosen."""
        self.show_page(VARIABLES)
        self.variables.show_source(self.source)
        self.variables.choose_output()

    @property
    def is_empty(self) -> bool:
        """Whether it says that there is no run, in place of a page."""
        return self._body.currentWidget() is self._nothing

    @property
    def is_ticking(self) -> bool:
        """Whether it looks at the run again and again."""
        return self._clock.isActive()

    # ------------------------------------------------------------------ folding
    def toggle_folded(self) -> None:
        """Fold the panel away, or bring it back."""
        self.set_folded(folded=not self.is_folded)

    def set_folded(self, *, folded: bool) -> None:
        """Show the head only, or all; in a dock the height comes back."""
        if folded == self.is_folded:
            return
        if folded:
            dock = self.parentWidget()
            self._height = (dock if isinstance(dock, QDockWidget) else self).height()
        self.is_folded = folded
        self._body.setVisible(not folded)
        self._inner.setVisible(not folded)
        self.setMaximumHeight(HEIGHT if folded else _FREE)
        self.head.show_folded(folded=folded)
        if not folded:
            QTimer.singleShot(0, self, self._take_height)  # the dock learns only then that it may be higher again
        self._look()

    def _take_height(self) -> None:
        dock = self.parentWidget()
        window = dock.window() if dock is not None else None
        if isinstance(dock, QDockWidget) and isinstance(window, QMainWindow):
            window.resizeDocks([dock], [self._height], Qt.Orientation.Vertical)

    def _unfold(self) -> None:
        self.set_folded(folded=False)

    # ------------------------------------------------------------------ inside
    def _on_selected(self, address: str) -> None:
        self.select_step(address)
        self.step_selected.emit(address)

    def _show_page(self) -> None:
        page = self.head.tabs.currentIndex()
        needs_run = page in (TIMELINE, STEPS, LOG)
        if needs_run and self.source.run is None:
            self._body.setCurrentWidget(self._nothing)
        else:
            self._body.setCurrentIndex(page)
        self._show_current()

    def _look(self) -> None:
        """Show what the run is now, and again in a while as long as it goes on and can be seen."""
        run, now = self.source.run, time.time()
        if run is None:
            self.head.show_run(None, now, 0.0)
            self.head.tabs.set_count(STEPS, 0)
            self._show_current()
            return
        self._show_current()
        at = run.ended if run.ended is not None else now
        self.head.show_run(run, at, path_seconds(self.timeline.chain, run.steps, at))
        self.head.tabs.set_count(STEPS, len(self.timeline.lanes))
        if self.isVisible() and run.status in ("running", "waiting"):
            self._clock.start(_PAUSE if run.status == "running" else _LONG_PAUSE)

    def _show_current(self) -> None:
        """Bring the page that can be seen up to date; the time-line always, because others use its lanes."""
        if self._is_stale:
            self._is_stale = False
            self.timeline.refresh()
        if self.is_folded:
            return
        run = self.source.run
        match self._body.currentIndex():
            case 1:
                now = run.ended if run and run.ended is not None else time.time()
                self.steps.show_lanes(self.source, self.timeline.lanes, now)
            case 2:
                self.log.take_new()
            case 3:
                self.variables.show_source(self.source)

    def event(self, event: QEvent) -> bool:
        """Look at the run when the panel is shown, and not while it is hidden."""
        if event.type() == QEvent.Type.Show:
            self._look()
        elif event.type() == QEvent.Type.Hide:
            self._clock.stop()
        return super().event(event)
