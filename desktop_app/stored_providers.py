"""The providers as the settings have them now, whichever program set them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.providers.config import ProviderConfig
    from storage.repositories.settings import SettingsRepository

PROVIDERS = "providers"


class StoredProviders(Mapping[str, "ProviderConfig"]):
    """Providers by name, read anew at each look, since another program may have set some. A look takes less than a millisecond.

    Raises:
        WeftError: at a look, `model.bad-provider`, or what keeps the settings from being read.
    """

    def __init__(self, settings: SettingsRepository) -> None:
        self._settings = settings

    def __getitem__(self, name: str) -> ProviderConfig:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def _read(self) -> dict[str, ProviderConfig]:
        from engine.providers.config import read_providers

        return read_providers({PROVIDERS: self._settings.get(PROVIDERS)})
