"""Where a text stands in a workflow: in titles, notes, and all that is set in nodes; in frames; in what it says of itself."""

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
    """A place where a text stands: a node, a frame or the workflow, the field of it, its line there, and which letters they are.

    Fields of the workflow are `name`, `description`, `inputs.NAME` and `variables.NAME`; its `id` is empty.
    """

    kind: Literal["node", "frame", "workflow"]
    id: str
    field: str
    line: str
    start: int
    end: int


def find_text(graph: Graph, wanted: str) -> Iterator[TextHit]:
    """Return the places where a text stands, in any case, with the first one in each text; nothing for an empty one."""
    if not wanted.strip():
        return
    pattern = re.compile(re.escape(wanted.strip()), re.IGNORECASE)
    for kind, identity, field, text in _places(graph):
        if (found := pattern.search(text)) is not None:
            yield TextHit(kind, identity, field, *_line(text, found))


def _places(graph: Graph) -> Iterator[tuple[Literal["node", "frame", "workflow"], str, str, str]]:
    for node in graph.nodes.values():
        for field, text in _fields(node):
            yield "node", node.id, field, text
    for frame in graph.frames.values():
        for field, text in (("title", frame.title), ("text", frame.text)):
            yield "frame", frame.id, field, text
    for field, text in (("name", graph.name), ("description", graph.description)):
        yield "workflow", "", field, text
    for name, spec in graph.inputs.items():
        for text in (name, spec.help, *(text for _, text in _texts("", spec.default))):
            yield "workflow", "", f"inputs.{name}", text
    for name, value in graph.variables.items():
        for text in (name, *(text for _, text in _texts("", value))):
            yield "workflow", "", f"variables.{name}", text


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
