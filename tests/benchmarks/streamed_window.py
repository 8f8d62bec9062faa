"""The programs of `window_stream.py`: each tells how long the window stood still at most."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop_app import app
from desktop_app.window.bridge import Bridge
from desktop_app.window.frame import Frame
from desktop_app.window.look import Look


class Heart:
    """Beats each millisecond while it is `on`, and keeps how long it took."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self._last = 0.0
        self._timer = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._beat()
        self._timer.stop()

    def tell(self, *, seconds: float, tokens: int = 0) -> None:
        """Print what was measured."""
        pauses = sorted(self.pauses)
        found = {
            "longest": 1000 * pauses[-1],
            "usual": 1000 * pauses[int(0.99 * len(pauses))],
            "tokens": tokens,
            "seconds": seconds,
        }
        print(json.dumps(found), flush=True)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.pauses.append(now - self._last)
        self._last = now


class SingleSignals(QObject):
    """The peer: each event is a signal from the engine's thread to the window's."""

    arrived = Signal(object)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self._bridge, self._put = bridge, bridge._put
        self.arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        bridge._put = self._take  # type: ignore[method-assign]

    def _take(self, arrival: object) -> None:
        if callable(arrival):
            self._put(arrival)
        else:
            self.arrived.emit(arrival)

    def _on_arrived(self, arrival: object) -> None:
        event = arrival.event  # type: ignore[attr-defined]
        self._bridge.events.emit([(event["run"], dict(event))])


class Measured:
    """The workspace, with what happens in it measured; see `desktop_app.app.Composed`."""

    wants_restart = False

    def __init__(self, frame: Frame, look: Look) -> None:
        from desktop_app.window.workspace import Workspace

        self._space = Workspace(frame, look, [Path(sys.argv[2])])
        self._heart = Heart()
        self._letters = 0
        self._begun = 0.0
        bridge = self._space.engine.bridge
        if sys.argv[1] == "signals":
            SingleSignals(bridge)
        bridge.events.connect(self._on_events)
        self.window = self._space.window
        self._frame = frame
        self._pending = {"ready", "opened"}
        self._space.engine.ready.connect(lambda: self._have("ready"))
        self._space.documents.opened.connect(lambda _: self._have("opened"))

    def begin(self) -> None:
        self._space.begin()

    def end(self) -> None:
        self._space.end()

    def _have(self, what: str) -> None:
        self._pending.discard(what)
        if not self._pending:
            QTimer.singleShot(1000, lambda: self._space.runs.start(self._space.documents.documents[0]))

    def _on_events(self, events: list[tuple[str, dict[str, object]]]) -> None:
        for _, event in events:
            if event["event"] == "step_token":
                if not self._letters:
                    self._begun = time.perf_counter()
                    self._heart.start()
                self._letters += len(str(event["text"]))
            elif event["event"] == "run_finished":
                self._heart.stop()
                assert event["status"] == "succeeded", event
                self._heart.tell(seconds=time.perf_counter() - self._begun, tokens=self._letters // len("word "))
                self._frame.close()


def coming() -> int:
    """Bring the engine beside a window with nothing else to do."""
    from desktop_app.window.engine import EngineService
    from engine.api.declaration import Declarations
    from storage.paths import DataFolder
    from widgets.node_types import NodeTypes

    application, heart = app.application(), Heart()
    engine = EngineService(DataFolder.default(), NodeTypes(Declarations()))
    begun = time.perf_counter()

    def tell(_: object) -> None:
        heart.stop()
        heart.tell(seconds=time.perf_counter() - begun)
        engine.bridge.close(1).join()
        engine.aside.close()
        application.quit()

    engine.ready.connect(lambda: engine.bridge.call("prepare", {}, tell))
    heart.start()
    engine.begin()
    return application.exec()


if __name__ == "__main__":
    sys.exit(coming() if sys.argv[1] == "coming" else app.run(Measured))
