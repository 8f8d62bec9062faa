"""A small picture of a workflow: its nodes as blocks where they stand, and the edges between them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from desktop_app.window.examples import Example
from widgets.glyph import category_role
from widgets.icons import paint_icon
from widgets.theme import theme

_NODE_WIDTH, _LARGEST = 196.0, 0.26
_ASIDE, _ABOVE, _DOTS = 16.0, 11.0, 14
_SIZES = ((38.0, 18.0), (32.0, 18.0), (16.0, 16.0), (14.0, 14.0), (12.0, 12.0), (10.0, 10.0), (8.0, 8.0))
"""Of a block, the largest first."""
_FREE = 1.5
"""What stays free around a block."""
_TILE_ONLY = 26
"""Below this width a block is only the tile of its type."""

Known = Callable[[str], tuple[str, str]]
"""Gives the icon and the category of a node type."""


def paint_thumbnail(painter: QPainter, area: QRectF, example: Example, known: Known) -> None:
    """Draw an example so that all of it is seen in the area."""
    look = theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.color("surface.grid"), 1))
    painter.drawPoints(
        [
            QPointF(x + 0.5, y + 0.5)
            for x in range(round(area.left()) + 8, round(area.right()), _DOTS)
            for y in range(round(area.top()) + 8, round(area.bottom()), _DOTS)
        ]
    )
    placed = blocks(example, area.adjusted(_ASIDE, _ABOVE, -_ASIDE, -_ABOVE))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.color("text.tertiary", 0.7), 1.3))
    for before, after in example.edges:
        painter.drawPath(_edge(placed[before], placed[after]))
    for node, block in zip(example.nodes, placed, strict=True):
        _paint_block(painter, block, *known(node.type))


def blocks(example: Example, area: QRectF) -> list[QRectF]:
    """Return the rectangle of each node: as large as they can be without touching each other, where the workflow has them."""
    if not example.nodes:
        return []
    found: list[QRectF] = []
    for width, height in _SIZES:
        found = _placed(example, area, QSizeF(width, height))
        if not any(one.intersects(other.adjusted(-_FREE, -_FREE, _FREE, _FREE)) for one, other in combinations(found, 2)):
            break
    return found


def _placed(example: Example, area: QRectF, size: QSizeF) -> list[QRectF]:
    """Return blocks of a size. Rows stand as far apart as they need, whatever the scale from side to side is."""
    left, top = min(node.x for node in example.nodes), min(node.y for node in example.nodes)
    width, height = max(node.x for node in example.nodes) - left, max(node.y for node in example.nodes) - top
    across = min((area.width() - size.width()) / max(width, 1), _LARGEST)
    pairs = combinations(example.nodes, 2)
    rows = [abs(one.y - other.y) for one, other in pairs if abs(one.x - other.x) < _NODE_WIDTH and one.y != other.y]
    needed = (size.height() + 2 * _FREE) / min(rows) if rows else 0.0
    down = min((area.height() - size.height()) / max(height, 1), max(across, needed))
    x, y = area.center().x() - (width * across + size.width()) / 2, area.center().y() - (height * down + size.height()) / 2
    return [QRectF(QPointF(x + (node.x - left) * across, y + (node.y - top) * down), size) for node in example.nodes]


def _edge(before: QRectF, after: QRectF) -> QPainterPath:
    start, end = QPointF(before.right(), before.center().y()), QPointF(after.left(), after.center().y())
    reach = max((end.x() - start.x()) / 2, 6)
    path = QPainterPath(start)
    path.cubicTo(start.x() + reach, start.y(), end.x() - reach, end.y(), end.x(), end.y())
    return path


def _paint_block(painter: QPainter, block: QRectF, icon_name: str, category: str) -> None:
    look, role = theme(), category_role(category)
    small = block.width() < _TILE_ONLY
    painter.setPen(QPen(look.color("surface.canvas" if small else "line.strong"), 1))
    painter.setBrush(look.color(role) if small else look.color("surface.node"))
    radius = 3 if small else 4
    painter.drawRoundedRect(block.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    if small:
        side = min(block.height() - 4, 10)
        middle = QRectF(block.center().x() - side / 2, block.center().y() - side / 2, side, side)
        paint_icon(painter, icon_name, middle, look.color("text.on_tile"), 1.1)
        return
    side = block.height() - 6
    tile = QRectF(block.left() + 3, block.top() + 3, side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color(role))
    painter.drawRoundedRect(tile, 3, 3)
    paint_icon(painter, icon_name, tile.adjusted(2, 2, -2, -2), look.color("text.on_tile"), 1.1)
    if block.width() > side + 12:
        painter.setBrush(look.color("text.tertiary", 0.55))
        bar = QRectF(tile.right() + 4, block.center().y() - 1.5, block.right() - tile.right() - 8, 3)
        painter.drawRoundedRect(bar, 1.5, 1.5)
