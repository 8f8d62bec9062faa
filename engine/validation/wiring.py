"""Edges: both ends exist, types fit, ports take no more than they can, nothing runs in circles."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.api.node import Node
from engine.api.params import Param, has_template, param_of
from engine.api.ports import Port, Ports, is_assignable
from engine.model.graph import Edge, Endpoint, Graph
from engine.model.graph import Node as GraphNode
from engine.model.issues import phrase
from engine.model.paths import Path
from engine.model.topology import cycles_of
from engine.validation.found import Found

if TYPE_CHECKING:
    from engine.registry import NodeRegistry


def check_wiring(graph: Graph, ports: Mapping[str, Ports], registry: NodeRegistry, found: Found) -> None:
    """Check all edges. `ports` has no entry for nodes of unknown types, whose edges are left alone."""
    for index, edge in enumerate(graph.edges):
        _check_edge(graph, edge, ports, registry, ("edges", index), found)
    _check_counts(graph, ports, found)
    for cycle in cycles_of(graph):
        names = " -> ".join((*cycle, cycle[0]))
        path: Path = ("nodes", cycle[0])
        found.add(
            "graph.cycle",
            phrase("These nodes wait for each other: {names}.", names=names),
            "Remove one of the edges.",
            path,
            node=cycle[0],
        )


def _check_edge(graph: Graph, edge: Edge, ports: Mapping[str, Ports], registry: NodeRegistry, path: Path, found: Found) -> None:
    for end in edge:
        if end.node not in graph.nodes:
            near = difflib.get_close_matches(end.node, graph.nodes, n=3, cutoff=0.4)
            remedy = phrase("Nearest: {near}.", near=", ".join(near)) if near else phrase("Remove the edge, or add the node.")
            found.add(
                "edge.no-node",
                phrase("The edge {edge} names the node {node!r}, which does not exist.", edge=edge, node=end.node),
                remedy,
                path,
            )
            return
    source = ports[edge.source.node].output(edge.source.port) if edge.source.node in ports else Port(edge.source.port)
    target = _target(graph, edge, ports, registry)
    if source is None:
        keys = ", ".join(port.key for port in ports[edge.source.node].outputs) or phrase("none")
        text = phrase("The node {node!r} has no output {port!r}.", node=edge.source.node, port=edge.source.port)
        found.add("edge.no-port", text, phrase("It has: {keys}.", keys=keys), path, node=edge.source.node, port=edge.source.port)
    if target is None:
        keys = ", ".join(port.key for port in ports[edge.target.node].inputs) or phrase("none")
        text = phrase("The node {node!r} has no input {port!r}.", node=edge.target.node, port=edge.target.port)
        found.add(
            "edge.no-port",
            text,
            phrase("It has: {keys}; a parameter that can be wired will do, too.", keys=keys),
            path,
            node=edge.target.node,
            port=edge.target.port,
        )
    if source and target and not is_assignable(source.type, target.type):
        text = phrase(
            "The edge {edge} carries {source} to a port for {target}.",
            edge=edge,
            source=phrase(source.type),
            target=phrase(target.type),
        )
        found.add(
            "edge.type", text, "Put a transform between them.", path, node=edge.target.node, port=target.key, severity="warning"
        )


def _target(graph: Graph, edge: Edge, ports: Mapping[str, Ports], registry: NodeRegistry) -> Port | None:
    """Return the input port an edge leads to: a declared one, or a parameter that may be wired."""
    if edge.target.node not in ports:
        return Port(edge.target.port)
    if declared := ports[edge.target.node].input(edge.target.port):
        return declared
    node = graph.nodes[edge.target.node]
    node_type = registry.get(node.type)
    field = node_type.model_fields.get(edge.target.port) if node_type else None
    if node_type is None or field is None or not param_of(field).promotable:
        return None
    return Port(edge.target.port) if _matters(param_of(field), node_type, node, graph) else None


def _matters(param: Param, node_type: type[Node], node: GraphNode, graph: Graph) -> bool:
    """Tell whether a parameter matters with the values of the others; what is only known in the run may let it."""
    if param.shown_when is None:
        return True
    name, values = param.shown_when
    value = node.params.get(name, node_type.model_fields[name].get_default())
    return value in values or has_template(value) or any(edge.target == (node.id, name) for edge in graph.edges)


def _check_counts(graph: Graph, ports: Mapping[str, Ports], found: Found) -> None:
    edges = Counter(edge.target for edge in graph.edges)
    for node_id, node_ports in ports.items():
        params = graph.nodes[node_id].params
        for port in node_ports.inputs:
            if port.required and not edges[Endpoint(node_id, port.key)] and port.key not in params:
                found.add(
                    "port.unwired",
                    phrase("The input {port!r} of {node_id!r} has no edge.", port=port.key, node_id=node_id),
                    "Draw one to it.",
                    ("nodes", node_id),
                    node=node_id,
                    port=port.key,
                )
    for target, times in edges.items():
        port_found = ports[target.node].input(target.port) if target.node in ports else None
        if times > 1 and not (port_found and port_found.multiple) and target.node in ports:
            found.add(
                "edge.too-many",
                phrase("{times} edges lead to {target}, which takes one.", times=times, target=target),
                "Remove all but one, or merge them.",
                ("nodes", target.node),
                node=target.node,
                port=target.port,
            )
