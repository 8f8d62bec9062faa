"""Where the window was at its last end, as it stands in the preferences."""

from __future__ import annotations

import base64
import binascii

from PySide6.QtCore import QByteArray, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from desktop_app.window.preferences import Preferences
from engine.model.values import Json

PLACE, STATE, WANTED, SIZES = "window.place", "window.layout", "window.panels", "window.sizes"
PAGE, FIRST_PAGE = "window.side_page", "nodes"
"""The side page that is open, and which one is at first."""
FIRST_SIZE = QSize(1440, 900)
LEAST = QSize(800, 560)
"""The smallest window, where the screen has room for it; panels without room are folded (`Layout.fit`)."""
_EDGE, _HEAD = 8, 40
"""What a frame takes at most; how much it is can be told only when the window is shown."""


def place_window(window: QMainWindow, preferences: Preferences) -> None:
    """Put a window where it was, before it is shown; at first as large as the screen has room for."""
    if not window.restoreGeometry(as_bytes(preferences.get(PLACE))):
        window.setMinimumSize(LEAST.boundedTo(_room(window).size()))
        window.resize(FIRST_SIZE.boundedTo(_room(window).size()))
    else:
        fit_window(window)


def fit_window(window: QMainWindow) -> None:
    """Let a window, with its frame, take no more than the room of its screen, nor lie outside; a maximised one is left alone."""
    room = _room(window)
    window.setMinimumSize(LEAST.boundedTo(room.size()))
    if window.isMaximized() or window.isFullScreen():
        return
    now = window.geometry()
    size = now.size().boundedTo(room.size())
    wanted = QRect(now.topLeft(), size)
    wanted.moveRight(min(wanted.right(), room.right()))
    wanted.moveBottom(min(wanted.bottom(), room.bottom()))
    wanted.moveLeft(max(wanted.left(), room.left()))
    wanted.moveTop(max(wanted.top(), room.top()))
    if wanted != now:
        window.setGeometry(wanted)


def _room(window: QMainWindow) -> QRect:
    """Return what a screen has room for, less the frame of a window."""
    screen = QGuiApplication.screenAt(window.geometry().center()) or window.screen()
    room = screen.availableGeometry()
    if not window.isVisible():
        return room.adjusted(_EDGE, _HEAD, -_EDGE, -_EDGE)
    inner, outer = window.geometry(), window.frameGeometry()
    return room.adjusted(
        inner.left() - outer.left(), inner.top() - outer.top(), inner.right() - outer.right(), inner.bottom() - outer.bottom()
    )  # fmt: skip


def sizes(preferences: Preferences) -> dict[str, int]:
    """Return how wide or high the panels were, by name; 0 for one that was hidden."""
    found = preferences.get(SIZES)
    return {name: size for name, size in found.items() if isinstance(size, int)} if isinstance(found, dict) else {}


def as_text(data: QByteArray) -> str:
    """Return bytes as a preference."""
    return base64.b64encode(data.data()).decode()


def as_bytes(text: Json) -> QByteArray:
    """Return what `as_text` made a preference of; nothing for anything else."""
    try:
        return QByteArray(base64.b64decode(text if isinstance(text, str) else "", validate=True))
    except binascii.Error:
        return QByteArray()
