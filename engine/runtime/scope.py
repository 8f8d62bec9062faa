"""One execution of one region: a future per step, seeded with what the journal has."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from engine.api.events import StepFinished
from engine.api.stores import StepRecord
from engine.model.issues import WeftError
from engine.model.values import Json, JsonObject
from engine.runtime.lg import GraphInterrupt
from engine.runtime.plan import Plan, StepPlan, Wire

if TYPE_CHECKING:
    from engine.runtime.active import ActiveRun


UNSTORABLE = frozenset(("step.not-json", "storage.value", "value.not-json"))
"""Codes of the journal for a value that no database takes: an error of the step, not of the run."""


class Blocked(GraphInterrupt):
    """Unwinds a step without a trace: LangGraph stores nothing for it and runs it again when the run goes on."""

    def __init__(self) -> None:
        super().__init__(())


@dataclass(eq=False, slots=True)
class Scope:
    """A region under way. `path` is empty for the workflow itself; with a step's id it makes the step's address."""

    run: ActiveRun
    plan: Plan
    path: str = ""
    settled: dict[str, asyncio.Future[StepRecord]] = field(init=False)

    def __post_init__(self) -> None:
        """Give every step a future; those that the journal knows are settled."""
        loop = asyncio.get_running_loop()
        self.settled = {step_id: loop.create_future() for step_id in self.plan.steps}
        for step_id, future in self.settled.items():
            if known := self.run.recorded.get(self.address(step_id)):
                future.set_result(known)

    def address(self, step_id: str) -> str:
        """Return the address of a step of this region."""
        return self.path + step_id

    def outcome(self, step_id: str) -> StepRecord | None:
        """Return the recorded outcome of a step, or None while it has none."""
        future = self.settled[step_id]
        if not future.done() or future.cancelled() or future.exception():
            return None
        return future.result()

    def outcomes(self) -> Iterator[StepRecord]:
        """Yield the outcomes that are recorded."""
        return (found for found in map(self.outcome, self.settled) if found)

    async def finish(self, outcome: StepRecord) -> None:
        """Make an outcome durable, then visible to the successors."""
        run = self.run
        outcome = await run.redacted(outcome)
        try:
            seq = await run.journal.record(outcome)
        except WeftError as error:
            if error.issue.code not in UNSTORABLE:
                raise
            problem = replace(error.issue, node=outcome.node).as_json(phrases=True)
            outcome = replace(outcome, status="failed", ports={}, usage={}, error=problem)
            seq = await run.journal.record(outcome)
        recorded = replace(outcome, seq=seq)
        run.recorded[outcome.address] = recorded
        self.settled[outcome.node].set_result(recorded)
        run.emit(told(recorded))

    def block(self, step_id: str) -> None:
        """Let the successors of a step that came to no outcome unwind."""
        future = self.settled.get(step_id)
        if future is not None and not future.done():
            future.set_exception(Blocked())
            future.exception()  # marks it as seen
        self.run.look_for_rest()

    async def wires(self, step: StepPlan) -> Mapping[str, Any] | None:
        """Wait for all predecessors and return the values that arrived, by port; None when the step is to be skipped.

        A step is skipped when all its edges are inactive, or all those of a required port. Raises `Blocked` when a
        predecessor failed or came to no outcome.
        """
        for ancestor in step.reads:
            if not self.settled[ancestor].done():  # kept steps in between need not have waited for it
                await asyncio.shield(self.settled[ancestor])
        if not step.wires:
            return {}
        for source in step.sources:
            future = self.settled[source]
            outcome = future.result() if future.done() else await asyncio.shield(future)
            if outcome.status == "failed":
                raise Blocked
        arrived: dict[str, list[Json]] = {}
        for wire in step.wires:
            if self.is_active(wire):
                arrived.setdefault(wire.port, []).append(self.settled[wire.source].result().ports[wire.source_port])
        wired_ports = {wire.port for wire in step.wires}
        needed = {port.key for port in step.ports.inputs if port.required and port.key in wired_ports}
        if not arrived or needed - arrived.keys():
            return None
        multiple = {port.key for port in step.ports.inputs if port.multiple}
        return {port: values if port in multiple else values[0] for port, values in arrived.items()}

    def is_active(self, wire: Wire) -> bool:
        """Tell whether a settled edge carries a value."""
        outcome = self.settled[wire.source].result()
        return outcome.status == "succeeded" and wire.source_port in outcome.ports

    def is_at_rest(self) -> bool:
        """Tell whether nothing here runs or is about to: every open step waits for a person, or for one that does."""
        for step_id, future in self.settled.items():
            question = self.run.asking.get(self.address(step_id))
            if future.done() or (question is not None and not question.done()):
                continue
            step = self.plan.steps[step_id]
            if all(self.settled[before].done() for before in step.sources | step.reads):
                return False
        return True

    def names(self, step: StepPlan) -> dict[str, Any]:
        """Return the names that templates of a step can read."""
        run = self.run
        return {
            "inputs": run.record.input,
            "vars": self.plan.variables,
            "run": {"id": run.id, "workflow": run.record.workflow, "started": run.record.started},
            "nodes": NodeNames(self, step.ancestors),
        }


def told(outcome: StepRecord) -> StepFinished:
    """Return the event of a recorded outcome."""
    return StepFinished(
        run=outcome.run_id,
        address=outcome.address,
        status="cached" if outcome.kept else outcome.status,
        ports=outcome.ports,
        seconds=outcome.ended - outcome.started,
        usage=outcome.usage,
        error=outcome.error,
        caught=outcome.caught,
    )


class NodeNames(Mapping[str, JsonObject]):
    """`nodes` in templates: the ancestors of a step, looked up when used. What a step did not give reads as empty."""

    def __init__(self, scope: Scope, ancestors: Set[str]) -> None:
        self._scope, self._ancestors = scope, ancestors

    def __getitem__(self, step_id: str) -> JsonObject:
        if step_id not in self._ancestors:
            raise KeyError(step_id)
        outcome = self._scope.settled[step_id].result()
        step = self._scope.plan.steps[step_id]
        ports: JsonObject = {**dict.fromkeys(port.key for port in step.ports.outputs), **outcome.ports}
        return {"output": ports.get(step.output_key), "ports": ports, "status": outcome.status}

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._ancestors))

    def __len__(self) -> int:
        return len(self._ancestors)
