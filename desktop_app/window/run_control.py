"""Joins the runs with the window: what a person asks for, and what canvases, run panel, tool bar and messages show of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from desktop_app.window.document_canvas import DocumentCanvas
from desktop_app.window.main import MainWindow
from desktop_app.window.open_document import OpenDocument
from desktop_app.window.running import Running
from desktop_app.window.runs import RUNS, KnownRun, RunService, workflow_of
from desktop_app.window.toolbar import Mode
from engine.model.changes import SetDocument
from engine.model.issues import Issue, WeftError
from engine.model.values import JsonObject
from resources.language import tr, trn
from widgets.issue_labels import labelled
from widgets.node_types import NodeTypes
from widgets.run.entries import PROBLEMS, RunEntry
from widgets.run.model import OVER, RunModel
from widgets.run.telling import answered_words
from widgets.run.words import rejection_of, run_look, run_time
from widgets.step_view import GLYPHS, role_of, time_text
from widgets.way_out import guide, told, way_out

if TYPE_CHECKING:
    from desktop_app.window.inputs_card import InputsCard
    from widgets.run.panel import RunPanel

TICK_MS, LONG_TICK_MS = 200, 1000
"""Milliseconds between two looks at the time of a run that goes on, and of one that waits for a person."""


class RunControl(QObject):
    """Serves all canvases. `ask_trust` is told of a document that may not run before a person has agreed to what it does.

    `place_wanted` gives a node and a field of it that somebody wants to see in the inspector. `answer_wanted` a run and
    a step of it, empty for any, whose question should be shown, `closed_wanted` a
    `KnownRun` whose workflow has no tab. `runs_changed` tells that a run
    began or has another state, `workflow_changed` the id of the workflow that is shown, empty for none.
    """

    place_wanted = Signal(str, str)
    answer_wanted = Signal(str, str)
    closed_wanted = Signal(object)
    runs_changed = Signal()
    workflow_changed = Signal(str)

    def __init__(
        self, window: MainWindow, runs: RunService, types: NodeTypes, ask_trust: Callable[[OpenDocument], None]
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window, self._runs, self._types, self._ask_trust = window, runs, types, ask_trust
        self._canvases: list[DocumentCanvas] = []
        self._past: dict[str, list[JsonObject]] = {}
        self._canvas: DocumentCanvas | None = None
        self._panel: RunPanel | None = None
        self._inputs_card: InputsCard | None = None
        self._offered: set[str] = set()
        self.running = Running(window, runs, self._show_end, self._title_of)
        self._clock = QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self._show_state)
        runs.needed = self._needed
        runs.begun.connect(self._on_begun)
        runs.changed.connect(self._on_changed)
        runs.refused.connect(self._on_refused)
        runs.trouble.connect(self._on_trouble)
        runs.attached.connect(self._load_runs)

    # ------------------------------------------------------------------ parts
    def serve(self, canvas: DocumentCanvas) -> None:
        """Let a canvas run its document, and show the newest run of it."""
        self._canvases.append(canvas)
        canvas.destroyed.connect(partial(self._forget, canvas))
        canvas.handlers.update({
            "run": partial(self.run, canvas), "step": partial(self.step, canvas), "resume": partial(self.go_on, canvas),
            "drain": partial(self.drain, canvas), "cancel": partial(self.cancel, canvas),
            "run_with": partial(self.run_with, canvas),
        })  # fmt: skip
        canvas.editor.run_to_requested.connect(partial(self.run_to, canvas))
        canvas.editor.run_from_requested.connect(partial(self.run_from, canvas))
        canvas.editor.retry_requested.connect(partial(self.run_from, canvas))
        canvas.editor.answer_requested.connect(partial(self._answer, canvas))
        canvas.editor.selection_changed.connect(partial(self._on_selection, canvas))
        canvas.breakpoints_changed.connect(partial(self._on_breakpoints, canvas))
        canvas.problems_changed.connect(partial(self._on_problems, canvas))
        canvas.id_changed.connect(partial(self._begin_anew, canvas))
        canvas.placed.connect(partial(self._show_newest, canvas))
        self._show_newest(canvas)

    def _forget(self, gone: DocumentCanvas) -> None:
        self._canvases = [canvas for canvas in self._canvases if canvas is not gone]

    def leave(self, document: OpenDocument) -> None:
        """Serve the canvases of a document no more: it is closed."""
        self._canvases = [canvas for canvas in self._canvases if canvas.document is not document]

    def _needed(self) -> set[str]:
        """Return the runs that are shown, and the last one of each workflow that is open."""
        last = [self._runs.runs_of(canvas.document)[:1] for canvas in self._canvases]
        return {run.id for runs in last for run in runs} | {canvas.run.run for canvas in self._canvases if canvas.run is not None}

    def _begin_anew(self, canvas: DocumentCanvas) -> None:
        """Show nothing of the workflow that a document turned out to be a copy of."""
        if isValid(canvas):
            canvas.show_run(None)
            self._show_newest(canvas)
            if canvas is self._canvas:
                self.follow(canvas)

    def _show_newest(self, canvas: DocumentCanvas) -> None:
        """Show the last run of a document, once it is known which workflow that is."""
        if not isValid(canvas) or not canvas.document.is_placed:
            return
        if known := self._runs.runs_of(canvas.document):
            self._show_run(canvas, known[0])
        elif canvas.document.path is not None:
            self._runs.past_of(canvas.document, partial(self._on_last, canvas, workflow_of(canvas.document)))

    def make_panel(self) -> RunPanel:
        """Make a run panel and serve it from now on."""
        from desktop_app.window.run_details import RunDetails
        from widgets.run.panel import RunPanel

        panel = self._panel = RunPanel(self._types)
        panel.step_selected.connect(self._on_step_selected)
        panel.run_chosen.connect(self._on_run_chosen)
        panel.all_runs_wanted.connect(partial(self._window.show_side_page, RUNS))
        panel.place_wanted.connect(self.place_wanted)
        panel.retry_wanted.connect(self._on_retry_wanted)
        panel.host_wanted.connect(self._allow_host)
        panel.problem_opened.connect(self._on_problem_opened)
        RunDetails(panel, self._runs.ask, partial(self._window.toasts.show_toast, kind="error"))
        self._fill_panel()
        return panel

    @property
    def panel(self) -> RunPanel | None:
        """The run panel, once it was shown."""
        return self._panel

    def follow(self, canvas: DocumentCanvas | None) -> None:
        """Show the run of this canvas from now on."""
        self._canvas = canvas
        self.workflow_changed.emit(self.workflow)
        self._fill_panel()
        self._show_state()
        self._load_runs()

    # ------------------------------------------------------------------ what a person asks for
    def run(self, canvas: DocumentCanvas) -> None:
        """Run everything, after asking for inputs that the document needs and has no value for."""
        self._begin(canvas)

    def run_with(self, canvas: DocumentCanvas) -> None:
        """Run everything, with inputs that are asked for in any case."""
        self._begin(canvas, asks=True)

    def run_to(self, canvas: DocumentCanvas, node: str) -> None:
        """Run a node and what leads to it; what an earlier run gave for that is kept."""
        earlier = (canvas.run.run, node) if canvas.run is not None else None
        self._begin(canvas, until=[node], keep_from=earlier)

    def run_from(self, canvas: DocumentCanvas, node: str) -> None:
        """Run a node and what follows it, with what the run that is shown gave for all others."""
        self._begin(canvas, keep_from=(canvas.run.run, node) if canvas.run is not None else None)

    def step(self, canvas: DocumentCanvas) -> None:
        """Let one step go, or begin a run that pauses before every step."""
        if canvas.run is not None and canvas.run.status == "running":
            self._runs.step(canvas.run.run)
        else:
            self._begin(canvas, stepping=True)

    def go_on(self, canvas: DocumentCanvas) -> None:
        """Let paused steps go, or a run that came to rest."""
        if canvas.run is None:
            text = tr("There is no run of {workflow} to go on with.", workflow=canvas.document.title)
            self._window.toasts.show_toast(text, "info")
        elif canvas.run.status == "running":
            self._runs.go_on(canvas.run.run)
        else:
            self._runs.resume(canvas.run.run, canvas.breakpoints)

    def drain(self, canvas: DocumentCanvas) -> None:
        """Stop the run that is shown after its running steps."""
        if canvas.run is not None:
            self._runs.drain(canvas.run.run)

    def cancel(self, canvas: DocumentCanvas) -> None:
        """Stop the run that is shown now."""
        if canvas.run is not None:
            self._runs.cancel(canvas.run.run)

    def _answer(self, canvas: DocumentCanvas, node: str = "") -> None:
        if canvas.run is not None:
            self.answer_wanted.emit(canvas.run.run, node)

    def _begin(
        self,
        canvas: DocumentCanvas,
        *,
        until: Iterable[str] = (),
        keep_from: tuple[str, str] | None = None,
        stepping: bool = False,
        asks: bool = False,
    ) -> None:
        document = canvas.document
        if not document.is_trusted:
            self._ask_trust(document)
            return
        start = partial(
            self._runs.start, document, until=tuple(until), keep_from=keep_from, breakpoints=canvas.breakpoints, stepping=stepping
        )
        asks = asks or any(spec.default is None for spec in document.graph.inputs.values())
        if asks and keep_from is None:
            self._ask_inputs(canvas, start)
        else:
            start()

    def _ask_inputs(self, canvas: DocumentCanvas, start: Callable[..., None]) -> None:
        """Show the form, with the values of the last run, which those of other days have in the journal alone."""
        run = canvas.run
        if run is None or run.inputs or not self._runs.is_attached:
            self._show_inputs(canvas, start)
            return

        def read(found: JsonObject) -> None:
            given = found["input"]
            run.inputs = given if isinstance(given, dict) else {}
            if isValid(canvas):
                self._show_inputs(canvas, start)

        self._runs.ask("history", {"run": run.run}, read, lambda _error: self._show_inputs(canvas, start))

    def _show_inputs(self, canvas: DocumentCanvas, start: Callable[..., None]) -> None:
        from desktop_app.window.form_dialogs import FormDialogs
        from desktop_app.window.inputs_card import InputsCard

        if self._inputs_card is not None:
            self._inputs_card.end()
        last = canvas.run.inputs if canvas.run is not None else {}
        document = canvas.document
        dialogs = FormDialogs(self._window.frame, lambda: document.path, lambda done: done(None))
        card = self._inputs_card = InputsCard(self._window.frame, document.title, document.graph.inputs, last, dialogs)

        def given(values: JsonObject) -> None:
            self._inputs_card = None
            start(values=values)

        card.given.connect(given)

    # ------------------------------------------------------------------ what happens
    def _on_begun(self, run: KnownRun) -> None:
        self.runs_changed.emit()
        self._tell_beside()
        for canvas in self._canvases:
            if workflow_of(canvas.document) == run.workflow and (run.is_ours or canvas.run is None or canvas.run.run == run.id):
                run.graph = run.graph or canvas.document.document.frozen()
                self._show_run(canvas, run)

    def _on_last(self, canvas: DocumentCanvas, workflow: str, found: list[JsonObject]) -> None:
        """Show the last run of a document that was opened; offer to go on with one that was stopped, as by the end of Weft."""
        if not isValid(canvas) or canvas.run is not None or not found or workflow != workflow_of(canvas.document):
            return
        self._runs.open(str(found[0]["run"]), workflow)
        if found[0]["status"] != "stopped" or not canvas.document.is_trusted:
            return
        text = tr("The last run of {workflow} was stopped, and can go on.", workflow=canvas.document.title)
        self._window.toasts.show_toast(text, "info", (tr("Continue"), partial(self.go_on, canvas)))

    def _show_run(self, canvas: DocumentCanvas, run: KnownRun) -> None:
        canvas.show_run(run.model)
        self._tell_beside()
        if canvas is self._canvas:
            self._fill_panel()
            self._show_state()

    def _on_changed(self, run_id: str, addresses: set[str]) -> None:
        known = self._runs.get(run_id)
        if known is None:
            return
        if "" in addresses:
            self.runs_changed.emit()
            self._tell_beside()
        for canvas in self._canvases:
            if canvas.run is known.model:
                canvas.take_run_changes(addresses)
        if self._canvas is not None and self._canvas.run is known.model:
            if self._panel is not None:
                self._panel.take_changes(addresses)
            self._follow_paused(known.model, addresses)
            if "" in addresses:
                self._show_state()
                self._show_runs()
        if "" in addresses and known.model.is_over:
            self._offer_other(known)
        if "" in addresses and known.model.status in OVER and known.is_ours:
            known.is_ours = False
            self._tell_end(known)

    def _follow_paused(self, run: RunModel, addresses: set[str]) -> None:
        """Bring the step into sight that has just paused."""
        canvas = self._canvas
        paused = sorted(address for address in addresses if address and run.step(address).view.status == "paused")
        if canvas is None or not paused:
            return
        if self._panel is not None:
            self._panel.select_step(paused[0])
        if paused[0] in canvas.document.graph.nodes:
            canvas.editor.view.reveal(canvas.editor.scene.rect_of((paused[0],)))

    def _tell_beside(self) -> None:
        """Let each tab show that a run of its workflow goes on which is not the one on its canvas."""
        for canvas in self._canvases:
            others = [run for run in self._runs.runs_of(canvas.document) if run.is_under_way and run.model is not canvas.run]
            canvas.show_beside(run_look(others[0].model) if others else None)

    def _offer_other(self, ended: KnownRun) -> None:
        """Say that another run goes on when the one that is shown has ended; once."""
        canvas = self._canvas
        if canvas is None or canvas.run is not ended.model or ended.id in self._offered:
            return
        others = [run for run in self._runs.runs_of(canvas.document) if run.is_under_way]
        if others:
            self._offered.add(ended.id)
            text = tr("Another run of {workflow} still goes on.", workflow=canvas.document.title)
            self._window.toasts.show_toast(text, "info", (tr("Show"), partial(self._show_run, canvas, others[0])))

    def _title_of(self, run: KnownRun, address: str) -> str:
        node = run.graph.nodes.get(address) if run.graph is not None else None
        return self._types.title(node) if node is not None else address

    def _tell_end(self, run: KnownRun) -> None:
        """Say how a run ended that nobody looks at, and that one failed in any case."""
        model = run.model
        is_seen = self._canvas is not None and self._canvas.run is model and self._window.frame.isActiveWindow()
        took = time_text(model.seconds(time.time()))
        has_result = model.status == "succeeded" and bool(model.outputs)
        show = (tr("Show the result") if has_result else tr("Show"), partial(self._show_end, run))
        if model.status == "failed":
            text = Issue.from_json(model.error or {}).said
            self._window.toasts.show_toast(tr("{workflow} failed: {reason}", workflow=model.workflow, reason=text), "error", show)
        elif is_seen:
            return
        elif (rejection := rejection_of(model)) is not None:
            said = answered_words(rejection.status, rejection.by, rejection.comment)
            self._window.toasts.show_toast(tr("{what}: {names}", what=model.workflow, names=said), "info", show)
        elif model.status == "succeeded":
            self._window.toasts.show_toast(
                tr("{workflow} is done, after {time}.", workflow=model.workflow, time=took), "done", show
            )

    def _show_end(self, run: KnownRun) -> None:
        """Bring a run to the front, with what failed in it; the workflow of it is opened when it is not."""
        for canvas in self._canvases:
            if workflow_of(canvas.document) == run.workflow:
                self._show_run(canvas, run)
                canvas.shown_asked.emit()
                failed = [address for address, step in run.model.steps.items() if step.view.status == "failed"]
                if failed and failed[0] in canvas.document.graph.nodes:
                    canvas.editor.scene.select(failed[:1])
                    canvas.editor.view.center_on(failed[0])
                elif self._panel is not None and run.model.is_over:
                    self._panel.show_outputs()
                return
        self.closed_wanted.emit(run)

    def _on_refused(self, document: OpenDocument, error: WeftError) -> None:
        if not isValid(document):  # it was closed meanwhile
            return
        if error.issue.code == "trust.needed":
            self._ask_trust(document)
            return
        issue = labelled(error.issue, document.graph, self._types)
        text, way = told(issue), way_out(issue)
        if (more := len(error.issues) - 1) > 0:
            text = trn("{said} And {count} more problem.", "{said} And {count} more problems.", more, said=issue.said)
            if self._panel is not None:
                self._panel.show_page(PROBLEMS)
        place = error.issue.node
        action = (tr("Show"), partial(self.place_wanted.emit, place, error.issue.field)) if place else None
        if way is not None and more <= 0:
            action = way.button, partial(guide.wanted.emit, way.section)
        self._window.toasts.show_toast(text, "error", action)

    def _on_trouble(self, _run: str, error: WeftError) -> None:
        if not error.issue.code.startswith("approval."):
            self._window.toasts.show_toast(error.issue.told, "error")

    def _on_breakpoints(self, canvas: DocumentCanvas) -> None:
        if canvas.run is not None:
            self._runs.set_breakpoints(canvas.run.run, canvas.breakpoints)

    # ------------------------------------------------------------------ the panel
    def _fill_panel(self) -> None:
        panel, canvas = self._panel, self._canvas
        if panel is None or canvas is None:
            return
        known = self._runs.get(canvas.run.run) if canvas.run is not None else None
        panel.show_run(canvas.run, known.graph if known is not None and known.graph is not None else canvas.document.graph)
        panel.show_problems(canvas.problems)
        self._show_runs()

    def _show_runs(self) -> None:
        if self._panel is not None and self._canvas is not None:
            known = self._runs.runs_of(self._canvas.document)
            here = {run.id for run in known}
            past = self._past.get(workflow_of(self._canvas.document), [])
            earlier = [_past_entry(one) for one in past if one["run"] not in here]
            entries = [_entry(run.model) for run in known] + earlier
            self._panel.show_runs(sorted(entries, key=lambda entry: entry.started or math.inf, reverse=True))

    def _on_problems(self, canvas: DocumentCanvas) -> None:
        if self._panel is not None and canvas is self._canvas:
            self._panel.show_problems(canvas.problems)

    def _on_selection(self, canvas: DocumentCanvas) -> None:
        """Show the step of the node that was chosen."""
        chosen = canvas.editor.scene.selected_nodes()
        if self._panel is not None and canvas is self._canvas and len(chosen) == 1:
            self._panel.select_step(chosen[0])

    def _on_step_selected(self, address: str) -> None:
        if self._canvas is not None and address in self._canvas.document.graph.nodes:
            self._canvas.editor.scene.select([address])
            self._canvas.editor.view.center_on(address)

    def open_run(self, run_id: str, canvas: DocumentCanvas) -> None:
        """Show a run on the canvas of its workflow, from the journal when it is not known here."""
        if self._runs.get(run_id) is None:
            self._runs.open(run_id, workflow_of(canvas.document))
        if (known := self._runs.get(run_id)) is not None:
            self._show_run(canvas, known)

    def _on_run_chosen(self, run_id: str) -> None:
        if self._canvas is not None:
            self.open_run(run_id, self._canvas)

    @property
    def workflow(self) -> str:
        """The id of the workflow that is shown, empty for none."""
        return workflow_of(self._canvas.document) if self._canvas is not None else ""

    def forget_past(self) -> None:
        """Look at the runs of other days anew: some were deleted."""
        self._past.clear()
        self._load_runs()

    def _load_runs(self) -> None:
        """Find the runs of other days."""
        if self._canvas is not None and self._runs.is_attached:  # else the engine would come before the first paint
            workflow = workflow_of(self._canvas.document)
            self._runs.past_of(self._canvas.document, partial(self._on_past, workflow))

    def _on_past(self, workflow: str, found: list[JsonObject]) -> None:
        self._past[workflow] = found
        self._show_runs()

    def _on_retry_wanted(self, address: str) -> None:
        if self._canvas is not None:
            self.run_from(self._canvas, address)

    def _allow_host(self, address: str, host: str) -> None:
        """Let the workflow reach a host that it was kept from; the step may be tried again then."""
        canvas = self._canvas
        if canvas is None:
            return
        hosts = canvas.document.graph.settings.get("allow_hosts")
        known = hosts if isinstance(hosts, list) else []
        if host not in known:
            change = SetDocument(("settings", "allow_hosts"), [*known, host])
            canvas.document.document.apply(change, tr("Allow {host}", host=host))
        again = (tr("Retry from here"), partial(self.run_from, canvas, address))
        self._window.toasts.show_toast(tr("This workflow may reach {host} now.", host=host), "done", again)

    def _on_problem_opened(self, issue: Issue) -> None:
        self.place_wanted.emit(issue.node, issue.field)

    # ------------------------------------------------------------------ the tool bar
    def _show_state(self) -> None:
        canvas = self._canvas
        run = canvas.run if canvas is not None else None
        running = run is not None and run.status == "running"
        if running or (run is not None and run.status == "waiting"):
            self._clock.start(TICK_MS if running else LONG_TICK_MS)
        else:
            self._clock.stop()
        if canvas is not None:
            self._window.toolbar.show_mode(_mode(run))
        if run is None:
            self._window.toolbar.show_state("")
            return
        status = run_look(run)
        took = run_time(run, time.time())
        steps = tr("{done} of {count} steps", done=run.done, count=run.count)
        if not running:  # of a run that the journal tells, only what was done is known
            steps = trn("{count} step", "{count} steps", run.done)
        asked = partial(self._answer, canvas) if canvas is not None and run.questions else None
        self._window.toolbar.show_state(f"{took} · {steps}", role_of(status), GLYPHS[status], asked)


_MODES: dict[str, Mode] = {"running": "running", "waiting": "running", "stopped": "stopped", "failed": "stopped"}


def _mode(run: RunModel | None) -> Mode:
    """Return what can be done with a run, as the tool bar has it."""
    if run is None:
        return "edit"
    return "paused" if run.is_paused else _MODES.get(run.status, "edit")


def _entry(model: RunModel) -> RunEntry:
    seconds = model.seconds(time.time()) if model.ended else None
    return RunEntry(model.run, _title(model.started or 0.0), model.status, model.started or 0.0, seconds)


def _past_entry(told: JsonObject) -> RunEntry:
    began, ended = told.get("started"), told.get("ended")
    started = float(began) if isinstance(began, int | float) else 0.0
    seconds = float(ended) - started if isinstance(ended, int | float) else None
    return RunEntry(str(told["run"]), _title(started), str(told["status"]), started, seconds)


def _title(started: float) -> str:
    if not started:
        return tr("Run")
    then = time.localtime(started)
    form = "%H:%M:%S" if then[:3] == time.localtime()[:3] else "%Y-%m-%d %H:%M"
    return tr("Run at {time}", time=time.strftime(form, then))
