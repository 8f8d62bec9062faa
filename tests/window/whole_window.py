"""The whole window as a fixture: a test module imports it by its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.window.frame import Frame
from desktop_app.window.look import Look
from desktop_app.window.preferences import PreferencesFile
from desktop_app.window.workspace import Workspace
from tests.window.engine_helpers import LONG_MS


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The whole window with its engine, in a data folder of its own."""
    monkeypatch.setattr("desktop_app.services.CHECKOUT", home)
    path = home / "window.json"
    path.write_text('{"look.language": "en", "look.theme": "dark"}', encoding="utf-8")
    look, frame = Look(qapp, PreferencesFile(path)), Frame()
    frame.resize(1400, 900)
    frame.show()
    made = Workspace(frame, look)
    made.begin()
    qtbot.waitUntil(lambda: made.engine.registry is not None and made.setup.models.is_known, timeout=LONG_MS)
    yield made
    made.quit.begin(ask=False)
    qtbot.waitUntil(lambda: made.quit.stage == "done", timeout=LONG_MS)
    made.end()
    for thing in (made, frame, look):
        thing.deleteLater()
