"""Turns the plain data of a document into a `Graph`, part by part."""

from __future__ import annotations

from engine.model.graph import Edge, Endpoint, Frame, Graph, InputSpec, Node
from engine.model.ids import is_node_id
from engine.model.issues import phrase
from engine.model.paths import Path
from engine.model.shape import Shape
from engine.model.values import Json, JsonObject

TOP_KEYS = frozenset(
    ("schema_version", "id", "name", "description", "inputs", "variables", "schemas", "settings", "nodes", "edges", "layout")
)
_NODE_KEYS = frozenset(("type", "version", "title", "notes", "params", "options"))
_EDGE_KEYS = frozenset(("from", "to"))
_FRAME_KEYS = frozenset(("title", "rect", "color", "text"))
_INPUT_KEYS = frozenset(("type", "default", "required", "help"))
_LAYOUT_KEYS = frozenset(("nodes", "frames"))


def read_graph(data: JsonObject, shape: Shape) -> Graph:
    """Return the graph of a document's data of the current version; what has the wrong shape is reported to `shape`."""
    graph = Graph(
        id=shape.text(data, "id", ()),
        name=shape.text(data, "name", ()),
        description=shape.text(data, "description", ()),
        inputs=read_inputs(shape.mapping(data, "inputs", ()), shape),
        variables=shape.mapping(data, "variables", ()),
        schemas=shape.mapping(data, "schemas", ()),
        settings=shape.mapping(data, "settings", ()),
        extra=_others(data, TOP_KEYS),
    )
    for node_id, item in shape.mapping(data, "nodes", ()).items():
        graph.nodes[node_id] = _node(node_id, item, shape)
    seen: set[Edge] = set()
    for at, item in enumerate(shape.expect(data.get("edges"), list, ("edges",)) or []):
        edge = _edge(item, ("edges", at), shape)
        if edge in seen:
            shape.report(
                ("edges", at), "duplicate-edge", phrase("The edge {edge} is there twice.", edge=edge), "Remove one of them."
            )
        elif edge:
            seen.add(edge)
            graph.edges.append(edge)
            if extra := _others(item, _EDGE_KEYS):
                graph.edge_extra[edge] = extra
    layout = shape.mapping(data, "layout", ())
    graph.layout_extra = _others(layout, _LAYOUT_KEYS)
    for node_id, item in shape.mapping(layout, "nodes", ("layout",)).items():
        x, y = shape.numbers(item, "x y", ("layout", "nodes", node_id))
        graph.positions[node_id] = x, y
    for frame_id, item in shape.mapping(layout, "frames", ("layout",)).items():
        graph.frames[frame_id] = _frame(frame_id, item, shape)
    return graph


def read_inputs(data: JsonObject, shape: Shape) -> dict[str, InputSpec]:
    """Return the declared inputs by name."""
    inputs = {}
    for name, item in data.items():
        path = ("inputs", name)
        spec = shape.expect(item, dict, path) or {}
        inputs[name] = InputSpec(
            name,
            type=shape.text(spec, "type", path) or "any",
            default=spec.get("default"),
            required=shape.flag(spec, "required", path),
            help=shape.text(spec, "help", path),
            extra=_others(spec, _INPUT_KEYS),
        )
    return inputs


def _node(node_id: str, item: Json, shape: Shape) -> Node:
    path: Path = ("nodes", node_id)
    if not is_node_id(node_id):
        remedy = phrase("Use letters, digits and underscores, beginning with a letter, and no word such as `if` or `not`.")
        shape.report(path, "node-id", phrase("`{node_id}` cannot be the id of a node.", node_id=node_id), remedy)
    data = shape.expect(item, dict, path) or {}
    version = data.get("version", 1)
    if type(version) is not int or version < 1:
        shape.report((*path, "version"), "type", "`version` should be a whole number from 1 on.", "Write `version: 1`.")
        version = 1
    node = Node(
        node_id,
        type=shape.text(data, "type", path),
        version=version,
        title=shape.text(data, "title", path),
        notes=shape.text(data, "notes", path),
        params=shape.mapping(data, "params", path),
        options=shape.mapping(data, "options", path),
        extra=_others(data, _NODE_KEYS),
    )
    if not node.type and (item is None or (data is item and type(data.get("type", "")) is str)):
        shape.report(path, "missing", "The node has no `type`.", "Write one, for example `type: llm`.")
    return node


def _edge(item: Json, path: Path, shape: Shape) -> Edge | None:
    if item is None:
        shape.report(path, "missing", "The edge is empty.", "Write `from` and `to`, each as `node.port`, or remove it.")
    data = shape.expect(item, dict, path)
    if data is None:
        return None
    source, target = _endpoint(data, "from", path, shape), _endpoint(data, "to", path, shape)
    return Edge(source, target) if source and target else None


def _endpoint(data: JsonObject, key: str, path: Path, shape: Shape) -> Endpoint | None:
    value = data.get(key)
    endpoint = Endpoint.parse(value) if isinstance(value, str) else Endpoint("", "")
    if all(endpoint):
        return endpoint
    if key not in data:
        shape.report(path, "missing", phrase("The edge has no `{key}`.", key=key), phrase("Write `{key}: node.port`.", key=key))
    else:
        remedy = phrase("Write the id of a node, a point and the key of a port, for example `read.out`.")
        shape.report((*path, key), "endpoint", phrase("`{key}` should name a node and its port.", key=key), remedy)
    return None


def _frame(frame_id: str, item: Json, shape: Shape) -> Frame:
    path: Path = ("layout", "frames", frame_id)
    data = shape.expect(item, dict, path) or {}
    x, y, width, height = shape.numbers(data.get("rect"), "x y width height", (*path, "rect"))
    return Frame(
        frame_id,
        title=shape.text(data, "title", path),
        rect=(x, y, width, height),
        color=shape.text(data, "color", path),
        text=shape.text(data, "text", path),
        extra=_others(data, _FRAME_KEYS),
    )


def _others(data: Json, known: frozenset[str]) -> JsonObject:
    """Return the part of a mapping that this program does not know."""
    if not isinstance(data, dict) or data.keys() <= known:
        return {}
    return {key: value for key, value in data.items() if key not in known}
