"""The end of the program, in stages: nothing is lost, nothing hangs, and the window paints until it goes."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Literal

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, QTimer, Signal
from shiboken6 import isValid

from desktop_app.window.engine import EngineService
from desktop_app.window.runs import RunService
from resources.language import tr, trn

_log = logging.getLogger(__name__)

Stage = Literal["", "asking", "draining", "closing", "done"]

DRAIN_S = 2.0
"""How long running steps may take to end; what runs longer is left to be resumed."""
CLOSE_S = 5.0
"""How long the engine may take to close behind that."""
HURRY_S = 0.5
"""How long running steps may take when somebody cannot wait."""
LOOK_MS = 20
LAST_S = 5.0
"""How long the interpreter may take to end before the process is ended by force."""


class Quit(QObject):
    """Ends the program when it is asked to, also while runs go on.

    1. No run begins any more, and `may_end` asks about unsaved documents; it calls what it is given with whether to go on.
    2. Runs of this program stop after their running steps, which get two seconds; what another program owns goes on there.
    3. The engine closes in a thread; runs that are left can be resumed.

    `stage_changed` tells of each, `done` that the windows may go. To ask again while steps are waited for ends the waiting.
    """

    stage_changed = Signal(str)
    done = Signal()

    def __init__(
        self,
        engine: EngineService,
        runs: RunService,
        may_end: Callable[[Callable[[bool], None]], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.stage: Stage = ""
        self._engine, self._runs, self._may_end = engine, runs, may_end
        self._deadline = 0.0
        self._closing: threading.Thread | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        if (app := QCoreApplication.instance()) is not None:
            app.aboutToQuit.connect(self.end)
        atexit.register(_let_go, weakref.ref(self))

    @property
    def text(self) -> str:
        """What is waited for, in words."""
        count = len(self._runs.under_way())
        if self.stage == "draining" and count:
            return trn("Waiting for the running steps of {count} run…", "Waiting for the running steps of {count} runs…", count)
        return tr("Closing…") if self.stage in ("draining", "closing") else ""

    def may_close(self) -> bool:
        """Tell whether the window may go at once; if not, the end begins, and `done` says when it may."""
        if self.stage != "done":
            self.begin()
        return self.stage == "done"

    def begin(self, *, ask: bool = True) -> None:
        """End the program; without `ask` unsaved documents are left to be restored at the next start."""
        if self.stage == "":
            self._runs.is_closing = True
            self._enter("asking")
            if ask:
                self._may_end(self._on_asked)
                return
        if self.stage == "asking" and not ask:
            self._on_asked(True)
        elif self.stage == "draining":
            self._deadline = 0.0
            self._look()

    def end(self) -> None:
        """Let go of the engine whatever stage this is in; for when the windows are gone. Waits for a few seconds at most."""
        self._timer.stop()
        if self.stage == "done":
            return
        self._runs.is_closing = True
        if self._closing is None:
            self._closing = self._engine.bridge.close(HURRY_S)
        self._closing.join(HURRY_S + CLOSE_S)
        self._finish()

    # the stages

    def _enter(self, stage: Stage) -> None:
        self.stage = stage
        self.stage_changed.emit(stage)

    def _on_asked(self, agreed: bool) -> None:
        if self.stage != "asking":
            return
        if not agreed:
            self._runs.is_closing = False
            self._enter("")
            return
        if self._engine.bridge.owns_folder:
            self._runs.drain_all()
        self._deadline = time.monotonic() + DRAIN_S
        self._enter("draining")
        self._timer.start()
        self._look()

    def _look(self) -> None:
        now = time.monotonic()
        if self.stage == "draining":
            waits = self._engine.bridge.owns_folder and bool(self._runs.under_way())
            if waits and now < self._deadline:
                return
            grace = max(self._deadline - now, 0.0)  # for runs that other programs began here
            self._closing = self._engine.bridge.close(grace)
            self._deadline = now + grace + CLOSE_S
            self._enter("closing")
        elif self._closing is None or not self._closing.is_alive() or now > self._deadline:
            self._finish()

    def _finish(self) -> None:
        self._timer.stop()
        if self._closing is not None and self._closing.is_alive():
            _log.error("the engine did not close in time; its runs can be resumed")
        self._enter("done")
        self.done.emit()


class EndSignals(QObject):
    """Ends the program in order when the system asks for it: SIGTERM, Ctrl+C, a terminal that is closed.

    Python looks at signals between two instructions, and there are none while Qt waits: a socket wakes it.
    """

    def __init__(self, quit_: Quit) -> None:
        super().__init__(quit_)
        self._quit = quit_
        self._woken, self._waker = socket.socketpair()
        for end in (self._woken, self._waker):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._woken.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_woken)
        self._fd_before = signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._on_signal) for number in _signals()}

    def close(self) -> None:
        """Obey no more signals."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._fd_before)
        self._notifier.setEnabled(False)
        self._woken.close()
        self._waker.close()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        _log.info("ending, because of signal %s", number)
        QTimer.singleShot(0, self._quit, self._begin)

    def _begin(self) -> None:
        self._quit.begin(ask=False)

    def _on_woken(self) -> None:
        self._woken.recv(64)


def _signals() -> Iterable[signal.Signals]:
    return [getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)]


def last_resort(code: int, seconds: float = LAST_S) -> None:
    """End the process by force when it has not ended in a while: at its end Python waits for threads, which may hang."""

    def force() -> None:
        _log.critical("the program did not end within %g s and is ended by force", seconds)
        logging.shutdown()
        os._exit(code)

    watch = threading.Timer(seconds, force)
    watch.name, watch.daemon = "last resort", True
    watch.start()


def _let_go(known: weakref.ref[Quit]) -> None:
    quit_ = known()
    if quit_ is not None and isValid(quit_):
        quit_.end()
