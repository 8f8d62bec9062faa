"""Runs of a document, on the real engine: started, stopped, answered, debugged, and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from desktop_app.window.engine import EngineService
from desktop_app.window.runs import RunService
from desktop_app.workbench import attach, connect
from engine.api.declaration import Declarations
from engine.model.changes import SetParam
from engine.model.graph import Graph, InputSpec
from engine.model.serialize import dump
from storage.paths import DataFolder
from tests.window.engine_helpers import ID, LONG_MS, Opened, Told, engine_of, graph_of, node, script, text
from widgets.node_types import NodeTypes

CHAIN = graph_of(
    text("a", "hello"), text("b", "{{ nodes.a.output }} world"), text("c", "c"), edges="a.out > b.after, b.out > c.after"
)
ASKING = graph_of(
    node("ask", "flow.approval", question="Go?", payload={"n": 1}), text("b", "done"), edges="ask.approved > b.after"
)
SLEEPING = graph_of(
    script("slow", "import time\ndef main(inputs):\n    time.sleep(60)\n"), text("b", "b"), edges="slow.out > b.after"
)


@pytest.fixture
def engine(qtbot: QtBot) -> Iterator[EngineService]:
    with engine_of(qtbot) as found:
        yield found


def rests(qtbot: QtBot, told: Told, status: str) -> None:
    qtbot.waitUntil(lambda: bool(told.begun) and told.run.model.status == status, timeout=LONG_MS)


def test_a_run_shows_its_steps_as_they_go(qtbot: QtBot, engine: EngineService) -> None:
    runs, opened = RunService(engine), Opened(CHAIN)
    told, threads = Told(runs), set[bool]()
    runs.changed.connect(lambda *_: threads.add(QThread.currentThread() is runs.thread()))
    runs.start(opened)
    rests(qtbot, told, "succeeded")
    model = told.run.model
    assert model.step("b").ports == {"out": "hello world"}
    assert set(map(told.status, "abc")) == {"succeeded"}
    assert model.before == {"a": set(), "b": {"a"}, "c": {"b"}}
    assert set().union(*(addresses for _, addresses in told.changes)) == {"a", "b", "c", ""}
    assert threads == {True}
    assert runs.runs_of(opened) == [told.run]
    assert runs.under_way() == []
    assert told.run.workflow == ID


def test_it_runs_the_document_as_it_was(qtbot: QtBot, engine: EngineService) -> None:
    runs, opened = RunService(engine), Opened(CHAIN.copy())
    told = Told(runs)
    runs.start(opened)
    opened.document.apply(SetParam("a", ("template",), "changed"), "edit")
    rests(qtbot, told, "succeeded")
    assert told.run.model.step("a").ports == {"out": "hello"}


def test_what_cannot_be_run_is_refused(qtbot: QtBot, engine: EngineService, home: Path) -> None:
    runs = RunService(engine)
    told = Told(runs)
    calling = graph_of(node("get", "http.request", url="https://example.invalid/x"))
    runs.start(Opened(calling, home / "x.weft"))
    qtbot.waitUntil(lambda: told.refused == ["trust.needed"], timeout=LONG_MS)
    runs.start(Opened(calling, home / "x.weft", dump(calling)))
    qtbot.waitUntil(lambda: told.refused == ["trust.needed"] * 2, timeout=LONG_MS)
    told.refused.pop()
    runs.start(Opened(graph_of(text("a", "{{ nodes.gone.output }}"))))
    qtbot.waitUntil(lambda: len(told.refused) == 2, timeout=LONG_MS)
    needs = replace(CHAIN, inputs={"who": InputSpec("who", "text", required=True)})
    runs.start(Opened(needs))
    qtbot.waitUntil(lambda: told.refused[2:] == ["input.missing"], timeout=LONG_MS)
    runs.is_closing = True
    runs.start(Opened(CHAIN))
    assert told.refused[3:] == ["engine.closing"]
    assert told.begun == []


def test_inputs_are_known_to_the_model(qtbot: QtBot, engine: EngineService) -> None:
    runs, greeting = RunService(engine), graph_of(text("a", "hi {{ inputs.who }}"), inputs={"who": InputSpec("who", "text")})
    told = Told(runs)
    runs.start(Opened(greeting), values={"who": "Ann"})
    rests(qtbot, told, "succeeded")
    assert told.run.model.inputs == {"who": "Ann"}
    assert told.run.model.step("a").ports == {"out": "hi Ann"}


def test_to_here_and_from_here(qtbot: QtBot, engine: EngineService) -> None:
    runs, opened = RunService(engine), Opened(CHAIN.copy())
    told = Told(runs)
    runs.start(opened, until=["b"])
    rests(qtbot, told, "succeeded")
    assert set(told.run.model.steps) == {"a", "b"}
    first = told.run.id
    opened.document.apply(SetParam("b", ("template",), "{{ nodes.a.output }} again"), "edit")
    runs.start(opened, keep_from=(first, "b"))
    qtbot.waitUntil(lambda: len(told.begun) == 2 and told.run.model.is_over, timeout=LONG_MS)
    assert [told.status(step) for step in "abc"] == ["cached", "succeeded", "succeeded"]
    assert told.run.model.step("b").ports == {"out": "hello again"}
    assert [run.id for run in runs.runs_of(opened)] == [told.run.id, first]


def test_breakpoints_and_steps(qtbot: QtBot, engine: EngineService) -> None:
    runs = RunService(engine)
    told = Told(runs)
    runs.start(Opened(CHAIN), breakpoints=["b"])
    qtbot.waitUntil(lambda: bool(told.begun) and told.status("b") == "paused", timeout=LONG_MS)
    assert [told.status(step) for step in "ac"] == ["succeeded", "idle"]
    runs.step(told.run.id)
    qtbot.waitUntil(lambda: told.status("c") == "paused")
    runs.set_breakpoints(told.run.id, [])
    runs.go_on(told.run.id)
    rests(qtbot, told, "succeeded")


def test_cancelled_and_stopped_and_resumed(qtbot: QtBot, engine: EngineService) -> None:
    runs = RunService(engine)
    told = Told(runs)
    runs.start(Opened(SLEEPING))
    qtbot.waitUntil(lambda: bool(told.begun) and told.status("slow") == "running", timeout=LONG_MS)
    assert told.status("b") == "queued"
    runs.cancel(told.run.id)
    rests(qtbot, told, "cancelled")
    runs.start(Opened(CHAIN), breakpoints=["b"])
    qtbot.waitUntil(lambda: len(told.begun) == 2 and told.status("b") == "paused", timeout=LONG_MS)
    runs.drain(told.run.id)
    rests(qtbot, told, "stopped")
    runs.resume(told.run.id)
    rests(qtbot, told, "succeeded")
    assert [told.status(step) for step in "abc"] == ["succeeded"] * 3
    assert len(told.run.model.step("a").attempts) == 1
    runs.resume(told.run.id)
    qtbot.waitUntil(lambda: told.trouble == ["run.finished"], timeout=LONG_MS)


def test_several_runs_at_once(qtbot: QtBot, engine: EngineService) -> None:
    runs = RunService(engine)
    told = Told(runs)
    for _ in range(3):
        runs.start(Opened(CHAIN), breakpoints=["b"])
    qtbot.waitUntil(lambda: len(told.begun) == 3, timeout=LONG_MS)
    qtbot.waitUntil(lambda: all(run.model.step("b").view.status == "paused" for run in told.begun), timeout=LONG_MS)
    assert len(runs.under_way()) == 3
    runs.go_on(told.begun[1].id)
    qtbot.waitUntil(lambda: told.begun[1].model.is_over)
    assert [run.model.is_over for run in told.begun] == [False, True, False]
    runs.drain_all()
    qtbot.waitUntil(lambda: runs.under_way() == [])


def test_a_question_is_answered_with_an_edited_value(qtbot: QtBot, engine: EngineService) -> None:
    runs = RunService(engine)
    told = Told(runs)
    with qtbot.waitSignal(runs.questions_changed, timeout=LONG_MS):
        runs.start(Opened(ASKING))
    (asked,) = runs.questions()
    assert (asked.run, asked.address, asked.name, asked.workflow) == (told.run.id, "ask", "Test", ID)
    assert asked.question["text"] == "Go?"
    runs.answer(asked.run, asked.address, approve=True, comment="fine", edited=({"n": 2},))
    rests(qtbot, told, "succeeded")
    assert told.run.model.step("ask").ports["approved"] == {"n": 2}
    assert runs.questions() == []
    runs.answer(asked.run, asked.address, approve=False)
    qtbot.waitUntil(lambda: told.trouble == ["approval.answered"], timeout=LONG_MS)


def wait_for_rest(qtbot: QtBot, graph: Graph) -> str:
    """Run a document in a window that is closed when the run waits, and return the run."""
    with engine_of(qtbot) as engine:
        runs = RunService(engine)
        told = Told(runs)
        runs.start(Opened(graph))
        rests(qtbot, told, "waiting")
        return told.run.id


def test_questions_of_an_earlier_session_come_back(qtbot: QtBot) -> None:
    run = wait_for_rest(qtbot, ASKING)
    engine = EngineService(DataFolder.default(), _types())
    runs = RunService(engine)
    told = Told(runs)
    with qtbot.waitSignal(runs.questions_changed, timeout=LONG_MS):
        engine.begin()
    (asked,) = runs.questions()
    assert (asked.run, asked.name, asked.workflow) == (run, "Test", ID)
    assert runs.runs_of(Opened(ASKING)) == [told.run]
    runs.answer(run, "ask", approve=False, comment="no")
    rests(qtbot, told, "succeeded")
    assert (told.status("ask"), told.status("b")) == ("succeeded", "skipped")
    qtbot.waitUntil(lambda: engine.registry is not None, timeout=LONG_MS)
    engine.bridge.close(1).join()
    engine.aside.close()


def test_a_question_of_a_run_that_another_program_asked_for_comes_here(qtbot: QtBot, engine: EngineService) -> None:
    runs = RunService(engine)
    told = Told(runs)
    client = connect(DataFolder.default())
    assert client is not None
    try:
        with qtbot.waitSignal(runs.questions_changed, timeout=LONG_MS):
            run = client.call("start", {"text": dump(ASKING)}).result(30)["run"]
        (asked,) = runs.questions()
        assert (asked.run, asked.workflow) == (run, ID)
        assert [known.id for known in told.begun] == [run]
        assert not told.run.is_ours
        runs.start(Opened(CHAIN))
        qtbot.waitUntil(lambda: len(told.begun) == 2 and told.run.model.is_over, timeout=LONG_MS)
        assert [told.status(step) for step in "abc"] == ["succeeded"] * 3, "its own runs are not taken for those of others"
    finally:
        client.close()


def test_a_run_goes_on_here_when_the_program_that_had_it_ends(qtbot: QtBot) -> None:
    owner = attach(DataFolder.default(), "other", lambda _: None)
    with engine_of(qtbot) as engine:
        owned = [engine.bridge.owns_folder]
        runs = RunService(engine)
        told = Told(runs)
        runs.start(Opened(CHAIN), breakpoints=["b"])
        qtbot.waitUntil(lambda: bool(told.begun) and told.status("b") == "paused", timeout=LONG_MS)
        owner.close(0.1)
        rests(qtbot, told, "succeeded")
        assert [*owned, engine.bridge.owns_folder] == [False, True]
        assert [told.status(step) for step in "abc"] == ["succeeded"] * 3
        assert told.run.id == told.begun[0].id


def test_a_run_that_waits_is_told_once_when_the_program_that_had_it_ends(qtbot: QtBot) -> None:
    owner = attach(DataFolder.default(), "other", lambda _: None)
    with engine_of(qtbot) as engine:
        runs = RunService(engine)
        told = Told(runs)
        runs.start(
            Opened(graph_of(text("a", "hello"), *ASKING.nodes.values(), edges="a.out > ask.after, ask.approved > b.after"))
        )
        rests(qtbot, told, "waiting")
        before, counts = told.run.model, list[int]()
        logged = before.logged
        runs.questions_changed.connect(lambda: counts.append(len(runs.questions())))
        owner.close(0.1)
        qtbot.waitUntil(lambda: told.run.model is not before and told.run.model.status == "waiting", timeout=LONG_MS)
        model = told.run.model
        assert (len(model.step("a").attempts), len(model.step("ask").waits)) == (1, 1)
        assert model.logged <= logged, "that an unfinished step began is not in the journal"
        assert 0 not in counts
        runs.answer(told.run.id, "ask", approve=True)
        rests(qtbot, told, "succeeded")


def test_a_question_stays_while_its_run_goes_over_to_this_program(qtbot: QtBot) -> None:
    owner = attach(DataFolder.default(), "other", lambda _: None)
    with engine_of(qtbot) as engine:
        runs = RunService(engine)
        told = Told(runs)
        runs.start(Opened(graph_of(*ASKING.nodes.values(), *SLEEPING.nodes.values(), edges="ask.approved > b.after")))
        qtbot.waitUntil(lambda: bool(told.begun) and told.status("slow") == "running" and bool(runs.questions()), timeout=LONG_MS)
        before, counts = told.run.model, list[int]()
        runs.questions_changed.connect(lambda: counts.append(len(runs.questions())))
        owner.close(0.1)
        qtbot.waitUntil(lambda: told.run.model is not before and told.status("slow") == "running", timeout=LONG_MS)
        qtbot.waitUntil(lambda: told.status("ask") == "waiting", timeout=LONG_MS)
        assert set(counts) <= {1}
        runs.cancel(told.run.id)
        rests(qtbot, told, "cancelled")
        assert runs.questions() == []


def test_a_run_that_was_stopped_there_stays_so(qtbot: QtBot) -> None:
    owner = attach(DataFolder.default(), "other", lambda _: None)
    with engine_of(qtbot) as engine:
        runs = RunService(engine)
        told = Told(runs)
        runs.start(Opened(CHAIN), breakpoints=["b"])
        qtbot.waitUntil(lambda: bool(told.begun) and told.status("b") == "paused", timeout=LONG_MS)
        runs.drain(told.run.id)
        rests(qtbot, told, "stopped")
        with qtbot.assertNotEmitted(runs.begun, wait=300):
            owner.close(0.1)
        assert told.run.model.status == "stopped"


def _types() -> NodeTypes:
    return NodeTypes(Declarations())
