"""API request against a real server on the loopback interface."""

from __future__ import annotations

import asyncio
import base64
import json
from asyncio import StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.api.replies import retry_after
from engine.api.trust import ANYWHERE, Capability
from engine.model.issues import WeftError
from engine.model.values import Json
from engine.net.client import WebClient
from engine.nodes.web.api_request import ApiRequest
from tests.conformance.context import FakeContext, run_node
from tests.unit.net.servers import Seen, Site, reply, site
from tests.unit.nodes.failing import error_of, issue_of


@asynccontextmanager
async def serving(folder: Path, *answers: bytes) -> AsyncIterator[tuple[Site, FakeContext]]:
    """Run a server that gives these answers in order, the last one for ever, and a context that may call it."""
    left = [*answers] or [reply()]

    async def answer(_seen: Seen, writer: StreamWriter) -> None:
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        await writer.drain()

    async with site() as server:
        server.answers["/"] = answer
        web = WebClient()
        try:
            yield server, FakeContext(folder, web=web, allowed_hosts=(server.at,), secrets={"token": "t0p-secret", "key": "k&y"})
        finally:
            await web.aclose()


async def out_of(ctx: FakeContext, server: Site, **params: Any) -> Any:
    """Send a request to the server and return what comes out."""
    return (await run_node(ApiRequest, {"url": server.url(), **params}, ctx))["out"]


def json_reply(status: int, body: Json, *headers: str) -> bytes:
    return reply(status, json.dumps(body).encode(), "Content-Type: application/json", *headers)


async def test_everything_reaches_the_server(tmp_path: Path) -> None:
    async with serving(tmp_path, json_reply(201, {"id": 7}, "X-Total: 1")) as (server, ctx):
        ctx.names = {"vars": {"n": 3}}
        out = await out_of(
            ctx, server, method="PUT", url=server.url("/?x=1"), body_kind="json",
            query={"q": "가&", "n": [1, 2], "k": {"$secret": "key"}, "no": None},
            headers={"X-One": "1", "X-Yes": True, "X-Token": {"$secret": "token"}, "X-None": None},
            body={"deep": [{"$secret": "token"}, "{{ vars.n }}"]},
        )
        assert (out["status"], out["body"], out["headers"]["x-total"]) == (201, {"id": 7}, "1")
        seen = server.seen[0]
        assert (seen.method, seen.target) == ("PUT", "/?x=1&q=%EA%B0%80%26&n=1&n=2&k=k%26y")
        assert json.loads(seen.body) == {"deep": ["t0p-secret", 3]}
        assert {name: seen.headers.get(name) for name in ("x-one", "x-yes", "x-token", "x-none", "content-type")} == {
            "x-one": "1", "x-yes": "true", "x-token": "t0p-secret", "x-none": None, "content-type": "application/json",
        }


@pytest.mark.parametrize(
    ("kind", "body", "sent", "content_type"),
    [
        ("form", {"a": "1", "b": ["x", "y"]}, b"a=1&b=x&b=y", "application/x-www-form-urlencoded"),
        ("raw", "가", "가".encode(), "text/plain; charset=utf-8"),
        ("json", "text", b'"text"', "application/json"),
        ("json", None, b"null", "application/json"),
        ("none", {"a": 1}, b"", None),
    ],
)
async def test_bodies(kind: str, body: Json, sent: bytes, content_type: str | None, tmp_path: Path) -> None:
    async with serving(tmp_path) as (server, ctx):
        await run_node(ApiRequest, {"method": "POST", "url": server.url(), "body_kind": kind}, ctx, {"body": body})
        assert server.seen[0].body == sent
        assert server.seen[0].headers.get("content-type") == content_type


@pytest.mark.parametrize(
    ("params", "header", "value"),
    [
        ({"auth": "basic", "user": "ann"}, "authorization", "Basic " + base64.b64encode(b"ann:t0p-secret").decode()),
        ({"auth": "bearer"}, "authorization", "Bearer t0p-secret"),
        ({"auth": "key"}, "x-api-key", "t0p-secret"),
        ({"auth": "key", "key_name": "X-Own"}, "x-own", "t0p-secret"),
        ({"auth": "none"}, "authorization", None),
    ],
)
async def test_authentication(params: dict[str, Json], header: str, value: str | None, tmp_path: Path) -> None:
    async with serving(tmp_path) as (server, ctx):
        await out_of(ctx, server, secret={"$secret": "token"}, **params)
        assert server.seen[0].headers.get(header) == value


