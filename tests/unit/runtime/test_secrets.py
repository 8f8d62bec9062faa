"""Secrets in a run: only the document names them, and their values are kept out of what is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.api.context import RunContext
from engine.api.events import RunFinished, StepFailed, StepFinished, StepToken
from engine.api.params import SecretRef
from engine.api.services import Services
from engine.api.web import WebReply
from engine.registry import open_registry
from tests.conformance.context import FakeModels, FakeNotices, FakeScripts, FakeWeb
from tests.helpers.engine import WORK, graph_of, open_engine, task

KEY = "sk-0123456789"


class Vault:
    """Holds one secret."""

    def get(self, name: str) -> str | None:
        return KEY if name == "openai" else None


def services(web: FakeWeb | None = None) -> Services:
    return Services(FakeModels(), web or FakeWeb(), FakeScripts(), FakeNotices(), Vault())  # type: ignore[arg-type]


def reply(body: Any) -> WebReply:
    return WebReply(200, "https://a.example", {}, body, "json")


NAMED = {"$secret": "openai"}
POST: dict[str, Any] = {"url": "https://a.example/post", "method": "POST", "body_kind": "json"}


@pytest.mark.parametrize(
    ("params", "edges"),
    [
        ({"body": "{{ nodes.fetch.output.body }}"}, "fetch > post"),
        ({}, "fetch.out > post.body"),
        ({"headers": "{{ {'X-Key': {'$' ~ 'secret': 'openai'}} }}"}, "fetch > post"),
        ({"query": "{{ nodes.fetch.output.body }}"}, "fetch > post"),
    ],
)
async def test_data_that_looks_like_a_secret_is_data(tmp_path: Path, params: dict[str, Any], edges: str) -> None:
    web = FakeWeb([reply({"note": NAMED}), reply("ok")])
    graph = graph_of(
        task("fetch", kind="http.request", url="https://a.example"),
        task("post", kind="http.request", **{**POST, **params}),
        edges=edges,
    )
    async with open_engine(tmp_path, services(web), open_registry()) as engine:
        await engine.run(graph)
    assert all(KEY not in str(request) for request in web.requests)


@pytest.mark.parametrize("kind", ["http.request", "notify.send"])
async def test_a_secret_that_stands_in_the_document_is_used(tmp_path: Path, kind: str) -> None:
    params: dict[str, Any]
    params = {**POST, "body": {"a": [NAMED, "{{ 1 + 1 }}"]}} if kind == "http.request" else {"channel": "webhook", "url": NAMED}
    web = FakeWeb([reply("ok")])
    async with open_engine(tmp_path, services(web), open_registry()) as engine:
        result = await engine.run(graph_of(task("post", kind=kind, **params)))
    assert result.status == "succeeded"
    assert web.requests[0].body == {"a": [KEY, 2]} if kind == "http.request" else web.requests[0].url == KEY


async def test_an_address_that_arrives_is_no_secret(tmp_path: Path) -> None:
    web = FakeWeb([reply(NAMED), reply("ok")])
    graph = graph_of(
        task("fetch", kind="http.request", url="https://a.example"),
        task("tell", kind="notify.send", channel="webhook", url="{{ nodes.fetch.output.body }}"),
        edges="fetch > tell",
    )
    async with open_engine(tmp_path, services(web), open_registry()) as engine:
        result = await engine.run(graph)
    assert result.error is not None
    assert (result.error["code"], len(web.requests)) == ("param.invalid", 1)


async def test_a_node_gets_no_secret_that_the_document_does_not_give_it(tmp_path: Path) -> None:
    async def greedy(ctx: RunContext) -> Any:
        return ctx.secret(SecretRef("openai"))

    async with open_engine(tmp_path, services()) as engine:
        WORK["greedy"] = greedy
        result = await engine.run(graph_of(task("a", "greedy"), task("b", value=NAMED)))
    assert result.error is not None
    assert result.error["code"] == "secret.not-given"


async def test_progress_and_log_hide_secrets(tmp_path: Path) -> None:
    async def work(ctx: RunContext) -> Any:
        key = ctx.secret(SecretRef("openai"))
        ctx.progress(0.5, f"using {key}")
        ctx.log(f"using {key}")

    async with open_engine(tmp_path, services()) as engine:
        WORK["work"] = work
        await engine.run(graph_of(task("a", "work", value=NAMED)))
        told = [event.as_json() for event in engine.events]
    assert any(str(event.get("text", "")).startswith("using") for event in told)
    assert KEY not in str(told)


@pytest.mark.parametrize("items", [(None,), (0, 1)])
async def test_streamed_pieces_hide_a_secret_that_is_cut(tmp_path: Path, items: tuple[int | None, ...]) -> None:
    async def work(ctx: RunContext) -> Any:
        text = f"here, {ctx.secret(SecretRef('openai'))}, sk-0"
        for start in range(0, len(text), 5):
            for item in items:
                ctx.token(text[start : start + 5], item)
        ctx.token("", items[-1], last=True)

    async with open_engine(tmp_path, services()) as engine:
        WORK["work"] = work
        await engine.run(graph_of(task("a", "work", value=NAMED)))
        told = [event for event in engine.events if isinstance(event, StepToken)]
        assert isinstance(engine.events[-1], RunFinished)
        assert isinstance(engine.events[-2], StepFinished)
    for item in items:
        assert "".join(event.text for event in told if event.item == item) == "here, [secret openai], sk-0"
    assert told[0].text == "here,"


async def test_what_was_kept_back_is_shown_when_a_step_fails(tmp_path: Path) -> None:
    async def work(ctx: RunContext) -> Any:
        ctx.secret(SecretRef("openai"))
        ctx.token("it is sk-")
        raise ValueError("no more")

    async with open_engine(tmp_path, services()) as engine:
        WORK["work"] = work
        await engine.run(graph_of(task("a", "work", value=NAMED)))
        kinds = [type(event) for event in engine.events]
        assert "".join(event.text for event in engine.events if isinstance(event, StepToken)) == "it is sk-"
    assert kinds.index(StepFailed) > max(at for at, kind in enumerate(kinds) if kind is StepToken)
