"""Starting again: the new program is started as the old one was."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from desktop_app.window import restart


def test_files_of_the_folder_that_it_runs_in_are_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[list[str], dict[str, Any]]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **how: started.append((command, how)))
    restart.start_again()
    ((command, how),) = started
    assert command == [sys.executable, "-P", "-m", "desktop_app"]
    assert how["start_new_session"]
