"""A run context without a run: real templates and real files, and an outside that says what the test laid out for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic.fields import FieldInfo

from engine.api import templates
from engine.api.context import Answer, Question
from engine.api.models import ChatReply, ChatRequest, Message, OnToken
from engine.api.node import Node
from engine.api.notices import Mail, Shown
from engine.api.params import SecretRef, has_template, param_of, with_secrets
from engine.api.plain import as_plain
from engine.api.ports import OUT, Outputs
from engine.api.scripts import LineListener, ScriptError, ScriptJob, ScriptResult
from engine.api.web import WebReply, WebRequest
from engine.model.issues import failure
from engine.model.values import Json, JsonObject


@dataclass
class FakeModels:
    """Answers with what is laid out, in order; an exception among it is raised. Tests override `reply` for more."""

    replies: list[Any] = field(default_factory=list)
    requests: list[ChatRequest] = field(default_factory=list)
    running: int = 0
    most_at_once: int = 0

    async def chat(self, request: ChatRequest, on_token: OnToken | None = None) -> ChatReply:
        self.requests.append(request)
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        try:
            reply = await self.reply(request)
        finally:
            self.running -= 1
        if isinstance(reply, Exception):
            raise reply
        text = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
        if on_token is not None:
            on_token(text[:2])
            on_token(text[2:])
        return ChatReply(text, reply if request.schema else None, "fake", "stop", 10, 5)

    async def reply(self, request: ChatRequest) -> Any:
        await asyncio.sleep(0)
        return self.replies.pop(0)

    async def list_models(self, provider: str) -> Sequence[str]:
        return ["fake"]

    async def count_tokens(self, provider: str, model: str, messages: Sequence[Message]) -> int:
        return 10

    async def context_size(self, provider: str, model: str) -> int | None:
        return None


@dataclass
class FakeWeb:
    """Answers with what is laid out, in order."""

    replies: list[WebReply | Exception] = field(default_factory=list)
    requests: list[WebRequest] = field(default_factory=list)

    async def send(self, request: WebRequest) -> WebReply:
        self.requests.append(request)
        await asyncio.sleep(0)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def aclose(self) -> None:
        pass


@dataclass
class FakeScripts:
    """Runs nothing: gives the results that are laid out, and says the lines."""

    results: list[ScriptResult] = field(default_factory=list)
    lines: list[tuple[Literal["stdout", "stderr"], str]] = field(default_factory=list)
    jobs: list[ScriptJob] = field(default_factory=list)
    level: str = "none"

    async def run(self, job: ScriptJob, on_line: LineListener | None = None) -> ScriptResult:
        self.jobs.append(job)
        await asyncio.sleep(0)
        for stream, line in self.lines:
            if on_line is not None:
                on_line(stream, line)
        return self.results.pop(0)

    def check(self, code: str, name: str = "script") -> ScriptError | None:
        return None

    async def aclose(self) -> None:
        pass


@dataclass
class FakeNotices:
    """Remembers what people were told."""

    reason: str = ""
    shown: list[tuple[str, str]] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)

    async def desktop(self, title: str, text: str) -> Shown:
        self.shown.append((title, text))
        return Shown(not self.reason, self.reason)

    async def mail(self, mail: Mail) -> None:
        self.mails.append(mail)


@dataclass
class FakeContext:
    """Implements `engine.api.context.RunContext`. `names` are what templates see besides `inputs`."""

    folder: Path
    models: Any = field(default_factory=FakeModels)
    web: Any = field(default_factory=FakeWeb)
    scripts: Any = field(default_factory=FakeScripts)
    notices: Any = field(default_factory=FakeNotices)
    workflow_inputs: Mapping[str, Json] = field(default_factory=dict)
    names: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    allowed_hosts: tuple[str, ...] = ()
    answer: Answer = field(default_factory=lambda: Answer(True))
    attempt: int = 1
    feedback: str = ""
    memory: dict[str, Any] = field(default_factory=dict)
    logged: list[tuple[str, str]] = field(default_factory=list)
    fractions: list[float] = field(default_factory=list)
    tokens: list[tuple[int | None, str]] = field(default_factory=list)
    used: dict[str, float] = field(default_factory=dict)
    asked: list[Question] = field(default_factory=list)
    run_id: str = "0123456789abcdef"
    address: str = "step"

    @property
    def idempotency_key(self) -> str:
        return f"{self.run_id}:{self.address}"

    @property
    def output_folder(self) -> Path:
        folder = self.folder / "run"
        folder.mkdir(exist_ok=True)
        return folder

    def secret(self, ref: SecretRef) -> str:
        if ref.name not in self.secrets:
            raise failure("secret.missing", f"There is no secret named {ref.name!r}.")
        return self.secrets[ref.name]

    async def render(self, value: Json, names: Mapping[str, Any] | None = None, *, field: str = "") -> Json:
        return templates.render_value(value, {"inputs": self.workflow_inputs, **self.names, **(names or {})}, field=field)

    async def evaluate(self, expression: str, names: Mapping[str, Any] | None = None, *, field: str = "") -> Json:
        return templates.evaluate(expression, {"inputs": self.workflow_inputs, **self.names, **(names or {})}, field=field)

    def log(self, text: str, level: Literal["debug", "info", "warning", "error"] = "info") -> None:
        self.logged.append((level, text))

    def progress(self, fraction: float, text: str = "") -> None:
        self.fractions.append(fraction)

    def token(self, text: str, item: int | None = None, *, last: bool = False) -> None:
        if text:
            self.tokens.append((item, text))

    def use(self, **amounts: float) -> None:
        for name, amount in amounts.items():
            self.used[name] = self.used.get(name, 0) + amount

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        await asyncio.sleep(0)
        return self.answer


async def run_node(
    node_type: type[Node], params: JsonObject, ctx: FakeContext, inputs: Mapping[str, Any] | None = None
) -> JsonObject:
    """Run a node as a step does: templates rendered, wires over parameters. Returns the values by port."""
    fields = node_type.model_fields
    before = {
        name: await ctx.render(value, field=name) if _is_rendered(fields[name], value) else value
        for name, value in with_secrets(node_type, params).items()
    }
    inputs = inputs or {}
    node = node_type.model_validate({**before, **{name: value for name, value in inputs.items() if name in fields}})
    result = await node.run(ctx, **{name: value for name, value in inputs.items() if name not in fields})
    if isinstance(result, Outputs):
        ports = dict(result)
    elif isinstance(result, tuple) and hasattr(result, "_fields"):
        ports = dict(zip(result._fields, result, strict=True))
    else:
        outputs = node_type.ports(params).outputs
        ports = {outputs[0].key if outputs else OUT: result}
    return {key: as_plain(value, key) for key, value in ports.items()}


def _is_rendered(field: FieldInfo, value: object) -> bool:
    return has_template(value) and param_of(field).rendered == "before"
