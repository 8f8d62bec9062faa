"""Steps of regions below the workflow itself, such as the rounds of a loop, are told apart by their addresses."""

from __future__ import annotations

from pathlib import Path

from engine.api.stores import RunRecord
from engine.model.files import Files
from engine.runtime.active import ActiveRun
from engine.runtime.aside import Aside, LongWork
from engine.runtime.compile import compile_plan
from engine.runtime.plan import make_plan
from engine.runtime.scope import Scope
from tests.helpers.engine import graph_of, open_engine, task


async def test_two_executions_of_one_region(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        runner = engine.runner
        plan = make_plan(graph_of(task("a", value=1), task("b"), edges="a > b"), runner.registry, Files(tmp_path))
        record = RunRecord("r", "w", "Test", "v", str(tmp_path), {})
        await engine.journal.create_run(record)
        run = ActiveRun(record, engine.journal, runner.services, engine.events.append, tmp_path, LongWork(Aside()))
        graph = compile_plan(plan, None)
        for path in ("each[0]/", "each[1]/"):
            state = await graph.ainvoke({"status": {}}, context=Scope(run, plan, path))
            assert state["status"] == {f"{path}a": "succeeded", f"{path}b": "succeeded"}
        assert {*run.recorded} == {*await engine.steps("r")} == {"each[0]/a", "each[0]/b", "each[1]/a", "each[1]/b"}
        again = Scope(run, plan, "each[1]/").outcome("a")
        assert again is not None
        assert again.address == "each[1]/a"
