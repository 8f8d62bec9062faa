"""A window has room on its screen, with its frame."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from desktop_app.window import remembered
from desktop_app.window.preferences import PreferencesFile


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


def has(monkeypatch: pytest.MonkeyPatch, width: int, height: int) -> QRect:
    """Let the screen have so much room."""
    room = QRect(0, 0, width, height)
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _screen: room)
    return room


def framed(monkeypatch: pytest.MonkeyPatch, window: QMainWindow) -> None:
    """Let the window have a frame, as window managers give it one when it is shown."""
    monkeypatch.setattr(window, "frameGeometry", lambda: window.geometry().adjusted(-2, -30, 2, 2))


def test_at_first_there_is_room_for_the_frame(window: QMainWindow, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch, 1440, 900)
    remembered.place_window(window, PreferencesFile(home / "window.json"))
    assert (window.width(), window.height()) == (1424, 852)
    has(monkeypatch, 2560, 1440)
    remembered.place_window(window, PreferencesFile(home / "window.json"))
    assert window.size() == remembered.FIRST_SIZE


def test_a_window_of_a_larger_screen_is_made_smaller(window: QMainWindow, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room, preferences = has(monkeypatch, 1440, 900), PreferencesFile(home / "window.json")
    window.setGeometry(40, 60, 1440, 900)
    preferences.set(remembered.PLACE, remembered.as_text(window.saveGeometry()))
    remembered.place_window(window, preferences)
    window.show()
    framed(monkeypatch, window)
    assert room.contains(window.frameGeometry())
    window.setGeometry(0, 0, 1440, 900)
    remembered.fit_window(window)
    assert window.frameGeometry() == room


def test_at_twice_the_size_it_is_no_larger_than_the_screen(
    window: QMainWindow, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = has(monkeypatch, 720, 450)
    remembered.place_window(window, PreferencesFile(home / "window.json"))
    window.show()
    framed(monkeypatch, window)
    remembered.fit_window(window)
    assert room.contains(window.frameGeometry())
    assert window.minimumHeight() == 450 - 32
