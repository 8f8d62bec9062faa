"""Runs scripts in processes of their own: clean environment, limits, a certain end. The level is `limits only`.

That keeps a script from taking the program down or outliving it, and from seeing its variables and memory. It does not keep
it from the user's files or the network: whoever runs a script here must trust it.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator
from math import ceil
from pathlib import Path

from engine.api.large import dumps, is_large
from engine.api.scripts import Limit, LineListener, ScriptError, ScriptJob, ScriptResult, ScriptStatus
from engine.model.issues import phrase
from engine.sandbox.channel import Channel, FileChannel, PipeChannel
from engine.sandbox.check import check_syntax
from engine.sandbox.frames import BadFrameError, Frame, parse_frame
from engine.sandbox.scratch import scratch_folder
from engine.sandbox.session import Ending, NotStartedError, Session
from engine.sandbox.strays import MARK

LEVEL = "limits only"
CHILD = Path(__file__).with_name("child.py")
PARSED_AT_ONCE = 64 * 1024
"""Bytes of a result that are parsed on the loop; longer ones in a thread."""
_JSON = json.JSONEncoder()
SIGKILL, SIGXCPU, SIGXFSZ = 9, 24, 25


class ProcessScripts:
    """Implements `engine.api.scripts.Scripts`. Made anywhere, used on one loop."""

    def __init__(self) -> None:
        self._sessions: set[Session] = set()
        self._closed = False

    @property
    def level(self) -> str:
        """The confinement that scripts get."""
        return LEVEL

    def check(self, code: str, name: str = "script") -> ScriptError | None:
        """Return the syntax error of a script, or None."""
        return check_syntax(code, name)

    async def run(self, job: ScriptJob, on_line: LineListener | None = None) -> ScriptResult:
        """Run a script to its end and leave none of its processes behind. Cancelling kills it at once.

        Raises:
            Exception: what `on_line` raises; the script is killed first.
        """
        start = time.monotonic()
        if self._closed:
            return _not_started(phrase("Weft is closing"), start)
        if wrong := check_syntax(job.code, job.name):
            return ScriptResult("failed", error=wrong, level=LEVEL, seconds=time.monotonic() - start)
        async with _folders(job) as (folder, private):
            mark = secrets.token_hex(16)
            session = Session(_channel(job, private), job, on_line, mark)
            self._sessions.add(session)
            try:
                request = await _request(job, private)
                ending = await session.run(
                    _command(job), request, environment=_environment(private, mark), folder=str(folder),
                    time_limit=job.time_limit,
                )  # fmt: skip
            except NotStartedError as error:
                return _not_started(str(error), start)
            finally:
                self._sessions.discard(session)
        return await _result(job, session, ending, start)

    async def aclose(self) -> None:
        """Kill what still runs; runs that are awaited end as `killed`."""
        self._closed = True
        for session in list(self._sessions):
            session.stop("cancelled")
        for session in list(self._sessions):
            await session.over.wait()


@contextlib.asynccontextmanager
async def _folders(job: ScriptJob) -> AsyncIterator[tuple[Path, Path]]:
    """Give the working folder and the private one, for temporary files."""
    async with scratch_folder() as private:
        yield (Path(job.folder) if job.folder else private), private


def _channel(job: ScriptJob, private: Path) -> Channel:
    return FileChannel(job.limits.result, private / "result.json") if sys.platform == "win32" else PipeChannel(job.limits.result)


def _command(job: ScriptJob) -> list[str]:
    # Isolated, but with site-packages: scripts may use what is installed beside Weft, such as NumPy.
    return [job.python or sys.executable, "-I", "-B", "-X", "utf8", str(CHILD)]


def _environment(private: Path, mark: str) -> dict[str, str]:
    """Return the whole environment of a script. Nothing comes from our own, except what Windows cannot start without."""
    folder = str(private)
    names = {"LANG": "C.UTF-8", "PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": folder, MARK: mark}
    if sys.platform == "win32":
        names |= {"SYSTEMROOT": os.environ.get("SYSTEMROOT", ""), "TEMP": folder, "TMP": folder}
    return names


async def _request(job: ScriptJob, private: Path) -> bytes:
    limits = {
        "memory": job.limits.memory,
        "file_size": job.limits.file_size,
        # Without a limit of its own, processor time is a second net behind the time limit, which threads may pass by far.
        "cpu": job.limits.cpu or ceil(job.time_limit) * (os.cpu_count() or 1) + 10,
    }
    request = {"code": job.code, "inputs": job.inputs, "name": job.name, "limits": limits, "private": str(private)}
    text = await asyncio.to_thread(dumps, request, _JSON) if is_large(job.inputs) else _JSON.encode(request)
    return text.encode("ascii")


async def _result(job: ScriptJob, session: Session, ending: Ending, start: float) -> ScriptResult:
    frame, bad = await _frame(job, ending)
    status, hit = _status(job, ending, frame, bad)
    error = frame.error if frame else None
    if status == "no-confinement":
        error = ScriptError("NoConfinement", ending.setup)
    elif status == "bad-result":
        error = ScriptError("BadResult", (frame.bad if frame else "") or bad)
    return ScriptResult(
        status,
        frame.result if frame and status == "succeeded" else None,
        error if status not in ("timeout", "killed") else None,
        session.stdout.text,
        session.stderr.text,
        session.stdout.dropped + session.stderr.dropped,
        session.stdout.left_out + session.stderr.left_out,
        LEVEL,
        hit,
        ending.code,
        time.monotonic() - start,
    )


async def _frame(job: ScriptJob, ending: Ending) -> tuple[Frame | None, str]:
    """Return the frame, or None and why there is none."""
    try:
        if len(ending.frame) <= PARSED_AT_ONCE:
            return parse_frame(ending.frame, job.limits), ""
        return await asyncio.to_thread(parse_frame, ending.frame, job.limits), ""
    except BadFrameError as error:
        return None, str(error)


def _status(job: ScriptJob, ending: Ending, frame: Frame | None, bad: str) -> tuple[ScriptStatus, tuple[Limit, ...]]:
    """Decide from what was seen outside; the script's own word counts only for what it gives and what it raised."""
    if ending.setup:
        return "no-confinement", ()
    if ending.stop == "timeout":
        return "timeout", ("time",)
    if ending.stop == "output":
        return "limit", ("output",)
    if ending.stop == "result":
        return "bad-result", ("result",)
    if ending.stop is not None or ending.code is None:
        return "killed", ()
    if ending.code < 0:
        return _status_of_signal(-ending.code, job, ending)
    if len(ending.frame) > job.limits.result:
        return "bad-result", ("result",)
    if frame is None:
        return ("bad-result", ()) if ending.code == 0 or ending.frame else ("failed", ())
    if frame.bad:
        return "bad-result", ()
    if frame.error is None:
        return ("succeeded", ()) if ending.code == 0 else ("failed", ())
    return _status_of_error(frame.error, frame.errno)


def _status_of_error(error: ScriptError, number: int | None) -> tuple[ScriptStatus, tuple[Limit, ...]]:
    if error.type == "MemoryError":
        return "limit", ("memory",)
    if number == errno.EFBIG:
        return "limit", ("file-size",)
    return "failed", ()


def _status_of_signal(signal: int, job: ScriptJob, ending: Ending) -> tuple[ScriptStatus, tuple[Limit, ...]]:
    if signal == SIGXCPU or (signal == SIGKILL and job.limits.cpu and ending.cpu >= job.limits.cpu):
        return "limit", ("cpu",)
    if signal == SIGXFSZ:
        return "limit", ("file-size",)
    return "killed", ()


def _not_started(why: str, start: float) -> ScriptResult:
    error = ScriptError("NoConfinement", why)
    return ScriptResult("no-confinement", error=error, level=LEVEL, seconds=time.monotonic() - start)
