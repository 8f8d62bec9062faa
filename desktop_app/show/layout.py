"""Text and columns as wide as the screen. Words stay whole, so that ids and paths can be copied; lines in a pipe stay whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

UNBOUNDED = 1_000_000
"""The width of what is no terminal."""
GAP = "   "
NARROW = 16
"""Cells that a column keeps at least; one that is no wider is never broken."""


def say(console: Console, text: Text | str, *, indent: str = "", begin: str | Text | None = None) -> None:
    """Show text, broken between words; every line begins with `indent`, the first one with `begin` where it is given."""
    from rich.text import Text

    for line in _wrapped(text, max(console.width - len(indent), NARROW)):
        console.print(Text.assemble(indent if begin is None else begin, line) if line.plain or begin else Text(), soft_wrap=True)
        begin = None


def show_columns(
    console: Console,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    styles: Mapping[str, str],
    indent: str = "",
) -> None:
    """Show rows in columns. The first cell of a row, its id, is never broken; where the columns lack room it stands alone."""
    from rich.text import Text

    lines = [[Text(cell, styles.get(cell, "")) for cell in row] for row in rows]
    head = [[Text(word, "dim") for word in heads]] if any(heads) else []
    widths = _widths([*head, *lines], console.width - len(indent))
    for row in lines if widths is None else [*head, *lines]:
        if widths is not None:
            _show_row(console, row, widths, indent)
            continue
        say(console, row[0], indent=indent)
        for line in _packed([cell for cell in row[1:] if cell.plain], console.width - len(indent) - 2):
            say(console, line, indent=indent + "  ")


def _show_row(console: Console, row: Sequence[Text], widths: Sequence[int], indent: str) -> None:
    from rich.text import Text

    cells = [_wrapped(cell, width, fold=True) for cell, width in zip(row, widths, strict=True)]
    for pieces in zip_longest(*cells, fillvalue=Text()):
        line = Text(indent)
        for piece, width in zip(pieces, widths, strict=True):
            line.append_text(piece).append(" " * (width - piece.cell_len) + GAP)
        line.rstrip()
        console.print(line, soft_wrap=True)


def _packed(cells: Sequence[Text], width: int) -> Iterator[Text]:
    """Yield lines of as many cells as fit."""
    from rich.text import Text

    line: list[Text] = []
    for cell in cells:
        if line and sum(one.cell_len + 2 for one in line) + cell.cell_len > width:
            yield Text("  ").join(line)
            line = []
        line.append(cell)
    if line:
        yield Text("  ").join(line)


def _widths(rows: Sequence[Sequence[Text]], room: int) -> list[int] | None:
    """Return the width of each column, None when they do not fit. The widest ones give way first, the one of the ids never."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    least = [widths[0], *(min(width, NARROW) for width in widths[1:])]
    too_much = sum(widths) + len(GAP) * (len(widths) - 1) - room
    while too_much > 0:
        spare = [width - kept for width, kept in zip(widths, least, strict=True)]
        if max(spare) <= 0:
            return None
        at = max((width, at) for at, width in enumerate(widths) if spare[at] > 0)[1]
        widths[at] -= 1
        too_much -= 1
    return widths


def _width(cell: Text) -> int:
    return max((line.cell_len for line in cell.split("\n", allow_blank=True)), default=0)


def _wrapped(text: Text | str, width: int, *, fold: bool = False) -> Iterator[Text]:
    """Yield the lines of a text. A word that is longer than a line stays whole, or is broken with `fold`."""
    from rich.text import Text

    for line in (Text(text) if isinstance(text, str) else text).split("\n", allow_blank=True):
        for piece in line.divide(_breaks(line.plain, width, fold=fold)) if line.cell_len > width else [line]:
            piece.rstrip()
            yield piece


def _breaks(line: str, width: int, *, fold: bool) -> Iterator[int]:
    """Yield where a line is to be broken."""
    from rich.cells import cell_len

    used = 0
    for word in re.finditer(r"\s*\S+\s*", line):
        if used and used + cell_len(word[0].rstrip()) > width:
            yield word.start()
            used = 0
        for at, letter in enumerate(word[0], word.start()):
            used += cell_len(letter)
            if fold and used > width and not letter.isspace():
                yield at
                used = cell_len(letter)
