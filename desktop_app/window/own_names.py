"""Names that only the templates of one node have: `value`, which arrives there, and `item` and `index` of a list. Free of Qt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from engine.api.declaration import Declaration, FieldSpec
from engine.model.graph import Graph
from engine.model.paths import MISSING
from engine.model.values import Json
from widgets.code.names import ITEM, Name
from widgets.node_types import NodeTypes
from widgets.values import type_of

_PATH = re.compile(r"\{\{\s*([^\W\d][\w.]*)\s*\}\}")


def matters(spec: FieldSpec, kind: Declaration, params: Mapping[str, Json]) -> bool:
    """Tell whether a field counts with the values of the others."""
    if spec.shown_when is None:
        return True
    name, wanted = spec.shown_when
    other = kind.field(name)
    return params.get(name, other.default if other else None) in wanted


def source_of_items(kind: Declaration, params: Mapping[str, Json]) -> str:
    """Return the parameter whose items `item` stands for one after the other, empty where there are none."""
    listed = kind.field("items")
    if listed is not None:
        return "items" if matters(listed, kind, params) else ""
    return "value" if kind.field("value") is not None else ""


def own_names(graph: Graph, node_id: str, types: NodeTypes, known: Sequence[Name]) -> Iterator[Name]:
    """Yield the names that a node's templates have beside those of all, with what is `known` of where their values come from."""
    node = graph.nodes.get(node_id)
    kind = types.get(node.type) if node is not None else None
    if node is None or kind is None:
        return
    free = {name for spec in kind.fields for part in (spec, *spec.rows) for name in part.names}
    value = kind.field("value")
    if "value" in free and value is not None and matters(value, kind, node.params):
        yield from _given(graph, node_id, "value", types, known)
    if "item" in free and (items := source_of_items(kind, node.params)):
        for name in _given(graph, node_id, items, types, known):
            if name.path == items:
                yield from _item(name)
                yield Name("index", "number", 0, name.source, name.icon, name.category)
            elif name.path.startswith(f"{items}{ITEM}"):
                yield replace(name, path="item" + name.path[len(items) + len(ITEM) :])


def _item(listed: Name) -> Iterator[Name]:
    """Yield the name of one item of a list that is known, or of which nothing is."""
    value = listed.value
    if isinstance(value, list) and value:
        yield replace(listed, path="item", type=type_of(value[0]), value=value[0])
    elif value is MISSING or value is None:
        yield replace(listed, path="item", type="any", value=MISSING)


def _given(graph: Graph, node: str, param: str, types: NodeTypes, known: Sequence[Name]) -> Iterator[Name]:
    """Yield a parameter and what is in it, as far as it is an edge, the path of another name, or plain data."""
    edge = next((edge for edge in graph.edges_into(node) if edge.target.port == param), None)
    value = graph.nodes[node].params.get(param)
    if edge is not None and edge.source.node in graph.nodes:
        ports = types.ports(graph.nodes[edge.source.node], graph).outputs
        is_first = bool(ports) and ports[0].key == edge.source.port
        part = "output" if is_first else f"ports.{edge.source.port}"
        yield from _moved(known, f"nodes.{edge.source.node}.{part}", param)
    elif isinstance(value, str) and (path := _PATH.fullmatch(value.strip())):
        yield from _moved(known, path[1], param)
    elif value not in (None, ""):
        is_template = isinstance(value, str) and "{{" in value
        yield Name(param, "any" if is_template else type_of(value), MISSING if is_template else value)


def _moved(known: Sequence[Name], base: str, param: str) -> Iterator[Name]:
    for name in known:
        if name.path == base or name.path.startswith((f"{base}.", f"{base}[")):
            yield replace(name, path=param + name.path[len(base) :])
