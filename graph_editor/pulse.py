"""The clock of a scene: shows streamed text in pieces, and moves what runs. It stands still while nothing does."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal

from widgets.step_view import StepView

COLLECT_MS = 33
TICK_MS = 50
TURN_S = 1.4
"""Time in which the light goes once round a running node."""


class Pulse(QObject):
    """`collected` gives the steps that came in since it was told last; `ticked` the time and how far round the light is."""

    collected = Signal(object)
    ticked = Signal(float, float)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: dict[str, StepView] = {}
        self._collector = QTimer(self)
        self._collector.setSingleShot(True)
        self._collector.setInterval(COLLECT_MS)
        self._collector.timeout.connect(self._collect)
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)

    def add(self, node: str, step: StepView) -> None:
        """Show a step soon, with what else comes in until then."""
        self._waiting[node] = step
        if not self._collector.isActive():
            self._collector.start()

    def forget(self, node: str) -> None:
        """Do not show what waits for a node."""
        self._waiting.pop(node, None)

    def drop(self) -> None:
        """Show nothing of what waits."""
        self._waiting.clear()
        self._collector.stop()

    def run(self, *, moves: bool, ticks: bool) -> None:
        """Tick often while something moves, and once a second while only times go on."""
        if not moves and not ticks:
            self._clock.stop()
            return
        every = TICK_MS if moves else 1000
        if not self._clock.isActive() or self._clock.interval() != every:
            self._clock.start(every)

    def _collect(self) -> None:
        steps, self._waiting = self._waiting, {}
        if steps:
            self.collected.emit(steps)

    def _tick(self) -> None:
        self.ticked.emit(time.time(), time.monotonic() / TURN_S % 1.0)
