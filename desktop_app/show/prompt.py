"""Asks the person at the terminal: approve, reject, edit or later. The run's other branches go on meanwhile."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.documents import plain_json
from desktop_app.show.layout import say
from desktop_app.show.values import harmless, readable
from engine.model.values import Json

if TYPE_CHECKING:
    from rich.console import Console

WORDS = {"approve": "approve", "yes": "approve", "reject": "reject", "no": "reject", "edit": "edit", "later": "later"}
CHOICES = "approve, reject, edit or later (a/r/e/l; words after it are your comment): "


@dataclass(frozen=True, slots=True)
class Decision:
    """What the person said. `later` leaves the question open; `edited` tells whether `payload` is theirs."""

    later: bool = False
    approved: bool = False
    comment: str = ""
    edited: bool = False
    payload: Json = None


class LineReader:
    """Reads lines of standard input in a thread, one when asked for, so that a question can be withdrawn.

    It reads the file itself: an interpreter that ends while a thread waits in `sys.stdin` would break off with an error.
    """

    def __init__(self, deliver: Callable[[str | None], None]) -> None:
        self._deliver = deliver
        self._reading = threading.Event()
        self._rest = b""

    def ask(self) -> None:
        """Have the next line delivered, without its end; None at the end of input. One that is waited for already is it."""
        if not self._reading.is_set():
            self._reading.set()
            threading.Thread(target=self._read, name="stdin", daemon=True).start()

    def _read(self) -> None:
        line: str | None = None
        try:
            while b"\n" not in self._rest:
                piece = os.read(sys.stdin.fileno(), 4096)
                if not piece:
                    break
                self._rest += piece
            data, end, self._rest = self._rest.partition(b"\n")
            if data or end:
                line = data.decode(sys.stdin.encoding or "utf-8", "replace").rstrip("\r")
        except (OSError, ValueError):
            pass
        self._reading.clear()
        self._deliver(line)


@dataclass
class Prompt:
    """One question on the screen. `take` gives the decision once a line is one."""

    console: Console
    address: str
    question: Mapping[str, Any]
    _editing: bool = field(default=False)

    def show(self) -> None:
        """Show the question and wait for a line."""
        from rich.text import Text

        text = harmless(str(self.question.get("text") or "Go on?"))
        self.console.print()
        asked = Text.assemble((text, "bold"), (f"  {self.address}", "dim"))
        say(self.console, asked, indent="  ", begin=Text("? ", "yellow"))
        payload = self.question.get("payload")
        if payload is not None:
            say(self.console, readable(payload), indent="  ")
        if effect := self.question.get("effect"):
            say(self.console, harmless(str(effect)), indent="    ", begin=Text("  If approved: ", "dim"))
        self._ask(CHOICES)

    def take(self, line: str | None) -> Decision | None:
        """Understand a line; None when it is not a decision, and the person was asked again."""
        if line is None:
            self.console.print()
            return Decision(later=True)
        if self._editing:
            return self._edited(line)
        word, _, comment = line.strip().partition(" ")
        choice = next((WORDS[known] for known in WORDS if word and known.startswith(word.lower())), "")
        if choice in ("approve", "reject"):
            return Decision(approved=choice == "approve", comment=comment.strip())
        if choice == "later":
            return Decision(later=True)
        if choice == "edit":
            return self._edit()
        self._ask(CHOICES)
        return None

    def withdraw(self, status: str, by: str) -> None:
        """Say that the question was answered elsewhere."""
        self.console.print(f"\n  answered elsewhere: {status}{f' by {by}' if by else ''}", style="dim", markup=False)

    def _edit(self) -> Decision | None:
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
        if not editor:
            self._editing = True
            self._ask("The value as JSON, on one line (empty: as it is): ")
            return None
        with tempfile.TemporaryDirectory(prefix="weft-edit-") as folder:
            path = Path(folder) / "payload.json"
            path.write_text(json.dumps(self.question.get("payload"), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            try:
                subprocess.run([*shlex.split(editor), str(path)], check=True)
            except (OSError, ValueError, subprocess.CalledProcessError) as error:
                self.console.print(f"  The editor {editor!r} did not work: {error}", style="red", markup=False)
                self._ask(CHOICES)
                return None
            return self._edited(path.read_text(encoding="utf-8", errors="replace"))

    def _edited(self, text: str) -> Decision | None:
        self._editing = False
        if not text.strip():
            return Decision(approved=True)
        try:
            return Decision(approved=True, edited=True, payload=plain_json(text))
        except ValueError as error:
            self.console.print(f"  This is no JSON: {error}", style="red", markup=False)
            self._ask(CHOICES)
            return None

    def _ask(self, text: str) -> None:
        self.console.print("  " + text, end="", style="dim", markup=False, soft_wrap=True)
