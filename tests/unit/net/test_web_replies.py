"""Requests say what the node says; replies come whole, bounded and typed; each failure has its code."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.api.web import WebAuth, WebError, WebReply, WebRequest
from engine.net.client import WebClient
from engine.net.outgoing import outgoing
from tests.unit.net.servers import Seen, Site, certificates, names, reply, site

LOCAL = ("127.0.0.1",)


@pytest.fixture
async def web() -> AsyncIterator[WebClient]:
    client = WebClient()
    yield client
    await client.aclose()


async def get(web: WebClient, server: Site, path: str = "/x", **more: Any) -> WebReply:
    return await web.send(WebRequest(server.url(path), allowed_hosts=LOCAL, **more))


async def refused(web: WebClient, request: WebRequest) -> WebError:
    with pytest.raises(WebError) as caught:
        await web.send(replace(request, allowed_hosts=LOCAL))
    return caught.value


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (WebRequest("/x"), ("GET", "/x", {"user-agent": "Weft", "accept": "*/*", "accept-encoding": "gzip, deflate"}, b"")),
        (WebRequest("/x?a=1&b", query={"c": [1, "ü"], "d": True, "e": None}), ("GET", "/x?a=1&b&c=1&c=%C3%BC&d=true", {}, b"")),
        (WebRequest("/x#part", method="post"), ("POST", "/x", {"content-length": "0"}, b"")),
        (
            WebRequest("/x", method="PUT", body={"a": ["ü", None]}, body_kind="json"),
            ("PUT", "/x", {"content-type": "application/json"}, '{"a": ["ü", null]}'.encode()),
        ),
        (WebRequest("/x", method="POST", body=None, body_kind="json"), ("POST", "/x", {}, b"null")),
        (
            WebRequest("/x", method="POST", body={"a": [1, 2], "b": "x y&ü", "c": None}, body_kind="form"),
            ("POST", "/x", {"content-type": "application/x-www-form-urlencoded"}, b"a=1&a=2&b=x+y%26%C3%BC"),
        ),
        (
            WebRequest("/x", method="POST", body="ü", body_kind="raw"),
            ("POST", "/x", {"content-type": "text/plain; charset=utf-8"}, "ü".encode()),
        ),
        (
            WebRequest("/x", method="PATCH", body=b"\0\xff", body_kind="raw", headers={"Content-Type": "image/png"}),
            ("PATCH", "/x", {"content-type": "image/png"}, b"\0\xff"),
        ),
        (WebRequest("/x", method="DELETE", body="ignored"), ("DELETE", "/x", {}, b"")),
        (WebRequest("/x", headers={"X-A": " b\n", "User-Agent": "me"}), ("GET", "/x", {"x-a": "b", "user-agent": "me"}, b"")),
        (WebRequest("/x", auth=WebAuth("basic", "u", "p:ü")), ("GET", "/x", {"authorization": "Basic dTpwOsO8"}, b"")),
        (WebRequest("/x", auth=WebAuth("bearer", secret="t\n")), ("GET", "/x", {"authorization": "Bearer t"}, b"")),
        (WebRequest("/x", auth=WebAuth("key", secret="k", name="X-Key")), ("GET", "/x", {"x-key": "k"}, b"")),
        (WebRequest("/x?a=1", auth=WebAuth("key", secret="k&", name="key", place="query")), ("GET", "/x?a=1&key=k%26", {}, b"")),
    ],
)
async def test_requests(web: WebClient, request_: WebRequest, expected: tuple[str, str, dict[str, str], bytes]) -> None:
    async with site(x=reply(204)) as server:
        await web.send(replace(request_, url=server.url(request_.url), allowed_hosts=LOCAL))
        seen = server.seen[0]
    method, target, headers, body = expected
    assert (seen.method, seen.target, seen.body) == (method, target, body)
    assert {name: seen.headers.get(name) for name in headers} == headers


SECRET = "s3cret"


@pytest.mark.parametrize(
    ("request_", "code", "field"),
    [
        (WebRequest(""), "http.invalid-url", "url"),
        (WebRequest("example.com"), "http.invalid-url", "url"),
        (WebRequest("ftp://example.com"), "http.invalid-url", "url"),
        (WebRequest("file:///etc/passwd"), "http.invalid-url", "url"),
        (WebRequest("http://"), "http.invalid-url", "url"),
        (WebRequest("http:///x"), "http.invalid-url", "url"),
        (WebRequest(f"http://user:{SECRET}@example.com/"), "http.invalid-url", "url"),
        (WebRequest("http://example.com:0/"), "http.invalid-url", "url"),
        (WebRequest("http://example.com:99999/"), "http.invalid-url", "url"),
        (WebRequest("http://exa mple.com/"), "http.invalid-url", "url"),
        (WebRequest("http://example.com\\@127.0.0.1/"), "http.invalid-url", "url"),
        (WebRequest("http://[::1/"), "http.invalid-url", "url"),
        (WebRequest("http://a..b/"), "http.invalid-url", "url"),
        (WebRequest("http://" + "a" * 9000), "http.invalid-url", "url"),
        (WebRequest("http://example.com/\r\nX: 1"), "http.invalid-url", "url"),
        (WebRequest("http://x.test", method="GE T"), "http.invalid-request", "method"),
        (WebRequest("http://x.test", method="CONNECT"), "http.invalid-request", "method"),
        (WebRequest("http://x.test", headers={"A\r\nB": "c"}), "http.invalid-request", "headers"),
        (WebRequest("http://x.test", headers={"A": f"{SECRET}\r\nB: c"}), "http.invalid-request", "headers"),
        (WebRequest("http://x.test", headers={"Host": "other"}), "http.invalid-request", "headers"),
        (WebRequest("http://x.test", headers={"content-length": "1"}), "http.invalid-request", "headers"),
        (WebRequest("http://x.test", headers={"Transfer-Encoding": "chunked"}), "http.invalid-request", "headers"),
        (WebRequest("http://x.test", auth=WebAuth("bearer", secret=f"{SECRET}\r\nX: y")), "http.invalid-request", "auth.secret"),
        (WebRequest("http://x.test", auth=WebAuth("basic", "a:b", SECRET)), "http.invalid-request", "auth.user"),
        (WebRequest("http://x.test", body={"a": {"b": 1}}, body_kind="form"), "http.invalid-request", "body"),
        (WebRequest("http://x.test", body=[1], body_kind="form"), "http.invalid-request", "body"),
        (WebRequest("http://x.test", body=[1], body_kind="raw"), "http.invalid-request", "body"),
        (WebRequest("http://x.test", body=float("nan"), body_kind="json"), "http.invalid-request", "body"),
        (WebRequest("http://x.test", query={"a": "\ud800"}), "http.invalid-request", "query"),
        (WebRequest("http://x.test", headers={"a": "\ud800"}), "http.invalid-request", "headers"),
    ],
)
async def test_requests_that_are_not_sent(web: WebClient, request_: WebRequest, code: str, field: str) -> None:
    error = await refused(web, request_)
    assert (error.issue.code, error.issue.field, error.retryable) == (code, field, False)
    assert SECRET not in str(error) + error.issue.remedy
    assert SECRET not in repr(request_.auth)


@pytest.mark.parametrize(
    ("answer", "kind", "body"),
    [
        (reply(200, b'{"a": [1, "\xc3\xbc"]}', "Content-Type: application/json"), "json", {"a": [1, "ü"]}),
        (reply(200, b"\xef\xbb\xbf[1]", "Content-Type: application/problem+json; charset=x"), "json", [1]),
        (reply(200, b"{oops", "Content-Type: application/json"), "text", "{oops"),
        (reply(200, b"[NaN]", "Content-Type: application/json"), "text", "[NaN]"),
        (reply(200, b"[1e999]", "Content-Type: application/json"), "text", "[1e999]"),
        (reply(200, b'["\\ud800"]', "Content-Type: application/json"), "text", '["\\ud800"]'),
        (reply(200, b"[" * 1000 + b"]" * 1000, "Content-Type: application/json"), "text", "[" * 1000 + "]" * 1000),
        (reply(200, "é".encode("latin-1"), "Content-Type: text/html; charset=ISO-8859-1"), "text", "é"),
        (reply(200, "한글".encode("euc-kr"), "Content-Type: text/plain; charset=euc-kr"), "text", "한글"),
        (reply(200, "é".encode(), "Content-Type: text/plain; charset=idna"), "text", "é"),
        (reply(200, b"\xff", "Content-Type: text/plain"), "text", "\ufffd"),
        (reply(200, b"<a/>", "Content-Type: image/svg+xml"), "text", "<a/>"),
        (reply(200, b"plain"), "text", "plain"),
        (reply(200, b"\0\xff"), "base64", "AP8="),
        (reply(200, b"abc", "Content-Type: application/octet-stream"), "base64", "YWJj"),
        (reply(200, b"", "Content-Type: application/json"), "empty", None),
        (reply(204, b"", "Content-Encoding: gzip"), "empty", None),
        (reply(500, b"oh", "Content-Type: text/plain"), "text", "oh"),
        (reply(200, gzip.compress(b"abc", mtime=0), "Content-Encoding: gzip", "Content-Type: text/plain"), "text", "abc"),
        (reply(200, gzip.compress(b"ab", mtime=0) + gzip.compress(b"c", mtime=0), "Content-Encoding: x-gzip"), "text", "abc"),
        (reply(200, zlib.compress(b"abc"), "Content-Encoding: deflate"), "text", "abc"),
        (reply(200, zlib.compress(b"abc")[2:-4], "Content-Encoding: deflate"), "text", "abc"),
        (reply(200, b"3\r\nabc\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), "text", "abc"),
        (b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + reply(200, b"abc"), "text", "abc"),
    ],
)
async def test_replies(web: WebClient, answer: bytes, kind: str, body: object) -> None:
    async with site(x=answer) as server:
        done = await get(web, server)
    assert (done.body_kind, done.body) == (kind, body)
    assert done.url == server.url("/x")
    assert done.seconds > 0


async def test_a_key_in_the_address_is_not_shown(web: WebClient) -> None:
    async with site(x=reply(200, b"", "Location: /y")) as server:
        done = await get(web, server, "/x?a=1", query={"b": 2}, auth=WebAuth("key", secret=SECRET, name="key", place="query"))
    assert server.seen[0].target == f"/x?a=1&b=2&key={SECRET}"
    assert done.url == server.url("/x?a=1&b=2")


async def test_a_head_has_no_body_whatever_it_declares(web: WebClient) -> None:
    async with site(x=b"HTTP/1.1 200 X\r\nContent-Length: 99999999\r\nContent-Encoding: br\r\n\r\n") as server:
        done = await get(web, server, method="HEAD")
    assert (done.body_kind, done.headers["content-length"]) == ("empty", "99999999")


async def test_headers_of_replies(web: WebClient) -> None:
    async with site(x=reply(200, b"", "X-A: 1", "x-a: 2", "Retry-After: 3")) as server:
        done = await get(web, server)
    assert done.headers["x-a"] == "1, 2"
    assert done.headers["retry-after"] == "3"


async def test_cookies_are_not_kept(web: WebClient) -> None:
    async with site(x=reply(200, b"", "Set-Cookie: a=b; Path=/")) as server:
        await get(web, server)
        await get(web, server)
        assert "cookie" not in server.seen[1].headers


def endless(head: bytes, piece: bytes) -> Any:
    async def answer(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()

    return answer


GZIP_HEAD = b"HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        endless(b"HTTP/1.1 200 X\r\n\r\n", b"x" * 10_000),
        endless(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n", b"2710\r\n" + b"x" * 10_000 + b"\r\n"),
        b"HTTP/1.1 200 X\r\nContent-Length: 99999999999\r\n\r\n",
        reply(200, gzip.compress(b"\0" * 200_000_000, 9), "Content-Encoding: gzip"),
        reply(200, zlib.compress(b"\0" * 200_000_000, 9), "Content-Encoding: deflate"),
        reply(200, b"x" * 1_000_001),
    ],
    ids=["endless", "chunks", "declared", "gzip bomb", "deflate bomb", "one more"],
)
async def test_too_large(web: WebClient, answer: Any) -> None:
    async with site(x=answer) as server:
        tracemalloc.start()
        try:
            error = await refused(web, WebRequest(server.url("/x"), max_bytes=1_000_000, time_limit=20))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert (error.issue.code, error.retryable) == ("http.too-large", False)
    assert peak < 20_000_000


async def test_exactly_as_large_as_allowed(web: WebClient) -> None:
    async with site(x=reply(200, b"x" * 1000)) as server:
        assert (await get(web, server, max_bytes=1000)).size == 1000


async def sleeps(seen: Seen, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def drips(seen: Seen, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 X\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def redirects_slowly(seen: Seen, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.05)
    writer.write(reply(302, b"", "Location: /x"))


@pytest.mark.parametrize("answer", [sleeps, drips, redirects_slowly])
async def test_time_limit_over_everything(web: WebClient, answer: Any) -> None:
    async with site(x=answer) as server:
        start = time.monotonic()
        error = await refused(web, WebRequest(server.url("/x"), time_limit=0.3, max_redirects=10**6))
    assert (error.issue.code, error.retryable) == ("http.timeout", True)
    assert time.monotonic() - start < 5


async def test_a_name_that_never_answers() -> None:
    async def never(host: str, port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    web = WebClient(resolve=never)
    assert (await refused(web, WebRequest("http://slow.test", time_limit=0.1))).issue.code == "http.timeout"
    await web.aclose()


async def test_cancelling(web: WebClient) -> None:
    came = asyncio.Event()

    async def comes(seen: Seen, writer: asyncio.StreamWriter) -> None:
        came.set()
        await asyncio.sleep(60)

    async with site(x=comes) as server:
        task = asyncio.create_task(get(web, server))
        await asyncio.wait_for(came.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize(
    "answer",
    [
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 X\r\nX: " + b"y" * 300_000 + b"\r\n\r\n",
        reply(200, gzip.compress(b"abc" * 100, mtime=0)[:20], "Content-Encoding: gzip"),
        reply(200, b"no gzip", "Content-Encoding: gzip"),
        reply(200, b"x", "Content-Encoding: br"),
        reply(200, b"x", "Content-Encoding: gzip, gzip"),
        b"",
    ],
)
async def test_broken_replies(web: WebClient, answer: bytes) -> None:
    async def broken(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with site(x=broken) as server:
        error = await refused(web, WebRequest(server.url("/x"), time_limit=10))
    assert error.issue.code == "http.broken-reply"


async def test_no_server_and_no_name() -> None:
    async with site() as server:
        port = server.port
    web = WebClient(resolve=names())
    error = await refused(web, WebRequest(f"http://127.0.0.1:{port}/"))
    assert (error.issue.code, error.retryable) == ("http.unreachable", True)
    assert error.issue.text == f"`127.0.0.1:{port}` cannot be reached."
    error = await refused(web, WebRequest("http://nobody.test/"))
    assert (error.issue.code, error.retryable) == ("http.dns", False)
    assert "nobody.test" in error.issue.text
    await web.aclose()


async def test_tls(tmp_path: Path) -> None:
    made = certificates(tmp_path, "good.test", "127.0.0.1")
    resolve = names(good_test=["127.0.0.1"], other_test=["127.0.0.1"])

    async def answer_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(400))
        await writer.drain()
        writer.close()

    plain = await asyncio.start_server(answer_plainly, "127.0.0.1", 0)
    port = plain.sockets[0].getsockname()[1]
    async with site(made.server, x=reply(200, b"safe")) as server:
        unknowing, knowing = WebClient(resolve=resolve), WebClient(resolve=resolve, tls=made.client)
        good = WebRequest(server.url("/x", "good.test", "https"), allowed_hosts=("*.test",))
        assert (await knowing.send(good)).body == "safe"
        for client, request, part in (
            (unknowing, good, "self-signed"),
            (knowing, replace(good, url=server.url("/x", "other.test", "https")), "other.test"),
            (knowing, replace(good, url=f"https://good.test:{port}/x"), "does not speak TLS"),
        ):
            with pytest.raises(WebError) as caught:
                await client.send(request)
            assert (caught.value.issue.code, caught.value.retryable) == ("http.tls", False)
            assert part in caught.value.issue.text
        assert [seen.target for seen in server.seen] == ["/x"]
        await unknowing.aclose()
        await knowing.aclose()
    plain.close()


async def test_an_expired_certificate(tmp_path: Path) -> None:
    made = certificates(tmp_path, "127.0.0.1", expired=True)
    web = WebClient(tls=made.client)
    async with site(made.server, x=reply()) as server:
        error = await refused(web, WebRequest(server.url("/x", scheme="https")))
    assert "expired" in error.issue.text
    await web.aclose()


@pytest.mark.parametrize(
    ("status", "method", "becomes", "keeps_body"),
    [(301, "POST", "GET", False), (302, "POST", "GET", False), (303, "PUT", "GET", False), (307, "POST", "POST", True),
     (308, "PUT", "PUT", True), (301, "DELETE", "DELETE", True), (303, "HEAD", "HEAD", True), (302, "GET", "GET", True)],
)  # fmt: skip
async def test_redirects_change_the_method_as_browsers_do(
    web: WebClient, status: int, method: str, becomes: str, keeps_body: bool
) -> None:
    async with site(x=reply(status, b"", "Location: y?z=1"), y=reply(200)) as server:
        done = await get(web, server, method=method, body={"a": 1}, body_kind="json")
        first, second = server.seen
    assert (second.method, second.target) == (becomes, "/y?z=1")
    assert second.body == (first.body if keeps_body else b"")
    assert ("content-type" in second.headers) is keeps_body
    assert done.url.endswith("/y?z=1")


async def test_secrets_stay_with_their_origin(web: WebClient) -> None:
    auth = WebAuth("key", secret=SECRET, name="X-Key")
    headers = {"Authorization": SECRET, "Cookie": SECRET, "X-Own-Token": SECRET, "Accept": "a/b"}
    async with site(y=reply(200)) as other, site(same=reply(302, b"", "Location: /y"), y=reply(200)) as server:
        server.answers["/other"] = reply(307, b"", f"Location: {other.url('/y')}")
        await get(web, server, "/same", auth=auth, headers=headers)
        await get(web, server, "/other", auth=auth, headers=headers)
        assert server.seen[1].headers["authorization"] == SECRET
        assert server.seen[1].headers["x-key"] == SECRET
        assert SECRET not in str(other.seen[0].headers)
        assert other.seen[0].headers["accept"] == "a/b"


def test_an_upgrade_to_https_is_the_same_origin_and_a_downgrade_is_not() -> None:
    sent = outgoing(WebRequest("http://x.test/a", headers={"Authorization": SECRET}))
    up = sent.redirected(301, "https://x.test/a")
    assert up.headers["authorization"] == SECRET
    assert "authorization" not in up.redirected(301, "http://x.test/a").headers
    assert "authorization" not in sent.redirected(301, "https://x.test:8443/a").headers
    assert "authorization" not in sent.redirected(301, "http://sub.x.test/a").headers


async def test_too_many_redirects(web: WebClient) -> None:
    async with site(x=reply(302, b"", "Location: /x")) as server:
        error = await refused(web, WebRequest(server.url("/x")))
        assert error.issue.code == "http.too-many-redirects"
        assert len(server.seen) == 11
        done = await get(web, server, max_redirects=0)
        assert (done.status, done.headers["location"]) == (302, "/x")
        server.answers["/x"] = reply(302, b"")
        assert (await get(web, server)).status == 302


async def test_many_at_once(web: WebClient) -> None:
    async def echo(seen: Seen, writer: asyncio.StreamWriter) -> None:
        body = json.dumps(seen.target).encode()
        writer.write(reply(200, body, "Content-Type: application/json", "Connection: close"))

    async with site(x=echo) as server:
        done = await asyncio.gather(*(get(web, server, f"/x?{number}") for number in range(40)))
    assert [one.body for one in done] == [f"/x?{number}" for number in range(40)]
