"""Where nodes stand: how much room each has below it, and which of them an edge has to go around."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import inf

from graph_editor.crowd import Crowd, Rect
from graph_editor.detour import Near
from graph_editor.node_item import NodeItem

GAP = 8.0
"""Between a node and the one below it, at least, however much came out of the upper one."""
GROWTH = 80.0
"""About how much higher a node may get by what comes out of it."""


class Ground:
    """Knows the places of nodes, each as high as it is with a result, as far as there is room for that."""

    def __init__(self) -> None:
        self._crowd = Crowd()
        self._room: dict[str, float] = {}

    def room(self, node: str) -> float:
        """Return how high a node may be; no end when nothing stands below it."""
        return self._room.get(node, inf)

    def rect(self, node: str) -> Rect | None:
        """Return the place of a node."""
        return self._crowd.rect(node)

    def is_used(self, area: Rect) -> bool:
        """Tell whether a node stands in an area."""
        return bool(self._crowd.near(area))

    def rects(self) -> Iterable[Rect]:
        """Return the places of all nodes."""
        return self._crowd.rects()

    def stand(self, item: NodeItem) -> list[Rect]:
        """Note where a node stands; return the places that it left and came to, none when it has not moved."""
        before, now = self._crowd.rect(item.node), _rect(item, self.room(item.node))
        if before == now:
            return []
        self._crowd.put(item.node, now)
        return [now] if before is None else [before, now]

    def leave(self, node: str) -> list[Rect]:
        """Forget a node; return the place that it left."""
        before = self._crowd.rect(node)
        self._crowd.remove(node)
        self._room.pop(node, None)
        return [] if before is None else [before]

    def above(self, areas: Iterable[Rect]) -> set[str]:
        """Return the nodes that have more room, or less, when something comes to these areas or goes from there."""
        return {node for x, y, width, height in areas for node in self._crowd.near((x, y - GROWTH, width, height + GROWTH))}

    def measure(self, item: NodeItem, notes: Collection[Rect]) -> bool:
        """Find out how high a node may be; return whether that is another height than before."""
        x, y, width, _ = _rect(item, inf)
        below = x + 1, y + 1, width - 2, item.look.full_height + GROWTH
        tops = [rect[1] for node in self._crowd.near(below) if node != item.node and (rect := self._crowd.rect(node))]
        tops += [top for left, top, wide, _ in notes if left < x + width - 1 and x + 1 < left + wide]
        room = min((top - y - GAP for top in tops if y < top <= below[1] + below[3]), default=inf)
        before = self.room(item.node)
        self._room[item.node] = room
        return room != before

    def near(self, without: Collection[str]) -> Near:
        """Return what tells the nodes that touch an area, those at the ends of an edge aside."""

        def near(area: Rect) -> Iterable[Rect]:
            found = self._crowd.near(area)
            found.difference_update(without)
            return [rect for node in found if (rect := self._crowd.rect(node)) is not None]

        return near

    def own(self, items: Iterable[NodeItem | None]) -> list[Rect]:
        """Return where nodes are shown now, as while they are dragged, and as high as they are now."""
        return [_rect(item, 0.0) for item in items if item is not None]


def _rect(item: NodeItem, room: float) -> Rect:
    place, look = item.pos(), item.look
    return place.x(), place.y(), look.parts.width, max(look.parts.height, min(look.full_height, room))
