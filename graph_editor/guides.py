"""Lines that a moved node is held by: edges and headers of its neighbours, and gaps that are equal. Pure numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph_editor.arranging import Rect

Line = tuple[float, float, float, float]
"""x1, y1, x2, y2."""
_STROKE = 4.0


@dataclass(frozen=True, slots=True)
class Gap:
    """One of two equal gaps: a line with strokes at its ends, and how wide it is."""

    start: float
    end: float
    across: float
    is_level: bool

    @property
    def words(self) -> str:
        """The width as it is said."""
        return str(round(self.end - self.start))

    @property
    def middle(self) -> tuple[float, float]:
        """Where the words stand."""
        along = (self.start + self.end) / 2
        return (along, self.across) if self.is_level else (self.across, along)

    @property
    def strokes(self) -> tuple[Line, ...]:
        """The line and its ends."""
        low, high = self.across - _STROKE, self.across + _STROKE
        lines = (
            (self.start, self.across, self.end, self.across),
            (self.start, low, self.start, high),
            (self.end, low, self.end, high),
        )
        return lines if self.is_level else tuple((y1, x1, y2, x2) for x1, y1, x2, y2 in lines)


@dataclass(frozen=True, slots=True)
class Guides:
    """How far a rectangle is pulled, and what is drawn to tell why."""

    dx: float | None = None
    dy: float | None = None
    lines: tuple[Line, ...] = ()
    gaps: tuple[Gap, ...] = ()


def guides_of(moving: Rect, others: Sequence[Rect], reach: float, header: float, growth: float = 0.0) -> Guides:
    """Return what holds a rectangle within `reach`; `header` is how far below its top a node's line of ports is.

    `growth` is how much higher nodes become with a result: equal gaps below each other leave room for that.
    """
    x, y, width, height = moving
    pulls_x = [(left - x, 0) for left, _, _, _ in others] + [(left + w - x - width, 0) for left, _, w, _ in others]
    pulls_y = [(top - y, 0) for _, top, _, _ in others]
    level, upright = _between(moving, others, is_level=True), _between(moving, others, is_level=False)
    if level:
        pulls_x.append(((level[0] + level[1] - width) / 2 - x, 1))
    if upright and upright[1] - upright[0] - height < 2 * growth:
        upright = None
    if upright:
        pulls_y.append(((upright[0] + upright[1] - height) / 2 - y, 1))
    dx, dy = _nearest(pulls_x, reach), _nearest(pulls_y, reach)
    now = x + (dx or 0.0), y + (dy or 0.0), width, height
    lines = list[Line]()
    gaps = list[Gap]()
    if dx is not None:
        lines += _upright_lines(now, others)
        if level and abs(now[0] - level[0] - (level[1] - now[0] - width)) < 1:
            across = now[1] + height + 18
            gaps += [Gap(level[0], now[0], across, True), Gap(now[0] + width, level[1], across, True)]
    if dy is not None:
        lines += _header_lines(now, others, header)
        if upright and abs(now[1] - upright[0] - (upright[1] - now[1] - height)) < 1:
            across = now[0] + width + 18
            gaps += [Gap(upright[0], now[1], across, False), Gap(now[1] + height, upright[1], across, False)]
    return Guides(dx, dy, tuple(lines), tuple(gaps))


def _nearest(pulls: Sequence[tuple[float, int]], reach: float) -> float | None:
    near = [(abs(pull), rank, pull) for pull, rank in pulls if abs(pull) <= reach]
    return min(near)[2] if near else None


def _between(moving: Rect, others: Sequence[Rect], *, is_level: bool) -> tuple[float, float] | None:
    """Return the end of the neighbour before and the start of the one behind, in one row or column with the rectangle."""
    along, across = (0, 1) if is_level else (1, 0)
    start, end = moving[along], moving[along] + moving[along + 2]
    low, high = moving[across], moving[across] + moving[across + 2]
    row = [rect for rect in others if rect[across] < high and low < rect[across] + rect[across + 2]]
    middle = (start + end) / 2
    before = [rect[along] + rect[along + 2] for rect in row if rect[along] + rect[along + 2] <= middle]
    behind = [rect[along] for rect in row if rect[along] >= middle]
    if not before or not behind or min(behind) - max(before) < end - start:
        return None
    return max(before), min(behind)


def _upright_lines(now: Rect, others: Sequence[Rect]) -> list[Line]:
    lines = list[Line]()
    for at in (now[0], now[0] + now[2]):
        held = [rect for rect in others if abs(rect[0] - at) < 0.5 or abs(rect[0] + rect[2] - at) < 0.5]
        if held:
            tops = [now[1], *(rect[1] for rect in held)]
            ends = [now[1] + now[3], *(rect[1] + rect[3] for rect in held)]
            lines.append((at, min(tops) - 12, at, max(ends) + 12))
    return lines


def _header_lines(now: Rect, others: Sequence[Rect], header: float) -> list[Line]:
    held = [rect for rect in others if abs(rect[1] - now[1]) < 0.5]
    if not held:
        return []
    left = min(now[0], *(rect[0] for rect in held))
    right = max(now[0] + now[2], *(rect[0] + rect[2] for rect in held))
    return [(left - 12, now[1] + header, right + 12, now[1] + header)]
