"""`make pictures`: the pictures of the documents, taken of the program on a virtual screen while it is used.

    python -m tests.pictures              all of them
    python -m tests.pictures dark         of one look

What is seen follows from the example and a model server that knows the answers; only the times are those of the moment.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desktop_app.screen.driver import Driver
from desktop_app.screen.virtual import VirtualScreen
from resources import language
from resources.language import tr
from tests.helpers.checkout import ROOT
from tests.helpers.fake_model_server import FakeModelServer, Reply
from tests.helpers.small_png import shrink

FOLDER = ROOT / "docs" / "pictures"
EXAMPLE = ROOT / "resources" / "examples" / "ticket_triage"
LOOKS = {"dark": ("dark", "en"), "light": ("light", "en"), "korean": ("light", "ko")}
START_S = 60.0
SHOWN = 9
"""Tickets that are sorted when the picture of the running workflow is taken."""


class Model:
    """Answers what the tickets say, stops at one of them until `go` is set, and fails when it is told to."""

    def __init__(self) -> None:
        rows = csv.DictReader(io.StringIO((EXAMPLE / "tickets.csv").read_text(encoding="utf-8")))
        self._rows = list(rows)
        self.fails = False
        self.reached, self.go = threading.Event(), threading.Event()
        self._asked = 0

    def answer(self, body: dict[str, Any]) -> Reply:
        """Return the answer for the ticket that is asked about."""
        if self.fails:
            return Reply("The model is not loaded.", status=400)
        self._asked += 1
        asked = body["messages"][-1]["content"]
        row = next(row for row in self._rows if row["message"] in asked and row["subject"] in asked)
        hurry = "danger" if row["urgency"] == "high" else "none"
        text = json.dumps({"category": row["category"], "reason": row["subject"], "hurry": hurry, "urgency": row["urgency"]},
                          ensure_ascii=False)  # fmt: skip
        if self._asked == SHOWN:
            self.reached.set()
            self.go.wait(START_S)
        return Reply(text, piece=6, pause=0.0 if self.go.is_set() else 0.005)


class Scene:
    """One look of the program, in a data folder of its own."""

    def __init__(self, look: str, screen: VirtualScreen, home: Path, model: Model, url: str) -> None:
        self._look, self._screen, self._home, self._model = look, screen, home, model
        theme, code = LOOKS[look]
        language.use(code)
        data, config = home / "data", home / "config"
        data.mkdir(parents=True)
        config.mkdir()
        self._preferences = data / "window.json"
        self._chosen = json.dumps({"look.theme": theme, "look.language": code})
        self._own = {"WEFT_DATA": str(data), "WEFT_CONFIG": str(config), "LANG": "C.UTF-8"}
        command = [
            sys.executable,
            "-m",
            "desktop_app",
            "providers",
            "set",
            "workstation",
            "--base-url",
            url,
            "--model",
            "qwen2.5-7b",
        ]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **self._own}, check=True, capture_output=True)

    def take(self) -> None:
        """Take all pictures."""
        with self._program() as window:
            window.wait(tr("New workflow"), "ActionButton", START_S)
            self._save(window, "empty")
        copy = self._home / "ticket_triage"
        shutil.copytree(EXAMPLE, copy)
        file = copy / "ticket_triage.weft"
        file.write_text(file.read_text(encoding="utf-8").replace("provider: local", "provider: workstation"), encoding="utf-8")
        with self._program(file) as window:
            window.click(tr("Trust this workflow"), patience=START_S)
            window.wait(tr("Run"), "ActionButton", enabled=True)
            self._building(window)
            self._fail(window)
            self._run(window)

    @contextmanager
    def _program(self, *files: Path) -> Iterator[Driver]:
        self._preferences.write_text(self._chosen, encoding="utf-8")
        words = [str(file) for file in files]
        with Driver(self._screen, self._home / "said.txt", words, environment=self._own) as window:
            yield window
            window.come_forward()
            window.hand.keys("ctrl+q")
            if window.end() != 0 or window.said():
                raise SystemExit(window.said())

    def _building(self, window: Driver) -> None:
        canvas = window.wait("", "canvas")
        x, y, width, height = canvas.rect
        window.hand.click((x + width // 2, y + height - 160), times=2)
        window.hand.type("file")
        window.wait(tr("Write file"), "row")
        self._save(window, "building")
        window.hand.keys("Escape")

    def _run(self, window: Driver) -> None:
        window.click(tr("Run"), "ActionButton")
        if not self._model.reached.wait(START_S):
            raise SystemExit("the model was not asked")
        window.click("sort_tickets", "node")
        self._save(window, "running")
        self._model.go.set()
        window.wait(tr("Approve"), "Button", START_S, enabled=True)
        self._save(window, "waiting")
        window.click(tr("Approve"), "Button")
        window.click(tr("Show everything"), "IconButton")
        window.wait("report", "node", START_S, state="succeeded")
        self._save(window, "finished")

    def _fail(self, window: Driver) -> None:
        self._model.fails = True
        window.click(tr("Run"), "ActionButton")
        window.wait("sort_tickets", "node", START_S, state="failed")
        self._save(window, "failed")
        self._model.fails = False
        window.click(tr("Close"), "IconButton")

    def _save(self, window: Driver, name: str) -> None:
        FOLDER.mkdir(exist_ok=True)
        picture = FOLDER / f"{self._look}-{name}.png"
        threading.Event().wait(0.6)  # what glides and fades comes to rest
        window.picture(picture)
        shrink(picture)
        print(f"{picture.relative_to(ROOT)}  {picture.stat().st_size // 1024} KB", flush=True)


def main(looks: list[str]) -> None:
    """Take the pictures of the looks named, or of all."""
    for look in looks or LOOKS:
        model = Model()
        with (
            tempfile.TemporaryDirectory(prefix="weft-pictures-") as home,
            FakeModelServer(default=model.answer) as server,
            VirtualScreen() as screen,
        ):
            Scene(look, screen, Path(home), model, server.url).take()


if __name__ == "__main__":
    main(sys.argv[1:])
