"""One step of a run: what came in, what came out, why it failed, what it wrote, how often it was tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.model.issues import Issue
from engine.model.values import Json, JsonObject
from resources.language import tr
from widgets.boxes import fill, row
from widgets.chip import Chip
from widgets.elided import Elided
from widgets.empty import EmptyState
from widgets.forms.context import Choice
from widgets.forms.pick import Pick
from widgets.glyph import Button, Glyph
from widgets.issue_labels import label_of, labelled
from widgets.prose import Prose, unmarked
from widgets.run.log import LogView
from widgets.run.model import Attempt, Step
from widgets.run.prompt import Call, PromptPage
from widgets.run.source import RunSource
from widgets.run.tab_line import TabLine
from widgets.run.values import ValueView
from widgets.run.words import clock_time, status_word, tokens_text
from widgets.step_view import GLYPHS, role_of, time_text
from widgets.way_out import WayButton, advice, host_to_allow

OUTPUT, INPUTS, PROMPT, ERROR, LOG, ATTEMPTS = range(6)
_INSETS, _GAPS, _LOW, _NARROW, _FIGURES, _ACTION_INSETS = 42, 44, 80, 200, 64, 120


class StepDetail(QWidget):
    """Shows a step.

    Signals:
        place_wanted: the address of a step and the name of one of its fields, to be shown where it is edited.
        host_wanted: the address of a step, and the host that it may not reach; the workflow should allow it.
        retry_wanted: the address of a step that failed; the run should go on from there.
        calls_wanted: the address of a step whose calls of models are looked at; `show_calls` takes them.
        file_wanted: the address of a step; all that its script printed should be opened as a file.
    """

    place_wanted = Signal(str, str)
    host_wanted = Signal(str, str)
    retry_wanted = Signal(str)
    calls_wanted = Signal(str)
    file_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._source: RunSource | None = None
        self._address = ""
        self._shown: object = None
        self._values: Mapping[str, Json] = {}
        names = [tr("Output"), tr("Inputs"), tr("Prompt"), tr("Error"), tr("Log"), tr("Attempts")]
        self.tabs = TabLine(names, tr("What is shown of the step"), height=30)
        self.tabs.currentChanged.connect(self._show_page)
        self.state = Chip(height=18)
        self._figures = Elided("", "hint", Qt.AlignmentFlag.AlignRight)
        self._figures.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # else it takes room of the tabs
        head = row(self.tabs, 12, self._figures, 8, self.state, margins=(12, 0, 10, 0), height=31)
        layout = head.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.setStretch(2, 1)
        self.port = Pick(tr("Port"))
        self.port.setFixedWidth(130)
        self.port.picked.connect(self._show_port)
        self.values = ValueView()
        self.values.add_to_head(self.port)
        self.log = LogView()
        self.log.file_wanted.connect(self._ask_file)
        self.prompt = PromptPage()
        self.failure = FailurePage()
        self.failure.place_wanted.connect(self._ask_place)
        self.failure.retry_wanted.connect(self._ask_retry)
        self.failure.host_wanted.connect(self._ask_host)
        self.attempts = AttemptTable()
        self._nothing = EmptyState("circle-dashed", "", "")
        self._pages = QStackedWidget()
        for page in (self.values, self.prompt, self.failure, self.log, self.attempts, self._nothing):
            self._pages.addWidget(page)
        fill(QVBoxLayout(self), [head, self._pages])

    def minimumSizeHint(self) -> QSize:
        """Return the least room; see `wanted_width`."""
        return QSize(_NARROW, _LOW)

    def wanted_width(self) -> int:
        """Return the room for all pages, without what the list of the steps tells as well."""
        return self.tabs.sizeHint().width() + _INSETS

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the state to the list of the steps where it would push a page out."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        room = self.width() - self.tabs.sizeHint().width() - _GAPS
        self.state.setVisible(room >= self.state.sizeHint().width())
        self._figures.setVisible(room >= self.state.sizeHint().width() + _FIGURES)

    # ------------------------------------------------------------------ what the owner tells
    def show_step(self, source: RunSource, address: str) -> None:
        """Show a step; the page a person chose stays, unless there is a failure to tell of."""
        is_new = (source.run, address) != ((self._source.run if self._source else None), self._address)
        self._source, self._address = source, address
        self.refresh(is_new=is_new)

    def refresh(self, *, is_new: bool = False) -> None:
        """Show what the step is now."""
        if self._source is None or self._source.run is None:
            return
        step = self._source.run.step(self._address)
        self._show_facts(step)
        self.log.show_left_out(step.usage.get("left_out"))
        now = (step.view.status, step.ended, len(step.attempts), len(step.waits), step.error is None)
        if is_new:
            self.log.show_source(self._source, self._address)
        self.log.take_new()
        self.tabs.set_count(LOG, self.log.model.own)
        if not is_new and now == self._shown:
            if step.view.status == "running" and step.view.text and self.tabs.currentIndex() == OUTPUT:
                self._show_output(step)
            return
        had_error = isinstance(self._shown, tuple) and not self._shown[-1]
        self._shown = now
        self.tabs.set_count(ATTEMPTS, len(step.attempts) if len(step.attempts) > 1 else 0)
        shown = {PROMPT: self._asks_model(step), ERROR: step.error is not None or _last_error(step) is not None}
        if not shown.get(self.tabs.currentIndex(), True):
            self.tabs.setCurrentIndex(OUTPUT)
        for page, is_shown in shown.items():
            self.tabs.setTabVisible(page, is_shown)
        self._make_room()
        if step.view.status == "failed" and (is_new or not had_error):
            self.tabs.setCurrentIndex(ERROR)
        elif is_new and self.tabs.currentIndex() == ERROR:
            self.tabs.setCurrentIndex(OUTPUT)
        self._show_page()

    def _show_facts(self, step: Step) -> None:
        view = step.view
        self.state.show_words(status_word(view.status), role_of(view.status), GLYPHS[view.status])
        parts = []
        if step.started is not None and view.status not in ("skipped", "cached"):
            parts.append(clock_time(step.started))
        if view.seconds is not None and view.status not in ("skipped", "cached"):
            parts.append(time_text(view.seconds))
        if count := step.tokens:
            parts.append(tokens_text(count))
        if step.waits and step.waits[-1].status == "rejected":
            self.state.show_words(tr("Rejected"), "state.failed", "circle-x")
            parts += [step.waits[-1].comment] if step.waits[-1].comment else []
        self._figures.set_text(" · ".join(parts))

    # ------------------------------------------------------------------ pages
    def _show_page(self) -> None:
        if self._source is None or self._source.run is None:
            return
        step = self._source.run.step(self._address)
        match self.tabs.currentIndex():
            case 0:
                self._show_output(step)
            case 1:
                self._show_values(self._source.inputs(self._address), output=False)
            case 2:
                self._show_prompt()
            case 3:
                issue = replace(Issue.from_json(step.error or _last_error(step) or {}), node=self._address)
                source = self._source
                label = label_of(issue, source.graph, source.types)
                said = labelled(issue, source.graph, source.types)
                self.failure.show_issue(said, label, can_retry=step.view.status == "failed")
                self._pages.setCurrentWidget(self.failure)
            case 4:
                self._pages.setCurrentWidget(self.log)
            case _:
                self.attempts.show_attempts(step.attempts)
                self._pages.setCurrentWidget(self.attempts)

    def _show_output(self, step: Step) -> None:
        if step.view.status == "running" and not step.ports and step.view.text:
            self.port.hide()
            self.values.show_stream(step.view.text)
            self._pages.setCurrentWidget(self.values)
        else:
            self._show_values(step.ports, output=True)

    def _show_values(self, values: Mapping[str, Json], *, output: bool) -> None:
        self._values = values
        if not values:
            self._say_nothing(output=output)
            return
        assert self._source is not None
        chosen = self.port.value()
        self.port.offer(
            [Choice(name, self._source.port_name(self._address, name, output=output) or tr("Value")) for name in values]
        )
        self.port.show_choice(chosen if chosen in values else next(iter(values)))
        self.port.setVisible(len(values) > 1)
        self._show_port()
        self._pages.setCurrentWidget(self.values)

    def _show_port(self) -> None:
        name = self.port.value()
        if name in self._values:
            self.values.show_value(self._values[name], f"{self._address}.{name}".replace("/", "-"))

    def _show_prompt(self) -> None:
        self._pages.setCurrentWidget(self.prompt)
        self.calls_wanted.emit(self._address)

    def show_calls(self, address: str, calls: Sequence[Call]) -> None:
        """Show the calls of models by a step, if that is still the one that is looked at."""
        if address == self._address:
            self.prompt.show_calls(calls)

    def _asks_model(self, step: Step) -> bool:
        assert self._source is not None
        return step.tokens > 0 or (self._source.category(step.address) == "model" and bool(step.attempts))

    def _say_nothing(self, *, output: bool) -> None:
        assert self._source is not None
        assert self._source.run is not None
        status = self._source.run.step(self._address).view.status
        text = {
            "queued": tr("It waits for the steps before it."),
            "running": tr("It is still at work."),
            "waiting": tr("It waits for a person. Answer its question, and it goes on."),
            "failed": tr("It failed. The page Error says why."),
            "skipped": tr("It was skipped, because no value came to it."),
            "paused": tr("It stands at a breakpoint."),
        }.get(status, tr("It gave no value."))
        if not output:
            text = tr("No edge brought a value to this step.")
        nothing = EmptyState("log-out" if output else "log-in", tr("No output") if output else tr("No inputs"), text)
        self._pages.removeWidget(self._nothing)
        self._nothing.deleteLater()
        self._nothing = nothing
        self._pages.addWidget(nothing)
        self._pages.setCurrentWidget(nothing)

    def _ask_place(self, field: str) -> None:
        self.place_wanted.emit(self._address, field)

    def _ask_file(self) -> None:
        self.file_wanted.emit(self._address)

    def _ask_host(self, host: str) -> None:
        self.host_wanted.emit(self._address, host)

    def _ask_retry(self) -> None:
        self.retry_wanted.emit(self._address)


def _last_error(step: Step) -> JsonObject | None:
    return next((one.error for one in reversed(step.attempts) if one.error), None)


class FailurePage(QScrollArea):
    """What went wrong, where, and what to do about it."""

    place_wanted = Signal(str)
    host_wanted = Signal(str)
    retry_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._field = ""
        self.message = Prose("", "name")
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.remedy = Prose("", "secondary")
        self.code = Elided("", "caption")
        self.place = Button("", "crosshair", "link")
        self.place.clicked.connect(self._ask_place)
        self.retry = Button(tr("Retry from here"), "rotate-ccw")
        self.retry.clicked.connect(self.retry_wanted)
        self._host = ""
        self.allow = Button(tr("Allow this host"), "shield-check")
        self.allow.clicked.connect(self._ask_host)
        said = QVBoxLayout()
        self.way = WayButton()
        self._actions = QGridLayout()
        self._actions.setHorizontalSpacing(14)
        self._actions.setVerticalSpacing(4)
        fill(said, [self.message, self.remedy, 6, self._actions, None], gap=4)
        body = QWidget()
        sign = QVBoxLayout()
        fill(sign, [Glyph("octagon-x", "state.failed", 16), None], margins=(0, 1, 0, 0))
        line = QHBoxLayout(body)
        fill(line, [sign], gap=9, margins=(14, 10, 16, 10))
        line.addLayout(said, 1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setWidget(body)
        self._place_actions()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put what can be done side by side, or below each other where there is no room for that."""
        super().resizeEvent(event)
        self._place_actions()

    def _place_actions(self) -> None:
        shown = [part for part in (self.retry, self.allow, self.way, self.place) if not part.isHidden()]
        needed = sum(part.sizeHint().width() + self._actions.horizontalSpacing() for part in shown)
        is_wide = needed + _ACTION_INSETS <= self.viewport().width()
        for place, part in enumerate((self.retry, self.allow, self.way, self.place, self.code)):
            row_at, column_at = (0, place) if is_wide else (place, 0)
            self._actions.addWidget(part, row_at, column_at, Qt.AlignmentFlag.AlignLeft)
        self._actions.setColumnStretch(4, int(is_wide))

    def show_issue(self, issue: Issue, label: str, *, can_retry: bool) -> None:
        """Show what a step failed with; `label` is what its field is called, in English, empty for none."""
        self.message.setText(issue.said)
        self.remedy.setText(advice(issue))
        self.remedy.setVisible(bool(advice(issue)))
        self.way.show_issue(issue)
        self.code.set_text(issue.code)
        self._field = issue.field
        name = tr(label) if label else self._field
        self.place.setText(" " + (tr("Show the field {field}", field=name).replace("&", "&&") if name else tr("Show the node")))
        self._host = host_to_allow(issue)
        self.allow.setVisible(bool(self._host))
        self.retry.setVisible(can_retry)
        self._place_actions()

    def _ask_place(self) -> None:
        self.place_wanted.emit(self._field)

    def _ask_host(self) -> None:
        self.host_wanted.emit(self._host)


class AttemptTable(QTreeWidget):
    """The attempts of a step: number, when, how long, and what they came to."""

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderLabels([tr("Attempt"), tr("Began"), tr("Took"), tr("Result")])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        for column, width in enumerate((72, 90, 80)):
            self.setColumnWidth(column, width)

    def show_attempts(self, attempts: list[Attempt]) -> None:
        """Show these."""
        self.clear()
        for one in attempts:
            took = time_text(one.ended - one.started) if one.ended is not None else tr("still runs")
            result = unmarked(Issue.from_json(one.error).said) if one.error else tr("Succeeded") if one.ended is not None else ""
            self.addTopLevelItem(QTreeWidgetItem([str(one.number), clock_time(one.started), took, result]))
