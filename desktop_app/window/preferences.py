"""What the window remembers from one start to the next: a small file of its own, read before anything else is there."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Protocol

from engine.model.values import Json

_log = logging.getLogger(__name__)


class Preferences(Protocol):
    """Keys to JSON values."""

    def get(self, key: str, default: Json = None) -> Json:
        """Return a value, or `default` when there is none."""
        ...

    def set(self, key: str, value: Json) -> None:
        """Keep a value."""
        ...


class PreferencesFile:
    """Preferences in a JSON file; one that cannot be read counts as empty, one that cannot be written costs what is new."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values = self._read()

    def get(self, key: str, default: Json = None) -> Json:
        """Return a value, or `default` when there is none."""
        return self._values.get(key, default)

    def set(self, key: str, value: Json) -> None:
        """Keep a value, at once; other programs' changes of other keys are kept too."""
        if key in self._values and self._values[key] == value:
            return
        self._values = {**self._read(), key: value}
        self._write()

    def _read(self) -> dict[str, Json]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            _log.info("%s cannot be read: %s", self._path, error)
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self) -> None:
        from storage.atomic import PRIVATE_FILE, write_whole

        text = json.dumps(self._values, ensure_ascii=False, indent=1)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self._path, text.encode(), mode=PRIVATE_FILE, durable=False)
        except OSError as error:
            _log.info("%s cannot be written: %s", self._path, error)
