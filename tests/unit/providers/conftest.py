"""Providers for the tests: one that points at a fake server, and real local ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from engine.api.models import ChatRequest, Message
from engine.providers.config import read_providers
from engine.providers.local import LocalServers
from engine.providers.model_store import ModelStore
from engine.providers.openai_models import OpenAiModels
from tests.helpers.fake_model_server import FakeModelServer
from tests.helpers.models import DEMONSTRATION, model_store

KEY = "sk-canary-4711"
CONTEXT = 1024
"""Tokens of context of the shared local model: little, so that reaching its end is quick."""


class Secrets:
    """A secret store in memory."""

    def __init__(self, **values: str) -> None:
        self.values = values

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def set(self, name: str, value: str) -> None:
        self.values[name] = value

    def remove(self, name: str) -> bool:
        return self.values.pop(name, None) is not None

    def names(self) -> Sequence[str]:
        return sorted(self.values)


def no_local_model(name: str) -> Any:
    raise AssertionError(f"nobody asked for the local model {name}")


OpenModels = Callable[..., AbstractAsyncContextManager[OpenAiModels]]


@pytest.fixture
def open_models() -> OpenModels:
    """Open models whose provider `fake` is at a server's address."""

    @asynccontextmanager
    async def opened(server: FakeModelServer | str, *, limit: int = 10_000_000, **config: Any) -> AsyncIterator[OpenAiModels]:
        url = server if isinstance(server, str) else server.url
        entry = {"base_url": url, "secret": "fake-key", "model": "fake-1", **config}
        providers = read_providers({"providers": {"fake": entry}})
        models = OpenAiModels(
            providers, Secrets(**{"fake-key": KEY}), LocalServers(no_local_model), lambda: [], answer_limit=limit
        )
        try:
            yield models
        finally:
            await models.aclose()

    return opened


def request(text: str = "Say hello.", **options: Any) -> ChatRequest:
    """Return a request to the fake provider."""
    return ChatRequest(options.pop("provider", "fake"), options.pop("model", ""), [Message("user", text)], **options)


@pytest.fixture(scope="session")
def store() -> ModelStore:
    """The checkout's models, the demonstration model among them."""
    return model_store()


@pytest.fixture(scope="module")
def shared_servers(store: ModelStore) -> Iterator[LocalServers]:
    """Servers that the tests of a module share, with the demonstration model loaded once for all."""
    servers = LocalServers(lambda name: replace(store.find(name), context=CONTEXT))

    async def start() -> None:
        async with servers.use(DEMONSTRATION):
            pass

    asyncio.run(start())
    yield servers
    servers.close()


@asynccontextmanager
async def local_models(store: ModelStore, servers: LocalServers) -> AsyncIterator[OpenAiModels]:
    """Open models over local servers, which stay when the block ends."""
    models = OpenAiModels(read_providers({}), Secrets(), servers, store.installed)
    try:
        yield models
    finally:
        await models.aclose()
