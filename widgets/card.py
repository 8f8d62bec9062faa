"""Cards that float over the window: completion, the large editor, popups of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMargins, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.theme import theme

SHADOW = 18
"""Room around a card for its shadow."""
_LAYERS, _STEP = 9, 1.6
ENDING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
"""Keys that answer to a card, whatever is held with them."""


def paint_card(painter: QPainter, card: QRectF, radius: float, line: str = "line.strong") -> None:
    """Draw a floating card: a soft shadow, more below than above, the ground and one line."""
    look = theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor.fromRgbF(0, 0, 0, 0.055 if look.dark else 0.014))
    for layer in range(0 if look.high else _LAYERS):
        grow = layer * _STEP
        painter.drawRoundedRect(card.adjusted(-grow, -grow + 4, grow, grow + 3), radius + grow, radius + grow)
    painter.setPen(QPen(look.color(line), 1))
    painter.setBrush(look.color("surface.overlay"))
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


class FloatCard(QWidget):
    """A card over the other widgets of its parent. Its rectangle holds the shadow; `card_rect` is what one sees.

    Actions of the window do not get `own_keys` while the focus is in the card.
    """

    own_keys: tuple[Qt.Key, ...] = ()

    def __init__(self, parent: QWidget, radius: float = 8) -> None:
        super().__init__(parent)
        self._radius = radius
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(SHADOW, SHADOW, SHADOW, SHADOW)
        self.body.setSpacing(0)

    def card_rect(self) -> QRect:
        """Return the card without its shadow, in its own coordinates."""
        return self.rect().marginsRemoved(QMargins(SHADOW, SHADOW, SHADOW, SHADOW))

    def put(self, card: QRect) -> None:
        """Place the card, without its shadow, in coordinates of the parent, and bring it to the front."""
        self.setGeometry(card.marginsAdded(QMargins(SHADOW, SHADOW, SHADOW, SHADOW)))
        self.raise_()

    def put_by(self, anchor: QRect, width: int, height: int) -> None:
        """Place it below a rectangle of the parent, above where there is no room below; always inside of the parent."""
        parent = self.parentWidget()
        room = (parent.rect() if parent else self.rect()).adjusted(4, 4, -4, -4)
        top = anchor.bottom() + 4
        if top + height > room.bottom() and anchor.top() - 4 - height >= room.top():
            top = anchor.top() - 4 - height
        left = max(room.left(), min(anchor.left(), room.right() - width))
        top = max(room.top(), min(top, room.bottom() - height))
        self.put(QRect(QPoint(left, top), QPoint(left + width - 1, top + height - 1)))

    def event(self, event: QEvent) -> bool:
        """Keep its own keys from the actions of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in self.own_keys:
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep clicks from what lies below."""
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        painter = QPainter(self)
        paint_card(painter, QRectF(self.card_rect()), self._radius)
        painter.end()
