"""Whatever pydantic or a JSON schema finds is told in the project's own words, with place, value and what is expected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_core._pydantic_core import list_all_errors

from engine.api.options import Options
from engine.api.params import Field, SecretText, with_secrets
from engine.api.wording import LIMITS, NOUNS, wrongs
from engine.model.paths import MISSING
from engine.validation.found import Found
from engine.validation.params import check_fields
from tests.conformance.types import TYPES

ODD: tuple[Any, ...] = (
    None, True, 0, -1.5, 10**400, 1e308, "", "sideways", "inf", "9" * 5000, "x" * 2_000_000, [], [None], [5], [{"id": 1}],
    [{"whn": 1}], [{"when": []}], list("abcdefghijklmnopqrst"), {}, {"a": 1}, {"$secret": 1}, {"attempt": 2, "jitter": "x"},
    {"schema": 4, "delay": "inf"},
)  # fmt: skip
MODELS: list[type[BaseModel]] = [*TYPES, Options]
THEIRS = re.compile(
    r"[Ii]nput should|should be a valid|unable to|Field required|Extra inputs|String should|at least \d+ (item|char)|"
    r"is not of type|is a required property|is not valid under|Additional properties|does not match|is not one of"
)


def cases(model: type[BaseModel]) -> Iterator[dict[str, Any]]:
    usual = dict(getattr(model, "examples", [{"params": {}}])[0]["params"])
    yield {}
    yield {**usual, "nonsense": 1}
    for name in model.model_fields:
        for value in ODD:
            yield {**usual, name: value}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_parameter_is_refused_in_words_of_the_library(model: type[BaseModel]) -> None:
    for values in cases(model):
        marked = with_secrets(model, values)
        try:
            model.model_validate(marked)
        except ValidationError as error:
            details = error.errors(include_url=False)
            known = {*NOUNS, *LIMITS, "missing", "extra_forbidden"}
            assert {detail["type"] for detail in details} <= known
            found = list(wrongs(error, marked, model))
            assert found
            for wrong in found:
                told = f"{wrong.text} {wrong.remedy}"
                assert not THEIRS.search(told), told
                assert not any(detail["msg"] in told for detail in details), told
                assert len(told) < 400
                assert all(re.fullmatch(r"[A-Z`].*\.", part) for part in (wrong.text, wrong.remedy)), told


@pytest.mark.parametrize("known", list_all_errors(), ids=lambda known: known["type"])
def test_every_error_of_pydantic_has_words(known: Any) -> None:
    context = {
        name: value or "?" if isinstance(value, str) else value for name, value in (known.get("example_context") or {}).items()
    }
    context |= {"error": ValueError("it is odd")} if known["type"] in ("value_error", "assertion_error") else {}
    detail = InitErrorDetails(type=known["type"], loc=("a",), input="b", ctx=context)
    error = ValidationError.from_exception_data("M", [detail])
    (wrong,) = wrongs(error, {"a": "b"}, BaseModel)
    assert error.errors()[0]["msg"] not in f"{wrong.text} {wrong.remedy}"
    assert not THEIRS.search(wrong.text)
    assert "{" not in f"{wrong.text}{wrong.remedy}"


def test_what_an_author_says_is_told() -> None:
    error = ValidationError.from_exception_data(
        "M", [InitErrorDetails(type=PydanticCustomError("own", "no such planet"), loc=("a",), input="b")]
    )
    (wrong,) = wrongs(error, {"a": "b"}, BaseModel)
    assert wrong.text == "`a` is 'b', which is not accepted: no such planet."


def told(kind: str, **params: Any) -> tuple[str, str, str]:
    model = next(model for model in MODELS if getattr(model, "type_id", "options") == kind)
    usual = {} if model is Options else dict(model.examples[0]["params"])  # type: ignore[attr-defined]
    found = Found()
    values = {name: value for name, value in {**usual, **params}.items() if value is not MISSING}
    check_fields(model, values, ("nodes", "n", "options" if model is Options else "params"), found, frozenset())
    (issue,) = found.issues
    return issue.field, issue.text, issue.remedy


@pytest.mark.parametrize(
    ("kind", "params", "field", "text", "remedy"),
    [
        ("ai.llm", {"at_once": "x"}, "at_once", "`at_once` is 'x', not a whole number.", "Write a whole number from 1 to 64."),
        ("ai.llm", {"at_once": 0}, "at_once", "`at_once` is 0, less than 1.", "Write a number from 1 to 64."),
        ("ai.llm", {"temprature": 1}, "temprature", "There is no parameter 'temprature'.", "Nearest: temperature."),
        ("http.request", {"method": "GTE"}, "method", "`method` cannot be 'GTE'.",
         "Nearest: GET. Write one of 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD' or 'OPTIONS'."),
        ("notify.send", {"to": 5}, "to", "`to` is 5, not text or a list.", "Write text or a list."),
        ("notify.send", {"to": ["a@b.example", 5]}, "to[1]", "`to[1]` is 5, not text.", "Write text."),
        ("flow.condition", {"cases": [{"id": "a", "whn": "x"}]}, "cases[0].whn", "`cases[0]` has no 'whn'.", "Nearest: when."),
        ("flow.condition", {"cases": [{"when": "x"}]}, "cases[0].id", "`cases[0].id` is empty.", "Give it a value."),
        ("file.read", {"path": MISSING}, "path", "`path` is empty.", "Give it a value."),
        ("options", {"retry": {"attempt": 2}}, "options.retry.attempt", "`retry` has no 'attempt'.", "Nearest: attempts."),
        ("options", {"time_limit": "inf"}, "options.time_limit", "`time_limit` is 'inf', not a finite number.",
         "Write a finite number of more than 0."),
    ],
)  # fmt: skip
def test_examples(kind: str, params: dict[str, Any], field: str, text: str, remedy: str) -> None:
    assert told(kind, **params) == (field, text, remedy)


@pytest.mark.parametrize("value", ["hunter2-hunter2", "{{ inputs.key }}", {"secret": "hunter2"}, {"$secret": 5}, ["hunter2"]])
def test_a_secret_in_plain_text_is_not_shown(value: Any) -> None:
    field, text, remedy = told("http.request", secret=value)
    assert (field, text) == ("secret", "`secret` takes the name of a secret, never its value.")
    assert remedy == "Write {$secret: NAME} and store the value with `weft secrets set NAME`."


def test_a_long_text_is_not_cut() -> None:
    """Half of a secret would not be struck out."""

    class Model(BaseModel):
        at: SecretText | int = Field(0)

    with pytest.raises(ValidationError) as caught:
        Model.model_validate({"at": ["x"]})
    assert [wrong.text for wrong in wrongs(caught.value, {"at": ["x"]}, Model)]
    assert "a text of 41 characters" in told("ai.llm", at_once="x" * 41)[1]
