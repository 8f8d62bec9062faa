"""What a new name of an input changes: its declaration, the nodes that give it, and the templates that read it. Free of Qt."""

from __future__ import annotations

from engine.model.changes import Batch, RenameInput, SetDocument, SetParam
from engine.model.graph import Change, Graph, Node
from engine.model.paths import Path
from widgets.forms.editor import Value
from widgets.node_types import NodeTypes

_DECLARED = {"type": "text"}
"""How an input is declared whose name was typed."""


def names_of_inputs(node: Node, types: NodeTypes) -> list[str]:
    """Return the parameters of a node that hold the name of an input."""
    kind = types.get(node.type)
    return [spec.name for spec in kind.fields if spec.kind == "input_name"] if kind else []


def named(graph: Graph, node: str, path: Path, value: Value, types: NodeTypes) -> Change:
    """Return the change that lets a node give the input of another name.

    A name that the workflow does not declare becomes that of the input which the node gave, where no other node gives it, and
    else a new input.
    """
    here = SetParam(node, path, value)
    if not isinstance(value, str) or not value or value in graph.inputs:
        return here
    old = graph.nodes[node].params.get(str(path[0]))
    others = [id_ for id_, _ in _givers(graph, old, types) if id_ != node] if isinstance(old, str) else []
    if isinstance(old, str) and old in graph.inputs and not others:
        return Batch((RenameInput(old, value), here))
    return Batch((SetDocument(("inputs", value), dict(_DECLARED)), here))


def renamed(graph: Graph, old: str, new: str, types: NodeTypes) -> Change:
    """Return the change that renames an input, with the nodes that give it."""
    return Batch((RenameInput(old, new), *(SetParam(node, (name,), new) for node, name in _givers(graph, old, types))))


def _givers(graph: Graph, input_name: str, types: NodeTypes) -> list[tuple[str, str]]:
    """Return the nodes that give an input, each with the parameter that says so."""
    return [
        (node.id, name)
        for node in graph.nodes.values()
        for name in names_of_inputs(node, types)
        if node.params.get(name) == input_name
    ]
