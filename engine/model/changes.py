"""Edits of a document as values that refer to ids. `Graph.apply(change)` does one and returns its inverse.

A change checks itself completely before it touches anything, and raises `WeftError` when it cannot be applied (`change.…`
codes). Applying the inverse gives back an equal document, orders and comments included.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from engine.model.comments import dropper, moved, renamer, shifter
from engine.model.edits import Batch, Restore, check_value, edit, snapshot, with_comments
from engine.model.graph import Change, Edge, Endpoint, Frame, Graph, Node
from engine.model.ids import is_node_id
from engine.model.issues import WeftError, failure, phrase
from engine.model.paths import MISSING, Missing, Path
from engine.model.readers import read_inputs
from engine.model.rename import rename_in_node, rename_input_in_node
from engine.model.serialize import input_json
from engine.model.shape import Shape
from engine.model.values import Json, JsonObject

__all__ = [
    "MISSING", "AddEdge", "AddFrame", "AddNode", "Batch", "MoveNodes", "RemoveEdge", "RemoveFrame", "RemoveNode", "RenameInput",
    "RenameNode", "Restore", "SetDocument", "SetFrame", "SetNode", "SetOption", "SetParam",
]  # fmt: skip

T = TypeVar("T")
Position = tuple[float, float]

DOCUMENT_FIELDS = ("id", "name", "description", "inputs", "variables", "schemas", "settings")


@dataclass(frozen=True, slots=True)
class AddNode:
    """Adds a node at a place in the order (None: the end) and of the canvas (None: none yet)."""

    node: Node
    index: int | None = None
    position: Position | None = None

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        node = self.node
        if node.id in graph.nodes:
            raise failure(
                "change.exists", phrase("There is a node `{node}` already.", node=node.id), "Choose another id.", node=node.id
            )
        _check_id(node.id)
        check_value([node.type, node.title, node.notes, dict(node.params), dict(node.options), dict(node.extra)], node.id)
        inverse: Change = RemoveNode(node.id, keep_edges=True)
        if node.id in graph.positions:
            inverse = Batch((inverse, snapshot(graph, "positions")))
        if self.position is not None:
            _check_numbers(self.position, node.id)
            graph.positions[node.id] = self.position
        graph.nodes = _inserted(graph.nodes, node.id, node, self.index)
        return with_comments(graph, inverse, *map(dropper, _node_places(node.id)))


@dataclass(frozen=True, slots=True)
class RemoveNode:
    """Removes a node with its position and its edges; `keep_edges` leaves these behind as broken ones."""

    node: str
    keep_edges: bool = False

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        node = _node(graph, self.node)
        at = list(graph.nodes).index(node.id)
        gone = [] if self.keep_edges else [
            (index, edge) for index, edge in enumerate(graph.edges) if node.id in (edge.source.node, edge.target.node)
        ]  # fmt: skip
        inverse: Change = Batch((
            AddNode(node, at, graph.positions.get(node.id)),
            *(AddEdge(edge, index, graph.edge_extra.get(edge, {})) for index, edge in gone),
        ))  # fmt: skip
        if not is_node_id(node.id):  # from a file that breaks the rules, which `AddNode` would refuse
            inverse = snapshot(graph, "nodes", "edges", "edge_extra", "positions")
        del graph.nodes[node.id]
        graph.positions.pop(node.id, None)
        for index, edge in reversed(gone):
            del graph.edges[index]
            graph.edge_extra.pop(edge, None)
        shifts = [shifter(("edges",), index, -1) for index, _ in reversed(gone)]
        return with_comments(graph, inverse, *map(dropper, _node_places(node.id)), *shifts)


@dataclass(frozen=True, slots=True)
class SetNode:
    """Sets a field of a node that is neither parameter nor option."""

    node: str
    field: Literal["type", "version", "title", "notes"]
    value: str | int

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        node = _node(graph, self.node)
        old: dict[str, str | int] = {"type": node.type, "version": node.version, "title": node.title, "notes": node.notes}
        if type(self.value) is not type(old.get(self.field)) or (self.field == "version" and int(self.value) < 1):
            raise failure(
                "change.value",
                phrase("`{field}` cannot be {value!r}.", field=self.field, value=self.value),
                "Give it a value of its kind.",
                node=node.id,
                field=self.field,
            )
        check_value(self.value, node.id, (self.field,))
        values: dict[str, Any] = {self.field: self.value}
        graph.nodes[node.id] = replace(node, **values)
        return SetNode(node.id, self.field, old[self.field])


@dataclass(frozen=True, slots=True)
class SetParam:
    """Sets or (MISSING) removes a value in a node's parameters. An empty path stands for all of them."""

    node: str
    path: Path
    value: Json | Missing

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        return _set_in_node(graph, self, "params")


@dataclass(frozen=True, slots=True)
class SetOption:
    """Sets or (MISSING) removes a value in a node's options. An empty path stands for all of them."""

    node: str
    path: Path
    value: Json | Missing

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        return _set_in_node(graph, self, "options")


