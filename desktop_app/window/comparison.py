"""What differs between two states of a workflow, in words."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.graph import Graph, Node
from resources.language import tr, trn

_NAMED = 2
"""So many nodes are called by name, more are counted."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Nodes by their titles, edges by number. `surroundings`: name, inputs, variables, settings; `layout`: places and frames."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    edges_added: int = 0
    edges_removed: int = 0
    surroundings: bool = False
    layout: bool = False


def compare(before: Graph, after: Graph) -> Differences:
    """Return what changed on the way from one state to the other. A node that got another id is a removed and an added one."""
    old_edges, new_edges = set(before.edges), set(after.edges)
    shared = [node for node in after.nodes if node in before.nodes]
    return Differences(
        tuple(_title(node) for name, node in after.nodes.items() if name not in before.nodes),
        tuple(_title(node) for name, node in before.nodes.items() if name not in after.nodes),
        tuple(_title(after.nodes[name]) for name in shared if before.nodes[name] != after.nodes[name]),
        len(new_edges - old_edges),
        len(old_edges - new_edges),
        _surroundings(before) != _surroundings(after),
        (before.positions, before.frames, before.layout_extra) != (after.positions, after.frames, after.layout_extra),
    )


def in_words(found: Differences) -> list[str]:
    """Return what differs as short lines, the weightiest first; places only when nothing else differs."""
    lines = []
    if found.added:
        names, count = ", ".join(found.added), len(found.added)
        lines.append(
            tr("Added {names}", names=names) if count <= _NAMED else trn("{count} node added", "{count} nodes added", count)
        )
    if found.removed:
        names, count = ", ".join(found.removed), len(found.removed)
        few = tr("Removed {names}", names=names)
        lines.append(few if count <= _NAMED else trn("{count} node removed", "{count} nodes removed", count))
    if found.changed:
        names, count = ", ".join(found.changed), len(found.changed)
        few = tr("Changed {names}", names=names)
        lines.append(few if count <= _NAMED else trn("{count} node changed", "{count} nodes changed", count))
    if found.edges_added:
        lines.append(trn("{count} edge added", "{count} edges added", found.edges_added))
    if found.edges_removed:
        lines.append(trn("{count} edge removed", "{count} edges removed", found.edges_removed))
    if found.surroundings:
        lines.append(tr("Name, inputs or settings changed"))
    if found.layout and not lines:
        lines.append(tr("Nodes moved"))
    return lines


def in_a_line(found: Differences) -> str:
    """Return what differs as one line."""
    return " · ".join(in_words(found)) or tr("Nothing differs")


def _title(node: Node) -> str:
    return node.title or node.id


def _surroundings(graph: Graph) -> tuple[object, ...]:
    return (graph.name, graph.description, graph.inputs, graph.variables, graph.schemas, graph.settings, graph.extra)
