"""The other programs' side: a connection to the owner of the data folder. Plain threads, no event loop."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from concurrent.futures import Future
from typing import Any

from engine.model.issues import WeftError, failure
from engine.model.values import JsonObject
from engine.server.endpoint import connect
from engine.server.protocol import MAX_REQUEST, VERSION, Address, Emit, decode, encode, error_of
from engine.server.sender import FLUSH_S, Sender

HELLO_S = 5.0
MOST_WAITING = 2 * MAX_REQUEST
"""Bytes of requests that wait for an owner that does not read."""


class OwnerClient:
    """Sends requests to the owner, in their order; callable from any thread, and never waits for the owner to read them.

    Answers and events arrive in a thread of the client's own.

    When the connection ends, all open requests fail with `owner.gone`, or with what the owner said at last.
    """

    owns_folder = False

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._numbers = itertools.count(1)
        self._open: dict[int, tuple[Future[JsonObject], Emit | None]] = {}
        self._lock = threading.Lock()
        self._last_words: WeftError | None = None
        self._closed = False
        self._sender = Sender(connection, MOST_WAITING)
        self._thread = threading.Thread(target=self._read, name="weft-client", daemon=True)
        self._thread.start()

    @classmethod
    def connect(cls, address: Address, token: str) -> OwnerClient:
        """Connect and say hello.

        Raises:
            WeftError: `owner.gone` when nobody listens there, `owner.not-allowed`, `owner.other-version`.
        """
        try:
            client = cls(connect(address, HELLO_S))
        except OSError as error:
            raise gone() from error
        try:
            client.call("hello", {"version": VERSION, "token": token}).result(HELLO_S)
        except TimeoutError as error:
            client.close()
            raise silent() from error
        except WeftError:
            client.close()
            raise
        return client

    def call(self, do: str, given: JsonObject | None = None, emit: Emit | None = None) -> Future[JsonObject]:
        """Send a request; its events go to `emit`, in the client's thread. The future raises WeftError."""
        answer: Future[JsonObject] = Future()
        answer.set_running_or_notify_cancel()  # from here on nobody can cancel it
        number = next(self._numbers)
        line = encode({"id": number, "do": do, "with": given or {}})
        if len(line) > MAX_REQUEST:
            answer.set_exception(failure("owner.line-too-long", "This is too much for another program.", "Send less at once."))
            return answer
        with self._lock:
            if self._closed:
                answer.set_exception(self._last_words or gone())
                return answer
            self._open[number] = answer, emit
            if not self._sender.put(line):
                del self._open[number]
                answer.set_exception(silent())
        return answer

    def close(self, grace: float = 0) -> None:
        """Hang up once all requests are on their way, and wait for the client's threads; nothing else needs `grace`."""
        self._sender.close(FLUSH_S)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _read(self) -> None:
        try:
            with self._socket, contextlib.closing(self._sender), self._socket.makefile("rb") as lines:
                for line in lines:
                    if not line.endswith(b"\n"):
                        break
                    self._take(decode(line))
        except (OSError, ValueError, WeftError):
            pass
        with self._lock:
            self._closed = True
            left, self._open = list(self._open.values()), {}
        for answer, _ in left:
            answer.set_exception(self._last_words or gone())

    def _take(self, message: JsonObject) -> None:
        number: Any = message.get("id")
        if number is None:
            self._last_words = error_of(message.get("error"))
            return
        with self._lock:
            answer, emit = self._open.get(number, (None, None))
            if "event" not in message:
                self._open.pop(number, None)
        if answer is None:
            return
        event, at, result = message.get("event"), message.get("number"), message.get("result")
        if isinstance(event, dict):
            if emit is not None and isinstance(at, int):
                emit(at, event)
        elif isinstance(result, dict):
            answer.set_result(result)
        else:
            answer.set_exception(error_of(message.get("error")))


def gone() -> WeftError:
    """Return the error for an owner that is no more."""
    return failure("owner.gone", "The program that owned the data folder is gone.", "Try again.")


def silent() -> WeftError:
    """Return the error for an owner that holds the data folder and does not answer."""
    return failure("owner.silent", "The program that owns the data folder does not answer.", "Wait for it or end it.")
