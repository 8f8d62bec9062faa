"""Icons of the Lucide family, drawn with one stroke width at every size, on whole device pixels."""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resources.files import path
from widgets.theme import theme

GRID = 24.0
"""Every icon is drawn on a grid of 24 x 24."""
STROKE = 1.5
UNKNOWN = "box"


def has_icon(name: str) -> bool:
    """Tell whether there is an icon of this name."""
    return path("icons", f"{name}.svg").is_file()


def paint_icon(painter: QPainter, name: str, rect: QRectF, color: QColor, stroke: float = STROKE) -> None:
    """Draw an icon whose lines are `stroke` pixels thick whatever its size; an unknown name gives a box.

    A sprite is painted pixel for pixel, its corner moved to a whole device pixel, so that lines stay sharp at any zoom.
    """
    transform = painter.deviceTransform()
    scale = transform.m11()
    side = max(round(rect.width() * scale), 1)
    sprite = _sprite(name, color.name(QColor.NameFormat.HexArgb), side, round(stroke * GRID / rect.width(), 3))
    corner = transform.map(rect.topLeft())
    left = rect.left() + (round(corner.x()) - corner.x()) / scale
    top = rect.top() + (round(corner.y()) - corner.y()) / scale
    painter.drawPixmap(QRectF(left, top, side / scale, side / scale), sprite, QRectF(0, 0, side, side))


def pixmap(name: str, size: int, color: QColor, ratio: float = 1.0, stroke: float = STROKE) -> QPixmap:
    """Return an icon as a pixmap of `size` device-independent pixels for a screen of this ratio."""
    result = QPixmap(_sprite(name, color.name(QColor.NameFormat.HexArgb), round(size * ratio), round(stroke * GRID / size, 3)))
    result.setDevicePixelRatio(ratio)
    return result


def icon(name: str, role: str = "text.secondary") -> QIcon:
    """Return an icon in the colour that a role has in the theme in use, whenever it is drawn; paler where it cannot be used."""
    return QIcon(_Engine(name, role))


class _Engine(QIconEngine):
    """Draws an icon when it is asked for, so that a window opens before its icons are read, and follows the theme."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name, self._role = name, role

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        square = QRectF(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2, side, side)
        paint_icon(painter, self._name, square, self._color(mode))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        result = QPixmap(size * scale)
        result.setDevicePixelRatio(scale)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        self.paint(painter, QRect(QPoint(), size), mode, state)
        painter.end()
        return result

    def _color(self, mode: QIcon.Mode) -> QColor:
        return theme().color("text.disabled" if mode == QIcon.Mode.Disabled else self._role)


@lru_cache(maxsize=1024)
def _sprite(name: str, color: str, side: int, stroke: float) -> QPixmap:
    result = QPixmap(side, side)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, color, stroke).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return result


def _renderer(name: str, color: str, stroke: float) -> QSvgRenderer:
    file = path("icons", f"{name if has_icon(name) else UNKNOWN}.svg")
    paint = QColor(color)
    drawing = file.read_text(encoding="utf-8").replace("currentColor", paint.name())
    lines = f'stroke-width="{stroke:.3f}" stroke-opacity="{paint.alphaF():.3f}"'
    return QSvgRenderer(QByteArray(re.sub(r'stroke-width="[\d.]+"', lines, drawing).encode()))
