"""The command `weft` as a program of its own, on an empty data folder, with what it gives checked against schemas."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.helpers.checkout import ROOT
from tests.helpers.forked import Forked, ForkServer

TIMEOUT_S = 90

NAME = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
ERROR = {
    "type": "object",
    "required": ["code", "node", "field", "text", "remedy"],
    "properties": {
        "code": {"pattern": r"^[a-z]+(\.[a-z-]+)+$"},
        "node": {"type": "string"}, "field": {"type": "string"}, "text": NAME, "remedy": NAME,
    },
}  # fmt: skip
WAITING = {
    "type": "array",
    "items": {"type": "object", "required": ["id", "question"], "properties": {"id": NAME, "question": {"required": ["text"]}}},
}
STATUS = {"enum": ["running", "waiting", "stopped", "succeeded", "failed", "cancelled"]}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


ERROR_OR_NONE = {"anyOf": [ERROR, {"type": "null"}]}
REST = _object(run=NAME, workflow=NAME, status=STATUS, outputs={"type": "object"}, error=ERROR_OR_NONE, waiting=WAITING)
REFUSED = _object(
    run={"type": ["string", "null"]}, workflow={"type": "null"}, status={"const": "refused"}, outputs={"const": {}}, error=ERROR,
    waiting={"const": []},
)  # fmt: skip
FAILED = _object(error=ERROR)
ATTEMPT = _object(started=MOMENT, ended=MOMENT, error=ERROR_OR_NONE)
STEP = _object(
    node=NAME, key=NAME, status={"enum": ["succeeded", "skipped", "failed"]}, caught={"enum": ["", "port", "default"]},
    error=ERROR_OR_NONE, attempts={"type": "array", "items": ATTEMPT},
)  # fmt: skip
SHOWN = {"allOf": [REST, _object(started=MOMENT, steps={"type": "array", "items": STEP})]}
LISTED = _object(run=NAME, workflow=NAME, status=STATUS, started=MOMENT)
EVENT = _object(event=NAME, run=NAME, at={"type": "number"})


@dataclass(frozen=True)
class Done:
    """A call that ended: exit code, standard output and error."""

    code: int
    out: str
    err: str

    def json(self, schema: Mapping[str, Any] | None = None) -> Any:
        """Return the one object on stdout, checked against a schema."""
        lines = self.out.splitlines()
        assert len(lines) == 1, f"not one line on stdout: {self.out!r}, stderr: {self.err}"
        value = json.loads(lines[0])
        if schema is not None:
            Draft202012Validator(schema).validate(value)
        return value

    def items(self, schema: Mapping[str, Any]) -> list[Any]:
        """Return the items on stdout, checked against their schema."""
        items: list[Any] = self.json(_object(items={"type": "array", "items": schema}))["items"]
        return items

    def events(self) -> list[Any]:
        """Return the objects on stdout, one a line."""
        events = [json.loads(line) for line in self.out.splitlines()]
        for event in events:
            Draft202012Validator(EVENT).validate(event)
        return events


@dataclass
class Program:
    """A call under way; what it prints is collected."""

    process: subprocess.Popen[str] | Forked
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    _readers: list[threading.Thread] = field(default_factory=list)
    _heard: threading.Condition = field(default_factory=threading.Condition)
    _speaking: int = 2

    def __post_init__(self) -> None:
        for stream, lines in ((self.process.stdout, self.out), (self.process.stderr, self.err)):
            assert stream is not None
            reader = threading.Thread(target=self._read, args=(stream, lines))
            reader.start()
            self._readers.append(reader)

    def _read(self, stream: Iterable[str], lines: list[str]) -> None:
        for line in stream:
            with self._heard:
                lines.append(line)
                self._heard.notify_all()
        with self._heard:
            self._speaking -= 1
            self._heard.notify_all()

    def done(self, timeout: float = TIMEOUT_S) -> Done:
        """Wait for the end."""
        code = self.process.wait(timeout)
        for reader in self._readers:
            reader.join()
        return Done(code, "".join(self.out), "".join(self.err))

    def until(self, good: Callable[[list[Any]], object], timeout: float = TIMEOUT_S) -> list[Any]:
        """Wait until the events so far are good, and return them."""
        self._wait_for(lambda: good(self._events()), timeout)
        return self._events()

    def until_it_says(self, words: str, timeout: float = TIMEOUT_S) -> None:
        """Wait until stderr holds these words."""
        self._wait_for(lambda: any(words in line for line in self.err), timeout)

    def _events(self) -> list[Any]:
        return [json.loads(line) for line in list(self.out)]

    def _wait_for(self, come: Callable[[], object], timeout: float) -> None:
        with self._heard:
            self._heard.wait_for(lambda: come() or not self._speaking, timeout)
            assert come(), f"it did not come: {self.out} {self.err}"

    def interrupt(self) -> None:
        """Send what Ctrl+C sends."""
        self.process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End it without giving it a chance."""
        self.process.kill()


