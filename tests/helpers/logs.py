"""Fails a test that logs a warning or worse without saying so first."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator

import pytest


class LogGuard(logging.Handler):
    """Collects records at WARNING and above, and the patterns that a test expects among them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.patterns: list[str] = []
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text += f" ({record.exc_info[1]!r})"
        self.messages.append(f"{record.levelname} {record.name}: {text}")

    def expect(self, pattern: str) -> None:
        """Say that a record whose `LEVEL logger: message` matches this regular expression must come; any number may."""
        self.patterns.append(pattern)

    def complaints(self) -> list[str]:
        """Tell which records nobody expected, and which expected ones never came."""
        unexpected = [text for text in self.messages if not any(re.search(pattern, text) for pattern in self.patterns)]
        missing = [
            f"no record matches {pattern!r}"
            for pattern in self.patterns
            if not any(re.search(pattern, text) for text in self.messages)
        ]
        return unexpected + missing


@contextlib.contextmanager
def no_unexpected_logs(patterns: list[str]) -> Iterator[LogGuard]:
    """Collect log records in the body, and fail afterwards with every complaint."""
    guard = LogGuard()
    for pattern in patterns:
        guard.expect(pattern)
    root = logging.getLogger()
    root.addHandler(guard)
    try:
        yield guard
    finally:
        root.removeHandler(guard)
    if complaints := guard.complaints():
        pytest.fail("log: " + "\n".join(complaints), pytrace=False)
