"""The card beside the pointer that tells what an edge carried last."""

from __future__ import annotations

import time

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.model.graph import Edge
from graph_editor.edge_values import EdgeValue, age_text, excerpt, headline, size_text
from graph_editor.node_paint import title_face
from resources.language import tr
from widgets.card import SHADOW, paint_card
from widgets.glyph import paint_port_mark
from widgets.theme import font, theme

_WIDTH, _WIDEST, _HEAD, _FOOT, _LINE, _PAD = 240.0, 380.0, 30.0, 26.0, 17.0, 10.0
_RADIUS, _OFF = 8.0, 16.0


class EdgeCard(QWidget):
    """Draws everything itself and lets the mouse through, so that it never stands in the way."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._type = "any"
        self.title, self.facts, self.foot = "", "", ""
        self.lines: list[str] = []
        self.hide()

    def show_value(self, edge: Edge, port_type: str, value: EdgeValue | None, *, by_key: bool = False) -> None:
        """Tell of this value, or that there is none yet; `by_key` says that the keyboard asked for it."""
        self._type = port_type
        self.foot = tr("Enter opens where it comes from") if by_key else tr("Double-click opens where it comes from")
        if value is None:
            self.title, self.facts, self.lines = edge.source.port, "", [tr("No value yet")]
        else:
            self.title = headline(edge.source.port, value)
            self.facts = f"{size_text(value.size)} · {age_text(time.time() - value.at)}"
            self.lines = excerpt(value.value)
        self.setAccessibleName(f"{self.title}, {self.facts}")
        self.update()

    def put_beside(self, pos: QPoint) -> None:
        """Stand right of a point of the parent and below it, or where there is room."""
        title = QFontMetricsF(title_face()).horizontalAdvance(self.title)
        facts = QFontMetricsF(_small_face()).horizontalAdvance(self.facts)
        lines = max(QFontMetricsF(_line_face()).horizontalAdvance(words) for words in self.lines)
        width = min(max(_WIDTH, title + facts + 22 + 28 + 2 * _PAD, lines + 34), _WIDEST)
        height = _HEAD + self._well_height() + _FOOT
        parent = self.parentWidget()
        room = parent.rect() if parent is not None else self.rect()
        x = pos.x() + _OFF if pos.x() + _OFF + width <= room.right() - 4 else pos.x() - _OFF - width
        y = pos.y() + _OFF if pos.y() + _OFF + height <= room.bottom() - 4 else pos.y() - _OFF - height
        card = QRect(round(max(x, 4)), round(max(y, 4)), round(width), round(height))
        self.setGeometry(card.adjusted(-SHADOW, -SHADOW, SHADOW, SHADOW))
        self.show()
        self.raise_()

    def _well_height(self) -> float:
        return _LINE * len(self.lines) + 10

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw sign and port, facts, the lines in a well, and how to get there."""
        look, painter = theme(), QPainter(self)
        card = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        paint_card(painter, card, _RADIUS)
        head = QRectF(card.left() + _PAD, card.top(), card.width() - 2 * _PAD, _HEAD)
        paint_port_mark(painter, QPointF(head.left() + 5, head.center().y()), self._type, 4.5)
        painter.setFont(title_face())
        painter.setPen(look.color("text.primary"))
        room = head.width() - 17 - 12 - QFontMetricsF(_small_face()).horizontalAdvance(self.facts)
        title = QFontMetricsF(title_face()).elidedText(self.title, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(head.adjusted(17, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(_small_face())
        painter.setPen(look.color("text.secondary"))
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.facts)
        self._paint_well(painter, QRectF(card.left() + 8, head.bottom(), card.width() - 16, self._well_height()))
        foot = QRectF(head.left(), card.bottom() - _FOOT, head.width(), _FOOT)
        painter.setFont(font(look.size["caption"]))
        painter.setPen(look.color("text.tertiary"))
        painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter, self.foot)
        painter.end()

    def _paint_well(self, painter: QPainter, well: QRectF) -> None:
        look = theme()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("surface.node_well"))
        painter.drawRoundedRect(well, 5, 5)
        face = _line_face()
        painter.setFont(face)
        painter.setPen(look.color("text.primary"))
        row = QRectF(well.left() + 8, well.top() + 5, well.width() - 16, _LINE)
        for words in self.lines:
            shown = QFontMetricsF(face).elidedText(words, Qt.TextElideMode.ElideRight, row.width())
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, shown)
            row.translate(0, _LINE)


def _small_face() -> QFont:
    return font(theme().size["small"])


def _line_face() -> QFont:
    return font(theme().size["caption"], mono=True)
