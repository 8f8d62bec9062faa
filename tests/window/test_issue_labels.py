"""Problems call fields as a person sees them."""

from __future__ import annotations

import pytest

from engine.model.graph import Graph, Node
from engine.model.values import Json
from engine.registry import open_registry
from engine.validation.check import check
from resources import language
from tests.window.canvas import types
from widgets.issue_labels import labelled


def said(type_id: str, params: dict[str, Json], options: dict[str, Json] | None = None) -> list[str]:
    made = Graph(nodes={"a": Node("a", type_id, params=params, options=options or {})})
    return [labelled(issue, made, types()).told for issue in check(made, open_registry())]


@pytest.mark.parametrize(
    ("type_id", "params", "told"),
    [
        ("file.read", {}, "Path is empty. Give it a value."),
        ("flow.condition", {"cases": [{"id": "a", "when": 5}]}, "Case 1, When is 5, not text. Write text."),
        (
            "ai.llm",
            {"prompt": "x", "at_once": "path"},
            "At once is 'path', not a whole number. Write a whole number from 1 to 64.",
        ),
        ("notify.send", {"channel": "mail", "to": ["a@b.example", 5]}, "To, row 2 is 5, not text. Write text."),
    ],
)
def test_fields_of_nodes(type_id: str, params: dict[str, Json], told: str) -> None:
    assert told in said(type_id, params)


def test_fields_of_options() -> None:
    (told,) = said("flow.wait", {"seconds": 1}, {"retry": {"attempts": "x"}})
    assert told.startswith("Retry, Attempts is 'x', not a whole number.")


def test_they_are_said_in_the_language_of_the_window() -> None:
    language.use("ko")
    (told,) = said("file.read", {})
    assert "Path" not in told
    assert "path" not in told


def test_what_has_no_field_is_left_as_it_is() -> None:
    (told,) = said("file.read", {"path": "x", "gone": 1})
    assert "There is no parameter 'gone'." in told
