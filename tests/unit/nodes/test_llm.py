"""The LLM node against models that answer, fail, are slow, and are asked again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from engine.api.models import ChatRequest, Message, ModelError
from engine.model.issues import Issue, WeftError
from engine.model.values import Json
from engine.nodes.ai.llm import Llm
from tests.conformance.context import FakeContext, FakeModels, run_node
from tests.unit.nodes.failing import error_of, issue_of

EACH: dict[str, Json] = {"mode": "each", "prompt": "Sort {{ item }}"}


def busy(text: str = "The server is busy.") -> ModelError:
    return ModelError(Issue("model.rate-limited", text, "Try later."), retryable=True, retry_after=7.0)


def asking(folder: Path, *replies: Any, **fields: Any) -> FakeContext:
    return FakeContext(folder, models=FakeModels(list(replies)), **fields)


def turns(ctx: FakeContext, call: int = 0) -> list[tuple[str, str]]:
    return [(turn.role, turn.content) for turn in ctx.models.requests[call].messages]


async def test_everything_reaches_the_model(tmp_path: Path) -> None:
    ctx = asking(tmp_path, {"n": 1})
    schema: Json = {"type": "object", "properties": {"n": {"type": "integer"}}}
    params: dict[str, Json] = {
        "provider": "openai",
        "model": "m",
        "prompt": "p",
        "answer_schema": schema,
        "repairs": 3,
        "temperature": 0.5,
        "seed": 4,
        "max_tokens": 99,
        "stop": ["END"],
        "stream": False,
        "time_limit": 12,
    }
    assert await run_node(Llm, params, ctx) == {"out": {"n": 1}}
    request = ctx.models.requests[0]
    assert (request.provider, request.model, request.messages) == ("openai", "m", (Message("user", "p"),))
    assert (request.schema, request.repairs, request.temperature, request.seed) == (schema, 3, 0.5, 4)
    assert (request.max_tokens, request.stop, request.stream, request.timeout) == (99, ("END",), False, 12)
    assert ctx.used == {"prompt_tokens": 10, "completion_tokens": 5, "calls": 1}
    assert ctx.tokens == []


async def test_turns_come_in_order_and_tokens_are_shown(tmp_path: Path) -> None:
    ctx = asking(tmp_path, "fine", names={"vars": {"who": "Kim", "data": {"a": "가"}}})
    params: dict[str, Json] = {
        "system": "You help {{ vars.who }}.",
        "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": {"a": 1}}],
        "prompt": "{{ vars.data }}",
    }
    assert await run_node(Llm, params, ctx) == {"out": "fine"}
    assert turns(ctx) == [
        ("system", "You help Kim."),
        ("user", "hi"),
        ("assistant", '{\n  "a": 1\n}'),
        ("user", '{\n  "a": "가"\n}'),
    ]
    assert ctx.tokens == [(None, "fi"), (None, "ne")]


@pytest.mark.parametrize(
    ("system", "prompt", "asked"),
    [
        ("", "", "a letter"),
        ("Be brief.", "Sum it up:", "Sum it up:\n\na letter"),
        ("", "Sum up {{ value }}!", "Sum up a letter!"),
        ("You read {{ value }}.", "Sum it up.", "Sum it up."),
    ],
)
async def test_what_arrives_is_asked_unless_a_template_says_what_is(system: str, prompt: str, asked: str, tmp_path: Path) -> None:
    ctx = asking(tmp_path, "fine")
    await run_node(Llm, {"system": system, "prompt": prompt}, ctx, {"value": "a letter"})
    assert turns(ctx)[-1] == ("user", asked)


async def test_what_arrives_is_never_taken_for_a_template(tmp_path: Path) -> None:
    ctx = asking(tmp_path, "fine")
    await run_node(Llm, {"prompt": "Sum up:"}, ctx, {"value": "{{ vars.secret }} {% if %}"})
    assert turns(ctx) == [("user", "Sum up:\n\n{{ vars.secret }} {% if %}")]


async def test_each_item_is_asked_as_it_is(tmp_path: Path) -> None:
    ctx = asking(tmp_path, "b", "a")
    result = await run_node(Llm, {"mode": "each", "prompt": "Translate:", "at_once": 1}, ctx, {"items": ["가", {"x": 1}]})
    assert result == {"out": ["b", "a"]}
    assert [turns(ctx, call)[-1][1] for call in (0, 1)] == ["Translate:\n\n가", 'Translate:\n\n{\n  "x": 1\n}']


async def test_a_rejected_answer_is_asked_for_again_with_the_reason(tmp_path: Path) -> None:
    ctx = asking(tmp_path, "better", feedback="too short")
    await run_node(Llm, {"prompt": "Write."}, ctx)
    assert turns(ctx)[-1][1] == "Write.\n\nYour last answer was not accepted: too short\nAnswer again, and better."


@pytest.mark.parametrize("params", [{}, {"prompt": "  "}, {"prompt": "{{ none }}"}, {"system": "Be kind."}])
async def test_nothing_is_asked(params: dict[str, Json], tmp_path: Path) -> None:
    issue = await issue_of(Llm, params, asking(tmp_path))
    assert issue.field == "prompt"
    assert issue.code == "llm.no-prompt"


@pytest.mark.parametrize("messages", ["hello", [1], [{"role": "robot", "content": "x"}], [{"content": "x"}], {"a": 1}])
async def test_messages_without_roles(messages: Json, tmp_path: Path) -> None:
    issue = await issue_of(Llm, {"prompt": "p", "messages": messages}, asking(tmp_path))
    assert (issue.code, issue.field) == ("llm.bad-messages", "messages[0]")


class Echo(FakeModels):
    """Answers with the last word of the prompt, earlier items later; `failing` ones fail at once."""

    failing: tuple[str, ...] = ()

    async def reply(self, request: ChatRequest) -> Any:
        word = request.messages[-1].content.split()[-1]
        await asyncio.sleep(0 if word in self.failing else 0.02 / (len(self.requests) + 1))
        if word in self.failing:
            return busy()
        return word


async def test_each_item_is_asked_for_and_the_order_is_kept(tmp_path: Path) -> None:
    ctx = FakeContext(tmp_path, models=Echo())
    items: list[Json] = ["a", "b", "c", "d", "e", "f"]
    assert await run_node(Llm, {**EACH, "at_once": 3}, ctx, {"items": items}) == {"out": items}
    assert ctx.models.most_at_once == 3
    assert [turns(ctx, call)[0][1] for call in range(6)] == [f"Sort {item}" for item in items]
    assert {item for item, _ in ctx.tokens} == set(range(6))
    assert ctx.fractions[-1] == 1
    assert ctx.used["calls"] == 6


@pytest.mark.parametrize("items", [None, "text", 3, {"a": 1}])
async def test_items_that_are_no_list(items: Json, tmp_path: Path) -> None:
    issue = await issue_of(Llm, EACH, asking(tmp_path), items=items)
    assert (issue.code, issue.field) == ("llm.no-list", "items")


async def test_no_items_are_no_calls(tmp_path: Path) -> None:
    ctx = asking(tmp_path)
    assert await run_node(Llm, EACH, ctx, {"items": []}) == {"out": []}


async def test_a_failed_item_fails_the_step_and_finished_ones_are_kept(tmp_path: Path) -> None:
    ctx = asking(tmp_path, "a", busy(), "never asked")
    params: dict[str, Json] = {**EACH, "at_once": 1}
    error = await error_of(Llm, params, ctx, items=["a", "b", "c"])
    assert error.issue.text == "Item 2: The server is busy."
    assert (error.issue.code, error.retryable, error.retry_after) == ("model.rate-limited", True, 7.0)
    assert len(ctx.models.requests) == 2
    again = asking(tmp_path, "b", "c", memory=ctx.memory, attempt=2)
    assert await run_node(Llm, params, again, {"items": ["a", "b", "c"]}) == {"out": ["a", "b", "c"]}


async def test_what_runs_beside_a_failed_item_is_finished(tmp_path: Path) -> None:
    ctx = FakeContext(tmp_path, models=Echo())
    ctx.models.failing = ("a",)
    error = await error_of(Llm, {**EACH, "at_once": 2}, ctx, items=["a", "b", "c"])
    assert error.issue.text.startswith("Item 1")
    again = asking(tmp_path, "a", "c", memory=ctx.memory)
    assert await run_node(Llm, {**EACH, "at_once": 1}, again, {"items": ["a", "b", "c"]}) == {"out": ["a", "b", "c"]}


async def test_a_fault_of_the_program_is_told_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(IndexError):
        await run_node(Llm, EACH, asking(tmp_path), {"items": [1, 2]})


async def test_a_rejected_list_is_asked_for_as_a_whole(tmp_path: Path) -> None:
    ctx = asking(tmp_path, "a", "b")
    await run_node(Llm, {**EACH, "at_once": 1}, ctx, {"items": [1, 2]})
    again = asking(tmp_path, "c", "d", memory=ctx.memory, feedback="no")
    assert await run_node(Llm, {**EACH, "at_once": 1}, again, {"items": [1, 2]}) == {"out": ["c", "d"]}


async def test_failed_items_are_collected_or_left_out(tmp_path: Path) -> None:
    for how, expected in (("collect", ["a", {"error": "The server is busy."}, "c"]), ("leave_out", ["a", "c"])):
        ctx = asking(tmp_path, "a", busy(), "c")
        ports = await run_node(Llm, {**EACH, "at_once": 1, "item_errors": how}, ctx, {"items": ["a", "b", "c"]})
        shown = [{"error": part["error"]["text"]} if isinstance(part, dict) else part for part in ports["out"]]  # type: ignore[index,union-attr,call-overload]
        assert shown == expected
        assert ctx.logged == [("warning", "Item 2: The server is busy.")]


async def test_a_template_that_fails_names_item_and_field(tmp_path: Path) -> None:
    params: dict[str, Json] = {"mode": "each", "prompt": "{{ item.text }}", "at_once": 1}
    issue = await issue_of(Llm, params, asking(tmp_path, "a"), items=[{"text": "x"}, {}])
    assert issue.text.startswith("Item 2: ")
    assert (issue.code, issue.field) == ("template.unknown-name", "prompt")


async def test_data_in_items_is_never_taken_for_a_template(tmp_path: Path) -> None:
    ctx = asking(tmp_path, "ok")
    await run_node(Llm, EACH, ctx, {"items": ["{{ vars.secret }} {% if %}"]})
    assert turns(ctx)[0][1] == "Sort {{ vars.secret }} {% if %}"


@pytest.mark.parametrize(
    ("params", "kind"),
    [
        ({}, "text"),
        ({"answer_schema": {"type": "object"}}, "object"),
        ({"answer_schema": {"type": "array"}}, "list"),
        ({"answer_schema": {"type": "integer"}}, "number"),
        ({"answer_schema": {"$ref": "#/schemas/Ticket"}}, "any"),
        ({"answer_schema": {"type": ["object", "null"]}}, "any"),
        ({"mode": "each", "answer_schema": {"type": "object"}}, "list"),
    ],
)
def test_the_schema_tells_what_comes_out(params: dict[str, Json], kind: str) -> None:
    assert [port.type for port in Llm.ports(params).outputs] == [kind]
    assert [port.key for port in Llm.ports(params).inputs] == (["items", "after"] if "mode" in params else ["value", "after"])


def test_bad_parameters_are_found_before_a_run() -> None:
    assert [(issue.code, issue.field) for issue in Llm.check({"prompt": "", "answer_schema": {"type": 1}})] == [
        ("llm.no-prompt", "prompt"),
        ("schema.invalid", "answer_schema.type"),
    ]
    fitting: list[Json] = [[], ["a"], "{{ inputs.rows }}"]
    for items in fitting:
        assert list(Llm.check({"mode": "each", "items": items})) == [], "each item is asked as it is"
    for wrong in (None, "a, b", 3):
        (issue,) = Llm.check({"mode": "each", "items": wrong})
        assert (issue.code, issue.field, issue.port) == ("llm.no-list", "items", "items")
    assert list(Llm.check({"prompt": "x", "answer_schema": {"type": "object"}})) == []


def test_what_leaves_this_machine_is_told() -> None:
    assert list(Llm.capabilities({})) == []
    assert [str(found) for found in Llm.capabilities({"provider": "openai"})] == ["calls the provider openai"]


def test_errors_are_errors_that_people_can_act_on() -> None:
    assert issubclass(ModelError, WeftError)
