"""Words broken into lines of a width, by character widths that are measured once: quick enough for text that streams."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontMetricsF

TAIL = 2000
"""Characters of a streamed text that are looked at when it does not go on where it was."""


_METRICS: dict[str, QFontMetricsF] = {}


def _key_of(face: QFont) -> str:
    key = face.key()
    if key not in _METRICS:
        _METRICS[key] = QFontMetricsF(face)
    return key


@lru_cache(maxsize=8192)
def _advance(key: str, character: str) -> float:
    return _METRICS[key].horizontalAdvance(character)


def wrap(text: str, face: QFont, width: float, most: int) -> tuple[str, ...]:
    """Return the first lines of a text; the last one ends in an ellipsis when there is more."""
    key = _key_of(face)
    lines: list[str] = []
    at = 0
    while at < len(text) and len(lines) <= most:
        end, after = _line_end(text, at, key, width)
        lines.append(text[at:end].expandtabs(2))
        at = after
    if len(lines) <= most:
        return tuple(lines)
    last = lines[most - 1]
    while last and _width(last, key) + _advance(key, "…") > width:
        last = last[:-1]
    return (*lines[: most - 1], last.rstrip() + "…")


class Tail:
    """The last lines, two at least, of a text that grows. Lines that are full stay as they are."""

    def __init__(self, face: QFont, width: float, most: int) -> None:
        self._key, self._width, self._most = _key_of(face), width, most
        self._text = ""
        self._begin = 0
        self._full: list[str] = []

    def lines(self, text: str) -> tuple[str, ...]:
        """Return the last lines; the last of them is where the next character comes."""
        if not text.startswith(self._text):
            self._begin, self._full = max(0, len(text) - TAIL), []
        self._text = text
        while True:
            end, after = _line_end(text, self._begin, self._key, self._width)
            if after >= len(text) and not (after > end and text[end] == "\n"):
                break
            self._full = [*self._full, text[self._begin : end].expandtabs(2)][1 - self._most :]
            self._begin = after
        return (*self._full, text[self._begin :].expandtabs(2))


def _width(text: str, key: str) -> float:
    return sum(_advance(key, character) for character in text)


def _line_end(text: str, begin: int, key: str, width: float) -> tuple[int, int]:
    """Return where the line that begins here ends, and where the next one begins."""
    room, space = width, -1
    for at in range(begin, len(text)):
        character = text[at]
        if character == "\n":
            return at, at + 1
        if character in " \t":
            space = at
        room -= 2 * _advance(key, " ") if character == "\t" else _advance(key, character)
        if room < 0 and at > begin:
            return (space, space + 1) if space > begin else (at, at)
    return len(text), len(text)
