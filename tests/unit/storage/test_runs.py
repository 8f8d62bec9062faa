"""Reading runs beside and without a writer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.api.stores import AttemptRecord, LogRecord, RunRecord, StepRecord
from storage.blobs import BlobStore
from storage.database import open_database
from storage.journal import SqliteJournal
from storage.paths import DataFolder
from storage.repositories.runs import RunRepository


async def test_nothing_is_there_before_the_first_start(folder: DataFolder) -> None:
    engine = open_database("journal", folder.journal_db, read_only=True)
    runs = RunRepository(engine, BlobStore(folder.blobs))
    assert runs.runs() == []
    assert runs.run("aaaa") is None
    assert [*runs.steps("aaaa"), *runs.attempts("aaaa"), *runs.log("aaaa"), *runs.approvals()] == []
    assert runs.approval("aaaa:b") is None
    engine.dispose()
    assert not folder.journal_db.exists()


@pytest.fixture
async def runs(journal: SqliteJournal, folder: DataFolder) -> RunRepository:
    for number in range(6):
        await journal.create_run(RunRecord(
            f"r{number}", f"w{number % 2}", "W", "v", "/", status="succeeded" if number < 3 else "waiting", started=number // 2,
        ))
    return journal._runs


async def test_runs_are_listed_newest_first(runs: RunRepository) -> None:
    assert [run.id for run in runs.runs()] == ["r5", "r4", "r3", "r2", "r1", "r0"]
    assert [run.id for run in runs.runs(limit=2)] == ["r5", "r4"]
    assert [run.id for run in runs.runs(limit=2, before="r4")] == ["r3", "r2"]
    assert [run.id for run in runs.runs(before="r1")] == ["r0"]
    assert [run.id for run in runs.runs(statuses=["succeeded"])] == ["r2", "r1", "r0"]
    assert [run.id for run in runs.runs(workflow_id="w1", statuses=["waiting"])] == ["r5", "r3"]
    assert runs.runs(limit=1)[0].ended is None


async def test_the_log_goes_on_behind_a_line(runs: RunRepository, journal: SqliteJournal) -> None:
    lines = [LogRecord("r1", "a" * (n % 2), float(n), "warning", f"{n}") for n in range(5)]
    for line in lines:
        journal.note_log(line)
    journal.note_log(LogRecord("r2", "", 1.0, "info", "other"))
    await journal.flush()
    found = runs.log("r1")
    assert [line for _, line in found] == lines
    assert runs.log("r1", after=found[2][0]) == found[3:]
    assert runs.log("r1", after=found[-1][0]) == []
    assert runs.log("r1", limit=2) == found[:2]


async def test_every_step_has_its_attempts(runs: RunRepository, journal: SqliteJournal) -> None:
    once = StepRecord("r1", "", "once", "succeeded", started=0.5, ended=2.0)
    await journal.record(once)
    await journal.record(replace(once, node="skipped", status="skipped"))
    await journal.record(replace(once, node="given", kept=True))
    last = StepRecord("r1", "each[0]/", "thrice", "failed", {}, {"text": "c"}, 1.0, 9.0, attempt=3)
    await journal.record(last)
    for number, error in ((1, "a"), (2, "b")):
        journal.note_attempt(AttemptRecord("r1", "each[0]/thrice", number, float(number), number + 0.5, {"text": error}))
    journal.note_attempt(AttemptRecord("r1", "running", 1, 7.0, 8.0, {"text": "again"}))
    await journal.flush()
    assert runs.attempts("r1") == [
        AttemptRecord("r1", "once", 1, 0.5, 2.0),
        AttemptRecord("r1", "each[0]/thrice", 1, 1.0, 1.5, {"text": "a"}),
        AttemptRecord("r1", "each[0]/thrice", 2, 2.0, 2.5, {"text": "b"}),
        AttemptRecord("r1", "each[0]/thrice", 3, 2.5, 9.0, {"text": "c"}),
        AttemptRecord("r1", "running", 1, 7.0, 8.0, {"text": "again"}),
    ]
