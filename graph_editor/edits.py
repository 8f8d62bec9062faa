"""What a person does to nodes, as changes of the document. Nothing here knows Qt; what cannot be done raises WeftError."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from engine.api.ports import Ports
from engine.model.changes import MISSING, AddNode, Batch, RemoveEdge, RemoveFrame, RemoveNode, RenameNode, SetNode, SetOption
from engine.model.graph import Change, Edge, Graph, Node
from engine.model.ids import node_id
from resources.language import tr, trn

Place = tuple[float, float]
"""A point of the canvas, in scene units."""
PortsOf = Callable[[Node, Graph], Ports]
"""Returns the ports that a node of a graph shows."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change with what it is called in the list of undo, and what is selected once it is done."""

    change: Change
    text: str
    nodes: tuple[str, ...] = ()
    edges: tuple[Edge, ...] = ()
    frames: tuple[str, ...] = ()


def batch(changes: Iterable[Change]) -> Change:
    """Return changes as one."""
    return Batch(tuple(changes))


def after(graph: Graph, changes: Iterable[Change]) -> Graph:
    """Return a copy of a graph with changes done to it."""
    copy = graph.copy()
    copy.apply(batch(changes))
    return copy


def new_node(graph: Graph, type_id: str, version: int, title: str) -> Node:
    """Return a node of a type with an id made from what it is called, as `Sort tickets` gives `sort_tickets`."""
    return Node(node_id(title, graph.nodes), type_id, version)


def add(node: Node, place: Place, title: str) -> Edit:
    """Put a node on the canvas."""
    return Edit(AddNode(node, position=place), tr("Add {title}", title=title), (node.id,))


def delete(graph: Graph, nodes: Collection[str] = (), edges: Collection[Edge] = (), frames: Collection[str] = ()) -> Edit | None:
    """Take nodes with their edges, edges, and frames away; what a frame holds stays."""
    gone = set(nodes)
    loose = [edge for edge in dict.fromkeys(edges) if edge.source.node not in gone and edge.target.node not in gone]
    changes: list[Change] = [
        *map(RemoveEdge, loose),
        *map(RemoveNode, dict.fromkeys(nodes)),
        *map(RemoveFrame, dict.fromkeys(frames)),
    ]
    if not changes:
        return None
    if nodes:
        text = trn("Delete node", "Delete {count} nodes", len(gone))
    elif frames:
        is_note = all(graph.frames[frame].text for frame in frames if frame in graph.frames)
        text = tr("Delete note") if is_note else tr("Delete frame")
    else:
        text = trn("Delete edge", "Delete {count} edges", len(loose))
    return Edit(batch(changes), text)


def switch(graph: Graph, nodes: Iterable[str]) -> Edit | None:
    """Switch nodes off, or on again when all of them are off."""
    chosen = [graph.nodes[node] for node in nodes if node in graph.nodes]
    if not chosen:
        return None
    off = [node for node in chosen if node.options.get("disabled") is True]
    turn_on = len(off) == len(chosen)
    changes = [
        SetOption(node.id, ("disabled",), MISSING if turn_on else True) for node in chosen if turn_on or node not in off
    ]  # fmt: skip
    count = len(changes)
    enabled, disabled = trn("Enable node", "Enable {count} nodes", count), trn("Disable node", "Disable {count} nodes", count)
    return Edit(batch(changes), enabled if turn_on else disabled, tuple(node.id for node in chosen))


def unpin(graph: Graph, nodes: Iterable[str]) -> Edit | None:
    """Forget the pinned outputs of nodes."""
    chosen = [graph.nodes[node] for node in nodes if node in graph.nodes]
    changes = [SetOption(node.id, ("pinned",), MISSING) for node in chosen if node.options.get("pinned") is not None]
    return Edit(batch(changes), tr("Unpin output"), tuple(node.id for node in chosen)) if changes else None


def rename(graph: Graph, node: str, title: str, type_title: str) -> Edit | None:
    """Call a node something else. Its id follows in all references as long as it is the one that its title gave.

    An empty title is its type's. Returns None when nothing changes.
    """
    known = graph.nodes[node]
    title = " ".join(title.split())
    if title == type_title and not known.title:
        title = ""
    if title == known.title:
        return None
    changes: list[Change] = [SetNode(node, "title", title)]
    others = graph.nodes.keys() - {node}
    new = node
    if _is_made_from(node, known.title or type_title):
        new = node_id(title or type_title, others)
        if new != node:
            changes.append(RenameNode(node, new))
    return Edit(batch(changes), tr("Rename node"), (new,))


def _is_made_from(node: str, title: str) -> bool:
    base = node_id(title)
    return node == base or (node.startswith(f"{base}_") and node[len(base) + 1 :].isdigit())
