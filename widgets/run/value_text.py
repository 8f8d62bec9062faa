"""A value as text, piece by piece, so that one of many megabytes is never written out at once. Free of Qt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from engine.model.paths import Path
from engine.model.values import Json
from resources.language import tr, trn
from widgets.run.words import size_text

PIECE = 16_384
LONGEST_LINE = 1_000
"""Characters after which a line is broken, only where it is shown: Qt takes seconds for one line of megabytes."""
_MARKDOWN = re.compile(r"^(#{1,6} |[-*+] |\d+\. |> |```|\|.*\|)|\*\*[^*\n]+\*\*|\[[^\]\n]+\]\([^)\n]+\)", re.MULTILINE)
_LOOKED_AT = 4_000
_ROWS_LOOKED_AT, MOST_COLUMNS = 200, 40
_VISITED = 2_000


def pieces(value: Json) -> Iterator[str]:
    """Yield the text of a value: a text as it is, anything else as JSON."""
    if isinstance(value, str):
        yield from _cut(value)
        return
    held: list[str] = []
    size = 0
    for token in json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(value):
        held.append(token)
        size += len(token)
        if size >= PIECE:
            yield from _cut("".join(held))
            held, size = [], 0
    yield "".join(held)


def _cut(text: str) -> Iterator[str]:
    for at in range(0, len(text), PIECE):
        yield text[at : at + PIECE]


def whole_text(value: Json) -> str:
    """Return the text of a value at once; a large one without indentation, which is written much quicker."""
    if isinstance(value, str):
        return value
    compact = json.dumps(value, ensure_ascii=False)
    return compact if len(compact) > 500_000 else json.dumps(value, ensure_ascii=False, indent=2)


class LineBreaker:
    """Breaks the lines of pieces that come one after another; knows how long the last line is."""

    def __init__(self) -> None:
        self._used = 0

    def __call__(self, piece: str) -> str:
        """Return a piece with no line longer than is good."""
        broken: list[str] = []
        for place, line in enumerate(piece.split("\n")):
            if place:
                broken.append("\n")
                self._used = 0
            at = 0
            while len(line) - at + self._used > LONGEST_LINE:
                room = LONGEST_LINE - self._used
                broken += [line[at : at + room], "\n"]
                at, self._used = at + room, 0
            broken.append(line[at:])
            self._used += len(line) - at
        return "".join(broken)


def is_small(value: Json, most: int) -> bool:
    """Tell, without writing it out, whether the text of a value has at most about so many characters."""
    todo, seen = [value], 0
    while todo:
        here = todo.pop()
        seen += len(here) if isinstance(here, str) else 8
        if isinstance(here, dict | list):
            seen += 8 * len(here)
        if seen > most:
            return False
        if isinstance(here, dict | list):
            todo += here.values() if isinstance(here, dict) else here
    return True


def is_table(value: Json) -> bool:
    """Tell whether a value is a list of objects that have columns in common."""
    if not isinstance(value, list) or not value:
        return False
    looked_at = value[:_ROWS_LOOKED_AT]
    return all(isinstance(row, dict) and row for row in looked_at) and 0 < len(columns_of(value)) <= MOST_COLUMNS


def columns_of(rows: list[Json]) -> list[str]:
    """Return the keys of the first rows, in the order in which they come."""
    names: dict[str, None] = {}
    for row in rows[:_ROWS_LOOKED_AT]:
        if isinstance(row, dict):
            names.update(dict.fromkeys(row))
    return list(names)


def is_markdown(value: Json) -> bool:
    """Tell whether a text looks as if it were written in Markdown."""
    return isinstance(value, str) and _MARKDOWN.search(value[:_LOOKED_AT]) is not None


def measure_text(value: Json) -> str:
    """Say how large a value is."""
    if isinstance(value, list):
        return trn("{number} item", "{number} items", len(value), number=f"{len(value):,}")
    if isinstance(value, dict):
        return trn("{number} key", "{number} keys", len(value), number=f"{len(value):,}")
    if isinstance(value, str):
        return size_text(len(value.encode())) if len(value) < 1_000_000 else size_text(len(value))
    return tr("empty") if value is None else ""


def hits(value: Json, wanted: str) -> Iterator[Path | None]:
    """Yield the paths of what holds a text, in names or in values, in order; None now and then, for others to have a turn."""
    wanted = wanted.lower()
    open_ones: list[tuple[Path, Iterator[tuple[str | int, Json]]]] = [((), _children(value))]
    visited = 0
    while open_ones:
        over, rest = open_ones[-1]
        name, here = next(rest, (None, None))
        if name is None:
            open_ones.pop()
            continue
        visited += 1
        if visited % _VISITED == 0:
            yield None
        path = (*over, name)
        if (isinstance(name, str) and wanted in name.lower()) or wanted in _scalar_text(here).lower():
            yield path
        if isinstance(here, dict | list):
            open_ones.append((path, _children(here)))


def place_in_text(value: Json, wanted: str, start: int) -> Iterator[int | None]:
    """Yield where the text of a value holds another one, from a place on, as its last item; None for others to have a turn.

    Nothing but None comes where it is not there.
    """
    wanted, tail, read = wanted.lower(), "", 0
    for piece in pieces(value):
        joined, base = tail + piece.lower(), read - len(tail)
        found = joined.find(wanted, max(0, start - base))
        if found >= 0:
            yield base + found
            return
        tail = joined[max(0, len(joined) - len(wanted) + 1) :]
        read += len(piece)
        yield None


def _children(value: Json) -> Iterator[tuple[str | int, Json]]:
    if isinstance(value, list):
        yield from enumerate(value)
    elif isinstance(value, dict):
        yield from value.items()


def _scalar_text(value: Json) -> str:
    if isinstance(value, str):
        return value
    return "" if isinstance(value, dict | list) else json.dumps(value)
