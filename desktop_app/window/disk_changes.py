"""What to do when the file of an open document changes, goes, or comes back."""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.window.aside import Aside
from desktop_app.window.files import Broken, Content, Stamp, read
from desktop_app.window.open_document import OpenDocument, Trouble
from desktop_app.window.watch import FileWatch
from engine.model.changes import Restore
from engine.model.graph import Graph
from engine.model.issues import WeftError
from resources.language import tr

_GONE = "document.missing"


class DiskChanges(QObject):
    """Looks at the files of open documents. Those without edits follow their file; the others ask (`OpenDocument.trouble`).

    `noticed` tells a text, its kind and an action, `reloaded` a document that took over what its file holds.
    """

    noticed = Signal(str, str, object)
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
        """Let the next save replace what another program wrote."""
        if document.trouble is not None and document.path is not None:
            theirs = document.trouble.theirs
            document.stamp = theirs.stamp if theirs else Stamp.of(document.path)
            document.document.set_unsaved()
            document.show_trouble(None)

    def take_theirs(self, document: OpenDocument) -> None:
        """Take what another program wrote."""
        if document.trouble is not None and document.trouble.theirs is not None:
            self._take(document, document.trouble.theirs, tr("Take the file's version"))

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
        elif content.graph == document.graph:
            self._take(document, content, "")
        elif not document.is_modified:
            self._take(document, content, tr("Read the file again"))
            self.noticed.emit(tr("{name} was changed on disk and read again.", name=document.title), "info", None)
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
            undo = (tr("Undo"), document.document.undo)
            self.noticed.emit(tr("{name} is as its file again.", name=document.title), "done", undo)

    def _take(self, document: OpenDocument, content: Content, text: str) -> None:
        self.put_in(document, content.graph, text)
        document.settle(content)
        document.document.set_saved()
        document.show_trouble(None)
        self.reloaded.emit(document)

    def _is_open(self, document: OpenDocument) -> bool:
        return document.path is not None and (document.is_example or self._documents.get(document.path) is document)
