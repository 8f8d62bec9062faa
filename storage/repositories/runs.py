"""Reads the journal: runs, their steps, attempts, log and approvals. Takes no lock, so it works beside a busy writer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, Text, and_, or_, select, type_coerce

from engine.api.stores import (
    ApprovalRecord,
    ApprovalStatus,
    AttemptRecord,
    CallRecord,
    LogRecord,
    RunRecord,
    RunStatus,
    StepRecord,
)
from storage.blobs import BlobStore
from storage.database import reading
from storage.packing import unpack
from storage.tables import JournalTable

RUN, STEP, ATTEMPT, CALL, APPROVAL, LOG = (
    JournalTable.metadata.tables[name] for name in ("run", "step", "attempt", "call", "approval", "log")
)
SEARCHED = ("workflow", "id", "error")


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run without its values. Times are UTC seconds since the epoch, `ended` is None while it may go on."""

    id: str
    workflow_id: str
    workflow: str
    version: str
    status: RunStatus
    started: float
    ended: float | None
    parent: str
    trigger: str


class RunRepository:
    """What is known of runs, for any program. Every method sees all rows that were committed before it was called."""

    def __init__(self, engine: Engine, blobs: BlobStore) -> None:
        self._engine = engine
        self._blobs = blobs

    def runs(
        self, *, limit: int = 100, statuses: Collection[RunStatus] = (), workflow_id: str | None = None, before: str = "",
        search: str = "", without: Collection[str] = (),
    ) -> Sequence[RunSummary]:
        """Return runs, newest first; `before` is the id of the last run of the page before.

        `search` is looked for in workflow, id and error; `without` are ids of runs that are left out.
        """
        wanted: list[ColumnElement[bool]] = []
        if statuses:
            wanted.append(RUN.c.status.in_(statuses))
        if without:
            wanted.append(RUN.c.id.not_in(without))
        if search:
            wanted.append(or_(*(type_coerce(RUN.c[name], Text).icontains(search, autoescape=True) for name in SEARCHED)))
        if workflow_id is not None:
            wanted.append(RUN.c.workflow_id == workflow_id)
        if before:
            begun = select(RUN.c.started).where(RUN.c.id == before).scalar_subquery()
            wanted.append(or_(RUN.c.started < begun, and_(RUN.c.started == begun, RUN.c.id < before)))
        columns = [RUN.c[name] for name in RunSummary.__slots__]
        query = select(*columns).where(*wanted).order_by(RUN.c.started.desc(), RUN.c.id.desc()).limit(limit)
        return [RunSummary(*row) for row in self._rows(query)]

    def run(self, run_id: str) -> RunRecord | None:
        """Return a run, or None.

        Raises:
            WeftError: `blob.missing` or `blob.damaged` for a large input or output.
        """
        rows = self._rows(select(RUN).where(RUN.c.id == run_id))
        if not rows:
            return None
        known, workflow_id, workflow, version, folder, given, status, started, ended, outputs, error, *rest = rows[0]
        parent, trigger, until = rest
        return RunRecord(
            known, workflow_id, workflow, version, folder, unpack(given, self._blobs), status, started, ended,
            unpack(outputs, self._blobs), error, parent, trigger, tuple(until or ()),
        )

    def steps(self, run_id: str) -> Sequence[StepRecord]:
        """Return the recorded steps of a run in order of commit, with their values whole.

        Raises:
            WeftError: `blob.missing` or `blob.damaged` for a large value.
        """
        return [self._step(row) for row in self._rows(select(STEP).where(STEP.c.run_id == run_id).order_by(STEP.c.seq))]

    def attempts(self, run_id: str) -> Sequence[AttemptRecord]:
        """Return all attempts of a run's steps, in order of their start.

        The last one of a recorded step is the step itself, beginning where the one before ended. A step that was skipped, or
        whose outcome was given, has none.
        """
        noted = [AttemptRecord(*row) for row in self._rows(select(ATTEMPT).where(ATTEMPT.c.run_id == run_id))]
        ends = {(attempt.address, attempt.number): attempt.ended for attempt in noted}
        recorded = select(*(STEP.c[name] for name in ("path", "node", "attempt", "started", "ended", "error"))).where(
            STEP.c.run_id == run_id, STEP.c.status != "skipped", STEP.c.kept.is_(False),
        )
        for path, node, number, started, ended, error in self._rows(recorded):
            if (path + node, number) not in ends:
                begun = max(started, ends.get((path + node, number - 1), started))
                noted.append(AttemptRecord(run_id, path + node, number, begun, ended, error))
        return sorted(noted, key=lambda attempt: (attempt.started, attempt.number))

    def calls(self, run_id: str, address: str, *, limit: int = 200) -> Sequence[CallRecord]:
        """Return the last calls of models by a step, oldest first."""
        query = select(CALL).where(CALL.c.run_id == run_id, CALL.c.address == address)
        newest = query.order_by(CALL.c.attempt.desc(), CALL.c.number.desc()).limit(limit)
        return [CallRecord(*row) for row in reversed(self._rows(newest))]

    def log(self, run_id: str, *, after: int = 0, limit: int = 10_000) -> Sequence[tuple[int, LogRecord]]:
        """Return a run's log lines with their ids, oldest first, from the one behind id `after`."""
        query = select(LOG).where(LOG.c.run_id == run_id, LOG.c.id > after).order_by(LOG.c.id).limit(limit)
        return [(row[0], LogRecord(*row[1:])) for row in self._rows(query)]

    def approvals(self, run_id: str | None = None, status: ApprovalStatus | None = None) -> Sequence[ApprovalRecord]:
        """Return approvals, of one run and of one status where given, newest first."""
        query = select(APPROVAL).order_by(APPROVAL.c.asked.desc(), APPROVAL.c.run_id.desc(), APPROVAL.c.address)
        if run_id is not None:
            query = query.where(APPROVAL.c.run_id == run_id)
        if status is not None:
            query = query.where(APPROVAL.c.status == status)
        return [self._approval(row) for row in self._rows(query)]

    def approval(self, approval_id: str) -> ApprovalRecord | None:
        """Return the approval `run id:address`, or None."""
        run_id, _, address = approval_id.partition(":")
        rows = self._rows(select(APPROVAL).where(APPROVAL.c.run_id == run_id, APPROVAL.c.address == address))
        return self._approval(rows[0]) if rows else None

    def _rows(self, query: Select[Any]) -> list[tuple[Any, ...]]:
        with reading(self._engine) as session:
            return list(map(tuple, session.connection().execute(query)))

    def _step(self, row: tuple[Any, ...]) -> StepRecord:
        seq, run_id, path, node, status, ports, error, started, ended, attempt, version, inputs, usage, kept = row
        return StepRecord(
            run_id, path, node, status, unpack(ports, self._blobs), error, started, ended, attempt, version,
            unpack(inputs, self._blobs), usage, kept, seq,
        )

    def _approval(self, row: tuple[Any, ...]) -> ApprovalRecord:
        run_id, address, question, status, answer, comment, asked, answered, by = row
        return ApprovalRecord(
            run_id, address, unpack(question, self._blobs), status, answer, comment, asked, answered, by,
        )
