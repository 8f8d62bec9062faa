"""How rows of lists are drawn: one line of words, and the ground of a chosen row."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from widgets.theme import REGULAR, font, theme


def say(
    painter: QPainter, rect: QRectF, text: str, role: str, size: float = 11, weight: int = REGULAR,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:  # fmt: skip
    """Write one line, cut where there is no room."""
    face = font(size, weight)
    painter.setFont(face)
    painter.setPen(theme().color(theme().ink(role)))
    shown = QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)


def width_of(text: str, size: float = 11, weight: int = REGULAR) -> float:
    """Return how wide a text is."""
    return QFontMetricsF(font(size, weight)).horizontalAdvance(text)


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Draw the ground of a row that is chosen or under the pointer."""
    look, ground = theme(), QRectF(option.rect).adjusted(4, 1, -4, -1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if option.state & QStyle.StateFlag.State_Selected:
        painter.setBrush(look.mix("accent.base", "surface.panel", look.alpha["selected"]))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(look.color("text.primary", look.alpha["hover"]))
    else:
        return
    painter.drawRoundedRect(ground, look.radius["field"], look.radius["field"])
