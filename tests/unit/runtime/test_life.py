"""Whatever happens at whatever moment, a run ends once, with the right word, and can go on when it should."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from engine.api.context import Question, RunContext
from engine.api.events import ApprovalAsked, RunFinished
from engine.model.issues import Issue, WeftError
from tests.helpers.engine import WORK, Engine, graph_of, kept, open_engine, task, until

CHAIN = graph_of(task("a", "step"), task("b", "step"), task("c", "step"), edges="a > b, b > c")


def ends(engine: Engine, run: str) -> list[str]:
    return [event.status for event in engine.events if isinstance(event, RunFinished) and event.run == run]


async def stored(engine: Engine, run: str) -> str:
    record = await engine.journal.run(run)
    assert record is not None
    return record.status


async def test_cancel_at_once(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        run = await engine.start(CHAIN)
        assert await engine.runner.cancel(run)
        assert (await stored(engine, run), ends(engine, run)) == ("cancelled", ["cancelled"])


async def test_cancels_at_any_moment(tmp_path: Path) -> None:
    async def step(_ctx: RunContext) -> None:
        await asyncio.sleep(0)

    told: Counter[str] = Counter()
    async with open_engine(tmp_path) as engine:
        WORK["step"] = step
        for ticks in range(60):
            run = await engine.start(CHAIN)
            for _ in range(ticks):
                await asyncio.sleep(0.0002)
            first = asyncio.create_task(engine.runner.cancel(run))
            for _ in range(ticks % 7):
                await asyncio.sleep(0)
            second = asyncio.create_task(engine.runner.cancel(run))
            stopped = [await first, await second]
            status = await stored(engine, run)
            told[status] += 1
            assert ends(engine, run) == [status], ticks
            assert any(stopped) == (status == "cancelled")
    assert told["cancelled"] > 5
    assert told["succeeded"] > 5


async def test_close_right_after_start_runs_nothing_more(tmp_path: Path) -> None:
    ran: list[str] = []

    async def step(ctx: RunContext) -> None:
        ran.append(ctx.address)

    async with open_engine(tmp_path) as engine:
        WORK["step"] = step
        run = await engine.start(CHAIN)
        await engine.runner.close(grace=1e6)
        assert (await stored(engine, run), ends(engine, run), len(ran) < 3) == ("stopped", ["stopped"], True)
        with pytest.raises(WeftError, match="closing"):
            await engine.start(CHAIN)
        with pytest.raises(WeftError, match="closing"):
            await engine.resume(run)


async def test_drain_right_after_start(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        run = await engine.start(CHAIN)
        assert await engine.runner.drain(run)
        assert (await engine.runner.wait(run)).status == "stopped"
        assert (await engine.resume(run)).status == "succeeded"


ASK = graph_of(task("ask", kind="test.ask"), task("behind", "step"), edges="ask > behind")


@pytest.mark.parametrize("ticks", range(8))
async def test_cancel_and_resume_at_once(tmp_path: Path, ticks: int) -> None:
    ran: list[str] = []

    async def step(ctx: RunContext) -> None:
        ran.append(ctx.address)

    async with open_engine(tmp_path) as engine:
        WORK["step"] = step
        run = (await engine.run(ASK)).run
        await engine.runner.answer(f"{run}:ask", "approved")
        resumed = asyncio.create_task(engine.runner.resume(run))
        for _ in range(ticks):
            await asyncio.sleep(0.0005)
        cancelled = await engine.runner.cancel(run)
        await asyncio.wait([resumed])
        while engine.runner.active():  # noqa: ASYNC110 - it ends by itself
            await asyncio.sleep(0.001)
        status = await stored(engine, run)
        assert status == ("cancelled" if cancelled else "succeeded")
        assert ends(engine, run)[-1] == status or resumed.exception() is not None


async def test_two_resumes_are_one(tmp_path: Path) -> None:
    ran: list[str] = []

    async def step(ctx: RunContext) -> None:
        ran.append(ctx.address)

    async with open_engine(tmp_path) as engine:
        WORK["step"] = step
        run = (await engine.run(ASK)).run
        await engine.runner.answer(f"{run}:ask", "approved")
        began = await asyncio.gather(engine.runner.resume(run), engine.runner.resume(run))
        assert (await engine.runner.wait(run)).status == "succeeded"
    assert (sorted(began), ran, ends(engine, run)) == ([False, True], ["behind"], ["waiting", "succeeded"])


async def test_an_answer_while_the_run_comes_to_rest_is_not_lost(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        for ticks in range(25):
            run = await engine.start(ASK)
            await until(lambda: any(isinstance(event, ApprovalAsked) for event in engine.events))
            engine.events.clear()
            for _ in range(ticks):
                await asyncio.sleep(0.0001)
            await engine.runner.answer(f"{run}:ask", "approved")
            if await engine.runner.resume(run, retry_failed=False) or run in engine.runner.active():
                await engine.runner.wait(run)
            assert await stored(engine, run) == "succeeded", ticks


async def test_an_answer_does_not_repeat_failed_steps(tmp_path: Path) -> None:
    paid: list[str] = []

    async def pay(ctx: RunContext) -> None:
        paid.append(ctx.address)
        raise WeftError(Issue("test.refused", "Refused."))

    graph = graph_of(task("ask", kind="test.ask"), task("pay", "pay"))
    async with open_engine(tmp_path) as engine:
        WORK["pay"] = pay
        run = (await engine.run(graph)).run
        await engine.runner.answer(f"{run}:ask", "approved")
        await engine.runner.resume(run, retry_failed=False)
        assert (await engine.runner.wait(run)).status == "failed"
        assert paid == ["pay"]
        assert (await engine.resume(run)).status == "failed"
        assert paid == ["pay", "pay"]


@pytest.mark.parametrize(
    "error", [SystemExit(3), KeyboardInterrupt(), BaseException("x"), asyncio.CancelledError("from a library")]
)
async def test_what_a_node_lets_out_is_an_error_of_its_step(tmp_path: Path, error: BaseException) -> None:
    async def break_(_ctx: RunContext) -> None:
        raise error

    graph = graph_of(task("bad", "break"), task("good", value=1))
    async with open_engine(tmp_path) as engine:
        WORK["break"] = break_
        result = await engine.run(graph)
        steps = await engine.steps(result.run)
    assert result.error is not None
    assert (result.status, result.error["code"], result.error["node"]) == ("failed", "step.error", "bad")
    assert steps["good"].status == "succeeded"


async def test_values_that_no_database_takes_are_errors_of_their_step(tmp_path: Path) -> None:
    async def huge(_ctx: RunContext) -> int:
        return 10**5000

    async def odd_usage(ctx: RunContext) -> None:
        ctx.use(tokens=float("nan"))

    graph = graph_of(task("huge", "huge"), task("usage", "usage"), task("good", value=1))
    async with open_engine(tmp_path) as engine:
        WORK.update(huge=huge, usage=odd_usage)
        result = await engine.run(graph)
        steps = await engine.steps(result.run)
    assert {name: step.status for name, step in steps.items()} == {"huge": "failed", "usage": "failed", "good": "succeeded"}


async def test_a_kept_step_in_the_middle(tmp_path: Path) -> None:
    async def slow(_ctx: RunContext) -> str:
        await asyncio.sleep(0.01)
        return "fresh a"

    value = "{{ nodes.a.output }} {{ nodes.b.output }}"
    graph = graph_of(task("a", "slow"), task("b"), task("c", kind="test.result", value=value), edges="a > b, b > c")
    async with open_engine(tmp_path) as engine:
        WORK["slow"] = slow
        assert (await engine.run(graph, keep=[kept("b", "kept b")])).outputs == {"result": "fresh a kept b"}


async def test_langgraph_may_be_ahead_of_the_journal(tmp_path: Path) -> None:
    """As after a power cut that took the journal's last rows."""
    async with open_engine(tmp_path) as engine:
        run = (await engine.run(ASK)).run
        await engine.runner.answer(f"{run}:ask", "approved")
        await engine.resume(run)
        await engine.journal._writer.call(lambda connection: connection.execute("DELETE FROM step WHERE node = 'behind'"))
        await engine.journal.update_run(run, "stopped")
        assert (await engine.resume(run)).status == "succeeded"
        assert set(await engine.steps(run)) == {"ask", "behind"}


