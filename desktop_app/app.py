"""Starts the window. It is painted before anything is imported that it can be shown without; the rest comes after that.

Qt's classes count too: PySide makes the enums of a class when it is named first, which takes 20 ms for `QUrl` or `QStyle`.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop_app.version import VERSION
from desktop_app.window.failures import Failures
from desktop_app.window.logo import logo_pixmap
from desktop_app.window.look import Look
from desktop_app.window.main import MainWindow
from desktop_app.window.preferences import Preferences, PreferencesFile
from engine.model.issues import WeftError
from resources.language import tr
from widgets.theme import load_fonts

if TYPE_CHECKING:
    from storage.applog import AppLog

PREFERENCES = "window.json"


class Composed(Protocol):
    """A window with all that belongs to it."""

    window: MainWindow

    def begin(self) -> None:
        """Bring what the first paint did not need, such as the engine. Called once, right after that."""
        ...

    def end(self) -> None:
        """Let go of everything. Called once, after the last window was closed."""
        ...


Compose = Callable[[Preferences, Look], Composed]


def run(compose: Compose) -> int:
    """Show the window that `compose` makes, and return the exit code when it was closed."""
    app = application()
    preferences = open_preferences()
    failures = Failures(app)
    look = Look(app, preferences)
    composed = compose(preferences, look)
    window = composed.window
    failures.happened.connect(partial(_tell, window))
    started = _Started(composed)
    window.painted.connect(started.go_on)
    window.show()
    try:
        return app.exec()
    finally:
        failures.close()
        composed.end()
        started.close()


def application() -> QApplication:
    """Return the application, with name, icon and fonts."""
    app = QApplication([*sys.argv[:1], "-style", "fusion"])
    app.setApplicationName("Weft")
    app.setApplicationVersion(VERSION)
    app.setDesktopFileName("weft")
    app.setWindowIcon(QIcon(logo_pixmap(64)))
    load_fonts()
    return app


def open_preferences() -> Preferences:
    """Return what the window remembered at its last end."""
    from storage.paths import DataFolder

    return PreferencesFile(DataFolder.default().root / PREFERENCES)


class _Started:
    """What comes right after the first paint."""

    def __init__(self, composed: Composed) -> None:
        self._composed, self._log = composed, None

    _log: AppLog | None

    def go_on(self) -> None:
        QTimer.singleShot(0, self._begin)

    def close(self) -> None:
        if self._log is not None:
            self._log.close()

    def _begin(self) -> None:
        self._open_log()
        self._composed.begin()

    def _open_log(self) -> None:
        from engine.api.redact import Redactor
        from storage.applog import AppLog
        from storage.paths import DataFolder

        try:
            self._log = AppLog(DataFolder.default().logs, Redactor(), program="window")
        except WeftError as error:
            logging.getLogger(__name__).info("there is no log: %s", error)
            self._composed.window.toasts.show_toast(f"{error.issues[0].text} {error.issues[0].remedy}", "warning")
            return
        self._composed.window.actions_.bind("show_log", partial(_show_file, str(self._log.path)))


def _tell(window: MainWindow, text: str, _details: str) -> None:
    said = tr("Something in Weft went wrong: {error}. Your work is kept.", error=text)
    action = window.actions_["show_log"]
    window.toasts.show_toast(said, "error", (action.text(), action.trigger) if action.isEnabled() else None)


def _show_file(path: str) -> None:
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl.fromLocalFile(path))
