"""What happened in a run, told as events from what the journal holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.api.events import (
    ApprovalAnswered,
    ApprovalAsked,
    RunEvent,
    RunFinished,
    RunStarted,
    StepFailed,
    StepFinished,
    StepLog,
    StepStarted,
)
from engine.api.stores import ApprovalRecord, AttemptRecord, LogRecord, RunRecord, StepRecord
from engine.model.values import Json


@dataclass(frozen=True, slots=True)
class RunHistory:
    """All that the journal has of a run."""

    run: RunRecord
    steps: Sequence[StepRecord] = ()
    attempts: Sequence[AttemptRecord] = ()
    approvals: Sequence[ApprovalRecord] = ()
    logs: Sequence[LogRecord] = ()

    def attempts_of(self, step: StepRecord) -> list[AttemptRecord]:
        """Return the attempts of a step, first one first; none when it was skipped or its outcome was given."""
        if step.status == "skipped" or step.kept:
            return []
        return sorted((row for row in self.attempts if row.address == step.address), key=lambda row: row.number)

    def events(self, *, ended: bool) -> list[RunEvent]:
        """Return the events in order of time; `ended` tells whether to end with the run's rest."""
        begin = RunStarted(run=self.run.id, at=self.run.started, workflow=self.run.workflow, steps=len(self.steps))
        found = [event for step in self.steps for event in self._of_step(step)]
        recorded = {step.address for step in self.steps}
        found += [event for row in self.attempts if row.address not in recorded for event in _of_attempt(row)]
        found += [event for asked in self.approvals for event in _of_approval(asked)]
        found += [StepLog(run=row.run_id, at=row.at, address=row.address, level=row.level, text=row.text) for row in self.logs]
        found.sort(key=lambda event: event.at)
        return [begin, *found, self._rest()] if ended else [begin, *found]

    def _of_step(self, step: StepRecord) -> Iterator[RunEvent]:
        for row in self.attempts_of(step):
            yield from _of_attempt(row)
        yield StepFinished(
            run=step.run_id,
            at=step.ended,
            address=step.address,
            status="cached" if step.kept else step.status,
            ports=step.ports,
            seconds=step.ended - step.started,
            usage=step.usage,
            error=step.error,
            caught=step.caught,
        )

    def _rest(self) -> RunFinished:
        run = self.run
        open_ones = (asked for asked in self.approvals if asked.status == "waiting")
        waiting: list[Json] = [{"id": asked.id, "question": asked.question} for asked in open_ones]
        last = max((step.ended for step in self.steps), default=run.started)
        return RunFinished(
            run=run.id, at=run.ended or last, status=run.status, outputs=run.outputs, error=run.error, waiting=waiting
        )


def _of_attempt(row: AttemptRecord) -> Iterator[RunEvent]:
    yield StepStarted(run=row.run_id, at=row.started, address=row.address, attempt=row.number)
    if row.error is not None:
        yield StepFailed(run=row.run_id, at=row.ended, address=row.address, attempt=row.number, error=row.error)


def _of_approval(asked: ApprovalRecord) -> Iterator[RunEvent]:
    yield ApprovalAsked(run=asked.run_id, at=asked.asked, address=asked.address, question=asked.question)
    if asked.answered is not None:
        said = {"by": asked.by, "comment": asked.comment}
        yield ApprovalAnswered(run=asked.run_id, at=asked.answered, address=asked.address, status=asked.status, **said)
