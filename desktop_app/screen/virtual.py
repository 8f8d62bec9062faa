"""A screen that nobody sees: an X server of our own, on a free number and for this user alone."""

from __future__ import annotations

import os
import secrets
import select
import shutil
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from engine.model.issues import failure

WINDOW = (1440, 900)
SIZE = (1456, 948)
"""Of a screen: a window of the usual size, and the frame for which it leaves room although nobody draws one."""
START_S = 20.0
END_S = 5.0
_ANY_ADDRESS = 0xFFFF
_SCHEME = b"MIT-MAGIC-COOKIE-1"


class VirtualScreen:
    """Xvfb as long as the `with` lasts; `environment` is what programs need that shall be on it."""

    def __init__(self, size: tuple[int, int] = SIZE) -> None:
        self.size = size
        self.environment: dict[str, str] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the server.

        Raises:
            WeftError: `screen.none` when it is not installed or does not start.
        """
        program = shutil.which("Xvfb")
        if program is None:
            raise failure("screen.none", "A virtual screen needs Xvfb, which is not installed.", "Install the package xvfb.")
        self._folder = tempfile.TemporaryDirectory(prefix="weft-screen-")
        cookie = Path(self._folder.name) / "cookie"
        cookie.touch(mode=0o600)
        cookie.write_bytes(_cookie())
        number = self._start(program, cookie)
        kept = {name: value for name, value in os.environ.items() if name not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
        self.environment = {**kept, "DISPLAY": f":{number}", "XAUTHORITY": str(cookie), "QT_QPA_PLATFORM": "xcb"}
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.terminate()
            try:
                self._server.wait(END_S)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
        if self._folder is not None:
            self._folder.cleanup()

    def _start(self, program: str, cookie: Path) -> int:
        reading, writing = os.pipe()
        command = [program, "-displayfd", str(writing), "-screen", "0", "{}x{}x24".format(*self.size), "-noreset"]
        quiet = subprocess.DEVNULL
        try:
            self._server = subprocess.Popen(
                [*command, "-nolisten", "tcp", "-auth", str(cookie)], pass_fds=[writing], stdin=quiet, stdout=quiet, stderr=quiet
            )
            os.close(writing)
            told = _line(reading)
        finally:
            os.close(reading)
        if not told.isdigit():
            self.__exit__()
            raise failure("screen.none", "The virtual screen did not start.", f"Try `{program} :99` to see why.")
        return int(told)


def _cookie() -> bytes:
    """Return the file that lets its readers in, for whatever number the server takes."""
    fields = (b"", b"", _SCHEME, secrets.token_bytes(16))
    return struct.pack(">H", _ANY_ADDRESS) + b"".join(struct.pack(">H", len(field)) + field for field in fields)


def _line(descriptor: int) -> str:
    """Return the line that comes from a pipe; less when it does not come."""
    said, end = b"", time.monotonic() + START_S
    while not said.endswith(b"\n") and select.select([descriptor], [], [], max(0.0, end - time.monotonic()))[0]:
        more = os.read(descriptor, 64)
        if not more:
            break
        said += more
    return said.decode().strip()