async def test_a_key_in_the_query(tmp_path: Path) -> None:
    async with serving(tmp_path) as (server, ctx):
        await out_of(ctx, server, auth="key", key_place="query", key_name="k", secret={"$secret": "token"})
        assert server.seen[0].target == "/?k=t0p-secret"


@pytest.mark.parametrize(
    "params",
    [{"auth": "key", "secret": {"$secret": "no"}}, {"headers": {"X": {"$secret": "no"}}}, {"query": {"x": {"$secret": "no"}}}],
)
async def test_a_missing_secret_sends_nothing(params: dict[str, Json], tmp_path: Path) -> None:
    async with serving(tmp_path) as (server, ctx):
        with pytest.raises(WeftError, match="no secret named 'no'"):
            await out_of(ctx, server, **params)
        assert server.seen == []


async def test_requests_that_change_something_carry_the_same_key_each_time(tmp_path: Path) -> None:
    async with serving(tmp_path) as (server, ctx):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            await out_of(ctx, server, method=method)
        keys = [seen.headers.get("idempotency-key") for seen in server.seen]
        assert keys == [None, *["0123456789abcdef:step"] * 4]
        await out_of(ctx, server, method="POST", headers={"idempotency-KEY": "mine"})
        assert server.seen[-1].headers["idempotency-key"] == "mine"


@pytest.mark.parametrize("status", [400, 401, 404, 408, 418, 429, 500, 503])
async def test_a_status_that_is_not_allowed(status: int, tmp_path: Path) -> None:
    answer = json_reply(status, {"error": "because  of\n" + "x" * 1000}, "Retry-After: 7")
    retryable = status in (408, 429, 500, 503)
    async with serving(tmp_path, answer) as (server, ctx):
        error = await error_of(ApiRequest, {"url": server.url()}, ctx)
        assert (error.issue.code, error.retryable, error.retry_after) == ("http.status", retryable, 7.0 if retryable else None)
        assert f"The server answered {status}" in error.issue.text
        assert '{"error": "because of' in error.issue.text
        assert len(error.issue.text) < 400


@pytest.mark.parametrize(("allowed", "status"), [("404", 404), ("200-299, 400 - 404", 404), ("100-599", 500)])
async def test_statuses_may_be_allowed(allowed: str, status: int, tmp_path: Path) -> None:
    async with serving(tmp_path, reply(status, b"not there", "Content-Type: text/plain")) as (server, ctx):
        out = await out_of(ctx, server, allowed_status=allowed)
        assert (out["status"], out["body"]) == (status, "not there")


async def test_redirects_are_followed_if_wanted(tmp_path: Path) -> None:
    moved = reply(302, b"", "Location: /?there")
    async with serving(tmp_path, moved, reply(200, b"here", "Content-Type: text/plain"), moved) as (server, ctx):
        assert (await out_of(ctx, server))["body"] == "here"
        issue = await issue_of(ApiRequest, {"url": server.url(), "redirects": False}, ctx)
        assert issue.text.startswith("The server answered 302")


async def test_private_addresses_have_to_be_allowed(tmp_path: Path) -> None:
    async with serving(tmp_path) as (server, ctx):
        ctx.allowed_hosts = ()
        assert (await issue_of(ApiRequest, {"url": server.url()}, ctx)).code == "http.blocked-address"
        assert server.seen == []


async def silent(_seen: Seen, _writer: StreamWriter) -> None:
    await asyncio.Event().wait()


async def test_limits_on_time_and_size(tmp_path: Path) -> None:
    async with serving(tmp_path, reply(200, b"x" * 2000)) as (server, ctx):
        assert (await issue_of(ApiRequest, {"url": server.url(), "max_mb": 0.001}, ctx)).code == "http.too-large"
        server.answers["/"] = silent
        error = await error_of(ApiRequest, {"url": server.url(), "time_limit": 0.2}, ctx)
        assert (error.issue.code, error.retryable) == ("http.timeout", True)


