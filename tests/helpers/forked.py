"""Programs that start in milliseconds: forks of one process that has imported everything the command needs.

Each is a process of its own with its own arguments, environment, folder and streams, and can be signalled and killed; only the
second or two of importing is saved. What depends on that, such as which modules a command loads, is tested with the real thing.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, TextIO

from tests.helpers.checkout import ROOT

PRELOADED = (
    "desktop_app.terminal", "desktop_app.session", "desktop_app.workbench", "engine.runtime.runner",
    "engine.providers.openai_models", "engine.net.client", "engine.sandbox.runner", "engine.validation.check", "engine.trust",
    "storage.journal", "storage.backup", "storage.check", "storage.documents", "storage.repositories.library",
    "storage.repositories.settings", "storage.repositories.trust", "jsonschema", "openai", "rich.table", "rich.live",
    "rich.padding", "sqlite3",
)  # fmt: skip

READY = b"ready\n"


class Forked:
    """A forked program, with the part of `subprocess.Popen` that tests need."""

    def __init__(self, connection: socket.socket, out: int | None = None, err: int | None = None) -> None:
        self._connection = connection
        self.stdout, self.stderr = _reader(out), _reader(err)
        self._lines = connection.makefile("r")
        self.pid = int(self._lines.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, None while the program runs."""
        with contextlib.suppress(TimeoutError, subprocess.TimeoutExpired):
            self.wait(0.001)
        return self.returncode

    def wait(self, timeout: float = 60) -> int:
        """Wait for the end and return the exit code; a signal is a negative number.

        Raises:
            subprocess.TimeoutExpired: it did not come in time.
        """
        if self.returncode is None:
            self._connection.settimeout(timeout)
            try:
                data = self._connection.recv(16)
            except TimeoutError:
                raise subprocess.TimeoutExpired("weft", timeout) from None
            self.returncode = int(data)
            self._lines.close()
            self._connection.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)


def _reader(number: int | None) -> TextIO | None:
    return None if number is None else os.fdopen(number, encoding="utf-8", errors="replace")


class ForkServer:
    """Starts forks of the process that it holds; use it in a `with`, once for many tests."""

    def __enter__(self) -> ForkServer:
        self._folder = tempfile.TemporaryDirectory(prefix="weft-forks-")
        self._path = f"{self._folder.name}/socket"
        code = "import sys; from tests.helpers.forked import serve; serve(sys.argv[1])"
        command = [sys.executable, "-P", "-c", code, self._path]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == READY, "the process to be forked ended"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()

    def start(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], given: bytes = b"") -> Forked:
        """Start `weft` with these arguments; `given` is its standard input, a few kilobytes at most."""
        ends = [os.pipe() for _ in range(3)]
        os.write(ends[0][1], given)
        os.close(ends[0][1])
        theirs = [ends[0][0], ends[1][1], ends[2][1]]
        connection = _asked(self._path, arguments, folder, environment, theirs)
        for number in theirs:
            os.close(number)
        return Forked(connection, ends[1][0], ends[2][0])

    def start_at(self, terminal: int, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Forked:
        """Start `weft` with all its streams at a terminal, a file number."""
        return Forked(_asked(self._path, arguments, folder, environment, [terminal] * 3))

    def put_command(self, folder: Path) -> None:
        """Put a program `weft` into a folder, for shells; it ends when the fork that does its work ends."""
        code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.helpers.forked import pass_on; pass_on()"
        weft = folder / "weft"
        line = shlex.join([sys.executable, "-I", "-S", "-c", code, self._path])
        weft.write_text(f'#!/bin/sh\nexec {line} "$@"\n', encoding="utf-8")
        weft.chmod(0o755)


def pass_on() -> NoReturn:
    """Be `weft` for a shell: hand arguments, folder, environment and streams to a fork, and end as it does."""
    connection = _asked(sys.argv[1], sys.argv[2:], Path.cwd(), os.environ, [0, 1, 2])
    code = Forked(connection).wait()
    sys.exit(code if code >= 0 else 128 - code)


def _asked(
    path: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], streams: Sequence[int]
) -> socket.socket:
    """Ask the server at a path for a fork, and return the connection on which that will tell its id and its exit code."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    request = json.dumps({"arguments": list(arguments), "folder": str(folder), "environment": dict(environment)}).encode()
    connection.sendall(len(request).to_bytes(4, "big"))
    socket.send_fds(connection, [request[:1]], streams)
    connection.sendall(request[1:])
    return connection


def serve(path: str) -> None:
    """Import everything, then fork for each connection, until killed."""
    for name in PRELOADED:
        import_module(name)
    from engine.registry import open_registry

    open_registry()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(16)
        os.write(1, READY)
        while True:
            connection, _ = server.accept()
            with connection:
                if os.fork() == 0:
                    server.close()
                    _start_and_wait(connection)
                    os._exit(0)


def _start_and_wait(connection: socket.socket) -> None:
    """Fork the program, tell its id, and at its end its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size = int.from_bytes(_exactly(connection, 4), "big")
    first, streams, _, _ = socket.recv_fds(connection, 1, 3)
    request = json.loads(first + _exactly(connection, size - 1))
    if (pid := os.fork()) == 0:
        connection.close()
        _become(request, streams)
    for number in streams:
        os.close(number)
    connection.sendall(f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(OSError):
        connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())


def _become(request: Mapping[str, Any], streams: Sequence[int]) -> None:
    """Be the program: its own environment, folder and streams."""
    code = 70
    try:
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        for target, number in enumerate(streams):
            os.dup2(number, target)
            os.close(number)
        sys.stdin, sys.stdout = os.fdopen(0, closefd=False), os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
        sys.argv = ["weft", *request["arguments"]]
        from desktop_app.cli import main

        code = main()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - the test sees it
        traceback.print_exc()
    finally:
        os._exit(code)


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


@contextlib.contextmanager
def fork_server() -> Iterator[ForkServer | None]:
    """Give a fork server, or None where there is no fork."""
    if not hasattr(os, "fork") or not hasattr(socket, "send_fds"):
        yield None
        return
    with ForkServer() as server:
        yield server
