"""Which providers there are: two built in, more from the settings."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import urlsplit

from engine.api.models import ModelError
from engine.model.issues import Issue, phrase
from engine.model.values import Json

Kind = Literal["openai", "compatible", "local"]

_TEXTS = ("base_url", "secret", "variable", "model")


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """A place that answers chat calls.

    `secret` names the secret that holds its key and `variable` an environment variable that is read when there is no such
    secret; with neither, calls carry no key. `model` is used when a call names none. `context` is how many tokens prompt
    and answer may have together; None is unknown, or for `local` the catalogue's figure.
    """

    name: str
    kind: Kind
    base_url: str = ""
    secret: str = ""
    variable: str = ""
    model: str = ""
    context: int | None = None

    @property
    def on_this_machine(self) -> bool:
        """Whether calls stay on this machine, and so must not go through a proxy."""
        return self.kind == "local" or _is_loopback(urlsplit(self.base_url).hostname or "")


BUILT_IN = (
    ProviderConfig("local", "local"),
    ProviderConfig("openai", "openai", "https://api.openai.com/v1", secret="openai", variable="OPENAI_API_KEY"),
)


def read_providers(settings: Mapping[str, Json]) -> dict[str, ProviderConfig]:
    """Return the providers by name: the built-in ones, changed and extended by `settings["providers"]`.

    That value maps names to objects with the fields of `ProviderConfig`; `kind` is `compatible` unless the name is that of
    a built-in provider.

    Raises:
        ModelError: `model.bad-provider` with the path of the wrong entry as `field`.
    """
    providers = {provider.name: provider for provider in BUILT_IN}
    entries = settings.get("providers") or {}
    if not isinstance(entries, dict):
        raise _bad("providers", phrase("The setting 'providers' is not a mapping of names to providers"))
    for name, entry in entries.items():
        providers[name] = _read(name, entry, providers.get(name))
    return providers


def _read(name: str, entry: Json, base: ProviderConfig | None) -> ProviderConfig:
    place = f"providers.{name}"
    if not isinstance(entry, dict):
        raise _bad(place, phrase("The provider '{name}' is not a mapping", name=name))
    if unknown := sorted(set(entry) - {"kind", "context", *_TEXTS}):
        raise _bad(
            f"{place}.{unknown[0]}",
            phrase("The provider '{name}' has an unknown field '{unknown}'", name=name, unknown=unknown[0]),
        )
    kind = entry.get("kind", base.kind if base else "compatible")
    if kind not in ("openai", "compatible", "local"):
        raise _bad(f"{place}.kind", phrase("The provider '{name}' is of an unknown kind, {kind!r}", name=name, kind=kind))
    texts: dict[str, str] = {}
    for field in _TEXTS:
        value = entry.get(field, getattr(base, field, ""))
        if not isinstance(value, str):
            raise _bad(
                f"{place}.{field}", phrase("The field '{field}' of the provider '{name}' is not a text", field=field, name=name)
            )
        texts[field] = value.strip()
    texts["base_url"] = texts["base_url"].rstrip("/")
    context = entry.get("context", base.context if base else None)
    if context is not None and (not isinstance(context, int) or isinstance(context, bool) or context < 1):
        raise _bad(f"{place}.context", phrase("The context of the provider '{name}' is not a number of tokens", name=name))
    config = ProviderConfig(name, cast(Kind, kind), context=context, **texts)
    if config.kind != "local" and not _is_address(config.base_url):
        raise _bad(
            f"{place}.base_url", phrase("The base URL of the provider '{name}' is not an http or https address", name=name)
        )
    return config


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and port_is_fine


def _bad(field: str, text: str) -> ModelError:
    remedy = phrase("Correct it with `weft providers set NAME --base-url https://host/v1 --secret NAME`.")
    return ModelError(Issue("model.bad-provider", phrase("{text}.", text=text), remedy, field=field))
