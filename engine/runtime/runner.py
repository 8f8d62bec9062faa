"""Starts, continues, drains and cancels runs: the one way a workflow is executed, whoever asks for it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.api.events import EventSink, RunEvent, RunFinished, RunStarted
from engine.api.services import Services
from engine.api.stores import (
    ApprovalRecord,
    ApprovalStatus,
    Journal,
    Library,
    RunRecord,
    RunStatus,
    StepRecord,
    Version,
    current_run,
)
from engine.model.issues import WeftError, failure
from engine.model.serialize import load
from engine.model.values import Json, JsonObject
from engine.registry import NodeRegistry
from engine.runtime.active import ActiveRun
from engine.runtime.compile import RegionGraph, State, compile_plan
from engine.runtime.inputs import accept_inputs
from engine.runtime.lg import BaseCheckpointSaver, RunnableConfig
from engine.runtime.plan import Plan, make_plan
from engine.runtime.scope import Scope

_log = logging.getLogger(__name__)

RESUMABLE: frozenset[RunStatus] = frozenset({"queued", "running", "waiting", "stopped", "failed"})


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run came to rest. `waiting` lists its open questions."""

    run: str
    workflow: str
    status: RunStatus
    outputs: JsonObject = field(default_factory=dict)
    error: JsonObject | None = None
    waiting: tuple[ApprovalRecord, ...] = ()


