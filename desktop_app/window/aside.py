"""Work that must not hold up the window: done in a thread, in order, with the results back in the GUI thread."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from desktop_app.window.callbacks import is_there
from engine.model.issues import WeftError, failure, phrase

T = TypeVar("T")

_log = logging.getLogger(__name__)

PATIENCE_S = 5.0
"""How long the end waits for what is still being done, such as a save to a slow disk."""


class Aside(QObject):
    """One thread, begun when there is something to do. What was asked first is done first, so a later save wins."""

    _over = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._work: queue.SimpleQueue[Callable[[], Callable[[], None]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._over.connect(_call, Qt.ConnectionType.QueuedConnection)

    def do(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[WeftError], None]) -> None:
        """Do `work`, then call `done` with its result, or `failed` with its error, in the GUI thread."""

        def attempt() -> Callable[[], None]:
            try:
                result = work()
            except WeftError as error:
                return _bound(failed, error)
            except Exception as error:  # noqa: BLE001 - whatever it is, who asked has to hear of it
                _log.exception("work in a thread failed")
                text = phrase("Something in Weft went wrong: {kind}: {error}", kind=type(error).__name__, error=error)
                return _bound(failed, failure("document.internal", text, "Try again; the log has more."))
            return _bound(done, result)

        if self._closed:
            return
        self._work.put(attempt)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"weft-{self._name}", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Do what was asked for, tell nobody of it any more, and end."""
        self._closed = True
        if self._thread is not None:
            self._work.put(None)
            self._thread.join(PATIENCE_S)
            self._thread = None

    def _run(self) -> None:
        while (attempt := self._work.get()) is not None:
            tell = attempt()
            if not self._closed and isValid(self):
                self._over.emit(tell)


def _bound(call: Callable[[Any], None], value: object) -> Callable[[], None]:
    def tell() -> None:
        if is_there(call):
            call(value)

    return tell


def _call(tell: Callable[[], None]) -> None:
    tell()
