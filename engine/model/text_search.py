"""Where a text stands in a workflow: in titles, notes, and all that is set in nodes; in frames."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.model.graph import Graph, Node
from engine.model.values import Json

_BEFORE, _FAR, _LONGEST = 24, 48, 160
"""Characters of a line that are shown before what stands further than `_FAR` in it, and in all."""


@dataclass(frozen=True, slots=True)
class TextHit:
    """A place where a text stands: a node or frame, the field of it, its line there, and which letters of this line they are."""

    kind: Literal["node", "frame"]
    id: str
    field: str
    line: str
    start: int
    end: int


def find_text(graph: Graph, wanted: str) -> Iterator[TextHit]:
    """Return the first place in each field where a text stands, in any case; nothing for an empty one."""
    if not wanted.strip():
        return
    pattern = re.compile(re.escape(wanted.strip()), re.IGNORECASE)
    for node in graph.nodes.values():
        for field, text in _fields(node):
            if (found := pattern.search(text)) is not None:
                yield TextHit("node", node.id, field, *_line(text, found))
    for frame in graph.frames.values():
        for field, text in (("title", frame.title), ("text", frame.text)):
            if (found := pattern.search(text)) is not None:
                yield TextHit("frame", frame.id, field, *_line(text, found))


def _fields(node: Node) -> Iterator[tuple[str, str]]:
    yield from (("title", node.title), ("id", node.id), ("type", node.type), ("notes", node.notes))
    for name, value in (*node.params.items(), *node.options.items()):
        yield from _texts(name, value)


def _texts(place: str, value: Json) -> Iterator[tuple[str, str]]:
    """Return the texts of a value with their places, the names of an object's members among them."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield place, name
            yield from _texts(f"{place}.{name}", item)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(f"{place}[{number}]", item)
    elif value is not None:
        yield place, str(value)


def _line(text: str, found: re.Match[str]) -> tuple[str, int, int]:
    """Return the line of a match, cut at both ends where it is long, with the place of the match in it."""
    begin, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.start())
    line = text[begin : end if end >= 0 else len(text)]
    start, indent = found.start() - begin, len(line) - len(line.lstrip())
    cut = max(min(indent, start), start - _BEFORE if start > _FAR else 0)
    lead = "… " if cut > indent else ""
    shown = lead + line[cut : cut + _LONGEST].rstrip()
    at = len(lead) + start - cut
    return shown, at, min(at + len(found[0]), len(shown))
