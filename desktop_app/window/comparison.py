"""What differs between two states of a workflow, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.api.declaration import FieldSpec
from engine.model.graph import Graph, Node
from engine.model.values import Json
from resources.language import tr, trn
from widgets.node_types import NodeTypes

_NAMED = 2
"""So many nodes, and changes in one, are told each; more are counted."""
_SHORT = 28
"""Characters of a value that is told; of a longer one only that it changed."""
_PARTS = ("description", "inputs", "variables", "schemas", "settings", "extra")


@dataclass(frozen=True, slots=True)
class Differences:
    """What was added, removed and changed; of a changed node how it was and how it is. Edges by number.

    `names`: the workflow's, when it got another one; `parts`: which of `_PARTS` differ; `layout`: places and frames do.
    """

    added: tuple[Node, ...] = ()
    removed: tuple[Node, ...] = ()
    changed: tuple[tuple[Node, Node], ...] = ()
    edges_added: int = 0
    edges_removed: int = 0
    names: tuple[str, str] | None = None
    parts: tuple[str, ...] = ()
    layout: bool = False


def compare(before: Graph, after: Graph) -> Differences:
    """Return what changed on the way from one state to the other. A node that got another id is a removed and an added one."""
    old_edges, new_edges = set(before.edges), set(after.edges)
    shared = [(before.nodes[name], node) for name, node in after.nodes.items() if name in before.nodes]
    return Differences(
        tuple(node for name, node in after.nodes.items() if name not in before.nodes),
        tuple(node for name, node in before.nodes.items() if name not in after.nodes),
        tuple((old, new) for old, new in shared if old != new),
        len(new_edges - old_edges),
        len(old_edges - new_edges),
        (before.name, after.name) if before.name != after.name else None,
        tuple(part for part in _PARTS if getattr(before, part) != getattr(after, part)),
        (before.positions, before.frames, before.layout_extra) != (after.positions, after.frames, after.layout_extra),
    )


def in_words(found: Differences, types: NodeTypes) -> list[str]:
    """Return what differs as short lines, the weightiest first; places only when nothing else differs."""
    lines = [*_nodes_in_words(found, types)]
    if found.edges_added:
        lines.append(trn("{count} edge added", "{count} edges added", found.edges_added))
    if found.edges_removed:
        lines.append(trn("{count} edge removed", "{count} edges removed", found.edges_removed))
    if found.names is not None:
        before, after = (name or tr("Untitled") for name in found.names)
        lines.append(tr("Name: {before} → {after}", before=before, after=after))
    if found.parts:
        named = {
            "description": tr("description"), "inputs": tr("inputs"), "variables": tr("variables"), "schemas": tr("schemas"),
        }  # fmt: skip
        lines.append(tr("Changed {names}", names=", ".join(dict.fromkeys(named.get(one, tr("settings")) for one in found.parts))))
    if found.layout and not lines:
        lines.append(tr("Nodes moved"))
    return lines


def in_a_line(found: Differences, types: NodeTypes) -> str:
    """Return what differs as one line."""
    return " · ".join(in_words(found, types)) or tr("Nothing differs")


def _nodes_in_words(found: Differences, types: NodeTypes) -> list[str]:
    lines = []
    if found.added:
        names, count = _titles(found.added, types), len(found.added)
        lines.append(
            tr("Added {names}", names=names) if count <= _NAMED else trn("{count} node added", "{count} nodes added", count)
        )
    if found.removed:
        names, count = _titles(found.removed, types), len(found.removed)
        few = tr("Removed {names}", names=names)
        lines.append(few if count <= _NAMED else trn("{count} node removed", "{count} nodes removed", count))
    if len(found.changed) <= _NAMED:
        lines += [f"{types.title(after)}: {_changes(before, after, types)}" for before, after in found.changed]
    else:
        lines.append(trn("{count} node changed", "{count} nodes changed", len(found.changed)))
    return lines


def _titles(nodes: tuple[Node, ...], types: NodeTypes) -> str:
    return ", ".join(map(types.title, nodes))


def _changes(before: Node, after: Node, types: NodeTypes) -> str:
    """Return what changed in a node."""
    kind = types.get(after.type)
    options = {option.name: option for option in types.options}
    told = [tr("type")] if before.type != after.type else []
    if before.title != after.title:
        told.append(_change(tr("title"), before.title, after.title))
    told += _fields(before.params, after.params, kind.field if kind else lambda _name: None)
    told += _fields(before.options, after.options, options.get)
    told += [tr("notes")] if before.notes != after.notes else []
    if not told:
        return tr("changed")
    return ", ".join(told) if len(told) <= _NAMED else trn("{count} change", "{count} changes", len(told))


def _fields(before: Mapping[str, Json], after: Mapping[str, Json], find: Callable[[str], FieldSpec | None]) -> list[str]:
    told = []
    for name in dict.fromkeys((*before, *after)):
        spec = find(name)
        usual = spec.default if spec else None
        old, new = before.get(name, usual), after.get(name, usual)
        if old != new:
            told.append(_change(_label(tr(spec.label) if spec else name), old, new))
    return told


def _change(name: str, before: Json, after: Json) -> str:
    old, new = _value(before), _value(after)
    return tr("{name} {before} → {after}", name=name, before=old, after=new) if old and new else name


def _value(value: Json) -> str:
    """Return a value in a few words; nothing for one that is too long for that."""
    if value is None or value == "":
        return tr("not set")
    if isinstance(value, bool):
        return tr("on") if value else tr("off")
    said = str(value)
    return said if isinstance(value, str | int | float) and len(said) <= _SHORT and "\n" not in said else ""


def _label(label: str) -> str:
    """Return the label of a field as it stands inside a sentence; that of an abbreviation stays."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
