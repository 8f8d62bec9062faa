"""The runs that the window knows: those it started, those of other programs, and those that wait since an earlier session."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from desktop_app.documents import document_id
from desktop_app.person import stated_name
from desktop_app.window.bridge import Failed, RunEvents
from desktop_app.window.engine import EngineService
from engine.model.graph import Graph
from engine.model.issues import WeftError, failure
from engine.model.values import Json, JsonObject
from graph_editor.document import GraphDocument
from resources.language import tr
from widgets.run.model import AT_REST, RunModel, Step
from widgets.run.weight import size_of

_log = logging.getLogger(__name__)

RUNS = "runs"
"""The page of the side panel with all of them."""
KEPT, KEPT_SIZE = 30, 200_000_000
"""Runs that are over and stay known, and the characters of JSON that their outputs may have; all others are in the journal."""


class Source(Protocol):
    """An open document. `saved_text` is what its file held when it was read or written last."""

    path: Path | None
    document: GraphDocument
    saved_text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a run that waits for a person. `asked` is UTC in seconds since the epoch."""

    run: str
    workflow: str
    name: str
    address: str
    question: Mapping[str, Json]
    asked: float


@dataclass(eq=False, slots=True)
class KnownRun:
    """A run, of the workflow with the id `workflow`. `is_ours` when this window wanted it and so wants it to go on.

    `wants_rest` when somebody here stopped it. `was_left` when nobody had it when it was found in the journal. `changed`
    holds addresses that looked otherwise before the model was made anew; `was_paused` and `asked`, its questions by address, are
    what was told last. `comes_again` while another program takes it up, whose events begin anew. `path` is the file of the
    workflow where that is known, `graph` the workflow as the run has it; for one that another program began, as it was then here.
    `size` is about how many characters of JSON its outputs have.
    """

    model: RunModel
    workflow: str
    is_ours: bool = False
    breakpoints: frozenset[str] = frozenset()
    wants_rest: bool = False
    was_left: bool = False
    was_paused: bool = False
    comes_again: bool = False
    path: Path | None = None
    graph: Graph | None = None
    size: int = 0
    changed: set[str] = field(default_factory=set)
    asked: dict[str, Question] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The run's id."""
        return self.model.run

    @property
    def is_under_way(self) -> bool:
        """Whether it is at work, or about to be."""
        return self.model.status not in AT_REST

    def questions(self) -> Iterable[Question]:
        """Return what it asks; while it comes again also what it asked before and has not told of yet."""
        model = self.model
        asked = {
            address: Question(self.id, self.workflow, model.workflow, address, question, _asked_at(model, address))
            for address, question in model.questions.items()
        }
        if self.comes_again:
            asked = {address: one for address, one in self.asked.items() if not _is_answered(model.step(address))} | asked
        self.asked = asked
        return asked.values()


