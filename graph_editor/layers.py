"""Places in columns from left to right, each thing behind all that it depends on, edges as straight as they can be. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Place = tuple[float, float]

COLUMN_GAP, ROW_GAP = 52.0, 28.0


@dataclass(frozen=True, slots=True)
class Box:
    """A thing to place: its size, and where its upper edge is now, which decides the order of what edges leave open."""

    width: float
    height: float
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Link:
    """An edge between two boxes, and how far below the upper edges of these it begins and ends."""

    source: str
    target: str
    out: float = 0.0
    into: float = 0.0


def laid_out(boxes: Mapping[str, Box], links: Iterable[Link], corner: Place, step: float) -> dict[str, Place]:
    """Return the places of boxes on a grid of this step, the upper left corner of all of them at a point of it."""
    inner = _straightest(link for link in links if link.source in boxes and link.target in boxes and link.source != link.target)
    lines = columns(boxes, inner)
    rank = {name: index for index, line in enumerate(lines) for name in line}
    onward = [link for link in inner if rank[link.source] < rank[link.target]]
    y = {name: box.y for name, box in boxes.items()}
    into, out = _grouped(onward, lambda link: link.target), _grouped(onward, lambda link: link.source)

    def settle(line: list[str], wanted: Callable[[str], list[float]]) -> None:
        aims = {name: _mean(wanted(name), y[name]) for name in line}
        line.sort(key=lambda name: (aims[name], y[name]))
        tall = [_up(boxes[name].height + ROW_GAP, step) for name in line]
        y.update(zip(line, apart([aims[name] for name in line], tall), strict=True))

    def follow(name: str) -> list[float]:
        return [y[link.source] + link.out - link.into for link in into.get(name, ())]

    def lead(name: str) -> list[float]:
        return [y[link.target] + link.into - link.out for link in out.get(name, ())]

    for wanted, order in ((follow, lines), (lead, lines[::-1]), (follow, lines)):
        for line in order:
            settle(line, wanted)
    x, top, places = corner[0], min(y.values(), default=0.0), dict[str, Place]()
    for line in lines:
        for name in line:
            places[name] = x, corner[1] + math.floor((y[name] - top) / step + 0.5) * step
        x += _up(max(boxes[name].width for name in line) + COLUMN_GAP, step)
    return places


def columns(names: Iterable[str], links: Sequence[Link]) -> list[list[str]]:
    """Return names by the longest way to them. What goes round in a circle is entered at the one that comes first."""
    after, before = _grouped(links, lambda link: link.source), _grouped(links, lambda link: link.target)
    left = dict.fromkeys(names)
    rank = dict.fromkeys(left, 0)
    open_ends = {name: len(before.get(name, ())) for name in left}
    while left:
        ready = [name for name in left if open_ends[name] <= 0] or [next(iter(left))]
        for name in ready:
            del left[name]
        for link in [link for name in ready for link in after.get(name, ())]:
            open_ends[link.target] -= 1
            if link.target in left:
                rank[link.target] = max(rank[link.target], rank[link.source] + 1)
    for name in rank:
        if name in after and name not in before:
            rank[name] = max(min(rank[link.target] for link in after[name]) - 1, 0)
    found: list[list[str]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for name, column in rank.items():
        found[column].append(name)
    return [column for column in found if column]


def apart(aims: Sequence[float], tall: Sequence[float]) -> list[float]:
    """Return places in this order that are as near to their aims as possible, each at least as far behind as those are tall."""
    pools: list[tuple[float, int]] = []
    before = 0.0
    for aim, height in zip(aims, tall, strict=True):
        sum_, count = aim - before, 1
        while pools and pools[-1][0] / pools[-1][1] >= sum_ / count:
            more, many = pools.pop()
            sum_, count = sum_ + more, count + many
        pools.append((sum_, count))
        before += height
    shifts = [sum_ / count for sum_, count in pools for _ in range(count)]
    places, before = list[float](), 0.0
    for shift, height in zip(shifts, tall, strict=True):
        places.append(shift + before)
        before += height
    return places


def _straightest(links: Iterable[Link]) -> list[Link]:
    """Return one link for each pair of boxes, the uppermost: of several between the same two only one can be straight."""
    found: dict[tuple[str, str], Link] = {}
    for link in links:
        known = found.get((link.source, link.target))
        if known is None or (link.into, link.out) < (known.into, known.out):
            found[link.source, link.target] = link
    return list(found.values())


def _grouped(links: Iterable[Link], key: Callable[[Link], str]) -> dict[str, list[Link]]:
    groups: dict[str, list[Link]] = {}
    for link in links:
        groups.setdefault(key(link), []).append(link)
    return groups


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _up(length: float, step: float) -> float:
    return math.ceil(length / step) * step
