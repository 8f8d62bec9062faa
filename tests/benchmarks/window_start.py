"""How long the window takes to be seen, against an empty one: each in a process of its own, in turn."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.helpers.checkout import ROOT

ROUNDS = 9

CLOCK = """
import time

def tell(what):
    print(what, time.monotonic() - {begin}, flush=True)
"""
"""Counts from before the process was started."""

EMPTY = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, seen)

def seen():
    tell("empty")
    app.quit()

app = QApplication([])
window = Window()
window.resize(1440, 900)
window.show()
app.exec()
"""

WEFT = """
from desktop_app import app

class Composed:
    def __init__(self, frame, look):
        tell("first paint")
        from PySide6.QtWidgets import QLabel
        from desktop_app.window.main import MainWindow, Panels
        from desktop_app.window.rail import SidePage
        pages = (SidePage("nodes", "Nodes", "boxes", QLabel),)
        self.window = MainWindow(frame, look, Panels(pages, QLabel, QLabel, lambda _type: ("box", "data")))
        self.window.show_start_page()

    def begin(self):
        tell("shell")
        from PySide6.QtWidgets import QApplication
        QApplication.quit()

    def end(self):
        pass

app.run(Composed, "ticket_triage")
"""

WORDS = {
    "empty": "empty QMainWindow",
    "first paint": "skeleton: menu, palette names, blocks of the example",
    "shell": "tool bar, panels, tabs and start page",
}


async def measure(folder: Path) -> tuple[str, list[str], list[list[str]]]:
    times: dict[str, list[float]] = {name: [] for name in WORDS}
    for _ in range(ROUNDS):
        for program in (EMPTY, WEFT):
            for line in _run(program, folder).splitlines():
                name, _, seconds = line.rpartition(" ")
                times[name].append(float(seconds))
    median = {name: statistics.median(found) for name, found in times.items()}
    rows = [[WORDS[name], f"{1000 * median[name]:.0f} ms", f"{median[name] / median['empty']:.1f}"] for name in WORDS]
    return "Start of the window, from the start of the process", ["shown", "median", "times an empty window"], rows


def _run(program: str, folder: Path) -> str:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "WEFT_DATA": str(folder), "WEFT_CONFIG": str(folder)}
    command = [sys.executable, "-c", CLOCK.format(begin=time.monotonic()) + program]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return done.stdout
