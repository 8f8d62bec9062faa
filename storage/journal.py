"""The journal of runs on SQLite: implements `engine.api.stores.Journal`."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from engine.api.large import is_large
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
from engine.model.issues import WeftError, failure, phrase
from engine.model.values import Json, JsonObject
from storage.blobs import BlobStore
from storage.database import open_database
from storage.encoding import clean, optional_json, to_json
from storage.packing import Packed, pack
from storage.paths import DataFolder
from storage.repositories.runs import RunRepository
from storage.sqlite import storage_error
from storage.writer import GroupWriter, Insert, Row

T = TypeVar("T")

STEP = Insert("step", (
    "run_id", "path", "node", "status", "ports", "error", "started", "ended", "attempt", "version", "inputs", "usage", "kept",
))
ATTEMPT = Insert("attempt", ("run_id", "address", "number", "started", "ended", "error"))
CALL = Insert("call", (
    "run_id", "address", "attempt", "number", "provider", "model", "messages", "started", "first", "ended", "prompt_tokens",
    "completion_tokens", "error",
))
LOG = Insert("log", ("run_id", "address", "at", "level", "text"), replace=False)
RUN = Insert("run", (
    "id", "workflow_id", "workflow", "version", "folder", "input", "status", "started", "ended", "outputs", "error", "parent",
    "trigger", "until",
), replace=False)
UNENDED = ("queued", "running", "waiting")


HELPERS = 2


class SqliteJournal:
    """The only writer of runs in a program. Belongs to the loop that calls it; `close` it after the loop's work."""

    def __init__(self, folder: DataFolder) -> None:
        """Open the journal of a data folder, which exists.

        Raises:
            WeftError: as `open_database`.
        """
        self._path = folder.journal_db
        self._blobs = BlobStore(folder.blobs)
        self._engine = open_database("journal", self._path)
        self._runs = RunRepository(self._engine, self._blobs)
        self._large: set[asyncio.Task[Any]] = set()
        self._helpers = ThreadPoolExecutor(HELPERS, "weft journal")
        try:
            self._writer = GroupWriter(self._path)
        except BaseException:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Commit what was noted and close the database."""
        self._writer.close()
        self._helpers.shutdown()
        self._engine.dispose()

    @property
    def commits(self) -> int:
        """How many transactions were committed so far."""
        return self._writer.commits

    # runs

    async def create_run(self, run: RunRecord, kept: Sequence[StepRecord] = ()) -> None:
        """Add a run with the outcomes it begins with, all or nothing. Durable across a power cut.

        Raises:
            WeftError: `run.exists`, `step.not-json`, `storage.full` and the like; then there is no run.
        """
        steps = await self._aside(lambda: [_step_row(step) for step in kept]) if kept else []
        given, outputs = await self._packed(run.input), await self._packed(run.outputs)
        row = (
            run.id, run.workflow_id, clean(run.workflow), run.version, run.folder, given.text, run.status, run.started,
            run.ended, outputs.text, optional_json(run.error), run.parent, run.trigger,
            optional_json(list(run.until) or None),
        )

        def work(connection: sqlite3.Connection) -> WeftError | None:
            try:
                RUN.run(connection, [row])
            except sqlite3.IntegrityError:
                return failure("run.exists", phrase("There is a run {run} already.", run=run.id), "Start the run again.")
            STEP.run(connection, [step for step, _ in steps])
            return None

        large = [data for _, blobs in steps for data in blobs]
        await self._durably(work, *given.blobs, *outputs.blobs, *large)

    async def update_run(
        self, run_id: str, status: RunStatus, *, ended: float | None = None,
        outputs: JsonObject | None = None, error: JsonObject | None = None,
    ) -> None:
        """Set status and error, and end and outputs where given. A run that goes on has no end.

        Raises:
            WeftError: `run.unknown`, `storage.full` and the like.
        """
        packed = None if outputs is None else await self._packed(outputs)
        changes: dict[str, Any] = {"status": status, "error": optional_json(error)}
        if ended is not None or status in UNENDED:
            changes["ended"] = ended
        if packed:
            changes["outputs"] = packed.text
        assignments = ", ".join(f"{name} = ?" for name in changes)

        def work(connection: sqlite3.Connection) -> WeftError | None:
            values = (*changes.values(), run_id)
            if connection.execute(f"UPDATE run SET {assignments} WHERE id = ?", values).rowcount == 1:
                return None
            return failure("run.unknown", phrase("There is no run {run_id}.", run_id=run_id), "See `weft runs list`.")

        await self._after_blobs(lambda: self._writer.call(work), packed.blobs if packed else ())

    async def run(self, run_id: str) -> RunRecord | None:
        """Return the run, or None."""
        return await self._aside(self._runs.run, run_id)

    async def delete_runs(self, run_ids: Sequence[str]) -> None:
        """Delete all that is known of runs that are over or stopped. What they stored by its hash stays: others may use it."""
        marks = ", ".join("?" * len(run_ids))

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(f"DELETE FROM run WHERE id IN ({marks})", run_ids)
            for table in ("step", "attempt", "call", "log", "approval"):
                connection.execute(f"DELETE FROM {table} WHERE run_id IN ({marks})", run_ids)

        await self._writer.call(work)

    # steps

    async def record(self, step: StepRecord) -> int:
        """Store a step's outcome and return its sequence number. Replaces an earlier row of the same address.

        The row is stored also when the caller is cancelled meanwhile.

        Raises:
            WeftError: `step.not-json`, naming the node; `storage.full` and the like, after which later rows still work.
        """
        if not is_large(step.ports):
            row, blobs = _step_row(step)
            return await self._after_blobs(lambda: self._writer.insert(STEP, row), blobs)
        return await self._whatever_happens(self._record_large(step))

    async def _record_large(self, step: StepRecord) -> int:
        row, blobs = await self._aside(_step_row, step)
        return await self._store(lambda: self._writer.insert(STEP, row), blobs)

    async def load(self, run_id: str) -> Sequence[StepRecord]:
        """Return all recorded steps of a run in order of commit."""
        return await self._aside(self._runs.steps, run_id)

    async def forget_failed(self, run_id: str) -> None:
        """Delete the failed steps of a run, so that a retry runs them again."""
        await self._writer.call(
            lambda connection: connection.execute("DELETE FROM step WHERE run_id = ? AND status = 'failed'", (run_id,)).rowcount,
        )

    async def attempts(self, run_id: str) -> Mapping[str, int]:
        """Return the highest number of the noted attempts by address."""

        def work(connection: sqlite3.Connection) -> dict[str, int]:
            rows = connection.execute("SELECT address, MAX(number) FROM attempt WHERE run_id = ? GROUP BY address", (run_id,))
            return dict(rows.fetchall())

        found: dict[str, int] = await self._writer.call(work)
        return found

    def note_attempt(self, attempt: AttemptRecord) -> None:
        """Store an attempt with the next commit; does not wait.

        The attempt that gave a step its recorded outcome is known from the step; only those before it have to be noted.
        """
        self._writer.note(ATTEMPT, (
            attempt.run_id, attempt.address, attempt.number, attempt.started, attempt.ended, optional_json(attempt.error),
        ))

    def note_call(self, call: CallRecord) -> None:
        """Store what is known of a call of a model with the next commit, in place of what was; does not wait."""
        self._writer.note(CALL, (
            call.run_id, call.address, call.attempt, call.number, clean(call.provider), clean(call.model),
            to_json(call.messages), call.started, call.first, call.ended, call.prompt_tokens, call.completion_tokens,
            optional_json(call.error),
        ))

    def note_log(self, line: LogRecord) -> None:
        """Store a log line with the next commit; does not wait."""
        self._writer.note(LOG, (line.run_id, line.address, line.at, line.level, clean(line.text)))

    async def flush(self) -> None:
        """Return once everything noted or recorded so far is committed.

        Raises:
            WeftError: `storage.full` when it cannot be.
        """
        while self._large:
            await asyncio.wait(self._large)
        await self._writer.call(lambda _: None)
        if self._writer.behind:
            raise failure("storage.full", "Lines of the run log wait for space on the disk.", "Free some space and go on.")

    # approvals

    async def ask(self, approval: ApprovalRecord) -> ApprovalRecord:
        """Register the question once and return what is known of it, answered or not. Durable across a power cut."""
        question = await self._packed(approval.question)
        row = (approval.run_id, approval.address, question.text, "waiting", "", approval.asked or time.time(), "")

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO approval (run_id, address, question, status, comment, asked, answered_by) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", row,
            )

        await self._durably(work, *question.blobs)
        known = await self._aside(self._runs.approval, approval.id)
        assert known is not None
        return known

    async def answer(
        self, approval_id: str, status: ApprovalStatus, *, answer: Json = None, comment: str = "", by: str = "",
    ) -> ApprovalRecord:
        """Answer a waiting question, exactly once. Durable across a power cut.

        Raises:
            WeftError: `approval.unknown` when there is none, `approval.answered` when somebody was faster.
        """
        run_id, _, address = approval_id.partition(":")
        row = (status, optional_json(answer), clean(comment), time.time(), clean(by), run_id, address)

        def work(connection: sqlite3.Connection) -> bool:
            return connection.execute(
                "UPDATE approval SET status = ?, answer = ?, comment = ?, answered = ?, answered_by = ? "
                "WHERE run_id = ? AND address = ? AND status = 'waiting'", row,
            ).rowcount == 1

        first = await self._durably(work)
        known = await self._aside(self._runs.approval, approval_id)
        if known is None:
            raise failure(
                "approval.unknown",
                phrase("There is no approval {approval_id}.", approval_id=approval_id),
                "See `weft approvals list`.",
            )
        if not first:
            raise failure(
                "approval.answered",
                phrase("The approval {approval_id} is {known} already.", approval_id=approval_id, known=phrase(known.status)),
                "Nothing is left to do.",
            )
        return known

    async def approvals(self, run_id: str | None = None, status: ApprovalStatus | None = None) -> Sequence[ApprovalRecord]:
        """Return approvals, newest first."""
        return await self._aside(self._runs.approvals, run_id, status)

    # shared

    async def _aside(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run what reads or writes files in a thread of the journal's own: the loop's are busy with what nodes do."""
        return await asyncio.get_running_loop().run_in_executor(self._helpers, work, *arguments)

    async def _durably(self, work: Callable[[sqlite3.Connection], Any], *blobs: bytes) -> Any:
        return await self._after_blobs(lambda: self._writer.call(work, durable=True), blobs)

    async def _after_blobs(self, submit: Callable[[], Awaitable[T]], blobs: Sequence[bytes]) -> T:
        """Store large values before the row that refers to them, whatever becomes of the caller."""
        if not blobs:
            return await submit()
        return await self._whatever_happens(self._store(submit, blobs))

    async def _whatever_happens(self, work: Coroutine[Any, Any, T]) -> T:
        """Bring work to its end also when the caller is cancelled."""
        task = asyncio.create_task(work)
        self._large.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    async def _packed(self, values: JsonObject) -> Packed:
        return await self._aside(_packed, values) if is_large(values) else _packed(values)

    async def _store(self, submit: Callable[[], Awaitable[T]], blobs: Sequence[bytes]) -> T:
        try:
            for data in blobs:
                await self._aside(self._blobs.put, data)
        except OSError as error:
            raise storage_error(error, self._blobs.root) from error
        return await submit()

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._large.discard(task)
        if not task.cancelled():
            task.exception()  # the caller may be gone


def _step_row(step: StepRecord) -> tuple[Row, tuple[bytes, ...]]:
    """Return the row of a step and the large values that it refers to."""
    try:
        ports, inputs = pack(step.ports), pack(step.inputs)
        return (
            step.run_id, step.path, step.node, step.status, ports.text, optional_json(step.error), step.started,
            step.ended, step.attempt, step.version, inputs.text, to_json(step.usage) if step.usage else "{}", int(step.kept),
        ), (*ports.blobs, *inputs.blobs)
    except (TypeError, ValueError, RecursionError) as error:
        raise failure(
            "step.not-json", phrase("The result cannot be stored as JSON: {error}.", error=error),
            "Return plain values: text, numbers, lists and objects.", node=step.node,
        ) from error


def _packed(values: JsonObject) -> Packed:
    try:
        return pack(values)
    except (TypeError, ValueError, RecursionError) as error:
        raise failure(
            "value.not-json", phrase("A value cannot be stored as JSON: {error}.", error=error), "Use plain values."
        ) from error
