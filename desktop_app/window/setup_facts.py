"""What forms have to know of the set-up: providers, their models, and the names of secrets. Asked of the engine, kept here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop_app.window.bridge import Bridge
from engine.model.issues import WeftError
from engine.model.values import JsonObject
from resources.language import tr
from widgets.forms.context import Choice, Models

_log = logging.getLogger(__name__)


class SetupFacts(QObject):
    """Knows what the engine said last; `changed` tells that something may be new."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.providers: tuple[Choice, ...] = (Choice("local", tr("This computer"), icon="cpu"),)
        self.secrets: tuple[str, ...] = ()
        self._known: dict[str, JsonObject] = {}
        bridge.attached.connect(self.refresh)

    def refresh(self) -> None:
        """Ask anew, and tell of it in any case: a key or an address may be another one under the same name."""
        self._known.clear()
        self.look_again()

    def look_again(self) -> None:
        """Ask anew, and tell only of what differs: a form that a person is typing into is not made anew for nothing."""
        self._bridge.call("providers", {}, self._on_providers, _leave)
        self._bridge.call("secrets", {}, self._on_secrets, _leave)

    def models(self, provider: str, done: Callable[[Models], None]) -> None:
        """Ask a provider which models it has; the local one tells those that are here first."""
        if provider == "local":
            self._bridge.call("models", {}, partial(_tell_local, done), partial(_tell_problem, done))
        else:
            given: JsonObject = {"name": provider}
            self._bridge.call("provider_models", given, partial(_tell_models, done), partial(_tell_problem, done))

    def set_secret(self, name: str, value: str, done: Callable[[WeftError | None], None]) -> None:
        """Store a secret; `done` gets what went wrong, or None."""

        def stored(_reply: JsonObject) -> None:
            self.refresh()
            done(None)

        self._bridge.call("set_secret", {"name": name, "value": value}, stored, done)

    def _on_providers(self, reply: JsonObject) -> None:
        found = reply["providers"]
        entries = [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
        self.providers = tuple(_provider(entry) for entry in entries)
        self._tell("providers", reply)

    def _on_secrets(self, reply: JsonObject) -> None:
        found = reply["secrets"]
        entries = [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
        self.secrets = tuple(str(entry["name"]) for entry in entries)
        self._tell("secrets", reply)

    def _tell(self, what: str, reply: JsonObject) -> None:
        if self._known.get(what) != reply:
            self._known[what] = reply
            self.changed.emit()


def _leave(error: WeftError) -> None:
    """Keep what is known; the settings tell of it."""
    _log.info("the set-up is not known: %s", error)


def _provider(entry: JsonObject) -> Choice:
    name = str(entry["name"])
    if entry.get("kind") == "local":
        return Choice(name, tr("This computer"), "", "cpu")
    lacks_key = bool(entry.get("secret")) and entry.get("key") is None
    return Choice(name, name, tr("no key yet") if lacks_key else "", "cloud")


def _tell_local(done: Callable[[Models], None], reply: JsonObject) -> None:
    found = reply["models"]
    entries = [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
    entries.sort(key=lambda entry: entry.get("installed") is not True)
    done(Models(tuple(_local_model(entry) for entry in entries)))


def _local_model(entry: JsonObject) -> Choice:
    size = entry.get("bytes")
    megabytes = tr("{count} MB", count=round(size / 1e6)) if isinstance(size, int | float) else ""
    detail = megabytes if entry.get("installed") is True else tr("{size}, not here yet", size=megabytes)
    return Choice(str(entry["model"]), str(entry.get("title") or entry["model"]), detail, "cpu")


def _tell_models(done: Callable[[Models], None], reply: JsonObject) -> None:
    found = reply["models"]
    done(Models(tuple(Choice(str(name)) for name in found) if isinstance(found, list) else ()))


def _tell_problem(done: Callable[[Models], None], error: WeftError) -> None:
    done(Models(issue=error.issue))
