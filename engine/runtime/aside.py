"""Work that would hold the loop, done beside it: one loop carries all runs, so nothing may keep it for long."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from engine.api.templating.limits import Unfinished, at_once, unless_stopped
from engine.runtime.clock import queueing

T = TypeVar("T")

THREADS = 2
"""Python runs one thread at a time and lets each keep it for 5 ms, so that each more makes the loop wait longer."""
TURN = 0.01
"""Seconds of work in one turn of the loop after which the rest waits for the next."""


class Aside:
    """The threads of one runner, and what has been done in this turn of its loop."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, "weft aside")
        self._turn_began: float | None = None

    async def do(self, work: Callable[..., T], *arguments: Any) -> T:
        """Call a function in a thread. Cancelling does not end it there."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)

    async def breathe(self) -> None:
        """Wait for a turn of the loop in which little has been done yet. Steps call it, because many become ready at once."""
        while True:
            now = time.perf_counter()
            if self._turn_began is None:
                self._turn_began = now
                asyncio.get_running_loop().call_soon(self._next_turn)
            if now - self._turn_began < TURN:
                return
            await asyncio.sleep(0)

    def _next_turn(self) -> None:
        self._turn_began = None

    async def close(self) -> None:
        """Wait for what is being done and end the threads."""
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)


class LongWork:
    """What one run does aside: one piece at a time, so that runs share the threads fairly.

    The time limit of a step does not run while it waits for its turn or for a thread.
    """

    def __init__(self, aside: Aside) -> None:
        self._aside = aside
        self._turn = asyncio.Lock()

    async def do(self, work: Callable[..., T], *arguments: Any) -> T:
        """Call a function in a thread."""
        loop = asyncio.get_running_loop()
        with queueing() as begun:

            def in_thread() -> T:
                loop.call_soon_threadsafe(begun)
                return work(*arguments)

            async with self._turn:
                return await self._aside.do(in_thread)

    async def breathe(self) -> None:
        """Let the loop come round when much has been done in this turn."""
        await self._aside.breathe()

    async def rendered(self, render: Callable[[], T]) -> T:
        """Call what renders templates: here when it is done soon, as nearly all is, else from its beginning in a thread."""
        with queueing():
            await self._aside.breathe()
        try:
            return at_once(render)
        except Unfinished:
            stopped = threading.Event()
        try:
            return await self.do(unless_stopped, render, stopped.is_set)
        finally:
            stopped.set()
