"""The journal: what was recorded comes back, in order, and nothing is lost on the way."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from engine.api.stores import ApprovalRecord, AttemptRecord, Journal, LogRecord, RunRecord, StepRecord
from engine.model.issues import WeftError
from engine.model.values import Json
from storage.database import open_database
from storage.journal import SqliteJournal
from storage.paths import DataFolder
from storage.repositories.runs import RunRepository

RUN = RunRecord("aaaa", "w", "티켓 분류", "v" * 64, "/home/ann", {"tickets": "t.csv"}, "running", 10.5, trigger="schedule")


def step(node: str, value: Json = None, *, run: str = "aaaa", path: str = "", **more: object) -> StepRecord:
    record = StepRecord(run, path, node, "succeeded", {"out": value}, None, 1.25, 2.5)
    return replace(record, **more)  # type: ignore[arg-type]


async def test_a_run_comes_back_whole(journal: SqliteJournal) -> None:
    checked: Journal = journal
    await checked.create_run(RUN)
    assert await checked.run("aaaa") == RUN
    assert await checked.run("bbbb") is None
    failed: dict[str, Json] = {"code": "node.failed", "text": "no"}
    await checked.update_run("aaaa", "failed", ended=12.0, error=failed)
    assert await checked.run("aaaa") == replace(RUN, status="failed", ended=12.0, error=failed)
    await checked.update_run("aaaa", "running")
    assert await checked.run("aaaa") == RUN
    await checked.update_run("aaaa", "succeeded", ended=13.0, outputs={"report": "x" * 50_000})
    await checked.update_run("aaaa", "succeeded")
    assert await checked.run("aaaa") == replace(RUN, status="succeeded", ended=13.0, outputs={"report": "x" * 50_000})


async def test_a_run_exists_once(journal: SqliteJournal) -> None:
    await journal.create_run(RUN)
    with pytest.raises(WeftError, match="aaaa") as twice:
        await journal.create_run(replace(RUN, workflow="other"))
    with pytest.raises(WeftError, match="bbbb") as unknown:
        await journal.update_run("bbbb", "failed")
    assert (twice.value.issue.code, unknown.value.issue.code) == ("run.exists", "run.unknown")
    assert await journal.run("aaaa") == RUN


async def test_steps_come_back_in_order_of_commit(journal: SqliteJournal) -> None:
    steps = [step(f"n{i}", i, path="each[3]/", inputs={"in": {"from": "a", "seq": i}}, usage={"tokens": i}) for i in range(500)]
    steps[7] = replace(steps[7], status="failed", ports={}, error={"text": "\ud800"}, kept=True, attempt=3, version=2)
    numbers = await asyncio.gather(*(journal.record(record) for record in steps))
    assert numbers == sorted(set(numbers))
    assert await journal.load("aaaa") == [replace(record, seq=seq) for record, seq in zip(steps, numbers, strict=True)]
    assert await journal.load("bbbb") == []
    assert journal.commits < 10


async def test_a_step_recorded_again_replaces_the_row_and_moves_to_the_end(journal: SqliteJournal) -> None:
    first, other, again = await asyncio.gather(*(journal.record(step(n, v)) for n, v in (("a", 1), ("b", 2), ("a", 3))))
    once_more = await journal.record(step("a", 4))
    assert first < other < again < once_more
    found = [(record.seq, record.node, record.ports["out"]) for record in await journal.load("aaaa")]
    assert found == [(other, "b", 2), (once_more, "a", 4)]


async def test_failed_steps_are_forgotten_for_a_retry(journal: SqliteJournal) -> None:
    for node, run in (("a", "aaaa"), ("b", "aaaa"), ("c", "bbbb")):
        await journal.record(step(node, run=run, status="failed" if node != "a" else "succeeded"))
    await journal.forget_failed("aaaa")
    assert [record.node for record in await journal.load("aaaa")] == ["a"]
    assert [record.node for record in await journal.load("bbbb")] == ["c"]


async def test_large_values_are_kept_apart_and_come_back_whole(journal: SqliteJournal, folder: DataFolder) -> None:
    values: dict[str, Json] = {"text": "가" * 20_000, "rows": [[1.5, None, "x"]] * 10_000, "small": 1, "ref": {"$blob": "no"}}
    await journal.record(step("a", ports=values, inputs={"in": "y" * 40_000}))
    (loaded,) = await journal.load("aaaa")
    assert loaded.ports == values
    assert loaded.inputs == {"in": "y" * 40_000}
    database = sqlite3.connect(folder.journal_db)
    assert len(database.execute("SELECT ports FROM step").fetchone()[0]) < 2000
    database.close()
    assert len(list(folder.blobs.rglob("*/*"))) == 4


async def test_a_lost_blob_is_named(journal: SqliteJournal, folder: DataFolder) -> None:
    await journal.record(step("a", "x" * 40_000))
    for blob in folder.blobs.rglob("*/*"):
        blob.unlink()
    with pytest.raises(WeftError) as caught:
        await journal.load("aaaa")
    assert caught.value.issue.code == "blob.missing"


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, b"x", object()])
async def test_a_value_that_is_not_json_names_its_step(value: object, journal: SqliteJournal) -> None:
    with pytest.raises(WeftError) as caught:
        await journal.record(step("sort", value))  # type: ignore[arg-type]
    assert (caught.value.issue.code, caught.value.issue.node) == ("step.not-json", "sort")


async def test_one_bad_row_does_not_fail_its_neighbours(journal: SqliteJournal) -> None:
    records = [step("a", 1), step("b\ud800", 2), step("c", 3), step("d", 4, version="1\ud800"), step("e", 5)]
    results = await asyncio.gather(*(journal.record(record) for record in records), return_exceptions=True)
    assert [type(result) for result in results] == [int, WeftError, int, WeftError, int]
    assert [record.node for record in await journal.load("aaaa")] == ["a", "c", "e"]


async def test_a_lock_that_is_not_given_back_fails_the_waiter_and_nothing_else(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("storage.sqlite.BUSY_MS", 20)
    journal = SqliteJournal(folder)
    other = sqlite3.connect(folder.journal_db, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(WeftError) as caught:
        await journal.record(step("a"))
    assert caught.value.issue.code == "storage.busy"
    other.execute("ROLLBACK")
    await journal.record(step("b"))
    assert [record.node for record in await journal.load("aaaa")] == ["b"]
    other.close()
    journal.close()


@pytest.mark.parametrize("bad", [replace(step("a"), started=float("nan")), replace(step("a"), attempt=2**70)])
async def test_a_number_that_no_database_holds_is_refused(bad: StepRecord, journal: SqliteJournal) -> None:
    with pytest.raises(WeftError) as caught:
        await journal.record(bad)
    assert caught.value.issue.code == "storage.value"


async def test_a_row_is_stored_although_the_caller_is_cancelled(journal: SqliteJournal) -> None:
    small, large = (asyncio.create_task(journal.record(step(node, value))) for node, value in (("a", 1), ("b", "x" * 99_999)))
    await asyncio.sleep(0)
    small.cancel()
    large.cancel()
    await asyncio.wait([small, large])
    assert small.cancelled()
    assert large.cancelled()
    await journal.flush()
    assert {record.node for record in await journal.load("aaaa")} == {"a", "b"}


async def test_notes_ride_along_in_order(journal: SqliteJournal, folder: DataFolder) -> None:
    await journal.flush()
    before = journal.commits
    for number in range(300):
        journal.note_log(LogRecord("aaaa", "a", float(number), "info", f"line {number}\0\ud800"))
    journal.note_attempt(AttemptRecord("aaaa", "a", 1, 1.0, 2.0, {"text": "busy"}))
    await journal.record(step("a", attempt=2, ended=5.0))
    assert journal.commits == before + 1
    engine = open_database("journal", folder.journal_db, read_only=True)
    runs = RunRepository(engine, journal._blobs)
    assert [line.text for _, line in runs.log("aaaa")] == [f"line {number}?" for number in range(300)]
    assert runs.attempts("aaaa") == [
        AttemptRecord("aaaa", "a", 1, 1.0, 2.0, {"text": "busy"}), AttemptRecord("aaaa", "a", 2, 2.0, 5.0),
    ]
    engine.dispose()


async def test_notes_are_stored_although_nothing_follows(journal: SqliteJournal, folder: DataFolder) -> None:
    journal.note_log(LogRecord("aaaa", "", 1.0, "info", "alone"))
    engine = open_database("journal", folder.journal_db, read_only=True)
    runs = RunRepository(engine, journal._blobs)
    for _ in range(10_000):
        if runs.log("aaaa"):
            break
        await asyncio.sleep(0.001)
    journal.note_log(LogRecord("aaaa", "", 2.0, "info", "last"))
    journal.close()
    assert [line.text for _, line in runs.log("aaaa")] == ["alone", "last"]
    engine.dispose()


async def test_after_the_end_nothing_hangs(journal: SqliteJournal) -> None:
    waiting = asyncio.create_task(journal.record(step("a")))
    await asyncio.sleep(0)
    journal.close()
    journal.close()
    assert await waiting == 1
    with pytest.raises(WeftError) as caught:
        await journal.record(step("b"))
    assert caught.value.issue.code == "storage.closed"


async def test_a_question_is_answered_once(journal: SqliteJournal) -> None:
    asked = ApprovalRecord("aaaa", "each[3]/ask", {"text": "Send?", "draft": "x" * 40_000}, asked=5.0)
    assert await journal.ask(asked) == asked
    answers = await asyncio.gather(
        *(journal.answer(asked.id, "approved", answer={"n": n}, comment="ok\0", by="ann") for n in range(5)),
        return_exceptions=True,
    )
    first = [answer for answer in answers if isinstance(answer, ApprovalRecord)]
    codes = {answer.issue.code for answer in answers if isinstance(answer, WeftError)}
    assert len(first) == 1
    assert codes == {"approval.answered"}
    assert (first[0].status, first[0].comment, first[0].by) == ("approved", "ok", "ann")
    assert await journal.ask(asked) == first[0]
    with pytest.raises(WeftError) as caught:
        await journal.answer("aaaa:other", "approved")
    assert caught.value.issue.code == "approval.unknown"


async def test_approvals_are_listed_newest_first(journal: SqliteJournal) -> None:
    for number in range(3):
        await journal.ask(ApprovalRecord("aaaa", f"a{number}", {}, asked=float(number + 1)))
    await journal.ask(ApprovalRecord("bbbb", "b", {}, asked=9.0))
    await journal.answer("aaaa:a1", "rejected", answer=12345678901234567890)
    assert [approval.address for approval in await journal.approvals()] == ["b", "a2", "a1", "a0"]
    assert [approval.address for approval in await journal.approvals("aaaa", "waiting")] == ["a2", "a0"]
    assert [approval.answer for approval in await journal.approvals(status="rejected")] == [12345678901234567890]


@pytest.mark.parametrize("durable", [True, False])
async def test_what_promises_something_outward_is_forced_to_the_disk(durable: bool, journal: SqliteJournal) -> None:
    await journal._writer.call(lambda _: None, durable=not durable)
    if durable:
        await journal.ask(ApprovalRecord("aaaa", "ask", {}))
    else:
        await journal.record(step("a"))
    seen = await journal._writer.call(lambda connection: connection.execute("PRAGMA synchronous").fetchone()[0], durable=durable)
    assert seen == (2 if durable else 1)
    assert journal._writer._full is durable


async def test_a_thousand_steps_of_another_run_do_not_show(journal: SqliteJournal) -> None:
    await asyncio.gather(*(journal.record(step(f"n{i}", run="bbbb")) for i in range(1000)))
    await journal.record(step("a"))
    assert [record.node for record in await journal.load("aaaa")] == ["a"]


async def test_another_program_reads_while_this_one_writes(journal: SqliteJournal, folder: DataFolder, tmp_path: Path) -> None:
    engine = open_database("journal", folder.journal_db, read_only=True)
    runs = RunRepository(engine, journal._blobs)
    seen: list[int] = []

    async def watch() -> None:
        while len(seen) < 5 or seen[-1] < 300:
            seen.append(len(await asyncio.to_thread(runs.steps, "aaaa")))

    async def work() -> None:
        for number in range(300):
            await journal.record(step(f"n{number}"))

    await asyncio.gather(watch(), work())
    assert seen == sorted(seen)
    engine.dispose()
