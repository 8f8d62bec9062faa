"""Calls of models as the journal keeps them."""

from __future__ import annotations

import pytest

from engine.api.models import ChatRequest, Message, ModelError
from engine.api.stores import CallRecord
from engine.model.issues import Issue
from engine.runtime.calls import KEPT, NotedModels
from tests.conformance.context import FakeModels


def noted(models: FakeModels) -> tuple[NotedModels, list[CallRecord]]:
    calls: list[CallRecord] = []
    clean = lambda text: text.replace("key", "[secret]")  # noqa: E731
    return NotedModels(models, ("run", "each[0]/ask", 2), clean, calls.append), calls


def request(*contents: str) -> ChatRequest:
    return ChatRequest("local", "", [Message("user", content) for content in contents])


async def test_a_call_is_known_when_it_begins_and_when_it_ends() -> None:
    models, calls = noted(FakeModels(["fine"]))
    pieces: list[str] = []
    await models.chat(request("my key"), pieces.append)
    begun, ended = calls
    assert (begun.address, begun.attempt, begun.number, begun.ended) == ("each[0]/ask", 2, 1, None)
    assert begun.messages == ended.messages == [{"role": "user", "content": "my [secret]"}]
    assert "".join(pieces) == "fine"
    assert ended.first is not None
    assert ended.ended is not None
    assert begun.started <= ended.first <= ended.ended
    assert ended.completion_tokens > 0


async def test_without_streaming_nobody_knows_when_the_first_piece_came() -> None:
    models, calls = noted(FakeModels(["fine"]))
    await models.chat(request("hello"))
    assert calls[-1].first is None


async def test_a_call_that_fails_says_why() -> None:
    models, calls = noted(FakeModels([ModelError(Issue("model.unreachable", "key was refused.", ""))]))
    with pytest.raises(ModelError):
        await models.chat(request("hello"))
    assert calls[-1].error == {"text": "[secret] was refused."}


async def test_of_long_messages_the_middle_is_left_out() -> None:
    models, calls = noted(FakeModels(["fine"]))
    await models.chat(request("a" * KEPT + "z" * KEPT, "short"))
    long, short = (str(turn["content"]) for turn in calls[-1].messages if isinstance(turn, dict))
    assert short == "short"
    assert long.startswith("aaa")
    assert long.endswith("zzz")
    assert "\n… 600,000 characters left out …\n" in long
    assert len(long) < KEPT
