"""Large values are told by their size, and written and read in pieces with the same result."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.large import LARGE, beginning, dumps, is_large, loads
from tests.helpers.beats import beats_during

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
LONG = st.sampled_from(["é" * LARGE, '"\\\n' * LARGE, "\U0001f600" * LARGE, ["x"] * LARGE, [1.5] * LARGE, [], {}, ""])
KEYS = st.text(max_size=9)
VALUES = st.recursive(
    SCALARS | LONG, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=9
)
ENCODERS = [json.JSONEncoder(), json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))]
ROWS = [{"id": number, "name": f"Customer {number}", "tags": ["a", 1.5]} for number in range(60_000)]


@given(value=VALUES, encoder=st.sampled_from(ENCODERS))
def test_pieces_are_what_is_written_at_once(value: Any, encoder: json.JSONEncoder) -> None:
    text = encoder.encode(value)
    assert dumps(value, encoder) == text
    assert loads(text) == value
    assert beginning(value, 50) == (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:50]


@pytest.mark.parametrize("value", [{1: "x" * LARGE}, {None: ["x"] * LARGE}, {"a": {2.5: "x" * LARGE}}, ("x" * LARGE, 1)])
def test_what_is_no_json_is_written_as_ever(value: Any) -> None:
    assert dumps(value, ENCODERS[0]) == ENCODERS[0].encode(value)


def test_a_cycle_ends() -> None:
    cycle: list[Any] = ["x" * LARGE]
    cycle.append(cycle)
    with pytest.raises(RecursionError):
        dumps(cycle, ENCODERS[0])


@pytest.mark.parametrize(("value", "large"), [
    ("x" * LARGE, False), ("x" * LARGE + "y", True), (1, False), (None, False), ({"a": "x" * LARGE}, True), ([1] * LARGE, True),
    ({"a": [{"b": ("x" * LARGE, 1)}]}, True), ({"x" * LARGE: 1}, True), ([[], {}, "x" * 1000], False), (object(), False),
])  # fmt: skip
def test_size(value: Any, large: bool) -> None:
    assert is_large(value) is large


async def test_the_loop_goes_on_while_a_large_value_is_written_and_read() -> None:
    async with beats_during() as heart:
        text = await asyncio.to_thread(dumps, ROWS, ENCODERS[0])
        assert await asyncio.to_thread(loads, text) == ROWS
    assert heart.count > 10
