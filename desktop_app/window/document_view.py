"""A view of a document: the canvas, and above it what a person has to know about its file and its trust."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.window.documents import DocumentService
from desktop_app.window.message_bar import MessageBar, Way
from desktop_app.window.open_document import OpenDocument, Trouble
from desktop_app.window.trust_bar import TrustBar
from engine.model.values import JsonObject
from resources.language import tr


class Canvas(Protocol):
    """What shows the graph. `handlers` answer to actions while it is the current one."""

    @property
    def widget(self) -> QWidget:
        """What is seen."""
        ...

    @property
    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What it answers to, by the ids of actions."""
        ...

    @property
    def facts_changed(self) -> SignalInstance:
        """Tells that `facts` gives others now."""
        ...

    def facts(self) -> Mapping[str, bool]:
        """Return what actions need to know; see `desktop_app.window.action_table.REASONS`."""
        ...

    def state(self) -> JsonObject:
        """Return where it is looked at and what is selected, to be remembered."""
        ...

    def restore(self, state: JsonObject) -> None:
        """Look at what `state` told; what it names and is not there is passed over."""
        ...


class DocumentView(QWidget):
    """One view of a document. `trust_given` and `difference_asked` tell what a person wants, `followed` that it is up to date."""

    followed = Signal()
    trust_given = Signal()
    difference_asked = Signal()

    def __init__(self, document: OpenDocument, service: DocumentService, canvas: Canvas) -> None:
        super().__init__()
        self.document, self.canvas = document, canvas
        self._service = service
        self.trust_bar, self.message = TrustBar(), MessageBar()
        self.trust_bar.trusted.connect(self.trust_given)
        self.trust_bar.looked.connect(self._look_only)
        self.trust_bar.asked_again.connect(self._ask_again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.trust_bar, self.message):
            part.hide()
            column.addWidget(part)
        column.addWidget(canvas.widget, 1)
        self.setFocusProxy(canvas.widget)
        document.changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Show the document's trouble and trust as they are, in the language in use."""
        held = any(part.isAncestorOf(self.focusWidget()) for part in (self.trust_bar, self.message) if self.focusWidget())
        self._show_trust()
        trouble = self.document.trouble
        if trouble is None:
            self.message.hide()
        else:
            self._show_trouble(trouble)
        if held and not (self.trust_bar.isVisibleTo(self) or self.message.isVisibleTo(self)):
            self.setFocus()  # else the keys would go to the button that is next in the window
        self.followed.emit()

    def _show_trust(self) -> None:
        asked = self.document.asked
        if asked is None:
            self.trust_bar.hide()
        else:
            titles = {node.id: node.title for node in self.document.graph.nodes.values()}
            self.trust_bar.show_asked(asked, titles, is_looking=self.document.is_looked_at)

    def _show_trouble(self, trouble: Trouble) -> None:
        issue = trouble.issue
        keep = Way(tr("Keep mine"), self._keep_mine)
        difference = Way(tr("Show the difference"), self.difference_asked.emit, "quiet")
        elsewhere = Way(tr("Save as…"), self._save_as)
        match trouble.kind:
            case "changed":
                title = tr("Another program changed this file, and you have edits that are not saved.")
                ways = [difference, Way(tr("Take theirs"), self._take_theirs), keep]
                self.message.show_message("git-compare", "state.waiting", title, "", ways)
            case "gone":
                title = tr("The file is not at its place any more. A save puts it back.")
                ways = [elsewhere, Way(tr("Save"), self._save)]
                self.message.show_message("file-warning", "state.waiting", title, str(self.document.path), ways)
            case "unreadable":
                title = tr("Another program wrote something into this file that cannot be used.")
                ways = [difference, keep] if trouble.text else [keep]
                self.message.show_message("file-warning", "state.waiting", title, issue.told if issue else "", ways)
            case "unsaved":
                title = tr("Not saved: {why}", why=issue.said if issue else "")
                ways = [elsewhere, Way(tr("Try again"), self._save_again)]
                detail = tr("{advice} Your edits are kept.", advice=issue.advice) if issue else ""
                self.message.show_message("octagon-x", "state.failed", title, detail, ways)

    def _look_only(self) -> None:
        self.document.look_only()

    def _ask_again(self) -> None:
        self.document.look_only(is_looked_at=False)

    def _keep_mine(self) -> None:
        self._service.keep_mine(self.document)

    def _take_theirs(self) -> None:
        self._service.take_theirs(self.document)

    def _save(self) -> None:
        self._service.save(self.document)

    def _save_again(self) -> None:
        self._service.save_again(self.document)

    def _save_as(self) -> None:
        self._service.save_as(self.document)
