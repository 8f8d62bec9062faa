"""`weft validate` of a large document against reading its YAML."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import yaml

from engine.model import references
from engine.model.files import Files
from engine.model.graph import Edge, Graph, InputSpec, Node
from engine.model.serialize import dump, load
from engine.model.values import JsonObject
from engine.registry import open_registry
from engine.validation.check import check

NODES = 1000
ROUNDS = 5
PROMPT = "You sort support tickets.\nAnswer with one word.\n\nTicket {{ nodes.%s.output }} of {{ inputs.count }}:\n- be brief\n"
REPORT = """\
# Report {{ run.id }}
{%% for row in nodes.%s.output | default([]) %%}
| {{ row.name | upper }} | {{ row.total | round(2) }} |
{%% endfor %%}
{{ "many" if inputs.count > 3 else "few" }}
"""


def document() -> Graph:
    """A chain with side branches: a third prompts with names, a third reports with loops and filters, a third conditions."""
    graph = Graph(id="00000000-0000-4000-8000-000000000002", name="Large", inputs={"count": InputSpec("count", "number", 3)})
    before = "n0"
    for number in range(NODES):
        node_id, kind = f"n{number}", "data.transform"
        params: JsonObject = {"template": "Start with {{ inputs.count }}.\n"}
        if number % 3 == 0 and number:
            case: JsonObject = {"id": "many", "label": "Many", "when": f"nodes.{before}.output | length > {number}"}
            kind, params = "flow.condition", {"cases": [case]}
        elif number:
            params = {"template": (PROMPT if number % 3 == 1 else REPORT) % before}
        graph.nodes[node_id] = Node(node_id, kind, title=f"Step {number}", params=params)
        graph.positions[node_id] = (number * 200.0, 0.0)
        if number:
            graph.edges.append(Edge.of(f"{before}.out", f"{node_id}.after" if number % 3 else f"{node_id}.value"))
        before = node_id if number % 3 else before
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
        references._parsed.cache_clear()  # as in a new program
        loaded = load(text)
        check(loaded.checked(), registry, lines=loaded.lines, files=Files(folder))

    theirs, ours = best(lambda: yaml.load(text, yaml.CSafeLoader)), best(validate)
    row = [f"{NODES} nodes, {len(text) // 1024} K", f"{ours * 1e3:.0f}", f"{theirs * 1e3:.0f}", f"{ours / theirs:.2f}", "under 3"]
    return "weft validate / reading the YAML", ["document", "validate, ms", "CSafeLoader, ms", "ratio", "reach"], [row]
