"""Every example of every node type does what it says: on its own, and as a step of a real run."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, cast

import pytest

from engine.api.node import Node
from engine.api.services import Services
from engine.api.stores import SecretStore
from engine.model.graph import Edge, Graph, InputSpec
from engine.model.graph import Node as NodeRecord
from tests.conformance.context import FakeContext, run_node
from tests.conformance.types import EXAMPLE_IDS, EXAMPLES, TYPES, lay_out
from tests.helpers.engine import Task, open_engine, registry_of

examples = pytest.mark.parametrize(("node_type", "example"), EXAMPLES, ids=EXAMPLE_IDS)


class Secrets:
    """The secrets that an example assumes."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    def get(self, name: str) -> str | None:
        return self._values.get(name)


def expected(example: Any, run_folder: Path) -> Any:
    """Return the values by port that an example promises; `<run>` stands for the run's folder."""
    return json.loads(json.dumps(example["ports"]).replace("<run>", str(run_folder)))


@pytest.mark.parametrize("node_type", TYPES, ids=lambda known: known.type_id)
def test_there_is_an_example(node_type: type[Node]) -> None:
    assert node_type.examples


@examples
async def test_example_gives_what_it_says(node_type: type[Node], example: Any, tmp_path: Path) -> None:
    ctx = lay_out(example, FakeContext(tmp_path))
    assert await run_node(node_type, example["params"], ctx, example.get("inputs")) == expected(example, ctx.output_folder)
    for name, text in example.get("writes", {}).items():
        assert (ctx.output_folder / name).read_bytes() == text.encode()


@examples
async def test_example_runs_as_a_step(node_type: type[Node], example: Any, tmp_path: Path) -> None:
    ctx = lay_out(example, FakeContext(tmp_path))
    outside = copy.deepcopy(example.get("outside", {}))
    secrets = cast("SecretStore", Secrets(outside.get("secrets", {})))
    services = Services(ctx.models, ctx.web, ctx.scripts, ctx.notices, secrets)
    graph = Graph(id="00000000-0000-4000-8000-000000000002", name="Example")
    graph.nodes["step"] = NodeRecord("step", node_type.type_id, params=example["params"])
    for port, value in example.get("inputs", {}).items():
        wires = value if (found := node_type.ports(example["params"]).input(port)) and found.multiple else [value]
        for number, each in enumerate(wires):
            graph.nodes[f"{port}_{number}"] = NodeRecord(f"{port}_{number}", "test.task", params={"value": each})
            graph.edges.append(Edge.of(f"{port}_{number}.out", f"step.{port}"))
    graph.inputs.update({name: InputSpec(name, default=value) for name, value in outside.get("inputs", {}).items()})
    async with open_engine(tmp_path, services, registry_of(Task, node_type)) as engine:
        run_id = await engine.start(graph)
        result = await engine.runner.wait(run_id)
        if answer := outside.get("answer"):
            approved = answer.pop("approved")
            await engine.runner.answer(f"{run_id}:step", "approved" if approved else "rejected", **answer)
            result = await engine.resume(run_id)
        assert (result.status, result.error) == ("succeeded", None)
        step = (await engine.steps(run_id))["step"]
        assert step.ports == expected(example, engine.runner.runs_folder / run_id)
