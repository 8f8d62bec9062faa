"""Answers to the same question that overtake each other: only the newest counts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from engine.model.values import JsonObject


class Latest:
    """Hands on answers, but none that was asked for before one that came already: it would show what is not so any more."""

    def __init__(self, take: Callable[[JsonObject], None]) -> None:
        self._take, self._numbers, self._newest = take, count(1), 0

    def asked(self) -> Callable[[JsonObject], None]:
        """Return what takes the answer to a question that is asked now."""
        number = next(self._numbers)

        def done(reply: JsonObject) -> None:
            if number > self._newest:
                self._newest = number
                self._take(reply)

        return done
