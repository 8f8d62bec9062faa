"""The node types as steps of real runs: branches, joins, retries and files between them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from engine.api.models import ModelError
from engine.api.services import Services
from engine.model.graph import Edge, Graph, InputSpec
from engine.model.graph import Node as NodeRecord
from engine.model.issues import Issue
from engine.model.values import Json, JsonObject
from engine.registry import open_registry
from engine.sandbox.runner import ProcessScripts
from tests.conformance.context import FakeModels, FakeNotices, FakeWeb
from tests.helpers.engine import Engine, open_engine


def workflow(nodes: dict[str, tuple[str, JsonObject]], edges: str, **fields: Any) -> Graph:
    """Build a document: nodes by id with type and parameters, edges as `a.port > b.port`."""
    graph = Graph(id="00000000-0000-4000-8000-000000000003", name="Together", **fields)
    for node_id, (type_id, params) in nodes.items():
        graph.nodes[node_id] = NodeRecord(node_id, type_id, params=params)
    graph.edges = [Edge.of(*(end.strip() for end in pair.split(">"))) for pair in edges.split(",")]
    return graph


def services(*replies: Any) -> Services:
    return Services(FakeModels(list(replies)), FakeWeb(), ProcessScripts(), FakeNotices(), cast("Any", None))


def engine(folder: Path, *replies: Any) -> Any:
    return open_engine(folder, services(*replies), open_registry())


async def test_branches_meet_again(tmp_path: Path) -> None:
    graph = workflow(
        {
            "input": ("flow.input", {"name": "n"}),
            "way": ("flow.condition", {"cases": [{"id": "big", "when": "value > 10"}, {"id": "huge", "when": "value > 100"}]}),
            "big": ("data.transform", {"template": "big {{ value }}"}),
            "small": ("data.transform", {"template": "small {{ value }}"}),
            "end": ("flow.output", {"value": "{{ nodes.big.output or nodes.small.output }}, {{ nodes.big.status }}"}),
            "only_big": ("flow.output", {"name": "only_big"}),
        },
        "input.out > way.value, way.big > big.value, way.default > small.value, big.out > end.after, small.out > end.after,"
        "big.out > only_big.value",
        inputs={"n": InputSpec("n", "number", 50)},
    )
    async with engine(tmp_path) as running:
        assert (await running.run(graph)).outputs == {"result": "big 50, succeeded", "only_big": "big 50"}
        assert (await running.run(graph, {"n": 3})).outputs == {"result": "small 3, skipped"}


async def test_merge_takes_what_came_in_the_order_of_the_edges(tmp_path: Path) -> None:
    numbers: dict[str, tuple[str, JsonObject]] = {
        name: ("data.transform", {"template": [name]}) for name in ("c", "a", "b")
    }
    graph = workflow(
        {
            **numbers,
            "way": ("flow.condition", {"value": "{{ nodes.a.output }}", "cases": [{"id": "no", "when": "false"}]}),
            "lost": ("data.transform", {"template": ["lost"]}),
            "all": ("data.transform", {"operation": "merge"}),
            "out": ("flow.output", {}),
        },
        "a.out > way.after, way.no > lost.after, c.out > all.value, lost.out > all.value, b.out > all.value, a.out > all.value,"
        "all.out > out.value",
    )
    async with engine(tmp_path) as running:
        assert (await running.run(graph)).outputs == {"result": ["c", "b", "a"]}


async def test_a_retry_asks_only_for_the_items_that_are_missing(tmp_path: Path) -> None:
    busy = ModelError(Issue("model.rate-limited", "Busy.", "Later."), retryable=True)
    graph = workflow(
        {
            "ask": ("ai.llm", {"mode": "each", "items": ["a", "b", "c"], "prompt": "{{ item }}", "at_once": 1}),
            "out": ("flow.output", {}),
        },
        "ask.out > out.value",
    )
    graph.nodes["ask"] = NodeRecord(
        "ask", "ai.llm", params=graph.nodes["ask"].params, options={"retry": {"attempts": 2, "delay": 0.0, "jitter": False}}
    )
    async with engine(tmp_path, "A", busy, "B", "C") as running:
        result = await running.run(graph)
        assert result.outputs == {"result": ["A", "B", "C"]}
        asked = [request.messages[-1].content for request in running.runner.services.models.requests]
        assert asked == ["a", "b", "b", "c"]


async def test_an_answer_that_is_not_accepted_is_asked_for_again(tmp_path: Path) -> None:
    graph = workflow({"ask": ("ai.llm", {"prompt": "Count."}), "out": ("flow.output", {})}, "ask.out > out.value")
    options: dict[str, Json] = {
        "retry": {"attempts": 2, "delay": 0.0, "jitter": False}, "accept": {"expression": "output | length > 3"},
    }
    graph.nodes["ask"] = NodeRecord("ask", "ai.llm", params={"prompt": "Count."}, options=options)
    async with engine(tmp_path, "one", "one two") as running:
        assert (await running.run(graph)).outputs == {"result": "one two"}
        again = running.runner.services.models.requests[1].messages[-1].content
        assert again.startswith("Count.\n\nYour last answer was not accepted: ")


async def test_files_scripts_and_people(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("name,n\nx,1\ny,5\n")
    graph = workflow(
        {
            "file": ("flow.input", {"name": "file"}),
            "rows": ("file.read", {}),
            "sum": ("code.python", {"code": "result = sum(int(row['n']) for row in inputs['rows'])", "inputs": {"rows": None}}),
            "ask": ("flow.approval", {"question": "Write {{ nodes.sum.output }}?"}),
            "save": ("file.write", {"path": "sum.json"}),
            "tell": ("notify.send", {"text": "{{ nodes.save.output.path }}"}),
            "no": ("flow.output", {"name": "no"}),
            "yes": ("flow.output", {"name": "yes", "value": "{{ nodes.ask.ports.decision.comment }}"}),
        },
        "file.out > rows.path, rows.out > sum.rows, sum.out > ask.payload, ask.approved > save.content, ask.rejected > no.value,"
        "save.out > tell.after, tell.out > yes.after",
        inputs={"file": InputSpec("file", "file", "rows.csv")},
    )
    async with engine(tmp_path) as running:
        result = await running.run(graph)
        assert [asked.question["text"] for asked in result.waiting] == ["Write 6?"]
        await running.runner.answer(f"{result.run}:ask", "approved", payload=7, comment="rounded")
        assert (await running.resume(result.run)).outputs == {"yes": "rounded"}
        saved = running.runner.runs_folder / result.run / "sum.json"
        assert saved.read_text() == "7\n"
        assert running.runner.services.notices.shown == [("Weft", str(saved))]


async def failing(running: Engine, type_id: str, params: JsonObject) -> JsonObject:
    graph = workflow({"bad": (type_id, params), "out": ("flow.output", {})}, "bad.out > out.value")
    result = await running.run(graph)
    assert result.status == "failed"
    assert result.error is not None
    return result.error


async def test_errors_name_node_and_field(tmp_path: Path) -> None:
    async with engine(tmp_path) as running:
        error = await failing(running, "file.read", {"path": "gone.txt"})
        assert (error["code"], error["node"], error["field"]) == ("file.missing", "bad", "path")
        error = await failing(running, "code.python", {"code": "a = 1\nb = a / 0\n"})
        assert (error["code"], error["node"], error["field"], error["line"]) == ("script.error", "bad", "code", 2)
        error = await failing(running, "data.transform", {"operation": "filter", "value": 3})
        assert (error["code"], error["node"], error["field"]) == ("transform.not-a-list", "bad", "value")
