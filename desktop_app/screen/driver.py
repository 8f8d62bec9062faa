"""A program with a window on a virtual screen, used as a person uses it: it is looked at, and clicked."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from desktop_app.screen.hand import Hand
from desktop_app.screen.seen import Eyes, Thing
from desktop_app.screen.virtual import WINDOW, VirtualScreen
from engine.model.issues import failure

PATIENCE_S = 20.0
END_S = 30.0
WEFT = ("-P", "-m", "desktop_app.screen.watched")
_PICTURE = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
x, y, width, height = map(int, sys.argv[2:])
sys.exit(not app.primaryScreen().grabWindow(0, x, y, width, height).save(sys.argv[1], "PNG", 0))
"""


class Driver:
    """The program as long as the `with` lasts, then it is killed if it still runs. What it says goes to the file `log`.

    The program is called with the number of a socket, for a `Report`, before `words`.
    """

    def __init__(
        self, screen: VirtualScreen, log: Path, words: Sequence[str] = (), *,
        program: Sequence[str] = WEFT, environment: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._screen, self._log = screen, log
        self._program, self._words = program, words
        self._environment = {**screen.environment, **(environment or {})}
        self.hand = Hand(screen.environment)

    def __enter__(self) -> Self:
        """Start the program."""
        ours, theirs = socket.socketpair()
        number = str(theirs.fileno())
        with self._log.open("wb") as log, theirs:
            self.process = subprocess.Popen(
                [sys.executable, *self._program, number, *self._words],
                env=self._environment, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self._link, self.eyes = ours, Eyes(ours)
        return self

    def __exit__(self, *_: object) -> None:
        self._link.close()
        self.eyes.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def wait(self, words: str, kind: str = "", patience: float = PATIENCE_S, **wanted: object) -> Thing:
        """Wait until something is seen that says this, and rests where it is.

        Raises:
            WeftError: `screen.not-seen`, with what there is instead; `screen.ended` when the program has ended.
        """
        end, before = time.monotonic() + patience, None
        while True:
            found = self.eyes.find(words, kind, **wanted)
            if found is not None and found == before:
                return found
            before = found
            if self.process.poll() is not None:
                raise failure("screen.ended", f"The program has ended:\n{self.said()}", "See its log.")
            if time.monotonic() > end:
                seen = ", ".join(f"{thing.kind} {thing.words!r} {thing.state}".strip() for thing in self.eyes.look())
                raise failure("screen.not-seen", f"The window does not show {words!r} {wanted or ''}.", f"It shows: {seen}.")
            time.sleep(0.1)

    def click(self, words: str, kind: str = "", patience: float = PATIENCE_S, **wanted: object) -> Thing:
        """Click at what says this, as soon as it can be used."""
        thing = self.wait(words, kind, patience, enabled=True, **wanted)
        self.hand.click(thing.middle)
        return thing

    def come_forward(self) -> None:
        """Give the window the keyboard; a screen without a window manager gives it only to what is clicked."""
        self.click("Weft", "QLabel")

    def picture(self, path: Path, area: tuple[int, int, int, int] | None = None) -> None:
        """Save what is on the screen: an area of it, or the window."""
        place = area or (0, 0, *map(min, WINDOW, self._screen.size))
        command = [sys.executable, "-c", _PICTURE, str(path), *map(str, place)]
        subprocess.run(command, env=self._environment, check=True, capture_output=True, timeout=END_S)

    def end(self, patience: float = END_S) -> int:
        """Wait for the end of the program and return its exit code.

        Raises:
            WeftError: `screen.no-end` when it does not come.
        """
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            raise failure("screen.no-end", f"The window did not close:\n{self.said()}", "See its log.") from None

    def said(self) -> str:
        """Return what the program has printed."""
        return self._log.read_text(encoding="utf-8", errors="replace")
