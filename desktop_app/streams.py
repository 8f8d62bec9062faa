"""Standard output and error as they may really be: closed, a pipe that ends early, or in an old encoding."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
import threading
from typing import TextIO


class UnwritableError(Exception):
    """A standard stream leads to a full disk or a broken device."""


class Stream(io.TextIOBase):
    """Writes to a standard stream and goes on in silence when nobody reads it any more.

    A full device is an error for results; `optional` notes are let go, so that they cost nobody a result.
    """

    def __init__(self, target: TextIO | None, *, optional: bool = False) -> None:
        self._target, self._optional = target, optional
        self._was_terminal = self.isatty()
        if isinstance(target, io.TextIOWrapper):
            target.reconfigure(errors="backslashreplace" if self.is_utf8 else "replace")

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding that is written."""
        return (self._target.encoding if self._target else None) or "utf-8"

    @property
    def is_utf8(self) -> bool:
        """Tell whether every character can be written."""
        return self.encoding.lower().replace("-", "").startswith("utf")

    @property
    def is_open(self) -> bool:
        """Tell whether anybody reads."""
        return self._target is not None

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""
        try:
            return self._target is not None and self._target.isatty()
        except ValueError:
            return False

    def fileno(self) -> int:
        """Return the number of its file. Raises OSError when it has none."""
        if self._target is None:
            raise OSError("the stream is closed")
        return self._target.fileno()

    def write(self, text: str) -> int:
        """Write at once. Raises UnwritableError when the device is full; a reader that is gone is no error."""
        if self._target is not None:
            try:
                self._target.write(text)
                self._target.flush()
            except (BrokenPipeError, ValueError):
                self._give_up()
            except OSError as error:
                self._give_up()
                closed = self._was_terminal and error.errno in (errno.EIO, errno.ENXIO)
                if not (self._optional or closed):
                    raise UnwritableError(error.strerror or str(error)) from error
        return len(text)

    def flush(self) -> None:
        """Everything is written already."""

    def _give_up(self) -> None:
        """Keep the interpreter from trying again, and complaining, at its end."""
        target, self._target = self._target, None
        with contextlib.suppress(OSError, ValueError, AttributeError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, target.fileno())  # type: ignore[union-attr]
            os.close(nowhere)


class OneObject(Stream):
    """Takes one text and lets all others go: a program that reads a command's result gets one object, whatever happens."""

    def __init__(self, target: TextIO | None) -> None:
        super().__init__(target)
        self._free = threading.Lock()

    def write(self, text: str) -> int:
        """Write the first text. Raises UnwritableError like any stream."""
        return super().write(text) if self._free.acquire(blocking=False) else len(text)


def is_terminal() -> bool:
    """Tell whether a person can be asked: standard input and error are terminals."""
    try:
        return bool(sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty())
    except ValueError:
        return False
