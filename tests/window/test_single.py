"""One window for each data folder, with real second programs."""

from __future__ import annotations

import json
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from desktop_app import single
from desktop_app.single import FirstWindow, claim
from engine.model.issues import WeftError
from storage.paths import DataFolder
from tests.helpers.checkout import ROOT
from tests.helpers.programs import read_line, started

SECOND = """
import os, sys
from pathlib import Path
from desktop_app.single import claim
from storage.paths import DataFolder
os.chdir(sys.argv[1])
first = claim(DataFolder.default(), sys.argv[2:])
print("first" if first else "handed over", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[FirstWindow]:
    first = claim(DataFolder.default(), [])
    assert first is not None
    yield first
    first.close()


def test_a_second_program_hands_its_files_over_and_ends(window: FirstWindow, home: Path, qtbot: QtBot) -> None:
    names = ["한글 이름.weft", 'it\'s "odd" & 100%.weft', "sub/../plain.weft"]
    with qtbot.waitSignal(window.asked, timeout=20_000) as told, started(SECOND, home, *names) as program:
        qtbot.waitUntil(lambda: told.signal_triggered, timeout=20_000)
        assert read_line(program) == "handed over"
        program.communicate("", timeout=10)
        assert program.returncode == 0
    assert told.args == [[home / names[0], home / names[1], home / "plain.weft"]]


def test_without_files_the_window_only_comes_forward(window: FirstWindow, home: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.asked, timeout=20_000) as told, started(SECOND, home):
        qtbot.waitUntil(lambda: told.signal_triggered, timeout=20_000)
    assert told.args == [[]]


def test_what_a_killed_program_left_is_taken_over(home: Path, qtbot: QtBot) -> None:
    with started(SECOND, home) as program:
        assert read_line(program) == "first"
        os.kill(program.pid, signal.SIGKILL)
        program.wait()
    assert (DataFolder.default().root / "window-socket.json").exists()
    window = claim(DataFolder.default(), [])
    assert window is not None
    with qtbot.waitSignal(window.asked, timeout=20_000) as told, started(SECOND, home, "a.weft"):
        qtbot.waitUntil(lambda: told.signal_triggered, timeout=20_000)
    window.close()
    again = claim(DataFolder.default(), [])
    assert again is not None
    again.close()


def test_only_who_knows_the_token_is_heard(window: FirstWindow, qtbot: QtBot) -> None:
    told = DataFolder.default().root / "window-socket.json"
    assert stat.S_IMODE(told.stat().st_mode) == 0o600
    name = json.loads(told.read_text())["name"]
    assert stat.S_IMODE(Path(name).stat().st_mode) & 0o077 == 0
    for said in (b'{"token": "guess", "open": ["/tmp/a.weft"]}\n', b"\xff\n", b"[]\n", b'{"open": []}\n'):
        socket = QLocalSocket()
        with qtbot.assertNotEmitted(window.asked), qtbot.waitSignal(socket.disconnected):
            socket.connectToServer(name)
            socket.write(said)


def test_other_data_folders_have_other_windows(window: FirstWindow, home: Path) -> None:
    other = claim(DataFolder(home / "other"), [])
    assert other is not None
    other.close()


def test_a_program_that_does_not_answer_is_told(window: FirstWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    (DataFolder.default().root / "window-socket.json").unlink()
    monkeypatch.setattr(single, "PATIENCE_S", 0.2)
    with pytest.raises(WeftError, match="does not answer"):
        claim(DataFolder.default(), [ROOT / "a.weft"])
