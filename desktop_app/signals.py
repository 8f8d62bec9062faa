"""Signals that ask for the end: the first is obeyed in order; after the next one the program ends soon, whatever hangs."""

from __future__ import annotations

import os
import signal
import threading
import time
from _thread import start_new_thread
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

CLOSED: int | None = getattr(signal, "SIGHUP", None)
"""Sent when the terminal is closed; not on Windows."""
ASKING = tuple(filter(None, (signal.SIGINT, signal.SIGTERM, CLOSED)))
GRACE_S = 0.5
"""What is left for an end in order after the second signal, and again for the last words."""

_held: list[int] = []


def hold() -> None:
    """Keep signals for the first `Ending`: the program is still being loaded and could say nothing about them."""
    for number in _obeyed():
        signal.signal(number, lambda number, _: _held.append(number))


def let_go() -> None:
    """Let signals end the program at once from now on, until somebody else obeys them: there is nothing to be lost yet.

    Raises:
        Interrupted: one came while they were held.
    """
    for number in _obeyed():
        signal.signal(number, signal.SIG_DFL)
    if _held:
        raise Interrupted


class Interrupted(BaseException):
    """A signal ends the command."""


class Ending:
    """Obeys the signals while it is entered. Only one at a time does; the one around it takes over again at the end.

    `first` is called in the main thread with the first signal and may raise. After a second one, what is still under way gets
    a moment, then `last_words` is called in another thread and the program ends with the exit code that `code` gives.
    """

    def __init__(self, first: Callable[[int], None], last_words: Callable[[], None], code: Callable[[], int]) -> None:
        self._first, self._last_words, self._code = first, last_words, code
        self._taken = 0
        self._over = threading.Event()
        self._said = threading.Event()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Begin to obey; outside of the main thread there are no signals."""
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._take) for number in _obeyed()}
            held = _held.copy()
            _held.clear()
            for number in held:
                self._take(number, None)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def hurry(self) -> None:
        """Take the next signal for the second one: the end has begun."""
        self._taken = max(self._taken, 1)

    def _take(self, number: int, _frame: FrameType | None) -> None:
        self._taken += 1
        if self._taken == 1:
            self._first(number)
        elif self._taken == 2:
            start_new_thread(self._end, ())  # `threading` takes a lock that the interrupted thread may have

    def _end(self) -> None:
        time.sleep(GRACE_S)
        if not self._over.is_set():
            start_new_thread(self._say, ())  # nobody may be reading
            self._said.wait(GRACE_S)
            os._exit(self._code())

    def _say(self) -> None:
        try:
            self._last_words()
        finally:
            self._said.set()


def _obeyed() -> list[int]:
    """Return the signals that count: who starts a program with `nohup` wants it to outlive the terminal."""
    return [number for number in ASKING if number != CLOSED or signal.getsignal(number) != signal.SIG_IGN]
