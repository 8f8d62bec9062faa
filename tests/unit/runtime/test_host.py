"""The engine's thread: hand-over, errors, children, and its end."""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from engine.model.issues import WeftError
from engine.runtime.host import THREAD, EngineHost


@pytest.fixture
def host() -> Iterator[EngineHost]:
    host = EngineHost().start()
    yield host
    assert host.stop()


async def _name() -> str:
    return threading.current_thread().name


def test_coroutines_run_in_the_engines_thread(host: EngineHost) -> None:
    assert host.submit(_name()).result(5) == THREAD


def test_start_again_changes_nothing(host: EngineHost) -> None:
    assert host.start() is host
    assert sum(thread.name == THREAD for thread in threading.enumerate()) == 1


def test_an_error_reaches_the_caller(host: EngineHost) -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        host.submit(fail()).result(5)


def test_cancelling_the_future_cancels_the_coroutine(host: EngineHost) -> None:
    ended = threading.Event()

    async def sleep() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    future = host.submit(sleep())
    host.submit(_name()).result(5)
    future.cancel()
    assert ended.wait(5)


def test_child_processes_work(host: EngineHost) -> None:
    async def child() -> tuple[int | None, bytes]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "print('hello'); raise SystemExit(3)", stdout=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate()
        return process.returncode, out.strip()

    assert host.submit(child()).result(20) == (3, b"hello")


@pytest.mark.expect_log("ERROR engine.runtime.host: engine: ")
def test_an_error_in_a_callback_is_told() -> None:
    told: list[str] = []
    host = EngineHost(lambda error, _: told.append(repr(error))).start()

    async def plant() -> None:
        asyncio.get_running_loop().call_soon(_fail)

    host.submit(plant()).result(5)
    assert host.submit(_name()).result(5) == THREAD, "the loop goes on"
    assert host.stop()
    assert told == ["ZeroDivisionError('planted')"]


def _fail() -> None:
    raise ZeroDivisionError("planted")


@pytest.mark.expect_log("ERROR engine.runtime.host: engine: the engine's loop ended")
def test_a_loop_that_ends_by_itself_is_told() -> None:
    told = threading.Event()
    host = EngineHost(lambda error, message: told.set()).start()

    async def leave() -> None:
        raise SystemExit(3)

    waiting, left = host.submit(asyncio.sleep(60)), host.submit(leave())
    assert told.wait(5)
    for answer in (waiting, left):
        with pytest.raises(WeftError) as caught:
            answer.result(5)
        assert caught.value.issue.code == "engine.stopped"
    assert not host.is_running
    assert host.stop()


@pytest.mark.expect_log("ERROR engine.runtime.host: engine: the engine's loop ended")
def test_who_waits_is_told_also_when_other_tasks_end_the_loop_again() -> None:
    host = EngineHost().start()

    async def stubborn() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise KeyboardInterrupt

    async def leave() -> None:
        raise KeyboardInterrupt

    waiting = [host.submit(stubborn()), host.submit(asyncio.sleep(60))]
    host.submit(_name()).result(5)
    waiting.append(host.submit(leave()))
    for answer in waiting:
        with pytest.raises(WeftError) as caught:
            answer.result(5)
        assert caught.value.issue.code == "engine.stopped"
    with pytest.raises(WeftError):
        host.submit(_name())
    assert host.stop()


def test_stop_cancels_what_runs_and_refuses_more() -> None:
    host = EngineHost().start()
    future = host.submit(asyncio.sleep(60))
    assert host.stop()
    with pytest.raises(concurrent.futures.CancelledError):
        future.result(1)
    assert host.stop(), "again"
    with pytest.raises(WeftError) as caught:
        host.submit(_name())
    assert caught.value.issue.code == "engine.stopped"


def test_stop_before_start() -> None:
    assert EngineHost().stop()


@pytest.mark.expect_log("ERROR engine.runtime.host: the engine's thread did not end")
def test_a_blocked_loop_is_told() -> None:
    host = EngineHost().start()
    release = threading.Event()

    async def block(wait: Callable[[], object]) -> None:
        wait()

    host.submit(block(release.wait))
    begin = time.monotonic()
    assert not host.stop(0.1)
    assert time.monotonic() - begin < 5
    release.set()
    assert host.stop(5)
