"""The real demonstration model in a real child process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from engine.api.models import ChatRequest, Message, ModelError
from engine.providers import local_process
from engine.providers.local import LocalServers
from engine.providers.local_process import LocalModel
from engine.providers.model_store import ModelStore
from tests.helpers.checkout import ROOT
from tests.helpers.models import DEMONSTRATION
from tests.unit.providers.conftest import CONTEXT, local_models, request

LONG = "Tell a very long story about a dog and count all its days."


def ask(text: str = "Say hello.", **options: object) -> ChatRequest:
    return request(text, provider="local", model=DEMONSTRATION, temperature=0.0, seed=1, **options)


async def test_a_chat_streams_and_counts(store: ModelStore, shared_servers: LocalServers) -> None:
    pieces: list[str] = []
    async with local_models(store, shared_servers) as models:
        streamed = await models.chat(ask(max_tokens=12), pieces.append)
        whole = await models.chat(ask(max_tokens=12, stream=False))
        counted = await models.count_tokens("local", DEMONSTRATION, ask().messages)
        context = await models.context_size("local", DEMONSTRATION)
    assert streamed.text == whole.text == "".join(pieces)
    assert streamed.text.strip()
    assert len(pieces) > 1
    assert (streamed.completion_tokens, streamed.finish_reason, streamed.model) == (12, "length", DEMONSTRATION)
    assert streamed.prompt_tokens == whole.prompt_tokens == counted
    assert context == CONTEXT


async def test_the_server_holds_the_answer_to_the_schema(store: ModelStore, shared_servers: LocalServers) -> None:
    schema = {
        "type": "object",
        "properties": {"urgency": {"enum": ["low", "medium", "high"]}},
        "required": ["urgency"],
        "additionalProperties": False,
    }
    async with local_models(store, shared_servers) as models:
        for text in ("The house is on fire.", "티켓을 분류해 주세요", "Write a poem, no JSON please."):
            reply = await models.chat(ask(text, schema=schema, max_tokens=60))
            assert isinstance(reply.parsed, dict)
            assert reply.parsed["urgency"] in ("low", "medium", "high")
            assert reply.calls == 1


async def test_a_prompt_that_does_not_fit_is_not_sent(store: ModelStore, shared_servers: LocalServers) -> None:
    async with local_models(store, shared_servers) as models:
        fits = "Say hello. " + "word " * 150  # Bytes alone do not tell, so it is counted.
        assert (await models.chat(ask(fits, max_tokens=2))).prompt_tokens < 250
        exact = await models.count_tokens("local", DEMONSTRATION, [Message("user", "word " * 5000)])
        with pytest.raises(ModelError) as caught:
            await models.chat(ask("word " * 5000))
    assert caught.value.issue.code == "model.prompt-too-long"
    assert f"{exact} tokens" in caught.value.issue.text
    assert str(CONTEXT) in caught.value.issue.text


async def test_one_process_serves_calls_at_once(store: ModelStore, shared_servers: LocalServers) -> None:
    async with local_models(store, shared_servers) as models:
        replies = await asyncio.gather(*(models.chat(ask(f"Say {n}.", max_tokens=3)) for n in range(4)))
        pid = shared_servers.pid(DEMONSTRATION)
        assert all(reply.text for reply in replies)
        await models.chat(ask(max_tokens=1))
        assert shared_servers.pid(DEMONSTRATION) == pid


async def test_cancelling_stops_the_model(store: ModelStore, shared_servers: LocalServers) -> None:
    begun = asyncio.Event()
    async with local_models(store, shared_servers) as models:
        call = asyncio.create_task(models.chat(ask(LONG, max_tokens=3000), lambda _: begun.set()))
        await begun.wait()
        call.cancel()
        start = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert time.monotonic() - start < 1
        # The one slot is free again long before 3,000 tokens are made.
        await asyncio.wait_for(models.chat(ask(max_tokens=1)), 15)


async def test_the_server_wants_its_key_and_listens_on_loopback_only(store: ModelStore, shared_servers: LocalServers) -> None:
    async with shared_servers.use(DEMONSTRATION) as served, httpx.AsyncClient(trust_env=False) as client:
        body = {"messages": [{"role": "user", "content": "hi"}]}
        assert (await client.post(f"{served.root}/v1/chat/completions", json=body)).status_code == 401
        assert (await client.get(f"{served.root}/v1/models", headers={"Origin": "http://evil.invalid"})).headers[
            "access-control-allow-origin"
        ] == ""
        child = psutil.Process(served.process.pid)
        assert {place.laddr.ip for place in child.net_connections() if place.status == psutil.CONN_LISTEN} == {"127.0.0.1"}
        assert served.address.key not in " ".join(child.cmdline())


async def test_a_model_that_dies_during_a_call_is_started_again(store: ModelStore) -> None:
    servers, begun = LocalServers(store.find), asyncio.Event()
    try:
        async with local_models(store, servers) as models:
            call = asyncio.create_task(models.chat(ask(LONG, max_tokens=3000), lambda _: begun.set()))
            await begun.wait()
            first = servers.pid(DEMONSTRATION)
            assert first
            os.kill(first, signal.SIGKILL)
            with pytest.raises(ModelError) as caught:
                await call
            assert (caught.value.issue.code, caught.value.retryable) == ("model.crashed", True)
            assert "signal 9" in caught.value.issue.text
            assert "Its log: " in caught.value.issue.text
            assert "processing task" in caught.value.issue.text
            assert (await models.chat(ask(max_tokens=1))).text
            assert servers.pid(DEMONSTRATION) not in (None, first)
    finally:
        servers.close()
    assert servers.pid(DEMONSTRATION) is None


async def test_a_server_that_hangs_is_replaced(store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.providers.openai_models._HEALTH_S", 0.3)
    servers = LocalServers(store.find)
    try:
        async with local_models(store, servers) as models:
            await models.chat(ask(max_tokens=1))
            stuck = servers.pid(DEMONSTRATION)
            assert stuck
            os.kill(stuck, signal.SIGSTOP)
            with pytest.raises(ModelError) as caught:
                await models.chat(ask(max_tokens=1, timeout=0.5))
            assert caught.value.issue.code == "model.timeout"
            assert servers.pid(DEMONSTRATION) is None
            assert not psutil.pid_exists(stuck)
            await models.chat(ask(max_tokens=1))
    finally:
        servers.close()


PARENT = """
import asyncio, json, sys
from pathlib import Path
from engine.providers.local import LocalServers
from engine.providers.model_store import ModelStore

