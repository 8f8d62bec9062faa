"""Windows in programs of their own, run by the tests of the start; each prints one JSON object."""

from __future__ import annotations

START = """
import json, sys
from desktop_app import app

BANNED = {banned!r}

def loaded():
    return sorted({{name.partition(".")[0] for name in sys.modules}} & set(BANNED))

class Composed:
    def __init__(self, frame, look):
        self.before = loaded()
        from PySide6.QtWidgets import QLabel
        from desktop_app.window.main import MainWindow, Panels
        from desktop_app.window.rail import SidePage
        pages = (SidePage("nodes", "Nodes", "boxes", QLabel),)
        self.window = MainWindow(frame, look, Panels(pages, QLabel, QLabel, lambda _type: ("box", "data")))
        self.window.show_start_page()

    def begin(self):
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication
        self.after = loaded()
        {then}

    def end(self):
        print(json.dumps({{"before": self.before, "after": self.after, "toasts": self.toasts}}))

    toasts = []
    wants_restart = False

sys.exit(app.run(Composed, "ticket_triage"))
"""

RESTART = """
        import desktop_app.window.restart as restart
        restart.start_again = lambda: sys.stderr.write("started again")
        self.wants_restart = True
        QTimer.singleShot(0, QApplication.quit)
"""

QUIT = "QTimer.singleShot(0, QApplication.quit)"

FAIL = """
        import threading
        QTimer.singleShot(0, lambda: {}["lost"])
        threading.Thread(target=lambda: [].pop(), name="worker").start()
        def look():
            self.toasts = [toast.text for toast in self.window.toasts.shown]
            QApplication.quit() if len(self.toasts) == 2 else QTimer.singleShot(20, look)
        look()
"""
