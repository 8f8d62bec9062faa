"""What a template gives with the values of a run, and when nothing is known of them."""

from __future__ import annotations

from collections.abc import Iterator
from time import time
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_app.window.aside import Aside
from desktop_app.window.node_context import NodeContext
from desktop_app.window.template_names import names_for
from engine.api.declaration import FieldSpec
from engine.model.graph import Edge, Graph, Node
from engine.model.values import Json
from graph_editor.document import GraphDocument
from tests.window import run_events
from tests.window.canvas import types
from tests.window.form_helpers import Owner
from widgets.forms.context import NOTHING, Resolved
from widgets.run.model import RunModel

FACTS: Any = None
"""Providers and secrets: no template has any."""
PROMPT = FieldSpec("prompt", "long_text", "Prompt", takes_templates=True)


@pytest.fixture
def owner() -> Iterator[QObject]:
    owner = QObject()
    yield owner
    owner.deleteLater()


def resolved(qtbot: QtBot, owner: QObject, node: str, value: Json, run: RunModel | None) -> Resolved:
    aside = Aside("previews", owner)
    document = GraphDocument(run_events.graph(), owner)
    context = NodeContext(document, node, types(), FACTS, Owner(), lambda: run, aside)
    answers: list[Resolved] = []
    context.resolve(value, PROMPT, answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    aside.close()
    return answers[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Speaks {{ nodes.ticket.output.lang }}", "Speaks en"),
        ({"first": "{{ nodes.search.output[0].text }}", "n": 1}, '{\n  "first": "Refund policy",\n  "n": 1\n}'),
        ("{{ vars.tone }}", "kind"),
    ],
)
def test_values_of_the_run_are_put_in(qtbot: QtBot, owner: QObject, value: Json, text: str) -> None:
    answer = resolved(qtbot, owner, "draft", value, run_events.model(time()))
    assert (answer.text, answer.source, answer.issue) == (text, "From the last run", None)


@pytest.mark.parametrize("value", ["{{ nodes.draft.output }}", ["{{ vars.tone }}", {"a": "{{ nodes.order.output }}"}]])
def test_what_gave_nothing_is_said_in_place_of_an_empty_text(qtbot: QtBot, owner: QObject, value: Json) -> None:
    answer = resolved(qtbot, owner, "save", value, run_events.model(time()))
    assert answer.issue is not None
    title = "Draft reply" if isinstance(value, str) else "Look up <b>order</b>"
    assert answer.issue.text == f"“{title}” has given nothing in this run."


def test_without_a_run_there_is_nothing_to_tell(qtbot: QtBot, owner: QObject) -> None:
    assert resolved(qtbot, owner, "draft", "{{ nodes.ticket.output }}", None) == NOTHING


# ---------------------------------------------------------------------- names of the node itself
def asked(params: dict[str, Json], port: str = "", before: str = "search") -> Graph:
    """The workflow with another LLM that nothing but `port` is wired to, and `after` for the names of others."""
    graph = run_events.graph()
    graph.nodes["mine"] = Node("mine", "ai.llm", params=params)
    graph.edges.append(Edge.of(f"{before}.out", f"mine.{port or 'after'}"))
    return graph


def own(graph: Graph, run: RunModel | None) -> dict[str, Any]:
    names = names_for(graph, "mine", types(), run)
    found = [name for name in names if name.path.partition(".")[0].partition("[")[0] not in ("inputs", "vars", "nodes", "run")]
    assert names[: len(found)] == found, "they are offered first"
    return {name.path: name.value for name in found}


def test_what_arrives_is_offered_first_with_what_the_last_run_brought() -> None:
    run = run_events.model(time())
    assert own(asked({}, "value", "ticket"), run) == {"value": {"id": 48213, "lang": "en"}, "value.id": 48213, "value.lang": "en"}
    assert own(asked({"value": "{{ nodes.search.output }}"}), run)["value[].text"] == "Refund policy"
    assert own(asked({"value": {"x": 1}}), run) == {"value": {"x": 1}}
    assert own(asked({}), run) == {}
    assert list(own(asked({}, "value", "ticket"), None)) == ["value"]


def test_each_item_is_offered_in_place_of_the_value() -> None:
    found = own(asked({"mode": "each", "value": "x"}, "items"), run_events.model(time()))
    assert list(found) == ["item", "index", "item.text", "item.score"]
    assert found["item"] == {"text": "Refund policy", "score": 0.91}
    assert list(own(asked({"mode": "each"}, "items"), None)) == ["item", "index"]


@pytest.mark.parametrize(
    ("params", "port", "template", "text"),
    [
        ({}, "value", "{{ value[0].text }}", "Refund policy"),
        ({"value": "{{ nodes.search.output[1].text }}"}, "", "About {{ value }}", "About Shipping"),
        ({"mode": "each"}, "items", "{{ index }}: {{ item.text }}", "0: Refund policy"),
        ({"mode": "each", "items": ["a", "b"]}, "", "{{ item }}", "a"),
    ],
)
def test_prompts_are_resolved_with_what_arrives(
    qtbot: QtBot, owner: QObject, params: dict[str, Json], port: str, template: str, text: str
) -> None:
    kind = types().get("ai.llm")
    spec = kind.field("prompt") if kind else None
    assert spec is not None
    aside = Aside("previews", owner)
    run = run_events.model(time())
    context = NodeContext(GraphDocument(asked(params, port), owner), "mine", types(), FACTS, Owner(), lambda: run, aside)
    answers: list[Resolved] = []
    context.resolve(template, spec, answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    aside.close()
    assert (answers[0].text, answers[0].issue) == (text, None)
