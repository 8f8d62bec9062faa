"""Chat calls to a real server on this machine that answers as a test wants."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from email.utils import formatdate

import pytest

from engine.api.models import Message, ModelError
from engine.providers.config import ProviderConfig
from tests.helpers.fake_model_server import FakeModelServer, Reply
from tests.unit.providers.conftest import KEY, OpenModels, request

pytestmark = pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])


async def test_an_answer_with_its_tokens(open_models: OpenModels, stream: bool) -> None:
    pieces: list[str] = []
    with FakeModelServer(Reply("Grüße, 안녕 😀", piece=3, usage=(11, 6))) as server:
        async with open_models(server) as models:
            reply = await models.chat(request(stream=stream), pieces.append)
        assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert (reply.text, reply.finish_reason, reply.model, reply.calls) == ("Grüße, 안녕 😀", "stop", "fake-1", 1)
    assert (reply.prompt_tokens, reply.completion_tokens) == (11, 6)
    assert "".join(pieces) == reply.text
    assert len(pieces) == (4 if stream else 1)


async def test_options_are_sent_and_absent_ones_are_not(open_models: OpenModels, stream: bool) -> None:
    with FakeModelServer() as server:
        async with open_models(server) as models:
            await models.chat(request(stream=stream))
            await models.chat(request(stream=stream, temperature=0.0, seed=7, max_tokens=9, stop=["END"], model="other"))
        first, second = server.calls
    messages = [{"role": "user", "content": "Say hello."}]
    usage = {"stream_options": {"include_usage": True}} if stream else {}
    assert first == {"model": "fake-1", "messages": messages, "stream": stream, **usage}
    options = {"temperature": 0.0, "seed": 7, "max_tokens": 9, "stop": ["END"]}
    assert second == {"model": "other", "messages": messages, "stream": stream, **usage, **options}


async def test_openai_gets_the_newer_name_of_the_token_limit(open_models: OpenModels, stream: bool) -> None:
    with FakeModelServer() as server:
        async with open_models(server, kind="openai") as models:
            await models.chat(request(stream=stream, max_tokens=9))
        assert server.calls[0]["max_completion_tokens"] == 9
        assert "max_tokens" not in server.calls[0]


async def test_tokens_are_estimated_when_the_server_does_not_tell(open_models: OpenModels, stream: bool) -> None:
    with FakeModelServer(Reply("one two three", usage=None)) as server:
        async with open_models(server) as models:
            reply = await models.chat(request(stream=stream))
    assert reply.completion_tokens == 3
    assert 3 <= reply.prompt_tokens <= 12


ERRORS = {
    "key": (Reply(f"Incorrect API key: {KEY}", status=401), "model.auth", False),
    "rights": (Reply("no", status=403), "model.auth", False),
    "unknown model": (Reply("no such model", status=404), "model.not-found", False),
    "unknown model, said otherwise": (Reply("no such model", status=400, kind="model_not_found"), "model.not-found", False),
    "refused": (Reply(f"temperature is too high {KEY}", status=400), "model.bad-request", False),
    "too long": (Reply("This model's maximum context length is 4096", status=400), "model.prompt-too-long", False),
    "too long by kind": (Reply("no", status=400, kind="context_length_exceeded"), "model.prompt-too-long", False),
    "too large": (Reply("no", status=413), "model.prompt-too-long", False),
    "rate": (Reply("slow down", status=429), "model.rate-limited", True),
    "no money": (Reply("pay", status=429, kind="insufficient_quota"), "model.no-credit", False),
    "slow": (Reply("slow", status=408), "model.timeout", True),
    "failure": (Reply("oops", status=500), "model.server-error", True),
    "overloaded": (Reply(raw=b"<html>busy</html>", status=503), "model.server-error", True),
    "not made": (Reply("no", status=501), "model.server-error", False),
    "elsewhere": (Reply("", status=307, headers={"Location": "http://127.0.0.1:1/v1"}), "model.redirected", False),
    "web page": (Reply(raw=b"<html>Welcome</html>", headers={"Content-Type": "text/html"}), "model.bad-answer", False),
    "no completion": (Reply(raw=b'{"hello": 1}'), "model.bad-answer", False),
    "a list": (Reply(raw=b"[1]"), "model.bad-answer", False),
    "deep": (Reply(raw=b"[" * 100_000), "model.bad-answer", False),
    "bad gzip": (Reply(raw=b"plain", headers={"Content-Encoding": "gzip"}), "model.bad-answer", False),
    "nothing": (Reply(raw=b""), "model.cut-stream", True),
    "error late": (Reply(raw=b'{"error": {"message": "boom", "code": 503}}'), "model.server-error", True),
    "error as a text": (Reply(raw=b'{"error": "boom"}'), "model.server-error", True),
    "empty": (Reply(""), "model.empty", True),
    "blank": (Reply(" \n "), "model.empty", True),
    "filtered": (Reply("", finish_reason="content_filter"), "model.refused", False),
    "dropped": (Reply("Half of", cut="drop"), "model.cut-stream", True),
}


@pytest.mark.parametrize("case", ERRORS)
async def test_what_goes_wrong_has_a_code_and_a_remedy(open_models: OpenModels, stream: bool, case: str) -> None:
    reply, code, retryable = ERRORS[case]
    with FakeModelServer(reply) as server:
        async with open_models(server) as models:
            with pytest.raises(ModelError) as caught:
                await models.chat(request(stream=stream))
        assert len(server.calls) == 1
    error = caught.value
    assert (error.issue.code, error.retryable) == (code, retryable)
    assert "fake" in error.issue.text
    assert error.issue.remedy.endswith(".")
    assert KEY not in repr(error.issues)
    assert error.__context__ is None or (error.__cause__ is None and error.__suppress_context__)


async def test_the_wait_that_a_server_asks_for(open_models: OpenModels, stream: bool) -> None:
    soon = formatdate(time.time() + 60, usegmt=True)
    with FakeModelServer(
        Reply(status=429, headers={"Retry-After": "2"}),
        Reply(status=503, headers={"Retry-After": soon}),
        Reply(status=429, headers={"Retry-After": "soon"}),
    ) as server:
        waits = []
        async with open_models(server) as models:
            for _ in range(3):
                with pytest.raises(ModelError) as caught:
                    await models.chat(request(stream=stream))
                waits.append(caught.value.retry_after)
    assert waits[0] == 2.0
    assert waits[1] is not None
    assert 50 < waits[1] <= 60
    assert waits[2] is None


async def test_a_stream_that_ends_early_is_no_answer(open_models: OpenModels, stream: bool) -> None:
    pieces: list[str] = []
    with FakeModelServer(Reply("Half of it", cut="end" if stream else "drop")) as server:
        async with open_models(server) as models:
            with pytest.raises(ModelError) as caught:
                await models.chat(request(stream=stream), pieces.append)
    assert caught.value.issue.code == "model.cut-stream"
    assert ("10 characters" in caught.value.issue.text) == stream == bool(pieces)


async def test_an_answer_of_ten_megabytes_is_dropped(open_models: OpenModels, stream: bool) -> None:
    with FakeModelServer(Reply("x" * 10_000_100, piece=500_000)) as server:
        async with open_models(server) as models:
            with pytest.raises(ModelError) as caught:
                await models.chat(request(stream=stream))
    assert caught.value.issue.code == "model.answer-too-long"
    assert "10 MB" in caught.value.issue.text


async def test_a_line_without_end_is_dropped(open_models: OpenModels, stream: bool) -> None:
    kind = "text/event-stream" if stream else "application/json"
    raw = gzip.compress(b"data: " + b"x" * 3_000_000)
    with FakeModelServer(Reply(raw=raw, headers={"Content-Type": kind, "Content-Encoding": "gzip"})) as server:
        async with open_models(server, limit=1_000_000) as models:
            with pytest.raises(ModelError) as caught:
                await models.chat(request(stream=stream))
    assert caught.value.issue.code == "model.answer-too-long"


async def test_a_slow_server_times_out(open_models: OpenModels, stream: bool) -> None:
    with FakeModelServer(Reply("x" * 100, pause=0.2, piece=1 if stream else 100), Reply("x", pause=0.6)) as server:
        async with open_models(server) as models:
            with pytest.raises(ModelError) as caught:
                await models.chat(request(stream=stream, timeout=0.5 if stream else 0.1))
    assert (caught.value.issue.code, caught.value.retryable) == ("model.timeout", True)


async def test_cancelling_closes_the_connection_at_once(open_models: OpenModels, stream: bool) -> None:
    begun = asyncio.Event()
    with FakeModelServer(Reply("x" * 400, pause=0.05 if stream else 0.3, piece=1)) as server:
        async with open_models(server) as models:
            call = asyncio.create_task(models.chat(request(stream=stream), lambda _: begun.set()))
            if stream:
                await begun.wait()
            else:
                await asyncio.sleep(0.1)
            start = time.monotonic()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert time.monotonic() - start < 1
            for _ in range(200 if stream else 0):
                if server.left:
                    break
                await asyncio.sleep(0.01)
            assert server.left or not stream


async def test_no_server(open_models: OpenModels, stream: bool) -> None:
    with FakeModelServer() as server:
        url = server.url
    async with open_models(url) as models:
        with pytest.raises(ModelError) as caught:
            await models.chat(request(stream=stream))
    assert (caught.value.issue.code, caught.value.retryable) == ("model.unreachable", True)
    assert url in caught.value.issue.text


async def test_no_such_host_and_no_tls(open_models: OpenModels, stream: bool) -> None:
    with FakeModelServer() as server:
        for url in ("http://nowhere.invalid/v1", server.url.replace("http:", "https:")):
            async with open_models(url) as models:
                with pytest.raises(ModelError) as caught:
                    await models.chat(request(stream=stream))
            assert caught.value.issue.code == "model.unreachable"


async def test_a_server_that_knows_no_usage_in_streams_is_asked_without(open_models: OpenModels, stream: bool) -> None:
    def picky(body: dict[str, object]) -> Reply:
        return Reply("unknown field stream_options", status=400) if "stream_options" in body else Reply()

    with FakeModelServer(default=picky) as server:
        async with open_models(server) as models:
            await models.chat(request(stream=stream))
            reply = await models.chat(request(stream=stream))
        assert len(server.calls) == (3 if stream else 2)  # It is remembered.
    assert reply.text == "Hello."


async def test_lone_surrogates_become_question_marks(open_models: OpenModels, stream: bool) -> None:
    with FakeModelServer(Reply("a\ud83dz", piece=1)) as server:
        async with open_models(server) as models:
            assert (await models.chat(request(stream=stream))).text == "a?z"


@pytest.mark.parametrize("near", [True, False])
async def test_connections_to_other_machines_are_kept(
    open_models: OpenModels, stream: bool, near: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProviderConfig, "on_this_machine", near)
    with FakeModelServer() as server:
        async with open_models(server) as models:
            for _ in range(3):
                await models.chat(request(stream=stream))
            assert server.accepted == (3 if near else 1)


async def test_several_calls_at_once(open_models: OpenModels, stream: bool) -> None:
    def echo(body: dict[str, list[dict[str, str]]]) -> Reply:
        return Reply(body["messages"][0]["content"], pause=0.02)

    with FakeModelServer(default=echo) as server:
        async with open_models(server) as models:
            replies = await asyncio.gather(*(models.chat(request(f"number {n}", stream=stream)) for n in range(20)))
    assert [reply.text for reply in replies] == [f"number {n}" for n in range(20)]


async def test_an_error_of_the_callback_is_not_hidden(open_models: OpenModels, stream: bool) -> None:
    def bad(_: str) -> None:
        raise LookupError("mine")

    with FakeModelServer() as server:
        async with open_models(server) as models:
            with pytest.raises(LookupError, match="mine"):
                await models.chat(request(stream=stream), bad)


async def test_a_history_is_sent_in_order(open_models: OpenModels, stream: bool) -> None:
    turns = [Message("system", "Be brief."), Message("user", "Hi"), Message("assistant", "Hi."), Message("user", "Bye")]
    asked = request(stream=stream)
    with FakeModelServer() as server:
        async with open_models(server) as models:
            await models.chat(type(asked)("fake", "", turns, stream=stream))
        sent = server.calls[0]["messages"]
    assert json.dumps(sent) == json.dumps([{"role": turn.role, "content": turn.content} for turn in turns])
