"""Where things are: moving nodes and frames, frames around nodes, notes, and room for what is new. Nothing here knows Qt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import count
from math import ceil

from engine.model.changes import AddFrame, MoveNodes, RemoveFrame, SetFrame
from engine.model.graph import Change, Frame, Graph
from graph_editor.edits import Edit, Place, batch
from resources.language import tr, trn

Rect = tuple[float, float, float, float]
"""x, y, width, height in scene units."""

PADDING = 24.0
"""Room in a frame around the nodes that it was made for."""
GAP = 28.0
NOTE_SIZE = (200.0, 112.0)
CASCADE = 32.0
_HIDDEN = 0.75
"""The share of a thing that another one may lie on."""


def snapped(place: Place, step: float) -> Place:
    """Return the nearest point of a grid."""
    return round(place[0] / step) * step, round(place[1] / step) * step


def is_inside(inner: Rect, outer: Rect) -> bool:
    """Tell whether a rectangle lies in another."""
    (x, y, w, h), (left, top, width, height) = inner, outer
    return left <= x and top <= y and x + w <= left + width and y + h <= top + height


def united(rects: Iterable[Rect]) -> Rect:
    """Return what rectangles cover together; of none a point."""
    found = list(rects)
    if not found:
        return 0.0, 0.0, 0.0, 0.0
    left, top = min(rect[0] for rect in found), min(rect[1] for rect in found)
    return left, top, max(x + w for x, _, w, _ in found) - left, max(y + h for _, y, _, h in found) - top


def members(graph: Graph, frame: str, rects: Mapping[str, Rect]) -> set[str]:
    """Return the nodes that a frame holds: those whose middle lies in it. A note holds none."""
    known = graph.frames.get(frame)
    if known is None or known.text:
        return set()
    left, top, width, height = known.rect
    return {
        node for node, (x, y, w, h) in rects.items() if left <= x + w / 2 <= left + width and top <= y + h / 2 <= top + height
    }


def carried(graph: Graph, nodes: Iterable[str], frames: Iterable[str], rects: Mapping[str, Rect]) -> tuple[set[str], set[str]]:
    """Return the nodes and frames that move when these are moved: frames take along what they hold."""
    all_nodes, all_frames = set(nodes), set(frames)
    for frame in list(all_frames):
        known = graph.frames.get(frame)
        if known is None or known.text:
            continue
        all_nodes |= members(graph, frame, rects)
        all_frames |= {
            other.id for other in graph.frames.values() if other.id != frame and is_inside(other.rect, known.rect)
        }  # fmt: skip
    return all_nodes, all_frames


def move(graph: Graph, nodes: Collection[str], frames: Collection[str], by: Place, places: Mapping[str, Place]) -> Edit | None:
    """Move nodes and frames; `places` are where the nodes are shown now."""
    if by == (0, 0) or not (nodes or frames):
        return None
    changes = list[Change]()
    if nodes:
        changes.append(MoveNodes({node: (places[node][0] + by[0], places[node][1] + by[1]) for node in nodes}))
    for frame in frames:
        known = graph.frames[frame]
        x, y, width, height = known.rect
        changes.append(SetFrame(replace(known, rect=(x + by[0], y + by[1], width, height))))
    text = trn("Move node", "Move {count} nodes", len(nodes)) if nodes else tr("Move frame")
    return Edit(batch(changes), text, tuple(nodes), frames=tuple(frames))


def new_frame_id(taken: Collection[str]) -> str:
    """Return an id for a frame that is not taken."""
    return next(name for number in count(1) if (name := f"f{number}") not in taken)


def group(graph: Graph, rects: Mapping[str, Rect]) -> Edit | None:
    """Put a frame around nodes; `rects` are their places."""
    if not rects:
        return None
    x, y, width, height = united(rects.values())
    rect = x - PADDING, y - PADDING, width + 2 * PADDING, height + 2 * PADDING
    frame = Frame(new_frame_id(graph.frames), tr("Group"), rect)
    return Edit(AddFrame(frame), tr("Put in a frame"), frames=(frame.id,))


def release(graph: Graph, nodes: Collection[str], frames: Collection[str], rects: Mapping[str, Rect]) -> Edit | None:
    """Take these frames away, or the smallest ones around these nodes; what they hold stays."""
    chosen = {frame for frame in frames if frame in graph.frames and not graph.frames[frame].text}
    if not chosen:
        for node in nodes:
            around = [frame for frame in graph.frames.values() if node in members(graph, frame.id, rects)]
            if around:
                chosen.add(min(around, key=lambda frame: abs(frame.rect[2] * frame.rect[3])).id)
    held = {node for frame in chosen for node in members(graph, frame, rects)}
    changes = [RemoveFrame(frame) for frame in graph.frames if frame in chosen]
    return Edit(batch(changes), tr("Release from the frame"), tuple(held)) if changes else None


def add_note(graph: Graph, text: str, place: Place, title: str = "") -> Edit:
    """Put a note on the canvas, large enough for its text as far as that makes sense."""
    lines = sum(1 + len(line) // 30 for line in text.split("\n"))
    rect = *place, NOTE_SIZE[0], min(max(NOTE_SIZE[1], 32.0 + 17.0 * lines), 400.0)
    frame = Frame(new_frame_id(graph.frames), title, rect, text=text)
    return Edit(AddFrame(frame), tr("Add note"), frames=(frame.id,))


def set_frame(graph: Graph, frame: Frame, text: str) -> Edit | None:
    """Give a frame or note another title, text or size."""
    return None if graph.frames.get(frame.id) == frame else Edit(SetFrame(frame), text, frames=(frame.id,))


def paint_frames(graph: Graph, frames: Iterable[str], color: str) -> Edit | None:
    """Give frames another colour: that of a category, or for an empty one the accent. Notes have none."""
    chosen = [graph.frames[frame] for frame in frames if not graph.frames[frame].text]
    changes = [SetFrame(replace(frame, color=color)) for frame in chosen if frame.color != color]
    return Edit(batch(changes), tr("Colour of the frame"), frames=tuple(frame.id for frame in chosen)) if changes else None


def hides(one: Rect, other: Rect) -> bool:
    """Tell whether one of two rectangles lies on so much of the other that it could be taken for the only one."""
    (x, y, w, h), (left, top, width, height) = one, other
    across, down = min(x + w, left + width) - max(x, left), min(y + h, top + height) - max(y, top)
    return across > 0 and down > 0 and across * down >= _HIDDEN * min(w * h, width * height)


def drop_place(taken: Collection[Rect], size: Place, wanted: Place) -> Place:
    """Return the place for something of this size that is put down by hand: the wanted one, unless it would hide something."""
    hidden = any(hides((*wanted, *size), rect) for rect in taken)
    return free_place(taken, size, wanted) if hidden else wanted


def beside(taken: Iterable[Rect], part: Rect, step: float) -> Place:
    """Return how far a copy of what lies in a rectangle is moved to lie on nothing: below a row, to the right of a column."""
    x, y, width, height = part
    right, down = (0.0, height + GAP) if width >= height else (width + GAP, 0.0)
    place = free_place(taken, (width, height), (x + ceil(right / step) * step, y + ceil(down / step) * step))
    return place[0] - x, ceil((place[1] - y) / step) * step


def free_place(taken: Iterable[Rect], size: Place, wanted: Place) -> Place:
    """Return the nearest place below a wanted one where something of this size lies on nothing else."""
    x, y = wanted
    for left, top, width, height in sorted(taken, key=lambda rect: rect[1]):
        beside = x + size[0] <= left or left + width <= x
        if not beside and y < top + height + GAP / 2 and top < y + size[1] + GAP / 2:
            y = top + height + GAP
    return x, y
