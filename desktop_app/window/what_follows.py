"""What a workflow does after an answer, in a sentence: the steps that an approval leads to."""

from __future__ import annotations

from engine.model.graph import Graph
from resources.language import tr
from widgets.node_types import NodeTypes

_MOST = 3
_APPROVED, _REJECTED = ("approved", "decision"), ("rejected", "decision")


def what_follows(graph: Graph, node: str, types: NodeTypes) -> tuple[str, str]:
    """Return what happens when the question of a node is approved, and when it is rejected."""
    approved, rejected = _targets(graph, node, types, _APPROVED), _targets(graph, node, types, _REJECTED)
    return (
        tr("Goes on with {steps}.", steps=approved) if approved else tr("Nothing follows."),
        tr("Goes on with {steps}.", steps=rejected) if rejected else tr("Nothing follows."),
    )


def _targets(graph: Graph, node: str, types: NodeTypes, ports: tuple[str, ...]) -> str:
    edges = (edge for edge in graph.edges if edge.source.node == node and edge.source.port in ports)
    names = dict.fromkeys(types.title(graph.nodes[edge.target.node]) for edge in edges if edge.target.node in graph.nodes)
    return ", ".join([*list(names)[:_MOST], *(["…"] if len(names) > _MOST else [])])
