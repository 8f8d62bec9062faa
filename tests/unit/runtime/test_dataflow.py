"""What runs, in which order, with which values."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from engine.api.context import RunContext
from engine.api.events import RunFinished, StepFinished
from engine.model.graph import InputSpec
from engine.model.issues import WeftError
from engine.model.values import JsonObject
from tests.helpers.engine import WORK, graph_of, kept, open_engine, task


async def test_values_travel_through_templates_and_edges(tmp_path: Path) -> None:
    graph = graph_of(
        task("one", value=1),
        task("two", value="{{ nodes.one.output + 1 }}"),
        task("pair", kind="test.pair"),
        task(
            "result",
            kind="test.result",
            value={"sum": "{{ nodes.two.output + nodes.one.output }}", "pair": "{{ nodes.pair.output }}"},
        ),
        edges="one > two, one > pair.left, two > pair.right, pair > result",
    )
    async with open_engine(tmp_path) as engine:
        result = await engine.run(graph)
        assert (result.status, result.outputs) == ("succeeded", {"result": {"sum": 3, "pair": [1, 2]}})
        assert engine.kinds() == ["RunStarted", "RunFinished"]
        assert [step.node for step in (await engine.steps(result.run)).values()] == ["one", "two", "pair", "result"]


async def test_a_wire_wins_over_a_parameter(tmp_path: Path) -> None:
    graph = graph_of(
        task("source", value="wired"),
        task("result", kind="test.result", value="written"),
        edges="source > result.value",
    )
    async with open_engine(tmp_path) as engine:
        assert (await engine.run(graph)).outputs == {"result": "wired"}


async def test_a_slow_branch_holds_up_nobody(tmp_path: Path) -> None:
    order: list[str] = []
    slow_may_end = asyncio.Event()

    async def slow(_ctx: RunContext) -> None:
        await slow_may_end.wait()
        order.append("slow")

    async def last_of_fast(_ctx: RunContext) -> None:
        order.append("fast")
        slow_may_end.set()

    graph = graph_of(
        task("start"),
        task("slow", "slow"),
        task("fast1"),
        task("fast2"),
        task("fast3", "last"),
        task("end"),
        edges="start > slow, start > fast1, fast1 > fast2, fast2 > fast3, fast3 > end, slow > end",
    )
    async with open_engine(tmp_path) as engine:
        WORK.update(slow=slow, last=last_of_fast)
        assert (await engine.run(graph)).status == "succeeded"
    assert order == ["fast", "slow"]


@pytest.mark.parametrize(
    ("chosen", "ran"),
    [(["a"], {"a", "join"}), (["b"], {"b", "join"}), (["a", "b"], {"a", "b", "join"}), ([], set())],
)
async def test_inactive_branches_are_skipped_and_never_hang_a_join(tmp_path: Path, chosen: list[str], ran: set[str]) -> None:
    graph = graph_of(
        task("choose", kind="test.choose", chosen=chosen),
        task("a"),
        task("b"),
        task("join"),
        edges="choose.a > a, choose.b > b, a > join, b > join",
    )
    async with open_engine(tmp_path) as engine:
        result = await engine.run(graph)
        steps = await engine.steps(result.run)
    assert result.status == "succeeded"
    assert {name for name, step in steps.items() if step.status == "succeeded"} == ran | {"choose"}
    assert all(step.status == "skipped" for name, step in steps.items() if name not in ran | {"choose"})


async def test_a_node_whose_required_input_is_inactive_is_skipped(tmp_path: Path) -> None:
    graph = graph_of(
        task("choose", kind="test.choose", chosen=["a"]),
        task("pair", kind="test.pair"),
        task("after"),
        edges="choose.a > pair.left, choose.b > pair.right, pair > after",
    )
    async with open_engine(tmp_path) as engine:
        steps = await engine.steps((await engine.run(graph)).run)
    assert (steps["pair"].status, steps["after"].status) == ("skipped", "skipped")


VALUE = "{{ nodes.b.status }}/{{ nodes.b.output }}/{{ nodes.choose.ports.a }}/{{ nodes.choose.ports.b }}/{{ nodes.b.ports.out }}"


async def test_a_skipped_ancestor_reads_as_empty(tmp_path: Path) -> None:
    graph = graph_of(
        task("choose", kind="test.choose", chosen=["a"]),
        task("a"),
        task("b", value="never"),
        task(
            "result",
            kind="test.result",
            value=VALUE,
        ),
        edges="choose.a > a, choose.b > b, a > result, b > result",
    )
    async with open_engine(tmp_path) as engine:
        assert (await engine.run(graph)).outputs == {"result": "skipped//a//"}


async def test_disabled_and_pinned(tmp_path: Path) -> None:
    graph = graph_of(
        task("off", value=1, options={"disabled": True}),
        task("behind"),
        task("pinned", "explode", options={"pinned": {"out": [1, 2]}}),
        task("result", kind="test.result", value="{{ nodes.pinned.output }}"),
        edges="off > behind, pinned > result",
    )

    async def explode(_ctx: RunContext) -> None:
        raise AssertionError("a pinned node does not run")

    async with open_engine(tmp_path) as engine:
        WORK["explode"] = explode
        result = await engine.run(graph)
        steps = await engine.steps(result.run)
        cached = [event.address for event in engine.events if isinstance(event, StepFinished) and event.status == "cached"]
    assert result.outputs == {"result": [1, 2]}
    assert (steps["off"].status, steps["behind"].status, cached) == ("skipped", "skipped", ["pinned"])


async def test_inputs_are_checked_and_have_defaults(tmp_path: Path) -> None:
    graph = graph_of(
        task("result", kind="test.result", value="{{ inputs.name }} {{ inputs.count }} {{ vars.unit }}"),
        inputs={"name": InputSpec("name", "text", required=True), "count": InputSpec("count", "number", default=3)},
        variables={"unit": "kg"},
    )
    async with open_engine(tmp_path) as engine:
        assert (await engine.run(graph, {"name": "Ann"})).outputs == {"result": "Ann 3 kg"}
        bad: dict[str, JsonObject] = {
            "input.missing": {},
            "input.wrong-type": {"name": 1},
            "input.unknown": {"name": "x", "nam": 1},
        }
        for code, given in bad.items():
            with pytest.raises(WeftError) as caught:
                await engine.run(graph, given)
            assert caught.value.issue.code == code
            assert caught.value.issue.remedy


async def test_kept_steps_do_not_run_again(tmp_path: Path) -> None:
    ran: list[str] = []

    async def note(ctx: RunContext) -> str:
        ran.append(ctx.address)
        return f"fresh {ctx.address}"

    graph = graph_of(
        task("a", "note"),
        task("b", "note"),
        task("result", kind="test.result", value="{{ nodes.a.output }} / {{ nodes.b.output }}"),
        edges="a > b, b > result",
    )
    async with open_engine(tmp_path) as engine:
        WORK["note"] = note
        result = await engine.run(graph, keep=[kept("a", "kept")])
        assert (result.outputs, ran) == ({"result": "kept / fresh b"}, ["b"])
        with pytest.raises(WeftError, match="no step 'zz'"):
            await engine.start(graph, keep=[kept("zz")])


async def test_large_outputs_and_odd_values_come_back_as_they_were(tmp_path: Path) -> None:
    values: list[Any] = ["x" * 100_000, {"$blob": "no blob"}, "한글 \u0000 \x85", 2**70, 1e300, [], {}, None, [[["deep"]]]]
    graph = graph_of(task("a", "give"), task("stop", "fail"), edges="a > stop")

    async def give(_ctx: RunContext) -> Any:
        return values

    async def fail(_ctx: RunContext) -> Any:
        raise OSError("down")

    async with open_engine(tmp_path) as engine:
        WORK.update(give=give, fail=fail)
        run = (await engine.run(graph)).run
        assert (await engine.steps(run))["a"].ports == {"out": values}


@pytest.mark.parametrize("count", [60, 130])
async def test_bundled_graphs_behave_the_same(tmp_path: Path, count: int) -> None:
    nodes = [task(f"n{i}", value=f"{{{{ nodes.n{i - 1}.output + 1 }}}}" if i else 0) for i in range(count)]
    result = task("result", kind="test.result", value=f"{{{{ nodes.n{count - 1}.output }}}}")
    edges = ", ".join(f"n{i} > n{i + 1}" for i in range(count - 1)) + f", n{count - 1} > result"
    async with open_engine(tmp_path) as engine:
        assert (await engine.run(graph_of(*nodes, result, edges=edges))).outputs == {"result": count - 1}


async def test_every_run_ends_with_one_event(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        runs = await asyncio.gather(*(engine.run(graph_of(task("a", value=i))) for i in range(20)))
        ends = [event.run for event in engine.events if isinstance(event, RunFinished)]
    assert sorted(ends) == sorted(result.run for result in runs)
    assert len(set(ends)) == 20
