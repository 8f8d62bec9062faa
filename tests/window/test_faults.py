"""Faults put into ten places of the whole window: each reaches the log and a person, and the window goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.helpers.checkout import ROOT

PROGRAM = """
import json, sys, threading
from PySide6.QtCore import QAbstractListModel, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QPushButton, QWidget
from desktop_app import app
from desktop_app.opening import Opened

def fail(name):
    raise RuntimeError(f"fault in {name}")

class Bad(QPushButton):
    told = Signal()
    def keyPressEvent(self, event): fail("keys")
    def resizeEvent(self, event): fail("resize")
    def paintEvent(self, event):
        Bad.painted += 1
        fail("paint")
Bad.painted = 0

class BadModel(QAbstractListModel):
    def rowCount(self, parent=None): return 3
    def data(self, index, role=0): fail("model")

class BadFilter(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.FocusIn: fail("filter")
        return False

class Space(Opened):
    def begin(self):
        super().begin()
        self.waits = 0
        self.look = QTimer(self.window, interval=20)
        self.look.timeout.connect(self.go_on)
        self.look.start()
        self.steps = iter((self.ready, self.inject, self.heard, self.used))
        self.step = next(self.steps)

    def go_on(self):
        if self.step():
            self.step = next(self.steps, None)
            if self.step is None:
                self.look.stop()
                toasts = [told.text for told in self.window.toasts.past]
                print(json.dumps({"toasts": toasts, "painted": Bad.painted, "used": self.what}))
                sys.stdout.flush()
                self._space.quit.begin(ask=False)

    def ready(self):
        return self._space.engine.registry is not None and self._space.setup.models.is_known

    def inject(self):
        space, window = self._space, self.window
        bad = self.bad = Bad("bad", window.frame)
        bad.setGeometry(300, 200, 80, 30)
        bad.clicked.connect(lambda: fail("slot"))
        bad.told.connect(lambda: fail("signal"), Qt.ConnectionType.QueuedConnection)
        QTimer.singleShot(0, bad.show)  # what Python itself calls would raise there
        QTimer.singleShot(0, bad.click)
        QApplication.postEvent(bad, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier))
        threading.Thread(target=lambda: fail("thread"), name="worker").start()
        threading.Thread(target=bad.told.emit, name="teller").start()
        QTimer.singleShot(0, lambda: fail("timer"))
        space.setup.aside.do(lambda: fail("aside"), lambda _: None, lambda _: None)
        space.engine.bridge.call("secrets", {}, lambda _: fail("reply"))
        space.engine.bridge._front._host._loop.call_soon_threadsafe(fail, "engine")
        view = self.view = QListView(window.frame)
        view.setModel(BadModel(view))
        view.setGeometry(400, 200, 80, 60)
        QTimer.singleShot(0, view.show)
        self.filter = BadFilter()
        window.toolbar.command.installEventFilter(self.filter)
        QApplication.postEvent(window.toolbar.command, QFocusEvent(QEvent.Type.FocusIn))
        return True

    def heard(self):
        self.waits += 1
        self.bad.update()
        told = " ".join(t.text for t in self.window.toasts.past)
        return self.waits > 150 or (Bad.painted > 20 and all(f"fault in {name}." in told for name in NAMES))

    def used(self):
        if not hasattr(self, "what"):
            self.what = ""
            self.window.toolbar.command.removeEventFilter(self.filter)
            QTest.mouseClick(self.window.toolbar.buttons["new"], Qt.MouseButton.LeftButton)
        view = self._space.pages.current()
        if view is None:
            return False
        view.canvas.editor.add_node("flow.wait")
        self.what = ",".join(node.type for node in view.canvas.document.graph.nodes.values())
        return True

NAMES = {names!r}
sys.exit(app.run(lambda frame, look: Space(frame, look, []), None))
"""
NAMES = ("slot", "keys", "resize", "paint", "thread", "signal", "timer", "aside", "reply", "engine", "model", "filter")


def test_the_window_goes_on_whatever_fails_in_it(home: Path) -> None:
    (home / "window.json").write_text('{"look.language": "en"}', encoding="utf-8")
    program = PROGRAM.replace("{names!r}", repr(NAMES))
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    said = " ".join(told["toasts"])
    assert [name for name in NAMES if f"fault in {name}. Your work is kept." not in said] == []
    assert told["used"] == "flow.wait", "a workflow was made and edited after all that"
    (log,) = home.rglob("window.log")
    lines = log.read_text(encoding="utf-8")
    assert [name for name in NAMES if f"fault in {name}" not in lines] == []
    assert told["painted"] > 20
    assert lines.count("fault in paint") <= 2, "what happens again and again fills no log"
    assert sum("fault in paint" in text for text in told["toasts"]) == 1
