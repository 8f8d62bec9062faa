"""The rail at the left: one icon for each side page, and the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.window.actions import Action
from resources.language import tr
from widgets.boxes import tip
from widgets.icons import paint_icon
from widgets.list_button import ListButton
from widgets.theme import font, theme

_CELL, _PITCH, _BADGE = 36, 40, 15


@dataclass(frozen=True, slots=True)
class SidePage:
    """A page of the side panel: its title in English, the widget that is made when it is opened first, actions in its head."""

    id: str
    title: str
    icon: str
    make: Callable[[], QWidget]
    actions: tuple[str, ...] = ()


class RailButton(ListButton):
    """An icon of the rail, with a bar at its left while its page is open and a number of what waits there."""

    def __init__(self, icon_name: str, title: str) -> None:
        super().__init__()
        self._icon, self._title, self.count = icon_name, title, 0
        self.setFixedSize(theme().metric["rail"], _PITCH)
        self.show_count(0)

    def show_count(self, count: int) -> None:
        """Show how much waits there; nothing for 0."""
        self.count = count
        said = f"{self._title} ({count})" if count else self._title
        self.setAccessibleName(said)
        self.setToolTip(tip(said))
        self.update()

    def sizeHint(self) -> QSize:
        """Return its size."""
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the icon, and what tells that it is open, hovered or focused."""
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell = QRectF(4, (self.height() - _CELL) / 2, self.width() - 9, _CELL)
        strength = 0.08 if self.isChecked() else look.alpha["hover"] if self.underMouse() else 0.0
        painter.setPen(QPen(look.color("accent.base"), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(look.color("text.primary", strength))
        painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("accent.base"))
            painter.drawRoundedRect(QRectF(0, cell.center().y() - 9, 3, 18), 1.5, 1.5)
        side = look.metric["icon_rail"]
        role = "text.primary" if self.isChecked() or self.underMouse() else "text.tertiary"
        place = QRectF(cell.center().x() - side / 2, cell.center().y() - side / 2, side, side)
        paint_icon(painter, self._icon, place, look.color(role))
        if self.count:
            self._paint_badge(painter, cell)
        painter.end()

    def _paint_badge(self, painter: QPainter, cell: QRectF) -> None:
        look, said = theme(), str(self.count) if self.count < 100 else "99+"
        width = max(_BADGE, 5 + 6.0 * len(said))
        spot = QRectF(min(cell.center().x() + 3, self.width() - width - 2), cell.top() + 2, width, _BADGE)
        painter.setPen(QPen(look.color("surface.window"), 2))
        painter.setBrush(look.color(look.ink("state.waiting")))
        painter.drawRoundedRect(spot, _BADGE / 2, _BADGE / 2)
        painter.setPen(look.color("text.on_tile"))
        painter.setFont(font(10, QFont.Weight.Bold))
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, said)


class Rail(QWidget):
    """The icons. `page_asked` tells the id of the page whose icon was clicked."""

    page_asked = Signal(str)

    def __init__(self, pages: tuple[SidePage, ...], settings: Action) -> None:
        super().__init__()
        self.setFixedWidth(theme().metric["rail"])
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "window")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(0)
        self.buttons: dict[str, RailButton] = {}
        for page in pages:
            button = RailButton(page.icon, tr(page.title))
            button.clicked.connect(lambda _checked=False, name=page.id: self.page_asked.emit(name))
            self.buttons[page.id] = button
            column.addWidget(button)
        column.addStretch(1)
        self._settings = RailButton(settings.spec.icon, tr("Settings"))
        self._settings.setCheckable(False)
        self._settings.clicked.connect(settings.trigger)
        column.addWidget(self._settings)

    def show_open(self, page: str | None) -> None:
        """Mark the page that is open, if one is."""
        for name, button in self.buttons.items():
            button.setChecked(name == page)

    def show_count(self, page: str, count: int) -> None:
        """Show how much waits on a page."""
        self.buttons[page].show_count(count)
