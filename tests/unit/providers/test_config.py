from __future__ import annotations

from typing import Any

import pytest

from engine.api.models import ModelError
from engine.providers.config import read_providers


def test_two_providers_are_built_in() -> None:
    providers = read_providers({})
    assert set(providers) == {"local", "openai"}
    assert providers["openai"].base_url == "https://api.openai.com/v1"
    assert providers["openai"].secret == "openai"
    assert providers["local"].kind == "local"


def test_an_entry_adds_a_compatible_provider() -> None:
    provider = read_providers({"providers": {"lab": {"base_url": "http://lab.invalid:8000/v1/", "context": 8192}}})["lab"]
    assert (provider.kind, provider.base_url, provider.context) == ("compatible", "http://lab.invalid:8000/v1", 8192)
    assert not provider.on_this_machine


def test_an_entry_changes_a_built_in_provider_and_keeps_the_rest() -> None:
    providers = read_providers({"providers": {"openai": {"model": "gpt-5"}, "local": {"context": 2048}}})
    assert (providers["openai"].model, providers["openai"].variable) == ("gpt-5", "OPENAI_API_KEY")
    assert providers["local"].context == 2048


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/v1", "http://localhost/v1", "http://[::1]:8080/v1"])
def test_loopback_addresses_are_on_this_machine(url: str) -> None:
    assert read_providers({"providers": {"mine": {"base_url": url}}})["mine"].on_this_machine


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ([], ""),
        (["x"], "providers"),
        ({"lab": 3}, "providers.lab"),
        ({"lab": {"base_url": "http://lab.invalid", "colour": "red"}}, "providers.lab.colour"),
        ({"lab": {"base_url": "http://lab.invalid", "kind": "magic"}}, "providers.lab.kind"),
        ({"lab": {"base_url": "http://lab.invalid", "secret": 7}}, "providers.lab.secret"),
        ({"lab": {"base_url": "http://lab.invalid", "context": True}}, "providers.lab.context"),
        ({"lab": {"base_url": "http://lab.invalid", "context": 0}}, "providers.lab.context"),
        ({"lab": {}}, "providers.lab.base_url"),
        ({"lab": {"base_url": "ftp://lab.invalid"}}, "providers.lab.base_url"),
        ({"lab": {"base_url": "http://user:word@lab.invalid"}}, "providers.lab.base_url"),
        ({"lab": {"base_url": "http://lab.invalid:99999"}}, "providers.lab.base_url"),
        ({"lab": {"base_url": "http://[::1"}}, "providers.lab.base_url"),
    ],
)
def test_a_wrong_entry_is_named(entries: Any, field: str) -> None:
    if not field:
        assert set(read_providers({"providers": entries})) == {"local", "openai"}
        return
    with pytest.raises(ModelError) as caught:
        read_providers({"providers": entries})
    assert (caught.value.issue.code, caught.value.issue.field) == ("model.bad-provider", field)
    assert caught.value.issue.remedy
