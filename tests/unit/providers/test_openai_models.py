"""What stands around a call: providers, keys, connections, lists of models, the length of prompts."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from typing import Any

import pytest

from engine.api.models import Message, ModelError
from engine.api.redact import Redactor, run_redactor
from engine.providers.config import read_providers
from engine.providers.local import LocalServers
from engine.providers.openai_models import OpenAiModels
from tests.helpers.checkout import ROOT
from tests.helpers.fake_model_server import FakeModelServer, Reply
from tests.unit.providers.conftest import KEY, OpenModels, Secrets, no_local_model, request


async def failure(models: OpenAiModels, **options: Any) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await models.chat(request(**options))
    return caught.value


async def test_an_unknown_provider_names_the_known_ones(open_models: OpenModels) -> None:
    async with open_models("http://127.0.0.1:1/v1") as models:
        error = await failure(models, provider="opnai")
    assert error.issue.code == "model.unknown-provider"
    assert "fake, local, openai" in error.issue.remedy


async def test_a_call_without_a_model(open_models: OpenModels) -> None:
    async with open_models("http://127.0.0.1:1/v1", model="") as models:
        assert (await failure(models)).issue.code == "model.not-chosen"


async def test_a_missing_secret_is_found_before_the_call(open_models: OpenModels) -> None:
    with FakeModelServer() as server:
        async with open_models(server, secret="other") as models:
            error = await failure(models)
        assert not server.paths
    assert error.issue.code == "model.missing-secret"
    assert "weft secrets set other" in error.issue.remedy


async def test_a_variable_stands_in_for_a_secret(open_models: OpenModels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_KEY", "from-variable\n")
    with FakeModelServer() as server:
        async with open_models(server, secret="other", variable="LAB_KEY") as models:
            await models.chat(request())
        assert server.headers[0]["authorization"] == "Bearer from-variable"


async def test_a_key_is_told_to_the_run_before_its_answer_comes(
    open_models: OpenModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_KEY", "from-variable\n")
    redactor = Redactor()
    told: list[str] = []
    run_redactor.set(redactor)
    with FakeModelServer(default=Reply(f"from-variable {KEY}")) as server:
        async with open_models(server, secret="other", variable="LAB_KEY") as models:
            await models.chat(request(), lambda text: told.append(redactor.text("from-variable")))
        async with open_models(server) as models:
            await models.chat(request(), lambda text: told.append(redactor.text(KEY)))
    assert set(told) == {"[secret LAB_KEY]", "[secret fake-key]"}


@pytest.mark.parametrize("key", ["sk-\nX: y", "schlüssel", "sk-\x00"])
async def test_a_key_that_no_header_can_carry(open_models: OpenModels, key: str) -> None:
    async with open_models("http://127.0.0.1:1/v1") as models:
        models._secrets.set("fake-key", key)
        error = await failure(models)
    assert error.issue.code == "model.auth"
    assert key not in error.issue.text


async def test_a_changed_key_is_used_at_once(open_models: OpenModels) -> None:
    with FakeModelServer() as server:
        async with open_models(server) as models:
            await models.chat(request())
            models._secrets.set("fake-key", "new")
            await models.chat(request())
        assert [headers["authorization"] for headers in server.headers] == [f"Bearer {KEY}", "Bearer new"]


async def test_what_belongs_to_openai_stays_away_from_others(open_models: OpenModels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-private")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-private")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-private")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with FakeModelServer() as server:
        async with open_models(server, secret="") as models:
            await models.chat(request())
        assert "private" not in str(server.headers)


@pytest.mark.expect_log("it failed")
async def test_the_key_is_in_no_log(open_models: OpenModels, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with FakeModelServer(Reply(), Reply(f"bad key {KEY}", status=401)) as server:
        async with open_models(server) as models:
            await models.chat(request())
            with pytest.raises(ModelError) as caught:
                await models.chat(request())
    logging.getLogger("engine").error("it failed", exc_info=caught.value)
    assert "bad key" not in caplog.text
    assert KEY not in caplog.text


async def test_a_list_of_models(open_models: OpenModels) -> None:
    with FakeModelServer(models=("b", "a")) as server:
        async with open_models(server, model="") as models:
            assert await models.list_models("fake") == ["a", "b"]
            assert await models.list_models("local") == []
        assert server.paths == ["/v1/models"]


async def test_a_list_from_something_that_is_no_model_server(open_models: OpenModels) -> None:
    with FakeModelServer() as server:
        async with open_models(server.url.removesuffix("/v1") + "/x") as models:
            assert await models.list_models("fake") == ["fake-1", "fake-2"]
    async with open_models("http://127.0.0.1:1/v1") as models:
        with pytest.raises(ModelError) as caught:
            await models.list_models("fake")
    assert caught.value.issue.code == "model.unreachable"


async def test_a_prompt_is_measured_before_the_call(open_models: OpenModels) -> None:
    with FakeModelServer() as server:
        async with open_models(server, context=1000) as models:
            assert await models.context_size("fake", "") == 1000
            await models.chat(request("word " * 900))
            error = await failure(models, text="word " * 1500)
        assert len(server.calls) == 1
    assert error.issue.code == "model.prompt-too-long"
    assert "1504" in error.issue.text
    assert "1000" in error.issue.text
    assert not error.retryable


async def test_without_a_known_context_the_server_decides(open_models: OpenModels) -> None:
    with FakeModelServer() as server:
        async with open_models(server) as models:
            assert await models.context_size("fake", "") is None
            await models.chat(request("word " * 100_000))
            assert await models.count_tokens("fake", "", [Message("user", "word " * 100)]) == 104


async def test_providers_can_be_replaced(open_models: OpenModels) -> None:
    with FakeModelServer(Reply("old")) as old, FakeModelServer(Reply("new")) as new:
        async with open_models(old) as models:
            assert (await models.chat(request())).text == "old"
            models.providers = read_providers({"providers": {"fake": {"base_url": new.url, "model": "m"}}})
            assert (await models.chat(request())).text == "new"


def test_each_event_loop_has_its_own_connections() -> None:
    with FakeModelServer() as server:
        providers = read_providers({"providers": {"fake": {"base_url": server.url, "model": "m"}}})
        models = OpenAiModels(providers, Secrets(), LocalServers(no_local_model), lambda: [])

        async def once() -> str:
            text = (await models.chat(request())).text
            await models.aclose()
            return text

        assert [asyncio.run(once()), asyncio.run(once())] == ["Hello.", "Hello."]


async def test_no_local_model_is_installed(open_models: OpenModels) -> None:
    async with open_models("http://127.0.0.1:1/v1") as models:
        error = await failure(models, provider="local")
    assert error.issue.code == "model.not-installed"
    assert "weft models get" in error.issue.remedy


def test_importing_the_protocol_and_the_service_loads_no_client() -> None:
    code = "import sys, engine.api.models, engine.providers.openai_models, engine.providers.fetch; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"openai", "httpx", "xllamacpp", "psutil", "jsonschema", "filelock"} & set(ran.stdout.split())
