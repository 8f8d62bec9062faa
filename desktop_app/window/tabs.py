"""The pages of the window: those in tabs, and those in windows of their own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.window.actions import Actions
from desktop_app.window.frame import come_forward
from desktop_app.window.tab_page import TabPage
from desktop_app.window.tab_strip import TabStrip
from resources.language import tr
from widgets.empty import EmptyState

if TYPE_CHECKING:  # made when it is shown first
    from desktop_app.window.detached import DetachedWindow


class Tabs(QWidget):
    """Holds all pages. `current_changed` tells the page that a person works with, or None; `close_asked` which ones are to go.

    A page in a window of its own keeps its tab, which brings that window to the front; below the tabs stays what was there.
    """

    current_changed = Signal(object)
    close_asked = Signal(object)
    new_asked = Signal()

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self._actions = actions
        self._current: TabPage | None = None
        self._inside: TabPage | None = None
        self._windows: dict[TabPage, DetachedWindow] = {}
        self.strip = TabStrip()
        self._stack = QStackedWidget()
        self._away = self._make_away()
        self._stack.addWidget(self._away)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self._stack, 1)
        self.strip.chosen.connect(self.show_page)
        self.strip.close_asked.connect(self._on_close_asked)
        self.strip.menu_asked.connect(self._open_menu)
        self.strip.torn.connect(self.detach)
        self.strip.new_asked.connect(self.new_asked)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    def pages(self) -> list[TabPage]:
        """Return all pages in the order of their tabs."""
        return self.strip.pages()

    def current(self) -> TabPage | None:
        """Return the page that a person works with."""
        return self._current

    def add(self, page: TabPage) -> None:
        """Put a page into a tab behind the current one, and show it."""
        pages = self.strip.pages()
        place = pages.index(self._current) + 1 if self._current in pages else len(pages)
        self._actions.add_to_canvas(page.widget)
        self._put(page, place)

    def remove(self, page: TabPage) -> None:
        """Take a page away and delete its widget; its neighbour is shown."""
        place = self.strip.pages().index(page)
        self.strip.remove(page)
        if page in self._windows:
            self._take_out(page)
        else:
            self._stack.removeWidget(page.widget)
        page.widget.hide()
        page.widget.setParent(None)
        page.widget.deleteLater()
        left = self.strip.pages()
        near = [*left[place:], *reversed(left[:place])]
        if page is self._inside:
            self._show_inside(next((other for other in near if other not in self._windows), None))
        if page is self._current:
            self._use(self._inside or next(iter(near), None))

    def show_page(self, page: TabPage) -> None:
        """Bring a page to the front, wherever it is."""
        if page in self._windows:
            come_forward(self._windows[page])
        elif any(window.isActiveWindow() for window in self._windows.values()):
            come_forward(self.window())
        self._use(page)

    def step(self, by: int) -> None:
        """Show the tab that stands so many places further on, around the end."""
        if pages := self.strip.pages():
            place = pages.index(self._current) if self._current in pages else -by
            self.show_page(pages[(place + by) % len(pages)])

    def detach(self, page: TabPage, at: QPoint | None = None) -> None:
        """Move a page to a window of its own, whose title bar comes to lie under a point of the screen."""
        if page in self._windows:
            self.show_page(page)
            return
        from desktop_app.window.detached import DetachedWindow

        if (focus := page.widget.focusWidget()) is not None:
            focus.clearFocus()  # else it would go to the next tab
        self._stack.removeWidget(page.widget)
        window = self._windows[page] = DetachedWindow(page, self._actions)
        window.used.connect(self._use)
        window.closed.connect(self.attach)
        window.back_asked.connect(self.attach)
        if at is not None:
            window.move(at - QPoint(window.width() // 4, 10))
        page.show_detached(True)
        if page is self._inside:
            self._show_inside(self._neighbour(page))
        self._tell_detached()
        window.show()
        self._use(page)

    def attach(self, page: TabPage) -> None:
        """Bring a page back into its tab."""
        self._take_out(page)
        page.show_detached(False)
        self._stack.addWidget(page.widget)
        self._use(page)

    def attach_all(self) -> None:
        """Bring every page back into its tab."""
        for page in list(self._windows):
            self.attach(page)

    def retranslate(self) -> None:
        """Say every text in the language in use."""
        self.strip.retranslate()
        for window in self._windows.values():
            window.retranslate()
        away, self._away = self._away, self._make_away()
        self._stack.addWidget(self._away)
        if self._stack.currentWidget() is away:
            self._stack.setCurrentWidget(self._away)
        self._stack.removeWidget(away)
        away.deleteLater()

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Take the page for the current one that a person went into, in whichever window it is."""
        page = next((page for page in self.pages() if now and (page.widget is now or page.widget.isAncestorOf(now))), None)
        if page is not None:
            self._use(page)

    def _put(self, page: TabPage, place: int) -> None:
        self.strip.add(page, place)
        self._stack.addWidget(page.widget)
        self._use(page)

    def _take_out(self, page: TabPage) -> None:
        """Close the window of a page, which is to be put elsewhere."""
        window = self._windows.pop(page)
        window.closed.disconnect(self.attach)
        window.hide()
        window.deleteLater()
        self._tell_detached()

    def _neighbour(self, page: TabPage) -> TabPage | None:
        pages = self.strip.pages()
        near = sorted(pages, key=lambda other: abs(pages.index(other) - pages.index(page)))
        return next((other for other in near if other not in self._windows), None)

    def _use(self, page: TabPage | None) -> None:
        if page is None or page not in self._windows:
            self._show_inside(page)
        self.strip.set_current(page, self._inside)
        if page is not self._current:
            self._current = page
            if page is not None:
                page.widget.setFocus(Qt.FocusReason.OtherFocusReason)
            self.current_changed.emit(page)

    def _show_inside(self, page: TabPage | None) -> None:
        self._inside = page
        self._stack.setCurrentWidget(page.widget if page else self._away)

    def _tell_detached(self) -> None:
        self._actions.tell(detached=bool(self._windows))

    def _make_away(self) -> EmptyState:
        return EmptyState(
            "picture-in-picture-2", tr("Nothing in this window"), tr("Every workflow is in a window of its own."),
            actions=[(tr("Bring back all windows"), self.attach_all)],
        )  # fmt: skip

    def _open_menu(self, page: TabPage, at: QPoint) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        self._use(page)
        if page.is_document:
            menu.addAction(self._actions["save"])
        if page in self._windows:
            menu.addAction(tr("Bring back into the window"), partial(self.attach, page))
        elif page.is_document:
            menu.addAction(self._actions["detach"])
        menu.addSeparator()
        menu.addAction(self._actions["close"])
        others = menu.addAction(tr("Close others"))
        others.setEnabled(len(self.strip.pages()) > 1)
        others.triggered.connect(self._close_others)
        menu.popup(at)

    def _on_close_asked(self, page: TabPage) -> None:
        self.close_asked.emit([page])

    def _close_others(self) -> None:
        self.close_asked.emit([page for page in self.strip.pages() if page is not self._current])
