"""What differs, when something was, and what a workflow could do, in words."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from desktop_app.window.comparison import Differences, compare, in_a_line, in_words
from desktop_app.window.difference import MOST, text_difference
from desktop_app.window.moments import ago, clock, date
from desktop_app.window.trust import Asked, Effect, effect_lines
from engine.model.changes import AddEdge, AddNode, MoveNodes, RemoveNode, SetDocument, SetParam
from engine.model.graph import Edge, Graph, Node
from engine.model.values import Json
from tests.window.canvas import sample, types


def after(*changes: object) -> Graph:
    graph = sample()
    for change in changes:
        graph.apply(change)  # type: ignore[arg-type]
    return graph


@pytest.mark.parametrize(
    ("graph", "lines"),
    [
        (after(), []),
        (after(MoveNodes({"read": (8.0, 8.0)})), ["Nodes moved"]),
        (after(AddNode(Node("new", "flow.wait", title="Take a break"))), ["Added Take a break"]),
        (after(*(AddNode(Node(f"n{n}", "flow.wait")) for n in range(3))), ["3 nodes added"]),
        (after(RemoveNode("odd")), ["Removed nobody.knows_this", "1 edge removed"]),
        (after(SetParam("sort", ("temperature",), 0.5)), ["Sort by model: temperature not set → 0.5"]),
        (after(SetDocument(("description",), "Other"), SetDocument(("settings",), {})), ["Changed description"]),
        (after(SetParam("sort", ("prompt",), "Sort"), MoveNodes({"read": (8.0, 8.0)})), ["Sort by model: prompt not set → Sort"]),
        (after(AddEdge(Edge.of("read.out", "save.content"))), ["1 edge added"]),
        (after(SetDocument(("name",), "Other")), ["Name: Untitled → Other"]),
    ],
)
def test_differences_are_told(graph: Graph, lines: list[str]) -> None:
    assert in_words(compare(sample(), graph), types()) == lines
    assert in_a_line(compare(sample(), graph), types()) == (" · ".join(lines) or "Nothing differs")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (Node("wait", "flow.wait", params={"seconds": 5}), {"seconds": 9}, "Wait: duration 5 → 9"),
        (Node("ask", "ai.llm", title="Ask", params={"prompt": "x" * 99}), {"prompt": "short"}, "Ask: prompt"),
        (Node("odd", "nobody.knows", params={"a": True}), {"a": False, "b": "x"}, "nobody.knows: a on → off, b not set → x"),
        (Node("odd", "nobody.knows"), {"a": 1, "b": 2, "c": 3}, "nobody.knows: 3 changes"),
        (Node("get", "http.request"), {"url": "http://x"}, "API request: URL not set → http://x"),
    ],
)
def test_what_changed_in_a_node_is_told(before: Node, after: dict[str, Json], said: str) -> None:
    graphs = Graph(nodes={"n": before}), Graph(nodes={"n": replace(before, params=after)})
    assert in_words(compare(*graphs), types()) == [said]


def test_an_equal_workflow_has_no_differences() -> None:
    assert compare(sample(), sample()) == Differences()
    assert compare(sample(), replace(sample())) == Differences()


def test_moments_are_told_as_people_do() -> None:
    now = time.mktime((2026, 11, 20, 12, 0, 0, 0, 0, -1))
    told = [ago(now - passed, now) for passed in (-5, 59, 60, 3599, 3600, 86_400, 2 * 86_400, 8 * 86_400)]
    assert told == [
        "just now",
        "just now",
        "1 min ago",
        "59 min ago",
        "1 h ago",
        "1 day ago",
        "2 days ago",
        date(now - 8 * 86_400),
    ]
    assert clock(now - 3600, now) == "11:00"
    assert clock(now - 86_400, now) == "2026-11-19 12:00"


def test_text_is_compared_by_lines_with_some_around() -> None:
    before = "\n".join(map(str, range(40)))
    found = text_difference(before, before.replace("20", "twenty"))
    assert [(line.sign, line.text) for line in found.lines] == [
        ("@", "18"), (" ", "17"), (" ", "18"), (" ", "19"), ("-", "20"), ("+", "twenty"), (" ", "21"), (" ", "22"), (" ", "23"),
    ]  # fmt: skip
    assert (found.added, found.removed, found.more) == (1, 1, 0)
    assert text_difference(before, before).lines == ()


def test_endless_differences_are_cut() -> None:
    found = text_difference("", "\n".join(map(str, range(2 * MOST))))
    assert len(found.lines) == MOST
    assert found.added == 2 * MOST
    assert found.more == 2 * MOST + 1 - MOST


def test_effects_are_told_by_kind_the_graver_and_the_new_first() -> None:
    effects = (
        Effect("host", "a.example.com"), Effect("host", "b.example.com"), Effect("script", "check"), Effect("write", "*", False),
        Effect("read", "the workflow's folder", False), Effect("later", "thing"),
    )  # fmt: skip
    assert effect_lines(effects, {"check": "Check tone"}) == [
        ("code", "Runs a script: Check tone", True),
        ("globe", "Calls a.example.com, b.example.com", True),
        ("circle-help", "later thing", True),
        ("folder-pen", "Writes any file that you can write", False),
        ("folder-open", "Reads files in the workflow's folder", False),
    ]
    two = [Effect("script", "check"), Effect("script", "python")]
    assert effect_lines(two, {"check": "Check tone", "python": ""})[0][1] == "Runs 2 scripts: Check tone"
    assert effect_lines(two[1:], {"python": ""})[0][1] == "Runs a script"
    assert Asked(effects).grew
    assert not Asked(effects[:3]).grew
