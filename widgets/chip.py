"""Small painted words: a chip tinted in the colour of its role, and a key as it is printed on the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.icons import paint_icon
from widgets.theme import MEDIUM, font, theme

_SIGN = 12


class Chip(QWidget):
    """Words in the colour of a role over a tint of it, with a sign before them."""

    def __init__(self, text: str = "", role: str = "text.secondary", icon_name: str = "", *, height: int = 20) -> None:
        super().__init__()
        self._text, self._role, self._icon, self._height = text, role, icon_name, height
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def show_words(self, text: str, role: str, icon_name: str = "") -> None:
        """Show something else."""
        if (text, role, icon_name) == (self._text, self._role, self._icon):
            return
        self._text, self._role, self._icon = text, role, icon_name
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Return the words."""
        return self._text

    def sizeHint(self) -> QSize:
        """Return the room that the words take."""
        width = QFontMetricsF(chip_face()).horizontalAdvance(self._text)
        return QSize(round(width + 13 + (_SIGN + 4 if self._icon else 0)), self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw tint, sign and words."""
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color(self._role, look.alpha["chip"]))
        painter.drawRoundedRect(QRectF(self.rect()), look.radius["chip"], look.radius["chip"])
        left = 6.0
        if self._icon:
            paint_icon(painter, self._icon, QRectF(left, (self.height() - _SIGN) / 2, _SIGN, _SIGN), look.color(self._role), 1.4)
            left += _SIGN + 4
        painter.setPen(look.color(look.ink(self._role)))
        painter.setFont(chip_face())
        painter.drawText(QRectF(left, 0, self.width() - left, self.height()), Qt.AlignmentFlag.AlignVCenter, self._text)
        painter.end()


def chip_face() -> QFont:
    """Return the font of the words in a chip."""
    return font(theme().size["caption"], MEDIUM)


class KeyCap(QWidget):
    """A key of the keyboard."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the room that the key takes."""
        face = font(theme().size["caption"], MEDIUM)
        return QSize(max(round(QFontMetricsF(face).horizontalAdvance(self._text)) + 11, 18), 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the key."""
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color("line.default"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.radius["chip"], look.radius["chip"])
        painter.setPen(look.color("text.tertiary"))
        painter.setFont(font(look.size["caption"], MEDIUM))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
