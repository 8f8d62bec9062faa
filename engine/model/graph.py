"""The document: a graph of nodes and edges with what surrounds it. Pure data, no Qt, no database, no node types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, fields
from typing import NamedTuple, Protocol

from engine.model.values import Json, JsonObject

SCHEMA_VERSION = 1
INPUT_TYPES = ("text", "number", "boolean", "list", "object", "file", "any")


class Endpoint(NamedTuple):
    """One port of one node, by stable keys."""

    node: str
    port: str

    @classmethod
    def parse(cls, text: str) -> Endpoint:
        """Read `node.port`. Node ids hold no dot, so the rest is the port whatever it contains."""
        node, _, port = text.partition(".")
        return cls(node, port)

    def __str__(self) -> str:
        return f"{self.node}.{self.port}"


class Edge(NamedTuple):
    """Carries the value of an output port to an input port. The pair is its identity."""

    source: Endpoint
    target: Endpoint

    @classmethod
    def of(cls, source: str, target: str) -> Edge:
        """Build an edge from two `node.port` texts."""
        return cls(Endpoint.parse(source), Endpoint.parse(target))

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"


@dataclass(frozen=True, slots=True)
class Node:
    """An instance of a node type. `params` belong to the type, `options` are the ones every node has.

    `type` and `version` are kept as written, also when no such type is known; `extra` holds keys of the file that this
    program does not know, so that saving returns them unchanged.
    """

    id: str
    type: str
    version: int = 1
    title: str = ""
    notes: str = ""
    params: Mapping[str, Json] = field(default_factory=dict)
    options: Mapping[str, Json] = field(default_factory=dict)
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """A titled rectangle around nodes; with `text` it is a note, which holds none.

    `rect` is x, y, width, height in scene units.
    """

    id: str
    title: str = ""
    rect: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    color: str = ""
    text: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InputSpec:
    """A declared input of the workflow. `type`: text, number, boolean, list, object, file or any."""

    name: str
    type: str = "any"
    default: Json = None
    required: bool = False
    help: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)


class Change(Protocol):
    """An edit as a value: it refers to ids, and knows how to do itself. See `engine.model.changes`."""

    def apply_to(self, graph: Graph) -> Change:
        """Do the edit and return its inverse; called by `Graph.apply` only."""
        ...


@dataclass(slots=True)
class Graph:
    """The whole document. Changed only through `apply`; the values in it are shared and never changed in place.

    `nodes` keeps the order of the file. Edges may name nodes or ports that do not exist: such edges are broken, shown and
    kept. `positions` and `frames` are layout, everything else is logic. `edge_extra`, `extra` and `layout_extra` hold keys of
    the file that this program does not know.
    """

    id: str = ""
    name: str = ""
    description: str = ""
    inputs: dict[str, InputSpec] = field(default_factory=dict)
    variables: JsonObject = field(default_factory=dict)
    schemas: JsonObject = field(default_factory=dict)
    settings: JsonObject = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    edge_extra: dict[Edge, Mapping[str, Json]] = field(default_factory=dict)
    positions: dict[str, tuple[float, float]] = field(default_factory=dict)
    frames: dict[str, Frame] = field(default_factory=dict)
    extra: JsonObject = field(default_factory=dict)
    layout_extra: JsonObject = field(default_factory=dict)
    comments: dict[tuple[str | int, ...], tuple[str, ...]] = field(default_factory=dict)
    """Comment lines a person wrote above a key of the file, by the path of that key."""

    def apply(self, change: Change) -> Change:
        """Do a change and return its inverse, which applied gives back an equal document.

        Raises:
            WeftError: the change cannot be applied; the graph is as it was before.
        """
        return change.apply_to(self)

    def copy(self) -> Graph:
        """Return a graph that later changes to this one leave alone."""
        graph = copy(self)
        for item in fields(self):
            if isinstance(value := getattr(self, item.name), dict | list):
                setattr(graph, item.name, value.copy())
        return graph

    def edges_into(self, node: str) -> Iterator[Edge]:
        """Yield the edges whose target is `node`, in document order."""
        return (edge for edge in self.edges if edge.target.node == node)

    def edges_from(self, node: str) -> Iterator[Edge]:
        """Yield the edges whose source is `node`, in document order."""
        return (edge for edge in self.edges if edge.source.node == node)
