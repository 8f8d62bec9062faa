"""No node type breaks on what stands in a document that somebody wrote by hand, or on data of any shape."""

from __future__ import annotations

import asyncio
import copy
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.api.models import ChatRequest
from engine.api.node import Node
from engine.api.ports import ERROR, Ports
from engine.api.scripts import LineListener, ScriptJob, ScriptResult
from engine.api.trust import Capability
from engine.api.web import WebReply, WebRequest
from engine.model.issues import Issue, WeftError
from engine.model.values import JsonObject
from tests.conformance.context import FakeContext, FakeModels, FakeScripts, FakeWeb, run_node
from tests.conformance.types import TYPES, lay_out, web_reply

each_type = pytest.mark.parametrize("node_type", TYPES, ids=lambda known: known.type_id)

ODD: tuple[Any, ...] = (
    None, True, 0, -1.5, 10**400, "", "{{ x }}", "{{", "\n", "\0", "💥", [], [None], [[]], [{"id": 1}], {}, {"": {}}, {"type": 3},
    {"$secret": "x"}, {"$secret": 1}, "../..", "http://", "https://[", "2026-99-99",
)  # fmt: skip

KEYS = st.sampled_from(["id", "when", "type", "$ref", "x", ""])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


class WillingModels(FakeModels):
    """Answers everything."""

    async def reply(self, request: ChatRequest) -> Any:
        await asyncio.sleep(0)
        return {} if request.schema else "yes"


class WillingWeb(FakeWeb):
    """Answers everything."""

    async def send(self, request: WebRequest) -> WebReply:
        await asyncio.sleep(0)
        return web_reply(200, {"fine": True})


class WillingScripts(FakeScripts):
    """Gives back what it is given."""

    async def run(self, job: ScriptJob, on_line: LineListener | None = None) -> ScriptResult:
        await asyncio.sleep(0)
        return ScriptResult("succeeded", job.inputs)


def usual(node_type: type[Node]) -> JsonObject:
    """Return the parameters of the first example, with what is wired there."""
    example = node_type.examples[0]
    wired = {name: value for name, value in example.get("inputs", {}).items() if name in node_type.model_fields}
    return {**example["params"], **wired}


def odd_params(node_type: type[Node]) -> Iterator[JsonObject]:
    """Yield parameters with one odd value each."""
    for name in node_type.model_fields:
        for value in ODD:
            yield {**usual(node_type), name: value}


def well_formed(ports: Ports) -> bool:
    """Tell whether the keys are unique and no output is called like the error port."""
    inputs, outputs = ([port.key for port in side] for side in ports)
    unique = len(inputs) == len(set(inputs)) and len(outputs) == len(set(outputs))
    return unique and ERROR not in outputs and all(inputs + outputs)


def assert_all_questions_are_answered(node_type: type[Node], params: JsonObject) -> None:
    """Ask a type all it can be asked about parameters: it answers, changes nothing, and answers the same again."""
    before = copy.deepcopy(params)
    ports, capabilities = node_type.ports(params), set(node_type.capabilities(params))
    issues, summary = list(node_type.check(params)), node_type.summary(params)
    assert params == before
    assert node_type.ports(params) == ports
    assert set(node_type.capabilities(params)) == capabilities
    assert well_formed(ports)
    assert all(isinstance(found, Capability) and isinstance(found.target, str) for found in capabilities)
    assert all(isinstance(found, Issue) for found in issues)
    assert {re.split(r"[.\[]", found.field)[0] for found in issues} <= set(node_type.model_fields)
    assert "\n" not in summary


@each_type
def test_questions_about_odd_parameters_are_answered(node_type: type[Node]) -> None:
    assert_all_questions_are_answered(node_type, {})
    assert_all_questions_are_answered(node_type, {"unknown": 1})
    for params in odd_params(node_type):
        assert_all_questions_are_answered(node_type, params)


@each_type
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_questions_about_any_parameters_are_answered(node_type: type[Node], data: st.DataObject) -> None:
    names = st.sampled_from(sorted(node_type.model_fields))
    assert_all_questions_are_answered(node_type, data.draw(st.dictionaries(names, ANY_JSON, max_size=4)))


async def assert_runs_or_is_refused(node_type: type[Node], params: JsonObject, folder: Path, inputs: Any = None) -> bool:
    """Tell whether a node gave plain data, then at ports that it has; else it refused with an error that people can act on."""
    ctx = lay_out(node_type.examples[0], FakeContext(folder))
    ctx.models, ctx.web, ctx.scripts = WillingModels(), WillingWeb(), WillingScripts()
    given: JsonObject | None = None
    issues: Sequence[Issue] = ()
    try:
        async with asyncio.timeout(0.2):
            given = await run_node(node_type, params, ctx, inputs)
    except WeftError as error:
        issues = error.issues
    except (ValidationError, TimeoutError):
        return False
    assert all(issue.code and issue.text for issue in issues)
    assert given is None or given.keys() <= {port.key for port in node_type.ports(params).outputs}
    return given is not None


@each_type
async def test_odd_parameters_run_or_are_refused(node_type: type[Node], tmp_path: Path) -> None:
    ran = [await assert_runs_or_is_refused(node_type, params, tmp_path) for params in odd_params(node_type)]
    assert any(ran)


@each_type
async def test_odd_data_runs_or_is_refused(node_type: type[Node], tmp_path: Path) -> None:
    for example in node_type.examples:
        for port in node_type.ports(example["params"]).inputs:
            for value in ODD:
                wired = {**example.get("inputs", {}), port.key: [value] if port.multiple else value}
                await assert_runs_or_is_refused(node_type, dict(example["params"]), tmp_path, wired)
