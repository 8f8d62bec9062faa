"""Ending the program and starting it again with what was open, for what holds from a start on only."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from desktop_app.window.main import MainWindow
    from desktop_app.window.quit import Quit


class Restart(QObject):
    """Answers to the action `restart`. `wanted` says that the program is to start again when it has ended."""

    def __init__(self, window: MainWindow, quit_: Quit) -> None:
        super().__init__(window)
        self._window = window
        self.wanted = False
        window.actions.bind("restart", self.begin)
        quit_.stage_changed.connect(self._on_stage)

    def begin(self) -> None:
        """End as any other end does: unsaved work is asked about, and running steps come to theirs."""
        self.wanted = True
        self._window.frame.close()

    def _on_stage(self, stage: str) -> None:
        if not stage:  # a person stayed
            self.wanted = False


def start_again() -> None:
    """Start the program in a process of its own, which this one does not wait for. No file of the folder it runs in is code."""
    subprocess.Popen([sys.executable, "-P", "-m", "desktop_app"], stdin=subprocess.DEVNULL, start_new_session=True)
