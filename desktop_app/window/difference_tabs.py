"""Tabs that show what differs: a document from its file, with the choice between the two, and unsaved work from its file."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from desktop_app.window.difference import TextDifference
from desktop_app.window.difference_page import DifferencePage
from desktop_app.window.documents import DocumentService
from desktop_app.window.main import MainWindow
from desktop_app.window.message_bar import Way
from desktop_app.window.open_document import OpenDocument, Trouble
from desktop_app.window.recovery import Leftover
from desktop_app.window.tab_page import TabPage
from resources.language import tr


class DifferenceTabs(QObject):
    """Shows differences in a window. A tab about a document goes when that is decided, wherever that was."""

    def __init__(self, window: MainWindow, service: DocumentService) -> None:
        super().__init__(window)
        self._window, self._service = window, service
        self._pages: dict[OpenDocument, TabPage] = {}
        self._about: dict[OpenDocument, Trouble] = {}
        service.closed.connect(self._close)

    def show(self, document: OpenDocument) -> None:
        """Show what another program wrote against what is here."""
        if (trouble := document.trouble) is not None:
            self._service.difference(document, partial(self._on_found, document, trouble))

    def show_leftover(self, leftover: Leftover) -> None:
        """Show what was not saved against what the file holds."""
        self._service.compare_leftover(leftover, partial(self._on_leftover_found, leftover))

    def _on_found(self, document: OpenDocument, trouble: Trouble, found: TextDifference) -> None:
        if document.trouble is not trouble:
            return  # it was decided meanwhile, or the file changed once more
        self._close(document)
        title = tr("{name}: what another program wrote", name=document.title)
        widget = DifferencePage(title, tr("mine"), tr("the file"), found, self._ways(trouble, document))
        self._pages[document], self._about[document] = _page(widget, title, document.title), trouble
        self._pages[document].handlers["close"] = partial(self._close, document)
        document.changed.connect(self._follow)
        self._window.open_page(self._pages[document])

    def _on_leftover_found(self, leftover: Leftover, found: TextDifference) -> None:
        title = tr("{name}: what was not saved", name=leftover.kept.name)
        page = _page(DifferencePage(title, tr("the file"), tr("the unsaved work"), found), title, leftover.kept.name)
        page.handlers["close"] = partial(self._window.close_page, page)
        self._window.open_page(page)

    def _ways(self, trouble: Trouble, document: OpenDocument) -> list[Way]:
        keep = Way(tr("Keep mine"), partial(self._decide, document, keeps=True))
        return [Way(tr("Take theirs"), partial(self._decide, document, keeps=False)), keep] if trouble.theirs else [keep]

    def _decide(self, document: OpenDocument, *, keeps: bool) -> None:
        if keeps:
            self._service.keep_mine(document)
        else:
            self._service.take_theirs(document)
        self._service.shown.emit(document)

    def _follow(self) -> None:
        for document, trouble in list(self._about.items()):
            if document.trouble is not trouble:
                self._close(document)
                if document.trouble is not None and document.trouble.kind == trouble.kind:
                    self.show(document)  # the file changed once more

    def _close(self, document: OpenDocument) -> None:
        self._about.pop(document, None)
        if (page := self._pages.pop(document, None)) is not None:
            document.changed.disconnect(self._follow)
            self._window.close_page(page)


def _page(widget: DifferencePage, title: str, name: str) -> TabPage:
    return TabPage(widget, name, icon="git-compare", tip=title, is_document=False)
