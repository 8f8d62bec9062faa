"""The row of tabs: they can be moved, dragged out, and scrolled or chosen from a list when there is no room for all."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QCursor, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.window.tab_button import NARROWEST, TabButton
from desktop_app.window.tab_page import TabPage
from resources.language import tr
from widgets.glyph import IconButton
from widgets.icons import icon
from widgets.theme import theme

_TEAR = 34
"""How far a tab is dragged up or down until it comes off, in pixels."""
_PLUS, _ALL = 38, 30


class TabStrip(QWidget):
    """Tabs of pages in an order that a person chooses. It tells what was asked for, each with the page."""

    chosen = Signal(object)
    close_asked = Signal(object)
    menu_asked = Signal(object, QPoint)
    torn = Signal(object, QPoint)
    new_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._buttons: list[TabButton] = []
        self._held: TabButton | None = None
        self._offset = 0
        self.setFixedHeight(theme().metric["tab_bar"])
        self._rail = QWidget(self)  # no tab reaches below the buttons at the end
        self._plus = IconButton("plus", tr("New workflow"), 14, side=26)
        self._plus.setParent(self)
        self._plus.clicked.connect(self.new_asked)
        self.all_button = IconButton("chevron-down", tr("All tabs"), 14, side=26)
        self.all_button.setParent(self)
        self.all_button.clicked.connect(self._open_all)
        self.all_button.hide()

    def pages(self) -> list[TabPage]:
        """Return the pages in their order."""
        return [button.page for button in self._buttons]

    def button(self, page: TabPage) -> TabButton:
        """Return the tab of a page."""
        return next(button for button in self._buttons if button.page is page)

    def add(self, page: TabPage, place: int) -> None:
        """Put a tab in front of the one at `place`."""
        button = TabButton(page)
        button.setParent(self._rail)
        button.clicked.connect(self._on_clicked)
        button.close_asked.connect(self._on_close)
        button.menu_asked.connect(self._on_menu)
        button.drag_began.connect(self._on_drag_began)
        button.dragged.connect(self._on_dragged)
        button.dropped.connect(self._on_dropped)
        button.step_asked.connect(self._on_step)
        page.changed.connect(self._place)
        self._buttons.insert(place, button)
        button.show()
        self._keep_in_sight()

    def remove(self, page: TabPage) -> None:
        """Take a tab away."""
        button = self.button(page)
        page.changed.disconnect(self._place)
        self._buttons.remove(button)
        button.clearFocus()  # else it would go to the tab that is next in the window, and be drawn there
        button.hide()
        button.deleteLater()
        self._keep_in_sight()

    def set_current(self, page: TabPage | None, inside: TabPage | None) -> None:
        """Show which page a person works with, and which one is below the tabs."""
        for button in self._buttons:
            button.setChecked(button.page is page)
            button.show_inside(button.page is inside)
            if button.page is page:
                self.setFocusProxy(button)
        self._keep_in_sight()

    def retranslate(self) -> None:
        """Say every text in the language in use."""
        self._plus.show_icon("plus", tr("New workflow"))
        self.all_button.show_icon("chevron-down", tr("All tabs"))
        for button in self._buttons:
            button.follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each tab its place anew."""
        self._keep_in_sight()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the tabs."""
        turn = event.angleDelta()
        self._scroll_to(self._offset - (turn.y() or turn.x()) // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line below the tabs."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("surface.window"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme().color("line.default"))
        painter.end()

    def _place(self) -> None:
        """Lay the tabs side by side: narrower when there are many, behind the edge when there are too many."""
        wanted = [button.sizeHint().width() for button in self._buttons]
        self.all_button.setVisible(NARROWEST * len(wanted) > self.width() - _PLUS)
        room = self._room()
        if sum(wanted) > room:
            share = room // max(len(wanted), 1)
            wanted = [max(min(width, share), NARROWEST) for width in wanted]
        self._offset = max(0, min(self._offset, sum(wanted) - room))
        left = -self._offset
        for button, width in zip(self._buttons, wanted, strict=True):
            button.resize(width, self.height())
            if button is not self._held:
                button.move(left, 0)
            left += width
        self._rail.setGeometry(0, 0, min(left, room), self.height())
        self._plus.move(min(left, room) + 6, (self.height() - self._plus.height()) // 2)
        self.all_button.move(self.width() - _ALL, (self.height() - self.all_button.height()) // 2)

    def _room(self) -> int:
        """Return how much room there is for tabs."""
        return max(self.width() - _PLUS - (_ALL if self.all_button.isVisibleTo(self) else 0), NARROWEST)

    def _open_all(self) -> None:
        """List all tabs."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for button in self._buttons:
            entry = menu.addAction(icon(button.page.icon, "text.secondary"), button.page.title.replace("&", "&&"))
            entry.setCheckable(True)
            entry.setChecked(button.isChecked())
            entry.triggered.connect(partial(self.chosen.emit, button.page))
        menu.popup(self.all_button.mapToGlobal(QPoint(self.all_button.width() - menu.sizeHint().width(), self.height())))

    def _keep_in_sight(self) -> None:
        """Give each tab its place, and scroll to the one that a person works with."""
        self._place()
        button = next((button for button in self._buttons if button.isChecked()), None)
        if button is None:
            return
        room = self._room()
        if button.x() < 0:
            self._scroll_to(self._offset + button.x())
        elif button.x() + button.width() > room:
            self._scroll_to(self._offset + button.x() + button.width() - room)

    def _scroll_to(self, offset: int) -> None:
        self._offset = offset
        self._place()

    def _sending(self) -> TabButton:
        button = self.sender()
        assert isinstance(button, TabButton)
        return button

    def _on_clicked(self) -> None:
        self.chosen.emit(self._sending().page)

    def _on_close(self) -> None:
        self.close_asked.emit(self._sending().page)

    def _on_menu(self, at: QPoint) -> None:
        self.menu_asked.emit(self._sending().page, at)

    def _on_step(self, step: int) -> None:
        place = (self._buttons.index(self._sending()) + step) % len(self._buttons)
        self._buttons[place].setFocus(Qt.FocusReason.TabFocusReason)
        self.chosen.emit(self._buttons[place].page)

    def _on_drag_began(self) -> None:
        self._held = self._sending()
        self._held.raise_()

    def _on_dragged(self, moved: QPointF) -> None:
        held = self._sending()
        if abs(moved.y()) > _TEAR and len(self._buttons) > 1 and not held.page.is_detached:
            held.end_drag()
            self._on_dropped()
            self.torn.emit(held.page, QCursor.pos())
            return
        held.move(max(0, min(round(held.x() + moved.x()), self._rail.width() - held.width())), 0)
        place = self._buttons.index(held)
        for neighbour, step in ((place - 1, -1), (place + 1, 1)):
            if 0 <= neighbour < len(self._buttons):
                other = self._buttons[neighbour]
                middle = other.x() + other.width() / 2
                if (step < 0 and held.x() < middle) or (step > 0 and held.x() + held.width() > middle):
                    self._buttons[place], self._buttons[neighbour] = other, held
                    break
        self._place()

    def _on_dropped(self) -> None:
        self._held = None
        self._place()
