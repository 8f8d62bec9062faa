"""The way of an edge around nodes that stand between its ends, as curves. Pure numbers: this is done for each edge that moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from graph_editor.crowd import Rect

Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]
"""A cubic curve: its start, what it leaves towards, what it comes from, and its end."""
Near = Callable[[Rect], Iterable[Rect]]
"""Returns the nodes that touch an area, those at the ends of the edge aside."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

LANE = 15.0
"""How far from a node an edge goes along it."""
_CLEAR = 4.0
"""Nearer to a node than this an edge seems to go through it."""
_TURN = 26.0
"""What an edge needs at its ends to go up or down to its lane."""
_BULGE = 44.0
_TIP = 16.0
"""About how far before its port the way of an edge ends, for the arrow."""
_TRIES = 5
_STEP, _PIECE = 50.0, 5
"""About how far apart the points are along which a curve is followed, and how many steps are looked at together."""


def straight(start: Point, end: Point) -> Curve:
    """Return the curve between two points, level at both ends. What goes back to the same height bows out below."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    drop = 0.0
    if dx >= 0:
        reach = min(max(dx * 0.5, 22.0), 160.0)
        reach = max(reach, min(abs(dy) * 0.25, max(dx * 0.75, 30.0), 60.0))
    else:
        reach = min(60.0 + abs(dx) * 0.35, 220.0)
        drop = max(0.0, 110.0 - abs(dy) * 1.5)
    return start, (start[0] + reach, start[1] + drop), (end[0] - reach, end[1] + drop), end


def around(start: Point, end: Point, own: Sequence[Rect], near: Near) -> tuple[Curve, ...]:
    """Return the way from one port to another: straight, or where that would go through nodes, over or under these.

    `own` are the nodes at the ends: only what leads back goes around them. Without a free way it is the straight one.
    """
    plain = (straight(start, end),)
    leads_back = end[0] < start[0] - _TIP
    bodies = [_box(rect, -2.0) for rect in own] if leads_back else []
    crossed = _crossed(plain, bodies, near)
    if not crossed:
        return plain
    lead = _back if leads_back else _onward
    if leads_back:
        crossed += [_box(rect, _CLEAR) for rect in own]
    ways = [_way(start, end, crossed, bodies, near, lead, over=over) for over in (True, False)]
    if leads_back and (lane := _between(own)) is not None:
        way = lead(start, end, _union(crossed), lane)
        ways.append(None if way is None or _crossed(way, bodies, near) else (abs(lane - start[1]) + abs(lane - end[1]), way))
    return min((way for way in ways if way is not None), default=(0.0, plain), key=lambda way: way[0])[1]


def _way(
    start: Point, end: Point, crossed: Sequence[Box], bodies: Sequence[Box], near: Near,
    lead: Callable[[Point, Point, Box, float], tuple[Curve, ...] | None], *, over: bool,
) -> tuple[float, tuple[Curve, ...]] | None:  # fmt: skip
    """Return a way on one side of what is crossed with how far aside it goes, or None where there is none."""
    met = list(crossed)
    for _ in range(_TRIES):
        box = _union(met)
        lane = box[1] - LANE + _CLEAR if over else box[3] + LANE - _CLEAR
        way = lead(start, end, box, lane)
        if way is None:
            return None
        found = _crossed(way, bodies, near)
        if not found:
            return abs(lane - start[1]) + abs(lane - end[1]), way
        if all(one in met for one in found):
            return None
        met += found
    return None


def _onward(start: Point, end: Point, box: Box, lane: float) -> tuple[Curve, ...] | None:
    """Lead along a lane beside a box, from its left to its right."""
    begin, stop = max(box[0], start[0] + _TURN), min(box[2], end[0] - _TURN)
    if begin >= stop:
        return None
    return (
        straight(start, (begin, lane)), _level((begin, lane), (stop, lane)), straight((stop, lane), end),
    )  # fmt: skip


def _back(start: Point, end: Point, _box: Box, lane: float) -> tuple[Curve, ...]:
    """Lead out of a node, back along a lane, and into the other node from its left."""
    turn, into, right, left = (start[0], lane), (end[0] + _TIP, lane), start[0] + _BULGE, end[0] + _TIP - _BULGE
    return (
        (start, (right, start[1]), (right, lane), turn), _level(turn, into), (into, (left, lane), (left, end[1]), end),
    )  # fmt: skip


def _between(own: Sequence[Rect]) -> float | None:
    """Return the height between two nodes that stand below each other."""
    if len(own) != 2:
        return None
    upper, lower = sorted(own, key=lambda rect: rect[1])
    bottom = upper[1] + upper[3]
    return (bottom + lower[1]) / 2 if lower[1] - bottom >= _CLEAR else None


def _level(one: Point, other: Point) -> Curve:
    third = (other[0] - one[0]) / 3
    return one, (one[0] + third, one[1]), (other[0] - third, other[1]), other


def _crossed(way: Sequence[Curve], bodies: Sequence[Box], near: Near) -> list[Box]:
    """Return the nodes that a way goes through, a little larger than they are."""
    found: list[Box] = []
    for curve in way:
        left, top, right, bottom = _hull(curve)
        boxes = [*bodies, *(_box(rect, _CLEAR) for rect in near((left, top, right - left, bottom - top)))]
        if boxes:
            pieces = _pieces(_points(curve))
            found += [box for box in boxes if box not in found and any(_goes_through(piece, box) for piece in pieces)]
    return found


def _hull(points: Sequence[Point]) -> Box:
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)


def _pieces(points: Sequence[Point]) -> list[tuple[Box, Sequence[Point]]]:
    """Return a line in pieces with the room of each, so that most of it need not be looked at closely."""
    parts = [points[at : at + _PIECE + 1] for at in range(0, len(points) - 1, _PIECE)]
    return [(_hull(part), part) for part in parts]


def _points(curve: Curve) -> list[Point]:
    """Return points along a curve, near enough to each other that no node fits between two."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = curve
    count = min(max(int((abs(dx - ax) + abs(dy - ay)) / _STEP), 6), 40)
    found = []
    for step in range(count + 1):
        t = step / count
        u = 1 - t
        a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        found.append((a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy))
    return found


def _goes_through(piece: tuple[Box, Sequence[Point]], box: Box) -> bool:
    (first, upper, last, lower), points = piece
    left, top, right, bottom = box
    if last < left or first > right or lower < top or upper > bottom:
        return False
    for (ax, ay), (bx, by) in pairwise(points):
        if (ax < left and bx < left) or (ax > right and bx > right) or (ay < top and by < top) or (ay > bottom and by > bottom):
            continue
        if left <= ax <= right and top <= ay <= bottom:
            return True
        sides = [(bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0 for x in (left, right) for y in (top, bottom)]
        if any(sides) and not all(sides):
            return True
    return False


def _box(rect: Rect, more: float) -> Box:
    x, y, width, height = rect
    return x - more, y - more, x + width + more, y + height + more


def _union(boxes: Sequence[Box]) -> Box:
    return (
        min(box[0] for box in boxes), min(box[1] for box in boxes),
        max(box[2] for box in boxes), max(box[3] for box in boxes),
    )  # fmt: skip
