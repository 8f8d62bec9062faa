"""References to secrets that are not replaced are told with their place, in every kind of parameter and however deep."""

from __future__ import annotations

from typing import Any

import pytest

from engine.api.node import Node
from engine.api.params import param_of
from engine.model.graph import Graph, InputSpec
from engine.model.graph import Node as NodeRecord
from engine.model.issues import Issue
from engine.model.values import JsonObject
from engine.registry import NodeRegistry, open_registry
from engine.validation.check import check
from tests.conformance.types import TYPES

REF: JsonObject = {"$secret": "mine"}


@pytest.fixture(scope="module")
def registry() -> NodeRegistry:
    registry = open_registry()
    registry.add(next(kind for kind in TYPES if kind.type_id == "test.lengths"))
    return registry


def issues(registry: NodeRegistry, kind: str = "flow.wait", options: Any = None, **params: Any) -> list[Issue]:
    graph = Graph(nodes={"n": NodeRecord("n", kind, params=params, options=options or {})})
    return [issue for issue in check(graph, registry) if issue.code in ("secret.place", "param.invalid", "option.invalid")]


PLACES = [(kind, name) for kind in TYPES for name in kind.model_fields]


@pytest.mark.parametrize(("kind", "name"), PLACES, ids=lambda part: getattr(part, "type_id", part))
@pytest.mark.parametrize("wrap", ["whole", "list", "object", "deep"])
def test_every_parameter_takes_a_secret_or_says_that_it_does_not(
    kind: type[Node], name: str, wrap: str, registry: NodeRegistry
) -> None:
    value: Any = {"whole": REF, "list": [1, REF], "object": {"k": REF}, "deep": {"a": [{"b": REF}]}}[wrap]
    params = {**kind.examples[0]["params"], name: value}
    found = issues(registry, kind.type_id, **params)
    if param_of(kind.model_fields[name]).secrets:
        assert not any(issue.code == "secret.place" for issue in found)
    else:
        assert found
        assert {issue.node for issue in found} == {"n"}
        assert all(issue.field.startswith(name) for issue in found)


@pytest.mark.parametrize(
    ("kind", "params", "field", "severity"),
    [
        ("code.python", {"inputs": {"a": {"key": REF}}}, "inputs.a.key", "warning"),
        ("code.python", {"code": "key = {'$secret': 'mine'}\n"}, "code", "warning"),
        ("data.transform", {"template": [1, REF]}, "template[1]", "warning"),
        ("http.request", {"url": REF}, "url", "error"),
        ("http.request", {"url": 'https://a.example/?key={"$secret": "mine"}'}, "url", "warning"),
        ("http.request", {"url": "https://a.example", "headers": {"A": "Bearer {$secret: mine}"}}, "headers.A", "warning"),
        ("http.request", {"url": "https://a.example", "headers": {"A": {"$secret": 5}}}, "headers.A", "error"),
        ("http.request", {"url": "https://a.example", "query": {"a": [{"$secret": "x", "y": 1}]}}, "query.a[0]", "error"),
        ("ai.llm", {"prompt": "Use {$secret: mine} here"}, "prompt", "warning"),
        ("ai.llm", {"prompt": "x", "messages": [{"role": "user", "content": REF}]}, "messages[0].content", "warning"),
    ],
)
def test_places(kind: str, params: Any, field: str, severity: str, registry: NodeRegistry) -> None:
    (issue,) = issues(registry, kind, **params)
    assert (issue.code, issue.node, issue.field, issue.severity) == ("secret.place", "n", field, severity)
    assert issue.remedy == "Write {$secret: NAME} as the whole value of a field that takes secrets."


def test_a_place_is_told_once_for_each_node(registry: NodeRegistry) -> None:
    broken = NodeRecord("a", "http.request", params={"url": ["x"], "method": 5})
    graph = Graph(nodes={"a": broken, "b": NodeRecord("b", "http.request", params={"url": REF})})
    assert ("secret.place", "b", "url") in [(issue.code, issue.node, issue.field) for issue in check(graph, registry)]
    twice = issues(registry, "http.request", url="https://a.example", method=REF)
    assert [(issue.code, issue.field) for issue in twice] == [("param.invalid", "method")]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"default": {"a": REF}}, "options.default.a"), ({"pinned": {"out": REF}}, "options.pinned.out"),
        ({"accept": {"question": "Is it {$secret: mine}?"}}, "options.accept.question"),
    ],
)  # fmt: skip
def test_options_take_none(options: Any, field: str, registry: NodeRegistry) -> None:
    assert [(issue.code, issue.field) for issue in issues(registry, options=options)] == [("secret.place", field)]


def test_a_document_declares_none(registry: NodeRegistry) -> None:
    graph = Graph(nodes={"n": NodeRecord("n", "flow.wait")}, variables={"key": REF}, settings={"x": [REF]})
    graph.inputs["key"] = InputSpec("key", default=REF)
    found = [(issue.field, issue.severity) for issue in check(graph, registry) if issue.code == "secret.place"]
    assert found == [(place, "warning") for place in ("inputs.key.default", "variables.key", "settings.x[0]")]


def test_a_template_that_asks_for_a_secret(registry: NodeRegistry) -> None:
    graph = Graph(nodes={"n": NodeRecord("n", "flow.output", params={"value": "{{ secrets.mine }}"})})
    (issue,) = check(graph, registry)
    assert (issue.code, issue.field) == ("template.unknown-name", "value")
    assert issue.remedy == "Templates see no secrets; write {$secret: NAME} instead."
