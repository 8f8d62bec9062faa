"""The program as a person meets it: started on a screen of its own, looked at, and used with mouse and keys alone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from desktop_app.screen.driver import Driver
from desktop_app.screen.seen import Thing
from desktop_app.screen.virtual import VirtualScreen
from engine.model.serialize import load
from tests.helpers.checkout import ROOT

pytestmark = [
    pytest.mark.skipif(
        not (shutil.which("Xvfb") and shutil.which("xdotool")),
        reason="Xvfb and xdotool are not here; `make test` tells how to get them",
    ),
    pytest.mark.timeout(180),
]

START_S = 60.0


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    with VirtualScreen() as started:
        yield started


@pytest.fixture
def window(screen: VirtualScreen, tmp_path: Path) -> Iterator[Driver]:
    """The program, with nothing open yet."""
    with Driver(screen, tmp_path / "said.txt", environment={"PYTHONPATH": str(ROOT)}) as driver:
        yield driver


def test_workflow_is_built_run_answered_saved(window: Driver, home: Path) -> None:
    window.click("New workflow", "ActionButton", START_S)
    canvas = window.wait("", "canvas")
    drop(window, "Approval", canvas, 0.3)
    window.wait("approval", "node")
    drop(window, "Output", canvas, 0.7)
    window.wait("output", "node")
    start, end = window.wait("approval.approved", "output"), window.wait("output.value", "input")
    window.hand.drag(start.middle, end.middle)

    window.click("approval", "node")
    write(window, "Question", "CodeEdit", "Ship the lamps? 보낼까요?")
    window.click("output", "node")
    write(window, "Name", "CodeEdit", "answer")

    window.click("Run", "ActionButton")
    window.click("Approve", "Button", START_S)
    window.wait("output", "node", state="succeeded")
    window.come_forward()
    window.hand.keys("ctrl+s")
    window.wait("Name", "QLineEdit")
    window.hand.type("Lamps")
    window.hand.keys("Return")
    window.wait("Lamps", "TabButton")
    window.hand.keys("ctrl+q")
    assert window.end() == 0, window.said()
    assert window.said() == ""

    (file,) = (home / "weft-data").rglob("*.weft")
    assert file == home / "weft-data" / "library" / "Lamps.weft"
    graph = load(file.read_text(encoding="utf-8"), str(file)).checked()
    assert {node.id: node.type for node in graph.nodes.values()} == {"approval": "flow.approval", "output": "flow.output"}
    assert [(str(edge.source), str(edge.target)) for edge in graph.edges] == [("approval.approved", "output.value")]
    assert graph.nodes["approval"].params["question"] == "Ship the lamps? 보낼까요?"
    (run,) = weft("runs", "list", "--json")["items"]
    assert run["status"] == "succeeded"
    shown = weft("runs", "show", run["run"], "--json")
    assert shown["outputs"] == {"answer": None}
    assert {step["node"]: step["status"] for step in shown["steps"]} == {"approval": "succeeded", "output": "succeeded"}


def test_another_program_brings_its_file_and_the_next_start_opens_both(
    screen: VirtualScreen, window: Driver, tmp_path: Path
) -> None:
    names = ("first", "second")
    for name in names:
        text = f"schema_version: 1\nid: 5b0c1f0e-7d0a-4c5e-9a55-1f2f3a4b5c{len(name)}d\nname: The {name}\nnodes: {{}}\n"
        (tmp_path / f"{name}.weft").write_text(text, encoding="utf-8")
    window.wait("New workflow", "ActionButton", START_S)
    for name in names:
        done = program(["open", str(tmp_path / f"{name}.weft")], screen.environment)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        window.wait(f"The {name}", "TabButton")
    window.come_forward()
    window.hand.keys("ctrl+q")
    assert window.end() == 0
    with Driver(screen, tmp_path / "again.txt", environment={"PYTHONPATH": str(ROOT)}) as again:
        for name in names:
            again.wait(f"The {name}", "TabButton", START_S)
        again.come_forward()
        again.hand.keys("ctrl+q")
        assert again.end() == 0
        assert again.said() == ""


def test_signal_closes_the_window(window: Driver) -> None:
    window.wait("New workflow", "ActionButton", START_S)
    window.process.send_signal(signal.SIGTERM)
    assert window.end() == 0, window.said()
    assert window.said() == ""


def drop(window: Driver, title: str, canvas: Thing, share: float) -> None:
    """Drag a node type from the palette onto the canvas, at a share of its width."""
    x, y, width, height = canvas.rect
    window.hand.drag(window.wait(title, "row").middle, (round(x + width * share), y + height // 3))


def write(window: Driver, field: str, kind: str, text: str) -> None:
    """Write into a field of the inspector, in place of what is there."""
    window.click(field, kind)
    window.hand.keys("ctrl+a")
    window.hand.type(text)


def weft(*words: str) -> Any:
    done = program(words, os.environ)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def program(words: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "desktop_app", *words]
    env = {**environment, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
