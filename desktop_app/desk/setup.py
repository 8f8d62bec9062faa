"""Requests about how the program is set up: settings, providers of models, and secrets."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING

from desktop_app.desk.given import Request, aside, mapping, text
from desktop_app.services import Parts
from desktop_app.stored_providers import PROVIDERS
from engine.model.issues import failure, phrase
from engine.model.values import Json, JsonObject
from engine.server.protocol import Emit

if TYPE_CHECKING:
    from engine.providers.openai_models import OpenAiModels


class SetupDesk:
    """Looks after the set-up.

    * `settings`: gives `settings`, those that differ from their defaults. `set_setting`: `key`, `value` (null for the default).
    * `providers`: gives `providers`: `name`, `kind` (openai, compatible or local), `base_url`, `secret`, `variable`, `model`,
      `context`, `built_in`, `changed` (by the settings), and `key` (keychain, file or environment, where its key is; or null).
      `set_provider`: `name`, `entry` (fields that differ from before). `remove_provider`: `name`; a built-in one returns to how
      it came. `provider_models`: `name`, and `entry` to try fields that are not set yet. Gives `models`, the ids of those that
      the provider has now, so it tells also whether address and key are right.
    * `secrets`: gives `secrets`: `name`, `source` (keychain, file or environment). `set_secret`: `name`, `value`, `in_file`
      (not in the keychain). Gives `source`. `remove_secret`: `name`. A value goes in and never comes out.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.requests: dict[str, Request] = {
            "settings": aside(self._settings),
            "set_setting": aside(self._set_setting),
            "providers": aside(self._providers),
            "set_provider": aside(self._set_provider),
            "remove_provider": aside(self._remove_provider),
            "provider_models": self._provider_models,
            "secrets": aside(self._secrets),
            "set_secret": aside(self._set_secret),
            "remove_secret": aside(self._remove_secret),
        }

    # settings

    def _settings(self, _given: JsonObject) -> JsonObject:
        return {"settings": {**self._parts.settings.all()}}

    def _set_setting(self, given: JsonObject) -> JsonObject:
        key, value = text(given, "key"), given.get("value")
        if key == PROVIDERS:
            self._check_and_set(value if isinstance(value, dict) else {})
        elif value is None:
            self._parts.settings.remove(key)
        else:
            self._parts.settings.set(key, value)
        return {}

    # providers

    def _entries(self) -> JsonObject:
        entries = self._parts.settings.get(PROVIDERS)
        return entries if isinstance(entries, dict) else {}

    def _check_and_set(self, entries: JsonObject) -> None:
        """Set the providers, if they can be used; calls under way keep those that they began with."""
        from engine.providers.config import read_providers

        read_providers({PROVIDERS: entries})
        self._parts.settings.set(PROVIDERS, entries)

    def _providers(self, _given: JsonObject) -> JsonObject:
        from engine.providers.config import BUILT_IN, read_providers

        entries = self._entries()
        built_in = {provider.name for provider in BUILT_IN}
        told: list[Json] = []
        for name, provider in read_providers({PROVIDERS: entries}).items():
            key = self._parts.secrets.source(provider.secret) if provider.secret else None
            told.append({**asdict(provider), "built_in": name in built_in, "changed": name in entries, "key": key})
        return {"providers": told}

    def _set_provider(self, given: JsonObject) -> JsonObject:
        self._check_and_set(self._with(given))
        return {}

    def _with(self, given: JsonObject) -> JsonObject:
        """Return the entries of the settings with one that is set or tried."""
        name, entries = text(given, "name"), self._entries()
        before = entries.get(name)
        return {**entries, name: {**(before if isinstance(before, dict) else {}), **mapping(given, "entry")}}

    def _remove_provider(self, given: JsonObject) -> JsonObject:
        name, entries = text(given, "name"), self._entries()
        if name not in entries:
            raise failure("model.unknown-provider", phrase("No provider {name!r} was set.", name=name), "Choose one that was.")
        self._check_and_set({key: value for key, value in entries.items() if key != name})
        return {}

    async def _provider_models(self, given: JsonObject, _emit: Emit) -> JsonObject:
        name = text(given, "name")
        models = await asyncio.to_thread(self._models, given)
        try:
            found: list[Json] = list(await models.list_models(name))
        finally:
            if models is not self._parts.made.get("models"):
                await models.aclose()
        return {"models": found}

    def _models(self, given: JsonObject) -> OpenAiModels:
        """Return the models as they are, or as they would be with the entry that is tried."""
        if "entry" not in given:
            return self._parts.models
        from engine.providers.config import read_providers
        from engine.providers.openai_models import OpenAiModels

        providers = read_providers({PROVIDERS: self._with(given)})
        return OpenAiModels(providers, self._parts.secrets, self._parts.local_servers, self._parts.model_store.installed)

    # secrets

    def _secrets(self, _given: JsonObject) -> JsonObject:
        secrets = self._parts.secrets
        told: list[Json] = [{"name": name, "source": secrets.source(name)} for name in secrets.names()]
        return {"secrets": told}

    def _set_secret(self, given: JsonObject) -> JsonObject:
        name = text(given, "name")
        self._parts.secrets.set(name, text(given, "value"), in_file=given.get("in_file") is True)
        return {"source": self._parts.secrets.source(name)}

    def _remove_secret(self, given: JsonObject) -> JsonObject:
        if not self._parts.secrets.remove(text(given, "name")):
            raise failure(
                "secret.missing",
                phrase("There is no secret named {text!r}.", text=text(given, "name")),
                "Choose one that there is.",
            )
        return {}
