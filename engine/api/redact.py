"""Keeps the values of secrets out of everything that is written down."""

from __future__ import annotations

import base64
import json
import re
import threading
from contextvars import ContextVar
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus

WINDOW = 64 * 1024
"""Characters that are searched in one go."""
SHORTEST = 4
"""Values of fewer bytes are not looked for: they would be found everywhere."""
_WORD = re.compile(r"[A-Za-z0-9+/_-]*={0,2}")
_OF_WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-")
"""What words in base64 consist of, in both alphabets."""


class Found(NamedTuple):
    """A value that begins at `value`, and what to strike out: of base64 the whole word, for its other signs hold bits of it."""

    value: int
    start: int
    end: int
    mark: str
    in_word: bool


class Redactor:
    """Replaces secret values, also percent-encoded and words in base64 that hold one, by `[secret NAME]`. For any thread."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._in_base64: frozenset[str] = frozenset()
        self._by_first: dict[str, list[str]] = {}
        self._pattern: re.Pattern[str] | None = None
        self._longest = 0
        self._adding = threading.Lock()

    def add(self, name: str, value: str) -> None:
        """Look for this value from now on."""
        with self._adding:
            if len(value.encode()) >= SHORTEST and value not in self._names:
                plain, in_base64 = _forms(value), _forms_in_base64(value)
                self._in_base64 = (self._in_base64 | in_base64) - plain
                self._look_for(dict.fromkeys(plain | in_base64, name) | self._names)

    def _look_for(self, names: dict[str, str]) -> None:
        self._names = names
        longest_first = sorted(self._names, key=len, reverse=True)
        self._longest = len(longest_first[0])
        by_first: dict[str, list[str]] = {}
        for form in longest_first:
            by_first.setdefault(form[0], []).append(form)
        self._by_first = by_first
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    @property
    def is_needed(self) -> bool:
        """Tell whether there is anything to look for."""
        return self._pattern is not None

    def text(self, text: str) -> str:
        """Return `text` without secret values."""
        parts: list[str] = []
        done = 0
        while (found := self.find(text, done)) is not None:
            parts += (text[done : found.start], found.mark)
            done = found.end
        return "".join((*parts, text[done:])) if parts else text

    def find(self, text: str, start: int) -> Found | None:
        """Find the next value, window by window: one search through a long text would hold every other thread up."""
        if self._pattern is None:
            return None
        for place in range(start, len(text), WINDOW):
            found = self._pattern.search(text, place, place + WINDOW + self._longest - 1)
            if found is not None and found.start() < place + WINDOW:
                return self._found(text, found, start)
        return None

    def _found(self, text: str, found: re.Match[str], done: int) -> Found:
        start, end = found.span()
        in_word = found.group() in self._in_base64
        if in_word:
            while start > done and text[start - 1] in _OF_WORD:
                start -= 1
            end = _end_of_word(text, end)
        return Found(found.start(), start, end, f"[secret {self._names[found.group()]}]", in_word)

    def may_begin(self, text: str, start: int) -> int:
        """Return where, from `start` on, the end of the text may be the beginning of a value; else the text's length."""
        for place in range(max(start, len(text) - self._longest + 1), len(text)):
            forms = self._by_first.get(text[place])
            if forms is not None:
                tail = text[place:]
                if any(len(form) > len(tail) and form.startswith(tail) for form in forms):
                    return place
        return len(text)

    def value(self, value: Any) -> Any:
        """Return plain data without secret values; the same object when there are none to look for."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.value(item) for key, item in value.items()}
        return [self.value(item) for item in value] if isinstance(value, list) else value


class RedactedStream:
    """A text that comes in pieces, which may cut a value anywhere: only what may be the beginning of one is kept back."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._kept = ""
        self._in_word = False

    def feed(self, piece: str) -> str:
        """Take a piece and return what can be shown by now."""
        text = self._kept + piece
        parts: list[str] = []
        done = self._rest_of_word(text)
        kept = self._redactor.may_begin(text, done)
        while (found := self._redactor.find(text, done)) is not None and found.value < kept:
            parts += (text[done : found.start], found.mark)
            self._in_word = found.in_word and found.end == len(text)
            done, kept = found.end, self._redactor.may_begin(text, found.end)
        self._kept = text[kept:]
        return "".join((*parts, text[done:kept]))

    def end(self) -> str:
        """Return what was kept back."""
        kept, self._kept, self._in_word = self._kept, "", False
        return self._redactor.text(kept)

    def _rest_of_word(self, text: str) -> int:
        """Return the length of what goes on a word that was struck out."""
        if not self._in_word:
            return 0
        end = _end_of_word(text, 0)
        self._in_word = end == len(text)
        return end


run_redactor: ContextVar[Redactor | None] = ContextVar("run_redactor", default=None)
"""The redactor of the run for which something is done; whoever reads a secret for it tells it there. None outside of runs."""


def keep_out(name: str, value: str) -> None:
    """Keep the value of a secret out of what the run that asked for it writes."""
    if redactor := run_redactor.get():
        redactor.add(name, value)


def _end_of_word(text: str, start: int) -> int:
    found = _WORD.match(text, start)
    return found.end() if found else start


def _forms(value: str) -> set[str]:
    """Return the ways in which a value is written as it is or escaped."""
    data = value.encode()
    forms = {value, quote(value), quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1]}
    forms.add(data.decode("latin-1"))  # how a server reads a header that is sent as UTF-8
    return forms


def _forms_in_base64(value: str) -> set[str]:
    """Return what of a value is the same in base64 whatever surrounds it. It starts at one of three positions of a group."""
    data = value.encode()
    forms: set[str] = set()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
        spoiled_end = 0 if (shift + len(data)) % 3 == 0 else 1
        core = encoded[(0, 2, 3)[shift] : len(encoded) - spoiled_end]
        if len(core) >= SHORTEST:
            forms |= {core, core.replace("+", "-").replace("/", "_")}
    return forms
