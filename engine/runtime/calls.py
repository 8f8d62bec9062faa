"""Calls of models as they are made: what was sent, and how long it took, goes into the journal."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.api.models import ChatReply, ChatRequest, Message, Models, OnToken
from engine.api.stores import CallRecord
from engine.model.issues import WeftError
from engine.model.values import Json, JsonObject

KEPT = 400_000
"""Characters that are kept of the messages of a call; in longer ones the middle is left out."""


class NotedModels:
    """The models for one attempt of a step. Implements `engine.api.models.Models`.

    `begun` names run, address and attempt. `clean` strikes secrets out. `note` stores what is known of a call, when it begins and
    when it has ended, however that was.
    """

    def __init__(
        self, models: Models, begun: tuple[str, str, int], clean: Callable[[str], str], note: Callable[[CallRecord], None]
    ) -> None:
        self._models, self._begun, self._clean, self._note = models, begun, clean, note
        self._number = 0

    async def chat(self, request: ChatRequest, on_token: OnToken | None = None) -> ChatReply:
        """See `Models`."""
        self._number += 1
        call = CallRecord(*self._begun, self._number, request.provider, request.model, self._sent(request), time.time())
        self._note(call)
        first: float | None = None

        def hear(text: str) -> None:
            nonlocal first
            first = first or time.time()
            if on_token is not None:
                on_token(text)

        try:
            reply = await self._models.chat(request, None if on_token is None else hear)
        except BaseException as error:
            failed: JsonObject | None = {"text": self._clean(error.issue.text)} if isinstance(error, WeftError) else None
            self._note(replace(call, messages=self._sent(request), first=first, ended=time.time(), error=failed))
            raise
        call = replace(call, prompt_tokens=reply.prompt_tokens, completion_tokens=reply.completion_tokens)
        self._note(replace(call, model=reply.model, messages=self._sent(request), first=first, ended=time.time()))
        return reply

    def _sent(self, request: ChatRequest) -> list[Json]:
        """Return the messages as they are kept: of the secrets, those that are known by now are struck out."""
        most = KEPT // max(len(request.messages), 1)
        return [{"role": turn.role, "content": self._clean(_shortened(turn.content, most))} for turn in request.messages]

    async def list_models(self, provider: str) -> Sequence[str]:
        """See `Models`."""
        return await self._models.list_models(provider)

    async def count_tokens(self, provider: str, model: str, messages: Sequence[Message]) -> int:
        """See `Models`."""
        return await self._models.count_tokens(provider, model, messages)

    async def context_size(self, provider: str, model: str) -> int | None:
        """See `Models`."""
        return await self._models.context_size(provider, model)


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters left out …\n{text[-half:]}"
