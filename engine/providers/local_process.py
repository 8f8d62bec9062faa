"""The parent's side of one model server: a child process, its pipes and the end of its log."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from engine.model.issues import phrase

_PROGRAM = Path(__file__).with_name("local_server.py")
_LOG_LINES = 200
_GRACE_S = 1.0
"""How long a child may take to end, first by itself and then when asked to."""
_PASSED_ON = (
    "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP",
    "SYSTEMROOT", "WINDIR", "USERPROFILE", "NUMBER_OF_PROCESSORS",
)  # fmt: skip
"""The environment that a child sees: nothing that could hold a secret or change the server's options."""


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model file to serve. `memory` is in bytes, `context` in tokens."""

    id: str
    path: Path
    memory: int
    context: int


@dataclass(frozen=True, slots=True)
class Address:
    """Where a started server listens, on 127.0.0.1, and the key that it wants."""

    port: int
    key: str


class ServerProcess:
    """A child that loads a model and serves it.

    It ends with `stop()`, when this process does, and when this process is killed: its standard input ends then.
    """

    def __init__(self, model: LocalModel) -> None:
        """Start the child; the model is loaded when `ready` returns."""
        self.model = model
        self.in_use = 0
        self._log: deque[str] = deque(maxlen=_LOG_LINES)
        self._address: Future[Address | None] = Future()
        session: dict[str, int | bool] = {"start_new_session": True}  # Ctrl-C is for the parent alone.
        if sys.platform == "win32":
            session = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
        self._child = subprocess.Popen(  # type: ignore[call-overload]
            [sys.executable, "-I", str(_PROGRAM)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ}, **session,
        )  # fmt: skip
        self._readers = [
            threading.Thread(target=self._read_address, args=(self._child.stdout,), name="weft-model-start", daemon=True),
            threading.Thread(target=self._read_log, args=(self._child.stderr,), name="weft-model-log", daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        order = {
            "model": str(model.path), "name": model.id, "context": model.context, "threads": threads(), "parent": os.getpid(),
        }  # fmt: skip
        with contextlib.suppress(OSError):
            self._child.stdin.write(json.dumps(order).encode() + b"\n")
            self._child.stdin.flush()

    @property
    def pid(self) -> int:
        """The child's process id."""
        pid: int = self._child.pid
        return pid

    @property
    def alive(self) -> bool:
        """Whether the child is still running."""
        return self._child.poll() is None

    async def ready(self, seconds: float) -> Address | None:
        """Return the address once the model is loaded, or None when the child ended or took longer than `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(asyncio.wrap_future(self._address))
        except TimeoutError:
            return None

    def how_it_ended(self) -> str:
        """Return how the child ended, such as `signal 9` or `code 1`, or an empty text while it runs."""
        code = self._child.poll()
        if code is None:
            return ""
        return phrase("signal {value}", value=-code) if code < 0 else phrase("code {code}", code=code)

    def log_tail(self) -> str:
        """Return the last lines of the server's log."""
        return "\n".join(self._lines()[-3:])

    def log_errors(self) -> str:
        """Return the first errors in the server's log, which say why a model does not load, else its last lines."""
        errors = [line.partition(" E ")[2].strip() for line in self._lines() if " E " in line]
        return "\n".join(errors[:2]) or self.log_tail()

    def stop(self) -> None:
        """End the child and return when it is gone; further calls do nothing."""
        with contextlib.suppress(OSError):
            self._child.stdin.close()
        for end in (None, self._child.terminate, self._child.kill):
            if end:
                end()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(_GRACE_S)
                break
        for reader in self._readers:
            reader.join(_GRACE_S)
        self._child.stdout.close()
        self._child.stderr.close()

    def _lines(self) -> list[str]:
        if not self.alive:
            self._readers[1].join(_GRACE_S)
        return list(self._log)

    def _read_address(self, pipe: IO[bytes]) -> None:
        line = pipe.readline()
        try:
            answer = json.loads(line)
            self._address.set_result(Address(answer["port"], answer["key"]))
        except (ValueError, KeyError, TypeError):
            self._address.set_result(None)

    def _read_log(self, pipe: IO[bytes]) -> None:
        for line in pipe:
            self._log.append(line.decode(errors="replace").rstrip())


def threads() -> int:
    """Return the threads for a model: one less than the usable processors, so that spinning threads leave one free."""
    usable = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, usable - 1)
