"""A window's engine on the test's own data folder, and small workflows for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from desktop_app.window.engine import EngineService
from desktop_app.window.runs import KnownRun, RunService
from engine.api.declaration import Declarations
from engine.model.graph import Edge, Graph, Node
from graph_editor.document import GraphDocument
from storage.paths import DataFolder
from widgets.node_types import NodeTypes

ID = "00000000-0000-4000-8000-000000000009"
LONG_MS = 30_000


class Opened:
    """An open document, as far as runs and checks look at it."""

    def __init__(self, graph: Graph, path: Path | None = None, saved_text: str = "") -> None:
        self.document, self.path, self.saved_text = GraphDocument(graph), path, saved_text


class Told:
    """What a run service told, in order."""

    def __init__(self, runs: RunService) -> None:
        self.begun: list[KnownRun] = []
        self.refused: list[str] = []
        self.trouble: list[str] = []
        self.changes: list[tuple[str, set[str]]] = []
        runs.begun.connect(self.begun.append)
        runs.refused.connect(lambda _, error: self.refused.append(error.issue.code))
        runs.trouble.connect(lambda _, error: self.trouble.append(error.issue.code))
        runs.changed.connect(lambda run, addresses: self.changes.append((run, addresses)))

    @property
    def run(self) -> KnownRun:
        """The run that began last."""
        return self.begun[-1]

    def status(self, step: str) -> str:
        """How a step of that run looks."""
        return self.run.model.step(step).view.status


def node(name: str, kind: str, **params: Any) -> Node:
    return Node(name, kind, title=name, params=params)


def text(name: str, template: str) -> Node:
    return node(name, "data.transform", operation="template", template=template)


def script(name: str, code: str, **params: Any) -> Node:
    return node(name, "code.python", code=code, **params)


def graph_of(*nodes: Node, edges: str = "", **parts: Any) -> Graph:
    """Build a workflow; `edges` holds `a.out > b.after`, separated by commas."""
    pairs = [pair.split(">") for pair in edges.split(",") if pair.strip()]
    found = [Edge.of(source.strip(), target.strip()) for source, target in pairs]
    return Graph(id=ID, name="Test", nodes={known.id: known for known in nodes}, edges=found, **parts)


@contextmanager
def engine_of(qtbot: QtBot) -> Iterator[EngineService]:
    """Bring an engine, and let go of it."""
    engine = EngineService(DataFolder.default(), NodeTypes(Declarations()))
    with qtbot.waitSignals([engine.ready, engine.bridge.attached], timeout=LONG_MS):
        engine.begin()
    try:
        yield engine
    finally:
        engine.bridge.close(1).join()
        engine.aside.close()
