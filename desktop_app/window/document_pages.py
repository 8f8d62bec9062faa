"""Documents as pages of the window: tabs, bars, cards, messages, and what was open the last time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.documents import document_id
from desktop_app.window.breakpoints import BreakpointMemory
from desktop_app.window.difference_tabs import DifferenceTabs
from desktop_app.window.document_view import Canvas, DocumentView
from desktop_app.window.documents import CopyQuestion, DocumentService, UnsavedQuestion
from desktop_app.window.examples import Example
from desktop_app.window.library import Library, Listed, SavedVersion
from desktop_app.window.library_panel import LibraryPanel
from desktop_app.window.main import MainWindow
from desktop_app.window.notice import Notice
from desktop_app.window.open_document import OpenDocument
from desktop_app.window.questions import Questions
from desktop_app.window.recovered_page import RecoveredPage
from desktop_app.window.recovery import Leftover
from desktop_app.window.tab_page import TabPage
from desktop_app.window.tab_session import OpenTab, TabSession, remember_session, remembered_session
from engine.model.issues import WeftError
from engine.model.values import JsonObject
from resources.language import tr, trn
from widgets.node_types import NodeTypes

if TYPE_CHECKING:  # its editor is large, and seldom needed
    from desktop_app.window.broken_page import BrokenPage

_READING_MS = 200
WORKFLOWS = "workflows"
"""The side page that holds the list of workflows."""


class DocumentPages(QObject):
    """Shows the documents of a service in a window. `current_changed` tells the `DocumentView` that is worked with, or None."""

    current_changed = Signal(object)

    def __init__(
        self, window: MainWindow, service: DocumentService, library: Library, types: NodeTypes,
        make_canvas: Callable[[OpenDocument], Canvas],
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window, self._service, self._library, self._make_canvas = window, service, library, make_canvas
        self._types = types
        self._views: dict[TabPage, DocumentView] = {}
        self._broken: dict[Path, TabPage] = {}
        self._recovered: TabPage | None = None
        self._states: dict[Path, JsonObject] = {}
        self._last: Path | None = None
        self._questions = Questions(window.frame)
        self._read_now: list[Path] = []
        self._reading_soon = QTimer(self, interval=_READING_MS, singleShot=True)
        self._reading_soon.timeout.connect(self._show_reading)
        self._differences = DifferenceTabs(window, service)
        self._breakpoints = BreakpointMemory(service, window.preferences)
        self._connect()
        self._bind()

    def _connect(self) -> None:
        window, service = self._window, self._service
        for signal, slot in (
            (service.opened, self.open_view), (service.closed, self._on_closed), (service.shown, self._on_shown),
            (service.saved, self._on_saved), (service.failed, self._on_failed), (service.noticed, self._on_noticed),
            (service.asked, self._on_asked), (window.file_asked, service.open), (window.example_asked, self._open_example),
            (window.close_asked, self.close_pages), (window.current_changed, self._on_current),
            (window.retranslated, self._retranslate), (window.frame.closed, self.remember),
            (self._library.failed, self._on_error), (self._library.removed, self._on_removed),
            (service.reading, self._on_reading),
        ):  # fmt: skip
            signal.connect(slot)

    def _bind(self) -> None:
        self._window.actions.bind("new", self._service.new)
        self._window.actions.bind("open", self._service.ask_open)

    # for the owner

    def current(self) -> DocumentView | None:
        """Return the view that a person works with."""
        page = self._window.tabs.current()
        return self._views.get(page) if page else None

    def views(self, document: OpenDocument) -> list[DocumentView]:
        """Return the views of a document."""
        return [view for view in self._views.values() if view.document is document]

    def page_of(self, view: DocumentView) -> TabPage:
        """Return the tab of a view."""
        return next(page for page, other in self._views.items() if other is view)

    def open_view(self, document: OpenDocument) -> DocumentView:
        """Show a document in a further tab; all of its views show the same graph."""
        view = DocumentView(document, self._service, self._make_canvas(document))
        view.trust_given.connect(partial(self._library.trust, document))
        view.difference_asked.connect(partial(self._differences.show, document))
        view.canvas.facts_changed.connect(partial(self._tell_facts, view))
        handlers: dict[str, Callable[[], object]] = {
            "save": partial(self._service.save, document), "save_as": partial(self._service.save_as, document),
            "versions": partial(self.show_versions, document), "revert": partial(self._service.revert, document),
            "another_view": partial(self.open_view, document),
        }  # fmt: skip
        page = TabPage(view, document.title, tip=str(document.path or ""), handlers={**view.canvas.handlers, **handlers})
        page.handlers["close"] = partial(self.close_page, page)
        page.show_modified(document.is_modified)
        self._views[page] = view
        page.show_title(self._title_of(view), page.tip)
        view.followed.connect(partial(self._follow, page))  # not the document's signal: that would hold views that are closed
        self._window.open_page(page)
        state = self._states.pop(document.path, {}) if document.path else {}
        QTimer.singleShot(0, view, partial(view.canvas.restore, state))  # when the panels beside it have taken their room
        if document.path is not None:
            self._forget_broken(document.path)
            if not document.is_example:
                self._window.recent.add(document.path)
        self._remember_if_settled()
        return view

    def close_page(self, page: TabPage) -> None:
        """Close a tab; with the last view of a document the document, which asks when it has edits."""
        self.close_pages([page])

    def close_pages(self, pages: Sequence[TabPage]) -> None:
        """Close tabs, as each of them would be; all documents with edits are asked about at once."""
        stay = {view.document for page, view in self._views.items() if page not in pages}
        going: list[OpenDocument] = []
        for page in pages:
            view = self._views.get(page)
            if view is None:
                self._close_other(page)
            elif view.document in stay:
                self._remove(page)
            elif view.document not in going:
                going.append(view.document)
        if going:
            self._service.close_all(going)

    def show_versions(self, document: OpenDocument) -> None:
        """Show the versions of a document in the side panel."""
        panel = self._window.show_side_page(WORKFLOWS)
        if isinstance(panel, LibraryPanel):
            identity = document_id(document.graph, document.path) if document.path else document.graph.id
            panel.show_versions(identity, document.title, str(document.path or ""))

    def restore_session(self) -> None:
        """Open what was open at the last end; without anything the start page."""
        session = remembered_session(self._window.preferences)
        there = [tab for tab in session.tabs if tab.path.is_file()]
        if missing := len(session.tabs) - len(there):
            text = trn("{count} workflow of last time is not at its place any more.",
                       "{count} workflows of last time are not at their place any more.", missing)  # fmt: skip
            self._on_noticed(Notice(text, "warning"))
        if 0 <= session.current < len(session.tabs):
            self._last = session.tabs[session.current].path
        self._states = {tab.path: tab.state for tab in there}
        for tab in there:
            self._service.open(tab.path)
        if not there:
            self._window.show_start_page()

    def offer_leftovers(self) -> None:
        """Offer what was not saved when the program ended the last time."""
        self._service.leftovers(self._on_leftovers)

    def remember(self) -> None:
        """Remember what is open, and where it is looked at."""
        tabs: list[OpenTab] = []
        current = -1
        for page in self._window.tabs.pages():
            view = self._views.get(page)
            if view is not None and view.document.path is not None:
                if page is self._window.tabs.current():
                    current = len(tabs)
                tabs.append(OpenTab(view.document.path, view.canvas.state()))
        remember_session(self._window.preferences, TabSession(tuple(tabs), current))

    # what happens

    def _follow(self, page: TabPage) -> None:
        view = self._views.get(page)
        if view is not None:
            page.show_title(self._title_of(view), str(view.document.path or ""))
            page.show_modified(view.document.is_modified)
            if page is self._window.tabs.current():
                self._window.frame.setWindowTitle(f"{page.title} - Weft")
                self._window.actions.tell(trusted=view.document.is_trusted)

    def _title_of(self, view: DocumentView) -> str:
        """Return the title of a view's tab; a second view of a document is told apart from the first."""
        views = self.views(view.document)
        place = views.index(view) + 1
        return view.document.title if place == 1 else f"{view.document.title} · {place}"

    def _on_current(self, page: TabPage | None) -> None:
        view = self._views.get(page) if page else None
        if view is not None:
            self._window.actions.tell(trusted=view.document.is_trusted)
            self._tell_facts(view)
        self.current_changed.emit(view)

    def _tell_facts(self, view: DocumentView) -> None:
        if view is self.current():
            self._window.actions.tell(**view.canvas.facts())
            edits = view.document.document.undo_stack
            self._window.actions.explain("undo", edits.undoText())
            self._window.actions.explain("redo", edits.redoText())

    def _on_shown(self, document: OpenDocument) -> None:
        for page, view in self._views.items():
            if view.document is document:
                self._window.tabs.show_page(page)
                return

    def _on_saved(self, document: OpenDocument) -> None:
        if document.path is not None:
            self._window.recent.add(document.path)
        self._remember_if_settled()

    def _on_closed(self, document: OpenDocument) -> None:
        self._questions.drop(document)
        for page in [page for page, view in self._views.items() if view.document is document]:
            self._remove(page)

    def _remove(self, page: TabPage) -> None:
        document = self._views.pop(page).document
        self._window.close_page(page)
        for other in [other for other, view in self._views.items() if view.document is document]:
            self._follow(other)
        self._remember_if_settled()

    def _close_other(self, page: TabPage) -> None:
        self._broken = {path: other for path, other in self._broken.items() if other is not page}
        if page is self._recovered:
            self._recovered = None
        self._window.close_page(page)

    def _remember_if_settled(self) -> None:
        """While the last session is opened, it is the one to remember."""
        if self._states:
            return
        if self._last is not None:
            last, self._last = self._service.find(self._last), None
            if last is not None:
                self._on_shown(last)
        self.remember()

    def _on_reading(self, paths: list[Path]) -> None:
        """Tell what is read, when that takes a while."""
        self._read_now = paths
        if not paths:
            self._reading_soon.stop()
            self._show_reading()
        elif not self._reading_soon.isActive():
            self._reading_soon.start()

    def _show_reading(self) -> None:
        count = len(self._read_now)
        one = tr("Reading {name}…", name=self._read_now[0].name) if count else ""
        said = trn("Reading {count} workflow…", "Reading {count} workflows…", count) if count > 1 else one
        self._window.status.show_part("reading", said, "loader-circle", "state.running")

    def _on_failed(self, path: Path, error: WeftError) -> None:
        self._states.pop(path, None)
        before = self._broken.pop(path, None)
        from desktop_app.window.broken_page import BrokenPage

        page = BrokenPage(path, error)
        page.again_asked.connect(self._service.open)
        page.text_saved.connect(self._service.save_text)
        page.version_asked.connect(partial(self._restore_version, path))
        self._library.versions_at(path, page.offer)
        self._broken[path] = self._add_other(page, path.name, "file-warning", str(path))
        if before is not None:
            self._window.close_page(before)

    def _restore_version(self, path: Path, version: SavedVersion) -> None:
        self._library.version_text(version.id, partial(self._service.restore_text, path))

    def _add_other(self, widget: BrokenPage | RecoveredPage, title: str, icon: str, tip: str = "") -> TabPage:
        page = TabPage(widget, title, icon=icon, tip=tip, is_document=False)
        page.handlers["close"] = partial(self._close_other, page)
        self._window.open_page(page)
        return page

    def _forget_broken(self, path: Path) -> None:
        if (page := self._broken.pop(path, None)) is not None:
            self._window.close_page(page)

    def _on_noticed(self, notice: Notice) -> None:
        self._window.toasts.show_toast(notice.text, notice.kind, notice.action, notice.lasts)

    def _on_error(self, error: WeftError) -> None:
        self._on_noticed(Notice(error.issue.told, "error"))

    def _on_removed(self, listed: Listed) -> None:
        self._window.recent.remove(Path(listed.path))

    def _on_asked(self, question: UnsavedQuestion | CopyQuestion) -> None:
        self._questions.ask(question)

    def _open_example(self, example: Example) -> None:
        self._service.open(example.path)

    def _on_leftovers(self, leftovers: list[Leftover]) -> None:
        if leftovers:
            page = RecoveredPage(leftovers, self._types)
            page.restored.connect(self._service.restore)
            page.discarded.connect(self._service.discard)
            page.difference_asked.connect(self._differences.show_leftover)
            page.empty.connect(self._on_all_decided)
            self._recovered = self._add_other(page, tr("Unsaved work"), "history")

    def _on_all_decided(self) -> None:
        if self._recovered is not None:
            self._close_other(self._recovered)

    def _retranslate(self) -> None:
        from desktop_app.window.broken_page import BrokenPage

        for view in self._views.values():
            view.follow()
        for page in self._window.tabs.pages():
            if isinstance(page.widget, BrokenPage | RecoveredPage):
                page.widget.retranslate()
