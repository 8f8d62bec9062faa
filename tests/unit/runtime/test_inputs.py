"""What a run is started with is checked before anything runs."""

from __future__ import annotations

import math
from typing import Any

import pytest

from engine.model.graph import INPUT_TYPES, InputSpec
from engine.model.issues import WeftError
from engine.runtime.inputs import accept_inputs


def refused(kind: str, value: Any) -> tuple[str, str, str]:
    with pytest.raises(WeftError) as caught:
        accept_inputs({"n": InputSpec("n", kind)}, {"n": value})
    issue = caught.value.issue
    assert issue.remedy.startswith("Give ")
    return issue.code, issue.field, issue.text


@pytest.mark.parametrize(
    ("value", "field", "why"),
    [
        (math.inf, "n", "the number is not finite"), (math.nan, "n", "the number is not finite"),
        (10**5000, "n", "the number has more than 4000 digits"), ({"a": [0, -math.inf]}, "n.a[1]", "the number is not finite"),
        ("\ud800", "n", "the text holds half of a character (a lone surrogate)"),
    ],
    ids=["infinite", "nan", "long", "deep", "half"],
)  # fmt: skip
def test_values_that_no_data_can_hold(value: Any, field: str, why: str) -> None:
    assert refused("any", value) == ("input.not-plain", field, f"The input 'n' cannot be used: {why}.")


@pytest.mark.parametrize("kind", [kind for kind in INPUT_TYPES if kind != "any"])
def test_values_of_another_type(kind: str) -> None:
    value: Any = [] if kind == "object" else {}
    code, field, text = refused(kind, value)
    assert (code, field) == ("input.wrong-type", "n")
    assert text.startswith(f"The input 'n' has to be {kind}, not ")
