"""Documents as text: what comes in, what is kept, what is wrong and where."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from engine.model.graph import SCHEMA_VERSION, Edge, Frame, Graph, InputSpec, Node
from engine.model.issues import WeftError
from engine.model.migrate import STEPS, migrate
from engine.model.serialize import dump, from_json, load, to_json
from engine.model.values import JsonObject

FULL = """\
schema_version: 1
id: "6f0c1f0e-0000-4000-8000-000000000000"
name: Ticket triage
description: |
  Sorts tickets.
inputs:
  tickets:
    type: file
    default: tickets.csv
    required: true
    help: A table
    later: 1
  strict:
    type: boolean
    default: false
variables:
  threshold: 3
schemas:
  Ticket:
    type: object
settings:
  allow_hosts:
    - localhost:8080
nodes:
  read:
    type: file.read
    version: 1
    title: Read tickets
    notes: Why
    params:
      path: "{{ inputs.tickets }}"
    options:
      time_limit: 3
    later:
      - x
  미래:
    type: nobody.knows
    version: 99
edges:
  - from: read.out
    to: 미래.any.thing
    later: true
  - from: gone.out
    to: read.in
later: kept
layout:
  nodes:
    read: [0, 20.5]
    gone: [1, 2]
  frames:
    f1:
      title: All
      rect: [0, 0, 10, 20]
      color: blue
      later: 2
  zoom: 1.5
