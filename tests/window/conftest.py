"""What holds for every window test: Qt without a screen, in English and dark, and nothing of Qt left behind.

A test fails when Qt says something, when a slot raises, or when it leaves a window, a running timer or a running thread.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from weakref import WeakSet

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from resources import language
from widgets.stylesheet import dress
from widgets.theme import Theme, load_fonts

HARMLESS = ("This plugin does not support",)
"""What the platform without a screen says of itself."""

_can_run: WeakSet[QTimer | QThread] = WeakSet()


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application, dressed as the program is."""
    load_fonts()
    dress(qapp, Theme("dark"))
    return qapp


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> Iterator[None]:
    language.use("en")
    yield
    language.use("en")


@pytest.fixture(autouse=True)
def _qt_is_quiet(qapp: QApplication) -> Iterator[None]:
    said: list[str] = []

    def hear(kind: QtMsgType, _context: object, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not text.startswith(HARMLESS):
            said.append(text)

    before = qInstallMessageHandler(hear)
    yield
    qInstallMessageHandler(before)
    assert said == [], "Qt said something"


@pytest.fixture(autouse=True)
def _nothing_of_qt_left(qapp: QApplication) -> Iterator[None]:
    """Look after qtbot has closed what was given to `addWidget`.

    What was looked at once is frozen, so that the next look need not go through it; what can run stays in sight. What an
    engine freezes at its start would be out of sight, so it must not.
    """
    before = set(map(id, qapp.topLevelWidgets()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "freeze", lambda: None)
        yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    _can_run.update(thing for thing in gc.get_objects() if isinstance(thing, QTimer | QThread))
    gc.freeze()
    windows = [repr(widget) for widget in qapp.topLevelWidgets() if id(widget) not in before]
    running = [repr(thing) for thing in _can_run if _is_running(thing)]
    assert windows + running == [], "the test left something of Qt behind"


def _is_running(thing: QTimer | QThread) -> bool:
    if not isValid(thing):
        return False
    return thing.isActive() if isinstance(thing, QTimer) else thing.isRunning() and thing is not QThread.currentThread()
