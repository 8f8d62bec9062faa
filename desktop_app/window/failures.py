"""What goes wrong inside Weft itself, in a slot, a thread or Qt: it is logged, and a person is told."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler

_log = logging.getLogger(__name__)
_qt_log = logging.getLogger("qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Failures(QObject):
    """Catches what nobody else did. `happened` tells, in the GUI thread, a short text and the traceback.

    What Qt itself says is logged only: it is for who writes Weft, and mostly harmless.
    """

    happened = Signal(str, str)
    _caught = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._caught.connect(self.happened, Qt.ConnectionType.QueuedConnection)
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread
        self._qt_before = qInstallMessageHandler(self._on_message)

    def close(self) -> None:
        """Catch nothing any more."""
        sys.excepthook, threading.excepthook = self._before
        qInstallMessageHandler(self._qt_before)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        _log.error("a slot failed", exc_info=(kind, error, trace))
        self._caught.emit(_short(error), "".join(traceback.format_exception(kind, error, trace)))

    def _on_thread(self, told: threading.ExceptHookArgs) -> None:
        if told.exc_value is None or issubclass(told.exc_type, SystemExit):
            return
        name = told.thread.name if told.thread else ""
        _log.error("thread %s failed", name, exc_info=(told.exc_type, told.exc_value, told.exc_traceback))
        text = "".join(traceback.format_exception(told.exc_type, told.exc_value, told.exc_traceback))
        self._caught.emit(_short(told.exc_value), text)

    def _on_message(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        _qt_log.log(_LEVELS.get(kind, logging.WARNING), "%s%s", f"{context.category}: " if context.category else "", text)


def _short(error: BaseException) -> str:
    said = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
