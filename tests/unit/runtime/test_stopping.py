"""Drain, cancel, shutdown, and what is left when LangGraph's records are."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.api.context import RunContext
from engine.api.events import StepFailed
from engine.model.issues import Issue, WeftError
from storage.paths import DataFolder
from tests.helpers.engine import WORK, graph_of, open_engine, task, until

CHAIN = graph_of(task("a", "note"), task("b", "hold"), task("c", "note"), task("d", "note"), edges="a > b, b > c, c > d")


class Holding:
    """Notes which steps ran; `hold` waits until let go."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.go = asyncio.Event()
        self.cancelled = 0
        WORK.update(note=self.note, hold=self.hold)

    async def note(self, ctx: RunContext) -> str:
        self.ran.append(ctx.address)
        return ctx.address

    async def hold(self, ctx: RunContext) -> str:
        self.ran.append(ctx.address)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return ctx.address


async def test_drain_finishes_what_runs_and_resume_repeats_nothing(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        work = Holding()
        run = await engine.start(CHAIN)
        await until(lambda: "b" in work.ran)
        assert await engine.runner.drain(run)
        work.go.set()
        assert (await engine.runner.wait(run)).status == "stopped"
        assert work.ran == ["a", "b"]
        assert (await engine.resume(run)).status == "succeeded"
        assert work.ran == ["a", "b", "c", "d"]
        assert not await engine.runner.drain(run)


async def test_drain_takes_questions_to_rest(tmp_path: Path) -> None:
    graph = graph_of(task("ask", kind="test.ask"), task("b", "hold"), task("c", "note"), edges="b > c")
    async with open_engine(tmp_path) as engine:
        work = Holding()
        run = await engine.start(graph)
        await until(lambda: work.ran == ["b"])
        await engine.runner.drain(run)
        work.go.set()
        result = await engine.runner.wait(run)
    assert (result.status, [one.address for one in result.waiting], work.ran) == ("stopped", ["ask"], ["b"])


async def test_drain_ends_the_pause_before_another_attempt(tmp_path: Path) -> None:
    failed = asyncio.Event()

    async def fail(_ctx: RunContext) -> None:
        failed.set()
        raise WeftError(Issue("test.busy", "Busy."), retryable=True)

    graph = graph_of(task("a", "fail", options={"retry": {"attempts": 2, "delay": 60}}))
    async with open_engine(tmp_path) as engine:
        WORK["fail"] = fail
        run = await engine.start(graph)
        await failed.wait()
        await until(lambda: any(isinstance(event, StepFailed) for event in engine.events))
        await engine.runner.drain(run)
        assert (await engine.runner.wait(run)).status == "stopped"


async def test_cancel_is_now_and_for_good(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        work = Holding()
        run = await engine.start(CHAIN)
        await until(lambda: "b" in work.ran)
        task_result = asyncio.create_task(engine.runner.wait(run))
        await asyncio.sleep(0)
        assert await engine.runner.cancel(run)
        assert (await task_result).status == "cancelled"
        assert (work.ran, work.cancelled) == (["a", "b"], 1)
        assert not await engine.runner.cancel(run)
        with pytest.raises(WeftError) as caught:
            await engine.resume(run)
        assert caught.value.issue.code == "run.finished"
        with pytest.raises(WeftError) as caught:
            await engine.runner.cancel("nobody")
        assert caught.value.issue.code == "run.unknown"


@pytest.mark.parametrize("how", ["cancel", "drain"])
async def test_a_stopped_run_has_the_outputs_that_were_given(tmp_path: Path, how: str) -> None:
    graph = graph_of(task("end", kind="test.result", value=3), task("b", "hold"), task("c"), edges="end.result > b, b > c")
    async with open_engine(tmp_path) as engine:
        work = Holding()
        run = await engine.start(graph)
        await until(lambda: "b" in work.ran)
        ended = asyncio.create_task(engine.runner.wait(run))
        stopping = asyncio.create_task(getattr(engine.runner, how)(run))
        await asyncio.sleep(0)
        work.go.set()
        await stopping
        assert (await ended).outputs == {"result": 3}
        known = await engine.journal.run(run)
    assert known is not None
    assert known.outputs == {"result": 3}


async def test_closing_the_program_leaves_runs_resumable(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        work = Holding()
        run = await engine.start(CHAIN)
        await until(lambda: "b" in work.ran)
        await engine.runner.close(grace=0.01)
        assert work.cancelled == 1
    async with open_engine(tmp_path) as engine:
        work = Holding()
        work.go.set()
        stored = await engine.journal.run(run)
        assert stored is not None
        assert stored.status == "stopped"
        assert (await engine.resume(run)).status == "succeeded"
        assert work.ran == ["b", "c", "d"]


def empty_tables(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM writes")
        db.execute("DELETE FROM checkpoints")
    db.close()


def garble(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE checkpoints SET checkpoint = x'c1c1c1'")
    db.close()


def remove(path: Path) -> None:
    for part in path.parent.glob(path.name + "*"):
        part.unlink()


@pytest.mark.parametrize("damage", [empty_tables, garble, remove])
async def test_the_journal_alone_is_enough_to_go_on(
    tmp_path: Path, damage: Callable[[Path], None], expect_log: Callable[[str], None]
) -> None:
    graph = graph_of(task("a", "note"), task("ask", kind="test.ask"), task("c", "note"), edges="a > ask, ask > c")
    async with open_engine(tmp_path) as engine:
        work = Holding()
        run = (await engine.run(graph)).run
    damage(DataFolder(tmp_path).checkpoints_db)
    if damage is garble:
        expect_log("LangGraph's checkpoint of run .* cannot be read")
    async with open_engine(tmp_path) as engine:
        work = Holding()
        await engine.runner.answer(f"{run}:ask", "approved")
        assert (await engine.resume(run)).status == "succeeded"
        assert work.ran == ["c"]
