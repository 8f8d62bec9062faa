"""The secrets as the window knows them: their names and where they are kept. A value goes in and never comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop_app.window.engine import EngineService
from desktop_app.window.latest import Latest
from engine.model.issues import WeftError
from engine.model.values import JsonObject


@dataclass(frozen=True, slots=True)
class KnownSecret:
    """A secret by its name; `source` is keychain, file or environment."""

    name: str
    source: str


class SecretNames(QObject):
    """Asks the engine about secrets, stores and removes them. `changed` tells of other ones, `edited` of those a person set."""

    changed = Signal()
    edited = Signal()

    def __init__(self, engine: EngineService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = engine.bridge
        self.secrets: tuple[KnownSecret, ...] = ()
        self.problem: WeftError | None = None
        self._latest = Latest(self._on_secrets)
        self._bridge.attached.connect(self.refresh)

    def refresh(self) -> None:
        """Ask anew."""
        self._bridge.call("secrets", {}, self._latest.asked(), self._on_problem)

    def has(self, name: str) -> bool:
        """Tell whether there is a secret of this name."""
        return any(secret.name == name for secret in self.secrets)

    def store(
        self, name: str, value: str, done: Callable[[], None], failed: Callable[[WeftError], None], *, in_file: bool = False
    ) -> None:
        """Store a value under a name, in place of an earlier one; `in_file` keeps it out of the keychain."""
        self._bridge.call(
            "set_secret", {"name": name, "value": value, "in_file": in_file}, partial(self._on_stored, done), failed
        )

    def remove(self, name: str) -> None:
        """Delete a secret."""
        self._bridge.call("remove_secret", {"name": name}, self._on_removed, self._on_problem)

    def _on_secrets(self, reply: JsonObject) -> None:
        found = reply["secrets"]
        entries = [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
        self.secrets = tuple(KnownSecret(str(entry["name"]), str(entry.get("source") or "")) for entry in entries)
        self.problem = None
        self.changed.emit()

    def _on_problem(self, error: WeftError) -> None:
        self.problem = error
        self.changed.emit()

    def _on_stored(self, done: Callable[[], None], _reply: JsonObject) -> None:
        self._on_removed(_reply)
        done()

    def _on_removed(self, _reply: JsonObject) -> None:
        self.refresh()
        self.edited.emit()
