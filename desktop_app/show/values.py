"""Values, times and sizes as people read them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from desktop_app.show.layout import say, show_columns
from engine.model.issues import counted
from engine.model.values import Json

if TYPE_CHECKING:
    from rich.console import Console

LONGEST_TEXT = 40
"""Lines of one value that a terminal gets."""


def duration(seconds: float) -> str:
    """Return `12 ms`, `1.4 s`, `14 s`, `3 min 20 s` or `2 h 5 min`."""
    if seconds < 10:
        return f"{max(seconds, 0.0) * 1000:.0f} ms" if seconds < 0.1 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 1:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def when(at: float) -> str:
    """Return a time in the person's own zone, to the minute."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def ago(at: float) -> str:
    """Return how long ago a time was, in its largest unit."""
    minutes = int(max(time.time() - at, 0)) // 60
    for unit, length in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes >= length:
            return f"{counted(minutes // length, unit)} ago"
    return "just now"


def stamp(at: float | None) -> str | None:
    """Return a time for programs: ISO 8601 in UTC, None for none."""
    if at is None:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1000):03d}Z"


def size(count: int) -> str:
    """Return `478 MB` and the like."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            return f"{count / factor:.3g} {unit}"
    return counted(count, "byte")


def one_line(text: str) -> str:
    """Return text without line ends and control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def harmless(text: str) -> str:
    """Return text whose control characters cannot steer a terminal; line ends and tabs stay."""
    if text.isprintable():
        return text
    return "".join(letter if letter in "\n\t" or letter.isprintable() else "\ufffd" for letter in text.replace("\r\n", "\n"))


def readable(value: Json) -> str:
    """Return a value as text for a terminal: text as it is, anything else as JSON, on one line when it is short."""
    if isinstance(value, str):
        return harmless(value)
    short = json.dumps(value, ensure_ascii=False)
    return short if len(short) <= 60 else json.dumps(value, ensure_ascii=False, indent=2)


def block(value: Json, *, whole: bool) -> str:
    """Return a value of several lines; a long one is cut unless it is wanted whole."""
    lines = readable(value).splitlines()
    if whole or len(lines) <= LONGEST_TEXT + 1:
        return "\n".join(lines)
    return "\n".join([*lines[:LONGEST_TEXT], f"… {len(lines) - LONGEST_TEXT} more lines; --json gives all"])


def went_on(caught: str, error: Mapping[str, Json]) -> str:
    """Return how a step went on after its failure, and what that was."""
    way = "took the default" if caught == "default" else "took the error port"
    return f"failed, {way}: {one_line(str(error.get('text', '')))}"


def show_values(console: Console, values: Mapping[str, Json]) -> None:
    """Show named values, aligned; those of several lines, or too long for one, as blocks below their name."""
    from rich.cells import cell_len
    from rich.text import Text

    width = max(map(cell_len, values), default=0) + 2
    for name, value in values.items():
        text = readable(value).rstrip("\n")
        begin = Text.assemble("  ", (name, "bold"))
        if "\n" in text or cell_len(text) + width + 2 > console.width:
            say(console, "", begin=begin)
            say(console, block(value, whole=not console.is_terminal), indent="    ")
        else:
            say(console, text, begin=begin.append(" " * (width - cell_len(name))))


def table(
    console: Console,
    heads: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    empty: str,
    styles: Mapping[str, str] = {},
    indent: str = "",
) -> None:
    """Show rows in aligned columns without lines, the first one holding ids; `empty` is said when there are none."""
    if rows:
        show_columns(console, heads, [[str(cell) for cell in row] for row in rows], styles=styles, indent=indent)
    else:
        console.print(indent + empty, style="dim", markup=False)
