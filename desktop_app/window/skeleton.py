"""What the window shows until its parts are there: their grounds, names and icons, where the parts themselves will be.

It is one widget that paints, and reads the indexes as plain data, so that it is on the screen before anything else is imported.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.window.logo import paint_logo
from resources.files import text
from resources.language import tr
from widgets.icons import paint_icon
from widgets.theme import REGULAR, SEMIBOLD, font, theme

CATEGORIES = ("start", "model", "connect", "code", "logic", "people", "data")
_NODE_HEIGHT, _ROW, _HEAD_ROW, _TILE = 92.0, 27.0, 27.0, 20.0
_MARGIN = 60.0


class Skeleton(QWidget):
    """The window in outlines. `sizes` are those of the panels by name, 0 for one that is hidden; `example` is one of the index.

    `with_palette` says whether the node types are open in the side panel. Without an example there is no document, and so neither
    inspector nor run panel.
    """

    def __init__(self, rail: Sequence[str], sizes: Mapping[str, int], example: str | None, *, with_palette: bool = True) -> None:
        super().__init__()
        self._rail, self._with_palette = rail, with_palette
        self._types: list[dict[str, Any]] = json.loads(text("node_types.json"))["types"]
        self._example = _example(example) if example else None
        self._sizes = {
            name: sizes.get(name, theme().metric[name]) if self._example or name == "side_panel" else 0
            for name in ("side_panel", "inspector", "run_panel")
        }

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all parts."""
        painter, metric = QPainter(self), theme().metric
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, foot, left = metric["tool_bar"], self.height() - metric["status_bar"], metric["rail"] + 1
        side, inspector, run = (self._sizes[name] for name in ("side_panel", "inspector", "run_panel"))
        right = self.width() - inspector
        bottom = foot - run
        self._ground(painter, QRectF(self.rect()), "surface.window")
        self._ground(painter, QRectF(left + side, top + metric["tab_bar"], right - left - side, bottom - top), "surface.canvas")
        for panel in (
            QRectF(left, top, side, foot - top),
            QRectF(right, top, inspector, foot - top),
            QRectF(left + side, bottom, right - left - side, run),
        ):
            self._ground(painter, panel, "surface.panel")
        self._paint_tool_bar(painter, top)
        self._paint_rail(painter, QRectF(0, top, left, foot - top))
        if side and self._with_palette:
            self._paint_palette(painter, QRectF(left, top, side, foot - top))
        if self._example:
            self._paint_graph(
                painter, QRectF(left + side, top + metric["tab_bar"], right - left - side, bottom - top - metric["tab_bar"])
            )
        lines = [QRectF(0, top - 1, self.width(), 1), QRectF(0, foot, self.width(), 1), QRectF(left - 1, top, 1, foot - top)]
        lines += [QRectF(left + side - 1, top, 1, foot - top)] if side else []
        lines += [QRectF(right, top, 1, foot - top), QRectF(left + side, bottom, right - left - side, 1)] if self._example else []
        for line in lines:
            self._ground(painter, line, "line.default")
        painter.end()

    def _ground(self, painter: QPainter, rect: QRectF, role: str) -> None:
        painter.fillRect(rect, theme().color(role))

    def _paint_tool_bar(self, painter: QPainter, height: int) -> None:
        look, middle = theme(), (height - 1) / 2
        paint_logo(painter, QRectF(12, middle - 10, 20, 20), "surface.window")
        self._write(painter, QRectF(36, 0, 60, height - 1), "Weft", "text.primary", (look.size["strong"], SEMIBOLD))
        paint_icon(painter, "menu", QRectF(84, middle - 8, 16, 16), look.color("text.secondary"))
        painter.setPen(QPen(look.color("line.default"), 1))
        painter.setBrush(look.color("surface.sunken"))
        field = QRectF((self.width() - 288) / 2, middle - 13.5, 288, 27)
        painter.drawRoundedRect(field, look.radius["field"], look.radius["field"])

    def _paint_rail(self, painter: QPainter, rail: QRectF) -> None:
        look = theme()
        places = [rail.top() + 14 + 40 * number for number in range(len(self._rail))]
        for name, y in (*zip(self._rail, places, strict=True), ("settings", rail.bottom() - 32)):
            paint_icon(painter, name, QRectF(rail.center().x() - 10, y, 20, 20), look.color("text.tertiary"))

    def _paint_palette(self, painter: QPainter, panel: QRectF) -> None:
        look, y = theme(), panel.top()
        head = QRectF(panel.left() + 12, y, panel.width() - 24, look.metric["panel_header"])
        self._write(painter, head, tr("Nodes"), "text.primary", (look.size["body"], SEMIBOLD))
        painter.setPen(QPen(look.color("line.default"), 1))
        painter.setBrush(look.color("surface.sunken"))
        field = QRectF(panel.left() + 10.5, head.bottom() + 0.5, panel.width() - 21, 27)
        painter.drawRoundedRect(field, look.radius["field"], look.radius["field"])
        y = field.bottom() + 8
        for category in CATEGORIES:
            shown = [kind for kind in self._types if kind["category"] == category]
            y += _HEAD_ROW if shown else 0
            for kind in shown:
                tile = QRectF(panel.left() + 14, y + (_ROW - _TILE) / 2, _TILE, _TILE)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.color(f"category.{category}"))
                painter.drawRoundedRect(tile, 5, 5)
                paint_icon(painter, kind["icon"], tile.adjusted(4, 4, -4, -4), look.color("text.on_tile"))
                room = QRectF(tile.right() + 8, y, panel.width() - 60, _ROW)
                self._write(painter, room, tr(kind["title"]), "text.primary", (look.size["body"], REGULAR))
                y += _ROW

    def _paint_graph(self, painter: QPainter, area: QRectF) -> None:
        """Draw the nodes of the example as blocks, all of them in sight."""
        nodes, edges = self._example["nodes"], self._example["edges"]  # type: ignore[index]
        look, width = theme(), theme().metric["node_width"]
        left, top = min(node[1] for node in nodes), min(node[2] for node in nodes)
        whole = (max(node[1] for node in nodes) - left + width, max(node[2] for node in nodes) - top + _NODE_HEIGHT)
        scale = min((area.width() - _MARGIN) / whole[0], (area.height() - _MARGIN) / whole[1], 1.0)
        painter.save()
        painter.setClipRect(area)
        painter.translate(area.center().x() - whole[0] * scale / 2, area.center().y() - whole[1] * scale / 2)
        painter.scale(scale, scale)
        places = [QRectF(x - left, y - top, width, _NODE_HEIGHT) for _, x, y in nodes]
        painter.setPen(QPen(look.mix("text.tertiary", "surface.canvas", 0.42), look.line["edge"]))
        for before, after in edges:
            painter.drawLine(_port(places[before], places[before].right()), _port(places[after], places[after].left()))
        painter.setPen(QPen(look.color("line.strong"), look.line["node"]))
        painter.setBrush(look.color("surface.node"))
        for place in places:
            painter.drawRoundedRect(place, look.radius["node"], look.radius["node"])
        painter.restore()

    def _write(self, painter: QPainter, room: QRectF, words: str, role: str, face: tuple[int, int]) -> None:
        painter.setFont(font(*face))
        painter.setPen(theme().color(role))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)


def _port(node: QRectF, x: float) -> QPointF:
    return QPointF(x, node.top() + theme().metric["node_header"] / 2)


def _example(name: str) -> dict[str, Any] | None:
    found: list[dict[str, Any]] = json.loads(text("examples", "index.json"))
    return next((one for one in found if one["id"] == name), None)
