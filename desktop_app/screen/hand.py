"""A hand at mouse and keyboard of a screen: what it does goes through the X server, as a person's does."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

Point = tuple[int, int]
STEPS = 8
BETWEEN_KEYS_MS = 12
UNKNOWN_KEYS_MS = 80
"""Letters that are on no key get one for a moment, which programs have to hear of."""


class Hand:
    """Moves, clicks, drags and types on the screen that `environment` names. Places are pixels of the whole screen."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)

    def move(self, place: Point) -> None:
        """Bring the pointer to a place."""
        self._do("mousemove", "--sync", *place)

    def click(self, place: Point, button: int = 1, times: int = 1) -> None:
        """Click at a place."""
        self._do("mousemove", *place, "click", "--repeat", times, "--delay", 40, button)

    def drag(self, start: Point, end: Point) -> None:
        """Press at one place, go to another one in steps, and let go there."""
        self._do("mousemove", *start, "mousedown", 1)
        for step in range(1, STEPS + 1):
            x, y = (round(a + (b - a) * step / STEPS) for a, b in zip(start, end, strict=True))
            self._do("mousemove", x, y, "sleep", 0.03)
        self._do("sleep", 0.1, "mouseup", 1)

    def keys(self, *keys: str) -> None:
        """Press keys one after the other, such as `ctrl+s`."""
        self._do("key", "--clearmodifiers", "--delay", BETWEEN_KEYS_MS, *keys)

    def type(self, text: str) -> None:
        """Type a text; a line end is Enter."""
        delay = BETWEEN_KEYS_MS if text.isascii() else UNKNOWN_KEYS_MS
        self._do("type", "--clearmodifiers", "--delay", delay, "--", text)

    def _do(self, *words: object) -> None:
        command = ["xdotool", *map(str, words)]
        subprocess.run(command, env=self._environment, check=True, capture_output=True, timeout=60)
