"""Lines on their way to the owner: written in a thread, so that nobody waits for an owner that does not read."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import deque

FLUSH_S = 1.0
"""How long lines that were put before the end have to be taken."""


class Sender:
    """Writes lines to a connection in the order in which they are put. One that breaks is shut down, which its reader notices."""

    def __init__(self, connection: socket.socket, limit: int) -> None:
        """Take up to `limit` bytes that wait."""
        self._socket, self._limit = connection, limit
        self._lines: deque[bytes] = deque()
        self._size = 0
        self._changed = threading.Condition()
        self._is_over = False
        self._thread = threading.Thread(target=self._write, name="weft-client-out", daemon=True)
        self._thread.start()

    def put(self, line: bytes) -> bool:
        """Add a line, from any thread, and return at once. False when too much waits; one line always finds room."""
        with self._changed:
            if self._lines and self._size + len(line) > self._limit:
                return False
            self._lines.append(line)
            self._size += len(line)
            self._changed.notify()
            return True

    def close(self, grace: float = 0) -> None:
        """Hang up when everything was written, after `grace` seconds at the latest, and wait for the thread."""
        with self._changed:
            self._is_over = True
            self._changed.notify()
        self._thread.join(grace)
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # a line that nobody takes fails
        self._thread.join()

    def _write(self) -> None:
        while (line := self._first()) is not None:
            try:
                self._socket.sendall(line)
            except OSError:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
                return
            with self._changed:
                self._lines.popleft()  # only now, so that what is being written counts
                self._size -= len(line)

    def _first(self) -> bytes | None:
        """Wait for a line; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._is_over)
            return self._lines[0] if self._lines else None
