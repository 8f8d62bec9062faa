"""What to do when the file of an open document changes, goes, or comes back."""

from __future__ import annotations

import logging
from dataclasses import fields
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.window.aside import Aside
from desktop_app.window.files import Broken, Content, Stamp, free_place, read
from desktop_app.window.notice import Notice, undo_notice
from desktop_app.window.open_document import OpenDocument, Trouble
from desktop_app.window.watch import FileWatch
from engine.model.changes import Restore
from engine.model.graph import Graph
from engine.model.issues import WeftError
from engine.model.serialize import dump
from resources.language import tr
from storage.documents import save_document

_log = logging.getLogger(__name__)

_GONE = "document.missing"


class DiskChanges(QObject):
    """Looks at the files of open documents. Those without edits follow their file; the others ask (`OpenDocument.trouble`).

    `noticed` tells a `Notice`, `reloaded` a document that took over what its file holds. `replaced` tells a
    document, a text of it that gives way to another one, and the text that this one was made of, if it was made here.
    """

    noticed = Signal(object)
    replaced = Signal(object, str, str)
    reloaded = Signal(object)

    def __init__(self, aside: Aside, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.watch = FileWatch(self)
        self.watch.touched.connect(self._on_touched)
        self._aside = aside
        self._documents: dict[Path, OpenDocument] = {}

    def follow(self, document: OpenDocument) -> None:
        """Look at a document's file from now on; examples do not change at their place."""
        if document.path is not None and not document.is_example:
            self._documents[document.path] = document
            self.watch.add(document.path)

    def leave(self, document: OpenDocument) -> None:
        """Look at its file no more. To be called while it has its path."""
        if document.path is not None and self._documents.pop(document.path, None) is not None:
            self.watch.remove(document.path)

    def look(self, document: OpenDocument) -> None:
        """Look whether the file is as it was."""
        path, stamp = document.path, document.stamp
        if path is None or document.is_saving:
            return

        def work() -> Content | None:
            return None if stamp is not None and Stamp.of(path) == stamp else read(path)

        self._aside.do(work, partial(self._on_found, document), partial(self._on_not_found, document))

    def put_in(self, document: OpenDocument, graph: Graph, text: str) -> None:
        """Give a document another content, as an edit that can be undone; what stays the same keeps its place and selection."""
        graph = document.as_this(graph)
        names = [field.name for field in fields(Graph) if getattr(graph, field.name) != getattr(document.graph, field.name)]
        if names:
            document.document.end_joining()
            document.document.apply(Restore({name: getattr(graph, name) for name in names}), text)
            document.document.end_joining()

    def revert(self, document: OpenDocument) -> None:
        """Go back to what the file holds."""
        path = document.path
        if path is not None:
            self._aside.do(lambda: read(path), partial(self._on_reverted, document), partial(self._on_not_found, document))

    def keep_mine(self, document: OpenDocument) -> None:
        """Let the next save replace what another program wrote; undo brings that into the document, also after the save."""
        trouble, path = document.trouble, document.path
        if trouble is None or path is None:
            return
        theirs = trouble.theirs
        document.stamp = theirs.stamp if theirs else Stamp.of(path)
        document.show_trouble(None)
        if theirs is not None:
            mine = document.document.frozen()
            self.put_in(document, theirs.graph, tr("Take the file's version"))
            self.put_in(document, mine, tr("Keep mine"))
            self.replaced.emit(document, theirs.text, "")
            said = tr("Yours stays, and the next save writes it. Undo brings theirs.")
            self.noticed.emit(undo_notice(document, said, "info"))
        elif trouble.text:
            self._put_aside(path, trouble.text)
        document.document.set_unsaved()

    def take_theirs(self, document: OpenDocument) -> None:
        """Take what another program wrote; undo brings back what was here."""
        if document.trouble is not None and (theirs := document.trouble.theirs) is not None:
            mine, base = document.document.frozen(), document.saved_text
            self._aside.do(lambda: dump(mine), lambda text: self.replaced.emit(document, text, base), _log_error)
            self._take(document, theirs, tr("Take the file's version"))
            said = tr("{name} is as the file has it now.", name=document.title)
            self.noticed.emit(undo_notice(document, said))

    def close(self) -> None:
        """Look at nothing any more."""
        self._documents.clear()
        self.watch.close()

    def _on_touched(self, path: Path) -> None:
        if (document := self._documents.get(path)) is not None:
            self.look(document)

    def _on_found(self, document: OpenDocument, content: Content | None) -> None:
        if not self._is_open(document) or document.is_saving:
            return
        trouble = document.trouble.kind if document.trouble else None
        if content is None or content.digest == document.digest:
            if content is not None:
                document.settle(content)
            if trouble in ("gone", "changed", "unreadable"):
                document.show_trouble(None)
        elif document.as_this(content.graph) == document.graph:
            self._take(document, content, "")
        elif not document.is_modified:
            self._take(document, content, tr("Read the file again"))
            self.noticed.emit(Notice(tr("{name} was changed on disk and read again.", name=document.title)))
        else:
            document.show_trouble(Trouble("changed", theirs=content))

    def _on_not_found(self, document: OpenDocument, error: WeftError) -> None:
        if not self._is_open(document) or document.is_saving:
            return
        if error.issue.code == _GONE:
            document.document.set_unsaved()
            document.show_trouble(Trouble("gone", error.issue))
        else:
            document.show_trouble(Trouble("unreadable", error.issue, text=error.text if isinstance(error, Broken) else ""))

    def _on_reverted(self, document: OpenDocument, content: Content) -> None:
        if self._is_open(document):
            self._take(document, content, tr("Go back to the file"))
            self.noticed.emit(undo_notice(document, tr("{name} is as its file again.", name=document.title)))

    def _put_aside(self, path: Path, text: str) -> None:
        """Keep a text that is no workflow beside the file that it is replaced in."""

        def work() -> Path:
            copy = free_place(path.parent, tr("{name} (other program)", name=path.stem))
            save_document(copy, text)
            return copy

        def done(copy: Path) -> None:
            said = tr("Yours stays, and the next save writes it. What was in the file is kept as {name}.", name=copy.name)
            self.noticed.emit(Notice(said))

        def failed(error: WeftError) -> None:
            self.noticed.emit(Notice(error.issue.told, "warning"))

        self._aside.do(work, done, failed)

    def _take(self, document: OpenDocument, content: Content, text: str) -> None:
        self.put_in(document, content.graph, text)
        document.settle(content)
        document.document.set_saved()
        document.show_trouble(None)
        self.reloaded.emit(document)

    def _is_open(self, document: OpenDocument) -> bool:
        return document.path is not None and (document.is_example or self._documents.get(document.path) is document)


def _log_error(error: WeftError) -> None:
    _log.info("a version was not kept: %s", error)
