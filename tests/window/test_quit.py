"""Closing the window: while nothing runs, in the middle of scripts and streams, twice, and when something hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop_app.window import quit as ending
from desktop_app.window.engine import EngineService
from desktop_app.window.quit import Quit
from desktop_app.window.runs import RunService
from desktop_app.workbench import attach
from engine.api.declaration import Declarations
from engine.model.graph import Graph
from storage.paths import DataFolder
from tests.helpers.checkout import ROOT
from tests.helpers.fake_model_server import FakeModelServer, Reply
from tests.window.engine_helpers import LONG_MS, Opened, Told, graph_of, node, script, text
from widgets.node_types import NodeTypes

CHAIN = graph_of(text("a", "hello"), text("b", "b"), edges="a.out > b.after")
SLEEPING = graph_of(
    text("a", "kept"), script("slow", "import time\ndef main(inputs):\n    time.sleep(60)\n"), text("b", "b"),
    edges="a.out > slow.after, slow.out > b.after",
)  # fmt: skip


class Ending:
    """A window's engine that is about to be let go. `answers` tells what the question about unsaved documents gets."""

    def __init__(self, qtbot: QtBot, answers: Callable[[Callable[[bool], None]], None] = lambda then: then(True)) -> None:
        self._qtbot = qtbot
        self.engine = EngineService(DataFolder.default(), NodeTypes(Declarations()))
        self.runs = RunService(self.engine)
        self.told = Told(self.runs)
        self.quit = Quit(self.engine, self.runs, answers)
        self.stages: dict[str, float] = {}
        self.quit.stage_changed.connect(lambda stage: self.stages.update({stage: time.monotonic()}))
        with qtbot.waitSignals([self.engine.ready, self.engine.bridge.attached], timeout=LONG_MS):
            self.engine.begin()

    def start(self, graph: Graph, **options: object) -> str:
        self.runs.start(Opened(graph), **options)  # type: ignore[arg-type]
        self._qtbot.waitUntil(lambda: bool(self.told.begun), timeout=LONG_MS)
        return self.told.run.id

    def until(self, step: str, status: str) -> None:
        self._qtbot.waitUntil(lambda: self.told.status(step) == status, timeout=LONG_MS)

    def close(self) -> float:
        """Close as a window does, and return the seconds that running steps were waited for. The window paints meanwhile."""
        begun, pauses = time.monotonic(), [0.0]
        last = begun
        heart = QTimer(interval=1)

        def beat() -> None:
            nonlocal last
            now = time.monotonic()
            pauses.append(now - last)
            last = now

        heart.timeout.connect(beat)
        heart.start()
        with self._qtbot.waitSignal(self.quit.done, timeout=LONG_MS):
            assert not self.quit.may_close()
        heart.stop()
        assert self.quit.may_close()
        assert max(pauses) < 0.5, "the window paints while it waits; a busy machine adds to a few milliseconds"
        self.engine.aside.close()
        assert time.monotonic() - begun < 10
        return self.stages["closing"] - self.stages["draining"]


def history(run: str) -> tuple[str, list[str]]:
    """Return how a run stands in the data folder that was let go, and the steps that have outcomes."""
    front = attach(DataFolder.default(), "test", lambda _: None)
    try:
        past = front.call("history", {"run": run}).result(30)
        events = past["events"]
        assert isinstance(events, list)
        done = [event["address"] for event in events if isinstance(event, dict) and event["event"] == "step_finished"]
        return str(past["status"]), [str(address) for address in done]
    finally:
        front.close(1)


def test_closes_at_once_when_nothing_runs(qtbot: QtBot) -> None:
    closing = Ending(qtbot)
    assert closing.close() < 1
    assert list(closing.stages) == ["asking", "draining", "closing", "done"]


def test_a_script_of_a_minute_is_left_to_be_resumed(qtbot: QtBot) -> None:
    closing = Ending(qtbot)
    run = closing.start(SLEEPING)
    closing.until("slow", "running")
    took = closing.close()
    assert 1.9 < took < 3
    assert closing.quit.text == ""
    assert history(run) == ("stopped", ["a"])


def test_a_step_that_ends_in_time_is_recorded(qtbot: QtBot) -> None:
    closing = Ending(qtbot)
    short = script("slow", "import time\ndef main(inputs):\n    time.sleep(1)\n")
    run = closing.start(graph_of(short, text("b", "b"), edges="slow.out > b.after"))
    closing.until("slow", "running")
    assert closing.close() < 1.9
    assert history(run) == ("stopped", ["slow"])


def test_in_the_middle_of_a_stream(qtbot: QtBot) -> None:
    closing = Ending(qtbot)
    with FakeModelServer(default=Reply("word " * 4000, piece=5, pause=0.01)) as server:
        settings: list[object] = []
        closing.engine.bridge.call("set_provider", {"name": "lab", "entry": {"base_url": server.url}}, settings.append)
        qtbot.waitUntil(lambda: bool(settings), timeout=LONG_MS)
        run = closing.start(graph_of(node("llm", "ai.llm", provider="lab", model="fake-1", prompt="Go on")))
        qtbot.waitUntil(lambda: len(closing.told.run.model.step("llm").view.text) > 50, timeout=LONG_MS)
        assert closing.close() < 3
    assert history(run) == ("stopped", [])


def test_a_paused_run_does_not_hold_up_the_end(qtbot: QtBot) -> None:
    closing = Ending(qtbot)
    run = closing.start(CHAIN, breakpoints=["b"])
    closing.until("b", "paused")
    assert closing.close() < 1
    assert history(run) == ("stopped", ["a"])


