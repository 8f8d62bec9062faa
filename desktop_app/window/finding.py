"""The actions that find a place in any workflow and lead there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.window.bridge import Bridge
from desktop_app.window.destinations import Destinations
from desktop_app.window.document_canvas import DocumentCanvas
from desktop_app.window.document_pages import DocumentPages
from desktop_app.window.documents import DocumentService
from desktop_app.window.frame import come_forward
from desktop_app.window.library import Library
from desktop_app.window.main import MainWindow
from widgets.node_types import NodeTypes

if TYPE_CHECKING:  # made when they are shown first
    from desktop_app.window.command_card import CommandCard


class Finding(QObject):
    """Answers to `go_to` and `find_all`. A card lives while it is shown, so it is in the language in use."""

    def __init__(
        self, window: MainWindow, documents: DocumentService, pages: DocumentPages, library: Library, bridge: Bridge,
        types: NodeTypes, open_run: Callable[[str, DocumentCanvas], None],
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window, self._documents, self._library, self._bridge = window, documents, library, bridge
        self._types, self._open_run = types, open_run
        self._to = Destinations(documents, pages, self)
        self.card: CommandCard | None = None
        window.actions.bind("go_to", self.go_to)
        window.actions.bind("find_all", self.find_all)
        window.frame.resized.connect(self._on_resized)

    def go_to(self) -> None:
        """Open the card that goes to workflows, nodes, files and runs."""
        from desktop_app.window.commands import page_commands
        from desktop_app.window.go_to import GoTo

        goes = GoTo(self._window, self._documents, self._library, self._bridge, self._types, self._to, self._open_run)
        self._open(goes.card(partial(page_commands, self._window.tabs)))

    def find_all(self) -> None:
        """Open the card that finds a text in every workflow."""
        from desktop_app.window.find_all import FindAll

        self._open(FindAll(self._window.frame, self._documents, self._bridge, self._types, self._to))

    def _open(self, card: CommandCard) -> None:
        if self.card is not None:
            self.card.close_card()
        come_forward(self._window.frame)
        self.card = card
        card.closed.connect(self._on_closed)
        card.open()

    def _on_closed(self) -> None:
        if self.card is not None:
            self.card.deleteLater()
            self.card = None

    def _on_resized(self) -> None:
        if self.card is not None:
            self.card.fit()
