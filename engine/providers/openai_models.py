"""All models through one client library: OpenAI, every server that speaks its protocol, and the local ones."""

from __future__ import annotations

import asyncio
import os
import sys
import weakref
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from engine.api.models import ChatReply, ChatRequest, Message, ModelError, OnToken
from engine.api.redact import keep_out
from engine.api.stores import SecretStore
from engine.model.issues import phrase
from engine.model.values import JsonObject
from engine.providers import errors, structured, tokens
from engine.providers.call import Endpoint, ask, clear_errors
from engine.providers.config import ProviderConfig
from engine.providers.local import LocalServers

if TYPE_CHECKING:
    from openai import AsyncOpenAI

ANSWER_LIMIT = 10_000_000
"""Bytes of an answer."""
CONNECT_S = 10.0
_HEALTH_S = 5.0
_KEPT = 20
"""Idle connections that are kept for each provider."""
_LONGEST_FRAME = 512
"""Tokens that a chat template adds at most, default system prompts included."""


class OpenAiModels:
    """`Models` over the `openai` client. A client is kept for each provider, address and event loop.

    `providers` may be replaced at any time; calls under way keep what they began with.
    """

    def __init__(
        self,
        providers: Mapping[str, ProviderConfig],
        secrets: SecretStore,
        servers: LocalServers,
        installed: Callable[[], Sequence[str]],
        *,
        answer_limit: int = ANSWER_LIMIT,
    ) -> None:
        """Take the providers by name, and for local ones the servers and the ids of installed models, best first."""
        self.providers = providers
        self._secrets = secrets
        self._servers = servers
        self._installed = installed
        self._answer_limit = answer_limit
        self._clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], AsyncOpenAI]]
        self._clients = weakref.WeakKeyDictionary()
        self._refused: dict[tuple[str, str, str], set[str]] = {}

    async def chat(self, request: ChatRequest, on_token: OnToken | None = None) -> ChatReply:
        """Ask a model; see `Models.chat`."""
        if request.schema is not None:
            structured.check_schema(request.schema)
        provider = self._provider(request.provider)
        endpoint: Endpoint | None = None
        clock = asyncio.timeout(request.timeout)
        try:
            async with clock, self._endpoint(provider, request.model) as endpoint:
                return await self._converse(endpoint, request, on_token)
        except TimeoutError:
            if not clock.expired():
                raise
            await self._stop_if_stuck(endpoint)
            model = endpoint.model if endpoint else request.model
            raise errors.timed_out(provider, model, request.timeout) from None

    async def list_models(self, provider: str) -> Sequence[str]:
        """Return the ids of a provider's models, sorted."""
        config = self._provider(provider)
        if config.kind == "local":
            return sorted(self._installed())
        async with self._endpoint(config, config.model or "-") as endpoint:
            with clear_errors(endpoint):
                page = await endpoint.client.get("/models", cast_to=object, options={"timeout": CONNECT_S})
        models = page.get("data") if isinstance(page, dict) else None
        if not isinstance(models, list):
            raise errors.not_an_answer(config, str(page))
        return sorted(str(model["id"]) for model in models if isinstance(model, dict) and "id" in model)

    async def count_tokens(self, provider: str, model: str, messages: Sequence[Message]) -> int:
        """Return the length of a prompt in tokens; see `tokens.estimate` for providers that cannot tell."""
        config = self._provider(provider)
        if config.kind != "local":
            return tokens.estimate_messages(messages)
        async with self._endpoint(config, model) as endpoint:
            return await self._count(endpoint, messages, {})

    async def context_size(self, provider: str, model: str) -> int | None:
        """Return the context in tokens; a local model is started for it."""
        config = self._provider(provider)
        if config.kind != "local":
            return config.context
        async with self._endpoint(config, model) as endpoint:
            return endpoint.context

    async def aclose(self) -> None:
        """Close the connections of the running event loop. The local servers belong to whoever made them."""
        for client in self._clients.pop(asyncio.get_running_loop(), {}).values():
            await client.close()

    async def _converse(self, endpoint: Endpoint, request: ChatRequest, on_token: OnToken | None) -> ChatReply:
        messages, schema = list(request.messages), request.schema
        extra: JsonObject = {} if schema is None else {"response_format": structured.response_format(schema)}
        await self._check_fit(endpoint, messages, extra)
        prompt = completion = 0
        for calls in range(1, max(0, request.repairs) + 2):
            answer = await ask(endpoint, request, messages, on_token if calls == 1 else None, self._answer_limit)
            text = answer.text
            prompt += answer.prompt_tokens or await _estimated(messages)
            completion += answer.completion_tokens or tokens.estimate(text)
            value, problem = (None, "") if schema is None else await asyncio.to_thread(structured.read_answer, text, schema)
            if not problem:
                model = answer.model or endpoint.model
                return ChatReply(text, value, model, answer.finish_reason or "stop", prompt, completion, calls)
            cut = answer.finish_reason == "length"
            wrong = structured.invalid_answer(endpoint.provider.name, endpoint.model, text, problem, calls, cut=cut)
            if cut:
                break
            messages = structured.ask_again(request.messages, text, problem)
            try:
                await self._check_fit(endpoint, messages, extra)
            except ModelError:
                break
        raise wrong

    def _provider(self, name: str) -> ProviderConfig:
        if provider := self.providers.get(name):
            return provider
        known = ", ".join(sorted(self.providers))
        remedy = phrase("Choose one of {known}, or add it with `weft providers set`.", known=known)
        raise errors.model_error(
            "unknown-provider", phrase("There is no provider '{name}'.", name=name), remedy, field="provider"
        )

    @asynccontextmanager
    async def _endpoint(self, provider: ProviderConfig, model: str) -> AsyncIterator[Endpoint]:
        if "openai" not in sys.modules:
            await asyncio.to_thread(import_module, "openai")  # It takes a second.
        name = model or provider.model
        if provider.kind == "local":
            async with self._local(provider, name) as endpoint:
                yield endpoint
            return
        if not name:
            text = phrase("No model is chosen for the provider '{provider}'.", provider=provider.name)
            raise errors.model_error("not-chosen", text, "Name a model, or set one with `weft providers set`.", field="model")
        key = await self._key(provider)
        client = self._client(provider, provider.base_url, key)
        refused = self._refused.setdefault((provider.name, provider.base_url, name), set())
        yield Endpoint(client, provider, name, key, provider.context, refused=refused)

    @asynccontextmanager
    async def _local(self, provider: ProviderConfig, name: str) -> AsyncIterator[Endpoint]:
        if not name and not (name := next(iter(self._installed()), "")):
            text = phrase("No local model is installed.")
            remedy = phrase("See `weft models list`, then run `weft models get ID`.")
            raise errors.model_error("not-installed", text, remedy, field="model")
        async with self._servers.use(name, context=provider.context) as served:
            client = self._client(provider, f"{served.root}/v1", served.address.key)
            endpoint = Endpoint(client, provider, name, served.address.key, served.model.context, served.root)
            try:
                yield endpoint
            except ModelError as error:
                if error.issue.code not in ("model.unreachable", "model.cut-stream", "model.server-error"):
                    raise
                if not (crash := await self._servers.crash(served)):
                    raise
                await self._forget(provider, f"{served.root}/v1")
                raise crash from None

    async def _key(self, provider: ProviderConfig) -> str:
        """Read the key now: nothing keeps it but the client that is about to send it."""
        if not provider.secret and not provider.variable:
            return ""
        found = await asyncio.to_thread(self._secrets.get, provider.secret) if provider.secret else None
        key = (found or os.environ.get(provider.variable, "")).strip()
        if not key:
            raise errors.missing_secret(provider)
        if not (key.isascii() and key.isprintable()):
            raise errors.unusable_secret(provider)
        keep_out(provider.secret if found else provider.variable, key)
        return key

    def _client(self, provider: ProviderConfig, base_url: str, key: str) -> AsyncOpenAI:
        from httpx2 import Limits
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout

        clients = self._clients.setdefault(asyncio.get_running_loop(), {})
        client = clients.get((provider.name, base_url))
        if client is None:
            # A prompt goes to the address that was set up and nowhere else, and to this machine not through a proxy. There,
            # a connection costs nothing, and some servers drop a kept one just as the next call begins.
            near = provider.on_this_machine
            limits = Limits(max_keepalive_connections=0 if near else _KEPT)
            http = DefaultAsyncHttpxClient(
                timeout=Timeout(None, connect=CONNECT_S), limits=limits, follow_redirects=False, trust_env=not near
            )
            client = AsyncOpenAI(api_key=key or "none", base_url=base_url, max_retries=0, http_client=http)
            if provider.kind != "openai":
                client.organization = client.project = None  # They come from the environment and are OpenAI's business.
            clients[provider.name, base_url] = client
        client.api_key = key or "none"
        return client

    async def _forget(self, provider: ProviderConfig, base_url: str) -> None:
        if client := self._clients.get(asyncio.get_running_loop(), {}).pop((provider.name, base_url), None):
            await client.close()

    async def _count(self, endpoint: Endpoint, messages: Sequence[Message], extra: JsonObject) -> int:
        with clear_errors(endpoint):
            return await tokens.count_exactly(endpoint.client, endpoint.root, messages, extra)

    async def _check_fit(self, endpoint: Endpoint, messages: Sequence[Message], extra: JsonObject) -> None:
        """Raise `model.prompt-too-long` when a prompt leaves no room for an answer. A token has at least one byte."""
        limit, exact = endpoint.context, bool(endpoint.root)
        if limit is None:
            return
        most = sum(len(message.content.encode()) for message in messages) + _LONGEST_FRAME
        if most < limit:
            return
        count = await self._count(endpoint, messages, extra) if exact else await _estimated(messages)
        if count * (1.0 if exact else tokens.SURE) >= limit:
            raise tokens.prompt_too_long(endpoint.provider.name, endpoint.model, count, limit, exact=exact)

    async def _stop_if_stuck(self, endpoint: Endpoint | None) -> None:
        """End a local server that does not even answer whether it is well, so that the next call gets a new one."""
        if endpoint is None or not endpoint.root:
            return
        try:
            await endpoint.client.get(f"{endpoint.root}/health", cast_to=object, options={"timeout": _HEALTH_S})
        except Exception:  # noqa: BLE001 - whatever it is, the server is not well
            await asyncio.to_thread(self._servers.stop, endpoint.model)


async def _estimated(messages: Sequence[Message]) -> int:
    """Estimate in a thread: a million characters take 0.1 s."""
    return await asyncio.to_thread(tokens.estimate_messages, messages)
