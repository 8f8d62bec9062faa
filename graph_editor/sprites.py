"""Pictures of things that look the same in many places, drawn once for each scale and kept in Qt's cache."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QPixmapCache

from widgets.theme import theme

LARGEST = 2.5
"""Above this scale few things are seen, and pictures of them would be large."""

_SMALL, _MOST = 64, 512
"""Pictures of fewer pixels in width are kept here, so many of them: they are found quicker than in Qt's cache."""
_kept: dict[tuple[object, ...], QPixmap] = {}


def paint_sprite(painter: QPainter, kind: tuple[object, ...], rect: QRectF, draw: Callable[[QPainter], None]) -> None:
    """Show what `draw` draws in `rect`, moved to whole device pixels. `kind` is what it depends on beside the theme."""
    transform = painter.deviceTransform()
    scale = transform.m11()
    if scale > LARGEST:
        draw(painter)
        return
    sprite = _found(kind, rect, scale, draw)
    corner = transform.map(rect.topLeft())
    left = rect.left() + (round(corner.x()) - corner.x()) / scale
    top = rect.top() + (round(corner.y()) - corner.y()) / scale
    area = QRectF(sprite.rect())
    painter.drawPixmap(QRectF(left, top, area.width() / scale, area.height() / scale), sprite, area)


def _found(kind: tuple[object, ...], rect: QRectF, scale: float, draw: Callable[[QPainter], None]) -> QPixmap:
    style, width, height = theme(), rect.width(), rect.height()
    small = width * scale < _SMALL
    place = (style.name, style.high, kind, width, height, scale)
    if small and (kept := _kept.get(place)) is not None:
        return kept
    sprite, key = QPixmap(), "" if small else f"weft/{place}"
    if small or not QPixmapCache.find(key, sprite):
        sprite = _drawn(rect, scale, draw)
        if not small:
            QPixmapCache.insert(key, sprite)
            return sprite
        if len(_kept) >= _MOST:
            _kept.clear()
        _kept[place] = sprite
    return sprite


def _drawn(rect: QRectF, scale: float, draw: Callable[[QPainter], None]) -> QPixmap:
    sprite = QPixmap(max(round(rect.width() * scale), 1), max(round(rect.height() * scale), 1))
    sprite.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sprite)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    painter.translate(-rect.topLeft())
    draw(painter)
    painter.end()
    return sprite
