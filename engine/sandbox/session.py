"""One run of a script's process as the event loop sees it: a job in, lines out, a time limit, and a certain end."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from engine.api.scripts import LineListener, ScriptJob
from engine.sandbox.channel import Channel
from engine.sandbox.output import Output
from engine.sandbox.strays import kill_strays

Stop = Literal["timeout", "output", "result", "cancelled", "listener"]

GRACE = 1.0
"""Seconds that the guard has for killing what it guards, before that is done from here."""
DRAIN = 0.25
"""Seconds that output may still come after the end."""
GIVE_UP = 5.0
"""Seconds after which a process that cannot be killed is left to the system."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a script's process ended, as seen from outside.

    `code` is the exit code, negative for a signal, None when nobody saw the end. `setup` says why it was not started. `cpu`
    is processor time in seconds.
    """

    stop: Stop | None = None
    code: int | None = None
    cpu: float = 0.0
    setup: str = ""
    frame: bytes = b""


class NotStartedError(Exception):
    """The system did not start the process; the message says why."""


class Session(asyncio.SubprocessProtocol):
    """Runs one process from start to end. Used once, on the loop that runs."""

    def __init__(self, channel: Channel, job: ScriptJob, listener: LineListener | None, mark: str) -> None:
        self.stdout = Output("stdout", job.limits, listener, job.sinks)
        self.stderr = Output("stderr", job.limits, listener, job.sinks)
        self.over = asyncio.Event()
        """Set when nothing of it is left."""
        self._channel = channel
        self._mark = mark
        self._transport: asyncio.SubprocessTransport | None = None
        self._exited = asyncio.Event()
        self._pipes = {1: asyncio.Event(), 2: asyncio.Event()}
        self._stop: Stop | None = None
        self._timers: list[asyncio.TimerHandle] = []
        self._listener_error: Exception | None = None

    async def run(
        self, command: Sequence[str], job: bytes, *, environment: Mapping[str, str], folder: str, time_limit: float
    ) -> Ending:
        """Start the process, give it the job, and return when it and its descendants have ended.

        Raises:
            NotStartedError: the system does not start the process.
            Exception: what the listener raised; the script is killed then.
        """
        self._after(time_limit, self._time_is_up)
        try:
            await self._channel.open(lambda: self.stop("result"))
            await self._start(command, job, environment, folder)
            await self._exited.wait()
            await self._drain()
        finally:
            await self._end()
        if self._listener_error is not None:
            raise self._listener_error
        return self._ending()

    def stop(self, why: Stop) -> None:
        """Kill the script and its descendants, the first reason counts. The guard does it as soon as its input ends."""
        if self._stop is None and not self._exited.is_set():
            self._stop = why
            self._let_go()

    async def _start(self, command: Sequence[str], job: bytes, environment: Mapping[str, str], folder: str) -> None:
        options: dict[str, Any] = {"pass_fds": self._channel.descriptors, "start_new_session": True}
        if sys.platform == "win32":
            options = {"creationflags": 0x08000000}  # CREATE_NO_WINDOW
        pipe = asyncio.subprocess.PIPE
        try:
            await asyncio.get_running_loop().subprocess_exec(
                lambda: self, *command, *self._channel.arguments, stdin=pipe, stdout=pipe, stderr=pipe,
                env=dict(environment), cwd=folder, **options,
            )  # fmt: skip
        except OSError as error:
            raise NotStartedError(f"{error.strerror or error}: {error.filename or command[0]}") from error
        self._channel.started()
        if self._stop is not None:
            self._let_go()
        elif lifeline := self._lifeline():
            lifeline.write(struct.pack(">Q", len(job)) + job)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Take output. Nothing is held back, so that a script that is killed has told all it said."""
        output = self.stdout if fd == 1 else self.stderr
        try:
            output.feed(data)
        except Exception as error:  # noqa: BLE001 - the listener's; raised to the caller in the end
            self._listener_error = self._listener_error or error
            self.stop("listener")
        if output.flooded:
            self.stop("output")

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Note the end of a stream."""
        if fd in self._pipes:
            self._pipes[fd].set()

    def process_exited(self) -> None:
        """Note the end of the process."""
        self._exited.set()

    def _time_is_up(self) -> None:
        self.stop("timeout")

    def _lifeline(self) -> asyncio.WriteTransport | None:
        return cast("asyncio.WriteTransport | None", self._transport.get_pipe_transport(0)) if self._transport else None

    def _let_go(self) -> None:
        if lifeline := self._lifeline():
            lifeline.abort()
        self._after(GRACE, self._kill_from_here)

    def _kill_from_here(self) -> None:
        """The guard does not answer: the script has stopped it, or the system is out of breath."""
        if self._transport is not None and not self._exited.is_set():
            kill_strays(self._transport.get_pid(), self._mark, guard_too=True)

    def _after(self, seconds: float, do: Any) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(seconds, do))

    async def _drain(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN):
                await self._channel.ended()
                for lost in self._pipes.values():
                    await lost.wait()

    async def _end(self) -> None:
        """Leave no process and no pipe, also while this task is cancelled, even twice."""
        self.stop("cancelled")
        loop = asyncio.get_running_loop()
        until = loop.time() + GIVE_UP
        cancelled = False
        while self._transport is not None and not self._exited.is_set() and loop.time() < until:
            try:
                async with asyncio.timeout_at(until):
                    await self._exited.wait()
            except TimeoutError:
                break
            except asyncio.CancelledError:
                cancelled = True
                self._kill_from_here()
        for timer in self._timers:
            timer.cancel()
        if self._transport is not None:
            if not self._guard_ended_well():
                kill_strays(0, self._mark, guard_too=False)
            self._transport.close()
        self._channel.close()
        self.over.set()
        for output in (self.stdout, self.stderr):
            with contextlib.suppress(Exception):
                output.close()
        if cancelled:
            raise asyncio.CancelledError

    def _guard_ended_well(self) -> bool:
        """Tell whether the guard said its last word, which it does when nothing is left."""
        told = self._channel.status()
        return bool(told) and "pid" not in told[-1]

    def _ending(self) -> Ending:
        facts: dict[str, Any] = {}
        for line in self._channel.status():
            facts.update(line)
        code, cpu, setup = facts.get("exit"), facts.get("cpu"), facts.get("setup")
        if not self._channel.guarded and self._transport is not None:
            code = self._transport.get_returncode()
        return Ending(
            self._stop,
            code if isinstance(code, int) else None,
            float(cpu) if isinstance(cpu, (int, float)) else 0.0,
            setup if isinstance(setup, str) else "",
            self._channel.frame(),
        )
