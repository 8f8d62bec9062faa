"""Long work of the canvas, done a few milliseconds at a time, so that the window answers meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

SLICE_S = 0.008


class Slices(QObject):
    """Takes one piece of work after the other. `progressed` tells after each slice how many were done, `ended` that all are."""

    progressed = Signal(int)
    ended = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work: Iterator[object] | None = None
        self._done = 0
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._do)

    @property
    def is_busy(self) -> bool:
        """Whether there is something to do."""
        return self._work is not None

    def begin(self, work: Iterator[object]) -> None:
        """Do this, in place of what was not done yet."""
        self._work, self._done = work, 0
        self._timer.start()

    def _do(self) -> None:
        work, end = self._work, time.perf_counter() + SLICE_S
        if work is None:
            return
        for _ in work:
            self._done += 1
            if time.perf_counter() > end:
                self.progressed.emit(self._done)
                return
        self._work = None
        self._timer.stop()
        self.ended.emit()
