"""Questions to people: asked when reached, answered at any time, never waiting for other branches."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.api.context import RunContext
from engine.api.events import ApprovalAsked, StepFinished
from engine.model.issues import WeftError
from tests.helpers.engine import WORK, Engine, graph_of, open_engine, task, until

TWO_BRANCHES = graph_of(
    task("ask", kind="test.ask", text="Send {{ 1 + 1 }}?", payload={"n": 1}),
    task("behind"),
    task("slow", "slow"),
    task("end"),
    edges="ask > behind, slow > end, behind > end",
)


def asked(engine: Engine) -> list[ApprovalAsked]:
    return [event for event in engine.events if isinstance(event, ApprovalAsked)]


def finished(engine: Engine) -> list[str]:
    return [event.address for event in engine.events if isinstance(event, StepFinished)]


async def test_an_answer_is_taken_up_while_another_branch_runs(tmp_path: Path) -> None:
    slow_may_end = asyncio.Event()

    async def slow(_ctx: RunContext) -> None:
        await slow_may_end.wait()

    async with open_engine(tmp_path) as engine:
        WORK["slow"] = slow
        run = await engine.start(TWO_BRANCHES)
        await until(lambda: bool(asked(engine)))
        assert asked(engine)[0].question["text"] == "Send 2?"
        await engine.runner.answer(f"{run}:ask", "approved", payload={"n": 2}, comment="fine", by="ann")
        await until(lambda: "behind" in finished(engine))
        slow_may_end.set()
        result = await engine.runner.wait(run)
        step = (await engine.steps(run))["ask"]
    assert result.status == "succeeded"
    assert engine.kinds() == ["RunStarted", "RunFinished"]
    assert step.ports == {"out": {"approved": True, "payload": {"n": 2}, "comment": "fine"}}


async def test_a_run_rests_only_when_nothing_else_can_go_on(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        result = await engine.run(TWO_BRANCHES)
        assert (result.status, [one.address for one in result.waiting]) == ("waiting", ["ask"])
        assert finished(engine) == ["slow"]
        await engine.runner.answer(f"{result.run}:ask", "rejected", comment="no")
        again = await engine.resume(result.run)
        steps = await engine.steps(result.run)
    assert again.status == "succeeded"
    assert steps["ask"].ports["out"] == {"approved": False, "payload": None, "comment": "no"}


async def test_several_questions_are_answered_in_any_order_across_restarts(tmp_path: Path) -> None:
    graph = graph_of(
        *(task(name, kind="test.ask") for name in ("ask1", "ask2", "ask3")),
        *(task(f"b{i}") for i in (1, 2, 3)),
        task("end"),
        edges="ask1 > b1, ask2 > b2, ask3 > b3, b1 > end, b2 > end, b3 > end",
    )
    async with open_engine(tmp_path) as engine:
        result = await engine.run(graph)
        assert sorted(one.address for one in result.waiting) == ["ask1", "ask2", "ask3"]
    for number, (name, left) in enumerate((("ask2", ["ask1", "ask3"]), ("ask3", ["ask1"]), ("ask1", []))):
        async with open_engine(tmp_path) as engine:
            await engine.runner.answer(f"{result.run}:{name}", "approved")
            now = await engine.resume(result.run)
            assert sorted(one.address for one in now.waiting) == left, number
    assert now.status == "succeeded"


async def test_an_answer_is_applied_once(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        run = (await engine.run(TWO_BRANCHES)).run
        await engine.runner.answer(f"{run}:ask", "approved", by="ann")
        for approval, code in (
            (f"{run}:ask", "approval.answered"),
            (f"{run}:nobody", "approval.unknown"),
            ("x", "approval.unknown"),
        ):
            with pytest.raises(WeftError) as caught:
                await engine.runner.answer(approval, "rejected", by="bob")
            assert caught.value.issue.code == code


async def test_a_failed_branch_leaves_the_question_open(tmp_path: Path) -> None:
    async def fail(_ctx: RunContext) -> None:
        raise OSError("down")

    async with open_engine(tmp_path) as engine:
        WORK["slow"] = fail
        result = await engine.run(TWO_BRANCHES)
        assert (result.status, [one.address for one in result.waiting]) == ("waiting", ["ask"])
        await engine.runner.answer(f"{result.run}:ask", "approved")
        del WORK["slow"]
        assert (await engine.resume(result.run)).status == "succeeded"


async def test_a_time_limit_does_not_run_while_a_person_thinks(tmp_path: Path) -> None:
    slow_may_end = asyncio.Event()

    async def slow(_ctx: RunContext) -> None:
        await slow_may_end.wait()

    graph = graph_of(task("ask", kind="test.ask", options={"time_limit": 0.02}), task("slow", "slow"))
    async with open_engine(tmp_path) as engine:
        WORK["slow"] = slow
        run = await engine.start(graph)
        await until(lambda: bool(asked(engine)))
        await asyncio.sleep(0.1)
        await engine.runner.answer(f"{run}:ask", "approved")
        slow_may_end.set()
        assert (await engine.runner.wait(run)).status == "succeeded"


async def test_cancel_withdraws_open_questions(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        run = (await engine.run(TWO_BRANCHES)).run
        assert await engine.runner.cancel(run)
        assert [one.status for one in await engine.journal.approvals(run)] == ["withdrawn"]
        with pytest.raises(WeftError) as caught:
            await engine.runner.answer(f"{run}:ask", "approved")
        assert caught.value.issue.code == "approval.answered"
        with pytest.raises(WeftError):
            await engine.resume(run)