@dataclass(slots=True)
class Runner:
    """Executes stored versions of workflows. Lives on the engine's loop."""

    journal: Journal
    library: Library
    registry: NodeRegistry
    services: Services
    saver: BaseCheckpointSaver[Any]
    runs_folder: Path
    sinks: list[EventSink] = field(default_factory=list)
    _active: dict[str, ActiveRun] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[RunResult]] = field(default_factory=dict)
    _compiled: dict[str, tuple[Plan, RegionGraph]] = field(default_factory=dict)
    _closing: bool = False

    async def start(
        self,
        version: Version,
        inputs: Mapping[str, Json] | None = None,
        *,
        keep: Mapping[str, JsonObject] | None = None,
        trigger: str = "manual",
        parent: str = "",
    ) -> str:
        """Accept a run and return its id; it goes on in the background, `wait` gives its result.

        `keep` maps addresses to outputs by port: these steps count as done, and only the rest runs.

        Raises:
            WeftError: with all that is wrong with the document or the inputs; then there is no run.
        """
        plan, _ = self._prepare(version)
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
            status="running",
        )
        self._check_kept(plan, keep or {})
        await self.journal.create_run(record)
        now = time.time()
        for address, ports in (keep or {}).items():
            await self.journal.record(StepRecord(record.id, "", address, "succeeded", ports, started=now, ended=now, kept=True))
        self._spawn(record, version)
        return record.id

    async def resume(self, run_id: str) -> None:
        """Let a run go on: failed steps run again, recorded ones never do.

        Raises:
            WeftError: `run.unknown`, `run.finished` when it succeeded or was cancelled, `run.version-missing`.
        """
        if run_id in self._tasks:
            return
        record = await self.journal.run(run_id)
        if record is None:
            raise failure("run.unknown", f"There is no run {run_id!r}.", "List them with `weft runs list`.")
        if record.status not in RESUMABLE:
            raise failure("run.finished", f"The run {run_id} is over: {record.status}.", "Start the workflow again.")
        version = self.library.version(record.version)
        if version is None:
            raise failure("run.version-missing", f"The version that run {run_id} executes is gone.", "Start the workflow again.")
        self._prepare(version)
        await self.journal.forget_failed(run_id)
        await self.journal.update_run(run_id, "running")
        self._spawn(record, version)

    async def wait(self, run_id: str) -> RunResult:
        """Return how an active run came to rest. Cancelling the caller leaves the run alone."""
        return await asyncio.shield(self._tasks[run_id])

    def active(self) -> tuple[str, ...]:
        """Return the ids of the runs under way."""
        return tuple(self._tasks)

    def drain(self, run_id: str) -> bool:
        """Stop after the running steps; the run can be resumed. False when it is not under way."""
        run = self._active.get(run_id)
        if run is not None:
            run.drain()
        return run is not None

    async def cancel(self, run_id: str) -> bool:
        """Stop now and for good; open questions are withdrawn. False when the run is over.

        Raises:
            WeftError: `run.unknown`.
        """
        if task := self._tasks.get(run_id):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([task])
            return True
        record = await self.journal.run(run_id)
        if record is None:
            raise failure("run.unknown", f"There is no run {run_id!r}.", "List them with `weft runs list`.")
        if record.status not in RESUMABLE or record.status == "failed":
            return False
        await self._close(record.id, "cancelled")
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

    async def close(self, grace: float = 2.0) -> None:
        """Drain all runs, wait `grace` seconds, and leave the rest to be resumed."""
        self._closing = True
        for run in list(self._active.values()):
            run.drain()
        tasks = list(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    def _prepare(self, version: Version) -> tuple[Plan, RegionGraph]:
        if version.hash not in self._compiled:
            plan = make_plan(load(version.text).checked(), self.registry, Path(version.folder))
            self._compiled[version.hash] = plan, compile_plan(plan, self.saver)
        return self._compiled[version.hash]

    @staticmethod
    def _check_kept(plan: Plan, keep: Mapping[str, JsonObject]) -> None:
        for address in keep:
            if address not in plan.steps:
                raise failure(
                    "run.unknown-step", f"The workflow has no step {address!r} to keep.", "Use the addresses of the run."
                )

    def _spawn(self, record: RunRecord, version: Version) -> None:
        task = asyncio.create_task(self._execute(record, version), name=f"run {record.id}")
        self._tasks[record.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(record.id, None))

    async def _execute(self, record: RunRecord, version: Version) -> RunResult:
        """Run to rest. Every way out sends exactly one `RunFinished` and leaves the run's row in a final or resumable state."""
        current_run.set(record.id)
        plan, graph = self._prepare(version)
        try:
            result = await self._until_rest(record, plan, graph)
        except asyncio.CancelledError:
            status: RunStatus = "stopped" if self._closing else "cancelled"
            result = RunResult(record.id, record.workflow, status)
        except WeftError as error:
            result = RunResult(record.id, record.workflow, "stopped", error=error.issue.as_json())
        except Exception as error:  # noqa: BLE001 - a run ends with a message, whatever happens
            _log.exception("run %s stopped", record.id)
            problem = failure("run.internal", f"{type(error).__name__}: {error}", "See the log; the run can be resumed.")
            result = RunResult(record.id, record.workflow, "stopped", error=problem.issue.as_json())
        finally:
            self._active.pop(record.id, None)
        await self._close(record.id, result.status, result)
        self._emit(
            RunFinished(
                run=record.id,
                status=result.status,
                outputs=result.outputs,
                error=result.error,
                waiting=[{"id": asked.id, "question": asked.question} for asked in result.waiting],
            )
        )
        return result

    async def _until_rest(self, record: RunRecord, plan: Plan, graph: RegionGraph) -> RunResult:
        fresh = True
        while True:
            recorded = {step.address: step for step in await self.journal.load(record.id)}
            run = ActiveRun(record, self.journal, self.services, self._emit, self.runs_folder / record.id, recorded)
            if previous := self._active.get(record.id):
                run.draining, run.redactor = previous.draining, previous.redactor
            run.scope = scope = Scope(run, plan)
            self._active[record.id] = run
            if fresh:
                self._emit(RunStarted(run=record.id, workflow=record.workflow, steps=len(plan.steps), done=len(recorded)))
            config: RunnableConfig = {"configurable": {"thread_id": record.id}}
            state: State | None = {"status": {}}
            if recorded and await self._saver_agrees(config, scope):
                state = None
            await graph.ainvoke(state, config, context=scope, durability="exit")
            fresh = False
            waiting = await self.journal.approvals(record.id)
            if run.draining.is_set() or not self._answered_meanwhile(waiting, scope):
                return self._result(run, scope, tuple(asked for asked in waiting if asked.status == "waiting"))

    @staticmethod
    def _answered_meanwhile(asked: Sequence[ApprovalRecord], scope: Scope) -> bool:
        """Tell whether a question was answered between the run's coming to rest and now."""
        answered = (known.address for known in asked if known.status != "waiting")
        return any(address in scope.settled and scope.outcome(address) is None for address in answered)

    @staticmethod
    def _result(run: ActiveRun, scope: Scope, waiting: tuple[ApprovalRecord, ...]) -> RunResult:
        outcomes = list(scope.outcomes())
        failed = [step for step in outcomes if step.status == "failed"]
        done = len(outcomes) == len(scope.settled)
        status: RunStatus = "succeeded"
        if failed and not (waiting and not run.draining.is_set()):
            status = "failed"
        elif not done:
            status = "stopped" if run.draining.is_set() or not waiting else "waiting"
        outputs: JsonObject = {}
        for step in outcomes:
            if step.status == "succeeded" and scope.plan.steps[step.node].type.gives_outputs:
                outputs |= step.ports
        error = failed[0].error if failed else None
        return RunResult(run.id, run.record.workflow, status, outputs if status == "succeeded" else {}, error, waiting)

    async def _saver_agrees(self, config: RunnableConfig, scope: Scope) -> bool:
        """Tell whether LangGraph's records can be resumed; if not, drop them and let the journal seed a new start.

        They must not be ahead of the journal: a step that LangGraph skips and the journal lacks would never settle.
        """
        try:
            saved = await self.saver.aget_tuple(config)
            writes = (saved.pending_writes or ()) if saved else ()
            written = [step_id for _, channel, value in writes if channel == "status" for step_id in value]
            if saved is not None and all(scope.outcome(step_id) for step_id in written):
                return True
        except Exception:  # noqa: BLE001 - damaged, or of another version: the journal is enough
            _log.warning("LangGraph's checkpoint of run %s cannot be read; the journal is used", scope.run.id, exc_info=True)
        await self.saver.adelete_thread(scope.run.id)
        return False

    async def _close(self, run_id: str, status: RunStatus, result: RunResult | None = None) -> None:
        try:
            if status == "cancelled":
                for asked in await self.journal.approvals(run_id, "waiting"):
                    with contextlib.suppress(WeftError):
                        await self.journal.answer(asked.id, "withdrawn")
            ended = None if status in ("waiting", "stopped") else time.time()
            outputs, error = (result.outputs, result.error) if result else (None, None)
            await self.journal.update_run(run_id, status, ended=ended, outputs=outputs, error=error)
        except WeftError:
            _log.exception("the end of run %s could not be recorded", run_id)

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
