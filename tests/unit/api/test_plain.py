"""Outputs become plain JSON, or an error that says where they are none."""

from __future__ import annotations

import json
from collections import OrderedDict
from enum import IntEnum
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.plain import as_plain
from engine.model.issues import WeftError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_json_stays_as_it_is_and_survives_a_restart(value: Any) -> None:
    assert json.loads(json.dumps(as_plain(value))) == value


class Colour(IntEnum):
    RED = 1


class Pair(NamedTuple):
    left: int
    right: str


@pytest.mark.parametrize(
    ("value", "plain"), [((1, (2,)), [1, [2]]), (OrderedDict(a=1), {"a": 1}), (Colour.RED, 1), (Pair(1, "x"), [1, "x"])]
)
def test_relatives_of_json_types_become_json(value: object, plain: object) -> None:
    found = as_plain(value)
    assert found == plain
    assert type(found) is type(plain)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"a": [1, float("inf")]}, "a[1]"),
        ({"a": {"b": object()}}, "a.b"),
        ([{1: 2}], "[0]"),
        (["\udc80"], "[0]"),
        ({"\ud800": 1}, ""),
        (b"x", "The output"),
    ],
)
def test_what_is_no_json_is_named(value: object, place: str) -> None:
    with pytest.raises(WeftError) as caught:
        as_plain(value)
    assert caught.value.issue.code == "output.not-json"
    assert place in caught.value.issue.text
    assert caught.value.issue.remedy
