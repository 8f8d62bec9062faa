"""The owner and its clients, well-behaved and not."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.model.issues import WeftError, failure
from engine.model.values import Json, JsonObject
from engine.server import endpoint
from engine.server.client import OwnerClient
from engine.server.protocol import VERSION, Address, Emit, decode, encode
from engine.server.server import Limits, OwnerServer

BIG = 1 << 20


class Owner:
    """A handler with a request of every kind."""

    def __init__(self) -> None:
        self.release = asyncio.Event()
        self.finished: list[str] = []

    async def __call__(self, do: str, given: JsonObject, emit: Emit) -> JsonObject:
        if do == "echo":
            return {"given": given}
        if do == "fail":
            raise failure("a.b", "No.", "Yes.", node="n")
        if do == "break":
            raise ZeroDivisionError("planted")
        if do == "slow":
            await self.release.wait()
            self.finished.append("slow")
            return {}
        if do == "subscribe":
            for number in range(int(str(given.get("count", 3)))):
                emit(number + 1, {"event": "e", "text": "x" * int(str(given.get("size", 1)))})
                await asyncio.sleep(0)
            await self.release.wait()
            return {"status": "succeeded"}
        raise failure("owner.unknown-request", f"There is no request {do!r}.")


@asynccontextmanager
async def opened(**limits: Any) -> AsyncIterator[tuple[OwnerServer, Owner]]:
    owner = Owner()
    server = OwnerServer(owner, Limits(**{"last_words": 0.5, **limits}))
    await server.open()
    try:
        yield server, owner
    finally:
        await server.close()


async def client_of(server: OwnerServer, token: str | None = None) -> OwnerClient:
    return await asyncio.to_thread(OwnerClient.connect, server.address, server.token if token is None else token)


async def call(client: OwnerClient, do: str, **given: Json) -> JsonObject:
    return await asyncio.wrap_future(client.call(do, given))


@asynccontextmanager
async def client(server: OwnerServer) -> AsyncIterator[OwnerClient]:
    known = await client_of(server)
    try:
        yield known
    finally:
        await asyncio.to_thread(known.close)


async def code_of(work: Awaitable[object]) -> str:
    with pytest.raises(WeftError) as caught:
        await asyncio.wait_for(work, 5)
    return caught.value.issue.code


class Raw:
    """A connection that sends whatever it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def to(cls, server: OwnerServer, *, hello: bool = True) -> Raw:
        raw = cls(*await asyncio.open_unix_connection(server.address.path, limit=64 << 20))
        if hello:
            await raw.send(encode({"id": 1, "do": "hello", "with": {"version": VERSION, "token": server.token}}))
            assert "result" in await raw.message()
        return raw

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def message(self) -> dict[str, Any]:
        return decode(await asyncio.wait_for(self.reader.readline(), 5))

    async def ended(self) -> None:
        try:
            while await asyncio.wait_for(self.reader.read(1 << 20), 5):
                pass
        except ConnectionError:
            pass
        self.writer.close()


async def test_requests_are_answered_and_overlap() -> None:
    async with opened() as (server, owner), client(server) as known:
        slow = asyncio.ensure_future(call(known, "slow"))
        assert await call(known, "echo", text="감사") == {"given": {"text": "감사"}}
        owner.release.set()
        assert await slow == {}


async def test_errors_arrive_with_their_place() -> None:
    async with opened() as (server, _), client(server) as known:
        with pytest.raises(WeftError) as caught:
            await call(known, "fail")
        issue = caught.value.issue
        assert (issue.code, issue.node, issue.remedy) == ("a.b", "n", "Yes.")
        assert await code_of(call(known, "nothing")) == "owner.unknown-request"


@pytest.mark.expect_log("ERROR engine.server.server: request 'break' failed")
async def test_a_request_that_breaks_is_told_and_the_owner_goes_on() -> None:
    async with opened() as (server, _), client(server) as known:
        assert await code_of(call(known, "break")) == "owner.internal"
        assert await call(known, "echo") == {"given": {}}


async def test_events_come_in_order_and_before_the_result() -> None:
    async with opened() as (server, owner), client(server) as known:
        seen: list[int] = []
        answer = known.call("subscribe", {"count": 500}, lambda number, _: seen.append(number))
        owner.release.set()
        assert await asyncio.wrap_future(answer) == {"status": "succeeded"}
        assert seen == list(range(1, 501))


async def test_the_socket_is_for_its_user_alone_and_disappears() -> None:
    async with opened() as (server, _):
        path = Path(server.address.path)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert len(str(path)) <= endpoint.LONGEST_PATH
    assert not path.parent.exists()


async def test_a_long_temporary_folder_is_avoided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("x" * 120)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    async with opened() as (server, _), client(server) as known:
        assert await call(known, "echo") == {"given": {}}
    assert list(long.iterdir()) == []


async def test_without_unix_sockets_a_port_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_bases", list)
    async with opened() as (server, _), client(server) as known:
        assert server.address.port
        assert await call(known, "echo") == {"given": {}}
        assert await code_of(client_of(server, "wrong")) == "owner.not-allowed"


# hostile and unlucky clients


@pytest.mark.parametrize("token", ["", "wrong", "\ud800", "x" * 100_000])
async def test_a_wrong_token_is_refused(token: str) -> None:
    async with opened() as (server, _), client(server) as known:
        assert await code_of(client_of(server, token)) == "owner.not-allowed"
        assert await call(known, "echo") == {"given": {}}