GATE_TYPE = '''"""Gate: is open once a file is there."""

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.api.context import RunContext
from engine.api.node import Node
from engine.api.ports import After
from engine.api.trust import Capability
from engine.model.values import Json


class Gate(Node):
    """Waits for a file."""

    type_id = "test.gate"
    title = "Gate"
    category = "test"

    file: str = ""

    @classmethod
    def capabilities(cls, params: Mapping[str, Json]) -> Iterable[Capability]:
        """It only looks."""
        return ()

    async def run(self, ctx: RunContext, after: After = ()) -> bool:
        """Look for the file."""
        while not Path(self.file).exists():
            await asyncio.sleep(0.01)
        return True
'''


@dataclass(frozen=True)
class Gate:
    """A node that a test holds up. `node` is for `Weft.write`."""

    file: Path
    node_id: str

    @property
    def node(self) -> dict[str, Any]:
        """Return the node."""
        return node(self.node_id, "test.gate", file=str(self.file))

    def open(self) -> None:
        """Let the node end, now and in later runs."""
        self.file.touch()


@dataclass
class Weft:
    """The command on one data folder. `here` is the current folder of its calls. `forks` starts them quickly, if there."""

    here: Path
    forks: ForkServer | None = None
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.here / "data"

    def env(self, **more: str) -> dict[str, str]:
        """Return the environment of a call."""
        own = {"WEFT_DATA": str(self.data), "WEFT_CONFIG": str(self.here / "config"), "PYTHONPATH": str(ROOT)}
        return {**os.environ, **own, **self.environment, **more}

    def command(self, *arguments: object) -> list[str]:
        """Return the command line of a call."""
        return [sys.executable, "-P", "-m", "desktop_app", *map(str, arguments)]

    def __call__(self, *arguments: object, given: str | bytes = b"", env: Mapping[str, str] = {}) -> Done:
        """Run the command to its end, without a terminal."""
        data = given.encode() if isinstance(given, str) else given
        if self.forks is not None:
            with _ended(Program(self.forks.start([*map(str, arguments)], self.here, self.env(**env), data))) as program:
                return program.done()
        done = subprocess.run(
            self.command(*arguments), input=data, capture_output=True, cwd=self.here, env=self.env(**env), timeout=TIMEOUT_S,
            check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    @contextlib.contextmanager
    def started(self, *arguments: object) -> Iterator[Program]:
        """Start the command; it is killed at the end if it still runs."""
        process: subprocess.Popen[str] | Forked
        if self.forks is not None:
            process = self.forks.start([*map(str, arguments)], self.here, self.env())
        else:
            process = subprocess.Popen(
                self.command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                cwd=self.here, env=self.env(),
            )  # fmt: skip
        with _ended(Program(process)) as program:
            yield program

    def gate(self, node_id: str) -> Gate:
        """Return a node that runs until it is opened, however slow the machine is; its type lies in the data folder."""
        own = self.data / "nodes" / "gate.py"
        for folder in (self.data, own.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        own.write_text(GATE_TYPE, encoding="utf-8")
        return Gate(self.here / f"{node_id}.open", node_id)

    def write(self, name: str, *nodes: Mapping[str, Any], edges: str = "", **fields: Any) -> Path:
        """Write a workflow file. `edges` holds `a > b` or `a.port > b.port`, separated by commas."""
        document = {
            "schema_version": 1, "id": f"00000000-0000-4000-8000-{abs(hash(name)) % 10**12:012}", "name": name.partition(".")[0],
            **fields, "nodes": {node["id"]: {key: value for key, value in node.items() if key != "id"} for node in nodes},
            "edges": [_edge(pair) for pair in filter(None, map(str.strip, edges.split(",")))],
        }  # fmt: skip
        path = self.here / name
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        return path


def node(node_id: str, kind: str, options: Mapping[str, Any] | None = None, **params: Any) -> dict[str, Any]:
    """Return a node for `Weft.write`."""
    return {"id": node_id, "type": kind, "params": params, **({"options": options} if options else {})}


def wait(node_id: str, seconds: float) -> dict[str, Any]:
    """Return a node that takes its time."""
    return node(node_id, "flow.wait", seconds=seconds)


def text(node_id: str, template: str) -> dict[str, Any]:
    """Return a node that renders a template."""
    return node(node_id, "data.transform", operation="template", template=template)


def result(value: str, name: str = "result") -> dict[str, Any]:
    """Return the node `end`, whose value is an output of the run."""
    return node("end", "flow.output", name=name, value=value)


@contextlib.contextmanager
def _ended(program: Program) -> Iterator[Program]:
    """Make sure that a program has ended and its streams are closed."""
    try:
        yield program
    finally:
        program.process.kill()
        program.done()
        for stream in (program.process.stdout, program.process.stderr):
            if stream is not None:
                stream.close()


def _edge(pair: str) -> dict[str, str]:
    source, _, target = (end.strip() for end in pair.partition(">"))
    return {"from": source if "." in source else f"{source}.out", "to": target if "." in target else f"{target}.after"}