class RunService(QObject):
    """Starts, stops and follows runs; all that it tells comes in the GUI thread.

    `begun` gives a `KnownRun` that is new here, or whose model is (it goes on in another program). `changed` gives a run's id and
    the addresses of the steps that look different, "" for the run itself. `refused` gives the document that could not be started
    and a WeftError, `trouble` a run's id and the WeftError of what was asked of it. `questions_changed` tells that `questions()`
    gives others. `attached` tells that the engine is there to be asked.
    """

    begun = Signal(object)
    changed = Signal(str, object)
    refused = Signal(object, object)
    trouble = Signal(str, object)
    questions_changed = Signal()
    attached = Signal()

    def __init__(self, engine: EngineService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_closing = False
        self.needed: Callable[[], Set[str]] = frozenset
        """Gives the ids of runs that stay known however large they are."""
        self._engine, self._bridge = engine, engine.bridge
        self._runs: dict[str, KnownRun] = {}
        self._asked: list[Question] = []
        self._was_attached = False
        self._bridge.attached.connect(self._on_attached)
        self._bridge.events.connect(self._on_events)
        if self._bridge.is_attached:
            self._on_attached()

    # what is known

    def get(self, run: str) -> KnownRun | None:
        """Return a run, or None when it is not known here."""
        return self._runs.get(run)

    @property
    def is_attached(self) -> bool:
        """Whether the engine is there to be asked."""
        return self._bridge.is_attached

    def runs_of(self, source: Source) -> list[KnownRun]:
        """Return the runs of a document that are known here, newest first."""
        workflow = workflow_of(source)
        return [run for run in reversed(self._runs.values()) if run.workflow == workflow]

    def under_way(self) -> list[KnownRun]:
        """Return the runs that are at work."""
        return [run for run in self._runs.values() if run.is_under_way]

    def questions(self) -> Sequence[Question]:
        """Return the questions that wait for a person, oldest first."""
        return self._asked

    def past_of(self, source: Source, done: Callable[[list[JsonObject]], None]) -> None:
        """Find the runs of a document in the journal, newest first; `done` gets what the request `runs` tells of each."""

        def read(found: JsonObject) -> None:
            runs = found["runs"]
            done([run for run in runs if isinstance(run, dict)] if isinstance(runs, list) else [])

        self._bridge.call("runs", {"workflow": workflow_of(source)}, read)

    def ask(self, do: str, given: JsonObject, done: Callable[[JsonObject], None], failed: Failed | None = None) -> None:
        """Ask about runs of the journal; see `desktop_app/desk/past.py`."""
        self._bridge.call(do, given, done, failed)

    def forget(self, runs: Iterable[str]) -> None:
        """Know no more of runs that were deleted."""
        for run in runs:
            self._runs.pop(run, None)

    def open(self, run: str, workflow: str) -> None:
        """Take up a run that is only in the journal; `begun` tells of it."""
        if run not in self._runs:
            self._take(KnownRun(RunModel(run), workflow, was_left=True))

    # what a person asks for

    def start(
        self, source: Source, *, values: JsonObject | None = None, until: Iterable[str] = (),
        keep_from: tuple[str, str] | None = None, breakpoints: Iterable[str] = (), stepping: bool = False,
    ) -> None:  # fmt: skip
        """Run a document as it is at this moment, whatever is edited meanwhile.

        `values` are its inputs by name; `until` the nodes to run up to; `keep_from` an earlier run and the node to run from, with
        that run's inputs when no `values` are given. It has to be trusted as it was opened; what was made here needs no trust.
        """
        failed = partial(self.refused.emit, source)
        if self.is_closing:
            failed(_closing())
            return
        given: JsonObject = {
            "path": str(source.path) if source.path else "", "until": list(until), "breakpoints": list(breakpoints),
            "stepping": stepping, "trust": source.path is None, "base": source.saved_text,
        }  # fmt: skip
        if values is not None:
            given["values"] = values
        if keep_from is not None:
            given["keep_from"] = {"run": keep_from[0], "node": keep_from[1]}
        graph = source.document.frozen()
        self._engine.aside.do(lambda: _frozen(graph, until), partial(self._send, given, graph, failed), failed)

    def resume(self, run: str, breakpoints: Iterable[str] = ()) -> None:
        """Go on with a run that stopped, failed or waits; what failed is tried again."""
        if known := self._runs.get(run):
            known.breakpoints, known.comes_again = frozenset(breakpoints), True
            self._bridge.unfollow(run)
        given: JsonObject = {"run": run, "breakpoints": self._breakpoints(run)}
        self._bridge.call("resume", given, self._on_resumed, partial(self._on_not_resumed, run))

    def drain(self, run: str) -> None:
        """Stop after the running steps; the run can be resumed."""
        self._stop("drain", run)

    def cancel(self, run: str) -> None:
        """Stop now and for good."""
        self._stop("cancel", run)

    def step(self, run: str) -> None:
        """Let the step that paused first go on, and pause before every other one."""
        self._call("debug", run, {"run": run, "go": "step"})

    def go_on(self, run: str) -> None:
        """Let all paused steps go on, up to the next breakpoint."""
        self._call("debug", run, {"run": run, "go": "continue"})

    def set_breakpoints(self, run: str, nodes: Iterable[str]) -> None:
        """Pause a run before these nodes, and before no others; also when it goes on after a rest."""
        if known := self._runs.get(run):
            known.breakpoints = frozenset(nodes)
            self._call("debug", run, {"run": run, "breakpoints": self._breakpoints(run)})

    def _breakpoints(self, run: str) -> list[Json]:
        known = self._runs.get(run)
        return [*sorted(known.breakpoints)] if known else []

    def answer(self, run: str, address: str, *, approve: bool, comment: str = "", edited: tuple[Json] | None = None) -> None:
        """Answer a question; `edited` holds the value that is approved instead of the one that was shown."""
        given: JsonObject = {
            "approval": f"{run}:{address}", "status": "approved" if approve else "rejected", "comment": comment,
            "by": stated_name(), "resume": True, "breakpoints": self._breakpoints(run),
        }  # fmt: skip
        if edited is not None:
            given["payload"] = edited[0]
        self._call("answer", run, given)

    def drain_all(self) -> None:
        """Stop all runs of this program after their running steps."""
        for run in self.under_way():
            self.drain(run.id)

    def _stop(self, do: str, run: str) -> None:
        if known := self._runs.get(run):
            known.wants_rest = True
        self._call(do, run, {"run": run})

    def _call(self, do: str, run: str, given: JsonObject, done: Callable[[JsonObject], None] | None = None) -> None:
        self._bridge.call(do, given, done, partial(self.trouble.emit, run))

    # runs that begin

    def _send(
        self, given: JsonObject, graph: Graph, failed: Callable[[WeftError], None], frozen: tuple[str, Mapping[str, Set[str]]]
    ) -> None:  # fmt: skip
        if self.is_closing:
            failed(_closing())
            return
        text, before = frozen
        self._bridge.call("start", {**given, "text": text}, partial(self._on_started, given, graph, before), failed)

    def _on_started(self, given: JsonObject, graph: Graph, before: Mapping[str, Set[str]], begun: JsonObject) -> None:
        model = RunModel(str(begun["run"]), before)
        inputs, breakpoints, path = begun["inputs"], given["breakpoints"], str(given["path"])
        model.inputs = inputs if isinstance(inputs, dict) else {}
        run = KnownRun(model, str(begun["id"]), is_ours=True, path=Path(path) if path else None, graph=graph)
        run.breakpoints = frozenset(map(str, breakpoints)) if isinstance(breakpoints, list) else frozenset()
        self._take(run)

    def _on_resumed(self, begun: JsonObject) -> None:
        if known := self._runs.get(str(begun["run"])):
            known.is_ours, known.wants_rest = True, False
            self._take_again(known)

    def _on_not_resumed(self, run: str, error: WeftError) -> None:
        """Follow a run that does not go on to wherever it is by now."""
        known = self._runs.get(run)
        if known is not None and (known.is_under_way or known.model.status == "waiting"):
            self._take_again(known)
        elif known is not None:
            known.comes_again = False
            self._look_for_questions()
        self.trouble.emit(run, error)

    def _take_again(self, known: KnownRun) -> None:
        """Take a run up from its beginning: who owns it now numbers its events anew."""
        before, known.model = known.model, RunModel(known.id, known.model.before)
        known.model.inputs, known.model.workflow = before.inputs, before.workflow
        known.changed.update(before.steps)
        known.comes_again, known.size = True, 0
        self._bridge.unfollow(known.id)
        self._take(known)

    def _take(self, run: KnownRun) -> None:
        self._runs[run.id] = run
        self.begun.emit(run)
        self._bridge.follow(run.id)
        self._forget_old()

    def _forget_old(self) -> None:
        """Know no more of runs that are over: of the oldest, and of those whose outputs take too much room together."""
        over = [run for run in reversed(self._runs.values()) if run.model.is_over]
        needed, room = self.needed(), KEPT_SIZE
        for place, run in enumerate(over):
            room -= run.size
            if (place >= KEPT or room < 0) and run.id not in needed:
                room += run.size
                del self._runs[run.id]

    # runs of others, and owners that change

    def _on_attached(self) -> None:
        if self._was_attached:
            for run in list(self._runs.values()):
                if run.is_under_way and run.is_ours and not run.wants_rest:
                    self.resume(run.id)
                elif run.is_under_way or run.model.status == "waiting":
                    self._take_again(run)
        else:
            self._bridge.call("news", {}, None, lambda error: _log.info("no news of runs: %s", error), self._on_news)
        self._was_attached = True
        self._bridge.call("approvals", {}, partial(self._adopt, "approvals"))
        self.attached.emit()
        self._bridge.call("runs", {"status": "running"}, partial(self._adopt, "runs"))

    def _on_news(self, told: JsonObject) -> None:
        """A run began: one that this window did not ask for is looked up."""
        if told["run"] not in self._runs:
            self._bridge.call("runs", {"status": "running"}, partial(self._adopt, "runs"))

    def _adopt(self, name: str, found: JsonObject) -> None:
        """Follow the runs in a reply that are not known here and may still go on."""
        told: Any = found[name]
        for one in told:
            if one["run"] not in self._runs and (name == "approvals" or one["status"] == "running"):
                run = KnownRun(RunModel(one["run"]), one["workflow"], was_left=one["status"] == "waiting")
                run.model.workflow = one["name"]
                self._take(run)

    # what happens

    def _on_events(self, events: RunEvents) -> None:
        touched: dict[str, set[str]] = {}
        has_ended = False
        for run_id, event in events:
            if (run := self._runs.get(run_id)) is not None:
                addresses = touched.setdefault(run_id, run.changed)
                run.changed = set()
                run.size += size_of(event["ports"]) if event.get("event") == "step_finished" else 0
                addresses |= run.model.take(event)
                if run.model.status in AT_REST:
                    run.comes_again = False
                    self._look_at_rest(run)
                    has_ended = has_ended or run.model.is_over
        for run_id, addresses in touched.items():
            run = self._runs[run_id]
            if run.model.is_paused is not run.was_paused:
                run.was_paused = not run.was_paused
                addresses.add("")
            if addresses:
                self.changed.emit(run_id, addresses)
        self._look_for_questions()
        if has_ended:
            self._forget_old()

    def _look_at_rest(self, run: KnownRun) -> None:
        """Go on with a run that the program which had it left behind: it ended, and nobody here wanted that."""
        stopped = run.model.status == "stopped" and run.model.error is None
        if stopped and run.is_ours and not (run.wants_rest or self.is_closing or self._bridge.owns_folder):
            run.wants_rest = True
            self.resume(run.id)

    def _look_for_questions(self) -> None:
        found = (question for run in self._runs.values() for question in run.questions())
        asked = sorted(found, key=lambda question: question.asked)
        if asked != self._asked:
            self._asked = asked
            self.questions_changed.emit()


def _is_answered(step: Step) -> bool:
    return step.ended is not None or (bool(step.waits) and step.waits[-1].answered is not None)


def _asked_at(model: RunModel, address: str) -> float:
    waits = model.step(address).waits
    return waits[-1].asked if waits else 0.0


def workflow_of(source: Source) -> str:
    """Return the id that runs of an open document go by."""
    graph = source.document.graph
    return document_id(graph, source.path) if source.path else graph.id


def _closing() -> WeftError:
    return failure("engine.closing", tr("Weft is closing."), tr("Start Weft again."))


def _frozen(graph: Graph, until: Iterable[str]) -> tuple[str, Mapping[str, Set[str]]]:
    """Return a document's text, and what leads to each node that is going to run."""
    from engine.model.serialize import dump
    from engine.model.topology import predecessors_of, up_to

    wanted = tuple(until)
    return dump(graph), predecessors_of(up_to(graph, wanted) if wanted else graph)