async def test_a_server_that_is_down(tmp_path: Path) -> None:
    async with serving(tmp_path) as (server, ctx):
        pass
    error = await error_of(ApiRequest, {"url": server.url()}, ctx)
    assert (error.issue.code, error.retryable) == ("http.unreachable", True)
    await ctx.web.aclose()


async def test_cancelling_ends_the_request(tmp_path: Path) -> None:
    async with serving(tmp_path) as (server, ctx):
        reached = asyncio.Event()

        async def hear(seen: Seen, writer: StreamWriter) -> None:
            reached.set()
            await silent(seen, writer)

        server.answers["/"] = hear
        step = asyncio.create_task(out_of(ctx, server))
        await reached.wait()
        step.cancel()
        with pytest.raises(asyncio.CancelledError):
            await step


@pytest.mark.parametrize("headers", [{"X": ["a"]}, {"X": {"a": 1}}])
async def test_headers_that_are_no_text(headers: Json, tmp_path: Path) -> None:
    issue = await issue_of(ApiRequest, {"url": "https://example.com/", "headers": headers}, tmp_path)
    assert (issue.code, issue.field) == ("http.invalid-request", "headers.X")


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"url": "https://example.com"}, []),
        ({"url": "{{ inputs.url }}"}, []),
        ({"url": "example.com"}, [("http.invalid-url", "url")]),
        ({"url": "ftp://example.com"}, [("http.invalid-url", "url")]),
        ({"url": "https://"}, [("http.invalid-url", "url")]),
        ({"url": "https://e.com", "allowed_status": "2xx"}, [("http.bad-status", "allowed_status")]),
        ({"url": "https://e.com", "allowed_status": ""}, [("http.bad-status", "allowed_status")]),
        ({"url": "https://e.com", "auth": "bearer"}, [("http.no-secret", "secret")]),
        ({"url": "https://e.com", "body_kind": "json", "body": '{"a": 1}'}, [("http.json-text", "body")]),
    ],
)
def test_bad_parameters_are_found_before_a_run(params: dict[str, Json], found: list[tuple[str, str]]) -> None:
    assert [(issue.code, issue.field) for issue in ApiRequest.check(params)] == found


@pytest.mark.parametrize("params", [{}, {"url": ""}, {"url": "x", "method": "BREW"}, {"url": "x", "time_limit": 0}])
def test_parameters_that_cannot_be(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ApiRequest(**params)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://api.example.com/x/{{ id }}", "api.example.com"), ("http://LOCALHOST:8080", "localhost:8080"),
        ("https://user:pw@example.com/", "example.com"), ("https://example.com?x={{ x }}", "example.com"),
        ("https://example.com{{ x }}", ANYWHERE), ("https://example.com\\{{ x }}", ANYWHERE), ("{{ x }}", ANYWHERE),
        ("https://{{ x }}/", ANYWHERE), ("nonsense", ANYWHERE), (None, ANYWHERE),
    ],
)
def test_which_host_it_calls_is_told(url: Json, host: str) -> None:
    assert list(ApiRequest.capabilities({"url": url})) == [Capability("host", host)]


def test_which_secrets_it_uses_is_told() -> None:
    params: dict[str, Json] = {
        "url": "https://e.com", "headers": {"a": {"$secret": "one"}}, "body": [{"x": {"$secret": "two"}}],
        "secret": {"$secret": "three"},
    }
    found = [capability.target for capability in ApiRequest.capabilities(params) if capability.kind == "secret"]
    assert sorted(found) == ["one", "three", "two"]


def test_when_to_come_again() -> None:
    later = datetime.now(UTC) + timedelta(seconds=60)
    assert 55 < (retry_after(format_datetime(later, usegmt=True)) or 0) <= 60
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert retry_after(" 5 ") == 5
    assert [retry_after(text) for text in ("", "soon", "-1", "1e9", "²")] == [None] * 5
