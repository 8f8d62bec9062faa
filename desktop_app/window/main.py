"""The main window: tool bar, rail, panels, tabs and status bar around what others put into them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QMenu, QToolBar, QWidget

from desktop_app.window import remembered
from desktop_app.window.actions import Actions
from desktop_app.window.areas import Areas
from desktop_app.window.bindings import bind_window
from desktop_app.window.frame import Frame
from desktop_app.window.kept_place import KeptPlace
from desktop_app.window.layout import GRIP, OF_DOCUMENT, Layout
from desktop_app.window.look import Look
from desktop_app.window.menus import MenuTree
from desktop_app.window.preferences import Preferences
from desktop_app.window.rail import Rail, SidePage
from desktop_app.window.recent import RecentFiles
from desktop_app.window.side_panel import SidePanel
from desktop_app.window.status import StatusBar
from desktop_app.window.tab_page import TabPage
from desktop_app.window.tabs import Tabs
from desktop_app.window.toolbar import ToolBar
from engine.model.values import Json, JsonObject
from resources.language import tr
from widgets.boxes import column, line, row
from widgets.theme import theme

if TYPE_CHECKING:  # made when they are shown first: the window opens before they are imported
    from desktop_app.window.command_card import CommandPalette, Source
    from desktop_app.window.messages import MessagesCard
    from desktop_app.window.shortcuts import ShortcutSheet
    from desktop_app.window.thumbnail import Known
    from desktop_app.window.welcome import MachineFact, StartPage
    from widgets.toast import Toasts

_KEYS = "actions.keys"
_CANVAS_FIRST_MS = 20
"""Inspector and run panel take as long to make as all before them: the canvas is painted first."""


@dataclass(frozen=True, slots=True)
class Panels:
    """What others put into the window, made when it is shown first, and again when another language is spoken."""

    side: tuple[SidePage, ...]
    inspector: Callable[[], QWidget]
    run_panel: Callable[[], QWidget]
    known: Known
    """Gives the icon and the category of a node type, for pictures of workflows."""


class MainWindow(QObject):
    """What stands in the frame. What it cannot do itself it asks for by signals; others answer, and tell it what to show.

    `file_asked` (a path) comes from recent files and dropped ones, `example_asked` (an `Example`) from the start page,
    `close_asked` (a list of `TabPage`) when tabs are to be closed, `model_asked` when the model in the tool bar was clicked.
    `retranslated` tells that another language is spoken: the panels are new, and whoever gave words to the window gives them
    again. `current_changed` tells the page that a person works with, or None; what is selected there and what can be undone is
    told to `actions` after it. `sources` are further ones of the palette.
    """

    file_asked = Signal(object)
    example_asked = Signal(object)
    close_asked = Signal(object)
    current_changed = Signal(object)
    model_asked = Signal()
    retranslated = Signal()

    def __init__(self, frame: Frame, look: Look, panels: Panels, sources: Iterable[Source] = ()) -> None:
        super().__init__(frame)
        self.frame, self.look = frame, look
        self.preferences: Preferences = look.preferences
        self._panels, self._sources = panels, tuple(sources)
        self._facts: Sequence[MachineFact] = ()
        self._counts: dict[str, int] = {}
        self._start: TabPage | None = None
        self._start_page: StartPage | None = None
        self._has_document_panels = False
        self._panels_soon = QTimer(self, interval=_CANVAS_FIRST_MS, singleShot=True)
        self._panels_soon.timeout.connect(self._fill_document_panels)
        self.recent = RecentFiles(self.preferences, self)
        self.actions = Actions(frame, _keys(self.preferences))
        self.tabs = Tabs(self.actions)
        frame.setCentralWidget(self.tabs)
        self._toasts: Toasts | None = None
        self._messages: MessagesCard | None = None
        self._palette: CommandPalette | None = None
        self._sheet: ShortcutSheet | None = None
        self._make_frame()
        self.layout = Layout(frame, self.preferences, self.side.head)
        self._fill_side()
        self.tabs.current_changed.connect(self._on_current)
        self.tabs.close_asked.connect(self._on_close_asked)
        self.tabs.new_asked.connect(self.actions["new"].trigger)
        look.language_changed.connect(self._retranslate)
        frame.dropped.connect(self.file_asked)
        frame.resized.connect(self._on_resized)
        self.layout.changed.connect(self._on_panel)
        frame.closed.connect(self._on_closed)
        bind_window(self)
        self.layout.restore()
        self._show_panel_actions()
        self._on_current(None)

    @property
    def toasts(self) -> Toasts:
        """The messages at the lower left of the pages."""
        if self._toasts is None:
            from widgets.toast import Toasts

            self._toasts = Toasts(self.frame, self.tabs)
            self._toasts.changed.connect(self._on_toasts)
        return self._toasts

    @property
    def messages(self) -> MessagesCard:
        """The messages that were shown."""
        if self._messages is None:
            from desktop_app.window.messages import MessagesCard

            self._messages = MessagesCard(self.frame)
        return self._messages

    @property
    def palette_card(self) -> CommandPalette:
        """The command palette."""
        if self._palette is None:
            from desktop_app.window import command_card, commands

            own: list[Source] = [
                lambda: commands.page_commands(self.tabs),
                lambda: commands.action_commands(self.actions),
                lambda: commands.recent_commands(self.recent, self.file_asked.emit),
                lambda: commands.example_commands(self.example_asked.emit),
            ]
            said = command_card.CardWords(tr("What do you want to do?"), tr("Search or run a command"), tr("run"))
            self._palette = command_card.CommandPalette(self.frame, said, [*own, *self._sources])
        return self._palette

    @property
    def sheet(self) -> ShortcutSheet:
        """The sheet of shortcuts."""
        if self._sheet is None:
            from desktop_app.window.shortcuts import ShortcutSheet

            self._sheet = ShortcutSheet(self.frame, self.actions)
            self._sheet.remapped.connect(self._on_remapped)
        return self._sheet

    # what others tell

    def open_page(self, page: TabPage) -> None:
        """Show a page in a tab of its own; the start page goes when a document comes."""
        self.tabs.add(page)
        if page.is_document and self._start is not None:
            self._remove_start()

    def close_page(self, page: TabPage) -> None:
        """Take a page away; without any the start page is there."""
        self.tabs.remove(page)
        self._tell_documents()
        if not self.tabs.pages():
            self.show_start_page()

    def show_start_page(self) -> None:
        """Show the page that one begins with."""
        if self._start is None:
            from desktop_app.window.welcome import StartPage

            page = StartPage(self.actions, self.recent, self._panels.known)
            page.show_machine(self._facts)
            page.example_asked.connect(self.example_asked)
            page.file_asked.connect(self.file_asked)
            self._start_page = page
            self._start = TabPage(page, tr("Start"), is_document=False, handlers={"close": self._close_start})
            self.tabs.add(self._start)
        self.tabs.show_page(self._start)

    def show_machine(self, facts: Sequence[MachineFact]) -> None:
        """Say on the start page what is on this machine."""
        self._facts = facts
        if self._start_page is not None:
            self._start_page.show_machine(facts)

    def show_side_page(self, name: str) -> QWidget:
        """Open a page of the side panel and return its widget."""
        widget = self.side.show_page(name)
        self.layout.want("side_panel", True)
        self.rail.show_open(name)
        self.preferences.set(remembered.PAGE, name)
        return widget

    def show_count(self, page: str, count: int) -> None:
        """Show on the rail how much waits on a page."""
        self._counts[page] = count
        self.rail.show_count(page, count)

    # parts

    def _make_frame(self) -> None:
        """Make what says words and is the window's own; made anew in another language."""
        self.toolbar = ToolBar(self.actions, self._make_menu)
        self.toolbar.model_asked.connect(self.model_asked)
        self.rail = Rail(self._panels.side, self.actions["settings"])
        self.status = StatusBar()
        self.side = SidePanel(self._panels.side, self.actions)
        self._put("tool bar", column(self.toolbar, line()), Qt.ToolBarArea.TopToolBarArea)
        self._put("rail", row(self.rail, line(upright=True)), Qt.ToolBarArea.LeftToolBarArea)
        self.frame.setStatusBar(self.status)
        self.rail.page_asked.connect(self._on_page_asked)
        self.areas = Areas(self._areas)

    def _put(self, name: str, widget: QWidget, area: Qt.ToolBarArea) -> None:
        bar = self.frame.findChild(QToolBar, name, Qt.FindChildOption.FindDirectChildrenOnly)
        if bar is None:
            bar = QToolBar(name)
            bar.setObjectName(name)
            bar.setMovable(False)
            bar.setFloatable(False)
            self.frame.addToolBar(area, bar)
        bar.clear()
        bar.addWidget(widget)

    def _fill_document_panels(self) -> None:
        self._panels_soon.stop()
        self._has_document_panels = True
        for name, make in zip(OF_DOCUMENT, (self._panels.inspector, self._panels.run_panel), strict=True):
            self.layout.panels[name].hold(make())
        self.layout.fit()

    def _fill_side(self) -> None:
        panel, pages = self.layout.panels["side_panel"], [page.id for page in self._panels.side]
        panel.setTitleBarWidget(self.side.head)
        panel.hold(self.side)
        wanted = self.preferences.get(remembered.PAGE, remembered.FIRST_PAGE)
        page = wanted if isinstance(wanted, str) and wanted in pages else pages[0]
        self.side.show_page(page)
        self.rail.show_open(page if self.layout.is_open("side_panel") else None)

    def _make_menu(self, parent: QWidget) -> QMenu:
        return MenuTree(self.actions, {"recent": self._fill_recent}).make(parent)

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for path in self.recent.paths():
            is_there = path.is_file()
            entry = menu.addAction(str(path) if is_there else tr("{path} (not found)", path=path))
            entry.setEnabled(is_there)
            entry.setData(path)
            entry.triggered.connect(self._on_recent)
        if menu.isEmpty():
            menu.addAction(tr("Nothing was opened yet")).setEnabled(False)
        else:
            menu.addSeparator()
            menu.addAction(tr("Forget these"), self.recent.clear)

    def _areas(self) -> list[QWidget]:
        page, panels = self.tabs.current(), self.layout.panels
        middle = [page.widget] if page else []
        newest = self._toasts.shown[-1:] if self._toasts else []
        return [self.toolbar, self.rail, panels["side_panel"], self.tabs.strip, *middle, panels["inspector"],
                panels["run_panel"], self.status, *newest]  # fmt: skip

    # what happens

    def _on_current(self, page: TabPage | None) -> None:
        has_document = page is not None and page.is_document
        if has_document and not self._has_document_panels:
            for name in OF_DOCUMENT:
                side = remembered.sizes(self.preferences).get(name, theme().metric[name])
                self.layout.panels[name].hold(_Room(side - (name == "run_panel") * GRIP))
            self._panels_soon.start()
        self.actions.bind_document(page.handlers if page else {})
        self._tell_documents()
        self.actions.tell(selection=False, several=False, undo=False, redo=False)
        self.actions.tell(running=False, open_run=False, resting_run=False, question=False, inputs=False)
        self.layout.show_document_panels(has_document)
        self.toolbar.show_mode("edit" if has_document else "page")
        self.toolbar.show_state("")
        self.frame.setWindowTitle(f"{page.title} - Weft" if page and has_document else "Weft")
        self.current_changed.emit(page)

    def _tell_documents(self) -> None:
        page = self.tabs.current()
        is_open = any(one.is_document for one in self.tabs.pages())
        self.actions.tell(document=page is not None and page.is_document, open_workflow=is_open)

    def _on_panel(self, name: str, is_open: bool) -> None:
        if name == "side_panel":
            self.rail.show_open(self.side.open_page if is_open else None)

    def _on_resized(self) -> None:
        self.layout.fit()
        if self._palette is not None and self._palette.isVisible():
            self._palette.fit()
        if self._sheet is not None and self._sheet.isVisible():
            self._sheet.place()
        if self._messages is not None and self._messages.isVisible():
            self._messages.place()

    def _on_toasts(self) -> None:
        self.actions.tell(message=bool(self.toasts.shown))

    def _on_closed(self) -> None:
        self.tabs.attach_all()
        self.layout.save()
        if self._toasts is not None:
            self._toasts.clear()

    def _on_close_asked(self, pages: list[TabPage]) -> None:
        if self._start in pages:
            self._close_start()
        if others := [page for page in pages if page is not self._start]:
            self.close_asked.emit(others)

    def _close_start(self) -> None:
        if len(self.tabs.pages()) > 1:
            self._remove_start()

    def _remove_start(self) -> None:
        if self._start is not None:
            page, self._start, self._start_page = self._start, None, None
            self.tabs.remove(page)

    def _on_page_asked(self, name: str) -> None:
        """Open the page, or fold the panel when it was open."""
        if self.side.open_page == name and self.layout.is_open("side_panel"):
            self.layout.want("side_panel", False)
        else:
            self.show_side_page(name)

    def _on_recent(self) -> None:
        self.file_asked.emit(self.sender().data())  # type: ignore[attr-defined]

    def _on_remapped(self) -> None:
        keys: JsonObject = {name: list[Json](keys) for name, keys in self.actions.remapped().items()}
        self.preferences.set(_KEYS, keys)

    def _show_panel_actions(self) -> None:
        for name in self.layout.wanted:
            self.actions.set_checked(name, self.layout.is_open(name))
        self.rail.show_open(self.side.open_page if self.layout.is_open("side_panel") else None)

    def _retranslate(self) -> None:
        place = KeptPlace(self._areas, self.frame.focusWidget())
        self.actions.retranslate()
        for card in (self._palette, self._sheet, self._messages):
            if card is not None:
                card.deleteLater()
        self._palette = self._sheet = self._messages = None
        self._make_frame()
        self._fill_side()
        if self._has_document_panels:
            self._fill_document_panels()
        self.tabs.retranslate()
        if self._start is not None and self._start_page is not None:
            self._start_page.retranslate()
            self._start.show_title(tr("Start"))
        for page, count in self._counts.items():
            self.rail.show_count(page, count)
        self._on_current(self.tabs.current())
        self._show_panel_actions()
        self.retranslated.emit()
        QTimer.singleShot(0, self, place.restore)


class _Room(QWidget):
    """Takes the room of a panel until that is there, so that the canvas has its size when it is shown first."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self._hint = QSize(side, side)

    def sizeHint(self) -> QSize:
        """Return the size that the panel is going to have."""
        return self._hint


def _keys(preferences: Preferences) -> dict[str, list[str]]:
    found = preferences.get(_KEYS)
    if not isinstance(found, dict):
        return {}
    return {name: [str(key) for key in keys] for name, keys in found.items() if isinstance(keys, list)}