"""


def test_everything_is_read_and_written_back() -> None:
    loaded = load(FULL)
    graph = loaded.checked()
    assert loaded.issues == ()
    assert graph.nodes["read"] == Node(
        "read", "file.read", 1, "Read tickets", "Why", {"path": "{{ inputs.tickets }}"}, {"time_limit": 3}, {"later": ["x"]}
    )
    assert graph.nodes["미래"] == Node("미래", "nobody.knows", 99)
    assert graph.edges == [Edge.of("read.out", "미래.any.thing"), Edge.of("gone.out", "read.in")]
    assert graph.edge_extra == {graph.edges[0]: {"later": True}}
    assert graph.inputs["tickets"] == InputSpec("tickets", "file", "tickets.csv", True, "A table", {"later": 1})
    assert graph.inputs["strict"] == InputSpec("strict", "boolean", default=False)
    assert graph.positions == {"read": (0.0, 20.5), "gone": (1.0, 2.0)}
    assert graph.frames == {"f1": Frame("f1", "All", (0, 0, 10, 20), "blue", extra={"later": 2})}
    assert (graph.extra, graph.layout_extra) == ({"later": "kept"}, {"zoom": 1.5})
    assert dump(graph) == FULL


def test_json_is_the_same_document() -> None:
    graph = load(FULL).graph
    assert load(json.dumps(to_json(graph))).graph == graph
    assert load(json.dumps(to_json(graph), ensure_ascii=False, indent=1)).graph == graph
    assert from_json(to_json(graph)).graph == graph


def test_order_and_style_of_a_hand_written_file_become_canonical() -> None:
    text = '{"edges": [], nodes: {a: {params: {}, title: "x", type: t}}, name: N1, schema_version: 1, inputs: }'
    assert dump(load(text).checked()) == (
        "schema_version: 1\nname: N1\nnodes:\n  a:\n    type: t\n    version: 1\n    title: x\nedges: []\n"
    )


def test_an_empty_graph() -> None:
    assert dump(Graph()) == 'schema_version: 1\nname: ""\nnodes: {}\nedges: []\n'
    assert load(dump(Graph())).checked() == Graph()


HEAD = "schema_version: 1\nname: n\n"
WRONG: dict[str, tuple[str, list[tuple[str, str, str, int]]]] = {
    "no version": ("name: n\n", [("document.version", "", "schema_version", 1)]),
    "version as text": ("name: n\nschema_version: '1'\n", [("document.version", "", "schema_version", 2)]),
    "version as boolean": ("schema_version: true\n", [("document.version", "", "schema_version", 1)]),
    "name": ("schema_version: 1\nname: 3\n", [("document.type", "", "name", 2)]),
    "description": (HEAD + "description: [a]\n", [("document.type", "", "description", 3)]),
    "inputs": (HEAD + "inputs:\n- a\n", [("document.type", "", "inputs", 3)]),
    "input": (HEAD + "inputs:\n  a: text\n", [("document.type", "", "inputs.a", 4)]),
    "input fields": (
        HEAD + "inputs:\n  a:\n    type: 1\n    required: 'yes'\n    help: {}\n",
        [("document.type", "", "inputs.a.type", 5), ("document.type", "", "inputs.a.required", 6),
         ("document.type", "", "inputs.a.help", 7)],
    ),
    "variables": (HEAD + "variables: 1.5\n", [("document.type", "", "variables", 3)]),
    "schemas": (HEAD + "schemas: x\n", [("document.type", "", "schemas", 3)]),
    "settings": (HEAD + "settings: true\n", [("document.type", "", "settings", 3)]),
    "nodes": (HEAD + "nodes: [a]\n", [("document.type", "", "nodes", 3)]),
    "node": (HEAD + "nodes:\n  a: llm\n", [("document.type", "a", "", 4)]),
    "empty node": (HEAD + "nodes:\n  a:\n", [("document.missing", "a", "", 4)]),
    "node without type": (HEAD + "nodes:\n  a:\n    title: x\n", [("document.missing", "a", "", 4)]),
    "node id": (HEAD + "nodes:\n  my-node: {type: t}\n", [("document.node-id", "my-node", "", 4)]),
    "node id with a point": (HEAD + "nodes:\n  a.b: {type: t}\n", [("document.node-id", "a.b", "", 4)]),
    "node fields": (
        HEAD + "nodes:\n  a:\n    type: 1\n    version: 0\n    title: []\n    notes: {}\n    params: x\n    options: 3\n",
        [("document.type", "a", field, line) for line, field in
         [(6, "version"), (5, "type"), (7, "title"), (8, "notes"), (9, "params"), (10, "options")]],
    ),
    "edges": (HEAD + "edges: {}\n", [("document.type", "", "edges", 3)]),
    "edge": (HEAD + "edges:\n- a.b\n-\n", [("document.type", "", "edges[0]", 4), ("document.missing", "", "edges[1]", 5)]),
    "edge without to": (HEAD + "edges:\n- from: a.b\n", [("document.missing", "", "edges[0]", 4)]),
    "edge ends": (
        HEAD + "edges:\n- from: a\n  to: .b\n- {from: 1, to: [a.b]}\n",
        [("document.endpoint", "", "edges[0].from", 4), ("document.endpoint", "", "edges[0].to", 5),
         ("document.endpoint", "", "edges[1].from", 6), ("document.endpoint", "", "edges[1].to", 6)],
    ),
    "edge twice": (
        HEAD + "edges:\n- {from: a.b, to: c.d}\n- {from: a.b, to: c.d}\n", [("document.duplicate-edge", "", "edges[1]", 5)]
    ),
    "layout": (HEAD + "layout: []\n", [("document.type", "", "layout", 3)]),
    "positions": (
        HEAD + "layout:\n  nodes:\n    a: [1]\n    b: [1, x]\n    c: {x: 1}\n    d: [true, 1]\n",
        [("document.type", "", f"layout.nodes.{node}", line) for line, node in enumerate("abcd", 5)],
    ),
    "frames": (
        HEAD + "layout:\n  frames:\n    a: x\n    b: {rect: [1, 2, 3]}\n    c: {rect: [1, 2, 3, 4], title: 1}\n",
        [("document.type", "", "layout.frames.a", 5), ("document.type", "", "layout.frames.a.rect", 5),
         ("document.type", "", "layout.frames.b.rect", 6), ("document.type", "", "layout.frames.c.title", 7)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_shapes_are_all_told_with_their_place(name: str) -> None:
    text, expected = WRONG[name]
    loaded = load(text, "flow.weft")
    assert [(issue.code, issue.node, issue.field, issue.line) for issue in loaded.issues] == expected
    assert all(issue.file == "flow.weft" and issue.text.endswith(".") and issue.remedy.endswith(".") for issue in loaded.issues)
    with pytest.raises(WeftError) as error:
        loaded.checked()
    assert error.value.issues == loaded.issues


def test_what_is_right_is_read_beside_what_is_wrong() -> None:
    graph = load(HEAD + "nodes:\n  a: {type: t, params: x, title: T}\nedges: [{from: a.b, to: c.d}, 1]\n").graph
    assert graph.nodes["a"] == Node("a", "t", title="T")
    assert graph.edges == [Edge.of("a.b", "c.d")]


@pytest.mark.parametrize(("text", "code", "line"), [
    ("- a\n", "document.type", 1), ("just text\n", "document.type", 1), ("[1]", "document.type", 1),
    ("name: n\nschema_version: 2\n", "document.newer", 2), ("schema_version: 0\n", "document.version", 1),
    ("schema_version: -1\n", "document.version", 1), ("a: [\n", "document.syntax", 2),
])  # fmt: skip
def test_what_cannot_be_a_document_is_refused(text: str, code: str, line: int | None) -> None:
    with pytest.raises(WeftError) as error:
        load(text, "flow.weft")
    issue = error.value.issue
    assert (issue.code, issue.file) == (code, "flow.weft")
    assert issue.line == line
    assert issue.remedy


def test_lines_of_any_path() -> None:
    lines = load(FULL).lines
    assert lines.line(("nodes", "read", "params", "path")) == 31
    assert lines.line(("edges", 1, "to")) == 44
    assert lines.line(("nodes", "read", "params", "gone", 3)) == 30
    assert lines.line(("gone",)) == 1
    in_json = load('{"schema_version": 1,\n "nodes": {\n "a": {"type":\n "t", "params": {"x": [1,\n {"y": 2}]}}}}').lines
    assert in_json.line(("nodes", "a", "params", "x", 1, "y")) == 5
    assert in_json.line(("nodes", "a")) == 3
    assert from_json({}).lines.line(("a",)) is None


def test_comments_survive_saving() -> None:
    text = FULL.replace("nodes:\n  read", "# the steps\nnodes:\n  # first\n  read").replace(
        "    to: 미", "    # there\n    to: 미"
    )
    assert dump(load(text).graph) == text


def test_old_documents_go_through_one_step_a_version() -> None:
    def first(data: JsonObject) -> JsonObject:
        data["name"] = data.pop("title")
        return data

    def second(data: JsonObject) -> JsonObject:
        return {**data, "nodes": {}}

    old: JsonObject = {"schema_version": 1, "title": "x"}
    new = migrate(old, 1, 3, {1: first, 2: second})
    assert new == {"schema_version": 3, "name": "x", "nodes": {}}
    assert old == {"schema_version": 1, "title": "x"}
    with pytest.raises(WeftError, match="version 2 is not known"):
        migrate(old, 1, 3, {1: first})


def test_loading_migrates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STEPS, 0, lambda data: {"name": data["title"]})
    assert load("schema_version: 0\ntitle: x\n").graph.name == "x"


def test_a_document_from_now_needs_no_step() -> None:
    assert migrate({"a": 1}, SCHEMA_VERSION, SCHEMA_VERSION) == {"a": 1}


def test_importing_the_model_brings_no_heavy_library() -> None:
    code = (
        "import sys, engine.model.changes, engine.model.serialize, engine.model.topology, engine.model.refs\n"
        "print([name for name in ('jinja2', 'networkx', 'pydantic', 'sqlmodel', 'PySide6') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
