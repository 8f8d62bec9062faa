"""What a node that runs Python asks of the sandbox: a job goes in, a result comes out, lines are heard meanwhile.

`engine.sandbox` implements it. Everything in a result that came from the script (its value, its lines, its error) is data of
an unknown author; status, limits, level and times are the parent's own observation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from engine.model.values import Json, JsonObject

Stream = Literal["stdout", "stderr"]
LineListener = Callable[[Stream, str], None]
"""Called on the loop's thread with a line without its end; long lines are cut, of a flood it gets the beginning and the end."""


class Sink(Protocol):
    """Takes everything that one stream of a script printed. It never raises: what cannot be stored is lost."""

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        ...

    def close(self) -> None:
        """Take nothing more."""
        ...


Sinks = Callable[[Stream], Sink]

ScriptStatus = Literal["succeeded", "failed", "timeout", "limit", "killed", "bad-result", "no-confinement"]
"""`succeeded`: the script ended and gave a value. `failed`: it raised, left with a code other than 0, or does not compile.
`timeout`: the time limit. `limit`: memory, processor time, file size or output. `killed`: it died of a signal that was not
ours. `bad-result`: it ended but its value is missing or is not plain JSON. `no-confinement`: it was not started, because the
confinement could not be set up."""

Limit = Literal["time", "cpu", "memory", "file-size", "output", "result"]

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class ScriptLimits:
    """What a script may use. Sizes in bytes, `cpu` in seconds of processor time (0: as long as the time limit)."""

    memory: int = 4096 * MIB
    """Address space of one process."""
    file_size: int = 1024 * MIB
    """Longest file that it may write."""
    cpu: int = 0
    kept: int = MIB
    """Kept of each of stdout and stderr; the rest is counted and dropped."""
    line: int = 16 * 1024
    """Longest line that a listener gets."""
    flood: int = 32 * MIB
    """Output of stdout or stderr at which the script is killed."""
    result: int = 8 * MIB
    """Longest JSON text of the result."""
    depth: int = 200
    """Deepest nesting of the result."""


@dataclass(frozen=True, slots=True)
class ScriptJob:
    """A script to run. It sees `inputs` and either sets `result` or defines `main(inputs)`, whose return value is the result."""

    code: str
    inputs: JsonObject = field(default_factory=dict)
    name: str = "script"
    """Stands in tracebacks and messages instead of a file name."""
    time_limit: float = 300.0
    """Seconds from start to kill."""
    limits: ScriptLimits = ScriptLimits()
    python: str = ""
    """The interpreter; empty for the one that runs Weft."""
    folder: str = ""
    """Working folder; empty for a fresh one that is removed afterwards."""
    sinks: Sinks | None = None
    """Asked for what takes all that a stream printed, once that is more than a listener gets."""


@dataclass(frozen=True, slots=True)
class ScriptError:
    """What went wrong inside the script. Lines and columns count from 1 in the script's own text."""

    type: str
    message: str
    line: int | None = None
    column: int | None = None
    traceback: str = ""
    """Frames of the script only, the last call last; without the sandbox's own frames."""


@dataclass(frozen=True, slots=True)
class ScriptResult:
    """The outcome. `stdout` and `stderr` are the kept parts; `seconds` is the wall time from start to end."""

    status: ScriptStatus
    result: Json = None
    error: ScriptError | None = None
    stdout: str = ""
    stderr: str = ""
    dropped: int = 0
    """Bytes of output that were not kept."""
    left_out: int = 0
    """Bytes of output that the listener did not get."""
    level: str = ""
    """How strongly it was confined, as shown to people: `limits only`."""
    limits_hit: tuple[Limit, ...] = ()
    exit_code: int | None = None
    """Negative: the signal that ended it. None: it was not started."""
    seconds: float = 0.0


class Scripts(Protocol):
    """Runs scripts outside the program's own process."""

    @property
    def level(self) -> str:
        """The confinement that scripts get on this machine, as shown to people."""
        ...

    async def run(self, job: ScriptJob, on_line: LineListener | None = None) -> ScriptResult:
        """Run a script to its end and leave none of its processes behind. Cancelling kills it at once.

        Raises nothing for what a script does: each way to end is a status of the result.
        """
        ...

    def check(self, code: str, name: str = "script") -> ScriptError | None:
        """Return the syntax error of a script, or None. Parses only: nothing of it is executed or imported."""
        ...

    async def aclose(self) -> None:
        """Kill what still runs."""
        ...
