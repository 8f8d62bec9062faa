"""The generators reach what the laws are about. Without this, a law could hold because nothing difficult was ever tried."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.model.comments import END, HEAD
from engine.model.graph import Graph
from engine.model.issues import WeftError
from engine.model.serialize import dump, to_json
from engine.model.values import Json
from tests.property.strategies import LONG_KEY, changes, graphs


class AllMetError(Exception):
    """Ends the search once everything was met."""


ALWAYS_THE_SAME = settings(
    max_examples=3000, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip

KNOWN_TYPES = {"llm", "condition"}


def values_in(value: Json, depth: int = 0) -> Iterator[tuple[Json, int]]:
    """Yield every value and key in a value, with its depth."""
    yield value, depth
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(key, str):
            yield key, depth
        yield from values_in(item, depth + 1)


def some(test: Callable[[Json], object]) -> Callable[[Graph], bool]:
    """Return the question whether any parameter or option of a node passes a test."""
    return lambda graph: any(
        test(value) for node in graph.nodes.values() for value, _ in values_in([dict(node.params), dict(node.options)])
    )


def text(pattern: str) -> Callable[[Graph], bool]:
    """Return the question whether any text in a node matches a pattern completely."""
    return some(lambda value: isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL))


WANTED: dict[str, Callable[[Graph], object]] = {
    "unknown type": lambda graph: any(node.type not in KNOWN_TYPES for node in graph.nodes.values()),
    "newer node": lambda graph: any(node.version == 99 for node in graph.nodes.values()),
    "edge from nowhere": lambda graph: any(edge.source.node not in graph.nodes for edge in graph.edges),
    "edge to nowhere": lambda graph: any(edge.target.node not in graph.nodes for edge in graph.edges),
    "whole edge": lambda graph: any({edge.source.node, edge.target.node} <= graph.nodes.keys() for edge in graph.edges),
    "port with a point": lambda graph: any("." in edge.source.port for edge in graph.edges),
    "position of a missing node": lambda graph: graph.positions.keys() - graph.nodes.keys(),
    "frame": lambda graph: graph.frames,
    "a note": lambda graph: any("\n" in frame.text for frame in graph.frames.values()),
    "two frames": lambda graph: len(graph.frames) > 1,
    "input": lambda graph: graph.inputs,
    "required input": lambda graph: any(spec.required for spec in graph.inputs.values()),
    "input with a default": lambda graph: any(spec.default is not None for spec in graph.inputs.values()),
    "variables": lambda graph: graph.variables,
    "schemas": lambda graph: graph.schemas,
    "settings": lambda graph: graph.settings,
    "notes": lambda graph: any("\n" in node.notes for node in graph.nodes.values()),
    "unknown key of the document": lambda graph: graph.extra,
    "unknown key of a node": lambda graph: any(node.extra for node in graph.nodes.values()),
    "unknown key of an edge": lambda graph: graph.edge_extra,
    "unknown key of a frame": lambda graph: any(frame.extra for frame in graph.frames.values()),
    "unknown key of an input": lambda graph: any(spec.extra for spec in graph.inputs.values()),
    "unknown key of the layout": lambda graph: graph.layout_extra,
    "null": some(lambda value: value is None),
    "true": some(lambda value: value is True),
    "whole number": some(lambda value: type(value) is int),
    "large number": some(lambda value: type(value) is int and abs(value) > 2**64),
    "float": some(lambda value: type(value) is float),
    "float without a point": some(lambda value: type(value) is float and "." not in repr(value)),
    "list": some(lambda value: isinstance(value, list) and value),
    "mapping": some(lambda value: isinstance(value, dict) and value),
    "empty list": some(lambda value: value == []),
    "empty mapping": some(lambda value: value == {}),
    "reference": some(lambda value: isinstance(value, dict) and "$ref" in value),
    "secret": some(lambda value: isinstance(value, dict) and "$secret" in value),
    "what looks escaped": some(lambda value: isinstance(value, dict) and list(value) == ["$escaped"]),
    "long key": text(re.escape(LONG_KEY)),
    "empty text": text(""),
    "blanks only": text("[ \n]+"),
    "Korean": text(".*[가-힣].*"),
    "emoji": text(".*[\U0001f300-\U0001faff].*"),
    "Korean lines": text(".*[가-힣].*\n.*"),
    "emoji lines": text(".*[\U0001f300-\U0001faff].*\n.*"),
    "line that ends in a blank": text(r".*[^ \n] \n.*"),
    "text that ends in a blank": text(r".*\n.* "),
    "tab in a line": text(".*\t.*\n.*"),
    "tab at the beginning": text("\t.*\n.*"),
    "blank at the beginning": text(" .*\n.*"),
    "empty lines at the end": text(".*\n\n"),
    "no line end": text("[^\n]+\n[^\n]+"),
    "CRLF": text(".*\r\n.*"),
    "CR": text(".*\r[^\n].*"),
    "NEL": text(".*\x85.*"),
    "NEL in lines": text(".*\x85.*\n.*|.*\n.*\x85.*"),
    "line separator": text(".*\u2028.*"),
    "control character": text(".*[\x00-\x08].*"),
    "byte order mark": text(".*\ufeff.*"),
    "no": text("no"),
    "1e3": text("1e3"),
    "date": text("2026-01-01"),
    "null as text": text("null"),
    "true as text": text("true"),
    "octal": text("007"),
    "merge key": text("<<"),
    "template": text(r".*\{\{.*"),
    "deep data": lambda graph: any(depth > 20 for node in graph.nodes.values() for _, depth in values_in(dict(node.params))),
    "comment at the top": lambda graph: HEAD in graph.comments,
    "comment at the end": lambda graph: END in graph.comments,
    "comment on a node": lambda graph: any(path[:1] == ("nodes",) and len(path) == 2 for path in graph.comments),
    "comment on a parameter": lambda graph: any(path[2:3] == ("params",) for path in graph.comments),
    "comment on an edge": lambda graph: any(path[:1] == ("edges",) and len(path) == 2 for path in graph.comments),
    "escaped block": lambda graph: "$escaped: |" in dump(graph),
    "guarded mapping": lambda graph: "$$escaped:" in dump(graph),
    "explicit key": lambda graph: re.search("^ *[?] ", dump(graph), re.MULTILINE),
    "nothing at all": lambda graph: to_json(graph) == {"schema_version": 1, "name": "", "nodes": {}, "edges": []},
}


def test_documents_hold_everything_difficult() -> None:
    missing = dict(WANTED)

    @ALWAYS_THE_SAME
    @given(graphs())
    def look(graph: Graph) -> None:
        for name in [name for name, question in missing.items() if question(graph)]:
            del missing[name]
        if not missing:
            raise AllMetError

    with suppress(AllMetError):
        look()
    assert list(missing) == []


def test_changes_of_every_kind_are_applied_and_refused() -> None:
    missing = {
        "AddNode", "RemoveNode", "SetNode", "SetParam", "SetOption", "RenameNode", "AddEdge", "RemoveEdge", "MoveNodes",
        "RenameInput", "AddFrame", "RemoveFrame", "SetFrame", "SetDocument", "Batch",
        "change.exists", "change.missing", "change.id", "change.place", "change.value",
    }  # fmt: skip

    @ALWAYS_THE_SAME
    @given(graphs(), st.data())
    def look(graph: Graph, data: st.DataObject) -> None:
        for _ in range(3):
            change = data.draw(changes(graph))
            try:
                graph.apply(change)
                missing.discard(type(change).__name__)
            except WeftError as error:
                missing.discard(error.issue.code)
        if not missing:
            raise AllMetError

    with suppress(AllMetError):
        look()
    assert missing == set()
