"""Python script: real scripts in real processes, and the ways in which they go wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import psutil
import pytest

from engine.api.scripts import ScriptError, ScriptResult
from engine.model.values import Json
from engine.nodes.code.python_script import PythonScript
from engine.sandbox.runner import ProcessScripts
from tests.conformance.context import FakeContext, FakeScripts, run_node
from tests.unit.nodes.failing import issue_of


def real(folder: Path, **fields: Any) -> FakeContext:
    return FakeContext(folder, scripts=ProcessScripts(), **fields)


async def test_inputs_come_from_the_mapping_and_from_edges(tmp_path: Path) -> None:
    ctx = real(tmp_path, names={"vars": {"n": [1, 2]}})
    params: dict[str, Json] = {"code": "result = inputs", "inputs": {"a": "{{ vars.n }}", "b": 2, "가": None}}
    assert await run_node(PythonScript, params, ctx, {"b": {"x": [1.5, None]}}) == {
        "out": {"a": [1, 2], "b": {"x": [1.5, None]}, "가": None}
    }


async def test_what_it_prints_goes_to_the_log(tmp_path: Path) -> None:
    ctx = real(tmp_path)
    code = "import sys\nprint('one')\nprint('둘', file=sys.stderr)\nresult = 1"
    assert await run_node(PythonScript, {"code": code}, ctx) == {"out": 1}
    assert sorted(ctx.logged) == [("info", "one"), ("info", "둘")]


async def test_no_result_is_nothing(tmp_path: Path) -> None:
    assert await run_node(PythonScript, {"code": "x = 1"}, real(tmp_path)) == {"out": None}


@pytest.mark.parametrize(
    ("code", "kind", "line"),
    [
        ("a = 1\n\nresult = a / 0\n", "script.error", 3),
        ("def main(inputs):\n    return inputs['x']\n", "script.error", 2),
        ("result = (1,\n", "script.error", 1),
        ("import sys\nsys.exit(3)\n", "script.error", 2),
        ("import os\nos.kill(os.getpid(), 9)\n", "script.killed", None),
        ("result = object()\n", "script.bad-result", None),
        ("result = float('nan')\n", "script.bad-result", None),
    ],
)
async def test_errors_name_the_line_of_the_script(code: str, kind: str, line: int | None, tmp_path: Path) -> None:
    issue = await issue_of(PythonScript, {"code": code}, real(tmp_path))
    assert (issue.code, issue.line, issue.field) == (kind, line, "code")
    assert line is None or f"(line {line})" in issue.text


async def test_a_traceback_is_logged(tmp_path: Path) -> None:
    ctx = real(tmp_path)
    await issue_of(PythonScript, {"code": "def f():\n    return 1 / 0\nf()\n"}, ctx)
    level, text = ctx.logged[-1]
    assert level == "error"
    assert text.count("line") >= 2
    assert "child.py" not in text


async def test_a_script_that_never_ends_is_stopped(tmp_path: Path) -> None:
    issue = await issue_of(PythonScript, {"code": "while True: pass", "time_limit": 0.5}, real(tmp_path))
    assert (issue.code, issue.text) == ("script.timeout", "The script took longer than its limit of 0.5 s.")


async def test_cancelling_leaves_no_process(tmp_path: Path) -> None:
    before = {*psutil.Process().children(recursive=True)}
    ctx = real(tmp_path)
    code = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print('up', flush=True)\n"
        "time.sleep(60)\n"
    )
    step = asyncio.create_task(run_node(PythonScript, {"code": code}, ctx))
    while not ctx.logged:
        await asyncio.sleep(0.005)
        assert not step.done()
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step
    assert {*psutil.Process().children(recursive=True)} <= before


@pytest.mark.parametrize(
    ("result", "code", "text"),
    [
        (ScriptResult("limit", limits_hit=("memory",)), "script.limit", "The script used more than it may: memory."),
        (
            ScriptResult("no-confinement", error=ScriptError("X", "no pipes")),
            "script.no-confinement",
            "The script was not started: no pipes.",
        ),
        (
            ScriptResult("bad-result", limits_hit=("result",)),
            "script.result-too-long",
            "The result of the script is longer than 8 MB.",
        ),
        (ScriptResult("failed", exit_code=4), "script.failed", "The script ended with code 4."),
    ],
)
async def test_other_endings(result: ScriptResult, code: str, text: str, tmp_path: Path) -> None:
    issue = await issue_of(PythonScript, {}, FakeContext(tmp_path, scripts=FakeScripts([result])))
    assert (issue.code, issue.text) == (code, text)


@pytest.mark.parametrize(
    ("code", "line"), [("a = (\n", 1), ("x = 1\nif x\n", 2), ("\0", None), ("(" * 5000, None), ("a = '\\d'\n", 0)]
)
def test_syntax_is_checked_before_a_run(code: str, line: int | None) -> None:
    issues = list(PythonScript.check({"code": code}))
    assert [(issue.code, issue.field) for issue in issues] == ([("script.syntax", "code")] if line != 0 else [])
    assert line in (0, None) or issues[0].line == line


def test_inputs_are_ports() -> None:
    params: dict[str, Json] = {"inputs": {"tickets": None, "after": 1, "code": 2, "": 3}}
    assert [port.key for port in PythonScript.ports(params).inputs] == ["tickets", "after"]
    assert [issue.field for issue in PythonScript.check(params)] == ["inputs"] * 3


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("\n\nresult = 1\nmore()", "result = 1"),
        ({"$ref": "scripts/clean.py"}, "clean.py"),
        ({"$ref": "clean.py"}, "clean.py"),
        ({"$ref": "all.yaml#/scripts/clean"}, "all.yaml"),
        ({"$ref": "#/schemas/odd"}, "odd"),
        (None, ""),
    ],
)
def test_a_script_is_summed_up_by_its_first_line_or_its_file(code: Json, said: str) -> None:
    assert PythonScript.summary({"code": code}) == said
