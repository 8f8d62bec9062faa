"""The engine's own thread: an asyncio loop that holds the runs, the clients and the databases."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from engine.model.issues import WeftError, failure

T = TypeVar("T")

_log = logging.getLogger(__name__)

THREAD = "weft-engine"
ROUNDS = 10
"""How often tasks are cancelled after the loop ended by itself; each may end it again."""


class EngineHost:
    """A thread with an event loop; everything bound to a loop is created in here, through `submit`.

    The thread is a daemon, so that a program whose loop hangs can still end; `stop` is what ends it in order. `on_failure`
    hears in the engine's thread of errors that nothing else caught. When the loop ends by itself, all that was submitted and
    is not done fails with `engine.stopped`.
    """

    def __init__(self, on_failure: Callable[[BaseException | None, str], None] | None = None) -> None:
        self._on_failure = on_failure
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._open: set[concurrent.futures.Future[Any]] = set()
        self._handing_over = threading.Lock()

    @property
    def is_running(self) -> bool:
        """Tell whether coroutines are accepted."""
        return self._loop is not None

    def start(self) -> EngineHost:
        """Start the thread and return once its loop runs. Does nothing when it does already."""
        if self._thread is None:
            ready: concurrent.futures.Future[asyncio.AbstractEventLoop] = concurrent.futures.Future()
            self._thread = threading.Thread(target=self._work, args=(ready,), name=THREAD, daemon=True)
            self._thread.start()
            self._loop = ready.result()
        return self

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run a coroutine on the loop; callable from any thread. Cancelling the future cancels the coroutine.

        Raises:
            WeftError: `engine.stopped` when there is no loop to run it.
        """
        answer: concurrent.futures.Future[T] = concurrent.futures.Future()
        with self._handing_over:
            if self._loop is None:
                work.close()
                raise _stopped()
            inner = asyncio.run_coroutine_threadsafe(work, self._loop)
            self._open.add(answer)
        answer.add_done_callback(partial(self._let_go, inner))
        inner.add_done_callback(partial(_hand_on, answer))
        return answer

    def _let_go(self, inner: concurrent.futures.Future[T], answer: concurrent.futures.Future[T]) -> None:
        self._open.discard(answer)
        if answer.cancelled():
            inner.cancel()

    def stop(self, grace: float = 2.0) -> bool:
        """Cancel what still runs, end the loop and wait for the thread; callable from any thread but the engine's, again too.

        What belongs to the loop is closed by its owner before. Returns False when the thread has not ended after `grace`
        seconds, which means that something blocks it.
        """
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.call_soon_threadsafe(self._stopping.set)
        if self._thread is not None:
            self._thread.join(grace)
            if self._thread.is_alive():
                _log.error("the engine's thread did not end within %g s", grace)
                return False
            self._thread = None
        return True

    def _work(self, ready: concurrent.futures.Future[asyncio.AbstractEventLoop]) -> None:
        try:
            with asyncio.Runner() as runner:
                try:
                    runner.run(self._live(ready))
                except BaseException:
                    self._fail_open()  # now: the tasks that are cancelled next would only say that they were
                    _wind_up(runner.get_loop())
                    raise
        except BaseException as error:  # noqa: BLE001 - a SystemExit in a task ends the loop too, and nobody else would say so
            self._fail_open()
            if not ready.done():
                ready.set_exception(error)
                return
            self._failed(error, "the engine's loop ended")

    def _fail_open(self) -> None:
        """Take no more, and tell all who wait for an answer that none will come."""
        with self._handing_over:
            self._loop = None
            left = list(self._open)
        for answer in left:
            with contextlib.suppress(concurrent.futures.InvalidStateError):
                answer.set_exception(_stopped())

    async def _live(self, ready: concurrent.futures.Future[asyncio.AbstractEventLoop]) -> None:
        """Keep the loop alive until `stop`; `asyncio.run` then cancels the tasks and closes generators and executors."""
        loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        loop.set_exception_handler(lambda _, context: self._failed(context.get("exception"), str(context["message"])))
        ready.set_result(loop)
        await self._stopping.wait()

    def _failed(self, error: BaseException | None, message: str) -> None:
        _log.error("engine: %s", message, exc_info=error)
        if self._on_failure is not None:
            self._on_failure(error, message)


def _stopped() -> WeftError:
    return failure("engine.stopped", "The engine is not running.", "See the log, and start Weft again.")


def _wind_up(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel the tasks of a loop that ended, again when one of them ends it once more."""
    for _ in range(ROUNDS):
        if not (left := asyncio.all_tasks(loop)):
            return
        for task in left:
            task.cancel()
        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            loop.run_until_complete(asyncio.wait(left))


def _hand_on(answer: concurrent.futures.Future[T], inner: concurrent.futures.Future[T]) -> None:
    with contextlib.suppress(concurrent.futures.InvalidStateError):
        if inner.cancelled():
            answer.cancel()
        elif (error := inner.exception()) is not None:
            answer.set_exception(error)
        else:
            answer.set_result(inner.result())
