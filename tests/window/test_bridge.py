"""Between the engine's thread and the window: order, batches, owners that leave, and callbacks whose widget is gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from desktop_app.front import Front
from desktop_app.window.bridge import Bridge
from desktop_app.workbench import attach
from engine.model.issues import WeftError, failure
from engine.model.values import JsonObject
from engine.server.client import gone
from engine.server.protocol import Emit
from storage.paths import DataFolder

EXAMPLE = """
schema_version: 1
name: Hello
nodes:
  hello: {type: data.transform, params: {operation: template, template: "hello"}}
  out: {type: flow.output, params: {name: said}}
edges:
  - {from: hello.out, to: out.value}
"""


class Owner:
    """An owner that answers when told to."""

    owns_folder = False

    def __init__(self) -> None:
        self.asked: list[tuple[str, JsonObject, Future[JsonObject], Emit | None]] = []
        self.closed = False

    def call(self, do: str, given: JsonObject | None = None, emit: Emit | None = None) -> Future[JsonObject]:
        answer: Future[JsonObject] = Future()
        self.asked.append((do, given or {}, answer, emit))
        return answer

    def close(self, grace: float = 0) -> None:
        self.closed = True


def opened(qtbot: QtBot, look: Callable[[], Front]) -> Bridge:
    bridge = Bridge(look)
    with qtbot.waitSignal(bridge.attached):
        bridge.open()
    return bridge


def test_runs_a_workflow(qtbot: QtBot, home: Path) -> None:
    file = home / "hello.weft"
    file.write_text(EXAMPLE)
    bridge = Bridge(lambda: attach(DataFolder.default(), "window", lambda _: None))
    told: list[JsonObject] = []
    bridge.events.connect(lambda batch: told.extend(event for _, event in batch))
    bridge.call("start", {"path": str(file)}, lambda begun: bridge.follow(str(begun["run"])))
    qtbot.waitUntil(lambda: any(event["event"] == "run_finished" for event in told), timeout=20_000)
    assert told[-1]["outputs"] == {"said": "hello"}
    bridge.close(2).join()


def test_errors_come_to_who_asked(qtbot: QtBot, home: Path) -> None:
    bridge = Bridge(lambda: attach(DataFolder.default(), "window", lambda _: None))
    found: list[WeftError] = []
    bridge.call("start", {"path": str(home / "nothing.weft")}, failed=found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=20_000)
    assert found[0].issue.code == "document.missing"
    bridge.close(2).join()


def test_tokens_are_joined_and_delivered_in_batches_in_the_gui_thread(qtbot: QtBot) -> None:
    owner = Owner()
    bridge = opened(qtbot, lambda: owner)
    bridge.follow("r")
    emit = owner.asked[0][3]
    assert emit is not None
    batches: list[list[tuple[str, JsonObject]]] = []
    threads: set[bool] = set()

    def hear(batch: list[tuple[str, JsonObject]]) -> None:
        batches.append(batch)
        threads.add(QThread.currentThread() is bridge.thread())

    bridge.events.connect(hear)

    def stream() -> None:
        for number in range(30_000):
            address = "a" if number % 1000 < 500 else "b"
            emit(number, {"event": "step_token", "run": "r", "address": address, "item": None, "text": "x"})
        emit(30_000, {"event": "run_finished", "run": "r"})

    thread = threading.Thread(target=stream)
    thread.start()
    qtbot.waitUntil(lambda: bool(batches) and batches[-1][-1][1]["event"] == "run_finished", timeout=20_000)
    thread.join()
    texts = [str(event["text"]) for batch in batches for _, event in batch if event["event"] == "step_token"]
    assert sum(map(len, texts)) == 30_000
    assert len(texts) < 3000
    assert threads == {True}
    bridge.close(0).join()


def test_a_request_goes_to_the_next_owner_when_the_first_one_left(qtbot: QtBot) -> None:
    first, second = Owner(), Owner()
    owners = iter([first, second])
    bridge = opened(qtbot, lambda: next(owners))
    results: list[JsonObject] = []
    bridge.follow("r", 4)
    bridge.call("start", {}, results.append)
    for _, _, answer, _ in first.asked:
        answer.set_exception(gone())
    qtbot.waitUntil(lambda: len(second.asked) == 2)
    assert [(do, given) for do, given, _, _ in second.asked] == [("subscribe", {"run": "r", "from": 4}), ("start", {})]
    second.asked[1][2].set_result({"run": "x"})
    qtbot.waitUntil(lambda: results == [{"run": "x"}])
    assert first.closed
    bridge.close(0).join()


def test_owners_that_leave_at_once_are_given_time_and_then_up(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.window.bridge.PAUSES_MS", (0, 40, 80))
    looked: list[float] = []

    class Leaving(Owner):
        def call(self, do: str, given: JsonObject | None = None, emit: Emit | None = None) -> Future[JsonObject]:
            answer = super().call(do, given, emit)
            answer.set_exception(gone())
            return answer

    def look() -> Front:
        looked.append(time.monotonic())
        return Leaving()

    bridge = Bridge(look)
    found: list[str] = []
    with qtbot.waitSignal(bridge.detached) as told:
        for name in ("one", "two", "three"):
            bridge.call(name, failed=lambda error: found.append(error.issue.code))
    qtbot.waitUntil(lambda: found == [gone().issue.code] * 3)
    assert told.args is not None
    assert told.args[0].issue.code == gone().issue.code
    gaps = [after - before for before, after in pairwise(looked)]
    assert len(gaps) == 3
    assert gaps[1] >= 0.035
    assert gaps[2] >= 0.075
    bridge.close(0).join()


def test_an_answer_of_an_owner_that_left_comes_after_the_next_one(qtbot: QtBot) -> None:
    first, second = Owner(), Owner()
    owners = iter([first, second])
    bridge = opened(qtbot, lambda: next(owners))
    results: list[JsonObject] = []
    bridge.call("early")
    bridge.call("late", {}, results.append)
    first.asked[0][2].set_exception(gone())
    qtbot.waitUntil(lambda: len(second.asked) == 1)
    first.asked[1][2].set_exception(gone())
    qtbot.waitUntil(lambda: len(second.asked) == 2)
    second.asked[1][2].set_result({"late": True})
    qtbot.waitUntil(lambda: results == [{"late": True}])
    bridge.close(0).join()


def test_what_waits_fails_when_there_is_no_engine(qtbot: QtBot) -> None:
    problem = failure("data.not-writable", "No.", "Yes.")

    def refuse() -> Front:
        raise problem

    bridge = Bridge(refuse)
    found: list[WeftError] = []
    with qtbot.waitSignal(bridge.detached) as told:
        bridge.call("start", {}, failed=found.append)
    assert found == told.args == [problem]
    bridge.close(0).join()


def test_a_callback_of_a_widget_that_is_gone_is_not_called(qtbot: QtBot) -> None:
    called: list[JsonObject] = []

    class Asker(QObject):
        def take(self, result: JsonObject) -> None:
            called.append(result)

    owner = Owner()
    bridge = opened(qtbot, lambda: owner)
    asker = Asker()
    bridge.call("one", {}, asker.take)
    bridge.call("two", {}, called.append)
    asker.deleteLater()
    with qtbot.waitSignal(asker.destroyed):
        pass
    for _, _, answer, _ in owner.asked:
        answer.set_result({"n": 1})
    qtbot.waitUntil(lambda: bool(called))
    assert called == [{"n": 1}]
    bridge.close(0).join()


@pytest.mark.expect_log("WARNING .*'nowhere' failed")
def test_an_error_that_nobody_takes_is_logged(qtbot: QtBot) -> None:
    owner = Owner()
    bridge = opened(qtbot, lambda: owner)
    done: list[JsonObject] = []
    bridge.call("nowhere")
    bridge.call("after", {}, done.append)
    owner.asked[0][2].set_exception(failure("owner.unknown-request", "No.", ""))
    owner.asked[1][2].set_result({})
    qtbot.waitUntil(lambda: done == [{}])
    bridge.close(0).join()


def test_an_engine_found_while_closing_is_let_go(qtbot: QtBot) -> None:
    owner, wait = Owner(), threading.Event()

    def look() -> Front:
        wait.wait()
        return owner

    bridge = Bridge(look)
    bridge.open()
    closing = bridge.close(0)
    wait.set()
    closing.join()
    assert owner.closed


def test_an_engine_that_was_found_but_not_delivered_is_let_go(qtbot: QtBot) -> None:
    owner = Owner()
    bridge = Bridge(lambda: owner)
    bridge.open()
    assert bridge._looking is not None
    bridge._looking.join()
    bridge.close(0).join()
    assert owner.closed


def test_events_of_a_request_come_before_its_result(qtbot: QtBot) -> None:
    owner = Owner()
    bridge = opened(qtbot, lambda: owner)
    heard: list[JsonObject] = []
    bridge.call("get_model", {}, heard.append, told=heard.append)
    _, _, answer, emit = owner.asked[0]
    assert emit is not None
    emit(1, {"done": 1})
    emit(2, {"done": 2})
    answer.set_result({"path": "x"})
    qtbot.waitUntil(lambda: len(heard) == 3)
    assert heard == [{"done": 1}, {"done": 2}, {"path": "x"}]
    bridge.close(0).join()


def test_a_run_followed_anew_has_nothing_of_the_time_before(qtbot: QtBot) -> None:
    owner = Owner()
    bridge = opened(qtbot, lambda: owner)
    seen: list[tuple[str, JsonObject]] = []
    bridge.events.connect(seen.extend)
    bridge.follow("r")
    bridge.unfollow("r")
    bridge.follow("r", 7)
    (_, _, first_answer, first), (_, given, _, second) = owner.asked
    assert given == {"run": "r", "from": 7}
    assert first is not None
    assert second is not None
    first(8, {"event": "old"})
    first_answer.set_result({})
    second(8, {"event": "new"})
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("r", {"event": "new"})]
    bridge.close(0).join()


def test_a_callback_that_fails_holds_up_nothing(qtbot: QtBot) -> None:
    owner = Owner()
    bridge = opened(qtbot, lambda: owner)
    done: list[JsonObject] = []

    def fail(_result: JsonObject) -> None:
        raise RuntimeError("a slot failed")

    bridge.call("one", {}, fail)
    bridge.call("two", {}, done.append)
    with qtbot.captureExceptions() as caught:
        for _, _, answer, _ in owner.asked:
            answer.set_result({"n": 1})
        qtbot.waitUntil(lambda: bool(done))
    assert [str(error) for _, error, _ in caught] == ["a slot failed"]
    bridge.close(0).join()
