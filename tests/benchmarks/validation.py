"""`weft validate` of a large document against reading its YAML."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import yaml

from engine.model.graph import Edge, Graph, InputSpec, Node
from engine.model.serialize import dump, load
from engine.registry import open_registry
from engine.validation.check import check

NODES = 1000
ROUNDS = 5
PROMPT = "You sort support tickets.\nAnswer with one word.\n\nTicket {{ nodes.%s.output }} of {{ inputs.count }}:\n- be brief\n"


def document() -> Graph:
    """Prompts, templates and conditions in a chain with side branches, as large workflows have them."""
    graph = Graph(id="00000000-0000-4000-8000-000000000002", name="Large", inputs={"count": InputSpec("count", "number", 3)})
    before = ""
    for number in range(NODES):
        node_id = f"n{number}"
        text = PROMPT % before if before else "Start with {{ inputs.count }}.\n"
        params = {"operation": "template", "template": text}
        graph.nodes[node_id] = Node(node_id, "data.transform", title=f"Step {number}", params=params)
        graph.positions[node_id] = (number * 200.0, 0.0)
        if before:
            graph.edges.append(Edge.of(f"{before}.out", f"{node_id}.after"))
        before = node_id if number % 3 else before or node_id
    return graph


def best(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


async def measure(folder: Path) -> tuple[str, list[str], list[list[str]]]:
    text, registry = dump(document()), open_registry()
    assert not check(load(text).checked(), registry)

    def validate() -> None:
        loaded = load(text)
        check(loaded.checked(), registry, lines=loaded.lines, folder=folder)

    theirs, ours = best(lambda: yaml.load(text, yaml.CSafeLoader)), best(validate)
    row = [f"{NODES} nodes, {len(text) // 1024} K", f"{ours * 1e3:.0f}", f"{theirs * 1e3:.0f}", f"{ours / theirs:.2f}", "under 3"]
    return "weft validate / reading the YAML", ["document", "validate, ms", "CSafeLoader, ms", "ratio", "reach"], [row]
