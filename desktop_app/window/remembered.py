"""Where the window was at its last end, as it stands in the preferences."""

from __future__ import annotations

import base64
import binascii

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QMainWindow

from desktop_app.window.preferences import Preferences
from engine.model.values import Json

PLACE, STATE, WANTED, SIZES = "window.place", "window.layout", "window.panels", "window.sizes"
PAGE, FIRST_PAGE = "window.side_page", "nodes"
"""The side page that is open, and which one is at first."""
FIRST_SIZE = QSize(1440, 900)


def place_window(window: QMainWindow, preferences: Preferences) -> None:
    """Put a window where it was, before it is shown; at first as large as the screen has room for."""
    if not window.restoreGeometry(as_bytes(preferences.get(PLACE))):
        window.resize(FIRST_SIZE.boundedTo(window.screen().availableSize()))


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
