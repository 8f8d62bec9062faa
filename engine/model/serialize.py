"""Document text to `Graph` and back. What is unknown is kept, what is wrong is told with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from engine.model.comments import find_comments
from engine.model.emit import emit
from engine.model.graph import SCHEMA_VERSION, Frame, Graph, InputSpec, Node
from engine.model.issues import Issue, WeftError, failure, phrase
from engine.model.locate import Lines
from engine.model.migrate import migrate
from engine.model.parse import parse
from engine.model.readers import read_graph
from engine.model.shape import Shape
from engine.model.values import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document that was read: `issues` are what has the wrong shape, `lines` finds the line of any path in its text.

    With an error among the issues `graph` is what could be read, good for showing; saving it would lose the rest, and
    running it would run something else, so use `checked()` for these.
    """

    graph: Graph
    issues: tuple[Issue, ...] = ()
    lines: Lines = field(default_factory=Lines)

    def checked(self) -> Graph:
        """Return the graph.

        Raises:
            WeftError: with all issues, when one of them is an error.
        """
        if any(issue.severity == "error" for issue in self.issues):
            raise WeftError(*self.issues)
        return self.graph


def load(text: str | bytes, file: str = "") -> Loaded:
    """Read a document; `file` is the name to show in issues.

    Raises:
        WeftError: it cannot be read at all (see `engine.model.parse.parse`), is no mapping, or is newer than this program
            (`document.newer`).
    """
    parsed = parse(text, file)
    lines = Lines(parsed.text, is_json=parsed.is_json)
    shape = Shape()
    try:
        graph = _graph(parsed.data, shape)
    except WeftError as error:
        path = tuple(filter(None, (error.issue.field,)))
        raise WeftError(replace(error.issue, file=file, line=lines.line(path))) from None
    if not parsed.is_json:
        graph.comments = find_comments(parsed.text, parsed.data)
    issues = tuple(replace(issue, file=file, line=lines.line(path)) for path, issue in shape.found)
    return Loaded(graph, issues, lines)


def from_json(data: Json) -> Loaded:
    """Read a document's plain data, the form that `to_json` gives.

    Raises:
        WeftError: it is no mapping, or newer than this program.
    """
    shape = Shape()
    graph = _graph(data, shape)
    return Loaded(graph, tuple(issue for _, issue in shape.found))


def _graph(data: Json, shape: Shape) -> Graph:
    if not isinstance(data, dict):
        text = phrase("The document is no mapping of keys to values.")
        raise failure(
            "document.type", text, phrase("Begin it with `schema_version: {schema_version}`.", schema_version=SCHEMA_VERSION)
        )
    version = data.get("schema_version")
    if type(version) is int:
        data = migrate(data, version, SCHEMA_VERSION)
    elif "schema_version" in data:
        remedy = phrase("Write `schema_version: {schema_version}`.", schema_version=SCHEMA_VERSION)
        shape.report(("schema_version",), "version", "`schema_version` should be a whole number.", remedy)
    else:
        text = phrase("There is no `schema_version`, so this may be another kind of file.")
        shape.report(
            ("schema_version",),
            "version",
            text,
            phrase("Write `schema_version: {schema_version}` as its first line.", schema_version=SCHEMA_VERSION),
        )
    return read_graph(data, shape)


def dump(graph: Graph) -> str:
    """Return the YAML text of a document: equal graphs give equal texts, and `load` gives the graph back."""
    return emit(to_json(graph), graph.comments)


def to_json(graph: Graph) -> JsonObject:
    """Return a document as plain data with keys in the order of the file. Defaults and what is empty are left out."""
    layout: JsonObject = {
        "nodes": {node: [_short(x), _short(y)] for node, (x, y) in _in_node_order(graph)},
        "frames": {frame.id: _frame_json(frame) for frame in graph.frames.values()},
    }
    return {
        "schema_version": SCHEMA_VERSION,
        **({"id": graph.id} if graph.id else {}),
        "name": graph.name,
        **_filled(
            {
                "description": graph.description,
                "inputs": {spec.name: input_json(spec) for spec in graph.inputs.values()},
                "variables": graph.variables,
                "schemas": graph.schemas,
                "settings": graph.settings,
            }
        ),
        "nodes": {node.id: node_json(node) for node in graph.nodes.values()},
        "edges": [{"from": str(edge.source), "to": str(edge.target), **graph.edge_extra.get(edge, {})} for edge in graph.edges],
        **graph.extra,
        **_filled({"layout": {**_filled(layout), **graph.layout_extra}}),
    }


def node_json(node: Node) -> JsonObject:
    """Return a node as it stands in the file, without its id."""
    fields: JsonObject = {"title": node.title, "notes": node.notes, "params": dict(node.params), "options": dict(node.options)}
    return {"type": node.type, "version": node.version, **_filled(fields), **node.extra}


def input_json(spec: InputSpec) -> JsonObject:
    """Return a declared input as it stands in the file, without its name."""
    data: JsonObject = {"type": spec.type}
    if spec.default is not None:
        data["default"] = spec.default
    if spec.required:
        data["required"] = True
    return {**data, **_filled({"help": spec.help}), **spec.extra}


def _frame_json(frame: Frame) -> JsonObject:
    return {
        **_filled({"title": frame.title, "text": frame.text}), "rect": [_short(number) for number in frame.rect],
        **_filled({"color": frame.color}), **frame.extra,
    }  # fmt: skip


def _in_node_order(graph: Graph) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield positions in the order of the nodes, then those of nodes that do not exist."""
    for node in (*graph.nodes, *sorted(graph.positions.keys() - graph.nodes.keys())):
        if node in graph.positions:
            yield node, graph.positions[node]


def _filled(data: JsonObject) -> JsonObject:
    return {key: value for key, value in data.items() if value not in ("", {}, [])}


def _short(number: float) -> float | int:
    return int(number) if float(number).is_integer() and abs(number) < 1e15 else number
