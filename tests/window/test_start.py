"""The program starts with what it needs for the first paint, and survives what fails inside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.window.frame import Frame
from desktop_app.window.skeleton import Skeleton
from resources import language
from tests.helpers.checkout import ROOT
from tests.window.programs import FAIL, QUIT, RESTART, START

BANNED = (
    "langgraph", "langchain_core", "chromadb", "openai", "sqlmodel", "sqlalchemy", "numpy", "networkx", "pydantic", "pyqtgraph",
    "typer", "httpx", "yaml", "asyncio",
)  # fmt: skip


def run(then: str) -> tuple[dict[str, Any], str]:
    program = START.format(banned=BANNED, then=then)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result, done.stderr


def test_first_paint_needs_no_large_library() -> None:
    result, _ = run(QUIT)
    assert result["before"] == []
    assert result["after"] == []


def test_a_restart_starts_it_again_when_all_is_over() -> None:
    assert run(RESTART)[1].endswith("started again")
    assert "started again" not in run(QUIT)[1]


@pytest.mark.parametrize(("before", "scale", "shown"), [(None, 100, 1.0), (None, 150, 1.5), ("2", 125, 2.5), ("many", 80, 0.8)])
def test_all_is_shown_in_the_size_that_is_wanted(before: str | None, scale: int, shown: float) -> None:
    program = (
        f"import os; from desktop_app import app; it = app.application({scale}); "
        "print(it.primaryScreen().devicePixelRatio(), os.environ.get('QT_SCALE_FACTOR'))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "QT_SCALE_FACTOR"}
    told = {} if before is None else {"QT_SCALE_FACTOR": before}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment | told, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == [str(shown), str(before)], "and later programs have what was there before"


def test_failures_in_slots_and_threads_reach_the_log_and_a_toast(home: Path) -> None:
    result, _ = run(FAIL)
    assert sorted(result["toasts"]) == [
        "Something in Weft went wrong: IndexError: pop from empty list. Your work is kept.",
        "Something in Weft went wrong: KeyError: 'lost'. Your work is kept.",
    ]
    (log,) = home.rglob("window.log")
    text = log.read_text(encoding="utf-8")
    assert "a slot failed" in text
    assert "thread worker failed" in text
    assert "Traceback" in text


@pytest.mark.parametrize("code", ["en", "ko"])
@pytest.mark.parametrize("example", ["ticket_triage", None])
def test_skeleton_shows_outlines(qtbot: QtBot, code: str, example: str | None) -> None:
    language.use(code)
    frame = Frame()
    qtbot.addWidget(frame)
    frame.resize(1200, 800)
    frame.setCentralWidget(Skeleton(("workflow", "boxes"), {"side_panel": 208}, example))
    painted: list[bool] = []
    frame.painted.connect(lambda: painted.append(True))
    frame.show()
    qtbot.waitUntil(lambda: painted == [True])
    frame.repaint()
    QTest.qWait(0)
    assert painted == [True]
    image = frame.grab().toImage()
    canvas = {image.pixelColor(x, 300).name() for x in range(300, 860)}
    assert (len(canvas) > 1) is (example is not None)


def test_a_window_that_cannot_be_put_together_says_so_and_fails() -> None:
    program = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
from desktop_app.app import run

def look():
    shown = [label.text() for label in QApplication.activeWindow().findChildren(QLabel)]
    print(*shown, sep="|")
    QApplication.quit()

def compose(frame, theme):
    QTimer.singleShot(300, look)
    raise ValueError("no such part")

sys.exit(run(compose))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    assert "Weft could not open its window" in done.stdout
    assert "no such part" in done.stdout