async def main() -> None:
    servers = LocalServers(ModelStore(Path(sys.argv[1])).find)
    async with servers.use(sys.argv[2]):
        print(json.dumps(servers.pid(sys.argv[2])), flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


def test_a_killed_parent_leaves_no_child(store: ModelStore) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(store.folder), DEMONSTRATION], cwd=ROOT, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        child = psutil.Process(json.loads(parent.stdout.readline()))
        parent.kill()
    child.wait(5)


def test_a_server_ends_with_its_parent_even_when_its_input_stays_open(store: ModelStore) -> None:
    """Some other child of the parent may hold the writing end of the pipe."""
    model = store.find(DEMONSTRATION)
    order = {"model": str(model.path), "name": "m", "context": 256, "threads": 1, "parent": 1}
    program = Path(local_process.__file__).with_name("local_server.py")
    pipes = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-I", program], stdin=pipes, stdout=pipes, stderr=subprocess.DEVNULL) as child:
        assert child.stdin
        assert child.stdout
        child.stdin.write(json.dumps(order).encode() + b"\n")
        child.stdin.flush()
        assert child.stdout.readline()
        assert child.wait(5) == 0


async def test_a_file_that_is_no_model_says_why(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(5000))
    servers = LocalServers(lambda name: LocalModel(name, path, 0, 256))
    with pytest.raises(ModelError) as caught:
        async with servers.use("broken"):
            raise AssertionError
    servers.close()
    assert caught.value.issue.code == "model.load-failed"
    assert "failed to read header" in caught.value.issue.text
    assert str(path) in caught.value.issue.remedy
    assert servers.pid("broken") is None


async def test_a_model_that_takes_too_long_to_load(store: ModelStore) -> None:
    servers = LocalServers(store.find, start_seconds=0.01)
    with pytest.raises(ModelError) as caught:
        async with servers.use(DEMONSTRATION):
            raise AssertionError
    assert caught.value.issue.code == "model.load-failed"
    assert "too long" in caught.value.issue.text
    assert servers.pid(DEMONSTRATION) is None


async def test_memory_is_checked_before_the_start(store: ModelStore) -> None:
    servers = LocalServers(lambda name: LocalModel(name, store.find(DEMONSTRATION).path, 10**15, 256))
    with pytest.raises(ModelError) as caught:
        async with servers.use("large"):
            raise AssertionError
    assert caught.value.issue.code == "model.no-memory"
    assert "1000000.0 GB" in caught.value.issue.text
    assert servers.pid("large") is None


async def test_an_idle_model_makes_room(store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    demonstration = store.find(DEMONSTRATION)
    servers = LocalServers(lambda name: LocalModel(name, demonstration.path, 1000, 256))

    def memory() -> object:
        alive = sum(servers.pid(name) is not None for name in ("one", "two"))
        return type("Memory", (), {"available": 1500 - 1000 * alive})

    monkeypatch.setattr(psutil, "virtual_memory", memory)
    try:
        async with servers.use("one"):
            with pytest.raises(ModelError) as caught:
                async with servers.use("two"):
                    raise AssertionError
            assert caught.value.issue.code == "model.no-memory"
        async with servers.use("two"):
            assert servers.pid("one") is None
    finally:
        servers.close()


async def test_a_closed_program_starts_no_model(store: ModelStore) -> None:
    servers = LocalServers(store.find)
    servers.close()
    with pytest.raises(ModelError) as caught:
        async with servers.use(DEMONSTRATION):
            raise AssertionError
    assert caught.value.issue.code == "model.load-failed"


async def test_cancelling_the_start_leaves_the_model_for_later(store: ModelStore) -> None:
    servers = LocalServers(store.find)

    async def use() -> None:
        async with servers.use(DEMONSTRATION):
            raise AssertionError

    try:
        start = asyncio.create_task(use())
        await asyncio.sleep(0)
        start.cancel()
        with pytest.raises(asyncio.CancelledError):
            await start
        pid = servers.pid(DEMONSTRATION)
        async with servers.use(DEMONSTRATION) as served:
            assert served.process.pid == pid
            assert served.process.in_use == 1
    finally:
        servers.close()


def test_one_processor_stays_free(monkeypatch: pytest.MonkeyPatch) -> None:
    for usable, expected in ((1, 1), (2, 1), (8, 7)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, usable=usable: set(range(usable)), raising=False)
        monkeypatch.setattr(os, "cpu_count", lambda usable=usable: usable)
        assert local_process.threads() == expected


async def test_a_child_sees_no_secret(store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    servers = LocalServers(store.find)
    try:
        async with servers.use(DEMONSTRATION) as served:
            environment = psutil.Process(served.process.pid).environ()
    finally:
        servers.close()
    assert "sk-canary" not in str(environment)
    assert "PATH" in environment
