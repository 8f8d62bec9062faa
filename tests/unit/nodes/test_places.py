"""Whatever fails in a run names the node and the field that it comes from, through the real services."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import BaseModel, field_validator

from engine.api.decorator import node
from engine.api.services import Services
from engine.model.graph import Graph
from engine.model.values import JsonObject
from engine.net.client import WebClient
from engine.providers.config import ProviderConfig
from engine.providers.openai_models import OpenAiModels
from engine.registry import open_registry
from engine.sandbox.runner import ProcessScripts
from tests.conformance.context import FakeNotices
from tests.helpers.engine import graph_of, open_engine, task
from tests.helpers.fake_model_server import FakeModelServer, Reply
from tests.unit.net.servers import reply, site

SCHEMA: JsonObject = {"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]}


class NoSecrets:
    """Holds none."""

    def get(self, name: str) -> str | None:
        return None


class Given(BaseModel):
    planet: str

    @field_validator("planet")
    @classmethod
    def known(cls, planet: str) -> str:
        if planet != "earth":
            raise ValueError("no such planet")
        return planet


class Found(BaseModel):
    moons: int


@node(type_id="own.moons", title="Moons")
async def moons(data: Given) -> Found:
    """Counts moons."""
    return Found(moons=1)


@node(type_id="own.broken", title="Broken")
async def broken(data: Found) -> Found:
    """Gives what its own model refuses."""
    return Found.model_validate({"moons": "many"})


async def failed(folder: Path, graph: Graph, **models: Any) -> JsonObject:
    """Run a document and return its error."""
    registry = open_registry()
    registry.add(moons)
    registry.add(broken)
    web, client = WebClient(), OpenAiModels(models, cast("Any", None), cast("Any", None), lambda: [])
    services = Services(client, web, ProcessScripts(), FakeNotices(), NoSecrets())  # type: ignore[arg-type]
    async with open_engine(folder, services, registry) as engine:
        result = await engine.run(graph)
        await web.aclose()
        await client.aclose()
    assert result.error is not None
    return result.error


def place(error: JsonObject) -> tuple[Any, ...]:
    assert error["remedy"]
    return error["code"], error["node"], error["field"]


@pytest.mark.parametrize(
    ("params", "code", "field"),
    [
        ({}, "http.status", "allowed_status"),
        ({"max_mb": 0.000001, "allowed_status": "404"}, "http.too-large", "max_mb"),
        ({"url": "http://127.0.0.1:1/"}, "http.blocked-address", "url"),
        ({"url": "{{ 'ftp:' }}//x"}, "http.invalid-url", "url"),
        ({"headers": {"Host": "{{ 'x' }}"}}, "http.invalid-request", "headers"),
        ({"headers": {"A": {"$secret": "one"}}}, "secret.missing", "headers.A"),
        ({"query": {"a": [1, {"$secret": "one"}]}}, "secret.missing", "query.a[1]"),
        ({"auth": "bearer", "secret": {"$secret": "one"}}, "secret.missing", "secret"),
        ({"time_limit": "{{ 'soon' }}"}, "param.invalid", "time_limit"),
        ({"time_limit": "{{ 2 ** 20000 }}"}, "template.too-large", "time_limit"),
        ({"query": {"a": ["{{ 1e308 * 10 }}"]}}, "template.not-data", "query.a[0]"),
    ],
)
async def test_requests(tmp_path: Path, params: JsonObject, code: str, field: str) -> None:
    async with site(root=reply(404, b"nothing here")) as server:
        graph = graph_of(
            task("get", kind="http.request", **cast("Any", {"url": server.url("/root"), **params})),
            settings={"allow_hosts": [server.at]},
        )
        error = await failed(tmp_path, graph)
    assert place(error) == (code, "get", field)


@pytest.mark.parametrize(
    ("params", "answer", "code", "field"),
    [
        ({"provider": "nobody"}, Reply(), "model.unknown-provider", "provider"),
        ({"provider": "other"}, Reply(), "model.not-chosen", "model"),
        ({}, Reply("no", status=404), "model.not-found", "model"),
        ({}, Reply("no", status=401), "model.auth", "provider"),
        ({}, Reply("This model's maximum context length is 5", status=400), "model.prompt-too-long", "prompt"),
        ({"prompt": "x" * 9000}, Reply(), "model.prompt-too-long", "prompt"),
        ({"answer_schema": SCHEMA, "repairs": 0}, Reply('{"a": "x"}'), "model.invalid-json", "answer_schema"),
        ({"answer_schema": SCHEMA}, Reply('{"a', finish_reason="length"), "model.invalid-json", "max_tokens"),
        ({"time_limit": 0.2}, Reply(pause=5.0), "model.timeout", "time_limit"),
        ({"mode": "each", "items": "{{ 3 }}"}, Reply(), "llm.no-list", "items"),
        ({"mode": "each", "items": ["a"], "provider": "nobody"}, Reply(), "model.unknown-provider", "provider"),
    ],
)
async def test_models(tmp_path: Path, params: JsonObject, answer: Reply, code: str, field: str) -> None:
    with FakeModelServer(default=answer) as server:
        test = ProviderConfig("test", "compatible", server.url, model="fake-1", context=1000)
        other = ProviderConfig("other", "compatible", server.url)
        graph = graph_of(task("ask", kind="ai.llm", **cast("Any", {"provider": "test", "prompt": "Hi", **params})))
        error = await failed(tmp_path, graph, test=test, other=other)
    assert place(error) == (code, "ask", field)


@pytest.mark.parametrize(
    ("accept", "code", "field"),
    [
        ({"question": "Fine?", "provider": "nobody"}, "model.unknown-provider", "accept.provider"),
        ({"question": "{{ 1 / 0 }}"}, "template.failed", "accept.question"),
        ({"expression": "output / 0"}, "template.failed", "accept.expression"),
        ({"schema": {"type": "number"}}, "output.rejected", "accept.schema"),
    ],
)
async def test_checks_of_outputs(tmp_path: Path, accept: JsonObject, code: str, field: str) -> None:
    graph = graph_of(task("a", kind="data.transform", template="x", options={"accept": accept}))
    assert place(await failed(tmp_path, graph)) == (code, "a", field)


async def test_a_webhook(tmp_path: Path) -> None:
    async with site(root=reply(500)) as server:
        graph = graph_of(
            task("tell", kind="notify.send", channel="webhook", url=server.url("/root")), settings={"allow_hosts": [server.at]}
        )
        assert place(await failed(tmp_path, graph)) == ("http.status", "tell", "url")


@pytest.mark.parametrize(
    ("params", "options", "code", "field"),
    [
        ({"code": "while True: pass", "time_limit": 0.5}, {}, "script.timeout", "time_limit"),
        ({"code": "while True: pass"}, {"time_limit": 0.5}, "step.time-limit", "time_limit"),
        ({"code": "result = 1 / 0"}, {}, "script.error", "code"),
        ({"code": "result = float('inf')"}, {}, "script.bad-result", "code"),
    ],
)
async def test_scripts(tmp_path: Path, params: JsonObject, options: JsonObject, code: str, field: str) -> None:
    graph = graph_of(task("work", kind="code.python", options=options, **cast("Any", params)))
    assert place(await failed(tmp_path, graph)) == (code, "work", field)


async def test_what_an_edge_brings(tmp_path: Path) -> None:
    graph = graph_of(task("a", kind="data.transform", template="soon"), task("b", kind="flow.wait"), edges="a.out > b.seconds")
    error = await failed(tmp_path, graph)
    assert place(error) == ("param.invalid", "b", "seconds")
    assert error["text"] == "`seconds` is 'soon', not a number."
    assert error["remedy"] == "Change what the edge brings, or put a transform in between."


async def test_models_of_functions(tmp_path: Path) -> None:
    error = await failed(tmp_path, graph_of(task("a", kind="own.moons", planet="mars")))
    assert place(error) == ("param.invalid", "a", "planet")
    assert error["text"] == "`planet` is 'mars', which is not accepted: no such planet."
    error = await failed(tmp_path, graph_of(task("a", kind="own.broken", moons=1)))
    assert place(error) == ("step.error", "a", "")
    assert error["text"] == "Found: `moons` is 'many', not a whole number."
