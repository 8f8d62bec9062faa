"""Heavy work of one step leaves the loop to all others."""

from __future__ import annotations

import asyncio
import gc
import time
from pathlib import Path
from typing import Any

from engine.api.context import RunContext
from engine.api.events import StepStarted
from engine.model.graph import Graph
from engine.nodes.data.transform import Transform
from engine.runtime.aside import Aside
from engine.runtime.garbage import FULL_AFTER, collect_between_runs, collect_now
from tests.helpers.beats import beats_during
from tests.helpers.engine import TYPES, WORK, graph_of, open_engine, registry_of, task, until

ROWS = [{"id": number, "name": f"Customer {number}", "tags": ["a", 1.5]} for number in range(60_000)]
LONG = "{% for i in range(100000) %}{% for j in range(100000) %}{{ i * j }}{% endfor %}{% endfor %}"
"""A template that needs more than it may use up."""
REGISTRY = registry_of(*TYPES, Transform)


async def _give_rows(_ctx: RunContext) -> Any:
    return ROWS


def templates(*names: str, **options: Any) -> Graph:
    return graph_of(*(task(name, kind=Transform.type_id, template=LONG, options=options or None) for name in names))


async def test_a_large_output_is_checked_and_stored_beside_the_loop(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        WORK["rows"] = _give_rows
        async with beats_during() as heart:
            result = await engine.run(graph_of(task("rows", "rows")))
        assert result.status == "succeeded"
        assert (await engine.steps(result.run))["rows"].ports == {"out": ROWS}
    assert heart.count > 35


async def test_long_templates_leave_the_loop_to_others(tmp_path: Path) -> None:
    async with open_engine(tmp_path, registry=REGISTRY) as engine:
        async with beats_during() as heart:
            result = await engine.run(templates("one", "two", "three"))
        assert result.error is not None
        assert result.error["code"] == "template.too-much-work"
    assert heart.count > 20


async def test_a_time_limit_ends_a_long_template(tmp_path: Path) -> None:
    async with open_engine(tmp_path, registry=REGISTRY) as engine:
        result = await engine.run(templates("one", time_limit=0.05))
        assert result.error is not None
        assert result.error["code"] == "step.time-limit"


async def test_a_long_template_is_cancelled_with_its_run(tmp_path: Path) -> None:
    async with open_engine(tmp_path, registry=REGISTRY) as engine:
        run = await engine.start(templates(*(f"t{number}" for number in range(40))))
        await until(lambda: any(isinstance(event, StepStarted) for event in engine.events))
        await asyncio.sleep(0.03)
        begun = time.perf_counter()
        assert await engine.runner.cancel(run)
        await engine.runner.close()
        assert time.perf_counter() - begun < 1, "the templates that wait for a thread would take some seconds"


async def test_runs_share_the_threads(tmp_path: Path) -> None:
    """A run with much long work delays the long work of another by one piece of it, not by all."""
    async with open_engine(tmp_path, registry=REGISTRY) as engine:
        busy = await engine.start(templates(*(f"t{number}" for number in range(12))))
        await until(lambda: any(isinstance(event, StepStarted) for event in engine.events))
        await engine.run(templates("one"))
        assert busy in engine.runner.active()
        await engine.runner.wait(busy)


async def test_a_large_graph_is_planned_beside_the_loop(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        version = engine.store(graph_of(*(task(f"n{number}", value=f"{{{{ run.id }}}} {number}") for number in range(600))))
        async with beats_during() as heart:
            run = await engine.runner.start(version)
        assert heart.count > 5
        assert (await engine.runner.wait(run)).status == "succeeded"


async def test_a_version_is_planned_once_when_two_runs_start(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        version = engine.store(graph_of(task("one")))
        first, second = await asyncio.gather(engine.runner.start(version), engine.runner.start(version))
        assert len(engine.runner._compiled) == 1
        await asyncio.gather(engine.runner.wait(first), engine.runner.wait(second))


async def test_the_loop_comes_round_while_many_steps_are_ready() -> None:
    aside = Aside()

    async def step() -> None:
        await aside.breathe()
        until_then = time.perf_counter() + 0.002
        while time.perf_counter() < until_then:
            pass

    async with beats_during() as heart:
        await asyncio.gather(*(step() for _ in range(200)))
    assert heart.count > 10
    await aside.close()


async def test_a_run_that_is_over_keeps_no_values(tmp_path: Path) -> None:
    """Without a collection: what a run leaves in a circle would keep its values till the next one."""

    async def mark(_ctx: RunContext) -> Any:
        return ["kept for nothing", *range(3)]

    async with open_engine(tmp_path) as engine:
        WORK["mark"] = mark
        gc.collect()
        gc.disable()
        try:
            assert (await engine.run(graph_of(task("a", "mark"), task("b", "mark"), edges="a > b"))).status == "succeeded"
            engine.events.clear()
            await asyncio.sleep(0.01)
            assert not [one for one in gc.get_objects() if type(one) is list and one[:1] == ["kept for nothing"]]
        finally:
            gc.enable()


def test_full_collections_wait_for_the_end_of_the_runs() -> None:
    before, full = gc.get_threshold(), gc.get_stats()[2]["collections"]
    try:
        collect_between_runs()
        kept = [[number] for number in range(400_000)]
        assert gc.get_threshold()[2] == FULL_AFTER
        assert gc.get_stats()[2]["collections"] == full
        collect_now()
        assert gc.get_stats()[2]["collections"] == full + 1
        del kept
        collect_now()
        assert gc.get_stats()[2]["collections"] == full + 1, "there is little to collect"
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
