"""What goes wrong inside Weft itself, in a slot, a thread, the engine or Qt: it is logged, and a person is told."""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler
from shiboken6 import isValid

_log = logging.getLogger(__name__)
_qt_log = logging.getLogger("qt")

AGAIN_S = 30.0
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Failures(QObject):
    """Catches what nobody else did. `happened` tells, in the GUI thread, a short text and the traceback.

    That is what Python hands to its hooks, which is logged here, and what others log with its traceback as an error. What
    happens again and again, as in painting, is logged and told once in `AGAIN_S`. What Qt itself says is logged only: it is for
    who writes Weft, and mostly harmless.
    """

    happened = Signal(str, str)
    _caught = Signal(str, str)

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._logged, self._told = _Repeats(clock), _Repeats(clock)
        self._caught.connect(self.happened, Qt.ConnectionType.QueuedConnection)
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread
        self._ear = _Ear(self._on_logged)
        logging.getLogger().addHandler(self._ear)
        self._qt_before = qInstallMessageHandler(self._on_message)

    def close(self) -> None:
        """Catch nothing any more."""
        sys.excepthook, threading.excepthook = self._before
        logging.getLogger().removeHandler(self._ear)
        qInstallMessageHandler(self._qt_before)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
        else:
            self._log("a slot failed", error)

    def _on_thread(self, told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None and not issubclass(told.exc_type, SystemExit):
            self._log(f"thread {told.thread.name if told.thread else ''} failed", told.exc_value)

    def _log(self, what: str, error: BaseException) -> None:
        left_out = self._logged.count(_place(error))
        if left_out is not None:
            again = f", {left_out} more times" if left_out else ""
            _log.error("%s%s", what, again, exc_info=error)

    def _on_logged(self, error: BaseException) -> None:
        if isValid(self) and self._told.count(_place(error)) is not None:
            self._caught.emit(_short(error), "".join(traceback.format_exception(error)))

    def _on_message(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        _qt_log.log(_LEVELS.get(kind, logging.WARNING), "%s%s", f"{context.category}: " if context.category else "", text)


class _Ear(logging.Handler):
    """Hears of exceptions that are logged as errors, in whatever thread, unless the record says that a person was `told`."""

    def __init__(self, hear: Callable[[BaseException], None]) -> None:
        super().__init__(logging.ERROR)
        self._hear = hear

    def emit(self, record: logging.LogRecord) -> None:
        """Hand on the exception of a record, if it has one."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not getattr(record, "told", False):
            self._hear(error)


class _Repeats:
    """Counts what happens again within `AGAIN_S`, by a key."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def count(self, key: str) -> int | None:
        """Return how often it was left out since it was told last; None when it is to be left out now as well."""
        now = self._clock()
        with self._lock:
            told, left_out = self._known.get(key, (-AGAIN_S, 0))
            if now - told < AGAIN_S:
                self._known[key] = told, left_out + 1
                return None
            self._known[key] = now, 0
            return left_out


def _place(error: BaseException) -> str:
    """Return what an error is and by which lines it came."""
    frames = traceback.extract_tb(error.__traceback__)
    return " ".join((type(error).__name__, *(f"{frame.filename}:{frame.lineno}" for frame in frames)))


def _short(error: BaseException) -> str:
    said = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
