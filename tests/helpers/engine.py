"""A real runner on real databases, and node types made for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from engine.api.context import Question, RunContext
from engine.api.events import RunEvent
from engine.api.node import Node
from engine.api.params import Text
from engine.api.ports import After, Outputs, Port, Ports
from engine.api.services import Services
from engine.api.stores import StepRecord, Version
from engine.model.files import Files
from engine.model.graph import Edge, Graph
from engine.model.graph import Node as NodeRecord
from engine.model.serialize import dump
from engine.model.values import Json, JsonObject
from engine.registry import NodeRegistry
from engine.runtime.lg import AsyncSqliteSaver
from engine.runtime.runner import Runner, RunResult
from engine.validation.check import check
from storage.database import open_database
from storage.journal import SqliteJournal
from storage.paths import DataFolder
from storage.repositories.library import LibraryRepository

Work = Callable[[RunContext], Awaitable[Any]]


class Task(Node):
    """Does what the test registered under `name`, after its predecessors."""

    type_id = "test.task"
    title = "Task"
    category = "test"

    name: Text = ""
    value: Any = None

    async def run(self, ctx: RunContext, after: After = ()) -> Any:
        work = WORK.get(self.name)
        return self.value if work is None else await work(ctx)


class Choose(Node):
    """Activates the ports whose keys it is given."""

    type_id = "test.choose"
    title = "Choose"
    category = "test"

    ports_: tuple[str, ...] = ("a", "b")
    chosen: tuple[str, ...] = ()

    @classmethod
    def ports(cls, params: Mapping[str, Json]) -> Ports:
        keys = params.get("ports_", ["a", "b"])
        return Ports(cls.declared_ports.inputs, tuple(Port(str(key)) for key in cast("list[str]", keys)))

    async def run(self, ctx: RunContext, after: After = ()) -> Outputs:
        return Outputs({key: key for key in self.chosen})


class Ask(Node):
    """Asks a person."""

    type_id = "test.ask"
    title = "Ask"
    category = "test"

    text: Text = "Go on?"
    payload: Any = None

    async def run(self, ctx: RunContext, after: After = ()) -> Any:
        answer = await ctx.ask(Question(self.text, self.payload))
        return {"approved": answer.approved, "payload": answer.payload, "comment": answer.comment}


class Pair(Node):
    """Needs both of its inputs."""

    type_id = "test.pair"
    title = "Pair"
    category = "test"

    async def run(self, ctx: RunContext, left: Any, right: Any) -> Any:
        return [left, right]


class Result(Node):
    """An output of the run."""

    type_id = "test.result"
    title = "Result"
    category = "test"
    gives_outputs = True

    name: Text = "result"
    value: Any = None

    @classmethod
    def ports(cls, params: Mapping[str, Json]) -> Ports:
        return Ports(cls.declared_ports.inputs, (Port(str(params.get("name", "result"))),))

    async def run(self, ctx: RunContext, after: After = ()) -> Outputs:
        return Outputs({self.name: self.value})


WORK: dict[str, Work] = {}
"""What `Task` nodes do, by name. Emptied by `open_engine`."""

TYPES: tuple[type[Node], ...] = (Task, Choose, Ask, Pair, Result)


def task(
    node_id: str, name: str = "", *, kind: str = "test.task", options: JsonObject | None = None, **params: Any
) -> NodeRecord:
    """Return a node record; without `name` a task gives its `value`."""
    if kind == "test.task":
        params = {"name": name, **params}
    return NodeRecord(node_id, kind, title=node_id, params=params, options=options or {})


def kept(node_id: str, value: Json = None) -> StepRecord:
    """Return an outcome for a run to begin with."""
    return StepRecord("", "", node_id, "succeeded", {"out": value}, kept=True)


def graph_of(*nodes: NodeRecord, edges: str = "", **fields: Any) -> Graph:
    """Build a document. `edges` holds `a > b` or `a.port > b.port`, separated by commas."""
    graph = Graph(id="00000000-0000-4000-8000-000000000001", name="Test", nodes={node.id: node for node in nodes}, **fields)
    for pair in filter(None, (part.strip() for part in edges.split(","))):
        source, _, target = (end.strip() for end in pair.partition(">"))
        source = source if "." in source else f"{source}.out"
        target = target if "." in target else f"{target}.after"
        graph.edges.append(Edge.of(source, target))
    return graph


@dataclass
class Engine:
    """A runner with what it stands on."""

    folder: Path
    journal: SqliteJournal
    runner: Runner
    events: list[RunEvent] = field(default_factory=list)

    async def start(self, graph: Graph, inputs: Mapping[str, Json] | None = None, **options: Any) -> str:
        """Store the document as a version and start it."""
        return await self.runner.start(self.store(graph), inputs, **options)

    def store(self, graph: Graph) -> Version:
        """Store the document as a version."""
        files = Files(self.folder)
        check(graph, self.runner.registry, files=files)
        return self.runner.library.save_version(graph.id, graph.name, dump(graph), str(self.folder), "", files.texts)

    async def run(self, graph: Graph, inputs: Mapping[str, Json] | None = None, **options: Any) -> RunResult:
        """Run a document to rest."""
        return await self.runner.wait(await self.start(graph, inputs, **options))

    async def resume(self, run_id: str) -> RunResult:
        """Let a run go on, to rest."""
        await self.runner.resume(run_id)
        return await self.runner.wait(run_id)

    async def steps(self, run_id: str) -> dict[str, Any]:
        """Return the recorded steps by address."""
        return {step.address: step for step in await self.journal.load(run_id)}

    def kinds(self) -> list[str]:
        """Return the names of the events so far, without those of single steps."""
        return [type(event).__name__ for event in self.events if type(event).__name__.startswith("Run")]


@asynccontextmanager
async def open_engine(
    folder: Path, services: Services | None = None, registry: NodeRegistry | None = None
) -> AsyncIterator[Engine]:
    """Open a data folder with a runner on it, and close both."""
    WORK.clear()
    registry = registry or registry_of(*TYPES)
    data = DataFolder(folder).create()
    library_db = open_database("library", data.library_db)
    journal = SqliteJournal(data)
    async with AsyncSqliteSaver.from_conn_string(str(data.checkpoints_db)) as saver:
        await saver.conn.execute("PRAGMA synchronous=NORMAL")
        runner = Runner(
            journal,
            LibraryRepository(library_db),
            registry,
            services or cast("Services", None),
            saver,
            data.runs,
        )
        engine = Engine(folder, journal, runner)
        runner.sinks.append(engine.events.append)
        try:
            yield engine
        finally:
            await runner.close(grace=5)
            await journal.flush()
            journal.close()
            library_db.dispose()


def registry_of(*types: type[Node]) -> NodeRegistry:
    """Return a registry with these types."""
    registry = NodeRegistry()
    for node_type in types:
        registry.add(node_type)
    return registry


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that has to happen soon; the test's own time limit is the bound."""
    while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
        await asyncio.sleep(0.002)
