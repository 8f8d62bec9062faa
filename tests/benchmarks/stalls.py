"""The longest time for which heavy work holds the engine's loop, while another run wants to go on.

A heartbeat sleeps for a millisecond again and again; the longest gap is the stall. Python's lock gives the physical limits: what
one call in C takes (parsing or writing 30 MB of JSON, freeing it), and the interval after which it changes between threads.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock

from engine.api.context import RunContext
from engine.api.node import Node
from engine.api.params import Secret
from engine.api.services import Services
from engine.model.graph import Graph
from engine.model.values import Json
from engine.net.client import WebClient
from engine.nodes.code.python_script import PythonScript
from engine.nodes.data.transform import Transform
from engine.nodes.files.read import ReadFile
from engine.nodes.files.write import WriteFile
from engine.nodes.flow.condition import Condition
from engine.nodes.flow.wait import Wait
from engine.nodes.web.api_request import ApiRequest
from engine.runtime.garbage import collect_between_runs
from engine.sandbox.runner import ProcessScripts
from tests.benchmarks.shapes import layered, wide
from tests.helpers.engine import TYPES, WORK, Engine, graph_of, open_engine, registry_of, task

BEAT = 0.001
REACH = 100
"""Milliseconds."""
ROWS = 150_000
TEMPLATES = 20
NODES = 1000
SERVER = """
from http.server import HTTPServer, SimpleHTTPRequestHandler

class Handler(SimpleHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(204)
        self.end_headers()

server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port)
server.serve_forever()
"""
SECRET = "correct horse battery staple"
LONG_TEMPLATE = "{% for i in range(100000) %}{% for j in range(100000) %}{{ i * j }}{% endfor %}{% endfor %}"


def rows(count: int) -> list[Json]:
    """Return objects of some 200 bytes each."""
    return [
        {"id": number, "name": f"Customer {number}", "total": number * 1.25, "note": "x" * 120, "tags": ["new", f"t{number}"]}
        for number in range(count)
    ]


@dataclass
class Heartbeat:
    """The longest gap between two beats in seconds."""

    longest: float = 0.0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Beat meanwhile."""
        await asyncio.sleep(0.1)
        self.longest = 0.0
        task = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            await asyncio.sleep(5 * BEAT)
            task.cancel()

    async def _beat(self) -> None:
        before = time.perf_counter()
        while True:
            await asyncio.sleep(BEAT)
            now = time.perf_counter()
            self.longest = max(self.longest, now - before - BEAT)
            before = now


async def _give_rows(ctx: RunContext) -> Json:
    return await asyncio.to_thread(rows, ROWS)


async def _give_text(ctx: RunContext) -> Json:
    return "The quick brown fox jumps. " * 1_200_000


async def _stream(over: asyncio.Event, ctx: RunContext) -> Json:
    while not over.is_set():
        ctx.token("word ")
        await asyncio.sleep(0.01)
    return None


class Keyed(Node):
    """Reads a secret and gives rows."""

    type_id = "bench.keyed"
    title = "Keyed"
    category = "bench"

    key: Secret

    async def run(self, ctx: RunContext) -> Any:
        ctx.secret(self.key)
        return await _give_rows(ctx)


def through(name: str, kind: str, **params: Any) -> Graph:
    """Return a graph of a source and one node behind it that reads the source's value."""
    edge = params.pop("edge", "value")
    return graph_of(task("source", name), task("heavy", kind=kind, **params), edges=f"source.out > heavy.{edge}")


