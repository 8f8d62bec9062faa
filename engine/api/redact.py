"""Keeps the values of secrets out of everything that is written down."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus

WINDOW = 64 * 1024
"""Characters that are searched in one go."""
SHORTEST = 4
"""Values of fewer bytes are not looked for: they would be found everywhere."""


class Redactor:
    """Replaces secret values, also in base64 and percent-encoded, by `[secret NAME]`. For any thread."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self._longest = 0
        self._adding = threading.Lock()

    def add(self, name: str, value: str) -> None:
        """Look for this value from now on."""
        with self._adding:
            if len(value.encode()) >= SHORTEST and value not in self._names:
                self._look_for(dict.fromkeys(_forms(value), name) | self._names)

    def _look_for(self, names: dict[str, str]) -> None:
        self._names = names
        longest_first = sorted(self._names, key=len, reverse=True)
        self._longest = len(longest_first[0])
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    @property
    def is_needed(self) -> bool:
        """Tell whether there is anything to look for."""
        return self._pattern is not None

    def text(self, text: str) -> str:
        """Return `text` without secret values."""
        if self._pattern is None:
            return text
        if len(text) > WINDOW:
            return "".join(self._parts(text, self._pattern, self._longest))
        return self._pattern.sub(self._mark, text)

    def _mark(self, found: re.Match[str]) -> str:
        return f"[secret {self._names[found.group()]}]"

    def _parts(self, text: str, pattern: re.Pattern[str], longest: int) -> Iterator[str]:
        """Yield a long text window by window: one search through all of it would hold every other thread up."""
        start = 0
        while start < len(text):
            end = start + WINDOW
            found = pattern.search(text, start, end + longest - 1)
            if found is None or found.start() >= end:
                yield text[start:end]
                start = end
            else:
                yield text[start : found.start()]
                yield self._mark(found)
                start = found.end()

    def value(self, value: Any) -> Any:
        """Return plain data without secret values; the same object when there are none to look for."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.value(item) for key, item in value.items()}
        return [self.value(item) for item in value] if isinstance(value, list) else value


def _forms(value: str) -> set[str]:
    """Return the ways a value is written. In base64 of a longer text, it starts at one of three positions of a group."""
    data = value.encode()
    forms = {value, quote(value), quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1]}
    forms.add(data.decode("latin-1"))  # how a server reads a header that is sent as UTF-8
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
        spoiled_end = 0 if (shift + len(data)) % 3 == 0 else 1
        core = encoded[(0, 2, 3)[shift] : len(encoded) - spoiled_end]
        if len(core) >= SHORTEST:
            forms |= {core, core.replace("+", "-").replace("/", "_")}
    return forms