def _set_in_node(graph: Graph, change: SetParam | SetOption, part: Literal["params", "options"]) -> Change:
    node = _node(graph, change.node)
    before = dict(node.params if part == "params" else node.options)
    done = edit(before, change.path, change.value, ("nodes", node.id, part), node.id)
    data = _mapping(done.data, part, node.id)
    graph.nodes[node.id] = replace(node, params=data) if part == "params" else replace(node, options=data)
    inverse = type(change)(node.id, done.undo_path, done.undo_value)
    return with_comments(graph, inverse, done.move)


@dataclass(frozen=True, slots=True)
class RenameNode:
    """Gives a node another id, in its edges and in all references of templates and expressions as well."""

    old: str
    new: str

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        _node(graph, self.old)
        if self.new in graph.nodes:
            raise failure(
                "change.exists", phrase("There is a node `{new}` already.", new=self.new), "Choose another id.", node=self.new
            )
        _check_id(self.new)

        def of(edge: Edge) -> Edge:
            return Edge(*(Endpoint(self.new, end.port) if end.node == self.old else end for end in edge))

        edges = [of(edge) for edge in graph.edges]
        if len(set(edges)) < len(edges):
            text = phrase("Edges name `{new}` already.", new=self.new)
            raise failure("change.exists", text, "Choose another id, or remove these broken edges.", node=self.new)
        before = snapshot(graph, "nodes", "edges", "edge_extra", "positions", "comments")
        graph.nodes = {new.id: new for node in graph.nodes.values() if (new := rename_in_node(node, self.old, self.new))}
        graph.edges = edges
        graph.edge_extra = {of(edge): extra for edge, extra in graph.edge_extra.items()}
        if self.old in graph.positions:
            graph.positions[self.new] = graph.positions.pop(self.old)
        for here, there in zip(_node_places(self.old), _node_places(self.new), strict=True):
            graph.comments = moved(graph.comments, renamer(here, there))
        return before


@dataclass(frozen=True, slots=True)
class RenameInput:
    """Gives a declared input another name, in its place of the order and in all references of templates and expressions as well.

    A parameter that holds the bare name, such as that of an Input node, is none of these and is set beside.
    """

    old: str
    new: str

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        if self.old not in graph.inputs:
            raise failure("change.missing", phrase("There is no input {name!r}.", name=self.old), "Choose a declared input.")
        if self.new in graph.inputs:
            raise failure("change.exists", phrase("There is an input {name!r} already.", name=self.new), "Choose another name.")
        check_value(self.new)
        before = snapshot(graph, "inputs", "nodes", "comments")
        renamed = {self.new if name == self.old else name: spec for name, spec in graph.inputs.items()}
        graph.inputs = {**renamed, self.new: replace(renamed[self.new], name=self.new)}
        graph.nodes = {id_: rename_input_in_node(node, self.old, self.new) for id_, node in graph.nodes.items()}
        graph.comments = moved(graph.comments, renamer(("inputs", self.old), ("inputs", self.new)))
        return before


@dataclass(frozen=True, slots=True)
class AddEdge:
    """Adds an edge at a place in the order (None: the end). Its ends need not exist: such an edge is broken."""

    edge: Edge
    index: int | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        if self.edge in graph.edges:
            raise failure("change.exists", phrase("The edge {edge} is there already.", edge=self.edge), "Choose another port.")
        for end in self.edge:
            if Endpoint.parse(str(end)) != end or not all(end):
                raise failure(
                    "change.value", phrase("`{end}` names no port of a node.", end=end), "Give the id of a node and a port."
                )
        check_value([*map(str, self.edge), dict(self.extra)])
        index = _index(self.index, graph.edges)
        graph.edges.insert(index, self.edge)
        if self.extra:
            graph.edge_extra[self.edge] = self.extra
        return with_comments(graph, RemoveEdge(self.edge), shifter(("edges",), index, 1))


@dataclass(frozen=True, slots=True)
class RemoveEdge:
    """Removes an edge."""

    edge: Edge

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        if self.edge not in graph.edges:
            raise failure("change.missing", phrase("There is no edge {edge}.", edge=self.edge), "Choose an edge of the document.")
        index = graph.edges.index(self.edge)
        del graph.edges[index]
        inverse = AddEdge(self.edge, index, graph.edge_extra.pop(self.edge, {}))
        return with_comments(graph, inverse, shifter(("edges",), index, -1))


@dataclass(frozen=True, slots=True)
class MoveNodes:
    """Sets positions on the canvas in scene units; None takes a position away."""

    positions: Mapping[str, Position | None]

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        for node, position in self.positions.items():
            _node(graph, node)
            if position is not None:
                _check_numbers(position, node)
        before = {node: graph.positions.get(node) for node in self.positions}
        for node, position in self.positions.items():
            if position is None:
                graph.positions.pop(node, None)
            else:
                graph.positions[node] = position
        return MoveNodes(before)


