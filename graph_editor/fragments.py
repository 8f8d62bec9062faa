"""Parts of a document as text, to copy and paste: the text is the document's own. Nothing here knows Qt."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.model.changes import AddEdge, AddFrame, AddNode
from engine.model.emit import emit
from engine.model.graph import SCHEMA_VERSION, Change, Edge, Endpoint, Graph, Node
from engine.model.ids import is_node_id, node_id
from engine.model.issues import WeftError, failure
from engine.model.rename import rename_in_node
from engine.model.serialize import load, to_json
from engine.model.values import Json
from graph_editor.arranging import Rect, new_frame_id
from graph_editor.edits import Edit, Place, batch
from resources.language import tr

_FENCE = re.compile(r"\A\s*```[\w-]*\n(.*?)\n?```\s*\Z", re.DOTALL)
_LOOKS_LIKE = re.compile(r"^(?:nodes|layout|schema_version)\s*:|\A\s*\{", re.MULTILINE)
_NUMBER = re.compile(r"_\d+\Z")
_WORD = re.compile(r"\w+")

LONGEST = 1_000_000
"""Characters of a text that is read as nodes; more of them would keep the window waiting."""


def fragment(graph: Graph, nodes: Collection[str], frames: Collection[str], places: Mapping[str, Place]) -> Graph:
    """Return the part of a document that these nodes and frames are, with the edges between them."""
    chosen = set(nodes)
    edges = [edge for edge in graph.edges if edge.source.node in chosen and edge.target.node in chosen]
    return Graph(
        nodes={node.id: node for node in graph.nodes.values() if node.id in chosen},
        edges=edges,
        edge_extra={edge: graph.edge_extra[edge] for edge in edges if edge in graph.edge_extra},
        positions={node: places[node] for node in graph.nodes if node in chosen and node in places},
        frames={frame.id: frame for frame in graph.frames.values() if frame.id in set(frames)},
    )


def as_text(part: Graph) -> str:
    """Return a part of a document as text, which is a document of its own."""
    data = to_json(part)
    return emit({"schema_version": SCHEMA_VERSION, **{key: data[key] for key in ("nodes", "edges", "layout") if data.get(key)}})


def read(text: str) -> Graph | None:
    """Return the nodes, edges and frames that a text holds, also one between ``` as chats show it; None for any other text.

    Raises:
        WeftError: `document.newer`, when a newer program wrote it; `clipboard.too-long`.
    """
    if fenced := _FENCE.match(text):
        text = fenced[1]
    if not _LOOKS_LIKE.search(text):
        return None
    if len(text) > LONGEST:
        said = tr("The nodes on the clipboard are too many to be pasted at once.")
        raise failure("clipboard.too-long", said, tr("Paste them in parts, or save the text as a file and open it."))
    try:
        part = load(text).graph
    except WeftError as error:
        if error.issue.code == "document.newer":
            raise
        return None
    if not (part.nodes or part.frames) or not all(node.type for node in part.nodes.values()):
        return None
    return part


def corner(part: Graph) -> Place:
    """Return the upper left corner of a part of a document."""
    points = [*part.positions.values(), *(frame.rect[:2] for frame in part.frames.values())]
    return (min(x for x, _ in points), min(y for _, y in points)) if points else (0.0, 0.0)


def paste(graph: Graph, part: Graph, by: Place, text: str = "") -> Edit:
    """Add a part of a document, moved by so much. What has an id that is taken gets another one, and references follow."""
    names = _new_names(part, graph)
    changed = {old: new for old, new in names.items() if old != new}
    index = _by_word(changed)
    changes: list[Change] = []
    for old, node in part.nodes.items():
        new_node = replace(_renamed(node, changed, index), id=names[old])
        changes.append(AddNode(new_node, position=_moved(part.positions.get(old), by)))
    for edge in part.edges:
        if edge.source.node in names and edge.target.node in names:
            new_edge = Edge(*(Endpoint(names[end.node], end.port) for end in edge))
            changes.append(AddEdge(new_edge, extra=part.edge_extra.get(edge, {})))
    frames = list[str]()
    for frame in part.frames.values():
        frames.append(new_frame_id({*graph.frames, *frames}) if frame.id in graph.frames else frame.id)
        changes.append(AddFrame(replace(frame, id=frames[-1], rect=_shifted(frame.rect, by))))
    return Edit(batch(changes), text or tr("Paste"), tuple(names.values()), frames=tuple(frames))


def duplicate(graph: Graph, part: Graph, by: Place) -> Edit | None:
    """Add a part of a document once more."""
    return paste(graph, part, by, tr("Duplicate")) if part.nodes or part.frames else None


def _by_word(names: Collection[str]) -> dict[str, list[str]]:
    """Return names by the first word in them, so that those in a text are found without looking for each of them."""
    index: dict[str, list[str]] = {}
    for name in names:
        index.setdefault("".join(_WORD.findall(name)[:1]), []).append(name)
    return index


def _renamed(node: Node, names: Mapping[str, str], index: Mapping[str, Sequence[str]]) -> Node:
    """Return a node whose references name others as they are called now."""
    said = "\n".join(text for text in _texts([*node.params.values(), *node.options.values()]) if "nodes" in text)
    for word in {"", *_WORD.findall(said)} & index.keys():
        for old in index[word]:
            if old in said:
                node = rename_in_node(node, old, names[old])
    return node


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _new_names(part: Graph, graph: Graph) -> dict[str, str]:
    """Return an id for each pasted node. None is an old id of another one, so that references can be renamed one by one."""
    taken = {*graph.nodes, *part.nodes}
    names: dict[str, str] = {}
    for old in part.nodes:
        new = old
        if old in graph.nodes or not is_node_id(old):
            new = node_id(_NUMBER.sub("", old), taken)
        taken.add(new)
        names[old] = new
    return names


def _moved(place: Place | None, by: Place) -> Place | None:
    return None if place is None else (place[0] + by[0], place[1] + by[1])


def _shifted(rect: Rect, by: Place) -> Rect:
    return rect[0] + by[0], rect[1] + by[1], rect[2], rect[3]
