"""A client whose owner does not read: requests wait without their caller, in their order, up to a limit."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import TypeVar

import pytest

from engine.model.issues import WeftError
from engine.model.values import JsonObject
from engine.server import client as client_module
from engine.server.client import OwnerClient
from engine.server.protocol import decode, encode

LONG = "y" * 3_000_000
WAIT_S = 20.0
T = TypeVar("T")


@pytest.fixture
def ends() -> Iterator[tuple[OwnerClient, socket.socket]]:
    """Return a client and the owner's end of its connection, which nobody reads."""
    near, far = socket.socketpair()
    client = OwnerClient(near)
    yield client, far
    far.close()
    client.close()


def at_once(do: Callable[[], T], far: socket.socket) -> T:
    """Return what a call gives; fails, and frees the caller, when it waits for the other end."""
    given: Future[T] = Future()
    thread = threading.Thread(target=lambda: given.set_result(do()))
    thread.start()
    try:
        return given.result(WAIT_S)
    finally:
        if not given.done():
            far.shutdown(socket.SHUT_RDWR)
        thread.join()


def error_of(answer: Future[JsonObject]) -> str:
    with pytest.raises(WeftError) as caught:
        answer.result(WAIT_S)
    return caught.value.issue.code


def test_requests_do_not_wait_for_the_owner_and_keep_their_order(ends: tuple[OwnerClient, socket.socket]) -> None:
    client, far = ends
    answers = at_once(lambda: [client.call("keep", {"number": number, "text": LONG}) for number in range(4)], far)
    assert not any(answer.done() for answer in answers)
    with far.makefile("rb") as lines:
        got = [decode(lines.readline()) for _ in answers]
        assert [(one["do"], one["with"]["number"]) for one in got] == [("keep", number) for number in range(4)]  # type: ignore[index,call-overload]
        far.sendall(b"".join(encode({"id": one["id"], "result": {}}) for one in got))
        assert [answer.result(WAIT_S) for answer in answers] == [{}] * 4


def test_too_much_that_waits_is_refused(ends: tuple[OwnerClient, socket.socket], monkeypatch: pytest.MonkeyPatch) -> None:
    client, far = ends
    monkeypatch.setattr(client._sender, "_limit", 2 * len(LONG) + 1_000)
    first, second, third = at_once(lambda: [client.call("keep", {"text": LONG}) for _ in range(3)], far)
    assert error_of(third) == "owner.silent"
    assert not first.done()
    assert not second.done()


def test_an_owner_that_is_gone_fails_what_was_not_written(ends: tuple[OwnerClient, socket.socket]) -> None:
    client, far = ends
    answers = at_once(lambda: [client.call("keep", {"text": LONG}) for _ in range(2)], far)
    far.close()
    assert [error_of(answer) for answer in answers] == ["owner.gone", "owner.gone"]
    assert error_of(client.call("more")) == "owner.gone"


def test_the_end_waits_for_what_was_asked_before_but_not_for_ever(
    ends: tuple[OwnerClient, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, far = ends
    client.call("cancel", {})
    client.close()
    with far.makefile("rb") as lines:
        assert [decode(line)["do"] for line in lines] == ["cancel"]

    monkeypatch.setattr(client_module, "FLUSH_S", 0.05)
    near, deaf = socket.socketpair()
    other = OwnerClient(near)
    answer = other.call("keep", {"text": LONG})
    at_once(other.close, deaf)
    assert error_of(answer) == "owner.gone"
    deaf.close()
