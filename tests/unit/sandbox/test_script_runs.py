"""Scripts get their inputs and give results, lines and errors; nothing of the program reaches them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.api.scripts import ScriptJob, ScriptLimits, ScriptResult, Scripts
from engine.model.values import Json, JsonObject
from engine.sandbox.runner import ProcessScripts


@pytest.fixture
async def scripts() -> AsyncIterator[Scripts]:
    runner = ProcessScripts()
    yield runner
    await runner.aclose()


async def run(scripts: Scripts, code: str, inputs: JsonObject | None = None, limits: ScriptLimits | None = None) -> ScriptResult:
    return await scripts.run(ScriptJob(code, inputs or {}, "node", time_limit=30, limits=limits or ScriptLimits()))


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("result = inputs['a'] * 2", 84),
        ("def main(inputs):\n    return {'double': inputs['a'] * 2}", {"double": 84}),
        ("def main(inputs):\n    return 1\nresult = 2", 2),
        ("result = None\ndef main(inputs):\n    return 1", None),
        ("print(1)", None),
        ("result = [1.5, True, None, '한글 😀', (1, 2)]", [1.5, True, None, "한글 😀", [1, 2]]),
        ("result = inputs", {"a": 42, "text": "é\u2028\x00", "deep": [{"x": None}]}),
        ("import sys\nresult = 3\nsys.exit()", 3),
        ("if __name__ == '__main__': result = 'main'", "main"),
        ("import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: int = 1\nresult = dataclasses.asdict(A())", {"x": 1}),
        ("import pickle\nclass A: pass\nresult = type(pickle.loads(pickle.dumps(A()))).__name__", "A"),
        ("import asyncio\nasync def f(): return 7\nresult = asyncio.run(f())", 7),
        ("from concurrent.futures import ThreadPoolExecutor as T\nresult = list(T(4).map(abs, [-1, -2]))", [1, 2]),
        ("import subprocess as s, sys\nresult = s.check_output([sys.executable, '-c', 'print(5)']).decode()", "5\n"),
        ("import sys\nresult = sys.stdin.read()", ""),
        ("import tempfile, os\nresult = os.path.dirname(tempfile.mkdtemp()) == os.environ['TMPDIR']", True),
        ("import os\nresult = sorted(os.environ)", ["LANG", "PATH", "PYTHONDONTWRITEBYTECODE", "TMPDIR", "WEFT_SCRIPT"]),
        ("import sys\nresult = [m for m in sys.modules if m.split('.')[0] in ('engine', 'psutil', 'asyncio')]", []),
        ("import resource\nresult = resource.getrlimit(resource.RLIMIT_CORE)[0]", 0),
        ("import os\nresult = [os.getpid() == os.getpgid(0) == os.getsid(0), os.getcwd() == os.environ['TMPDIR']]", [True, True]),
        ("import os\nresult = sorted(int(n) for n in os.listdir('/dev/fd'))[:3]", [0, 1, 2]),
    ],
)  # fmt: skip
async def test_results(scripts: Scripts, code: str, result: Json) -> None:
    done = await run(scripts, code, {"a": 42, "text": "é\u2028\x00", "deep": [{"x": None}]})
    assert (done.status, done.error, done.result) == ("succeeded", None, result)
    assert (done.level, done.exit_code) == ("limits only", 0)
    assert done.seconds > 0


@pytest.mark.parametrize(
    ("code", "error", "line", "traceback"),
    [
        ("x = 1\n1 / 0", ("ZeroDivisionError", "division by zero"), 2, ['"<node>", line 2, in <module>']),
        (
            "def f():\n    raise KeyError('k')\ndef main(inputs):\n    f()",
            ("KeyError", "'k'"),
            2,
            ["line 4, in main", "line 2, in f"],
        ),
        ("import json\njson.loads('{')", ("JSONDecodeError", None), 2, ["line 2, in <module>"]),
        ("return 1", ("SyntaxError", "'return' outside function"), 1, []),
        ("eval('1 +')", ("SyntaxError", None), 1, ["line 1, in <module>"]),
        ("import sys\nsys.exit('why')", ("SystemExit", "why"), 2, []),
        ("import sys\nsys.exit(3)", ("SystemExit", "3"), 2, []),
        ("raise KeyboardInterrupt", ("KeyboardInterrupt", ""), 1, []),
        ("class E(Exception):\n    def __str__(self): raise ValueError\nraise E", ("E", "<no text: ValueError>"), 3, []),
        ("raise ValueError('\\ud800')", ("ValueError", "?"), 1, []),
        ("raise ValueError('x' * 10**6)", ("ValueError", None), 1, []),
        ("def f(): f()\nf()", ("RecursionError", None), 1, []),
        ("import nope", ("ModuleNotFoundError", "No module named 'nope'"), 1, []),
    ],
)
async def test_errors(scripts: Scripts, code: str, error: tuple[str, str | None], line: int, traceback: list[str]) -> None:
    done = await run(scripts, code)
    assert done.status == "failed"
    assert done.error is not None
    assert (done.error.type, done.error.line) == (error[0], line)
    assert error[1] is None or done.error.message == error[1]
    assert all(part in done.error.traceback for part in traceback)
    assert "child.py" not in done.error.traceback
    assert len(done.error.traceback) < 20_000
    assert done.result is None


async def test_a_script_that_does_not_parse_starts_nothing(scripts: Scripts, tmp_path: Path) -> None:
    done = await run(scripts, f"open({str(tmp_path / 'ran')!r}, 'w')\nx = (")
    assert done.status == "failed"
    assert done.error is not None
    assert (done.error.line, done.error.column, done.exit_code) == (2, 5, None)
    assert names_in(tmp_path) == []
    wrong = scripts.check("x = (")
    assert wrong is not None
    assert wrong.line == 1


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("result = float('nan')", "not JSON"),
        ("result = {1, 2}", "set is not JSON"),
        ("result = {(1,): 2}", "keys must be"),
        ("result = []\nresult.append(result)", "Circular"),
        ("x = []\nfor i in range(300): x = [x]\nresult = x", "nested deeper than 201"),
        ("x = []\nfor i in range(100000): x = [x]\nresult = x", "Recursion"),
        ("result = 'x' * (9 << 20)", "longer than 8,388,608"),
        ("result = '\\ud800'", "not plain JSON"),
        ("result = b'x'", "bytes is not JSON"),
        ("class A:\n    def tolist(self): raise SystemExit\nresult = A()", "SystemExit"),
        ("import os\nos._exit(0)", "left no result"),
        (
            "import os\nfor fd in range(3, 40):\n    try: os.write(fd, b'{\"result\": 1}')\n    except OSError: pass",
            "not plain JSON",
        ),
        (
            "import os\nfor fd in range(3, 40):\n    try: os.write(fd, b'\\xff' * 100)\n    except OSError: pass\nos._exit(0)",
            "not plain JSON",
        ),
        ("import os\nos.closerange(3, 40)", "left no result"),
    ],
)
async def test_bad_results(scripts: Scripts, code: str, part: str) -> None:
    done = await run(scripts, code)
    assert done.status == "bad-result"
    assert done.error is not None
    assert part in done.error.message
    assert done.result is None


async def test_numbers_of_numpy_and_the_like_become_plain(scripts: Scripts) -> None:
    done = await run(scripts, "class A:\n    def tolist(self): return [1, 2]\nresult = {'a': A()}")
    assert done.result == {"a": [1, 2]}


async def test_lines_are_heard_while_the_script_runs(scripts: Scripts, tmp_path: Path) -> None:
    heard: list[tuple[str, str]] = []
    first = asyncio.Event()

    def listen(stream: str, text: str) -> None:
        heard.append((stream, text))
        first.set()

    go = tmp_path / "go"
    code = "import sys, time, os\nprint('one')\nwhile not os.path.exists(inputs['go']): time.sleep(0.01)\n"
    code += "print('é', file=sys.stderr)\nsys.stdout.buffer.write(b'\\xff\\n')\nprint('\\ud800')\nprint('end', end='')"
    task = asyncio.create_task(scripts.run(ScriptJob(code, {"go": str(go)}, time_limit=15), listen))
    await asyncio.wait_for(first.wait(), 15)
    assert heard == [("stdout", "one")]
    assert not task.done()
    go.touch()
    done = await task
    assert ("stderr", "é") in heard
    assert [text for stream, text in heard if stream == "stdout"] == ["one", "\ufffd", "\\ud800", "end"]
    assert done.stdout == "one\n\ufffd\n\\ud800\nend"
    assert done.stderr == "é\n"


async def test_an_error_of_the_listener_kills_the_script_and_is_raised(scripts: Scripts) -> None:
    def listen(stream: str, text: str) -> None:
        raise OSError(f"cannot show {text}")

    with pytest.raises(OSError, match="cannot show a"):
        await scripts.run(ScriptJob("print('a', flush=True)\nwhile True: pass", time_limit=20), listen)


async def test_nothing_of_a_run_stays(scripts: Scripts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = (
        "import os\nos.makedirs('a/b')\nopen('a/b/c', 'w').close()\nos.symlink('/', 'link')\nos.chmod('a/b', 0)\nos.chmod('a', 0)"
    )
    assert (await run(scripts, code)).status == "succeeded"
    assert names_in(tmp_path) == []
    folder = tmp_path / "kept"
    folder.mkdir()
    done = await scripts.run(ScriptJob("open('x', 'w').write(inputs['t'])", {"t": "hi"}, folder=str(folder), time_limit=20))
    assert done.status == "succeeded"
    assert (folder / "x").read_text() == "hi"
    assert names_in(tmp_path) == ["kept"]


async def test_what_cannot_be_started_says_why(scripts: Scripts, tmp_path: Path) -> None:
    done = await scripts.run(ScriptJob("result = 1", python="/nowhere/python"))
    assert done.status == "no-confinement"
    assert done.error is not None
    assert "/nowhere/python" in done.error.message
    done = await scripts.run(ScriptJob("result = 1", folder=str(tmp_path / "nope")))
    assert done.error is not None
    assert "nope" in done.error.message
    done = await scripts.run(ScriptJob("result = 1", limits=ScriptLimits(memory=1 << 70)))
    assert done.status == "no-confinement"
    assert done.error is not None
    assert "OverflowError" in done.error.message


async def test_large_inputs_and_results_pass(scripts: Scripts) -> None:
    text = "ü" * 3_000_000
    done = await run(scripts, "result = [len(inputs['t']), inputs['t'][:1300000]]", {"t": text})
    assert done.result == [3_000_000, text[:1_300_000]]


def test_runs_on_a_loop_in_a_thread_beside_the_main_one() -> None:
    results: list[ScriptResult] = []

    async def work() -> None:
        runner = ProcessScripts()
        jobs = [ScriptJob(f"result = {number}", time_limit=30) for number in range(4)]
        results.extend(await asyncio.gather(*map(runner.run, jobs)))
        await runner.aclose()

    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    thread.join()
    assert [done.result for done in results] == [0, 1, 2, 3]
