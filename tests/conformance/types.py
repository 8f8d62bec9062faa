"""The node types that the suite walks: all that come with the program, and one in the form of a decorated function."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from engine.api.context import Answer, RunContext
from engine.api.decorator import node
from engine.api.node import Node
from engine.api.web import WebReply
from engine.model.values import Json
from engine.registry import NodeRegistry
from engine.sandbox.runner import ProcessScripts
from tests.conformance.context import FakeContext, FakeModels, FakeNotices, FakeWeb


class Lengths(BaseModel):
    words: list[str] = Field(description="What is measured.")
    factor: int = Field(1, ge=1, description="Each length is multiplied by it.")


class Measured(BaseModel):
    lengths: list[int] = Field(description="The length of each.")
    total: int = Field(description="Their sum.")


@node(type_id="test.lengths", title="Lengths", category="test")
async def lengths(data: Lengths, ctx: RunContext) -> Measured:
    """Measures words."""
    ctx.progress(0.5)
    found = [len(word) * data.factor for word in data.words]
    return Measured(lengths=found, total=sum(found))


lengths.examples = (
    {"params": {"words": ["a", "bc"]}, "ports": {"lengths": [1, 2], "total": 3}},
    {"params": {"factor": 2}, "inputs": {"words": ["ab"]}, "ports": {"lengths": [4], "total": 4}},
)


def builtin_types() -> list[type[Node]]:
    """Return the types that come with the program."""
    registry = NodeRegistry()
    registry.add_builtin()
    return list(registry)


TYPES: list[type[Node]] = [*builtin_types(), lengths]

EXAMPLES = [(node_type, example) for node_type in TYPES for example in node_type.examples]
EXAMPLE_IDS = [f"{node_type.type_id}-{number}" for node_type in TYPES for number in range(len(node_type.examples))]


def lay_out(example: Any, ctx: FakeContext) -> FakeContext:
    """Make the outside say what an example's `outside` assumes."""
    outside = example.get("outside", {})
    for name, text in outside.get("files", {}).items():
        (ctx.folder / name).write_bytes(text.encode())
    ctx.models = FakeModels(list(outside.get("models", [])))
    ctx.web = FakeWeb([web_reply(**reply) for reply in outside.get("web", [])])
    ctx.scripts = ProcessScripts()
    ctx.notices = FakeNotices(outside.get("no_desktop", ""))
    ctx.workflow_inputs = outside.get("inputs", {})
    ctx.secrets = outside.get("secrets", {})
    if "answer" in outside:
        ctx.answer = Answer(**outside["answer"])
    return ctx


def web_reply(status: int = 200, body: Json = None, headers: dict[str, str] | None = None) -> WebReply:
    """Return a reply of a web server."""
    kind: Any = "empty" if body is None else "text" if isinstance(body, str) else "json"
    return WebReply(status, "https://api.example.com/", headers or {}, body, kind)
