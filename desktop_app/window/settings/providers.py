"""The providers of models as the window knows them: what is set up, and what they answered when they were tried."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, count
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal

from desktop_app.window.engine import EngineService
from desktop_app.window.latest import Latest
from engine.model.issues import Issue, WeftError
from engine.model.values import JsonObject

_log = logging.getLogger(__name__)

LOCAL = "local"
_LONGEST_SECRET = 48


@dataclass(frozen=True, slots=True)
class Provider:
    """A place that answers. `key` tells where its key is: keychain, file or environment; empty when there is none."""

    name: str
    kind: str
    base_url: str
    secret: str
    variable: str
    model: str
    key: str
    built_in: bool
    changed: bool

    @property
    def wants_key(self) -> bool:
        """Whether calls carry a key."""
        return bool(self.secret or self.variable)

    @property
    def host(self) -> str:
        """The host that it is reached at; empty for this machine's own models."""
        return urlsplit(self.base_url).hostname or ""


@dataclass(frozen=True, slots=True)
class Tested:
    """What a provider answered when it was tried: its models, or why it did not."""

    models: tuple[str, ...] = ()
    issue: Issue | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A provider as a person enters it. `secret` names its key, empty for none; with an empty `key` the stored one stays.

    With `in_file` the key is kept in the encrypted file, not in the keychain.
    """

    name: str
    base_url: str
    secret: str = ""
    key: str = field(default="", repr=False)
    model: str = ""
    before: Provider | None = None
    in_file: bool = False

    def entry(self) -> JsonObject:
        """Return what the settings keep of it."""
        kind: JsonObject = {} if self.before else {"kind": "compatible"}
        return {**kind, "base_url": self.base_url, "secret": self.secret, "model": self.model}


def key_name(provider: str, taken: Collection[str]) -> str:
    """Return a name for the secret that holds a provider's key, which no other secret has."""
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", provider).strip("-.")[:_LONGEST_SECRET]
    start = f"{plain if plain[:1].isalpha() else f'provider-{plain}'.rstrip('-')}-key"
    names = chain([start], (f"{start}-{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


class Providers(QObject):
    """Asks the engine about providers and sets them. `changed` tells of other ones or another answer of one.

    `refused` tells with a WeftError that something could not be set, which has no place of its own for that.

    `tested` holds the last answers and `testing` who is being asked, by name. `edited` tells that others should look anew.
    """

    changed = Signal()
    edited = Signal()
    refused = Signal(object)

    def __init__(self, engine: EngineService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = engine.bridge
        self.providers: tuple[Provider, ...] = ()
        self.tested: dict[str, Tested] = {}
        self.testing: set[str] = set()
        self._trials: set[str] = set()
        self._latest = Latest(self._on_providers)
        self._bridge.attached.connect(self.refresh)

    def refresh(self) -> None:
        """Ask anew."""
        self._bridge.call("providers", {}, self._latest.asked(), _leave)

    def provider(self, name: str) -> Provider | None:
        """Return a provider by its name."""
        return next((provider for provider in self.providers if provider.name == name), None)

    def test(self, name: str) -> None:
        """Ask a provider for its models."""
        if name in self.testing:
            return
        self.testing.add(name)
        self.changed.emit()
        self._bridge.call("provider_models", {"name": name}, partial(self._on_models, name), partial(self._on_refused, name))

    def test_all(self) -> None:
        """Ask every provider that can be asked."""
        for provider in self.providers:
            if provider.kind != LOCAL and (provider.key or not provider.wants_key):
                self.test(provider.name)

    def try_out(self, draft: Draft, done: Callable[[Sequence[str]], None], failed: Callable[[WeftError], None]) -> None:
        """Ask for the models that the provider would have; a new key is stored for that, until `save` or `drop_trials`."""
        if draft.key:
            self._trials.add(draft.secret)
            given: JsonObject = {"name": draft.secret, "value": draft.key, "in_file": draft.in_file}
            self._bridge.call("set_secret", given, partial(self._try_with_key, draft, done, failed), failed)
        else:
            self._try(draft, done, failed)

    def drop_trials(self) -> None:
        """Remove the keys of providers that were tried out and not saved."""
        trials, self._trials = self._trials, set()
        for secret in trials:
            self.forget_key(secret)

    def save(self, draft: Draft, done: Callable[[], None], failed: Callable[[WeftError], None]) -> None:
        """Set a provider as the draft has it. A new key goes where its earlier one was."""
        old = draft.before.secret if draft.before else ""
        if draft.key and old and old != draft.secret:
            given: JsonObject = {"name": old, "value": draft.key, "in_file": draft.in_file}
            settled = replace(draft, secret=old, key="")
            self._bridge.call("set_secret", given, partial(self._save_after_key, settled, done, failed), failed)
        else:
            self._trials.discard(draft.secret)
            entry: JsonObject = {"name": draft.name, "entry": draft.entry()}
            self._bridge.call("set_provider", entry, partial(self._on_saved, draft.name, done), failed)

    def use_model(self, name: str, model: str) -> None:
        """Let a provider take this model when a node names none; empty for the provider's own choice."""
        entry: JsonObject = {"model": model}
        self._bridge.call("set_provider", {"name": name, "entry": entry}, self._on_edited, self._on_failed)

    def remove(self, provider: Provider) -> None:
        """Forget a provider with its key; a built-in one is as it came then."""
        self.tested.pop(provider.name, None)
        given: JsonObject = {"name": provider.name}
        if provider.changed:
            self._bridge.call("remove_provider", given, self._on_edited, self._on_failed)
        if provider.key in ("keychain", "file"):
            self.forget_key(provider.secret)

    def forget_key(self, secret: str) -> None:
        """Remove a key that no provider needs any more."""
        self._bridge.call("remove_secret", {"name": secret}, self._on_edited, self._on_failed)

    def _save_after_key(
        self, draft: Draft, done: Callable[[], None], failed: Callable[[WeftError], None], _reply: JsonObject
    ) -> None:
        self.drop_trials()
        self.save(draft, done, failed)

    def _try_with_key(
        self, draft: Draft, done: Callable[[Sequence[str]], None], failed: Callable[[WeftError], None], _reply: JsonObject
    ) -> None:
        self.edited.emit()
        self._try(draft, done, failed)

    def _try(self, draft: Draft, done: Callable[[Sequence[str]], None], failed: Callable[[WeftError], None]) -> None:
        given: JsonObject = {"name": draft.name, "entry": draft.entry()}
        self._bridge.call("provider_models", given, partial(_tell_models, done), failed)

    def _on_providers(self, reply: JsonObject) -> None:
        found = reply["providers"]
        entries = [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
        self.providers = tuple(_provider(entry) for entry in entries)
        self.changed.emit()

    def _on_models(self, name: str, reply: JsonObject) -> None:
        self._take(name, Tested(_names(reply)))

    def _on_refused(self, name: str, error: WeftError) -> None:
        self._take(name, Tested(issue=error.issue))

    def _take(self, name: str, tested: Tested) -> None:
        self.testing.discard(name)
        self.tested[name] = tested
        self.changed.emit()

    def _on_saved(self, name: str, done: Callable[[], None], _reply: JsonObject) -> None:
        self.tested.pop(name, None)
        self._on_edited(_reply)
        done()
        self.test(name)

    def _on_failed(self, error: WeftError) -> None:
        """Show again what holds, and say why."""
        self.refresh()
        self.changed.emit()
        if error.issue.code != "secret.missing":  # it was to go, and is gone
            self.refused.emit(error)

    def _on_edited(self, _reply: JsonObject) -> None:
        self.refresh()
        self.edited.emit()


def _leave(error: WeftError) -> None:
    """Keep what is known; who asks a provider hears what is wrong."""
    _log.info("the providers are not known: %s", error)


def _provider(entry: JsonObject) -> Provider:
    texts = [str(entry.get(name) or "") for name in ("name", "kind", "base_url", "secret", "variable", "model", "key")]
    name, kind, base_url, secret, variable, model, key = texts
    return Provider(
        name, kind, base_url, secret, variable, model, key, entry.get("built_in") is True, entry.get("changed") is True
    )


def _tell_models(done: Callable[[Sequence[str]], None], reply: JsonObject) -> None:
    done(_names(reply))


def _names(reply: JsonObject) -> tuple[str, ...]:
    found = reply["models"]
    return tuple(str(name) for name in found) if isinstance(found, list) else ()
