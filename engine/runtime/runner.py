"""Starts, continues, drains and cancels runs: the one way a workflow is executed, whoever asks for it."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from engine.api.events import EventSink, RunEvent
from engine.api.services import Services
from engine.api.stores import ApprovalRecord, ApprovalStatus, Journal, Library, RunRecord, RunStatus, StepRecord, Version
from engine.model.files import Files
from engine.model.issues import failure, phrase
from engine.model.serialize import load
from engine.model.topology import up_to
from engine.model.values import Json, JsonObject
from engine.registry import NodeRegistry
from engine.runtime.active import ActiveRun
from engine.runtime.aside import Aside, LongWork
from engine.runtime.compile import RegionGraph, compile_plan
from engine.runtime.debug import Go
from engine.runtime.garbage import collect_now
from engine.runtime.inputs import accept_inputs
from engine.runtime.keeping import Kept, outcomes_to_keep
from engine.runtime.lg import BaseCheckpointSaver
from engine.runtime.life import RunResult, live, record_end
from engine.runtime.plan import Plan, make_plan

__all__ = ["RESUMABLE", "RunResult", "Runner", "new_run_id"]

_log = logging.getLogger(__name__)

KEPT_PLANS = 32

RESUMABLE: frozenset[RunStatus] = frozenset({"queued", "running", "waiting", "stopped", "failed"})


@dataclass(slots=True)
class Runner:
    """Executes stored versions of workflows. Lives on the engine's loop.

    A run is in `_active` from its acceptance until its end is recorded; what changes whether it is there holds the run's lock.
    """

    journal: Journal
    library: Library
    registry: NodeRegistry
    services: Services
    saver: BaseCheckpointSaver[Any]
    runs_folder: Path
    sinks: list[EventSink] = field(default_factory=list)
    _active: dict[str, ActiveRun] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[RunResult]] = field(default_factory=dict)
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _compiled: dict[str, tuple[Plan, RegionGraph]] = field(default_factory=dict)
    _aside: Aside = field(default_factory=Aside)
    _closing: bool = False

    async def start(
        self,
        version: Version,
        inputs: Mapping[str, Json] | None = None,
        *,
        keep: Sequence[StepRecord] = (),
        lost: Mapping[str, str] | None = None,
        until: Sequence[str] = (),
        trigger: str = "manual",
        parent: str = "",
    ) -> str:
        """Accept a run and return its id; it goes on in the background, `wait` gives its result.

        `keep` holds outcomes of an earlier run, see `to_keep`: these steps count as done. `lost` says why others do not, by
        address, for the run's log. `until` names nodes: only they and
        what leads to them run.

        Raises:
            WeftError: with all that is wrong with the document or the inputs, or `engine.closing`; then there is no run.
        """
        self._refuse_when_closing()
        plan, graph = await self._prepare(version, until)
        for step in keep:
            if step.node not in plan.steps:
                text = phrase("The workflow has no step {node!r} to keep.", node=step.node)
                raise failure("run.unknown-step", text, "Use the addresses of the run.")
        record = RunRecord(
            new_run_id(),
            version.workflow_id,
            version.name,
            version.hash,
            version.folder,
            accept_inputs(plan.inputs, inputs or {}),
            started=time.time(),
            trigger=trigger,
            parent=parent,
            until=tuple(until),
            status="running",
        )
        now = record.started
        kept = [replace(step, run_id=record.id, started=now, ended=now, attempt=1, seq=0) for step in keep]
        async with self._lock(record.id):
            await self.journal.create_run(record, kept)
            self._begin(record, plan, graph, kept, lost)
        return record.id

    async def to_keep(self, version: Version, run_id: str, node: str, until: Sequence[str] = ()) -> tuple[JsonObject, Kept]:
        """Return the inputs of an earlier run, and what of it still holds when `node` and what follows it run again.

        Raises:
            WeftError: `run.unknown`, `run.version-missing`, and what is wrong with the document.
        """
        record = await self._record(run_id)
        plan, _ = await self._prepare(version, until)
        if node not in plan.steps:
            raise failure("graph.unknown-node", phrase("The workflow has no node {node!r}.", node=node), "Name one that it has.")
        before, _ = await self._prepare(self._version(record), record.until)
        outcomes = await self.journal.load(run_id)
        return record.input, await self._aside.do(outcomes_to_keep, before, plan, outcomes, node)

    async def resume(self, run_id: str, *, retry_failed: bool = True) -> bool:
        """Let a run go on: recorded steps never run again, failed ones only with `retry_failed`. False when it is under way.

        Raises:
            WeftError: `run.unknown`, `run.finished` when it succeeded or was cancelled, `run.version-missing`,
                `engine.closing`.
        """
        async with self._lock(run_id):
            if active := self._active.get(run_id):
                if not active.ending:
                    return False
                await asyncio.wait([self._tasks[run_id]])
            self._refuse_when_closing()
            record = await self._record(run_id)
            if record.status not in RESUMABLE:
                raise failure(
                    "run.finished",
                    phrase("The run {run_id} is over: {status}.", run_id=run_id, status=phrase(record.status)),
                    "Start the workflow again.",
                )
            plan, graph = await self._prepare(self._version(record), record.until)
            if retry_failed:
                await self.journal.forget_failed(run_id)
            await self.journal.update_run(run_id, "running")
            self._begin(record, plan, graph)
            return True

    async def wait(self, run_id: str) -> RunResult:
        """Return how an active run came to rest. Cancelling the caller leaves the run alone."""
        return await asyncio.shield(self._tasks[run_id])

    def active(self) -> tuple[str, ...]:
        """Return the ids of the runs under way."""
        return tuple(self._tasks)

    async def drain(self, run_id: str) -> bool:
        """Stop after the running steps; the run can be resumed. False when it is not under way."""
        async with self._lock(run_id):
            run = self._active.get(run_id)
            if run is not None:
                run.drain()
            return run is not None and not run.ending

    async def cancel(self, run_id: str) -> bool:
        """Stop now and for good; open questions are withdrawn. False when the run is over.

        Raises:
            WeftError: `run.unknown`.
        """
        async with self._lock(run_id):
            if active := self._active.get(run_id):
                stopped = active.stop("cancel")
                await asyncio.wait([self._tasks[run_id]])
                if stopped:
                    return True
            record = await self._record(run_id)
            if record.status not in RESUMABLE or record.status == "failed":
                return False
            await record_end(self.journal, RunResult(run_id, record.workflow, "cancelled", record.outputs, record.error))
            return True

    async def answer(
        self, approval_id: str, status: ApprovalStatus, *, payload: Json = None, comment: str = "", by: str = ""
    ) -> ApprovalRecord:
        """Answer a question, once. A run that is under way goes on at once; else see `resume`.

        Raises:
            WeftError: `approval.unknown` or `approval.answered`.
        """
        answered = await self.journal.answer(approval_id, status, answer=payload, comment=comment, by=by)
        if run := self._active.get(answered.run_id):
            run.take_answer(answered)
        return answered

    def debug(self, run_id: str, breakpoints: Iterable[str] | None = None, go: Go = "") -> bool:
        """Change where a run pauses, and let paused steps go on; see `Debugger`. False when the run is not under way."""
        run = self._active.get(run_id)
        if run is None or run.ending:
            return False
        run.debugger.change(breakpoints, go)
        return True

    async def close(self, grace: float = 2.0) -> None:
        """Accept no more runs, drain all, wait `grace` seconds, and leave the rest to be resumed."""
        self._closing = True
        for run in list(self._active.values()):
            run.drain()
        tasks = list(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for run in list(self._active.values()):
                run.stop("shutdown")
            if late:
                await asyncio.wait(late)
        await self._aside.close()

    def _lock(self, name: str) -> asyncio.Lock:
        """Return the lock of a run, or of the version with this hash."""
        return self._locks.setdefault(name, asyncio.Lock())

    def _refuse_when_closing(self) -> None:
        if self._closing:
            raise failure("engine.closing", "Weft is closing and starts no more runs.", "Start Weft again.")

    async def _record(self, run_id: str) -> RunRecord:
        record = await self.journal.run(run_id)
        if record is None:
            raise failure("run.unknown", phrase("There is no run {run_id!r}.", run_id=run_id), "List them with `weft runs list`.")
        return record

    def _version(self, record: RunRecord) -> Version:
        version = self.library.version(record.version)
        if version is None:
            text = phrase("The version that run {record} executes is gone.", record=record.id)
            raise failure("run.version-missing", text, "Start the workflow again.")
        return version

    async def _prepare(self, version: Version, until: Sequence[str] = ()) -> tuple[Plan, RegionGraph]:
        """Return a version ready to run, up to some nodes. The versions used last are kept."""
        name = " ".join((version.hash, *sorted(until)))
        async with self._lock(name):
            if (known := self._compiled.pop(name, None)) is None:
                known = await self._aside.do(self._compile, version, until)
            self._compiled[name] = known
            if len(self._compiled) > KEPT_PLANS:
                del self._compiled[next(iter(self._compiled))]
            return known

    def _compile(self, version: Version, until: Sequence[str]) -> tuple[Plan, RegionGraph]:
        graph = load(version.text).checked()
        plan = make_plan(up_to(graph, until) if until else graph, self.registry, Files(texts=version.files))
        return plan, compile_plan(plan, self.saver)

    def _begin(
        self,
        record: RunRecord,
        plan: Plan,
        graph: RegionGraph,
        kept: Sequence[StepRecord] = (),
        lost: Mapping[str, str] | None = None,
    ) -> None:
        run = ActiveRun(record, self.journal, self.services, self._emit, self.runs_folder / record.id, LongWork(self._aside))
        run.kept, run.lost = kept, lost or {}
        if self._closing:
            run.drain()
        self._active[record.id] = run
        task = self._tasks[record.id] = asyncio.create_task(live(run, plan, graph, self.saver), name=f"run {record.id}")
        task.add_done_callback(lambda _: self._forget(record.id))

    def _forget(self, run_id: str) -> None:
        del self._tasks[run_id]
        self._active.pop(run_id).let_go()
        if not self._tasks:
            asyncio.get_running_loop().call_soon(collect_now)

    def _emit(self, event: RunEvent) -> None:
        for sink in self.sinks:
            try:
                sink(event)
            except Exception:  # noqa: BLE001 - who watches must not stop a run
                _log.exception("a watcher of runs failed")


def new_run_id() -> str:
    """Return 16 characters of base32: 45 bits of milliseconds, so that ids sort by time, and 35 random ones."""
    number = (int(time.time() * 1000) << 35) | secrets.randbits(35)
    return "".join("0123456789abcdefghjkmnpqrstvwxyz"[(number >> shift) & 31] for shift in range(75, -1, -5))
