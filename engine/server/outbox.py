"""Lines on their way to one client: never more than a limit, so that a slow reader costs no memory and delays nobody."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from engine.model.issues import failure, phrase
from engine.server.protocol import encode, error_json

_log = logging.getLogger(__name__)

LONG = 1 << 20
"""Bytes of a line that is not worth making while others wait."""


class Outbox:
    """A bounded queue of lines with a task that writes them. `put` never waits."""

    def __init__(self, writer: asyncio.StreamWriter, limit: int) -> None:
        self._writer, self._limit = writer, limit
        self._lines: deque[bytes | Callable[[], bytes]] = deque()
        self._size = 0
        self._more = asyncio.Event()
        self._closed = False
        self._task = asyncio.create_task(self._write(), name="weft owner outbox")

    def put(self, line: bytes) -> bool:
        """Add a line. False when the reader is too far behind; a single line of any length finds room in an empty queue."""
        return self._put(line, len(line))

    def put_later(self, make: Callable[[], bytes]) -> bool:
        """Add a line of more than LONG bytes, which is made in a thread when its turn comes and counts as LONG till then."""
        return self._put(make, LONG)

    def _put(self, line: bytes | Callable[[], bytes], size: int) -> bool:
        if self._closed:
            return True
        if self._lines and self._size + size > self._limit:
            return False
        self._lines.append(line)
        self._size += size
        self._more.set()
        return True

    def last(self, line: bytes) -> None:
        """Drop what waits, send this line instead, and hang up after it."""
        self._lines.clear()
        self._size = 0
        self.put(line)
        self._closed = True

    async def close(self, grace: float) -> None:
        """Send what waits, for `grace` seconds at most, and hang up."""
        self._closed = True
        self._more.set()
        try:
            await asyncio.wait([self._task], timeout=grace)
        finally:
            self._task.cancel()
            self._writer.transport.abort()

    async def _write(self) -> None:
        """Write until closed, or until a line cannot be made: then the client hears so and the connection ends."""
        try:
            await self._write_lines()
        except ConnectionError:
            return
        except Exception as error:  # noqa: BLE001 - nobody looks at this task, and the client would wait for ever
            _log.exception("a line for a client could not be written")
            text = phrase(
                "The owner of the data folder could not tell something: {kind}: {error}", kind=type(error).__name__, error=error
            )
            self.last(encode({"id": None, "error": error_json(failure("owner.internal", text, "See its log."))}))
            await self._write_last()

    async def _write_last(self) -> None:
        try:
            await self._write_lines()
        except Exception:  # noqa: BLE001 - the connection cannot be used at all
            self._writer.transport.abort()

    async def _write_lines(self) -> None:
        """Write until closed. Lines that wait are sent together."""
        while self._lines or not self._closed:
            self._more.clear()
            while self._lines:
                line = self._lines.popleft()
                self._size -= len(line) if isinstance(line, bytes) else LONG
                self._writer.write(line if isinstance(line, bytes) else await asyncio.to_thread(line))
                await self._writer.drain()
            if not self._closed:
                await self._more.wait()
        self._writer.close()
        await self._writer.wait_closed()
