"""The application's own log: a file in the data folder that rotates, names runs and holds no secrets."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from engine.api.redact import Redactor
from engine.api.stores import current_run
from storage.paths import create_private

MEGABYTE = 1024 * 1024
QUIET = ("httpx", "httpcore", "openai", "asyncio", "aiosqlite", "alembic", "sqlalchemy", "keyring")
"""Libraries whose debug and info lines say nothing about the user's work."""
_redactors: list[Redactor] = []
"""Those of all logs that are open in this program."""


class AppLog:
    """Writes what the program logs to `logs/<program>.log`. One program at a time writes to a file of that name.

    What the redactor of any log knows is struck out of all of them, for the root logger gives every line to each.
    """

    def __init__(
        self, folder: Path, redactor: Redactor, *, program: str = "weft", level: int | str = logging.INFO,
        size: int = 5 * MEGABYTE, kept: int = 5,
    ) -> None:
        """Begin logging. `size` is bytes of a file at most, `kept` how many full ones stay beside it.

        Raises:
            WeftError: `data.not-writable`.
            ValueError: when `level` is the name of no level.
        """
        self.path = create_private(folder) / f"{program}.log"
        self._handler = _PrivateFile(self.path, maxBytes=size, backupCount=kept, encoding="utf-8", errors="backslashreplace")
        self._handler.setFormatter(_Line())
        self._redactor = redactor
        _redactors.append(redactor)
        self._handler.addFilter(_wanted)
        root = logging.getLogger()
        self._level_before = root.level
        root.addHandler(self._handler)
        self.set_level(level)

    def set_level(self, level: int | str) -> None:
        """Log from this level on: a name such as `DEBUG`, or its number."""
        self._handler.setLevel(level)
        logging.getLogger().setLevel(level)

    def close(self) -> None:
        """End logging to the file."""
        if self._redactor in _redactors:
            _redactors.remove(self._redactor)
        root = logging.getLogger()
        root.removeHandler(self._handler)
        root.setLevel(self._level_before)
        with contextlib.suppress(OSError):  # the disk is full: the last line is lost
            self._handler.close()


class _PrivateFile(RotatingFileHandler):
    """Creates its files for the user alone."""

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).touch(mode=0o600)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:
        """Lose the line when the disk is full: a log must never disturb the work that it tells of."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


class _Line(logging.Formatter):
    """One line for a record, with time in UTC; what belongs to it is indented below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s%(run)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        run = getattr(record, "run", "") or current_run.get()
        record.run = f" [{run}]" if run else ""
        try:
            text = super().format(record)
        finally:
            record.run = run
        for redactor in _redactors:
            text = redactor.text(text)
        return text.rstrip().replace("\r", "").replace("\n", "\n    ")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"{moment}.{int(record.msecs):03}Z"


def _wanted(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] not in QUIET
