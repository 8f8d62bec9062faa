"""What differs between two texts, line by line."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

MOST = 5000
"""Lines that are shown; more nobody reads, and they would take seconds."""
_AROUND = 3
_PLACE = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a difference. `sign` is `+`, `-`, a blank, or `@` for the place of what follows."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class TextDifference:
    """The lines that differ with some around them, and how many came and went. `more` were left out."""

    lines: tuple[Line, ...]
    added: int
    removed: int
    more: int = 0


def text_difference(before: str, after: str) -> TextDifference:
    """Compare two texts. Large ones take a while: call it in a thread."""
    found = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=_AROUND, lineterm=""))[2:]
    lines = [_line(text) for text in found]
    signs = [one.sign for one in lines]
    return TextDifference(tuple(lines[:MOST]), signs.count("+"), signs.count("-"), max(len(lines) - MOST, 0))


def _line(text: str) -> Line:
    place = _PLACE.match(text)
    return Line("@", place[1]) if place else Line(text[:1], text[1:])
