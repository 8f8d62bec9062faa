"""The owner's side: takes requests of other programs. Nothing that a client does, or fails to do, disturbs the owner."""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import secrets
from dataclasses import dataclass, field
from functools import partial

from engine.api.large import is_large
from engine.model.issues import WeftError, failure, phrase
from engine.model.values import Json, JsonObject
from engine.server.endpoint import listen, remove
from engine.server.outbox import LONG, Outbox
from engine.server.protocol import VERSION, Address, Handler, decode, encode, error_json

_log = logging.getLogger(__name__)

STREAMS = frozenset({"subscribe", "news"})
"""Requests that end with their connection. All others are brought to their end though the client is gone."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What clients may use. Times in seconds."""

    connections: int = 64
    requests: int = 64
    """Under way at once on one connection."""
    hello: float = 5.0
    """Until a client has said who it is."""
    backlog: int = 8 << 20
    """Bytes that wait for a slow reader."""
    last_words: float = 2.0
    """To send what is left before a connection is closed."""


@dataclass
class OwnerServer:
    """Listens once opened. `token` is what clients have to know; `closing` says why requests are refused from now on."""

    handler: Handler
    limits: Limits = Limits()
    token: str = field(default_factory=lambda: secrets.token_hex(32))
    address: Address = field(default_factory=Address)
    _server: asyncio.Server | None = None
    _connections: set[asyncio.Task[None]] = field(default_factory=set)
    _requests: set[asyncio.Task[None]] = field(default_factory=set)

    async def open(self) -> Address:
        """Begin to listen and return where."""
        self._server, self.address = await listen(self._connected)
        return self.address

    async def close(self) -> None:
        """End all connections: requests under way are finished, streams end with `owner.ended`. Does nothing when closed."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        if self._requests:
            await asyncio.wait(self._requests, timeout=self.limits.last_words)
        for connection in self._connections:
            connection.cancel()
        if self._connections:
            await asyncio.wait(self._connections, timeout=2 * self.limits.last_words)
        remove(self.address)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer), name="weft owner connection")
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connection = _Connection(self, reader, Outbox(writer, self.limits.backlog), task)
        try:
            if len(self._connections) > self.limits.connections:
                raise failure("owner.busy", "Too many programs talk to the owner of the data folder.", "Close some of them.")
            await connection.greet()
            await connection.listen()
        except (EOFError, ConnectionError):
            pass
        except asyncio.LimitOverrunError:
            connection.fail(None, failure("owner.line-too-long", "The line is too long.", "Send less at once."))
        except WeftError as error:
            connection.fail(None, error)
        except asyncio.CancelledError:
            connection.end(failure("owner.ended", "The program that owned the data folder ended.", "Try again."))
        except Exception:  # noqa: BLE001 - a client must not end the owner
            _log.exception("a connection failed")
        finally:
            await connection.close(self.limits.last_words)

    def keep(self, task: asyncio.Task[None]) -> None:
        """Hold a request that outlives its connection."""
        self._requests.add(task)
        task.add_done_callback(self._requests.discard)


class _Connection:
    """One client. `task` is what serves it."""

    def __init__(self, server: OwnerServer, reader: asyncio.StreamReader, outbox: Outbox, task: asyncio.Task[None]) -> None:
        self._server, self._reader, self._outbox, self._task = server, reader, outbox, task
        self._tasks: set[asyncio.Task[None]] = set()
        self._streams: dict[asyncio.Task[None], Json] = {}

    async def greet(self) -> None:
        """Wait for `hello` with the right version and token.

        Raises:
            WeftError: it is something else, or does not come in time.
        """
        try:
            async with asyncio.timeout(self._server.limits.hello):
                hello = decode(await self._reader.readuntil(b"\n"))
        except TimeoutError:
            raise failure("owner.no-hello", "The client did not say who it is.", "Send `hello` first.") from None
        given = hello.get("with")
        given = given if isinstance(given, dict) else {}
        token = str(given.get("token")).encode(errors="replace")
        if hello.get("do") != "hello" or not hmac.compare_digest(token, self._server.token.encode()):
            raise failure("owner.not-allowed", "The client does not know the token.", "Read it from owner.json.")
        if given.get("version") != VERSION:
            text = phrase("The program that owns the data folder speaks version {version} of the protocol.", version=VERSION)
            raise failure("owner.other-version", text, "Use the same version of Weft in both, or close the other one first.")
        self._send({"id": hello.get("id"), "result": {"version": VERSION, "pid": os.getpid()}})

    async def listen(self) -> None:
        """Take requests until the client goes."""
        while True:
            request = decode(await self._reader.readuntil(b"\n"))
            if len(self._tasks) >= self._server.limits.requests:
                raise failure("owner.too-many-requests", "Too many requests at once.", "Wait for answers.")
            task = asyncio.create_task(self._answer(request), name=f"weft owner request {str(request.get('do'))[:20]}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            if request.get("do") in STREAMS:
                self._streams[task] = request.get("id")
                task.add_done_callback(lambda done: self._streams.pop(done, None))
            else:
                self._server.keep(task)

    async def _answer(self, request: JsonObject) -> None:
        number, name, given = request.get("id"), request.get("do"), request.get("with", {})
        try:
            if not isinstance(name, str) or not isinstance(given, dict):
                raise failure("owner.not-understood", "A request has `do`, a name, and `with`, an object.", "Send both.")
            result = await self._server.handler(name, given, lambda at, event: self._emit(number, at, event))
            self._send({"id": number, "result": result})
        except WeftError as error:
            self.fail(number, error)
        except Exception as error:  # noqa: BLE001 - the client is told, the owner goes on
            _log.exception("request %r failed", name)
            text = phrase(
                "The owner of the data folder could not do this: {kind}: {error}", kind=type(error).__name__, error=error
            )
            self.fail(number, failure("owner.internal", text, "See its log."))

    def _emit(self, number: Json, at: int, event: JsonObject) -> None:
        self._send({"id": number, "number": at, "event": event})

    def _send(self, message: JsonObject) -> None:
        outbox = self._outbox
        if not (outbox.put_later(partial(encode, message)) if is_large(message, LONG) else outbox.put(encode(message))):
            slow = failure("owner.too-slow", "The client does not read what it asked for.", "Ask again from the last number.")
            self._outbox.last(encode({"id": None, "error": error_json(slow)}))
            self._task.cancel()

    def fail(self, number: Json, error: WeftError) -> None:
        """Tell the client of an error; without a number it concerns the whole connection."""
        self._send({"id": number, "error": error_json(error)})

    def end(self, error: WeftError) -> None:
        """Tell why the streams end."""
        for number in self._streams.values():
            self.fail(number, error)

    async def close(self, grace: float) -> None:
        """Stop the streams, send what is left, and hang up. Requests under way go on."""
        for task in self._streams:
            task.cancel()
        try:
            await self._outbox.close(grace)
        except Exception as error:  # noqa: BLE001 - who hangs up does not wait for the other side
            _log.debug("not all was sent before hanging up: %r", error)
