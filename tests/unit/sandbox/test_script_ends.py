"""However a script ends or refuses to, it ends in time and leaves no process behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest

from engine.api.scripts import ScriptJob, ScriptLimits, ScriptResult, Scripts
from engine.sandbox.runner import ProcessScripts
from engine.sandbox.strays import MARK

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the guard's promises are Linux's")

DAEMON = """
import os, time
def daemon(then):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            then()
            os._exit(0)
        os._exit(0)
    os.wait()
    time.sleep(0.2)
"""
FOREVER = "import time\nwhile True: time.sleep(1)\n"


@pytest.fixture
async def scripts() -> AsyncIterator[Scripts]:
    runner = ProcessScripts()
    yield runner
    await runner.aclose()


def marked() -> set[int]:
    """Return the processes of all runs, found by their environment."""
    found = set()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if MARK in process.environ() and process.status() != psutil.STATUS_ZOMBIE:
                found.add(process.pid)
    return found


@pytest.fixture(autouse=True)
def _no_process_left() -> Iterator[None]:
    before = marked()
    yield
    until = time.monotonic() + 5
    while (left := marked() - before) and time.monotonic() < until:
        time.sleep(0.05)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left


async def run(scripts: Scripts, code: str, seconds: float = 20, limits: ScriptLimits | None = None) -> ScriptResult:
    return await scripts.run(ScriptJob(code, time_limit=seconds, limits=limits or ScriptLimits()))


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        FOREVER,
        "import signal\nfor s in {*range(1, 32)} - {9, 19}: signal.signal(s, signal.SIG_IGN)\nwhile True: pass",
        "import re\nre.match('(a+)+$', 'a' * 60 + 'b')",
        "import os\nos.close(1); os.close(2)\n" + FOREVER,
        "import os\nos.closerange(0, 50)\nwhile True: pass",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        "class A:\n    def __str__(self):\n        while True: pass\nclass E(A, Exception): pass\nraise E",
        "class A:\n    def tolist(self):\n        while True: pass\nresult = A()",
        "import os\nif os.fork():\n    while True: pass\nwhile True: pass",
        DAEMON + "daemon(lambda: time.sleep(60))\n" + FOREVER,
        "import threading\nthreading.Thread(target=lambda: exec('while True: pass')).start()\nwhile True: pass",
    ],
)  # fmt: skip
async def test_time_limit(scripts: Scripts, code: str) -> None:
    start = time.monotonic()
    done = await run(scripts, code, 0.4)
    assert (done.status, done.limits_hit, done.result) == ("timeout", ("time",), None)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (DAEMON + "daemon(lambda: time.sleep(60))\nresult = 1", "succeeded"),
        (DAEMON + "daemon(lambda: daemon(lambda: time.sleep(60)))\nresult = 1", "succeeded"),
        (DAEMON + "def then():\n    os.closerange(0, 50)\n    time.sleep(60)\ndaemon(then)\nresult = 1", "succeeded"),
        (DAEMON + "daemon(lambda: os.execve('/bin/sleep', ['sleep', '60'], {}))\nresult = 1", "succeeded"),
        (DAEMON + "for i in range(20):\n    if os.fork() == 0: os.setsid(); time.sleep(60)\nresult = 1", "succeeded"),
        ("import subprocess\nsubprocess.Popen(['sleep', '60'])\nresult = 1", "succeeded"),
        ("import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\nresult = 1", "succeeded"),
        ("import atexit, time\natexit.register(time.sleep, 60)\nresult = 1", "succeeded"),
        (DAEMON + "daemon(lambda: time.sleep(60))\n1 / 0", "failed"),
        (DAEMON + "daemon(lambda: time.sleep(60))\nos._exit(0)", "bad-result"),
        ("import os\nos._exit(4)", "failed"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "killed"),
        ("import os\nos.abort()", "killed"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "killed"),
    ],
)  # fmt: skip
async def test_what_a_script_started_ends_with_it(scripts: Scripts, code: str, status: str) -> None:
    start = time.monotonic()
    done = await run(scripts, code)
    assert done.status == status
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("action", ["SIGKILL", "SIGSTOP"])
async def test_a_script_against_its_guard(scripts: Scripts, action: str) -> None:
    code = DAEMON + f"import signal\ndaemon(lambda: time.sleep(60))\nos.kill(os.getppid(), signal.{action})\n" + FOREVER
    done = await run(scripts, code, 1)
    assert done.status in ("killed", "timeout")


@pytest.mark.parametrize(
    "reach",
    [
        "open(f'/proc/{os.getppid()}/environ').read()",
        "os.listdir(f'/proc/{os.getppid()}/fd')",
        "open(f'/proc/{os.getppid()}/mem', 'rb')",
    ],
)
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may look into everything")
async def test_a_script_cannot_look_into_its_guard(scripts: Scripts, reach: str) -> None:
    done = await run(scripts, "import os\n" + reach)
    assert done.error is not None
    assert done.error.type == "PermissionError"


@pytest.mark.parametrize(
    ("code", "limits", "hit"),
    [
        ("x = 'a' * (2 << 30)", ScriptLimits(memory=1 << 30), "memory"),
        ("x = []\nwhile True: x.append('a' * (10 << 20))", ScriptLimits(memory=500 << 20), "memory"),
        ("open('x', 'wb').write(b'x' * (2 << 20))", ScriptLimits(file_size=1 << 20), "file-size"),
        ("while True: pass", ScriptLimits(cpu=1), "cpu"),
        ("import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: print('x' * 1000)", ScriptLimits(), "output"),
        ("import os\nwhile True: os.write(2, b'x' * 100000)", ScriptLimits(), "output"),
    ],
)
async def test_limits(scripts: Scripts, code: str, limits: ScriptLimits, hit: str) -> None:
    done = await run(scripts, code, 30, limits)
    assert (done.status, done.limits_hit) == ("limit", (hit,))
    assert len(done.stdout.encode()) <= limits.kept
    assert len(done.stderr.encode()) <= limits.kept


async def test_a_flood_costs_the_program_no_memory(scripts: Scripts) -> None:
    heard: list[str] = []
    done = await scripts.run(
        ScriptJob("while True: print('x' * 50, flush=True)", time_limit=30), lambda stream, text: heard.append(text)
    )
    assert done.status == "limit"
    assert len(done.stdout) <= 1 << 20
    assert done.dropped > 25 << 20
    assert sum(map(len, heard)) <= 1 << 20
    done = await run(scripts, "import sys\nsys.stdout.write('x' * (20 << 20))\nresult = 1")
    assert (done.status, done.result, len(done.stdout)) == ("succeeded", 1, 1 << 20)


async def test_cancelling_kills_at_once(scripts: Scripts) -> None:
    running = asyncio.Event()
    code = DAEMON + "print('on', flush=True)\ndaemon(lambda: time.sleep(60))\n" + FOREVER
    task = asyncio.create_task(scripts.run(ScriptJob(code), lambda stream, text: running.set()))
    await asyncio.wait_for(running.wait(), 20)
    start = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - start < 2
    assert marked() == set()


async def test_cancelling_at_any_moment_leaves_nothing(scripts: Scripts) -> None:
    for number in range(20):
        task = asyncio.create_task(run(scripts, FOREVER))
        await asyncio.sleep(number * 0.012)
        task.cancel()
        if number % 3 == 0:
            await asyncio.sleep(0)
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_closing_ends_what_runs() -> None:
    runner = ProcessScripts()
    tasks = [asyncio.create_task(run(runner, FOREVER)) for _ in range(3)]
    await asyncio.sleep(0.3)
    await runner.aclose()
    assert {(await task).status for task in tasks} == {"killed"}
    assert (await run(runner, "result = 1")).status == "no-confinement"


async def test_many_at_once_do_not_mix(scripts: Scripts) -> None:
    codes = [f"print({number})\nresult = {number}" for number in range(12)]
    done = await asyncio.gather(*(run(scripts, code) for code in codes))
    assert [(one.result, one.stdout) for one in done] == [(number, f"{number}\n") for number in range(12)]


HOST = """
import asyncio, sys
from engine.api.scripts import ScriptJob
from engine.sandbox.runner import ProcessScripts
async def main():
    await ProcessScripts().run(ScriptJob(sys.stdin.read()), lambda stream, text: print(text, flush=True))
asyncio.run(main())
"""


@pytest.mark.parametrize(
    "more",
    ["", "daemon(lambda: time.sleep(60))\n", "import signal\nfor s in (1, 2, 13, 15): signal.signal(s, signal.SIG_IGN)\n"],
)
def test_the_program_killed_leaves_no_script(more: str, tmp_path: Path) -> None:
    before = marked()
    code = DAEMON + more + "print('on', flush=True)\n" + FOREVER
    host = subprocess.Popen(
        [sys.executable, "-c", HOST], cwd=ROOT, env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with host:
        assert host.stdin is not None
        assert host.stdout is not None
        host.stdin.write(code)
        host.stdin.close()
        assert host.stdout.readline() == "on\n"
        assert marked() - before
        assert list(tmp_path.iterdir())
        host.kill()
    until = time.monotonic() + 5
    while (marked() - before or list(tmp_path.iterdir())) and time.monotonic() < until:
        time.sleep(0.02)
    assert marked() <= before
    assert not list(tmp_path.iterdir())
