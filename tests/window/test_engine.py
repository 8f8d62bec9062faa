"""The engine comes in threads, and what is wrong with a document is found beside the window."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop_app.window.checks import PAUSE_MS, Checks
from desktop_app.window.engine import EngineService
from engine.api.declaration import Declarations
from engine.model.changes import AddNode, MoveNodes, SetParam
from engine.model.graph import Graph
from engine.model.issues import Issue, WeftError
from storage.paths import DataFolder
from tests.window.engine_helpers import LONG_MS, Opened, engine_of, graph_of, node, text
from widgets.node_types import NodeTypes


def test_node_types_come_with_what_only_they_can_tell(qtbot: QtBot) -> None:
    with engine_of(qtbot) as engine:
        assert engine.registry is not None
        known = engine.node_types.get("flow.condition")
        assert known is not None
        graph = graph_of(node("if", "flow.condition", cases=[{"id": "big", "when": "1 > 0"}]))
        keys = {port.key for port in engine.node_types.ports(graph.nodes["if"], graph).outputs}
        assert keys == {"big", "default"}
        assert engine.node_types.summary(text("a", "hello"))


def test_models_are_known_soon(qtbot: QtBot, home: Path) -> None:
    models = home / "weft-data" / "models"
    models.mkdir(parents=True)
    (models / "mine.gguf").write_bytes(b"GGUF")
    engine = EngineService(DataFolder.default(), NodeTypes(Declarations()))
    with qtbot.waitSignal(engine.models_changed, timeout=LONG_MS):
        engine.begin()
    assert any(model["model"] == "mine" for model in engine.models)
    assert any(model.get("installed") for model in engine.models)
    qtbot.waitUntil(lambda: engine.registry is not None, timeout=LONG_MS)
    engine.bridge.close(1).join()
    engine.aside.close()


@pytest.mark.expect_log("ERROR .*node types did not load")
def test_node_types_that_do_not_load_are_a_problem(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    def fail(_folder: DataFolder) -> None:
        raise RuntimeError("broken installation")

    monkeypatch.setattr("desktop_app.services.open_node_types", fail)
    engine = EngineService(DataFolder.default(), NodeTypes(Declarations()))
    problems: list[WeftError] = []
    engine.problem.connect(problems.append)
    engine.begin()
    qtbot.waitUntil(lambda: bool(problems) and engine.bridge.is_attached, timeout=LONG_MS)
    assert problems[0].issue.code == "engine.no-types"
    assert "comes without node types: RuntimeError: broken installation" in caplog.text
    engine.bridge.close(1).join()
    engine.aside.close()


def test_the_window_is_not_held_up_while_the_engine_comes(qtbot: QtBot) -> None:
    pauses, last = [0.0], time.perf_counter()

    def beat() -> None:
        nonlocal last
        now = time.perf_counter()
        pauses.append(now - last)
        last = now

    heart = QTimer(interval=1)
    heart.timeout.connect(beat)
    heart.start()
    with engine_of(qtbot):
        heart.stop()
    assert max(pauses) < 0.5, "a busy machine adds to the 25 ms that it takes"


def found(qtbot: QtBot, checks: Checks) -> list[str]:
    with qtbot.waitSignal(checks.found, timeout=LONG_MS) as told:
        pass
    issues: list[Issue] = told.args[0]
    return [f"{issue.node}.{issue.code}" for issue in issues]


def test_problems_follow_the_edits(qtbot: QtBot) -> None:
    opened = Opened(graph_of(text("a", "{{ nodes.b.output }}")))
    with engine_of(qtbot) as engine:
        checks = Checks(opened, engine)
        told: list[list[Issue]] = []
        checks.found.connect(told.append)
        assert found(qtbot, checks) != []
        opened.document.apply(SetParam("a", ("template",), "hello"), "edit")
        assert found(qtbot, checks) == []
        for number in range(20):
            opened.document.apply(SetParam("a", ("template",), f"{{{{ nodes.x{number} }}}}"), "edit")
        opened.document.apply(AddNode(node("odd", "no.type")), "add")
        assert any(name == "odd.type.unknown" for name in found(qtbot, checks))
        assert len(told) == 3, "edits in a row are looked at once"
        with qtbot.assertNotEmitted(checks.found, wait=2 * PAUSE_MS):  # where a node stands is never wrong
            opened.document.apply(MoveNodes({"a": (5.0, 5.0)}), "move")


def test_what_was_found_in_an_earlier_state_is_not_told(qtbot: QtBot) -> None:
    opened, busy = Opened(graph_of(text("a", "{{ nodes.gone.output }}"))), threading.Event()
    with engine_of(qtbot) as engine:
        engine.aside.do(busy.wait, lambda _: None, lambda _: None)
        checks = Checks(opened, engine)
        told: list[int] = []
        checks.found.connect(lambda issues: told.append(len(issues)))
        with qtbot.assertNotEmitted(checks.found, wait=2 * PAUSE_MS):
            pass
        opened.document.apply(SetParam("a", ("template",), "hello"), "Edit")
        busy.set()
        qtbot.waitUntil(lambda: bool(told), timeout=LONG_MS)
        assert told == [0]


def test_files_beside_the_document_are_found(qtbot: QtBot, home: Path) -> None:
    (home / "words.md").write_text("hello")
    graph = graph_of(node("a", "data.transform", operation="template", template={"$ref": "words.md"}))
    with engine_of(qtbot) as engine:
        assert found(qtbot, Checks(Opened(graph, home / "x.weft"), engine)) == []
        assert found(qtbot, Checks(Opened(graph), engine)) == ["a.ref.file"]


def test_an_empty_workflow_is_no_problem_before_it_is_run(qtbot: QtBot) -> None:
    opened = Opened(Graph())
    with engine_of(qtbot) as engine:
        checks = Checks(opened, engine)
        assert found(qtbot, checks) == []
        opened.document.apply(AddNode(node("odd", "no.type")), "add")
        assert "odd.type.unknown" in found(qtbot, checks)
