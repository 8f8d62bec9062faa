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
from engine.api.declaration import FieldSpec
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
