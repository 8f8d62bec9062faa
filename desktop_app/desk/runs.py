"""Requests about runs: started, continued, answered, debugged, stopped and watched."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from desktop_app.desk.given import Request, bad, flag, mapping, number, text, texts
from desktop_app.desk.source import Source
from desktop_app.documents import typed_inputs
from desktop_app.services import Parts
from engine.api.events import RunEvent, RunFinished, RunStarted
from engine.api.stores import ApprovalRecord, ApprovalStatus
from engine.model.issues import WeftError, failure, phrase
from engine.model.values import Json, JsonObject
from engine.server.feed import Feeds, RunFeed
from engine.server.history import RunHistory
from engine.server.protocol import Emit

if TYPE_CHECKING:
    from engine.api.stores import StepRecord, Version
    from engine.model.graph import Graph
    from engine.runtime.debug import Go
    from engine.runtime.runner import Runner

_log = logging.getLogger(__name__)

WATCH = "watch run "
OVER = ("succeeded", "cancelled")


class RunDesk:
    """Holds the runs.

    * `start`: `path`, and `text` when the document is not as in its file (an untitled one has no path and runs in the library),
      with `base`, the text that was edited to make it: what that may do is trusted, and what the edits added;
      `inputs` (texts by name) with the `folder` that relative files start in, or `values` (by name); `trust`; `until` (nodes:
      they and what leads to them run); `keep_from` (`run`, `node`: outcomes of an earlier run stay for all but the node and what
      follows it, where nothing was changed); `breakpoints` (nodes); `stepping`; `pid` of who asks. Gives `run`, `workflow` (its
      name), `id` (of the workflow), `from`, `inputs`, `kept` (addresses) and `warnings`.
    * `resume`: `run`, `breakpoints`. Gives `run`, and `from`, the number of the last event before it goes on.
    * `answer`: `approval`, `status` (approved or rejected), `comment`, `by`, `payload` when it was edited, `resume` to go on
      with a run that rests, and its `breakpoints` then. Gives `run`, `workflow`, `approval`, `under_way` for a run that did not
      rest, else `from`.
    * `debug`: `run`, `breakpoints` (instead of those before), `go` (continue or step). Gives `under_way`.
    * `cancel`, `drain`: `run`. `subscribe`: `run`, `from`; gives events until the run is over, and `left` when it was stopped
      only because this owner ends: who asked for it goes on with it. `under_way`: ids of those.
    * `news`: gives an event for each run that begins or goes on from now on, whoever asked for it; has no end.
    * `prepare`: loads what runs need, which takes a second, before somebody waits for it.
    """

    def __init__(self, parts: Parts, check_open: Callable[[], None]) -> None:
        self._parts, self._check_open = parts, check_open
        self._feeds = Feeds()
        self._listeners: list[Callable[[RunStarted], None]] = []
        self._never = asyncio.Event()  # held here: a task that waits for what nobody else holds is garbage
        self._accepting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._drained: set[str] = set()
        self.requests: dict[str, Request] = {
            "start": self._start,
            "resume": self._resume,
            "answer": self._answer,
            "debug": self._debug,
            "cancel": self._cancel,
            "drain": self._drain,
            "subscribe": self._subscribe,
            "news": self._news,
            "under_way": self._under_way,
            "prepare": self._prepare,
            "ping": self._ping,
        }

    def sink(self, event: RunEvent) -> None:
        """Take an event of any run."""
        self._feeds.sink(event)
        if isinstance(event, RunStarted):
            for listener in tuple(self._listeners):
                listener(event)

    async def others(self) -> int:
        """Return how many runs are still under way; one that is just coming to its end does not count."""
        runner = self._parts.runner_if_made
        for _ in range(10):
            if runner is None or not runner.active():
                return 0
            await asyncio.sleep(0.01)
        return len(runner.active()) if runner else 0

    def close(self) -> None:
        """Begin nothing more."""
        self._closing = True
        for task in self._tasks:
            if not task.get_name().startswith(WATCH):
                task.cancel()

    # starting

    async def _start(self, given: JsonObject, _emit: Emit) -> JsonObject:
        source = await asyncio.to_thread(Source.of, given, self._parts)
        async with self._accepting:
            graph, version, warnings = await asyncio.to_thread(source.accept, self._parts, trust=flag(given, "trust"))
        runner = await self._parts.runner()
        inputs, kept, lost = await self._to_begin_with(runner, version, graph, source, given)
        self._check_open()
        run = await runner.start(version, inputs, keep=kept, lost=lost, until=source.until)
        runner.debug(run, texts(given, "breakpoints"), "step" if flag(given, "stepping") else "")
        self._feeds.open(run)  # before the run's task has had a chance to begin
        self._keep(self._watch(runner, run), WATCH + run)
        told: list[Json] = [{**issue.as_json(phrases=True)} for issue in warnings]
        addresses: list[Json] = [step.address for step in kept]
        return {
            "run": run, "workflow": version.name, "id": graph.id, "from": 0, "inputs": inputs, "kept": addresses,
            "warnings": told,
        }  # fmt: skip

    async def _to_begin_with(
        self, runner: Runner, version: Version, graph: Graph, source: Source, given: JsonObject
    ) -> tuple[JsonObject, list[StepRecord], dict[str, str]]:
        """Return the inputs, the outcomes of an earlier run, and why others are not among them, by address.

        With other inputs than that had, none of them holds.
        """
        earlier = mapping(given, "keep_from")
        if not earlier:
            return await _inputs(given, graph, source.folder), [], {}
        before, kept = await runner.to_keep(version, text(earlier, "run"), text(earlier, "node"), source.until)
        if "values" not in given and "inputs" not in given:
            return before, *kept
        inputs = await _inputs(given, graph, source.folder)
        if inputs == before:
            return inputs, *kept
        return inputs, [], {"": phrase("Nothing is kept from the earlier run: it had other inputs.")}

    async def _resume(self, given: JsonObject, _emit: Emit) -> JsonObject:
        return await self._go_on(text(given, "run"), retry_failed=True, breakpoints=texts(given, "breakpoints"))

    async def _go_on(self, run: str, *, retry_failed: bool, breakpoints: list[str] | None = None) -> JsonObject:
        past = await self._history(run)
        if past.run.status in OVER:  # said before LangGraph is imported
            raise failure(
                "run.finished",
                phrase("The run {run} is over: {status}.", run=run, status=phrase(past.run.status)),
                "Start the workflow again.",
            )
        runner = await self._parts.runner()
        self._check_open()
        if not await runner.resume(run, retry_failed=retry_failed):
            known = self._feeds.get(run)
            return {"run": run, "workflow": "", "from": known.live_from if known else 0}
        self._drained.discard(run)
        runner.debug(run, breakpoints)
        feed = self._feeds.open(run, past.events(ended=False))  # before the run's task has had a chance to begin
        self._keep(self._watch(runner, run), WATCH + run)
        return {"run": run, "workflow": past.run.workflow, "from": feed.last}

    async def _history(self, run: str) -> RunHistory:
        return await asyncio.to_thread(lambda: self._parts.archive.history(run))

    async def _watch(self, runner: Runner, run: str) -> None:
        """Tell of a run's end also when the runner could not."""
        ended = asyncio.ensure_future(runner.wait(run))
        await asyncio.wait([ended])
        if ended.cancelled():
            self.sink(RunFinished(run=run, status="cancelled"))
        elif (error := ended.exception()) is not None:
            _log.error("run %s broke off", run, exc_info=error)
            problem = failure("run.internal", f"{type(error).__name__}: {error}", "See the log; the run can be resumed.")
            self.sink(RunFinished(run=run, status="stopped", error={**problem.issue.as_json()}))

    def _keep(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # answering

    async def _answer(self, given: JsonObject, _emit: Emit) -> JsonObject:
        approval = await self._asked(text(given, "approval"))
        status: ApprovalStatus = "approved" if given.get("status") == "approved" else "rejected"
        payload = approval.question.get("payload")
        if "payload" in given:
            payload = given["payload"]
            await asyncio.to_thread(_check_edit, payload, approval)
        said: dict[str, Any] = {"comment": text(given, "comment", ""), "by": text(given, "by", "")}
        runner = self._parts.runner_if_made
        if runner is not None:
            record = await runner.answer(approval.id, status, payload=payload, **said)
        else:
            record = await self._parts.journal.answer(approval.id, status, answer=payload, **said)
        known = await self._parts.journal.run(record.run_id)
        told: JsonObject = {name: getattr(record, name) for name in ("id", "status", "answer", "comment", "by")}
        about: JsonObject = {"workflow": known.workflow if known else "", "approval": told}
        if runner is not None and record.run_id in runner.active():
            self._keep(self._go_on_if_left(record.run_id), f"answer {record.id}")
            return {"run": record.run_id, "under_way": True, **about}
        begun: JsonObject = {"run": record.run_id}
        if flag(given, "resume"):
            begun = await self._go_on(record.run_id, retry_failed=False, breakpoints=texts(given, "breakpoints"))
        return {**begun, "under_way": False, **about}

    async def _go_on_if_left(self, run: str) -> None:
        """Resume a run that came to rest in the moment in which its question was answered."""
        try:
            await self._go_on(run, retry_failed=False)
        except WeftError as error:
            _log.info("run %s was answered and does not go on: %s", run, error)

    async def _asked(self, approval_id: str) -> ApprovalRecord:
        found = await self._parts.journal.approvals(approval_id.partition(":")[0])
        for approval in found:
            if approval.id == approval_id:
                return approval
        raise failure(
            "approval.unknown",
            phrase("There is no approval {approval_id}.", approval_id=approval_id),
            "See `weft approvals list`.",
        )

    # debugging, stopping and watching

    async def _debug(self, given: JsonObject, _emit: Emit) -> JsonObject:
        go = text(given, "go", "")
        if go not in ("", "continue", "step"):
            raise bad("go")
        breakpoints = texts(given, "breakpoints") if "breakpoints" in given else None
        runner = self._parts.runner_if_made
        return {"under_way": runner is not None and runner.debug(text(given, "run"), breakpoints, cast("Go", go))}

    async def _cancel(self, given: JsonObject, _emit: Emit) -> JsonObject:
        run, runner = text(given, "run"), await self._parts.runner()
        cancelled = await runner.cancel(run)
        feed = self._feeds.get(run)
        if cancelled and feed is not None and not feed.over.is_set():  # it rested at a question
            past = await self._history(run)
            self.sink(RunFinished(run=run, status="cancelled", outputs=past.run.outputs, error=past.run.error))
        return {"cancelled": cancelled}

    async def _drain(self, given: JsonObject, _emit: Emit) -> JsonObject:
        run, runner = text(given, "run"), self._parts.runner_if_made
        if runner is None:
            return {"draining": False}
        draining = await runner.drain(run)
        if draining:
            self._drained.add(run)
        return {"draining": draining}

    async def _subscribe(self, given: JsonObject, emit: Emit) -> JsonObject:
        run, at = text(given, "run"), number(given, "from", 0)
        feed = self._feeds.get(run)
        if feed is None:
            past = await self._history(run)
            if past.run.status != "waiting":
                return _tell(past, at, emit)
            feed, at = self._feeds.open(run, past.events(ended=True)), 0  # its answer may come while somebody watches
        with feed.follow(lambda at, event: emit(at, event.as_json()), at):
            await feed.over.wait()
        return {"run": run, "left": True} if self._is_left(run, feed) else {"run": run}

    def _is_left(self, run: str, feed: RunFeed) -> bool:
        """Tell whether a run that is over here was stopped by this owner's end alone, not by a person or an error."""
        end = feed.end
        alone = end is not None and end.status == "stopped" and end.error is None
        return self._closing and alone and run not in self._drained

    async def _news(self, _given: JsonObject, emit: Emit) -> JsonObject:
        def tell(event: RunStarted) -> None:
            emit(0, event.as_json())

        self._listeners.append(tell)
        try:
            await self._never.wait()
        finally:
            self._listeners.remove(tell)
        return {}

    async def _under_way(self, _given: JsonObject, _emit: Emit) -> JsonObject:
        runner = self._parts.runner_if_made
        return {"runs": [*runner.active()] if runner else []}

    async def _prepare(self, _given: JsonObject, _emit: Emit) -> JsonObject:
        await self._parts.runner()
        return {}

    async def _ping(self, _given: JsonObject, _emit: Emit) -> JsonObject:
        return {"pid": os.getpid()}


async def _inputs(given: JsonObject, graph: Graph, folder: Path) -> JsonObject:
    from engine.runtime.inputs import accept_inputs

    if "values" in given:
        return accept_inputs(graph.inputs, mapping(given, "values"))
    found = {name: str(value) for name, value in mapping(given, "inputs").items()}
    place = Path(text(given, "folder", str(folder)))
    return accept_inputs(graph.inputs, await asyncio.to_thread(typed_inputs, found, graph.inputs, place))


def _tell(past: RunHistory, number: int, emit: Emit) -> JsonObject:
    """Give the events of a run that nobody has, those behind a number, and its end in any case."""
    for at, event in enumerate(past.events(ended=True), 1):
        if at > number or isinstance(event, RunFinished):
            emit(at, event.as_json())
    return {"run": past.run.id}


def _check_edit(payload: Json, approval: ApprovalRecord) -> None:
    """Raise `approval.bad-edit` when an edited payload is not what the question allows."""
    from engine.api.schemas import mismatch

    schema = approval.question.get("schema")
    if isinstance(schema, dict) and schema:
        problem = mismatch(payload, schema)
        if problem:
            said = phrase("The edited value is not allowed. {problem}.", problem=problem)
            raise failure("approval.bad-edit", said, "Edit it again.", node=approval.address)
