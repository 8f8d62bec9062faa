"""Icons as widgets that follow the theme: a sign beside words, the tile of a node type, a button with an icon."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from widgets.boxes import tip as plain_tip
from widgets.icons import icon, paint_icon
from widgets.theme import theme


def category_role(category: str) -> str:
    """Return the colour role of a category of node types; one that has no colour looks like logic."""
    role = f"category.{category}"
    return role if role in theme() else "category.logic"


def paint_tile(painter: QPainter, rect: QRectF, icon_name: str, role: str) -> None:
    """Draw an icon on a tile in the colour of a role."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color(role))
    side = rect.width()
    radius = 4 if side < 20 else 5 if side < 26 else 7
    painter.drawRoundedRect(rect, radius, radius)
    inset = round(side * 0.2)
    paint_icon(painter, icon_name, rect.adjusted(inset, inset, -inset, -inset), theme().color("text.on_tile"))


def port_role(type_name: str) -> str:
    """Return the colour role of a type of values."""
    role = f"port.{type_name}"
    return role if role in theme() else "port.any"


def paint_port_mark(painter: QPainter, centre: QPointF, type_name: str, radius: float = 4) -> None:
    """Draw the sign of a type of values: a rounded square for lists, else a circle."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color(port_role(type_name)))
    if type_name == "list":
        side = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        painter.drawRoundedRect(side, 1.5, 1.5)
    else:
        painter.drawEllipse(centre, radius, radius)


class PortMark(QWidget):
    """The sign of a type of values beside words."""

    def __init__(self, type_name: str, size: int = 14) -> None:
        super().__init__()
        self._type = type_name
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_port_mark(painter, QRectF(self.rect()).center(), self._type)
        painter.end()


class Glyph(QWidget):
    """A sign beside words."""

    def __init__(self, name: str, role: str = "text.secondary", size: int = 16) -> None:
        super().__init__()
        self._name, self._role = name, role
        self.setFixedSize(size, size)

    def show_icon(self, name: str, role: str) -> None:
        """Show another sign."""
        self._name, self._role = name, role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sign; thinner when it is small."""
        painter = QPainter(self)
        stroke = 1.4 if self.width() < 16 else 1.5
        paint_icon(painter, self._name, QRectF(self.rect()), theme().color(self._role), stroke)
        painter.end()


class Tile(QWidget):
    """The icon of a node type on the colour of its category."""

    def __init__(self, icon_name: str = "box", category: str = "", size: int = 20) -> None:
        super().__init__()
        self._icon, self._category = icon_name, category
        self.setFixedSize(size, size)

    def show_icon(self, icon_name: str, category: str) -> None:
        """Show another node type."""
        self._icon, self._category = icon_name, category
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tile."""
        painter = QPainter(self)
        paint_tile(painter, QRectF(self.rect()), self._icon, category_role(self._category))
        painter.end()


class IconButton(QToolButton):
    """A small button with an icon and no words; `tip` says what it does, also to screen readers."""

    def __init__(self, icon_name: str, tip: str, size: int = 14, *, side: int = 22, role: str = "text.tertiary") -> None:
        super().__init__()
        self._role = role
        self._name = icon_name
        self.setIconSize(QSize(size, size))
        self.setFixedSize(side, side)
        self.setToolTip(plain_tip(tip))
        self.setAccessibleName(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIcon(icon(icon_name, role))

    def show_icon(self, icon_name: str, tip: str) -> None:
        """Show another icon."""
        self.setToolTip(plain_tip(tip))
        self.setAccessibleName(tip)
        self._name = icon_name
        self.setIcon(icon(icon_name, self._role))

    def set_shown(self, *, shown: bool) -> None:
        """Show or hide it, with its room kept."""
        self.setIcon(icon(self._name, self._role) if shown else QIcon())


class Button(QPushButton):
    """A button with words and perhaps an icon; `kind` is a look of the style sheet."""

    def __init__(self, text: str, icon_name: str = "", kind: str = "") -> None:
        words = text.replace("&", "&&")
        super().__init__(f" {words}" if icon_name else words)
        role = {"primary": "text.on_accent", "danger": "state.failed", "link": "accent.text"}.get(kind, "text.secondary")
        self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Fixed if kind == "link" else QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        if icon_name:
            self.setIconSize(QSize(14, 14) if kind == "link" else QSize(16, 16))
            self.setIcon(icon(icon_name, role))
