"""Errors, attempts, *accept when* and *on error*."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from engine.api.context import RunContext
from engine.api.events import StepFailed, StepFinished
from engine.model.graph import Node
from engine.model.issues import Issue, WeftError
from engine.model.values import JsonObject
from tests.helpers.engine import WORK, graph_of, open_engine, task

FAST: JsonObject = {"attempts": 3, "delay": 0.001, "jitter": False}


def failing(times: int, *, retryable: bool = True) -> Any:
    calls = 0

    async def work(_ctx: RunContext) -> str:
        nonlocal calls
        calls += 1
        if calls <= times:
            raise WeftError(Issue("test.busy", f"Busy {calls}.", "Wait."), retryable=retryable)
        return f"attempt {calls}"

    return work


async def test_a_failed_step_stops_its_branch_and_no_other(tmp_path: Path) -> None:
    graph = graph_of(
        task("bad", "bad"),
        task("behind"),
        task("good", value=1),
        task("also_good"),
        edges="bad > behind, good > also_good",
    )
    async with open_engine(tmp_path) as engine:
        WORK["bad"] = failing(9, retryable=False)
        result = await engine.run(graph)
        steps = await engine.steps(result.run)
        stored = await engine.journal.run(result.run)
    assert result.status == "failed"
    assert result.error is not None
    assert (result.error["code"], result.error["node"], result.error["text"]) == ("test.busy", "bad", "Busy 1.")
    assert {name: step.status for name, step in steps.items()} == {"bad": "failed", "good": "succeeded", "also_good": "succeeded"}
    assert stored is not None
    assert (stored.status, stored.error) == ("failed", result.error)


async def test_only_the_failed_step_runs_again_on_resume(tmp_path: Path) -> None:
    ran: list[str] = []

    async def note(ctx: RunContext) -> str:
        ran.append(ctx.address)
        return ctx.address

    graph = graph_of(task("a", "note"), task("b", "flaky"), task("c", "note"), edges="a > b, b > c")
    async with open_engine(tmp_path) as engine:
        WORK.update(note=note, flaky=failing(1, retryable=False))
        first = await engine.run(graph)
        second = await engine.resume(first.run)
        with pytest.raises(WeftError) as caught:
            await engine.resume(first.run)
    assert (first.status, second.status, ran, caught.value.issue.code) == ("failed", "succeeded", ["a", "c"], "run.finished")


@pytest.mark.parametrize(
    ("retry", "retryable", "status", "attempts"),
    [
        (FAST, True, "succeeded", 3),
        ({**FAST, "attempts": 2}, True, "failed", 2),
        (FAST, False, "failed", 1),
        ({**FAST, "kinds": ["test."]}, False, "succeeded", 3),
        ({**FAST, "kinds": ["http."]}, True, "failed", 1),
    ],
)
async def test_attempts(tmp_path: Path, retry: dict[str, Any], retryable: bool, status: str, attempts: int) -> None:
    graph = graph_of(task("a", "flaky", options={"retry": retry}))
    async with open_engine(tmp_path) as engine:
        WORK["flaky"] = failing(2, retryable=retryable)
        result = await engine.run(graph)
        step = (await engine.steps(result.run))["a"]
        failures = [event.attempt for event in engine.events if isinstance(event, StepFailed)]
    assert (result.status, step.attempt) == (status, attempts)
    assert failures == list(range(1, attempts if status == "succeeded" else attempts + 1))


async def test_a_step_over_its_time_limit_fails_with_a_place(tmp_path: Path) -> None:
    graph = graph_of(task("slow", "slow", options={"time_limit": 0.01}))

    async def slow(_ctx: RunContext) -> None:
        await asyncio.sleep(60)

    async with open_engine(tmp_path) as engine:
        WORK["slow"] = slow
        result = await engine.run(graph)
    assert result.error is not None
    assert (result.error["code"], result.error["node"]) == ("step.time-limit", "slow")


async def test_on_error_port(tmp_path: Path) -> None:
    graph = graph_of(
        task("bad", "bad", options={"on_error": "port"}),
        task("normal"),
        task(
            "result", kind="test.result", value="{{ nodes.bad.ports.error.code }} {{ nodes.bad.status }} {{ nodes.bad.output }}"
        ),
        edges="bad > normal, bad.error > result",
    )
    async with open_engine(tmp_path) as engine:
        WORK["bad"] = failing(9, retryable=False)
        result = await engine.run(graph)
        steps = await engine.steps(result.run)
    assert (result.status, result.outputs, steps["normal"].status) == ("succeeded", {"result": "test.busy succeeded "}, "skipped")


async def test_an_error_port_that_leads_nowhere_swallows_nothing(tmp_path: Path) -> None:
    graph = graph_of(task("bad", "bad", options={"on_error": "port"}), task("normal"), edges="bad > normal")
    async with open_engine(tmp_path) as engine:
        WORK["bad"] = failing(9, retryable=False)
        result = await engine.run(graph)
    assert result.error is not None
    assert (result.status, result.error["node"]) == ("failed", "bad")


async def test_on_error_default(tmp_path: Path) -> None:
    graph = graph_of(
        task("bad", "bad", options={"on_error": "default", "default": {"label": "unknown"}}),
        task("result", kind="test.result", value="{{ nodes.bad.output.label }}"),
        edges="bad > result",
    )
    async with open_engine(tmp_path) as engine:
        WORK["bad"] = failing(9, retryable=False)
        assert (await engine.run(graph)).outputs == {"result": "unknown"}


async def test_a_rejected_output_is_a_failed_attempt_that_tells_the_next_one(tmp_path: Path) -> None:
    heard: list[str] = []

    async def answer(ctx: RunContext) -> int:
        heard.append(ctx.feedback)
        return ctx.attempt

    options: JsonObject = {"retry": FAST, "accept": {"expression": "output > 1"}}
    async with open_engine(tmp_path) as engine:
        WORK["answer"] = answer
        result = await engine.run(graph_of(task("a", "answer", options=options)))
        step = (await engine.steps(result.run))["a"]
    assert (result.status, step.ports, step.attempt) == ("succeeded", {"out": 2}, 2)
    assert heard[0] == ""
    assert "output > 1" in heard[1]


@pytest.mark.parametrize(
    ("accept", "code"),
    [
        ({"expression": "output > 9"}, "output.rejected"),
        ({"schema": {"type": "string"}}, "output.rejected"),
        ({"expression": "output.x.y > 9"}, "template."),
    ],
)
async def test_an_output_that_never_passes_fails_the_step(tmp_path: Path, accept: dict[str, Any], code: str) -> None:
    async with open_engine(tmp_path) as engine:
        result = await engine.run(graph_of(task("a", value=1, options={"accept": accept})))
    assert result.error is not None
    assert str(result.error["code"]).startswith(code)
    assert result.error["node"] == "a"


@pytest.mark.parametrize("value", [float("nan"), {1: 2}, object(), {"a": {1, 2}}, "\ud800", b"bytes"])
async def test_an_output_that_is_no_json_is_an_error_of_its_step(tmp_path: Path, value: object) -> None:
    async def give(_ctx: RunContext) -> object:
        return {"deep": [value]}

    async with open_engine(tmp_path) as engine:
        WORK["give"] = give
        result = await engine.run(graph_of(task("a", "give"), task("b"), edges="a > b"))
    assert result.error is not None
    assert (result.error["code"], result.error["node"]) == ("output.not-json", "a")
    assert "deep[0]" in str(result.error["text"])


async def test_an_endless_output_is_refused(tmp_path: Path) -> None:
    cycle: list[Any] = []
    cycle.append(cycle)

    async def give(_ctx: RunContext) -> object:
        return cycle

    async with open_engine(tmp_path) as engine:
        WORK["give"] = give
        result = await engine.run(graph_of(task("a", "give")))
    assert result.error is not None
    assert result.error["code"] == "output.not-json"


async def test_an_unexpected_error_has_a_place_too(tmp_path: Path) -> None:
    async def break_(_ctx: RunContext) -> None:
        raise KeyError("boom")

    async with open_engine(tmp_path) as engine:
        WORK["break"] = break_
        result = await engine.run(graph_of(task("a", "break")))
    assert result.error is not None
    assert (result.error["code"], result.error["node"]) == ("step.error", "a")
    assert "boom" in str(result.error["text"])


async def test_an_unknown_name_in_a_template_is_an_error_with_node_and_field(tmp_path: Path) -> None:
    graph = graph_of(task("a", value={"docs": 1}), task("b", value="{{ nodes.a.output.docz }}"), edges="a > b")
    async with open_engine(tmp_path) as engine:
        result = await engine.run(graph)
    assert result.error is not None
    assert (result.error["code"], result.error["node"], result.error["field"]) == ("template.unknown-name", "b", "value")
    assert "docs" in f"{result.error['text']} {result.error['remedy']}"


async def test_a_pattern_of_accept_does_not_hold_up_the_loop(tmp_path: Path) -> None:
    options: JsonObject = {"time_limit": 20, "accept": {"schema": {"pattern": "^(a+)+$"}}}
    async with open_engine(tmp_path) as engine:
        result = await engine.run(graph_of(task("a", value="a" * 40 + "!", options=options)))
    assert result.error is not None
    assert result.error["code"] == "output.rejected"


@pytest.mark.parametrize("how", ["port", "default"])
async def test_a_caught_failure_is_told_as_one(tmp_path: Path, how: str) -> None:
    port = "error" if how == "port" else "out"
    graph = graph_of(
        task("bad", "bad", options={"on_error": how, "default": 7}), task("next", "seen"), edges=f"bad.{port} > next"
    )  # fmt: skip
    async with open_engine(tmp_path) as engine:
        WORK["bad"] = failing(9, retryable=False)
        result = await engine.run(graph)
        steps = await engine.steps(result.run)
        told = {event.address: (event.status, event.caught) for event in engine.events if isinstance(event, StepFinished)}
    assert {name: (step.status, step.caught) for name, step in steps.items()} == told
    assert told == {"bad": ("succeeded", how), "next": ("succeeded", "")}


async def test_a_failed_run_has_the_outputs_that_were_given(tmp_path: Path) -> None:
    result = task("result", kind="test.result", value="there")
    fallen = Node("fallen", "test.result", params={"name": "other", "value": "{{ 1 / 0 }}"}, options={"on_error": "port"})
    graph = graph_of(result, fallen, task("bad", "bad"), task("told"), edges="result.result > bad, fallen.error > told")
    async with open_engine(tmp_path) as engine:
        WORK["bad"] = failing(9, retryable=False)
        ended = await engine.run(graph)
        known = await engine.journal.run(ended.run)
    assert known is not None
    assert (ended.status, ended.outputs, known.outputs) == ("failed", {"result": "there"}, {"result": "there"})
