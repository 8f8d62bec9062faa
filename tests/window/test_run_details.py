"""What the run panel asks about a step: calls of models, and files with all that a script printed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from desktop_app.window.run_details import RunDetails
from engine.model.values import JsonObject
from tests.window import run_events
from tests.window.canvas import types
from widgets.run.panel import RunPanel
from widgets.run.step_detail import LOG, PROMPT

CALL: JsonObject = {
    "attempt": 1, "number": 1, "provider": "local", "model": "m", "messages": [{"role": "user", "content": "Hello."}],
    "started": 1006.4, "first": None, "ended": None, "prompt_tokens": 0, "completion_tokens": 0, "error": None,
}  # fmt: skip


class Desk:
    """Answers at once, with what is laid out."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, JsonObject]] = []
        self.calls: list[JsonObject] = [CALL]
        self.files: list[str] = []

    def __call__(self, do: str, given: JsonObject, done: Callable[[JsonObject], None]) -> None:
        self.asked.append((do, given))
        done({"calls": [*self.calls], "files": [*self.files]})


@pytest.fixture
def panel(qtbot: QtBot) -> RunPanel:
    made = RunPanel(types())
    qtbot.addWidget(made)
    made.resize(1032, 236)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_call_that_goes_on_is_looked_at_again(qtbot: QtBot, panel: RunPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.window.run_details.LOOK_MS", 10)
    desk, run = Desk(), run_events.model(1000.0)
    details = RunDetails(panel, desk, pytest.fail)
    panel.show_run(run, run_events.graph())
    panel.show_step("draft")
    panel.steps.detail.tabs.setCurrentIndex(PROMPT)
    page = panel.steps.detail.prompt
    assert desk.asked[0] == ("calls", {"run": run_events.R, "address": "draft"})
    assert page.figures.full_text() == "no answer yet · local · m"
    desk.calls = [{**CALL, "ended": 1010.0, "completion_tokens": 3}]
    qtbot.waitUntil(lambda: page.figures.full_text() == "0 tokens sent, 3 received · 3.6 s · local · m")
    panel.steps.detail.tabs.setCurrentIndex(LOG)
    count = len(desk.asked)
    qtbot.waitUntil(lambda: not details.is_looking)
    assert len(desk.asked) == count


def test_files_are_opened_by_the_system(panel: RunPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, refused, opened = Desk(), list[str](), list[QUrl]()

    def open_url(url: QUrl) -> bool:
        opened.append(url)
        return len(opened) == 1

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    RunDetails(panel, desk, refused.append)
    panel.show_run(run_events.model(1000.0), run_events.graph())
    panel.file_wanted.emit("draft")
    assert refused == ["The file is gone."]
    desk.files = ["/a/draft.stdout.txt"]
    panel.file_wanted.emit("draft")
    assert [url.toLocalFile() for url in opened] == ["/a/draft.stdout.txt"]
    panel.file_wanted.emit("draft")
    assert refused[1:] == ["No program opened it. The file is /a/draft.stdout.txt"]
