"""The LLM node through the real client against a model server on the loopback interface."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from engine.model.values import Json, JsonObject
from engine.nodes.ai.llm import Llm
from engine.providers.config import ProviderConfig
from engine.providers.openai_models import OpenAiModels
from tests.conformance.context import FakeContext, run_node
from tests.helpers.fake_model_server import FakeModelServer, Reply
from tests.unit.nodes.failing import error_of, issue_of

SCHEMA: JsonObject = {
    "type": "object", "properties": {"kind": {"enum": ["good", "bad"]}}, "required": ["kind"], "additionalProperties": False,
}
SORT: JsonObject = {"provider": "test", "mode": "each", "prompt": "Sort {{ item }}", "answer_schema": SCHEMA, "at_once": 2}


def calling(folder: Path, server: FakeModelServer, **fields: Any) -> FakeContext:
    provider = ProviderConfig("test", "compatible", server.url, model="fake-1", **fields)
    models = OpenAiModels({"test": provider}, cast("Any", None), cast("Any", None), lambda: [])
    return FakeContext(folder, models=models)


def kind_of(word: str) -> Callable[[JsonObject], Reply]:
    """Answer that what holds `word` is good."""

    def reply(call: Any) -> Reply:
        kind = "good" if word in call["messages"][-1]["content"] else "bad"
        return Reply(json.dumps({"kind": kind}))

    return reply


async def test_items_are_sorted_under_a_schema(tmp_path: Path) -> None:
    with FakeModelServer(default=kind_of("nice")) as server:
        ctx = calling(tmp_path, server)
        ports = await run_node(Llm, SORT, ctx, {"items": ["nice day", "rain", "so nice"]})
        await ctx.models.aclose()
    assert ports == {"out": [{"kind": "good"}, {"kind": "bad"}, {"kind": "good"}]}
    assert ctx.used == {"prompt_tokens": 21, "completion_tokens": 15, "calls": 3}
    assert {item for item, _ in ctx.tokens} == {0, 1, 2}
    assert "".join(text for item, text in ctx.tokens if item == 1) == '{"kind": "bad"}'


async def test_an_answer_that_does_not_fit_is_repaired_or_shown(tmp_path: Path) -> None:
    with FakeModelServer(Reply("well ..."), Reply('{"kind": "good"}'), default=Reply('{"kind": "odd"}')) as server:
        ctx = calling(tmp_path, server)
        params: JsonObject = {**SORT, "mode": "once", "prompt": "Sort."}
        assert await run_node(Llm, {**params, "repairs": 1}, ctx) == {"out": {"kind": "good"}}
        issue = await issue_of(Llm, {**params, "repairs": 1}, ctx)
        await ctx.models.aclose()
    assert issue.code == "model.invalid-json"
    assert '{"kind": "odd"}' in issue.text
    assert len(server.calls) == 4


async def test_a_busy_server_fails_the_item_and_the_next_attempt_goes_on_there(tmp_path: Path) -> None:
    good = Reply('{"kind": "good"}')
    with FakeModelServer(good, Reply("slow down", 429, headers={"Retry-After": "3"}), default=good) as server:
        ctx = calling(tmp_path, server)
        params: JsonObject = {**SORT, "at_once": 1}
        error = await error_of(Llm, params, ctx, items=["a", "b", "c"])
        assert (error.issue.code, error.retryable, error.retry_after) == ("model.rate-limited", True, 3.0)
        assert error.issue.text.startswith("Item 2: ")
        assert await run_node(Llm, params, ctx, {"items": ["a", "b", "c"]}) == {"out": [{"kind": "good"}] * 3}
        await ctx.models.aclose()
    assert [call["messages"][-1]["content"] for call in server.calls] == ["Sort a", "Sort b", "Sort b", "Sort c"]


async def test_a_prompt_that_does_not_fit_is_never_sent(tmp_path: Path) -> None:
    with FakeModelServer() as server:
        ctx = calling(tmp_path, server, context=1000)
        issue = await issue_of(Llm, {"provider": "test", "prompt": "word " * 5000}, ctx)
        await ctx.models.aclose()
    assert issue.code == "model.prompt-too-long"
    assert server.calls == []


@pytest.mark.parametrize("params", [{"provider": "nobody", "prompt": "x"}, {"provider": "test", "model": "", "prompt": "x"}])
async def test_what_is_not_there(params: dict[str, Json], tmp_path: Path) -> None:
    with FakeModelServer(default=Reply("no such model", 404)) as server:
        ctx = calling(tmp_path, server)
        issue = await issue_of(Llm, params, ctx)
        await ctx.models.aclose()
    assert issue.code in ("model.unknown-provider", "model.not-found")
