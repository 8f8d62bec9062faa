"""A small workflow around one node type, made from its declaration: what `weft nodes show` gives to paste."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from engine.model.graph import Edge, Graph, InputSpec, Node
from engine.model.serialize import dump
from engine.model.values import Json, JsonObject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.api.declaration import Declaration, FieldSpec

PLACEHOLDERS: Mapping[str, Json] = {
    "number": 1, "integer": 1, "duration": 1, "switch": True, "list": [], "rows": [], "cases": [], "key_values": {}, "group": {},
    "json_schema": {}, "secret": {"$secret": "name"}, "code": "result = 1", "expression": "true", "file": "file.txt",
    "datetime": "2030-01-01T09:00:00",
}  # fmt: skip


def sample(kind: Declaration) -> str:
    """Return the text of a workflow in which a node of this type has what its first example gives it."""
    example: Mapping[str, Any] = kind.examples[0] if kind.examples else {}
    given: JsonObject = {**example.get("params", {})}
    arriving: JsonObject = dict(example.get("inputs", {}))
    for field in kind.fields:
        if field.name in arriving:
            given[field.name] = arriving.pop(field.name)
        elif field.required and field.name not in given:
            given[field.name] = _placeholder(field)
    for port in kind.ports.inputs:
        if port.required and kind.field(port.key) is None:
            arriving.setdefault(port.key, PLACEHOLDERS.get(port.type, "text"))
    inputs = {name: InputSpec(name, default=value) for name, value in example.get("outside", {}).get("inputs", {}).items()}
    graph = Graph(name=kind.title, inputs=inputs)
    node_id = re.sub(r"\W+", "_", kind.title.lower()).strip("_") or "node"
    for port_key, value in arriving.items():
        source = f"{port_key}_of_{node_id}"
        graph.nodes[source] = Node(source, "data.transform", params={"template": value}, title=f"Gives {port_key}")
        graph.edges.append(Edge.of(f"{source}.out", f"{node_id}.{port_key}"))
    graph.nodes[node_id] = Node(node_id, kind.type_id, version=kind.version, title=kind.title, params=given)
    return dump(graph)


def _placeholder(field: FieldSpec) -> Json:
    if field.choices:
        return field.choices[0]
    value = PLACEHOLDERS.get(field.kind, "text")
    return field.least if isinstance(value, int) and field.least is not None else value
