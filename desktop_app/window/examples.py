"""The examples that come with Weft, from an index, so that none has to be read to be shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from resources.files import path, text

INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class ExampleNode:
    """A node of a thumbnail: its type, and where it stands in the workflow."""

    type: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Example:
    """An example: its name and summary in English, and what its thumbnail shows; `edges` are pairs of places in `nodes`."""

    id: str
    file: str
    name: str
    summary: str
    nodes: tuple[ExampleNode, ...]
    edges: tuple[tuple[int, int], ...]

    @property
    def path(self) -> Path:
        """Where the workflow lies."""
        return path("examples", self.id, self.file)


def examples() -> list[Example]:
    """Return the examples in the order of the index; none when it cannot be read."""
    try:
        found = json.loads(text("examples", INDEX))
    except OSError:
        return []
    return [
        Example(
            one["id"], one["file"], one["name"], one["summary"],
            tuple(ExampleNode(*node) for node in one["nodes"]), tuple((before, after) for before, after in one["edges"]),
        )
        for one in found
    ]  # fmt: skip
