"""What a question says that the workflow does after it."""

from __future__ import annotations

import pytest

from desktop_app.window.what_follows import what_follows
from tests.window.canvas import types
from tests.window.engine_helpers import graph_of, node, text


@pytest.mark.parametrize(
    ("edges", "follows"),
    [
        ("ask.approved > a.after, ask.rejected > b.after", ("Goes on with a.", "Goes on with b.")),
        ("ask.approved > a.after, ask.decision > b.after", ("Goes on with a, b.", "Goes on with b.")),
        ("ask.approved > a.after", ("Goes on with a.", "Nothing follows.")),
        ("", ("Nothing follows.", "Nothing follows.")),
    ],
)
def test_the_steps_behind_the_ports_of_an_answer(edges: str, follows: tuple[str, str]) -> None:
    graph = graph_of(node("ask", "flow.approval"), text("a", "a"), text("b", "b"), edges=edges)
    assert what_follows(graph, "ask", types()) == follows
