"""What the window remembers from one start to the next: a small file of its own, read before anything else is there."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from engine.model.foreign import foreign
from engine.model.issues import WeftError, failure, phrase
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

    def watch(self, tell: Callable[[WeftError], None]) -> None:
        """Let `tell` hear what is wrong with keeping them, now and later."""
        ...


class PreferencesFile:
    """Preferences in a JSON file. One that is damaged counts as empty and is set aside, as it is, before a new one is written.

    What cannot be written holds until the end, and is written with what is set next.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tell: Callable[[WeftError], None] | None = None
        self._unheard: list[WeftError] = []
        self._unwritten: dict[str, Json] = {}
        self._is_damaged = self._is_refused = False
        self._values = self._read() or {}

    def get(self, key: str, default: Json = None) -> Json:
        """Return a value, or `default` when there is none."""
        return self._values.get(key, default)

    def set(self, key: str, value: Json) -> None:
        """Keep a value, at once; other programs' changes of other keys are kept too."""
        if key in self._values and self._values[key] == value:
            return
        self._unwritten[key] = value
        found = self._read()
        self._values = {**(self._values if found is None else found), **self._unwritten}
        self._write()

    def watch(self, tell: Callable[[WeftError], None]) -> None:
        """Let `tell` hear what is wrong with the file, what was before too."""
        self._tell = tell
        if self._is_damaged:
            self._set_aside()
        unheard, self._unheard = self._unheard, []
        for error in unheard:
            tell(error)

    def _read(self) -> dict[str, Json] | None:
        """Return what is in the file; None when that cannot be told."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            _log.info("%s cannot be read: %s", self._path, error)
            self._is_damaged = isinstance(error, ValueError)
            return None
        self._is_damaged = not isinstance(found, dict)
        return found if isinstance(found, dict) else None

    def _set_aside(self) -> None:
        """Keep a damaged file under another name."""
        kept = self._path.with_name(f"{self._path.name}.damaged")
        try:
            self._path.replace(kept)
        except OSError as error:
            _log.info("%s cannot be set aside: %s", self._path, error)
            return
        self._is_damaged = False
        text = phrase("What the window remembered is damaged, so it begins as at its first start.")
        self._say(failure("window.forgot", text, phrase("The damaged file is kept as {kept}.", kept=kept)))

    def _write(self) -> None:
        from storage.atomic import PRIVATE_FILE, write_whole

        text = json.dumps(self._values, ensure_ascii=False, indent=1)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._is_damaged:
                self._set_aside()
            write_whole(self._path, text.encode(), mode=PRIVATE_FILE, durable=False)
        except OSError as error:
            _log.info("%s cannot be written: %s", self._path, error)
            if not self._is_refused:
                self._is_refused = True
                why = foreign(error.strerror or "") or phrase("unknown reason")
                said = phrase("What you set cannot be kept in {path}: {why}.", path=self._path, why=why)
                self._say(failure("window.not-kept", said, "It holds until Weft ends, and is kept with what you set next."))
        else:
            self._unwritten.clear()
            self._is_refused = False

    def _say(self, error: WeftError) -> None:
        if self._tell is None:
            self._unheard.append(error)
        else:
            self._tell(error)
