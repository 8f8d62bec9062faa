"""How long the window takes to be seen and to be used, against an empty one: each in a process of its own, in turn."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from desktop_app.opening import TOLD
from tests.helpers.checkout import ROOT

ROUNDS = 9
EXAMPLE = ROOT / "resources" / "examples" / "ticket_triage" / "ticket_triage.weft"

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
import sys
from pathlib import Path
from desktop_app import opening

class Opened(opening.Opened):
    def __init__(self, *given):
        tell("first paint")
        super().__init__(*given)

class Used:
    def __init__(self):
        from PySide6.QtCore import QTimer
        self.timer = QTimer(interval=2)
        self.timer.timeout.connect(self.look)
        self.timer.start()

    def look(self):
        from PySide6.QtCore import QEvent, Qt
        from PySide6.QtGui import QKeyEvent
        from PySide6.QtWidgets import QApplication, QLineEdit
        from graph_editor.view import GraphView
        from widgets.palette import Palette
        widgets = QApplication.allWidgets()
        views = [widget for widget in widgets if isinstance(widget, GraphView)]
        if not views or not any(item.paints for item in views[0].graph_scene.node_items()):
            return
        self.timer.stop()
        tell("example")
        palette = next(widget for widget in widgets if isinstance(widget, Palette))
        rows = palette.list.model().rowCount()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(palette.search, QKeyEvent(kind, Qt.Key.Key_W, Qt.KeyboardModifier.NoModifier, "w"))
        palette.list.viewport().repaint()
        assert palette.list.model().rowCount() != rows
        tell("usable")
        sys.stdout.flush()
        import os
        os._exit(0)

opening.Opened = Opened
opening.open_window([Path({example!r})], Used)
"""

WORDS = {
    "empty": ("empty QMainWindow", ""),
    "first paint": ("skeleton: menu, palette names, blocks of the example", "2.0"),
    "example": ("the example on its canvas", ""),
    "usable": ("a key typed in the search is answered", "5"),
}
"""What is measured, and how many times an empty window it may take."""


async def measure(folder: Path) -> tuple[str, list[str], list[list[str]]]:
    """Start all in turn, several times, and compare the medians."""
    times: dict[str, list[float]] = {name: [] for name in WORDS}
    programs = (EMPTY, WEFT.format(example=str(EXAMPLE)))
    for program in programs:
        _run(program, folder)  # what is compiled at the first start is kept
    for _ in range(ROUNDS):
        for program in programs:
            for line in _run(program, folder).splitlines():
                name, _, seconds = line.rpartition(" ")
                times[name].append(float(seconds))
    median = {name: statistics.median(found) for name, found in times.items()}
    rows = [
        [words, f"{1000 * median[name]:.0f} ms", f"{median[name] / median['empty']:.1f}", limit]
        for name, (words, limit) in WORDS.items()
    ]
    return "Start of the window, from the start of the process", ["shown", "median", "times an empty window", "at most"], rows


def _run(program: str, folder: Path) -> str:
    own = {"QT_QPA_PLATFORM": "offscreen", "WEFT_DATA": str(folder), "WEFT_CONFIG": str(folder)}
    env = {**os.environ, **own, "PYTHONPYCACHEPREFIX": str(folder / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-c", CLOCK.format(begin=time.monotonic()) + program]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    (folder / TOLD).unlink(missing_ok=True)  # the program ends without tidying up
    return done.stdout
