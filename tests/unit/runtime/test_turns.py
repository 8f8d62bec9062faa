"""What steps wait for each other does not count against them, and what has happened is recorded whatever comes."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from engine.api.context import RunContext
from engine.model.issues import failure
from engine.model.values import JsonObject
from engine.nodes.data.transform import Transform
from engine.runtime import step as steps
from engine.runtime.active import ActiveRun
from engine.runtime.clock import Clock, queueing
from tests.helpers.engine import TYPES, WORK, graph_of, open_engine, registry_of, task, until

REGISTRY = registry_of(*TYPES, Transform)
LONG = "{% for i in range(100000) %}{% for j in range(100000) %}{{ i * j }}{% endfor %}{% endfor %}"
SHORT = "{% for i in range(20000) %}{% if i == 5 %}{{ i }}{% endif %}{% endfor %}"
"""Too long for the loop, and far from a second."""
LARGE = ["a text of some length"] * 20_000


async def test_the_turns_of_other_steps_do_not_count_against_a_time_limit(tmp_path: Path) -> None:
    others = [task(f"t{n}", kind=Transform.type_id, template=LONG, options={"on_error": "port"}) for n in range(14)]
    limited = task("z", kind=Transform.type_id, template=SHORT, options={"time_limit": 1})
    async with open_engine(tmp_path, registry=REGISTRY) as engine:
        result = await engine.run(graph_of(*others, limited))
        found = await engine.steps(result.run)
    assert (found["z"].error, found["z"].ports) == (None, {"out": "5"})


async def test_a_clock_stands_only_while_nothing_of_the_attempt_has_its_turn() -> None:
    async with asyncio.timeout(60) as timeout, Clock(timeout) as clock:
        with queueing() as one, queueing() as other:
            assert timeout.when() is None
            one()
            assert timeout.when() is not None, "the second waits for the first, which is the step's own work"
            other()
        with clock.asking(), queueing() as one:
            one()
            assert timeout.when() is None
        assert timeout.when() is not None
        clock.end()
        with queueing():
            pass
        assert timeout.when() is None
    with queueing():
        assert timeout.when() is None


async def test_a_time_limit_that_is_over_ends_the_attempt_while_work_waits() -> None:
    begun = asyncio.Event()

    async def hold() -> None:
        with queueing() as turn:
            turn()
            begun.set()
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01) as timeout, Clock(timeout):
            await asyncio.gather(hold(), hold())
    assert begun.is_set()


class Gate:
    """Holds a function that is called in a thread."""

    def __init__(self, work: Any) -> None:
        self.work = work
        self.reached, self.go = threading.Event(), threading.Event()

    def __call__(self, *arguments: Any) -> Any:
        self.reached.set()
        self.go.wait(30)
        return self.work(*arguments)


async def assert_recorded_when_stopped_at(tmp_path: Path, gate: Gate, how: str) -> None:
    """Stop a run whose step has given a large value that is on its way to the journal; the step does not run again."""
    ran = []

    async def large(ctx: RunContext) -> Any:
        ran.append(ctx.address)
        return LARGE

    async with open_engine(tmp_path) as engine:
        WORK["large"] = large
        run = await engine.start(graph_of(task("a", "large"), task("b", "next"), edges="a > b"))
        await until(gate.reached.is_set)
        stopping = asyncio.create_task(engine.runner.cancel(run) if how == "cancel" else engine.runner.close(grace=0))
        await asyncio.sleep(0.05)
        gate.go.set()
        await stopping
        assert (await engine.steps(run)).keys() == {"a"}
        known = await engine.journal.run(run)
        assert known is not None
        assert known.status == ("cancelled" if how == "cancel" else "stopped")
    assert ran == ["a"]
    if how == "close":
        async with open_engine(tmp_path) as engine:
            WORK["large"] = large
            assert (await engine.resume(run)).status == "succeeded"
            assert ran == ["a"]


@pytest.mark.parametrize("how", ["cancel", "close"])
async def test_a_large_value_that_was_given_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    gate = Gate(steps._as_ports)
    monkeypatch.setattr(steps, "_as_ports", gate)
    await assert_recorded_when_stopped_at(tmp_path, gate, how)


@pytest.mark.parametrize("how", ["cancel", "close"])
async def test_a_large_value_without_its_secrets_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    gate = Gate(lambda outcome: outcome)

    async def redacted(run: ActiveRun, outcome: Any) -> Any:
        return await run.long_work.do(gate, outcome)

    monkeypatch.setattr(ActiveRun, "redacted", redacted)
    await assert_recorded_when_stopped_at(tmp_path, gate, how)


async def test_a_value_that_cannot_be_stored_is_not_tried_again_by_a_run_that_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise failure("test.refused", "No.")

    gate = Gate(refuse)
    monkeypatch.setattr(steps, "_as_ports", gate)
    async with open_engine(tmp_path) as engine:
        retry: JsonObject = {"retry": {"attempts": 3, "delay": 60, "max_delay": 60, "kinds": ["test"]}}
        run = await engine.start(graph_of(task("a", value=LARGE, options=retry)))
        await until(gate.reached.is_set)
        stopping = asyncio.create_task(engine.runner.cancel(run))
        await asyncio.sleep(0.05)
        gate.go.set()
        await stopping
        assert (await engine.steps(run))["a"].attempt == 1
