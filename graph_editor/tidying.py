"""Bringing nodes in order: all in columns along the edges, or a few in one row or column. Nothing here knows Qt."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from engine.model.changes import MoveNodes, SetFrame
from engine.model.graph import Change, Endpoint, Graph
from graph_editor.arranging import GAP, PADDING, Rect, free_place, is_inside, members, snapped, united
from graph_editor.edits import Edit, Place, batch
from graph_editor.layers import COLUMN_GAP, Box, Link, laid_out
from resources.language import tr

PortY = Callable[[Endpoint, Literal["input", "output"]], float]
"""Returns how far below the upper edge of its node a port is."""

TITLE = 24.0
"""Room above a frame for its title."""
_FRAME = "#"
"""Stands before the id of a frame where nodes are meant as well; no id of a node begins so."""


def align(graph: Graph, rects: Mapping[str, Rect], step: float) -> Edit | None:
    """Put nodes in one row, or in one column when they stand more below than beside each other, with equal gaps."""
    if len(rects) < 2:
        return None
    in_row = _is_row(rects)
    across = 1 if in_row else 0
    spread = _spread(rects, in_row=in_row)
    line = round(rects[next(iter(spread))][across] / step) * step
    places = {node: (at, line) if in_row else (line, at) for node, at in spread.items()}
    return _moved(graph, rects, places, {}, tr("Align"))


def distribute(graph: Graph, rects: Mapping[str, Rect]) -> Edit | None:
    """Give nodes equal gaps, from left to right or from top to bottom, whichever they stand along; they go nowhere else."""
    if len(rects) < 2:
        return None
    in_row = _is_row(rects)
    spread = _spread(rects, in_row=in_row)
    places = {node: (at, rects[node][1]) if in_row else (rects[node][0], at) for node, at in spread.items()}
    return _moved(graph, rects, places, {}, tr("Distribute"))


def _is_row(rects: Mapping[str, Rect]) -> bool:
    """Tell whether things stand more beside than below each other."""
    lefts, tops = [rect[0] for rect in rects.values()], [rect[1] for rect in rects.values()]
    return max(lefts) - min(lefts) >= max(tops) - min(tops)


def _spread(rects: Mapping[str, Rect], *, in_row: bool) -> dict[str, float]:
    """Return where things begin, in their order, with equal gaps between them, wide enough; the first one stays."""
    along, across = (0, 1) if in_row else (1, 0)
    order = sorted(rects, key=lambda node: (rects[node][along], rects[node][across]))
    first, last = rects[order[0]], rects[order[-1]]
    free = last[along] + last[along + 2] - first[along] - sum(rects[node][along + 2] for node in order)
    gap = max(free / (len(order) - 1), COLUMN_GAP if in_row else GAP)
    at, places = first[along], dict[str, float]()
    for node in order:
        places[node] = round(at)
        at += rects[node][along + 2] + gap
    return places


def tidy(
    graph: Graph, rects: Mapping[str, Rect], nodes: Collection[str], frames: Collection[str], port_y: PortY, step: float
) -> Edit | None:
    """Put these nodes in columns along their edges; frames stay around what they hold, and notes near what they stood at.

    What stands above stays above as far as the edges leave it open. Returns None when everything stands so already.
    """
    if not nodes:
        return None
    notes = [frame for frame in frames if graph.frames[frame].text]
    loose = [note for note in notes if not any(_holds(graph, frame, note) for frame in frames)]
    areas = [graph.frames[frame].rect for frame in frames if frame not in notes]
    titled = [(x, y - TITLE, width, height + TITLE) for x, y, width, height in areas]
    corner = snapped(united([*(rects[node] for node in nodes), *titled])[:2], step)
    region = _Region(graph, rects, port_y, step)
    region.fill(set(nodes), set(frames) - set(loose), corner)
    for note in loose:
        region.frames[note] = _beside(graph.frames[note].rect, rects, region)
    return _moved(graph, rects, region.nodes, region.frames, tr("Tidy"))


@dataclass(slots=True)
class _Region:
    """The canvas, or the inside of a frame, with the places that were found."""

    graph: Graph
    rects: Mapping[str, Rect]
    port_y: PortY
    step: float
    nodes: dict[str, Place] = field(default_factory=dict)
    frames: dict[str, Rect] = field(default_factory=dict)

    def fill(self, nodes: set[str], frames: set[str], corner: Place) -> None:
        """Place nodes and frames; the upper left corner of all of them is given."""
        inner, of = dict[str, _Region](), dict[str, str]()
        boxes: dict[str, Box] = {}
        listed = [frame for frame in self.graph.frames if frame in frames]
        for frame in [frame for frame in listed if not any(_holds(self.graph, other, frame) for other in frames)]:
            held = members(self.graph, frame, self.rects) & nodes
            inside = {other for other in frames if _holds(self.graph, frame, other)}
            region = _Region(self.graph, self.rects, self.port_y, self.step)
            region.fill(held, inside, (PADDING, PADDING))
            unit = f"{_FRAME}{frame}"
            inner[unit] = region
            width, height = self._size(frame, region)
            of.update(dict.fromkeys(held, unit))
            nodes = nodes - held
            title = 0.0 if self.graph.frames[frame].text else TITLE
            boxes[unit] = Box(width, height + title, self.graph.frames[frame].rect[1] - title)
        for node in sorted(nodes, key=lambda node: self.rects[node][:2]):
            boxes[node] = Box(*self.rects[node][2:], self.rects[node][1])
        for unit, place in laid_out(boxes, self._links(boxes, inner, of), corner, self.step).items():
            self._take(unit, place, inner.get(unit))

    def _size(self, frame: str, region: _Region) -> Place:
        """Return how large a frame is around what it holds; one that holds nothing stays as it is."""
        placed = [(*place, *self.rects[node][2:]) for node, place in region.nodes.items()] + list(region.frames.values())
        _, _, width, height = united(placed) if placed else self.graph.frames[frame].rect
        more = 2 * PADDING if placed else 0.0
        return width + more, height + more

    def _links(self, boxes: Mapping[str, Box], inner: Mapping[str, _Region], of: Mapping[str, str]) -> list[Link]:
        def end(port: Endpoint, side: Literal["input", "output"]) -> tuple[str, float]:
            unit, below = of.get(port.node, port.node), self.port_y(port, side)
            return unit, below + (TITLE + inner[unit].nodes[port.node][1] if unit in inner else 0.0)

        known = boxes.keys() | of.keys()
        edges = [edge for edge in self.graph.edges if edge.source.node in known and edge.target.node in known]
        found = [(end(edge.source, "output"), end(edge.target, "input")) for edge in edges]
        return [Link(source, target, out, into) for (source, out), (target, into) in found]

    def _take(self, unit: str, place: Place, region: _Region | None) -> None:
        """Note where a node, or a frame with what it holds, was placed."""
        if region is None:
            self.nodes[unit] = place
            return
        (x, y), frame = place, unit.removeprefix(_FRAME)
        y += 0.0 if self.graph.frames[frame].text else TITLE
        self.frames[frame] = (x, y, *self._size(frame, region))
        for node, (dx, dy) in region.nodes.items():
            self.nodes[node] = x + dx, y + dy
        for inside, (dx, dy, width, height) in region.frames.items():
            self.frames[inside] = x + dx, y + dy, width, height


def _holds(graph: Graph, frame: str, other: str) -> bool:
    """Tell whether a frame lies around another one or a note."""
    outer, inner = graph.frames[frame], graph.frames[other]
    same = outer.rect == inner.rect and frame > other
    return frame != other and not outer.text and is_inside(inner.rect, outer.rect) and not same


def _beside(note: Rect, before: Mapping[str, Rect], region: _Region) -> Rect:
    """Return where a note stands that goes along with the node nearest to it, and lies on nothing."""
    near = min(region.nodes, key=lambda node: abs(before[node][0] - note[0]) + abs(before[node][1] - note[1]))
    by = region.nodes[near][0] - before[near][0], region.nodes[near][1] - before[near][1]
    taken = [(*place, *before[node][2:]) for node, place in region.nodes.items()] + list(region.frames.values())
    return (*free_place(taken, note[2:], (note[0] + by[0], note[1] + by[1])), *note[2:])


def _moved(
    graph: Graph, rects: Mapping[str, Rect], places: Mapping[str, Place], frames: Mapping[str, Rect], text: str
) -> Edit | None:
    changes: list[Change] = [
        SetFrame(replace(graph.frames[frame], rect=rect)) for frame, rect in frames.items() if graph.frames[frame].rect != rect
    ]
    moved = {node: place for node, place in places.items() if rects[node][:2] != place}
    if moved:
        changes.append(MoveNodes(moved))
    return Edit(batch(changes), text, tuple(places), frames=tuple(frames)) if changes else None
