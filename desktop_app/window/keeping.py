"""Keeps edits that are not saved yet, two seconds after the last one, so that a crash does not lose them."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.window.aside import Aside
from desktop_app.window.open_document import OpenDocument
from desktop_app.window.recovery import Leftover, Recovery
from engine.model.issues import WeftError, failure
from resources.language import tr

QUIET_MS = 2000
LONGEST_S = 10.0
"""Who edits without a pause has the edits kept all the same."""


class Keeping(QObject):
    """Writes and removes recovery files of open documents. `failed` tells once that they cannot be written."""

    failed = Signal(str)

    def __init__(self, root: Path, aside: Aside, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._recovery, self._aside = Recovery(root), aside
        self._timers: dict[OpenDocument, QTimer] = {}
        self._since: dict[OpenDocument, float] = {}
        self._files: dict[OpenDocument, Path] = {}
        self._works = True

    def touch(self, document: OpenDocument) -> None:
        """Keep a document's edits when it has been left alone for a while."""
        if document not in self._timers:
            self._timers[document] = QTimer(self, singleShot=True, interval=QUIET_MS)
            self._timers[document].timeout.connect(partial(self._keep, document))
        now = time.monotonic()
        if now - self._since.setdefault(document, now) < LONGEST_S or not self._timers[document].isActive():
            self._timers[document].start()

    def forget(self, document: OpenDocument) -> None:
        """Keep nothing of a document: it was saved, or its edits are not wanted."""
        self._since.pop(document, None)
        if (timer := self._timers.pop(document, None)) is not None:
            timer.stop()
            timer.deleteLater()
        self._aside.do(partial(self._remove, document), _nothing, _nothing)

    def adopt(self, document: OpenDocument, file: Path) -> None:
        """Keep a document at once, and remove the file that it was restored from when that is done."""
        self._keep(document, then=lambda: file.unlink(missing_ok=True))

    def leftovers(self, done: Callable[[list[Leftover]], None]) -> None:
        """Find what other programs left behind."""
        self._aside.do(self._recovery.leftovers, done, _nothing)

    def discard(self, leftover: Leftover) -> None:
        """Remove what another program left behind."""
        self._aside.do(lambda: leftover.file.unlink(missing_ok=True), _nothing, _nothing)

    def close(self) -> None:
        """Keep now what would have been kept in a moment, and end."""
        for document, timer in list(self._timers.items()):
            if timer.isActive():
                self._keep(document)
            timer.stop()
        self._timers.clear()

    def _keep(self, document: OpenDocument, then: Callable[[], None] = lambda: None) -> None:
        self._since.pop(document, None)
        if timer := self._timers.get(document):
            timer.stop()
        graph, title, path = document.document.frozen(), document.title, document.path
        stamp, digest = document.stamp, document.digest

        def work() -> None:
            try:
                file = self._recovery.keep(graph, title, path, stamp, digest)
            except OSError as error:
                raise failure("document.not-kept", str(error.strerror)) from error
            before = self._files.get(document)
            self._files[document] = file
            if before is not None and before != file:
                before.unlink(missing_ok=True)
            then()

        self._aside.do(work, self._on_kept, self._on_failed)

    def _remove(self, document: OpenDocument) -> None:
        if (file := self._files.pop(document, None)) is not None:
            file.unlink(missing_ok=True)

    def _on_kept(self, _result: None) -> None:
        self._works = True

    def _on_failed(self, error: WeftError) -> None:
        if self._works:
            self._works = False
            text = tr(
                "Unsaved edits would be lost in a crash, because they cannot be written to the data folder ({why}).", why=error
            )
            self.failed.emit(text)


def _nothing(_result: object) -> None:
    """Nobody waits for this."""
