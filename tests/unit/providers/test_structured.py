"""Answers that have to meet a schema."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.api.models import ChatRequest, Message, ModelError
from engine.providers import structured
from tests.helpers.fake_model_server import FakeModelServer, Reply
from tests.unit.providers.conftest import OpenModels, request

URGENCY: dict[str, Any] = {
    "type": "object",
    "properties": {"urgency": {"enum": ["low", "high"]}, "reason": {"type": "string"}},
    "required": ["urgency", "reason"],
    "additionalProperties": False,
}
RIGHT = '{"urgency": "high", "reason": "불이 났습니다"}'


async def test_the_schema_is_sent_and_the_answer_read(open_models: OpenModels) -> None:
    with FakeModelServer(Reply(RIGHT)) as server:
        async with open_models(server) as models:
            reply = await models.chat(request(schema=URGENCY))
    assert reply.parsed == {"urgency": "high", "reason": "불이 났습니다"}
    sent = server.calls[0]["response_format"]
    assert sent == {"type": "json_schema", "json_schema": {"name": "answer", "schema": URGENCY, "strict": True}}


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (URGENCY, True),
        ({"type": "string"}, True),
        ({"type": "object"}, False),
        ({**URGENCY, "required": ["urgency"]}, False),
        ({**URGENCY, "additionalProperties": True}, False),
        ({"type": "array", "items": {"type": "object", "properties": {}}}, False),
        ({"anyOf": [URGENCY, {"properties": {"a": {}}, "required": ["a"]}]}, False),
        ({"anyOf": [URGENCY, {"type": "null"}]}, True),
    ],
)
def test_strict_is_asked_for_where_openai_takes_it(schema: dict[str, Any], strict: bool) -> None:
    assert structured.response_format(schema)["json_schema"] == {"name": "answer", "schema": schema, "strict": strict}


async def test_a_wrong_answer_is_repaired_with_its_error(open_models: OpenModels) -> None:
    pieces: list[str] = []
    wrong = '{"urgency": "medium", "reason": "x"}'
    with FakeModelServer(Reply("Sure!", usage=(10, 1)), Reply(wrong, usage=(20, 2)), Reply(RIGHT, usage=(30, 3))) as server:
        async with open_models(server) as models:
            reply = await models.chat(request(schema=URGENCY, repairs=2), pieces.append)
    assert reply.parsed == json.loads(RIGHT)
    assert (reply.calls, reply.prompt_tokens, reply.completion_tokens) == (3, 60, 6)
    assert "".join(pieces) == "Sure!"
    first, second, third = (call["messages"] for call in server.calls)
    assert second[:1] == third[:1] == first
    assert second[1] == {"role": "assistant", "content": "Sure!"}
    assert "not valid JSON" in second[2]["content"]
    assert third[1]["content"] == wrong
    assert "$.urgency" in third[2]["content"]


@pytest.mark.parametrize(("repairs", "calls"), [(-1, 1), (0, 1), (2, 3)])
async def test_an_answer_that_stays_wrong_is_shown_shortened(open_models: OpenModels, repairs: int, calls: int) -> None:
    with FakeModelServer(default=Reply("not JSON " + "x" * 2000, piece=500)) as server:
        async with open_models(server) as models:
            with pytest.raises(ModelError) as caught:
                await models.chat(request(schema=URGENCY, repairs=repairs))
        assert len(server.calls) == calls
    issue = caught.value.issue
    assert issue.code == "model.invalid-json"
    assert "not JSON xxx" in issue.text
    assert len(issue.text) < 900
    assert caught.value.retryable


async def test_an_answer_that_was_cut_is_not_sent_back(open_models: OpenModels) -> None:
    with FakeModelServer(Reply('{"urgency": "hi', finish_reason="length")) as server:
        async with open_models(server) as models:
            with pytest.raises(ModelError) as caught:
                await models.chat(request(schema=URGENCY, repairs=3))
        assert len(server.calls) == 1
    assert caught.value.issue.code == "model.invalid-json"
    assert "maximum number of tokens" in caught.value.issue.remedy
    assert not caught.value.retryable


async def test_an_answer_too_long_for_the_repair_prompt_is_not_sent_back(open_models: OpenModels) -> None:
    with FakeModelServer(default=Reply("word " * 1000, piece=500)) as server:
        async with open_models(server, context=600) as models:
            with pytest.raises(ModelError) as caught:
                await models.chat(request(schema=URGENCY, repairs=3))
        assert len(server.calls) == 1
    assert caught.value.issue.code == "model.invalid-json"


@pytest.mark.parametrize("status", [400, 422])
async def test_a_server_without_schemas_is_asked_in_words(open_models: OpenModels, status: int) -> None:
    def old(body: dict[str, Any]) -> Reply:
        return Reply("unsupported", status=status) if "response_format" in body else Reply(f"```json\n{RIGHT}\n```")

    history = [Message("system", "Sort tickets."), Message("user", "Fire!")]
    with FakeModelServer(default=old) as server:
        async with open_models(server) as models:
            for _ in range(2):
                reply = await models.chat(ChatRequest("fake", "", history, schema=URGENCY))
                assert reply.parsed == json.loads(RIGHT)
        assert ["response_format" in call for call in server.calls] == [True, False, False]
        system = server.calls[1]["messages"][0]
    assert system["role"] == "system"
    assert system["content"].startswith("Sort tickets.\n")
    assert json.dumps(URGENCY) in system["content"]
    assert structured.ask_in_words(history[1:], URGENCY)[0].role == "system"


async def test_a_bad_request_that_has_nothing_to_do_with_the_schema(open_models: OpenModels) -> None:
    with FakeModelServer(default=Reply("temperature must be at most 2", status=400)) as server:
        async with open_models(server) as models:
            for _ in range(2):
                with pytest.raises(ModelError) as caught:
                    await models.chat(request(schema=URGENCY))
                assert "temperature" in caught.value.issue.text
        assert ["response_format" in call for call in server.calls] == [True, False] * 2


@pytest.mark.parametrize("second", [429, 500])
async def test_another_error_without_the_schema_counts(open_models: OpenModels, second: int) -> None:
    with FakeModelServer(Reply("no schemas", status=400), Reply(status=second)) as server:
        async with open_models(server) as models:
            with pytest.raises(ModelError) as caught:
                await models.chat(request(schema=URGENCY))
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (RIGHT, ""),
        (f"  {RIGHT}\n", ""),
        (f"```\n{RIGHT}\n```", ""),
        ("", "not valid JSON"),
        ('{"urgency": NaN, "reason": ""}', "NaN"),
        ("[" * 100_000, "not valid JSON"),
        ('{"urgency": "low"}', "'reason' is missing"),
        ('{"urgency": "low", "reason": 3}', "At $.reason"),
        ("[]", "At $:"),
        ("``` no fence", "not valid JSON"),
    ],
)
def test_reading_an_answer(answer: str, problem: str) -> None:
    value, said = structured.read_answer(answer, URGENCY)
    assert problem in said
    assert bool(said) == bool(problem)
    assert (value is None) == bool(problem)


@pytest.mark.parametrize(
    "schema",
    [{"type": "nothing"}, {"properties": 3}, {"$schema": "http://json-schema.org/draft-07/schema#", "type": 3}],
)
async def test_a_wrong_schema_is_found_before_the_call(open_models: OpenModels, schema: dict[str, Any]) -> None:
    async with open_models("http://127.0.0.1:1/v1") as models:
        with pytest.raises(ModelError) as caught:
            await models.chat(request(schema=schema))
    assert (caught.value.issue.code, caught.value.retryable) == ("schema.invalid", False)


def test_references_to_elsewhere_are_not_followed() -> None:
    with FakeModelServer() as server:
        with pytest.raises(ModelError) as caught:
            structured.read_answer("1", {"$ref": f"{server.url}/schema"})
        assert not server.paths
    assert caught.value.issue.code == "schema.invalid"
    assert structured.read_answer("1", {"$ref": "#/$defs/n", "$defs": {"n": {"type": "integer"}}}) == (1, "")
