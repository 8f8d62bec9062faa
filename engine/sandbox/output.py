"""Collects what a script prints: lines as they come, a kept part, and a count of the rest."""

from __future__ import annotations

from engine.api.scripts import LineListener, ScriptLimits, Stream

MAX_LINES = 10_000
"""Lines of one stream that a listener gets."""


class Output:
    """One stream of a script. Feed it bytes; ask it for the kept text at the end."""

    def __init__(self, stream: Stream, limits: ScriptLimits, listener: LineListener | None) -> None:
        self.total = 0
        self._stream: Stream = stream
        self._limits = limits
        self._listener = listener
        self._kept = bytearray()
        self._line = bytearray()
        self._cut = False
        self._lines = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        room = self._limits.kept - len(self._kept)
        self.total += len(data)
        part = data[:room]
        self._kept += part
        if self._listener is not None and self._lines < MAX_LINES:
            self._hear(part)
            if len(part) < len(data):
                self._end_of_what_is_shown()

    def close(self) -> None:
        """Tell the last line, which has no end."""
        if self._line and self._lines < MAX_LINES:
            self._tell()

    @property
    def flooded(self) -> bool:
        """Whether the script prints without end."""
        return self.total > self._limits.flood

    @property
    def dropped(self) -> int:
        """Bytes that were not kept."""
        return self.total - len(self._kept)

    @property
    def text(self) -> str:
        """The kept part."""
        return self._kept.decode("utf-8", "replace")

    def _hear(self, data: bytes) -> None:
        *ended, rest = data.split(b"\n")
        for piece in ended:
            self._extend(piece)
            self._tell()
            if self._lines >= MAX_LINES:
                return
        self._extend(rest)

    def _extend(self, piece: bytes) -> None:
        room = self._limits.line - len(self._line)
        self._line += piece[:room]
        self._cut = self._cut or len(piece) > room

    def _tell(self) -> None:
        text = self._line.decode("utf-8", "replace").rstrip("\r")
        # A progress bar writes over itself; its last state is the line.
        text = text.rpartition("\r")[2] + (" …" if self._cut else "")
        self._line.clear()
        self._cut = False
        self._lines += 1
        assert self._listener is not None
        self._listener(self._stream, text)
        if self._lines == MAX_LINES - 1:
            self._end_of_what_is_shown()

    def _end_of_what_is_shown(self) -> None:
        self._line.clear()
        if self._lines < MAX_LINES:
            self._lines = MAX_LINES
            assert self._listener is not None
            self._listener(self._stream, "… more output is not shown")
