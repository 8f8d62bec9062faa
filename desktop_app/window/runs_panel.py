"""The side page of runs: all that the journal has, found by workflow, state and words, opened again, and deleted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListView, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.window.library_rows import Index, Row, RowModel, RowPainter, run_sign
from desktop_app.window.message_bar import Way
from desktop_app.window.moments import ago, clock
from desktop_app.window.past_runs import PastRun, PastRuns, Wanted
from desktop_app.window.question_card import QuestionCard
from resources.language import tr, trn
from widgets.boxes import column, fill, row
from widgets.empty import EmptyState
from widgets.forms.context import Choice
from widgets.forms.pick import Pick
from widgets.icons import icon
from widgets.run.words import status_word
from widgets.segments import Segments
from widgets.step_view import time_text

STATES = ("running", "waiting", "succeeded", "failed", "stopped", "cancelled")
_PAUSE_MS, _AHEAD = 200, 400
"""The pause after a key before the search begins; pixels from the end at which more runs are asked for."""


class RunsPanel(QWidget):
    """Shows runs, newest first; more come when the list is scrolled to its end.

    Enter or a double click shows a run on the canvas of its workflow, Delete asks whether the chosen ones shall go.
    """

    def __init__(self, past: PastRuns) -> None:
        super().__init__()
        self._past = past
        self._has_more, self._asked = False, 0
        self._question: QuestionCard | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search runs"))
        self.search.setAccessibleName(tr("Search runs"))
        self.search.addAction(QAction(icon("search", "text.tertiary"), "", self.search), QLineEdit.ActionPosition.LeadingPosition)
        self.scope = Segments([tr("This workflow"), tr("All")], tr("Runs of which workflow"), height=26)
        self.scope.set_current(0)
        self.state = Pick(tr("State"))
        self.state.offer([Choice("", tr("Any state")), *(Choice(state, status_word(state)) for state in STATES)])
        self.model: RowModel[PastRun] = RowModel()
        self.model.setParent(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(RowPainter(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.setAccessibleName(tr("Runs"))
        self.nothing = EmptyState(
            "history", tr("No run here"), tr("Runs appear here when they begin. Try other words or states.")
        )
        self._pages = QStackedWidget()
        for page in (self.list, self.nothing):
            self._pages.addWidget(page)
        filters = column(self.search, row(self.scope, None), self.state, gap=6, margins=(10, 0, 10, 8))
        fill(QVBoxLayout(self), [filters, self._pages])
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._connect()
        self.setFocusProxy(self.search)

    def _connect(self) -> None:
        self._pause.timeout.connect(self.refresh)
        self.search.textChanged.connect(self._pause.start)
        self.scope.chosen.connect(self.refresh)
        self.state.picked.connect(self.refresh)
        self.list.doubleClicked.connect(self._open)
        self.list.customContextMenuRequested.connect(self.open_menu)
        self.list.verticalScrollBar().valueChanged.connect(self._look_for_more)
        self._past.deleted.connect(self.refresh)
        self._past.news.connect(self._follow_run)
        self._past.workflow_changed.connect(self._on_workflow)

    def _on_workflow(self) -> None:
        if self.scope.current() == 0:
            self.refresh()

    def _follow_run(self) -> None:
        if self.isVisible():
            self._pause.start()

    def refresh(self) -> None:
        """Look for runs anew; as many as are shown now, so that nothing jumps."""
        self._pause.stop()
        if self.isVisible():
            self._ask("", [])

    # ------------------------------------------------------------------ pages
    def _ask(self, before: str, shown: list[PastRun]) -> None:
        self._asked += 1
        workflow = self._past.workflow if self.scope.current() == 0 else ""
        wanted = Wanted(workflow, self.state.value(), self.search.text().strip())
        self._past.find(wanted, before, partial(self._on_found, self._asked, shown))

    def _on_found(self, asked: int, shown: list[PastRun], found: list[PastRun], more: bool) -> None:
        if asked != self._asked:
            return
        self._has_more = more
        runs = [*shown, *found]
        known = {one.id for one in runs}
        if not shown and more and self.model.things and found and found[-1].id in {one.id for one in self.model.things}:
            place = next(place for place, one in enumerate(self.model.things) if one.id == found[-1].id)
            runs += [one for one in self.model.things[place + 1 :] if one.id not in known]  # those of later pages stay
        self._show(runs)

    def _show(self, runs: list[PastRun]) -> None:
        chosen = {one.id for one in self.chosen()}
        bar = self.list.verticalScrollBar()
        at = bar.value()
        self.model.show_rows(runs, [self._row(one) for one in runs])
        for place, one in enumerate(runs):
            if one.id in chosen:
                index = self.model.index(place)
                self.list.selectionModel().select(index, self.list.selectionModel().SelectionFlag.Select)
        bar.setValue(at)
        self._pages.setCurrentWidget(self.list if runs else self.nothing)

    def _row(self, run: PastRun) -> Row:
        sign, role = run_sign(run.status)
        took = time_text(run.ended - run.started) if run.ended is not None else ""
        said = " · ".join(part for part in (status_word(run.status), took) if part)
        title = run.name if self.scope.current() else tr("Run at {time}", time=clock(run.started))
        return Row(title, said, sign, role, ago(run.started), tip=f"{run.name}\n{clock(run.started)}\n{run.id}")

    def _look_for_more(self) -> None:
        bar = self.list.verticalScrollBar()
        if self._has_more and self.model.things and bar.value() >= bar.maximum() - _AHEAD:
            self._has_more = False  # until the answer is there
            self._ask(self.model.things[-1].id, list(self.model.things))

    # ------------------------------------------------------------------ what a person does
    def chosen(self) -> list[PastRun]:
        """Return the chosen runs."""
        return [self.model.things[index.row()] for index in sorted(self.list.selectionModel().selectedIndexes())]

    def _open(self, index: Index) -> None:
        self._past.show(self.model.things[index.row()])

    def open_menu(self, at: QPoint) -> None:
        """Show what can be done with the chosen runs."""
        chosen = self.chosen()
        if not chosen:
            return
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        ways: list[tuple[str, Callable[[], object], bool]] = [
            (tr("Show"), partial(self._past.show, chosen[0]), len(chosen) == 1),
            (tr("Open the workflow as it ran"), partial(self._past.open_version, chosen[0]), len(chosen) == 1),
            (tr("Delete…"), self.ask_delete, any(run.is_over for run in chosen)),
        ]
        for words, do, enabled in ways:
            action = menu.addAction(words, do)
            action.setEnabled(enabled)
        menu.popup(self.list.viewport().mapToGlobal(at))

    def ask_delete(self) -> None:
        """Ask whether the chosen runs shall go; those that are not over stay."""
        runs = [run for run in self.chosen() if run.is_over]
        if not runs or self._question is not None:
            return
        title = trn("Delete this run?", "Delete {count} runs?", len(runs))
        text = tr("Values, log and files of it go with it. This cannot be undone.")
        ways = [Way(tr("Delete"), partial(self._delete, runs), "danger")]
        self._question = QuestionCard(self.window(), "trash-2", title, text, ways)
        self._question.dismissed.connect(self._end_question)

    def _delete(self, runs: list[PastRun]) -> None:
        self._end_question()
        self._past.delete(runs)

    def _end_question(self) -> None:
        if self._question is not None:
            self._question.end()
            self._question = None
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------ Qt
    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date when it is seen."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QEvent) -> None:
        """Look no more."""
        self._pause.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter, delete with Delete, and go from the search to the list with Down."""
        index = self.list.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self._open(index)
        elif event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self.ask_delete()
        elif event.key() == Qt.Key.Key_Down and self.search.hasFocus() and self.model.rows:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            self.list.setCurrentIndex(self.model.index(0))
        else:
            super().keyPressEvent(event)
