"""Breakpoints and stepping: a step that is about to start waits, others go on, and a paused run ends in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.api.context import RunContext
from engine.api.events import RunFinished, StepPaused, StepStarted
from engine.runtime.debug import Go
from tests.helpers.engine import WORK, Engine, graph_of, open_engine, task, until

CHAIN = graph_of(task("a", "note"), task("b", "note"), task("c", "note"), edges="a > b, b > c")
FORK = graph_of(task("a", "note"), task("b", "note"), task("c", "note"), task("d", "note"), edges="a > b, a > c, c > d")
Ran = list[str]


def noting() -> Ran:
    ran: Ran = []

    async def note(ctx: RunContext) -> str:
        ran.append(ctx.address)
        return ctx.address

    WORK["note"] = note
    return ran


def paused(engine: Engine) -> list[str]:
    """Return the steps that paused so far, in order."""
    return [event.address for event in engine.events if isinstance(event, StepPaused)]


async def pauses(engine: Engine, *steps: str) -> None:
    await until(lambda: paused(engine) == list(steps))


async def test_a_step_with_a_breakpoint_waits_before_its_first_attempt_and_others_go_on(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        ran = noting()
        run = await engine.start(FORK)
        assert engine.runner.debug(run, ["b"])
        await until(lambda: ran == ["a", "c", "d"])
        assert paused(engine) == ["b"]
        assert not any(isinstance(event, StepStarted) and event.address == "b" for event in engine.events)
        assert run in engine.runner.active()
        assert engine.runner.debug(run, go="continue")
        assert (await engine.runner.wait(run)).status == "succeeded"
        assert ran == ["a", "c", "d", "b"]
        assert not engine.runner.debug(run, go="continue")


async def test_stepping_lets_one_step_go_on_at_a_time(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        ran = noting()
        run = await engine.start(FORK)
        engine.runner.debug(run, go="step")
        await pauses(engine, "a")
        assert ran == []
        engine.runner.debug(run, go="step")
        await pauses(engine, "a", "b", "c")
        engine.runner.debug(run, go="step")
        await until(lambda: ran == ["a", "b"])
        engine.runner.debug(run, go="continue")
        assert (await engine.runner.wait(run)).status == "succeeded"
        assert ran == ["a", "b", "c", "d"]


async def test_breakpoints_can_be_set_and_taken_away_while_it_runs(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        noting()
        run = await engine.start(CHAIN)
        engine.runner.debug(run, ["a"])
        await pauses(engine, "a")
        engine.runner.debug(run, ["b"], "continue")
        await pauses(engine, "a", "b")
        engine.runner.debug(run, [], "step")
        await pauses(engine, "a", "b", "c")
        engine.runner.debug(run, go="continue")
        assert (await engine.runner.wait(run)).status == "succeeded"


async def test_a_pinned_step_pauses_and_a_skipped_one_does_not(tmp_path: Path) -> None:
    graph = graph_of(
        task("choose", kind="test.choose", chosen=["a"]), task("a", options={"pinned": {"out": 1}}), task("b"),
        edges="choose.a > a, choose.b > b",
    )  # fmt: skip
    async with open_engine(tmp_path) as engine:
        run = await engine.start(graph)
        engine.runner.debug(run, ["a", "b"])
        await pauses(engine, "a")
        engine.runner.debug(run, go="continue")
        assert (await engine.runner.wait(run)).status == "succeeded"
        assert paused(engine) == ["a"]


async def test_a_question_does_not_take_a_run_to_rest_while_a_step_is_paused(tmp_path: Path) -> None:
    graph = graph_of(task("ask", kind="test.ask"), task("b", "note"), task("c", "note"), edges="b > c")
    async with open_engine(tmp_path) as engine:
        ran = noting()
        run = await engine.start(graph)
        engine.runner.debug(run, ["b", "c"])
        await pauses(engine, "b")
        engine.runner.debug(run, go="continue")
        await pauses(engine, "b", "c")
        assert not any(isinstance(event, RunFinished) for event in engine.events)
        engine.runner.debug(run, go="continue")
        assert (await engine.runner.wait(run)).status == "waiting"
        assert ran == ["b", "c"]


async def test_a_step_pauses_once_though_its_question_takes_the_run_to_rest_and_back(tmp_path: Path) -> None:
    graph = graph_of(task("ask", kind="test.ask"), task("slow", "slow"))
    gone = asyncio.Event()

    async def slow(_ctx: RunContext) -> None:
        await gone.wait()

    async with open_engine(tmp_path) as engine:
        WORK["slow"] = slow
        run = await engine.start(graph)
        engine.runner.debug(run, ["ask"])
        await pauses(engine, "ask")
        engine.runner.debug(run, go="continue")
        await until(lambda: any(type(event).__name__ == "ApprovalAsked" for event in engine.events))
        await engine.runner.answer(f"{run}:ask", "approved")
        gone.set()
        assert (await engine.runner.wait(run)).status == "succeeded"
        assert paused(engine) == ["ask"]


async def drained(engine: Engine, run: str) -> None:
    assert await engine.runner.drain(run)


async def closed(engine: Engine, _run: str) -> None:
    await engine.runner.close(grace=0.5)


@pytest.mark.parametrize("stop", [drained, closed])
async def test_a_paused_run_that_is_stopped_can_be_resumed_and_pauses_no_more(
    tmp_path: Path, stop: Callable[[Engine, str], Awaitable[None]]
) -> None:
    async with open_engine(tmp_path) as engine:
        ran = noting()
        run = await engine.start(CHAIN)
        engine.runner.debug(run, ["b"])
        await pauses(engine, "b")
        ended = asyncio.create_task(engine.runner.wait(run))
        await stop(engine, run)
        assert (await ended).status == "stopped"
        assert ran == ["a"]
    async with open_engine(tmp_path) as engine:
        ran = noting()
        assert (await engine.resume(run)).status == "succeeded"
        assert (ran, paused(engine)) == (["b", "c"], [])


async def test_a_paused_run_is_cancelled(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        ran = noting()
        run = await engine.start(CHAIN)
        engine.runner.debug(run, ["b"])
        await pauses(engine, "b")
        ended = asyncio.create_task(engine.runner.wait(run))
        assert await engine.runner.cancel(run)
        assert ((await ended).status, ran) == ("cancelled", ["a"])


NODES = tuple("abcdef")
EDGES = [(first, second) for at, first in enumerate(NODES) for second in NODES[at + 1 :]]


@given(
    edges=st.sets(st.sampled_from(EDGES)),
    breakpoints=st.sets(st.sampled_from(NODES)),
    asking=st.sets(st.sampled_from(NODES), max_size=2),
    moves=st.lists(st.sampled_from(["continue", "step"])),
)
@settings(max_examples=40, deadline=None)
def test_whatever_is_pressed_each_step_runs_once_and_the_run_rests_only_when_nothing_is_paused(
    tmp_path_factory: pytest.TempPathFactory,
    edges: set[tuple[str, str]],
    breakpoints: set[str],
    asking: set[str],
    moves: list[Go],
) -> None:
    nodes = [task(name, "note") if name not in asking else task(name, kind="test.ask") for name in NODES]
    graph = graph_of(*nodes, edges=", ".join(f"{first} > {second}" for first, second in sorted(edges)))

    async def play() -> None:
        async with open_engine(tmp_path_factory.mktemp("run")) as engine:
            ran, presses = noting(), iter(moves)
            run = await engine.start(graph)
            engine.runner.debug(run, breakpoints, next(presses, ""))
            while True:
                await until(lambda: bool(_open_pauses(engine)) or run not in engine.runner.active())
                if run not in engine.runner.active():
                    break
                assert "RunFinished" not in engine.kinds()
                engine.runner.debug(run, go=next(presses, "continue"))
                await asyncio.sleep(0)
            assert _open_pauses(engine) == set()
            if asking:
                assert engine.kinds()[-1] == "RunFinished"
                for _ in NODES:
                    for asked in await engine.journal.approvals(run, "waiting"):
                        await engine.runner.answer(asked.id, "approved")
                    if (await engine.journal.run(run)).status != "succeeded":  # type: ignore[union-attr]
                        await engine.resume(run)
            assert sorted(ran) == sorted(set(NODES) - asking)
            assert {step.status for step in (await engine.steps(run)).values()} == {"succeeded"}
            assert asking or set(paused(engine)) >= breakpoints

    asyncio.run(play())


def _open_pauses(engine: Engine) -> set[str]:
    """Return the steps that paused and have not gone on."""
    events = engine.events
    done = {event.address for event in events if isinstance(event, StepStarted)}
    return set(paused(engine)) - done
