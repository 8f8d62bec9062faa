"""A small picture of a workflow: its nodes as blocks where they stand, and the edges between them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from desktop_app.window.examples import Example
from widgets.glyph import category_role
from widgets.icons import paint_icon
from widgets.theme import theme

_NODE_WIDTH, _NODE_HEIGHT = 196.0, 80.0
_INSET, _DOTS = 16.0, 14
_BLOCK, _SMALLEST = (38.0, 18.0), (16.0, 16.0)
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
    blocks = _blocks(example, area.adjusted(_INSET, _INSET, -_INSET, -_INSET))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.color("text.tertiary", 0.7), 1.3))
    for before, after in example.edges:
        painter.drawPath(_edge(blocks[before], blocks[after]))
    for node, block in zip(example.nodes, blocks, strict=True):
        _paint_block(painter, block, *known(node.type))


def _blocks(example: Example, area: QRectF) -> list[QRectF]:
    """Return the rectangle of each node: blocks keep a size at which they are seen, their places are scaled."""
    if not example.nodes:
        return []
    left, top = min(node.x for node in example.nodes), min(node.y for node in example.nodes)
    width = max(node.x for node in example.nodes) - left + _NODE_WIDTH
    height = max(node.y for node in example.nodes) - top + _NODE_HEIGHT
    scale = min(area.width() / width, area.height() / height)
    size = [min(max(full * scale, least), most) for full, least, most in zip((196, 80), _SMALLEST, _BLOCK, strict=True)]
    spread = min(
        (area.width() - size[0]) / max(width - _NODE_WIDTH, 1), (area.height() - size[1]) / max(height - _NODE_HEIGHT, 1)
    )
    used_width, used_height = (width - _NODE_WIDTH) * spread + size[0], (height - _NODE_HEIGHT) * spread + size[1]
    x, y = area.center().x() - used_width / 2, area.center().y() - used_height / 2
    return [QRectF(x + (node.x - left) * spread, y + (node.y - top) * spread, *size) for node in example.nodes]


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
        middle = QRectF(block.center().x() - 5, block.center().y() - 5, 10, 10)
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
