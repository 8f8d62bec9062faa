"""Keeps the values of secrets out of everything that is written down."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import quote, quote_plus

SHORTEST = 4
"""Values of fewer bytes are not looked for: they would be found everywhere."""


class Redactor:
    """Replaces secret values, also in base64 and percent-encoded, by `[secret NAME]`."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def add(self, name: str, value: str) -> None:
        """Look for this value from now on."""
        if len(value.encode()) < SHORTEST or value in self._names:
            return
        for form in _forms(value):
            self._names.setdefault(form, name)
        longest_first = sorted(self._names, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def text(self, text: str) -> str:
        """Return `text` without secret values."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: f"[secret {self._names[found.group()]}]", text)

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
