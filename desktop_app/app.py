"""Starts the window. It is painted before anything is imported that it can be shown without; the rest comes after that.

Qt's classes count too: PySide makes the enums of a class when it is named first, which takes 20 ms for `QUrl` or `QStyle`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop_app import exits
from desktop_app.version import VERSION
from desktop_app.window.failures import Failures
from desktop_app.window.frame import Frame
from desktop_app.window.logo import logo_pixmap
from desktop_app.window.look import Look, scale_of
from desktop_app.window.preferences import Preferences, PreferencesFile
from desktop_app.window.remembered import FIRST_PAGE, PAGE, fit_window, place_window, sizes
from desktop_app.window.skeleton import Skeleton
from engine.model.issues import WeftError
from resources.language import tr
from widgets.theme import load_fonts

if TYPE_CHECKING:
    from desktop_app.window.main import MainWindow
    from storage.applog import AppLog

PREFERENCES = "window.json"
_QT_SCALE = "QT_SCALE_FACTOR"


class Composed(Protocol):
    """A window with all that belongs to it."""

    @property
    def window(self) -> MainWindow:
        """The window, in the frame that was given."""
        ...

    @property
    def wants_restart(self) -> bool:
        """Whether the program is to start again when it has ended."""
        ...

    def begin(self) -> None:
        """Bring what the window can be painted without, such as the engine. Called once, when it has been painted."""
        ...

    def end(self) -> None:
        """Let go of everything. Called once, after the last window was closed."""
        ...


Compose = Callable[[Frame, Look], Composed]

RAIL = ("workflow", "boxes", "stamp")
"""Icons of the side pages, as the skeleton shows them."""


def run(compose: Compose, example: str | None = None) -> int:
    """Show the window, let `compose` fill it, and return the exit code when it was closed.

    `example` is the id of the example that will be opened, if one will: its skeleton is shown at once.
    """
    preferences = open_preferences()
    app = application(scale_of(preferences))
    look = Look(app, preferences)
    frame = Frame()
    place_window(frame, look.preferences)
    with_palette = look.preferences.get(PAGE, FIRST_PAGE) == FIRST_PAGE
    frame.setCentralWidget(Skeleton(RAIL, sizes(look.preferences), example, with_palette=with_palette))
    starting = _Starting(compose, frame, look)
    frame.painted.connect(partial(fit_window, frame))  # now it is known what its frame takes
    frame.painted.connect(starting.fill)
    frame.show()
    try:
        code = app.exec()
        return code if starting.is_filled else exits.FAILED
    finally:
        starting.end()
        if starting.wants_restart:
            from desktop_app.window.restart import start_again

            start_again()
        from desktop_app.window.quit import last_resort

        last_resort(exits.FAILED)


def application(scale: int = 100) -> QApplication:
    """Return the application, with name, icon and fonts; everything is shown in `scale` percent of its size."""
    with _scaled(scale):
        app = QApplication([*sys.argv[:1], "-style", "fusion"])
    app.setApplicationName("Weft")
    app.setApplicationVersion(VERSION)
    app.setDesktopFileName("weft")
    app.setWindowIcon(QIcon(logo_pixmap(64)))
    load_fonts()
    return app


@contextmanager
def _scaled(percent: int) -> Iterator[None]:
    """Let Qt, which asks only once, see the scale; programs that are started later have what was there before."""
    before = os.environ.get(_QT_SCALE)
    if percent != 100:
        os.environ[_QT_SCALE] = f"{percent / 100 * _number(before):g}"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_QT_SCALE, None)
        else:
            os.environ[_QT_SCALE] = before


def _number(text: str | None) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 1.0


def open_preferences() -> Preferences:
    """Return what the window remembered at its last end."""
    from storage.paths import DataFolder

    return PreferencesFile(DataFolder.default().root / PREFERENCES)


class _Starting:
    """What comes after the first paint, and what goes at the end."""

    def __init__(self, compose: Compose, frame: Frame, look: Look) -> None:
        self._compose, self._frame, self._look = compose, frame, look
        self._failures = Failures(frame)
        self._composed: Composed | None = None
        self._log: AppLog | None = None

    @property
    def is_filled(self) -> bool:
        """Whether the window could be put together."""
        return self._composed is not None

    @property
    def wants_restart(self) -> bool:
        """Whether the program is to start again."""
        return self._composed is not None and self._composed.wants_restart

    def fill(self) -> None:
        """Put everything into the window; what that does not need comes when it has been painted."""
        try:
            self._composed = self._compose(self._frame, self._look)
        except Exception as error:
            self._show_failure(error)
            raise
        self._failures.happened.connect(partial(_tell, self._composed.window))
        self._look.preferences.watch(partial(_warn, self._composed.window))
        QTimer.singleShot(0, self._begin)

    def _show_failure(self, error: Exception) -> None:
        """Say in the window that it could not be put together; Python says the same on the terminal."""
        from widgets.empty import EmptyState

        title, action = tr("Weft could not open its window"), (tr("Close"), self._frame.close)
        self._frame.setCentralWidget(EmptyState("octagon-x", title, f"{type(error).__name__}: {error}", [action]))

    def end(self) -> None:
        """Let go of everything."""
        self._failures.close()
        if self._composed is not None:
            self._composed.end()
        if self._log is not None:
            self._log.close()

    def _begin(self) -> None:
        assert self._composed is not None
        self._open_log(self._composed.window)
        self._composed.begin()

    def _open_log(self, window: MainWindow) -> None:
        from engine.api.redact import Redactor
        from storage.applog import AppLog
        from storage.paths import DataFolder

        try:
            self._log = AppLog(DataFolder.default().logs, Redactor(), program="window")
        except WeftError as error:
            window.toasts.show_toast(error.issues[0].told, "warning")


def _warn(window: MainWindow, error: WeftError) -> None:
    window.toasts.show_toast(error.issue.told, "warning")


def _tell(window: MainWindow, text: str, _details: str) -> None:
    said = tr("Something in Weft went wrong: {error}. Your work is kept.", error=text)
    action = window.actions["show_log"]
    window.toasts.show_toast(said, "error", (action.text(), action.trigger) if action.isEnabled() else None)
