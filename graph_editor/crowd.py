"""Which things stand near a place: rectangles in the cells of a grid, so that nobody has to look at all of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Rect = tuple[float, float, float, float]
"""x, y, width, height in scene units."""

_CELL = 256.0
_MOST = 2_000
"""Cells that are looked through one by one."""
Cells = tuple[int, int, int, int]


class Crowd:
    """Keeps rectangles by name."""

    def __init__(self) -> None:
        self._rects: dict[str, Rect] = {}
        self._cells: dict[tuple[int, int], set[str]] = {}

    def rect(self, name: str) -> Rect | None:
        """Return the rectangle of a thing."""
        return self._rects.get(name)

    def rects(self) -> Iterable[Rect]:
        """Return all rectangles."""
        return self._rects.values()

    def put(self, name: str, rect: Rect) -> None:
        """Keep a thing at a place, and no longer where it was."""
        old = self._rects.get(name)
        if old == rect:
            return
        if old is None or _cells(old) != _cells(rect):
            self.remove(name)
            for cell in _each(_cells(rect)):
                self._cells.setdefault(cell, set()).add(name)
        self._rects[name] = rect

    def remove(self, name: str) -> None:
        """Forget a thing."""
        if (old := self._rects.pop(name, None)) is not None:
            for cell in _each(_cells(old)):
                self._cells[cell].discard(name)

    def near(self, area: Rect) -> set[str]:
        """Return the things that touch an area."""
        left, top, width, height = area
        right, bottom = left + width, top + height
        cells = _cells(area)
        many = (cells[2] - cells[0] + 1) * (cells[3] - cells[1] + 1) > _MOST
        found = self._rects.keys() if many else {name for cell in _each(cells) for name in self._cells.get(cell, ())}
        return {
            name for name in found
            if (rect := self._rects[name])[0] <= right and rect[0] + rect[2] >= left
            and rect[1] <= bottom and rect[1] + rect[3] >= top
        }  # fmt: skip


def _cells(rect: Rect) -> Cells:
    x, y, width, height = rect
    return int(x // _CELL), int(y // _CELL), int((x + width) // _CELL), int((y + height) // _CELL)


def _each(cells: Cells) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = cells
    return ((x, y) for x in range(left, right + 1) for y in range(top, bottom + 1))
