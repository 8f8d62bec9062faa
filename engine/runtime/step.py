"""One step from its inputs to its recorded outcome: rendering, attempts, *accept when*, and what happens on errors."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from pydantic import BaseModel, ValidationError

from engine.api import templates
from engine.api.events import StepFailed, StepStarted
from engine.api.large import is_large
from engine.api.node import Node
from engine.api.options import Retry
from engine.api.plain import as_plain
from engine.api.ports import ERROR, Outputs
from engine.api.stores import AttemptRecord, StepRecord
from engine.api.wording import param_issues, wrongs
from engine.model.issues import Issue, WeftError, failure, phrase, plain_error
from engine.model.values import Json, JsonObject
from engine.runtime.accept import check_output
from engine.runtime.clock import Clock
from engine.runtime.context import StepContext
from engine.runtime.lg import GraphInterrupt
from engine.runtime.plan import StepPlan
from engine.runtime.scope import Scope
from engine.runtime.unbroken import Unbroken

_log = logging.getLogger(__name__)


async def run_step(step: StepPlan, scope: Scope) -> str:
    """Bring a step to its recorded outcome and return the status. Does nothing when it has one."""
    if scope.outcome(step.id) is None:
        unbroken = Unbroken()
        try:
            await unbroken.do(scope.finish(await _outcome(step, scope, unbroken)))
            unbroken.leave()
        finally:
            scope.block(step.id)
    return scope.settled[step.id].result().status


async def _outcome(step: StepPlan, scope: Scope, unbroken: Unbroken) -> StepRecord:
    run = scope.run
    record = StepRecord(run.id, scope.path, step.id, "skipped", version=step.type.version, started=time.time())
    if step.options.disabled:
        await scope.wires(step)
        return replace(record, ended=time.time())
    wired = await scope.wires(step)
    await run.long_work.breathe()
    run.gate()
    record = replace(record, started=time.time())
    if wired is None:
        return replace(record, ended=record.started)
    await run.pause(record.address)
    record = replace(record, started=time.time())
    if step.options.pinned is not None:
        pinned = as_plain(step.options.pinned)
        assert isinstance(pinned, dict), "a pinned output is an object by its declaration"
        return replace(record, status="succeeded", ports=pinned, ended=time.time(), kept=True)
    sources: dict[str, list[Json]] = {}
    for wire in step.wires:
        sources.setdefault(wire.port, []).append(f"{wire.source}.{wire.source_port}")
    return await _Attempts(step, scope, wired, unbroken).run(replace(record, inputs={**sources}))


@dataclass(slots=True)
class _Attempts:
    """The attempts of one step."""

    step: StepPlan
    scope: Scope
    wired: Mapping[str, Any]
    unbroken: Unbroken
    feedback: str = ""
    memory: dict[str, Any] = field(default_factory=dict)

    async def run(self, record: StepRecord) -> StepRecord:
        run, retry = self.scope.run, self.step.options.retry
        before = run.tried.get(record.address, 0)
        for number in range(before + 1, before + retry.attempts + 1):
            started = time.time()
            run.emit(StepStarted(run=run.id, address=record.address, attempt=number, at=started))
            ctx = StepContext(self.scope, self.step, number, self.feedback, self.memory)
            try:
                ports = await self._attempt(ctx)
            except (GraphInterrupt, GeneratorExit):
                raise
            except asyncio.CancelledError as error:
                if (task := asyncio.current_task()) is None or task.cancelling():
                    raise
                problem = _as_weft_error(error, self.step)  # nobody cancelled the step: the node let it out
            except BaseException as error:  # noqa: BLE001 - whatever a node raises is the outcome of its step
                problem = _as_weft_error(error, self.step)
            else:
                return replace(record, status="succeeded", ports=ports, attempt=number, ended=time.time(), usage=ctx.usage)
            pause = _pause(retry, number - before, problem) if number - before < retry.attempts else None
            shown = run.redactor.value(problem.issue.as_json(phrases=True))
            run.journal.note_attempt(AttemptRecord(run.id, record.address, number, started, time.time(), shown))
            run.emit(StepFailed(run=run.id, address=record.address, attempt=number, error=shown, retry_in=pause))
            if pause is None or self.unbroken.cancelled:
                return self._failed(replace(record, attempt=number, ended=time.time(), usage=ctx.usage), shown)
            accept = self.step.options.accept
            if accept and accept.feedback and problem.issue.code == "output.rejected":
                self.feedback = problem.issue.text
            await self._sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    async def _attempt(self, ctx: StepContext) -> JsonObject:
        limit = self.step.options.time_limit
        try:
            async with asyncio.timeout(limit) as timeout, Clock(timeout) as ctx.clock:
                node, arguments = await prepare(self.step, self.wired, self.scope)
                try:
                    result = await node.run(ctx, **arguments)
                finally:
                    ctx.end_tokens()
                return await self._given(result, ctx)
        except TimeoutError as error:
            if not timeout.expired():
                raise
            text = phrase("The step took longer than its limit of {limit:g} s.", limit=limit)
            issue = Issue("step.time-limit", text, "Raise the time limit or let the step do less.", field="time_limit")
            raise WeftError(issue, retryable=True) from error

    async def _given(self, result: Any, ctx: StepContext) -> JsonObject:
        """Return what the node gave, by port. Nothing breaks that off any more where nobody has to accept it."""
        accept = self.step.options.accept
        if not is_large(result):
            ports = _as_ports(result, self.step)
        elif accept:
            ports = await self.scope.run.long_work.do(_as_ports, result, self.step)
        else:
            ctx.clock.end()
            ports = await self.unbroken.do(self.scope.run.long_work.do(_as_ports, result, self.step))
        if accept:
            await check_output(accept, ports, self.step.output_key, ctx)
        return ports

    async def _sleep(self, seconds: float) -> None:
        """Pause before the next attempt; a drain ends the pause and the attempts."""
        try:
            await asyncio.wait_for(self.scope.run.draining.wait(), seconds)
        except TimeoutError:
            return
        self.scope.run.gate()

    def _failed(self, record: StepRecord, error: JsonObject) -> StepRecord:
        options = self.step.options
        if options.on_error == "port":
            return replace(record, status="succeeded", ports={ERROR: plain_error(error)}, error=error)
        if options.on_error == "default":
            return replace(record, status="succeeded", ports={self.step.output_key: as_plain(options.default)}, error=error)
        return replace(record, status="failed", error=error)


async def prepare(step: StepPlan, wired: Mapping[str, Any], scope: Scope) -> tuple[Node, dict[str, Any]]:
    """Return the node with all its parameters resolved and the arguments of `run`. A wire wins over a parameter."""
    fields = step.type.model_fields
    arguments = {port: value for port, value in wired.items() if port not in fields}
    if step.ready is not None:
        return step.ready, arguments
    long_work = scope.run.long_work
    params: dict[str, Any] = dict(step.params)
    names = scope.names(step) if step.template_fields else {}
    for name in step.template_fields:
        if name in wired:
            continue
        params[name] = await long_work.rendered(partial(templates.render_value, params[name], names, field=name))
    params.update({port: value for port, value in wired.items() if port in fields})
    check = step.type.model_validate
    try:
        return await long_work.do(check, params) if is_large(params) else check(params), arguments
    except ValidationError as error:
        raise WeftError(*_with_edges(param_issues(error, params, step.type), wired)) from None


def _with_edges(issues: Iterable[Issue], wired: Mapping[str, Any]) -> Iterator[Issue]:
    """Yield issues, those of what an edge brought with a remedy that says so."""
    for issue in issues:
        name = re.split(r"[.\[]", issue.field)[0]
        yield (
            replace(issue, remedy=phrase("Change what the edge brings, or put a transform in between."))
            if name in wired
            else issue
        )


def _as_ports(result: Any, step: StepPlan) -> JsonObject:
    """Return what `run` gave as values by port: `Outputs`, a NamedTuple of ports, or the one value."""
    if isinstance(result, Outputs):
        unknown = [key for key in result if step.ports.output(key) is None]
        if unknown:
            text = phrase("The node gave a value for {unknown!r}, which is no port of it.", unknown=unknown[0])
            raise failure("output.unknown-port", text, "Correct the node type.")
        return {key: _plain(value, key) for key, value in result.items()}
    if isinstance(result, tuple) and hasattr(result, "_fields"):
        return {key: _plain(value, key) for key, value in zip(result._fields, result, strict=True)}
    return {step.output_key: _plain(result, step.output_key)} if step.ports.outputs else {}


def _plain(value: Any, port: str) -> Json:
    try:
        return as_plain(value, port)
    except WeftError as error:
        raise WeftError(*(replace(issue, port=port) for issue in error.issues)) from None


def _as_weft_error(error: BaseException, step: StepPlan) -> WeftError:
    """Turn whatever a node raised into an error with a place."""
    if isinstance(error, WeftError):
        error.issues = tuple(replace(issue, node=issue.node or step.id) for issue in error.issues)
        return error
    _log.debug("step %s failed", step.id, exc_info=error)
    if isinstance(error, ValidationError):  # of a model of the node's own
        text = " ".join(wrong.text for wrong in wrongs(error, None, BaseModel))
        return failure("step.error", f"{error.title}: {text}", "Correct the node type.", node=step.id)
    return failure("step.error", f"{type(error).__name__}: {error}", "Look at the step's log.", node=step.id)


def _pause(retry: Retry, number: int, problem: WeftError) -> float | None:
    """Return the seconds before the next attempt, None when another one cannot help or has to wait longer than allowed."""
    code = problem.issue.code
    wanted = any(map(code.startswith, retry.kinds)) if retry.kinds else problem.retryable
    asked = problem.retry_after or 0.0
    if not wanted or asked > retry.max_delay:
        return None
    pause = min(retry.delay * retry.factor ** (number - 1), retry.max_delay)
    if retry.jitter:
        pause *= random.uniform(0.5, 1.0)
    return max(pause, asked)
