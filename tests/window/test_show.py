"""What `make run` does where there is no screen: a workflow is run by clicks on a virtual one, and its result is printed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.helpers.checkout import ROOT

pytestmark = [
    pytest.mark.skipif(
        not (shutil.which("Xvfb") and shutil.which("xdotool")),
        reason="Xvfb and xdotool are not here; `make test` tells how to get them",
    ),
    pytest.mark.timeout(180),
]

WORKFLOW = """\
schema_version: 1
id: 5b0c1f0e-7d0a-4c5e-9a55-1f2f3a4b5c6e
name: Lamps
nodes:
  ask:
    type: flow.approval
    title: Ask
    params:
      question: Ship 3 lamps?
      payload: {count: 3}
  answer:
    type: flow.output
    title: Answer
    params:
      name: answer
edges:
  - from: ask.approved
    to: answer.value
layout:
  nodes:
    ask: [0, 0]
    answer: [400, 0]
"""
SLOW = WORKFLOW.replace("    type: flow.approval", "    type: flow.wait").replace(
    "      question: Ship 3 lamps?\n      payload: {count: 3}", "      seconds: 600"
).replace("ask.approved", "ask.out")  # fmt: skip


def show(file: Path, text: str, log: Path) -> subprocess.Popen[str]:
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-P", "-m", "desktop_app.screen.show", str(file)]
    with log.open("w") as told:
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=told, text=True)


def test_result_and_picture_are_printed(tmp_path: Path, home: Path) -> None:
    with show(tmp_path / "lamps.weft", WORKFLOW, tmp_path / "told.txt") as program:
        out, _ = program.communicate(timeout=120)
    told = (tmp_path / "told.txt").read_text(encoding="utf-8")
    assert program.returncode == 0, told
    assert "Clicked Run.\n" in told
    assert "Clicked Approve.\n" in told
    assert "  answer: succeeded\n" in told
    assert "answer" in out
    assert "count" in out
    (line,) = [line for line in out.splitlines() if line.startswith("picture: ")]
    picture = Path(line.removeprefix("picture: "))
    assert picture.is_relative_to(home / "weft-data")
    assert QImage(str(picture)).width() == 1440


def test_window_that_has_nothing_to_click_is_told(tmp_path: Path) -> None:
    with show(tmp_path / "bad.weft", "nodes: [", tmp_path / "told.txt") as program:
        out, _ = program.communicate(timeout=120)
    told = (tmp_path / "told.txt").read_text(encoding="utf-8")
    assert program.returncode == 1
    assert out == ""
    assert "does not show 'Run'" in told
    assert "bad.weft" in told
    assert "Traceback" not in told


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    with show(tmp_path / "slow.weft", SLOW, tmp_path / "told.txt") as program:
        end = time.monotonic() + 60
        while "Clicked Run." not in (tmp_path / "told.txt").read_text(encoding="utf-8"):
            assert time.monotonic() < end
            time.sleep(0.1)
        program.send_signal(signal.SIGINT)
        assert program.wait(30) == 130
    assert "Interrupted" in (tmp_path / "told.txt").read_text(encoding="utf-8")
