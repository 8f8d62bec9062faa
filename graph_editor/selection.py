"""Going from node to node with the keyboard: to the nearest one in a direction, and along the edges. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from engine.model.graph import Graph
from graph_editor.arranging import Rect
from graph_editor.wiring import reached

Direction = Literal["left", "right", "up", "down"]
_ASIDE = 2.0
"""How much more it costs to go aside than to go on."""


def nearest(rects: Mapping[str, Rect], start: tuple[float, float], direction: Direction, without: str = "") -> str | None:
    """Return the node whose middle is nearest to a point in a direction, or None when nothing is there."""
    best: tuple[float, str] | None = None
    for node, rect in rects.items():
        if node == without:
            continue
        dx, dy = rect[0] + rect[2] / 2 - start[0], rect[1] + rect[3] / 2 - start[1]
        ahead, aside = (abs(dx), abs(dy)) if direction in ("left", "right") else (abs(dy), abs(dx))
        onward = {"left": -dx, "right": dx, "up": -dy, "down": dy}[direction]
        if onward > 0.5 and aside <= ahead * 3:
            cost = ahead + _ASIDE * aside
            if best is None or (cost, node) < best:
                best = cost, node
    return best[1] if best else None


def centre(rect: Rect) -> tuple[float, float]:
    """Return the middle of a rectangle."""
    return rect[0] + rect[2] / 2, rect[1] + rect[3] / 2


def along(graph: Graph, nodes: Collection[str], *, forward: bool) -> set[str]:
    """Return nodes with all that depends on them, or (not `forward`) with all that they depend on."""
    found: set[str] = set()
    for node in nodes:
        found |= reached(graph, node, forward=forward)
    return found & graph.nodes.keys()
