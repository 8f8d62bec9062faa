"""The life of one run: passes through LangGraph until it rests, then its end in the journal and one closing event."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.api.events import RunFinished, RunStarted
from engine.api.redact import run_redactor
from engine.api.stores import ApprovalRecord, Journal, RunStatus, current_run
from engine.model.issues import WeftError, failure
from engine.model.values import Json, JsonObject
from engine.runtime.active import ActiveRun
from engine.runtime.compile import RegionGraph, State
from engine.runtime.lg import BaseCheckpointSaver, RunnableConfig
from engine.runtime.plan import Plan
from engine.runtime.scope import Scope, told

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run came to rest. `outputs` holds those that were given by then, `waiting` lists its open questions."""

    run: str
    workflow: str
    status: RunStatus
    outputs: JsonObject = field(default_factory=dict)
    error: JsonObject | None = None
    waiting: tuple[ApprovalRecord, ...] = ()


async def live(run: ActiveRun, plan: Plan, graph: RegionGraph, saver: BaseCheckpointSaver[Any]) -> RunResult:
    """Bring a run to rest, record its end and tell it.

    The work is a task of its own, which `ActiveRun.stop` cancels; this coroutine is never cancelled, so that every way out
    leaves the run's row in a final or resumable state and sends exactly one `RunFinished`.
    """
    current_run.set(run.id)
    run_redactor.set(run.redactor)
    run.work = asyncio.create_task(_until_rest(run, plan, graph, saver), name=f"work of run {run.id}")
    if run.stopping:
        run.work.cancel()
    result = await _settled(run)
    run.ending = True
    await record_end(run.journal, result)
    questions: list[Json] = [{"id": asked.id, "question": asked.question} for asked in result.waiting]
    run.emit(RunFinished(run=run.id, status=result.status, outputs=result.outputs, error=result.error, waiting=questions))
    return result


async def record_end(journal: Journal, result: RunResult) -> None:
    """Write how a run came to rest; a cancelled one withdraws its questions. A disk that is full is logged: the row stays."""
    try:
        if result.status == "cancelled":
            for asked in await journal.approvals(result.run, "waiting"):
                with contextlib.suppress(WeftError):
                    await journal.answer(asked.id, "withdrawn")
        ended = None if result.status in ("waiting", "stopped") else time.time()
        await journal.update_run(result.run, result.status, ended=ended, outputs=result.outputs, error=result.error)
    except WeftError:
        _log.exception("the end of run %s could not be recorded", result.run)


async def _settled(run: ActiveRun) -> RunResult:
    assert run.work is not None, "the work was started"
    try:
        result = await run.work
        assert isinstance(result, RunResult), "what the work gives"
        return result
    except asyncio.CancelledError:
        return RunResult(run.id, run.record.workflow, "cancelled" if run.stopping == "cancel" else "stopped", _outputs(run))
    except WeftError as error:
        told = run.redactor.value(error.issue.as_json(phrases=True))
        return RunResult(run.id, run.record.workflow, "stopped", _outputs(run), told)
    except Exception as error:  # noqa: BLE001 - a run ends with a message, whatever happens
        _log.exception("run %s stopped", run.id)
        problem = failure("run.internal", f"{type(error).__name__}: {error}", "See the log; the run can be resumed.")
        return RunResult(run.id, run.record.workflow, "stopped", _outputs(run), run.redactor.value(problem.issue.as_json()))


async def _until_rest(run: ActiveRun, plan: Plan, graph: RegionGraph, saver: BaseCheckpointSaver[Any]) -> RunResult:
    """Pass through the graph until nothing more can go on. A question answered just then is one more pass."""
    started = False
    while True:
        run.late_answer = False
        run.recorded = {step.address: step for step in await run.journal.load(run.id)}
        run.tried = await run.journal.attempts(run.id)
        run.scope = scope = Scope(run, plan)
        if not started:
            workflow, done = run.record.workflow, len(run.recorded)
            run.emit(RunStarted(run=run.id, workflow=workflow, steps=len(plan.steps), done=done))
            for step in run.kept:
                run.emit(told(step))
            for address, why in run.lost.items():
                run.log(address, why)
            started = True
        config: RunnableConfig = {"configurable": {"thread_id": run.id}}
        state: State | None = {"status": {}}
        if run.recorded and await _agrees(saver, config, scope):
            state = None
        await graph.ainvoke(state, config, context=scope, durability="exit")
        asked = await run.journal.approvals(run.id)
        if run.draining.is_set() or not (run.late_answer or _answered_meanwhile(asked, run)):
            run.ending = True
            return _result(run, scope, tuple(one for one in asked if one.status == "waiting"))


def _answered_meanwhile(asked: Sequence[ApprovalRecord], run: ActiveRun) -> bool:
    """Tell whether a question was answered between the run's coming to rest and now."""
    return any(known.status != "waiting" and known.address not in run.recorded for known in asked)


def _result(run: ActiveRun, scope: Scope, waiting: tuple[ApprovalRecord, ...]) -> RunResult:
    outcomes = list(scope.outcomes())
    failed = [step for step in outcomes if step.status == "failed"]
    done = len(outcomes) == len(scope.settled)
    status: RunStatus = "succeeded"
    if failed and not (waiting and not run.draining.is_set()):
        status = "failed"
    elif not done:
        status = "stopped" if run.draining.is_set() or not waiting else "waiting"
    error = failed[0].error if failed else None
    return RunResult(run.id, run.record.workflow, status, _outputs(run), error, waiting)


def _outputs(run: ActiveRun) -> JsonObject:
    """Return the outputs that are there, however the run ends; those recorded before when it ends before it began."""
    if run.scope is None:
        return run.record.outputs
    outputs: JsonObject = {}
    for step in run.scope.outcomes():
        if step.status == "succeeded" and step.caught != "port" and run.scope.plan.steps[step.node].type.gives_outputs:
            outputs |= step.ports
    return outputs


async def _agrees(saver: BaseCheckpointSaver[Any], config: RunnableConfig, scope: Scope) -> bool:
    """Tell whether LangGraph's records can be resumed; if not, drop them and let the journal seed a new start.

    They must not be ahead of the journal: a step that LangGraph skips and the journal lacks would never settle.
    """
    try:
        if (saved := await saver.aget_tuple(config)) is not None:
            written = {*saved.checkpoint["channel_values"].get("status", {})}
            written.update(name for _, channel, value in saved.pending_writes or () if channel == "status" for name in value)
            if written <= scope.run.recorded.keys():
                return True
    except Exception:  # noqa: BLE001 - damaged, or of another version: the journal is enough
        _log.warning("LangGraph's checkpoint of run %s cannot be read; the journal is used", scope.run.id, exc_info=True)
    await saver.adelete_thread(scope.run.id)
    return False
