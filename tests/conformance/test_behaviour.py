"""How every node type behaves while it runs: it can be cancelled at once, and it lets others run."""

from __future__ import annotations

import asyncio
import copy
from pathlib import Path
from typing import Any

import pytest

from engine.api.node import Node
from engine.model.values import JsonObject
from engine.registry import NodeRegistry
from tests.conformance.context import FakeContext, run_node
from tests.conformance.types import EXAMPLE_IDS, EXAMPLES, TYPES, lay_out, web_reply

ROWS = 20_000


class Hanging:
    """An outside that never answers. `reached` is set when a node asks it for anything."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.let_go = 0

    async def hang(self, *_arguments: Any, **_named: Any) -> Any:
        self.reached.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.let_go += 1

    chat = send = run = desktop = mail = hang


def builtin(type_id: str) -> type[Node]:
    registry = NodeRegistry()
    registry.add_builtin()
    found = registry.get(type_id)
    assert found is not None
    return found


ENDLESS: list[tuple[str, JsonObject]] = [
    ("ai.llm", {"prompt": "x"}),
    ("ai.llm", {"prompt": "x", "mode": "each", "items": [1, 2, 3, 4, 5], "at_once": 3, "item_errors": "collect"}),
    ("http.request", {"url": "https://example.com/"}),
    ("code.python", {"code": "while True: pass"}),
    ("notify.send", {"channel": "desktop"}),
    ("notify.send", {"channel": "mail", "host": "h", "sender": "a@b", "to": "c@d"}),
    ("notify.send", {"channel": "webhook", "url": "https://example.com/"}),
]


@pytest.mark.parametrize(("type_id", "params"), ENDLESS)
async def test_cancel_reaches_what_the_node_waits_for(type_id: str, params: JsonObject, tmp_path: Path) -> None:
    outside = Hanging()
    ctx = FakeContext(tmp_path, models=outside, web=outside, scripts=outside, notices=outside)
    step = asyncio.create_task(run_node(builtin(type_id), params, ctx))
    await outside.reached.wait()
    await asyncio.sleep(0)
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step
    assert outside.let_go == (3 if params.get("mode") == "each" else 1)


@pytest.mark.parametrize("params", [{"seconds": 86400}, {"mode": "until", "until": "2999-01-01"}])
async def test_cancel_ends_a_wait(params: JsonObject, tmp_path: Path) -> None:
    step = asyncio.create_task(run_node(builtin("flow.wait"), params, FakeContext(tmp_path)))
    await asyncio.sleep(0.01)
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step


@pytest.mark.parametrize(("node_type", "example"), EXAMPLES, ids=EXAMPLE_IDS)
async def test_cancel_is_never_swallowed(node_type: type[Node], example: Any, tmp_path: Path) -> None:
    """Cancelled at each of its first pauses, a node ends with that and nothing else."""
    for pauses in range(1, 6):
        ctx = lay_out(copy.deepcopy(example), FakeContext(tmp_path))
        step = asyncio.create_task(run_node(node_type, example["params"], ctx, example.get("inputs")))
        for _ in range(pauses):
            await asyncio.sleep(0)
        if not step.cancel():
            assert step.result() is not None
            continue
        with pytest.raises(asyncio.CancelledError):
            await step


HEAVY: list[tuple[str, JsonObject]] = [
    ("data.transform", {"operation": "map", "template": {"n": "{{ item.n + 1 }}"}}),
    ("data.transform", {"operation": "filter", "expression": "item.n % 2 == 0"}),
    ("data.transform", {"operation": "merge", "expression": "item.n"}),
    ("file.read", {"path": "rows.csv"}),
    ("file.write", {"path": "rows.csv"}),
]


@pytest.mark.parametrize(("type_id", "params"), HEAVY, ids=lambda value: str(value)[:40])
async def test_others_get_their_turn_while_a_node_works(type_id: str, params: JsonObject, tmp_path: Path) -> None:
    rows = [{"n": number, "text": "x" * 20} for number in range(ROWS)]
    (tmp_path / "rows.csv").write_text("n,text\n" + "".join(f"{row['n']},{row['text']}\n" for row in rows))
    port = {"data.transform": "value", "file.write": "content"}.get(type_id)
    value: Any = [rows] if params.get("operation") == "merge" else rows
    step = asyncio.create_task(run_node(builtin(type_id), params, FakeContext(tmp_path), {port: value} if port else {}))
    turns = 0
    while not step.done():
        turns += 1
        await asyncio.sleep(0)
    assert len(str(step.result())) > 50
    assert turns > 5


async def test_a_long_answer_of_an_api_is_passed_on_as_it_is(tmp_path: Path) -> None:
    ctx = FakeContext(tmp_path)
    body = {"text": "y" * 1_000_000}
    ctx.web.replies = [web_reply(200, {"text": "y" * 1_000_000})]
    ports = await run_node(builtin("http.request"), {"url": "https://example.com/"}, ctx)
    assert ports["out"] == {"status": 200, "headers": {}, "body": body}


def test_there_are_types() -> None:
    assert len(TYPES) >= 12
