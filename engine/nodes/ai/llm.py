"""LLM: asks a language model, once or for each item of a list."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal, cast

from engine.api.context import RunContext
from engine.api.large import is_large
from engine.api.models import ChatRequest, Message, ModelError, Role
from engine.api.node import Node
from engine.api.params import Data, Field, Param, Prompt, Schema, Seconds, Text, has_template
from engine.api.plain import as_text, one_line
from engine.api.ports import OUT, After, Port, Ports, type_phrase
from engine.api.schemas import schema_issues, schema_type
from engine.api.trust import Capability, provider_asked
from engine.model.issues import Issue, WeftError, failure, moved, phrase
from engine.model.values import Json, JsonObject

ROLES = ("system", "user", "assistant")
_FIELDS = {
    "provider": "provider", "model": "model", "messages": "prompt", "schema": "answer_schema",
    "max_tokens": "max_tokens", "timeout": "time_limit",
}  # fmt: skip
"""What the parts of a request are called here."""
_ONCE, _EACH = ("mode", ("once",)), ("mode", ("each",))
_Prompt = Annotated[Prompt, Param("long_text", rendered="later", promotable=False, names=("value", "item", "index"))]


class Llm(Node):
    """Asks a language model, and gives its answer: text, or with a schema the object that it describes.

    *One call* asks once; the prompts can use `value`, which is what came in. *One call for each item* asks for each item of a
    list, several at a time, and gives the list of the answers in the order of the items; the prompts can use `item` and `index`.
    Prompts without any template are followed by the value, or the item, as it is. When an item fails, either the step fails
    (answers that are there already are kept for the next attempt), or the item's place gets `{"error": ...}`, or it is left out.
    An output that *accept when* rejects is asked for again with the reason added to the prompt.
    """

    type_id = "ai.llm"
    title = "LLM"
    category = "model"
    icon = "sparkles"
    keywords = ("model", "chat", "gpt", "prompt", "ai", "generate", "classify", "extract", "summarize", "completion")
    aliases = ("LLM_CALL",)
    examples = (
        {
            "params": {"prompt": "Say hello in Korean.", "system": "Be brief."},
            "outside": {"models": ["안녕하세요"]},
            "ports": {"out": "안녕하세요"},
        },
        {
            "params": {"prompt": "In three words: {{ value }}"},
            "inputs": {"value": "A long letter about lamps."},
            "outside": {"models": ["Lamps, at length"]},
            "ports": {"out": "Lamps, at length"},
        },
        {
            "params": {
                "mode": "each",
                "prompt": "{{ index + 1 }}: good or bad? {{ item.text }}",
                "answer_schema": {"type": "object", "properties": {"good": {"type": "boolean"}}, "required": ["good"]},
                "at_once": 1,
            },
            "inputs": {"items": [{"text": "Lovely!"}, {"text": "Broken again."}]},
            "outside": {"models": [{"good": True}, {"good": False}]},
            "ports": {"out": [{"good": True}, {"good": False}]},
        },
    )

    provider: Annotated[Text, Param("provider", promotable=False)] = Field("local", description="Who runs the model.")
    model: Annotated[Text, Param("model")] = Field("", description="The model; empty means the provider's default.")
    mode: Annotated[Literal["once", "each"], Param(promotable=False)] = Field(
        "once", description="One call, or one call for each item of a list."
    )
    value: Annotated[Any | None, Param("json", port=True, shown_when=_ONCE)] = Field(
        None, description="What the prompts read as `value`: a template, or what arrives over an edge."
    )
    items: Annotated[Any, Param("json", port=True, shown_when=_EACH)] = Field(
        None, description="The list whose items the prompts read as `item`: a template, or what arrives over an edge."
    )
    at_once: Annotated[int, Param("number", shown_when=_EACH)] = Field(
        4, ge=1, le=64, description="How many items are asked for at the same time."
    )
    item_errors: Annotated[Literal["fail", "collect", "leave_out"], Param(promotable=False, shown_when=_EACH)] = Field(
        "fail", description="When an item fails: fail the step, put the error in its place, or leave it out."
    )
    system: _Prompt = Field("", description="What the model is to be and do.")
    prompt: _Prompt = Field("", description="What the model is asked.")
    messages: Annotated[Data, Param("json", expert=True)] = Field(
        None, description="Earlier turns, a list of objects with `role` and `content`; they come before the prompt."
    )
    answer_schema: Annotated[Schema, Param("json_schema", rendered="never", promotable=False)] = Field(
        default_factory=dict, description="JSON schema of the answer; empty asks for text."
    )
    repairs: Annotated[int, Param("number", expert=True)] = Field(
        2, ge=0, le=10, description="How often an answer that does not fit the schema is sent back to be corrected."
    )
    temperature: Annotated[float | None, Param("number")] = Field(
        None, ge=0, le=2, description="0 gives the likeliest answer, more gives more variety; empty leaves it to the server."
    )
    max_tokens: Annotated[int | None, Param("number")] = Field(None, ge=1, description="Longest answer in tokens.")
    seed: Annotated[int | None, Param("number", expert=True)] = Field(
        None, description="The same seed gives the same answer, where the server can do that."
    )
    stop: Annotated[list[str], Param("list", expert=True)] = Field(
        default_factory=list, max_length=16, description="Texts at which the answer ends."
    )
    stream: Annotated[bool, Param(expert=True, promotable=False)] = Field(True, description="Show the answer as it comes.")
    time_limit: Annotated[Seconds, Param("duration", expert=True)] = Field(
        600.0, gt=0, le=86400, description="Seconds for one call, the start of a local model included."
    )

    async def run(self, ctx: RunContext, after: After = ()) -> Any:
        """Ask once, or for each item."""
        if self.mode == "once":
            return await self._ask(ctx, {"value": self.value}, None)
        if not isinstance(self.items, list):
            raise WeftError(_no_list(self.items))
        return await self._ask_each(ctx, self.items)

    async def _ask_each(self, ctx: RunContext, items: Sequence[Json]) -> list[Json]:
        """Ask for the items in order, `at_once` at a time. After a failure that counts nothing new starts, what runs is kept."""
        answers: dict[int, Json] = ctx.memory.setdefault(f"answers {ctx.feedback}", {})
        errors: dict[int, WeftError] = {}
        open_items = iter([index for index in range(len(items)) if index not in answers])

        async def work() -> None:
            for index in open_items:
                if errors and self.item_errors == "fail":
                    return
                try:
                    answers[index] = await self._ask(ctx, {"item": items[index], "index": index}, index)
                except WeftError as error:
                    errors[index] = error
                    ctx.log(phrase("Item {number}: {text}", number=index + 1, text=error.issue.text), "warning")
                done = len(answers) + len(errors)
                ctx.progress(done / len(items), phrase("{done} of {count}", done=done, count=len(items)))

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self.at_once, len(items))):
                    group.create_task(work())
        except ExceptionGroup as group_error:
            raise group_error.exceptions[0] from None
        if errors and self.item_errors == "fail":
            raise _of_item(*min(errors.items(), key=lambda found: found[0]))
        if self.item_errors == "collect":
            answers = answers | {index: {"error": {**error.issue.as_json()}} for index, error in errors.items()}
        return [answers[index] for index in range(len(items)) if index in answers]

    async def _ask(self, ctx: RunContext, names: JsonObject, item: int | None) -> Json:
        """Make one call."""
        request = ChatRequest(
            provider=self.provider,
            model=self.model,
            messages=await self._turns(ctx, names),
            schema=self.answer_schema or None,
            temperature=self.temperature,
            seed=self.seed,
            max_tokens=self.max_tokens,
            stop=tuple(self.stop),
            stream=self.stream,
            repairs=self.repairs,
            timeout=self.time_limit,
        )
        try:
            reply = await ctx.models.chat(request, (lambda text: ctx.token(text, item)) if self.stream else None)
        except ModelError as error:
            raise moved(error, _FIELDS) from None
        finally:
            if self.stream:
                ctx.token("", item, last=True)
        ctx.use(prompt_tokens=reply.prompt_tokens, completion_tokens=reply.completion_tokens, calls=reply.calls)
        if reply.finish_reason == "length":
            ctx.log(phrase("The answer was cut at the token limit."), "warning")
        return reply.parsed if self.answer_schema else reply.text

    async def _turns(self, ctx: RunContext, names: JsonObject) -> tuple[Message, ...]:
        system = await _text(await ctx.render(self.system, names, field="system"))
        prompt = await _text(await ctx.render(self.prompt, names, field="prompt"))
        given = names.get("value", names.get("item"))
        if given is not None and not has_template([self.system, self.prompt]):
            prompt = f"{prompt}\n\n{await _text(given)}" if prompt.strip() else await _text(given)
        if ctx.feedback:
            prompt += f"\n\nYour last answer was not accepted: {ctx.feedback}\nAnswer again, and better."
        turns = [Message("system", system)] if system.strip() else []
        turns += _history(self.messages)
        if prompt.strip():
            turns.append(Message("user", prompt))
        if not any(turn.role == "user" for turn in turns):
            raise WeftError(_nothing_asked("prompt"))
        return tuple(turns)

    @classmethod
    def ports(cls, params: Mapping[str, Json]) -> Ports:
        """A list of items goes in and a list comes out in that mode; else the schema tells what comes out."""
        schema = params.get("answer_schema")
        kind = schema_type(schema) if schema else "text"
        value, items, after = cls.declared_ports.inputs
        if params.get("mode") != "each":
            return Ports((value, after), (Port(OUT, kind),))
        return Ports((replace(items, type="list"), after), (Port(OUT, "list"),))

    @classmethod
    def check(cls, params: Mapping[str, Json]) -> Iterable[Issue]:
        """Find that nothing is asked, unless something arrives, that there is no list of items, and an invalid schema."""
        items = params.get("items")
        if params.get("mode") == "each" and not isinstance(items, list) and not has_template(items):
            yield replace(_no_list(items), port="items")
        if params.get("mode") != "each" and not any(params.get(name) for name in ("prompt", "messages", "value")):
            yield replace(_nothing_asked("prompt"), port="value")
        yield from schema_issues(params.get("answer_schema"), "answer_schema")

    @classmethod
    def capabilities(cls, params: Mapping[str, Json]) -> Iterable[Capability]:
        """It asks a model."""
        return provider_asked(params.get("provider", "local"))

    @classmethod
    def summary(cls, params: Mapping[str, Json]) -> str:
        """Name the model."""
        each = phrase("for each item") if params.get("mode") == "each" else ""
        provider = params.get("provider", "local")
        return one_line(phrase("local") if provider == "local" else provider, params.get("model"), each)


def _nothing_asked(field: str) -> Issue:
    text = phrase("The model is asked nothing: the prompt is empty, and no value arrives.")
    return Issue("llm.no-prompt", text, "Write a prompt, or connect a node.", field=field)


def _no_list(items: Json) -> Issue:
    kind = phrase("nothing") if items is None else type_phrase(type(items))
    text = phrase("One call for each item needs a list, not {kind}.", kind=kind)
    return Issue("llm.no-list", text, "Give it a list.", field="items")


async def _text(value: Json) -> str:
    """Return a value as a model reads it. A list or object is written with indents, which is slow."""
    return await asyncio.to_thread(as_text, value) if is_large(value) else as_text(value)


def _history(messages: Any) -> list[Message]:
    """Return earlier turns. Raises WeftError `llm.bad-messages` for anything but roles with text."""
    turns = []
    for position, turn in enumerate(messages if isinstance(messages, list) else [] if messages is None else [messages]):
        role = turn.get("role") if isinstance(turn, dict) else None
        if role not in ROLES:
            text = phrase("Turn {number} has no role that is system, user or assistant.", number=position + 1)
            raise failure("llm.bad-messages", text, "Give objects with `role` and `content`.", field=f"messages[{position}]")
        turns.append(Message(cast("Role", role), as_text(turn.get("content"))))
    return turns


def _of_item(index: int, error: WeftError) -> WeftError:
    issues = (replace(issue, text=phrase("Item {number}: {text}", number=index + 1, text=issue.text)) for issue in error.issues)
    return WeftError(*issues, retryable=error.retryable, retry_after=error.retry_after)