@pytest.mark.parametrize(
    ("first", "code"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "owner.not-understood"),
        (b"\0\xff\xfe\n", "owner.not-understood"),
        (b"[" * 200_000 + b"\n", "owner.not-understood"),
        (b'{"id": 1, "do": "echo"}\n', "owner.not-allowed"),
        (b'{"id": 1, "do": "hello", "with": [1]}\n', "owner.not-allowed"),
        (b"x" * (17 << 20), "owner.line-too-long"),
    ],
)
async def test_garbage_ends_its_own_connection_only(first: bytes, code: str) -> None:
    async with opened() as (server, _), client(server) as known:
        raw = await Raw.to(server, hello=False)
        sending = asyncio.ensure_future(raw.send(first))
        assert (await raw.message())["error"]["code"] == code
        await raw.ended()
        await asyncio.gather(sending, return_exceptions=True)
        assert await call(known, "echo") == {"given": {}}


async def test_garbage_after_hello() -> None:
    async with opened() as (server, _), client(server) as known:
        raw = await Raw.to(server)
        await raw.send(b'{"id": 2, "do": 3}\n')
        assert (await raw.message())["error"]["code"] == "owner.not-understood"
        await raw.send(b"nonsense\n")
        message = await raw.message()
        assert (message["id"], message["error"]["code"]) == (None, "owner.not-understood")
        await raw.ended()
        assert await call(known, "echo") == {"given": {}}


async def test_another_version_is_named() -> None:
    async with opened() as (server, _):
        raw = await Raw.to(server, hello=False)
        await raw.send(encode({"id": 1, "do": "hello", "with": {"version": VERSION + 1, "token": server.token}}))
        assert (await raw.message())["error"]["code"] == "owner.other-version"
        await raw.ended()


async def test_who_says_nothing_is_sent_away() -> None:
    async with opened(hello=0.1) as (server, _):
        raw = await Raw.to(server, hello=False)
        assert (await raw.message())["error"]["code"] == "owner.no-hello"
        await raw.ended()


async def test_a_line_cut_in_the_middle_is_no_request() -> None:
    async with opened() as (server, owner), client(server) as known:
        raw = await Raw.to(server)
        await raw.send(b'{"id": 2, "do": "slow"')
        raw.writer.close()
        assert await call(known, "echo") == {"given": {}}
        assert owner.finished == []


async def test_a_request_is_finished_though_its_client_left() -> None:
    async with opened() as (server, owner):
        raw = await Raw.to(server)
        await raw.send(encode({"id": 2, "do": "slow"}))
        await asyncio.sleep(0.05)
        raw.writer.close()
        await asyncio.sleep(0.05)
        owner.release.set()
    assert owner.finished == ["slow"]


async def test_a_slow_reader_is_dropped_with_a_message() -> None:
    async with opened(backlog=4 * BIG, last_words=5.0) as (server, _), client(server) as known:
        raw = await Raw.to(server)
        await raw.send(encode({"id": 2, "do": "subscribe", "with": {"count": 200, "size": BIG}}))
        for _ in range(100):
            assert await call(known, "echo") == {"given": {}}, "the others notice nothing"
        last: dict[str, Any] = {}
        while line := await asyncio.wait_for(raw.reader.readline(), 5):
            last = decode(line)
        assert (last["id"], last["error"]["code"]) == (None, "owner.too-slow")
        raw.writer.close()


async def test_a_reader_that_never_reads_costs_a_connection_for_a_moment() -> None:
    async with opened(backlog=BIG, last_words=0.1) as (server, _), client(server) as known:
        raw = await Raw.to(server)
        raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
        await raw.send(encode({"id": 2, "do": "subscribe", "with": {"count": 50, "size": BIG}}))
        await until(lambda: len(server._connections) == 1)
        assert await call(known, "echo") == {"given": {}}
        raw.writer.transport.abort()


async def test_too_many_connections_and_requests_are_refused() -> None:
    async with opened(connections=2, requests=3) as (server, owner):
        first, second = await Raw.to(server), await Raw.to(server)
        third = await Raw.to(server, hello=False)
        assert (await third.message())["error"]["code"] == "owner.busy"
        await third.ended()
        await first.send(encode({"id": 2, "do": "slow"}) * 4)
        assert (await first.message())["error"]["code"] == "owner.too-many-requests"
        await first.ended()
        second.writer.close()
        owner.release.set()


async def until(good: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not good():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)


# the end of the owner


async def test_when_the_owner_ends_streams_are_told() -> None:
    async with opened() as (server, _):
        known = await client_of(server)
        seen: list[int] = []
        answer = known.call("subscribe", {}, lambda number, _: seen.append(number))
        await until(lambda: len(seen) == 3)
        await server.close()
        ended: asyncio.Future[JsonObject] = asyncio.wrap_future(answer)
        assert await code_of(ended) == "owner.ended"
        assert await code_of(call(known, "echo")) == "owner.gone"
        await asyncio.to_thread(known.close)


async def test_nobody_there() -> None:
    async with opened() as (server, _):
        pass
    assert await code_of(client_of(server)) == "owner.gone"


async def test_an_owner_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.server.client.HELLO_S", 0.1)
    silent, address = await endpoint.listen(lambda reader, writer: held.append(writer))
    held: list[asyncio.StreamWriter] = []
    assert await code_of(asyncio.to_thread(OwnerClient.connect, address, "x")) == "owner.silent"
    for writer in held:
        writer.close()
    silent.close()
    endpoint.remove(address)


async def test_only_what_an_owner_made_is_removed(tmp_path: Path) -> None:
    other = tmp_path / "weft-x" / "other.sock"
    other.parent.mkdir()
    other.touch()
    endpoint.remove(Address(path=str(other)))
    endpoint.remove(Address(port=80))
    assert other.exists()