def graphs(folder: Path, port: int) -> dict[str, Graph]:
    """Return the heavy runs by name."""
    address = f"127.0.0.1:{port}"
    web: dict[str, Any] = {"kind": ApiRequest.type_id, "url": f"http://{address}/rows.json", "max_mb": 100}
    names = [f"t{number}" for number in range(TEMPLATES)]
    return {
        "rows through an own node": graph_of(task("source", "rows")),
        "text through an own node": graph_of(task("source", "text")),
        "rows after a secret was read": graph_of(task("heavy", kind=Keyed.type_id, key={"$secret": "key"})),
        "rows through a template": through("rows", Transform.type_id, template="{{ value | length }}"),
        "rows through a loop in a template": through(
            "rows", Transform.type_id, template="{% for row in value[:40000] %}{{ row.name }}{% endfor %}"
        ),
        "rows through a filter": through("rows", Transform.type_id, operation="filter", expression="item.total > 5000"),
        "rows through a sort": through("rows", Transform.type_id, operation="sort", expression="item.note ~ item.name"),
        "rows through JMESPath": through("rows", Transform.type_id, operation="pick", path="[?total > `100`].{i: id, n: name}"),
        "rows through a condition": through("rows", Condition.type_id, cases=[{"id": "many", "when": "value | length > 3"}]),
        "rows into a JSON file": through("rows", WriteFile.type_id, path="rows.json", edge="content"),
        "rows out of a JSON file": graph_of(task("heavy", kind=ReadFile.type_id, path=str(folder / "rows.json"))),
        "rows into a script": through(
            "rows", PythonScript.type_id, edge="rows", code="result = inputs['rows'][:30000]", inputs={"rows": None}
        ),
        "rows out of a web server": graph_of(task("heavy", **web), settings={"allow_hosts": [address]}),
        "rows to a web server": graph_of(
            task("source", "rows"),
            task("heavy", **web, method="POST", body_kind="json"),
            edges="source.out > heavy.body",
            settings={"allow_hosts": [address]},
        ),
        f"{TEMPLATES} templates to their limit": graph_of(
            *(task(name, kind=Transform.type_id, template=LONG_TEMPLATE, options={"on_error": "default"}) for name in names)
        ),
        f"start of {NODES} nodes in layers": _many(layered(NODES, 30, seed=1)),
        f"start of {NODES} nodes side by side": _many(wide(NODES)),
    }


def _many(shape: dict[str, list[str]]) -> Graph:
    edges = ", ".join(f"{source} > {node}" for node, sources in shape.items() for source in sources)
    return graph_of(*(task(node, value="{{ run.id }}" if number % 2 else 1) for number, node in enumerate(shape)), edges=edges)


async def measure(folder: Path) -> tuple[str, list[str], list[list[str]]]:
    (folder / "rows.json").write_text(json.dumps(rows(ROWS)))
    heart = Heartbeat()
    table = [await _limit(heart, name, work) for name, work in _limits(folder).items()]
    nothing: Any = None
    secrets: Any = Mock(get=lambda name: SECRET)
    services = Services(nothing, WebClient(), ProcessScripts(), nothing, secrets)
    types: tuple[type[Node], ...] = (*TYPES, ApiRequest, Condition, Keyed, PythonScript, ReadFile, Transform, Wait, WriteFile)
    with _web_server(folder) as port:
        async with open_engine(folder, services, registry_of(*types)) as engine:
            over = asyncio.Event()
            WORK.update(rows=_give_rows, text=_give_text, stream=partial(_stream, over))
            await engine.run(graph_of(task("first", kind=Transform.type_id, template="{{ 1 }}")))  # what is imported once
            collect_between_runs()
            other = await engine.start(graph_of(task("other", "stream")))
            for name, graph in graphs(folder, port).items():
                table.append(await _case(engine, heart, name, graph))
            over.set()
            await engine.runner.wait(other)
            await services.web.aclose()
    return "Longest stall of the engine's loop", ["work", "stall, ms", "whole run, s", "reach"], table


async def _case(engine: Engine, heart: Heartbeat, name: str, graph: Graph) -> list[str]:
    """Return the row of a run, the storing of its version not counted."""
    version = engine.store(graph)
    async with heart.listening():
        started = time.perf_counter()
        result = await engine.runner.wait(await engine.runner.start(version))
        seconds = time.perf_counter() - started
        assert result.status == "succeeded", (name, result.error)
        engine.events.clear()
        del result
    return [name, f"{heart.longest * 1e3:.0f}", f"{seconds:.2f}", f"under {REACH}"]


def _limits(folder: Path) -> dict[str, Callable[[], object]]:
    """Return what is done in one other thread, for comparison, by name."""
    text = (folder / "rows.json").read_text()
    value = json.loads(text)

    def spin() -> None:
        until = time.perf_counter() + 1
        while time.perf_counter() < until:
            pass

    def free() -> None:
        json.loads(text)

    return {
        "limit: Python in one thread": spin,
        "limit: json.dumps of the rows in one thread": lambda: json.dumps(value),
        "limit: json.loads of the rows in one thread": free,
    }


async def _limit(heart: Heartbeat, name: str, work: Callable[[], object]) -> list[str]:
    async with heart.listening():
        started = time.perf_counter()
        await asyncio.to_thread(work)
        seconds = time.perf_counter() - started
    return [name, f"{heart.longest * 1e3:.0f}", f"{seconds:.2f}", ""]


@contextmanager
def _web_server(folder: Path) -> Iterator[int]:
    """Serve a folder from another process and give the port."""
    command = [sys.executable, "-u", "-c", SERVER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()
