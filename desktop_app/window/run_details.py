"""What the run panel shows of a step when a person looks closer: calls of models, and files with all that a script printed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from engine.model.values import Json, JsonObject
from resources.language import tr
from widgets.run.panel import RunPanel
from widgets.run.prompt import Call
from widgets.run.step_detail import PROMPT

Ask = Callable[[str, JsonObject, Callable[[JsonObject], None]], None]
"""Sends a request; see `RunService.ask`."""

LOOK_MS = 1000
"""Milliseconds after which calls that go on are looked at again."""


class RunDetails(QObject):
    """Serves one run panel. `refused` is told why something cannot be shown."""

    def __init__(self, panel: RunPanel, ask: Ask, refused: Callable[[str], object]) -> None:
        super().__init__(panel)
        self._panel, self._ask, self._refused = panel, ask, refused
        self._clock = QTimer(self, interval=LOOK_MS, singleShot=True)
        self._clock.timeout.connect(self._look_again)
        panel.calls_wanted.connect(self._ask_calls)
        panel.file_wanted.connect(self._ask_files)

    @property
    def is_looking(self) -> bool:
        """Whether calls that go on will be looked at again."""
        return self._clock.isActive()

    def _ask_calls(self, address: str) -> None:
        if run := self._panel.source.run:
            given: JsonObject = {"run": run.run, "address": address}
            self._ask("calls", given, partial(self._show_calls, run.run, address))

    def _show_calls(self, run: str, address: str, found: JsonObject) -> None:
        shown, told = self._panel.source.run, found["calls"]
        if shown is None or shown.run != run or not isinstance(told, list):
            return
        calls = [call_of(one) for one in told if isinstance(one, dict)]
        self._panel.steps.detail.show_calls(address, calls)
        if shown.step(address).view.status == "running":
            self._clock.start()

    def _look_again(self) -> None:
        detail = self._panel.steps.detail
        if detail.isVisible() and detail.tabs.currentIndex() == PROMPT:
            self._ask_calls(self._panel.steps.chosen)

    def _ask_files(self, address: str) -> None:
        if run := self._panel.source.run:
            self._ask("printed", {"run": run.run, "address": address}, self._open_files)

    def _open_files(self, found: JsonObject) -> None:
        files = found["files"]
        for file in files if isinstance(files, list) else []:
            if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(file))):
                self._refused(tr("No program opened it. The file is {file}", file=str(Path(str(file)))))
        if not files:
            self._refused(tr("The file is gone."))


def call_of(told: dict[str, Json]) -> Call:
    """Return a call as the desk tells it."""
    messages, error = told["messages"], told["error"]
    turns = [one for one in messages if isinstance(one, dict)] if isinstance(messages, list) else []
    return Call(
        _number(told["attempt"]), _number(told["number"]), str(told["provider"]), str(told["model"]),
        [(str(one["role"]), str(one["content"])) for one in turns],
        _time(told["started"]) or 0.0, _time(told["first"]), _time(told["ended"]),
        (_number(told["prompt_tokens"]), _number(told["completion_tokens"])),
        str(error.get("text", "")) if isinstance(error, dict) else "",
    )  # fmt: skip


def _number(value: Json) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _time(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) else None
