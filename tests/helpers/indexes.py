"""What the committed indexes of node types and examples should hold."""

from __future__ import annotations

import json

from engine.api.declare import declarations_of
from engine.model.graph import Graph
from engine.model.serialize import load
from engine.model.values import Json, JsonObject
from engine.registry import open_registry
from tests.helpers.checkout import ROOT

EXAMPLES = ROOT / "resources" / "examples"
ORDER = ("first_facts", "ask_before_sending", "clean_a_list", "ticket_triage")
"""The examples as a new user should meet them, the smallest first."""


def node_types() -> bytes:
    """Return the declarations of the built-in node types, one type a line."""
    declared = declarations_of(open_registry()).as_json()
    return _lines({key: value for key, value in declared.items() if isinstance(value, list)})


def examples() -> bytes:
    """Return names, summaries and layouts of the examples, one a line."""
    files = sorted(EXAMPLES.glob("*/*.weft"), key=lambda path: ORDER.index(path.parent.name))
    return _lines([_example(path.parent.name, path.name) for path in files])


def _example(folder: str, file: str) -> JsonObject:
    graph = load((EXAMPLES / folder / file).read_text(encoding="utf-8"), file).graph
    places = {name: place for place, name in enumerate(graph.nodes)}
    return {
        "id": folder,
        "file": file,
        "name": graph.name,
        "summary": graph.description.partition("\n")[0],
        "nodes": [[node.type, *_position(graph, node.id)] for node in graph.nodes.values()],
        "edges": [[places[edge.source.node], places[edge.target.node]] for edge in graph.edges],
    }


def _position(graph: Graph, node: str) -> list[Json]:
    return [round(number) for number in graph.positions[node]]


def _lines(data: list[JsonObject] | dict[str, list[Json]]) -> bytes:
    """Return JSON with each entry of a list on a line of its own, so that a change shows what it changed."""

    def listed(entries: list[Json] | list[JsonObject]) -> str:
        return "[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries) + "\n]"

    if isinstance(data, list):
        return (listed(data) + "\n").encode()
    return ("{\n" + ",\n".join(f"{json.dumps(key)}: {listed(value)}" for key, value in data.items()) + "\n}\n").encode()
