"""The time limit of an attempt, which stands still while the step waits for others: a person, or its turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[Clock | None] = ContextVar("attempt_clock", default=None)


class Clock:
    """What moves the end of one attempt. Lives on the loop."""

    def __init__(self, timeout: asyncio.Timeout | None = None) -> None:
        """Take the timeout of the attempt, entered already; without one nothing is moved."""
        self._timeout = timeout
        self._asking = self._queued = self._working = 0
        self._left: float | None = None
        self._over = False

    async def __aenter__(self) -> Clock:
        """Be the clock of what is called inside, tasks made there included."""
        self._token = _current.set(self)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Move nothing any more."""
        _current.reset(self._token)
        self._over = True

    def end(self) -> None:
        """Let the attempt take as long as it needs from now on."""
        if self._timeout is not None and not self._over:
            self._over = True
            self._timeout.reschedule(None)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Stand still while a person is asked."""
        self._change(asking=1)
        try:
            yield
        finally:
            self._change(asking=-1)

    @contextmanager
    def queueing(self) -> Iterator[Callable[[], None]]:
        """Stand still until the function that is given is called, unless other work of the same attempt has its turn."""
        waits = True

        def begun() -> None:
            nonlocal waits
            if waits:
                waits = False
                self._change(queued=-1, working=1)

        self._change(queued=1)
        try:
            yield begun
        finally:
            if waits:
                waits = False
                self._change(queued=-1)
            else:
                self._change(working=-1)

    def _change(self, *, asking: int = 0, queued: int = 0, working: int = 0) -> None:
        self._asking += asking
        self._queued += queued
        self._working += working
        if self._over or self._timeout is None or self._timeout.expired():
            return
        stands = bool(self._asking or (self._queued and not self._working))
        now = asyncio.get_running_loop().time()
        if stands and (end := self._timeout.when()) is not None:
            self._left = end - now
            self._timeout.reschedule(None)
        elif not stands and self._left is not None:
            self._timeout.reschedule(now + self._left)
            self._left = None


@contextmanager
def queueing() -> Iterator[Callable[[], None]]:
    """Let the clock of the attempt that calls, if it has one, stand still until the function that is given is called."""
    clock = _current.get()
    if clock is None:
        yield _nothing
    else:
        with clock.queueing() as begun:
            yield begun


def _nothing() -> None:
    pass
