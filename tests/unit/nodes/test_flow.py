"""Input, Output, Wait, Condition and Approval with what people get wrong."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.api.context import Answer
from engine.model.issues import WeftError
from engine.model.values import Json
from engine.nodes.flow.approval import Approval
from engine.nodes.flow.condition import Condition
from engine.nodes.flow.input import Input
from engine.nodes.flow.output import Output
from engine.nodes.flow.wait import Wait
from tests.conformance.context import FakeContext, run_node
from tests.unit.nodes.failing import issue_of


async def test_input_names_the_nearest_when_there_is_none(tmp_path: Path) -> None:
    ctx = FakeContext(tmp_path, workflow_inputs={"tickets": "a.csv", "limit": 3})
    issue = await issue_of(Input, {"name": "ticket"}, ctx)
    assert (issue.code, issue.field, issue.remedy) == ("input.unknown", "name", "Declared inputs: tickets.")
    issue = await issue_of(Input, {"name": "x"}, tmp_path)
    assert issue.remedy == "Declare it in the workflow's inputs."


@pytest.mark.parametrize("value", [None, False, 0, "", []])
async def test_input_and_output_pass_empty_values_on(value: Json, tmp_path: Path) -> None:
    assert await run_node(Input, {"name": "x"}, FakeContext(tmp_path, workflow_inputs={"x": value})) == {"out": value}
    assert await run_node(Output, {}, FakeContext(tmp_path), {"value": value}) == {"result": value}


def test_output_needs_a_name() -> None:
    with pytest.raises(ValidationError):
        Output(name="")
    assert Output.ports({"name": "보고서"}).outputs[0].key == "보고서"
    assert Output.gives_outputs


async def test_wait_takes_its_time(tmp_path: Path) -> None:
    ctx = FakeContext(tmp_path)
    begin = time.monotonic()
    assert await run_node(Wait, {"seconds": 0.05}, ctx, {"value": 7}) == {"out": 7}
    assert time.monotonic() - begin >= 0.05
    assert ctx.fractions[-1] == 1


async def test_wait_until_a_moment_here_or_elsewhere(tmp_path: Path) -> None:
    soon = datetime.now().astimezone() + timedelta(seconds=0.05)
    for text in (soon.isoformat(), soon.replace(tzinfo=None).isoformat(), soon.astimezone().isoformat(" ")):
        await run_node(Wait, {"mode": "until", "until": text}, FakeContext(tmp_path))
        assert datetime.now().astimezone() >= soon


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "25:00", "2026-02-30T10:00"])
async def test_wait_until_what_is_no_moment(text: str, tmp_path: Path) -> None:
    issue = await issue_of(Wait, {"mode": "until", "until": text}, tmp_path)
    assert (issue.code, issue.field) == ("wait.bad-time", "until")
    assert [found.code for found in Wait.check({"mode": "until", "until": text})] == ["wait.bad-time"]
    assert list(Wait.check({"until": text})) == []


@pytest.mark.parametrize("seconds", [-1, 1e12, "long", None, float("nan")])
def test_wait_refuses_times_that_are_none(seconds: Any) -> None:
    with pytest.raises(ValidationError):
        Wait(seconds=seconds)


def cases(*expressions: str) -> list[Json]:
    return [{"id": f"c{number}", "when": text} for number, text in enumerate(expressions)]


async def test_condition_takes_the_first_or_all(tmp_path: Path) -> None:
    params: dict[str, Json] = {"value": 5, "cases": cases("value > 9", "value > 3", "{{ value > 1 }}")}
    assert await run_node(Condition, params, FakeContext(tmp_path)) == {"c1": 5}
    assert await run_node(Condition, {**params, "match": "all"}, FakeContext(tmp_path)) == {"c1": 5, "c2": 5}


async def test_condition_stops_at_the_first_and_skips_empty_cases(tmp_path: Path) -> None:
    params: dict[str, Json] = {"cases": cases("", " ", "true", "nothing.at.all")}
    assert await run_node(Condition, params, FakeContext(tmp_path)) == {"c2": None}
    assert await run_node(Condition, {}, FakeContext(tmp_path), {"value": "x"}) == {"default": "x"}


async def test_condition_sees_what_templates_see(tmp_path: Path) -> None:
    ctx = FakeContext(tmp_path, workflow_inputs={"limit": 3}, names={"nodes": {"a": {"output": [1, 2, 3, 4]}}})
    params: dict[str, Json] = {"cases": cases("nodes.a.output | length > inputs.limit")}
    assert await run_node(Condition, params, ctx) == {"c0": None}


@pytest.mark.parametrize(("text", "code"), [("valu > 3", "template.unknown-name"), ("value >", "template.syntax")])
async def test_condition_names_the_case_that_is_wrong(text: str, code: str, tmp_path: Path) -> None:
    issue = await issue_of(Condition, {"value": 1, "cases": cases("false", text)}, tmp_path)
    assert (issue.code, issue.field) == (code, "cases[1].when")


def test_condition_finds_cases_that_share_a_port() -> None:
    params: dict[str, Json] = {
        "cases": [{"id": "a", "when": "1"}, {"id": "a", "when": "2"}, {"id": "default", "when": "3"}, {"id": "error", "when": ""}]
    }
    found = [(issue.code, issue.field, issue.severity) for issue in Condition.check(params)]
    assert found == [
        ("condition.duplicate-case", "cases[1].id", "error"),
        ("condition.duplicate-case", "cases[2].id", "error"),
        ("condition.duplicate-case", "cases[3].id", "error"),
        ("condition.no-expression", "cases[3].when", "warning"),
    ]
    assert [port.key for port in Condition.ports(params).outputs] == ["a", "default"]


def test_ports_of_a_condition_keep_their_keys() -> None:
    before: dict[str, Json] = {"cases": [{"id": "a", "label": "First", "when": "1"}, {"id": "b", "when": "2"}]}
    after: dict[str, Json] = {"cases": [{"id": "b", "label": "New", "when": "2"}, {"id": "c"}, {"id": "a", "when": "1"}]}
    assert [port.key for port in Condition.ports(before).outputs] == ["a", "b", "default"]
    assert [port.key for port in Condition.ports(after).outputs] == ["b", "c", "a", "default"]
    assert [port.label for port in Condition.ports(after).outputs] == ["New", "c", "a", "Default"]


async def test_approval_asks_and_passes_the_edited_payload_on(tmp_path: Path) -> None:
    ctx = FakeContext(tmp_path, answer=Answer(True, {"n": 2}, "more", "ana"), names={"vars": {"who": "Kim"}})
    params: dict[str, Json] = {
        "question": "Pay {{ vars.who }}?", "payload": {"n": 1}, "effect": "Money leaves.", "payload_schema": {"type": "object"},
    }
    ports = await run_node(Approval, params, ctx)
    assert ports == {"approved": {"n": 2}, "decision": {"approved": True, "comment": "more", "by": "ana"}}
    assert [question.as_json() for question in ctx.asked] == [
        {"text": "Pay Kim?", "payload": {"n": 1}, "effect": "Money leaves.", "schema": {"type": "object"}}
    ]


def test_approval_finds_a_schema_that_is_none() -> None:
    issues = list(Approval.check({"payload_schema": {"type": "objekt"}}))
    assert [(issue.code, issue.field) for issue in issues] == [("schema.invalid", "payload_schema.type")]


@pytest.mark.parametrize("value", [{"deep": [1, {"x": None}]}, "text with {{ braces }}", 1.5])
async def test_what_arrives_is_never_taken_for_a_template(value: Json, tmp_path: Path) -> None:
    assert await run_node(Output, {}, FakeContext(tmp_path), {"value": value}) == {"result": value}
    assert await run_node(Condition, {"cases": cases("true")}, FakeContext(tmp_path), {"value": value}) == {"c0": value}
    ctx = FakeContext(tmp_path, answer=Answer(True, value))
    assert (await run_node(Approval, {}, ctx, {"payload": value}))["approved"] == value
    assert ctx.asked[0].payload == value


async def test_text_takes_what_a_template_gives(tmp_path: Path) -> None:
    ctx = FakeContext(tmp_path, names={"vars": {"n": 3, "list": ["a"], "none": None}})
    for template, text in (("{{ vars.n }}", "3"), ("{{ vars.list }}", '[\n  "a"\n]'), ("{{ vars.none }}", "")):
        await run_node(Approval, {"question": template}, ctx)
        assert ctx.asked[-1].text == text


async def test_a_template_that_fails_names_its_field(tmp_path: Path) -> None:
    with pytest.raises(WeftError) as caught:
        await run_node(Output, {"value": {"a": ["{{ nowhere }}"]}}, FakeContext(tmp_path))
    assert caught.value.issue.field == "value.a[0]"