async def test_attempts_are_counted_on_after_a_resume(tmp_path: Path) -> None:
    calls = 0

    async def flaky(ctx: RunContext) -> int:
        nonlocal calls
        calls += 1
        if calls <= 2:
            raise WeftError(Issue("test.busy", f"Busy {calls}."), retryable=True)
        return ctx.attempt

    graph = graph_of(task("a", "flaky", options={"retry": {"attempts": 2, "delay": 0}}))
    async with open_engine(tmp_path) as engine:
        WORK["flaky"] = flaky
        run = (await engine.run(graph)).run
        assert (await engine.resume(run)).status == "succeeded"
        assert (await engine.steps(run))["a"].attempt == 3
        assert await engine.journal.attempts(run) == {"a": 2}


async def test_a_pause_longer_than_the_policy_allows_is_none(tmp_path: Path) -> None:
    async def busy(_ctx: RunContext) -> None:
        raise WeftError(Issue("test.busy", "Busy."), retryable=True, retry_after=31_536_000)

    graph = graph_of(task("a", "busy", options={"retry": {"attempts": 5, "max_delay": 5}}))
    async with open_engine(tmp_path) as engine:
        WORK["busy"] = busy
        result = await engine.run(graph)
        assert (result.status, (await engine.steps(result.run))["a"].attempt) == ("failed", 1)


async def test_the_time_limit_goes_on_after_the_answer(tmp_path: Path) -> None:
    async def ask_and_work(ctx: RunContext) -> None:
        await ctx.ask(Question("Go on?"))
        await asyncio.sleep(60)

    graph = graph_of(task("a", "ask", options={"time_limit": 0.05}), task("slow", "wait"))
    over = asyncio.Event()

    async def wait(_ctx: RunContext) -> None:
        await over.wait()

    async with open_engine(tmp_path) as engine:
        WORK.update(ask=ask_and_work, wait=wait)
        run = await engine.start(graph)
        await until(lambda: any(isinstance(event, ApprovalAsked) for event in engine.events))
        await engine.runner.answer(f"{run}:a", "approved")
        await until(lambda: any(getattr(event, "error", None) for event in engine.events))
        over.set()
        result = await engine.runner.wait(run)
    assert result.error is not None
    assert result.error["code"] == "step.time-limit"


async def test_feedback_can_be_kept_back(tmp_path: Path) -> None:
    heard: list[str] = []

    async def answer(ctx: RunContext) -> int:
        heard.append(ctx.feedback)
        return 0

    options = {"retry": {"attempts": 2, "delay": 0}, "accept": {"expression": "output > 1", "feedback": False}}
    async with open_engine(tmp_path) as engine:
        WORK["answer"] = answer
        await engine.run(graph_of(task("a", "answer", options=options)))  # type: ignore[arg-type]
    assert heard == ["", ""]
