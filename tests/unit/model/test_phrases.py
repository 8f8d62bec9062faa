"""Messages that can be said in another language: in English they are texts, and they survive being stored."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from engine.model.issues import Issue, either, open_ended, phrase, phrase_n
from resources import language
from resources.language import Phrase, tr


@pytest.fixture
def korean() -> Iterator[None]:
    language.use("ko")
    yield
    language.use("en")


def stored(issue: Issue) -> Issue:
    return Issue.from_json(json.loads(json.dumps(issue.as_json(phrases=True))))


def test_a_phrase_is_its_english() -> None:
    said = phrase("The workflow has no input {name!r}.", name="a")
    assert said == "The workflow has no input 'a'."
    assert tr(said) == str(said) == said
    assert phrase("Write {$secret: NAME}.") == "Write {$secret: NAME}."
    assert copy.deepcopy(said).template == said.template


@pytest.mark.usefixtures("korean")
def test_an_empty_phrase_says_nothing() -> None:
    assert Phrase("").translated() == ""


@pytest.mark.usefixtures("korean")
def test_a_phrase_is_said_in_the_language_in_use() -> None:
    assert tr(phrase("The workflow has no input {name!r}.", name="Save")) == "워크플로에 'Save' 입력이 없습니다."
    assert tr(phrase("Write a whole number.")) == "정수를 적어야 합니다."


@pytest.mark.usefixtures("korean")
def test_phrases_in_phrases_are_translated_and_data_is_not() -> None:
    kinds = either(phrase("a number"), phrase("a list"))
    said = phrase("{operation} needs a list, not {kind}.", operation="a list", kind=kinds)
    assert tr(said) == "a list에는 목록이 필요합니다. 지금 종류: 숫자 또는 목록."


def test_a_number_has_its_form_in_each_language() -> None:
    one, many = (phrase_n("{count:,} name", "{count:,} names", count) for count in (1, 2000))
    assert (one, many) == ("1 name", "2,000 names")
    language.use("ko")
    try:
        assert (tr(one), tr(many)) == ("이름 1개", "이름 2,000개")
    finally:
        language.use("en")


def test_an_exception_carries_its_phrase() -> None:
    why = phrase("it is no regular expression")
    assert phrase("{text}.", text=ValueError(why)).values["text"] is why
    assert phrase("{text}.", text=ValueError("so")) == "so."


@pytest.mark.usefixtures("korean")
def test_a_stored_issue_is_translated_all_the_same() -> None:
    names = phrase_n("{count:,} name", "{count:,} names", 2)
    line = phrase("Line {line_num} of {table}", line_num=3, table=phrase("the table"))
    text = phrase("{line} has {values}, the first row {names}.", line=line, values=float("nan"), names=names)
    issue = Issue("file.bad-csv", text, "Correct the file.", field="path")
    assert stored(issue) == issue
    assert stored(issue).said == "표 3번째 줄: nan, 첫 행은 이름 2개입니다."
    assert stored(issue).told == f"{stored(issue).said} 파일을 고쳐야 합니다."


@pytest.mark.usefixtures("korean")
def test_what_was_struck_out_of_the_text_stays_out() -> None:
    data = Issue("a.b", phrase("`{host}` cannot be reached.", host="hidden")).as_json(phrases=True)
    struck = {**data, "text": "`[secret KEY]` cannot be reached."}
    assert Issue.from_json(struck).said == "`[secret KEY]` cannot be reached."


@pytest.mark.parametrize("parts", [
    None, 1, "x", [], {}, {"template": "{a}", "many": "", "values": {}}, {"template": "{a.b}", "many": "", "values": {"a": 1}},
    {"template": "{a:q}", "many": "", "values": {"a": 1}}, {"template": "{count}", "many": "x", "values": {"count": "y"}},
    {"template": 3, "many": "", "values": {"a": 1}}, {"template": "{", "many": "", "values": {"a": 1}},
    {"template": "{a}", "many": "", "values": []}, {"template": "{a}", "many": 3, "values": {"count": 1}},
])  # fmt: skip
def test_parts_that_make_no_phrase_leave_the_text(parts: Any) -> None:
    found = Issue.from_json({"code": "a.b", "text": "As it was.", "phrases": {"text": parts, "remedy": parts, "code": parts}})
    assert (found.code, found.text, found.remedy) == ("a.b", "As it was.", "")
    assert not isinstance(found.text, Phrase)


def test_only_what_ends_with_a_stop_loses_it() -> None:
    said = phrase("a number")
    assert open_ended(said) is said
    assert open_ended("So.") == "So"