def test_whoever_asks_twice_does_not_wait(qtbot: QtBot) -> None:
    closing = Ending(qtbot)
    run = closing.start(SLEEPING)
    closing.until("slow", "running")
    closing.quit.stage_changed.connect(lambda stage: stage == "draining" and QTimer.singleShot(50, closing.quit.begin))
    assert closing.close() < 1
    assert history(run) == ("stopped", ["a"])


def test_while_it_waits_it_says_for_what(qtbot: QtBot) -> None:
    closing = Ending(qtbot)
    closing.start(SLEEPING)
    closing.until("slow", "running")
    words: list[str] = []
    closing.quit.stage_changed.connect(lambda _: words.append(closing.quit.text))
    closing.close()
    assert words == ["", "Waiting for the running steps of 1 run…", "Closing…", ""]


def test_whoever_wants_to_stay_stays_and_runs_go_on(qtbot: QtBot) -> None:
    answers: list[Callable[[bool], None]] = []
    closing = Ending(qtbot, answers.append)
    run = closing.start(CHAIN, breakpoints=["b"])
    closing.until("b", "paused")
    assert not closing.quit.may_close()
    closing.runs.start(Opened(CHAIN))
    assert closing.told.refused == ["engine.closing"]
    answers[0](False)
    assert list(closing.stages) == ["asking", ""]
    closing.runs.go_on(run)
    closing.until("b", "succeeded")
    closing.quit.begin()
    answers[1](True)
    qtbot.waitUntil(lambda: closing.quit.stage == "done", timeout=LONG_MS)
    assert history(run) == ("succeeded", ["a", "b"])
    closing.engine.aside.close()


def test_what_another_program_owns_goes_on_there(qtbot: QtBot) -> None:
    owner = attach(DataFolder.default(), "other", lambda _: None)
    closing = Ending(qtbot)
    run = closing.start(CHAIN, breakpoints=["b"])
    closing.until("b", "paused")
    assert closing.close() < 1
    assert owner.call("under_way").result(30) == {"runs": [run]}
    owner.call("debug", {"run": run, "go": "continue"}).result(30)
    owner.call("subscribe", {"run": run, "from": 0}).result(30)
    assert owner.call("runs").result(30)["runs"][0]["status"] == "succeeded"  # type: ignore[index,call-overload]
    owner.close(1)


def test_a_window_that_is_gone_before_it_asked_lets_go_all_the_same(qtbot: QtBot) -> None:
    closing = Ending(qtbot)
    run = closing.start(SLEEPING)
    closing.until("slow", "running")
    closing.quit.end()
    assert closing.quit.stage == "done"
    closing.quit.end()
    closing.engine.aside.close()
    assert history(run) == ("stopped", ["a"])


@pytest.mark.expect_log("ERROR .*engine did not close in time")
def test_an_engine_that_hangs_does_not_hold_the_window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "CLOSE_S", 0.2)
    closing, hang = Ending(qtbot), threading.Event()
    front = closing.engine.bridge._front
    assert front is not None
    let_go = front.close

    def close(grace: float) -> None:
        hang.wait()
        let_go(grace)

    monkeypatch.setattr(front, "close", close)
    assert closing.close() < 1
    hang.set()
    assert closing.quit._closing is not None
    closing.quit._closing.join()


PROGRAM = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
from desktop_app.window.engine import EngineService
from desktop_app.window.quit import EndSignals, Quit, last_resort
from desktop_app.window.runs import RunService
from engine.api.declaration import Declarations
from engine.model.serialize import load
from storage.paths import DataFolder
from tests.window.engine_helpers import Opened
from widgets.node_types import NodeTypes

class Window(QMainWindow):
    def closeEvent(self, event):
        event.setAccepted(quit_.may_close())

app = QApplication([])
engine = EngineService(DataFolder.default(), NodeTypes(Declarations()))
runs = RunService(engine)
window = Window()
quit_ = Quit(engine, runs, lambda then: then(True))
signals = EndSignals(quit_)
quit_.done.connect(window.close)
def tell(run, addresses):
    if "slow" in addresses and runs.get(run).model.step("slow").view.status == "running":
        print(run, flush=True)
        {then}
runs.changed.connect(tell)
engine.begin()
runs.start(Opened(load(sys.stdin.read()).graph))
window.show()
code = app.exec()
signals.close()
last_resort(3, 5)
{after}
"""


def program(then: str = "pass", after: str = "") -> subprocess.Popen[str]:
    from engine.model.serialize import dump

    code = PROGRAM.replace("{then}", then).replace("{after}", after)
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(dump(SLEEPING))
    process.stdin.close()
    return process


@pytest.mark.parametrize("how", ["window", "SIGTERM", "SIGINT"])
def test_a_real_program_ends_in_order(how: str, home: Path) -> None:
    closing = "QTimer.singleShot(0, window.close)" if how == "window" else "pass"
    with program(closing) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        run = process.stdout.readline().strip()
        begun = time.monotonic()
        if how != "window":
            process.send_signal(getattr(signal, how))
        code, said = process.wait(30), process.stderr.read()
    assert (code, said) == (0, "")
    assert time.monotonic() - begun < 8
    assert history(run) == ("stopped", ["a"])


def test_what_hangs_at_the_very_end_is_ended_by_force(home: Path) -> None:
    after = "import threading; threading.Thread(target=time.sleep, args=(60,)).start()"
    with program("QTimer.singleShot(0, window.close)", after) as process:
        assert process.stdout is not None
        run = process.stdout.readline().strip()
        assert process.wait(30) == 3
    assert history(run) == ("stopped", ["a"])
