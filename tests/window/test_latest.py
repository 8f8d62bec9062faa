"""Answers that overtake each other."""

from __future__ import annotations

from desktop_app.window.latest import Latest
from engine.model.values import JsonObject


def test_an_answer_that_was_overtaken_is_dropped() -> None:
    taken: list[JsonObject] = []
    latest = Latest(taken.append)
    first, second, third = latest.asked(), latest.asked(), latest.asked()
    second({"n": 2})
    first({"n": 1})
    third({"n": 3})
    assert taken == [{"n": 2}, {"n": 3}]
