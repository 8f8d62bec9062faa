"""The ways on which a script's process answers: its result, and the guard's account of how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

MAX_STATUS = 64 * 1024


class Channel(Protocol):
    """What comes back beside stdout and stderr."""

    @property
    def guarded(self) -> bool:
        """Whether a guard tells how the script ended."""
        ...

    @property
    def arguments(self) -> list[str]:
        """Arguments for the process."""
        ...

    @property
    def descriptors(self) -> tuple[int, ...]:
        """Descriptors that the process inherits."""
        ...

    async def open(self, too_long: Callable[[], None]) -> None:
        """Make it ready; `too_long` is called when the result passes its limit."""
        ...

    def started(self) -> None:
        """Let go of what is the process's now."""
        ...

    async def ended(self) -> None:
        """Return when nothing more can come."""
        ...

    def status(self) -> list[dict[str, Any]]:
        """Return what the guard said."""
        ...

    def frame(self) -> bytes:
        """Return the result's frame, at most one byte longer than its limit."""
        ...

    def close(self) -> None:
        """Close it. Can be called at any time, also twice."""
        ...


class PipeChannel:
    """Two pipes, whose ends the process gets by number."""

    guarded = True

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ends: list[int] = []
        self._readers: list[_Reader] = []

    @property
    def arguments(self) -> list[str]:
        """The two numbers: result, status."""
        return [str(end) for end in self._ends]

    @property
    def descriptors(self) -> tuple[int, ...]:
        """The two ends to write to."""
        return tuple(self._ends)

    async def open(self, too_long: Callable[[], None]) -> None:
        """Make the pipes and read them from now on."""
        for limit in (self._limit, MAX_STATUS):
            reading, writing = os.pipe()
            self._ends.append(writing)
            file = os.fdopen(reading, "rb", buffering=0)
            try:
                make = partial(_Reader, limit, too_long)
                _, reader = await asyncio.get_running_loop().connect_read_pipe(make, file)
            except BaseException:
                file.close()
                raise
            self._readers.append(reader)

    def started(self) -> None:
        """Close our copies of the ends to write to."""
        while self._ends:
            os.close(self._ends.pop())

    async def ended(self) -> None:
        """Wait for the end of both pipes."""
        for reader in self._readers:
            await reader.lost.wait()

    def status(self) -> list[dict[str, Any]]:
        """Return the lines of the guard."""
        lines = []
        for line in bytes(self._readers[1].data).splitlines() if len(self._readers) > 1 else ():
            with contextlib.suppress(ValueError):
                lines.append(json.loads(line))
        return [line for line in lines if isinstance(line, dict)]

    def frame(self) -> bytes:
        """Return what was written as result."""
        return bytes(self._readers[0].data) if self._readers else b""

    def close(self) -> None:
        """Close the pipes."""
        self.started()
        for reader in self._readers:
            reader.close()


class _Reader(asyncio.Protocol):
    """Keeps what a pipe gives, up to a limit."""

    def __init__(self, limit: int, full: Callable[[], None]) -> None:
        self.data = bytearray()
        self.lost = asyncio.Event()
        self._limit = limit
        self._full = full
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        # One byte more tells the reader of the frame that it was too long.
        self.data += data[: self._limit + 1 - len(self.data)]
        if len(self.data) > self._limit:
            self._full()

    def connection_lost(self, error: Exception | None) -> None:
        self.lost.set()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class FileChannel:
    """A file for the result, where processes inherit no descriptors (Windows; untested there). Nobody tells the status."""

    guarded = False

    def __init__(self, limit: int, path: Path) -> None:
        self._limit = limit
        self._path = path

    @property
    def arguments(self) -> list[str]:
        """The path."""
        return [str(self._path)]

    @property
    def descriptors(self) -> tuple[int, ...]:
        """None."""
        return ()

    async def open(self, too_long: Callable[[], None]) -> None:
        """Nothing to do: the length is looked at in the end."""

    def started(self) -> None:
        """Nothing to do."""

    async def ended(self) -> None:
        """Nothing to wait for."""

    def status(self) -> list[dict[str, Any]]:
        """Return nothing."""
        return []

    def frame(self) -> bytes:
        """Return the file's content, or nothing."""
        try:
            with self._path.open("rb") as file:
                return file.read(self._limit + 1)
        except OSError:
            return b""

    def close(self) -> None:
        """Nothing to do: the file goes with its folder."""
