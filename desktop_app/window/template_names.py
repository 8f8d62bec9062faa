"""Which names the templates of a node can use, with the values that a run gave them. Free of Qt."""

from __future__ import annotations

from collections.abc import Iterator

from desktop_app.window.own_names import own_names
from engine.model.graph import Graph
from engine.model.paths import MISSING, Missing
from engine.model.values import Json
from resources.language import tr
from widgets.code.names import Name
from widgets.node_types import NodeTypes
from widgets.run.model import RunModel
from widgets.values import type_of

DEPTH = 4
"""How far into a value names are listed."""
WIDTH = 40
"""How many keys of an object are listed."""


def ancestors_of(graph: Graph, node: str) -> list[str]:
    """Return the nodes whose values a node can use, the nearest first."""
    before: dict[str, list[str]] = {}
    for edge in graph.edges:
        before.setdefault(edge.target.node, []).append(edge.source.node)
    found: dict[str, None] = {}
    waiting = list(before.get(node, ()))
    while waiting:
        source = waiting.pop(0)
        if source not in found and source in graph.nodes and source != node:
            found[source] = None
            waiting += before.get(source, ())
    return list(found)


def names_for(graph: Graph, node: str, types: NodeTypes, run: RunModel | None = None) -> list[Name]:
    """Return the names that templates of a node can use, its own first; those of nodes with the values of `run`."""
    names: list[Name] = []
    for spec in graph.inputs.values():
        given = run.inputs.get(spec.name, spec.default) if run else spec.default
        value: Json | Missing = MISSING if given is None else given
        names += _below(f"inputs.{spec.name}", value, spec.type, (tr("Input"), "log-in", "start"))
    for name, variable in graph.variables.items():
        names += _below(f"vars.{name}", variable, "any", (tr("Variable"), "braces", "data"))
    for ancestor in ancestors_of(graph, node):
        names += _of_node(graph, ancestor, types, run)
    about = (tr("This run"), "play", "logic")
    names += [
        Name(f"run.{part}", kind, MISSING, *about) for part, kind in (("id", "text"), ("workflow", "text"), ("started", "number"))
    ]
    return [*own_names(graph, node, types, names), *names]


def _of_node(graph: Graph, node_id: str, types: NodeTypes, run: RunModel | None) -> Iterator[Name]:
    node = graph.nodes[node_id]
    kind = types.get(node.type)
    source = (types.title(node), kind.icon if kind else "circle-help", kind.category if kind else "")
    ports, given = types.ports(node, graph).outputs, run.step(node_id).ports if run else {}
    for place, port in enumerate(ports):
        value: Json | Missing = given.get(port.key, MISSING)
        if place == 0:
            yield from _below(f"nodes.{node_id}.output", value, port.type, source)
        if place > 0 or len(ports) > 1:
            yield from _below(f"nodes.{node_id}.ports.{port.key}", value, port.type, source)
    yield Name(f"nodes.{node_id}.status", "text", MISSING, *source)


def _below(path: str, value: Json | Missing, kind: str, source: tuple[str, str, str], depth: int = DEPTH) -> Iterator[Name]:
    """Yield a name and those of what its value holds."""
    yield Name(path, kind if isinstance(value, Missing) or value is None else type_of(value), value, *source)
    if depth == 0:
        return
    if isinstance(value, dict):
        for key, item in list(value.items())[:WIDTH]:
            if key.isidentifier():
                yield from _below(f"{path}.{key}", item, "any", source, depth - 1)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for key, item in list(value[0].items())[:WIDTH]:
            if key.isidentifier():
                yield from _below(f"{path}[].{key}", item, "any", source, depth - 1)