@dataclass(frozen=True, slots=True)
class AddFrame:
    """Adds a frame at a place in the order (None: the end, which is in front)."""

    frame: Frame
    index: int | None = None

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        frame = self.frame
        if frame.id in graph.frames:
            raise failure("change.exists", phrase("There is a frame `{frame}` already.", frame=frame.id), "Choose another id.")
        _check_frame(frame)
        graph.frames = _inserted(graph.frames, frame.id, frame, self.index)
        return with_comments(graph, RemoveFrame(frame.id), dropper(("layout", "frames", frame.id)))


@dataclass(frozen=True, slots=True)
class RemoveFrame:
    """Removes a frame; the nodes in it stay."""

    frame: str

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        at = list(graph.frames).index(_frame(graph, self.frame).id)
        inverse = AddFrame(graph.frames.pop(self.frame), at)
        return with_comments(graph, inverse, dropper(("layout", "frames", self.frame)))


@dataclass(frozen=True, slots=True)
class SetFrame:
    """Replaces the frame with the same id."""

    frame: Frame

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        before = _frame(graph, self.frame.id)
        _check_frame(self.frame)
        graph.frames[before.id] = self.frame
        return SetFrame(before)


@dataclass(frozen=True, slots=True)
class SetDocument:
    """Sets or (MISSING) removes a value outside the nodes. The path begins with one of `DOCUMENT_FIELDS`.

    Values have the form of the file: `SetDocument(("inputs", "limit"), {"type": "number", "default": 3})`.
    """

    path: Path
    value: Json | Missing

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        name = self.path[0] if self.path else ""
        if name not in DOCUMENT_FIELDS:
            raise failure(
                "change.place",
                phrase("`{name}` is no part of a document to set.", name=name),
                phrase("Use {fields}.", fields=", ".join(DOCUMENT_FIELDS)),
            )
        before = getattr(graph, name)
        data: Json = {spec.name: input_json(spec) for spec in graph.inputs.values()} if name == "inputs" else before
        done = edit(data, self.path[1:], self.value, (name,))
        if type(done.data) is not type(data):
            raise failure(
                "change.value", phrase("`{name}` cannot be of this type.", name=name), "Give text, or a mapping.", field=name
            )
        inverse: Change = SetDocument((name, *done.undo_path), done.undo_value)
        new: object = done.data
        if name == "inputs":
            shape = Shape()
            new = read_inputs(_mapping(done.data, name), shape)
            if shape.found:
                raise WeftError(*(issue for _, issue in shape.found))
            inverse = snapshot(graph, name)  # a field set to its default is not there to be removed
        setattr(graph, name, new)
        return with_comments(graph, inverse, done.move)


def _check_id(node_id: str) -> None:
    if not is_node_id(node_id):
        text = phrase("`{node_id}` cannot be the id of a node.", node_id=node_id)
        raise failure("change.id", text, "Use letters, digits and underscores, beginning with a letter.", node=node_id)


def _node(graph: Graph, node_id: str) -> Node:
    if node_id not in graph.nodes:
        raise failure(
            "change.missing",
            phrase("There is no node `{node_id}`.", node_id=node_id),
            "Choose a node of the document.",
            node=node_id,
        )
    return graph.nodes[node_id]


def _frame(graph: Graph, frame_id: str) -> Frame:
    if frame_id not in graph.frames:
        raise failure(
            "change.missing", phrase("There is no frame `{frame_id}`.", frame_id=frame_id), "Choose a frame of the document."
        )
    return graph.frames[frame_id]


def _check_frame(frame: Frame) -> None:
    check_value([frame.id, frame.title, frame.text, frame.color, dict(frame.extra)])
    _check_numbers(frame.rect)


def _check_numbers(numbers: Iterable[float], node: str = "") -> None:
    if not all(math.isfinite(number) for number in numbers):
        raise failure("change.value", "A position is not finite.", "Give numbers.", node=node)


def _mapping(value: Json, field: str, node: str = "") -> JsonObject:
    if not isinstance(value, dict):
        raise failure(
            "change.value", phrase("`{field}` has to be a mapping.", field=field), "Give a mapping.", node=node, field=field
        )
    return value


def _node_places(node_id: str) -> tuple[Path, Path]:
    """Return the paths under which comments on a node stand."""
    return ("nodes", node_id), ("layout", "nodes", node_id)


def _index(index: int | None, items: Sized) -> int:
    return len(items) if index is None else max(0, min(index, len(items)))


def _inserted(items: dict[str, T], key: str, value: T, index: int | None) -> dict[str, T]:
    """Return the mapping with a new key at a place in its order; the same one when that is the end."""
    if _index(index, items) == len(items):
        items[key] = value
        return items
    pairs = list(items.items())
    pairs.insert(_index(index, items), (key, value))
    return dict(pairs)
