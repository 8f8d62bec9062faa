"""Collects what a script prints: lines as they come, the last ones of a flood, a kept part, and a file with all of it."""

from __future__ import annotations

from engine.api.scripts import LineListener, ScriptLimits, Sink, Sinks, Stream

MAX_LINES = 10_000
"""Lines of one stream that a listener gets as they come."""
TAIL, TAIL_LINES = 16 * 1024, 200
"""Bytes and lines of the end that it gets when not all of it was told."""


class Output:
    """One stream of a script. Feed it bytes; ask it for the kept text at the end.

    `sinks` gives what takes all of it, asked as soon as there is more than the listener gets.
    """

    def __init__(self, stream: Stream, limits: ScriptLimits, listener: LineListener | None, sinks: Sinks | None = None) -> None:
        self.total, self.left_out = 0, 0
        self._stream: Stream = stream
        self._limits = limits
        self._listener = listener
        self._sinks = sinks
        self._sink: Sink | None = None
        self._kept = bytearray()
        self._line = bytearray()
        self._tail = bytearray()
        self._cut = self._is_over = False
        self._lines = self._told = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self.total += len(data)
        part = data[: self._limits.kept - len(self._kept)]
        self._kept += part
        if self._sink is not None:
            self._sink.write(data)
        if self._listener is None:
            return
        if not self._is_over:
            if self._lines < MAX_LINES:
                self._told += self._hear(part)
            if self._told < self.total:
                self._begin_to_leave_out()
        if self._is_over:
            self._tail += data[-min(self.total - self._told, TAIL) :]
            del self._tail[:-TAIL]
        if (self._is_over or self.left_out) and self._sink is None and self._sinks is not None:
            self._sink = self._sinks(self._stream)  # so far everything fitted into what is kept
            self._sink.write(bytes(self._kept) + data[len(part) :])

    def close(self) -> None:
        """Tell the last line, which has no end, or the end of a flood."""
        if self._is_over:
            self._tell_tail()
        elif self._line:
            self._tell()
        if self._sink is not None:
            self._sink.close()

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

    def _hear(self, data: bytes) -> int:
        """Tell the lines that end; return how many bytes were taken."""
        place = 0
        while (end := data.find(b"\n", place)) >= 0:
            self._extend(data[place:end])
            self._tell()
            place = end + 1
            if self._lines >= MAX_LINES:
                return place
        self._extend(data[place:])
        return len(data)

    def _extend(self, piece: bytes) -> None:
        room = self._limits.line - len(self._line)
        self._line += piece[:room]
        if len(piece) > room:
            self._cut = True
            self.left_out += len(piece) - room

    def _tell(self) -> None:
        text = self._line.decode("utf-8", "replace").rstrip("\r")
        # A progress bar writes over itself; its last state is the line.
        text = text.rpartition("\r")[2] + (" …" if self._cut else "")
        self._line.clear()
        self._cut = False
        self._lines += 1
        assert self._listener is not None
        self._listener(self._stream, text)

    def _begin_to_leave_out(self) -> None:
        self._is_over = True
        if self._line:
            self._cut = True
            self._tell()

    def _tell_tail(self) -> None:
        """Say how much was left out, and tell the last lines, whole ones where there are some."""
        tail = bytes(self._tail)
        if self._told + len(tail) < self.total:
            tail = tail[tail.find(b"\n", 0, -1) + 1 :]
        lines = tail.removesuffix(b"\n").split(b"\n")
        if len(lines) > TAIL_LINES:
            lines = lines[-TAIL_LINES:]
            tail = b"\n".join(lines)
        self.left_out += max(0, self.total - self._told - len(tail))
        assert self._listener is not None
        if self.left_out:
            self._listener(self._stream, f"… {_size(self.left_out)} left out …")
        for line in lines:
            self._line += line
            self._tell()


def _size(count: int) -> str:
    """Return a number of bytes for people."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
