"""Runs of a part of a workflow: up to some nodes, and from a node on with the outcomes of an earlier run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.api.context import RunContext
from engine.api.events import RunStarted, StepFinished, StepLog
from engine.model.graph import Graph, InputSpec
from engine.model.issues import WeftError, failure
from engine.model.values import JsonObject
from storage import journal as journals
from tests.helpers.engine import WORK, Engine, graph_of, open_engine, task

GRAPH = graph_of(
    task("a", "note"), task("b", "note"), task("c", "note"), task("other", "note"),
    task("end", kind="test.result", value="{{ nodes.c.output }}"),
    edges="a > b, b > c, a > other, c > end",
)  # fmt: skip


def noting() -> list[str]:
    ran: list[str] = []

    async def note(ctx: RunContext) -> str:
        ran.append(ctx.address)
        return f"{ctx.address} of {len(ran)}"

    WORK["note"] = note
    return ran


async def again(engine: Engine, graph: Graph, run: str, node: str, **options: Any) -> Any:
    """Run a graph from a node on, with the outcomes of an earlier run."""
    version = engine.store(graph)
    inputs, kept = await engine.runner.to_keep(version, run, node)
    return await engine.runner.wait(await engine.runner.start(version, inputs, keep=kept.outcomes, lost=kept.lost, **options))


async def test_a_run_up_to_a_node_runs_what_leads_to_it(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        ran = noting()
        result = await engine.run(GRAPH, until=["b"])
        assert (result.status, ran, result.outputs) == ("succeeded", ["a", "b"], {})
        started = next(event for event in engine.events if isinstance(event, RunStarted))
        assert started.steps == 2
        known = await engine.journal.run(result.run)
        assert known is not None
        assert known.until == ("b",)


async def test_it_stays_one_when_it_is_resumed_by_another_program(tmp_path: Path) -> None:
    graph = replace(GRAPH, nodes={**GRAPH.nodes, "b": task("b", kind="test.ask")})
    async with open_engine(tmp_path) as engine:
        noting()
        run = (await engine.run(graph, until=["c"])).run
    async with open_engine(tmp_path) as engine:
        ran = noting()
        await engine.runner.answer(f"{run}:b", "approved")
        result = await engine.resume(run)
        assert (result.status, ran, result.outputs) == ("succeeded", ["c"], {})


async def test_what_is_wrong_elsewhere_does_not_keep_it_from_running(tmp_path: Path) -> None:
    graph = replace(GRAPH, nodes={**GRAPH.nodes, "end": task("end", kind="test.nothing")})
    async with open_engine(tmp_path) as engine:
        noting()
        assert (await engine.run(graph, until=["c"])).status == "succeeded"
        with pytest.raises(WeftError) as caught:
            await engine.run(graph)
        assert caught.value.issue.code == "type.unknown"
        with pytest.raises(WeftError) as caught:
            await engine.run(graph, until=["nowhere"])
        assert caught.value.issue.code == "graph.unknown-node"


async def test_from_a_node_on_everything_else_is_kept(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        ran = noting()
        first = await engine.run(GRAPH)
        ran.clear()
        engine.events.clear()
        result = await again(engine, GRAPH, first.run, "b")
        assert ran == ["b", "c"]
        assert result.outputs == {"result": "c of 2"}
        cached = {
            event.address: event.ports for event in engine.events if isinstance(event, StepFinished) and event.status == "cached"
        }
        before = await engine.steps(first.run)
        assert cached == {name: before[name].ports for name in ("a", "other")}
        kinds = [type(event).__name__ for event in engine.events]
        assert kinds[:3] == ["RunStarted", "StepFinished", "StepFinished"]


def renamed(graph: Graph) -> Graph:
    nodes = {name: replace(node, title="Other") for name, node in graph.nodes.items()}
    return replace(graph, nodes=nodes, positions={"a": (1.0, 2.0)})


def changed(graph: Graph) -> Graph:
    return replace(graph, nodes={**graph.nodes, "a": task("a", "note", value=3)})


def rewired(graph: Graph) -> Graph:
    return replace(graph, edges=[*graph.edges, *graph_of(edges="a > c").edges])


def with_variable(graph: Graph) -> Graph:
    return replace(graph, variables={"x": 1, "y": 2})


def allowing(graph: Graph) -> Graph:
    return replace(graph, settings={"allow_hosts": ["localhost:8080"]}, name="New", description="Told")


def more_patient(graph: Graph) -> Graph:
    options: JsonObject = {"time_limit": 5.0, "retry": {"attempts": 3}}
    return replace(graph, nodes={**graph.nodes, "a": replace(graph.nodes["a"], options=options, notes="Slow")})


def reading(text: str) -> Callable[[Graph], Graph]:
    return lambda graph: replace(with_variable(graph), nodes={**graph.nodes, "b": task("b", "note", value=text)})


@pytest.mark.parametrize(
    ("edit", "node", "runs"),
    [
        (renamed, "c", ["c"]),
        (changed, "end", ["a", "b", "c", "other"]),
        (rewired, "end", ["c"]),
        (with_variable, "end", []),
        (allowing, "end", []),
        (more_patient, "end", []),
    ],
)
async def test_what_was_changed_since_and_what_follows_it_runs_again(
    tmp_path: Path, edit: Callable[[Graph], Graph], node: str, runs: list[str]
) -> None:
    async with open_engine(tmp_path) as engine:
        ran = noting()
        first = await engine.run(GRAPH)
        ran.clear()
        assert (await again(engine, edit(GRAPH), first.run, node)).status == "succeeded"
        assert sorted(ran) == runs


@pytest.mark.parametrize(
    ("text", "runs"), [("{{ vars.x }}", ["b", "c"]), ("{{ vars.y }}", []), ("{{ vars | length }}", ["b", "c"])]
)
async def test_a_variable_matters_where_it_is_read(tmp_path: Path, text: str, runs: list[str]) -> None:
    async with open_engine(tmp_path) as engine:
        ran = noting()
        graph = reading(text)(GRAPH)
        first = await engine.run(graph)
        ran.clear()
        assert (await again(engine, replace(graph, variables={"x": 3, "y": 2}), first.run, "end")).status == "succeeded"
        assert ran == runs


@pytest.mark.parametrize(
    ("edit", "node", "said"),
    [
        (renamed, "b", {}),
        (changed, "end", {"a": "its fields were changed", "b": "a before it", "c": "b before it", "other": "a before it"}),
        (changed, "b", {"a": "its fields were changed", "other": "a before it"}),
        (rewired, "end", {"c": "its edges were changed"}),
        (lambda graph: replace(graph, nodes={**graph.nodes, "c": task("c", kind="test.ask")}), "end", {"c": "another type"}),
        (
            lambda graph: replace(graph, nodes={**graph.nodes, "c": task("c", "note", options={"disabled": True})}),
            "end",
            {"c": "its options were changed"},
        ),
    ],
)
async def test_the_log_says_why_an_outcome_is_not_kept(
    tmp_path: Path, edit: Callable[[Graph], Graph], node: str, said: dict[str, str]
) -> None:
    async with open_engine(tmp_path) as engine:
        noting()
        first = await engine.run(GRAPH)
        engine.events.clear()
        await again(engine, edit(GRAPH), first.run, node)
        logged = {event.address: event.text for event in engine.events if isinstance(event, StepLog)}
        assert logged.keys() == said.keys()
        assert all(text.startswith("Not kept from the earlier run: ") for text in logged.values())
        assert all(said[address] in text for address, text in logged.items())


async def test_a_failed_run_goes_on_with_the_mended_node(tmp_path: Path) -> None:
    async def fail(_ctx: RunContext) -> None:
        raise OSError("down")

    broken = replace(GRAPH, nodes={**GRAPH.nodes, "c": task("c", "fail")}, inputs={"x": InputSpec("x", "number")})
    mended = replace(broken, nodes={**GRAPH.nodes, "c": task("c", value="{{ inputs.x }}")})
    async with open_engine(tmp_path) as engine:
        ran = noting()
        WORK["fail"] = fail
        first = await engine.run(broken, {"x": 5})
        assert first.status == "failed"
        ran.clear()
        result = await again(engine, mended, first.run, "c")
        assert (result.status, ran, result.outputs) == ("succeeded", [], {"result": 5})


async def test_skipped_and_caught_steps_are_kept_as_they_were(tmp_path: Path) -> None:
    async def fail(_ctx: RunContext) -> None:
        raise OSError("down")

    graph = graph_of(
        task("choose", kind="test.choose", chosen=["a"]),
        task("b"),
        task("bad", "fail", options={"on_error": "port"}),
        task("take", value="{{ nodes.bad.ports.error.code }}"),
        task("last", "note"),
        edges="choose.b > b, bad.error > take, take > last",
    )
    async with open_engine(tmp_path) as engine:
        ran = noting()
        WORK["fail"] = fail
        first = await engine.run(graph)
        ran.clear()
        result = await again(engine, graph, first.run, "last")
        steps = await engine.steps(result.run)
        assert (ran, steps["b"].status, steps["bad"].caught) == (["last"], "skipped", "port")
        assert steps["take"].ports == {"out": "step.error"}


async def test_a_run_that_is_not_known_gives_nothing(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        noting()
        version = engine.store(GRAPH)
        with pytest.raises(WeftError) as caught:
            await engine.runner.to_keep(version, "nowhere", "a")
        assert caught.value.issue.code == "run.unknown"
        run = (await engine.run(GRAPH)).run
        with pytest.raises(WeftError) as caught:
            await engine.runner.to_keep(version, run, "nowhere")
        assert caught.value.issue.code == "graph.unknown-node"


@pytest.mark.parametrize("size", [1, 20_000])
async def test_a_run_begins_with_all_it_keeps_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    graph = graph_of(task("a", value=["text"] * size), task("b", value=["text"] * size), task("c"), edges="a > b, b > c")
    async with open_engine(tmp_path) as engine:
        version = engine.store(graph)
        first = (await engine.run(graph)).run
        inputs, kept = await engine.runner.to_keep(version, first, "c")
        assert [step.node for step in kept.outcomes] == ["a", "b"]
        insert = journals.STEP

        class Full:
            def run(self, connection: Any, rows: Any) -> None:
                insert.run(connection, rows[:1])
                raise failure("storage.full", "The disk is full.")

        monkeypatch.setattr(journals, "STEP", Full())
        with pytest.raises(WeftError, match="The disk is full"):
            await engine.runner.start(version, inputs, keep=kept.outcomes)
        monkeypatch.undo()
        known = [row.id for row in await engine.journal._aside(engine.journal._runs.runs)]
        assert known == [first]
        assert engine.runner.active() == ()
        result = await engine.runner.wait(await engine.runner.start(version, inputs, keep=kept.outcomes))
        assert {name: step.kept for name, step in (await engine.steps(result.run)).items()} == {"a": True, "b": True, "c": False}
