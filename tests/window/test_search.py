"""Finding node types and commands by a few letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.search import Searched, match, rank

TITLES = ["LLM", "API request", "Python script", "Condition", "Read file", "Write file", "Approval", "Data transform"]
KOREAN = ["승인", "조건", "파일 읽기", "파일 쓰기", "파이썬 스크립트"]


def titles(query: str, names: list[str]) -> list[str]:
    return [hit.thing for hit in rank(query, names, Searched)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("llm", "LLM"), ("file", "Read file"), ("write", "Write file"), ("pys", "Python script"), ("ar", "API request"),
        ("wf", "Write file"), ("aprov", "Approval"), ("cond", "Condition"), ("file wr", "Write file"),
        ("trans", "Data transform"),
    ],
)  # fmt: skip
def test_best_comes_first(query: str, first: str) -> None:
    assert titles(query, TITLES)[0] == first


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("승인", ["승인"]), ("승", ["승인"]), ("ㅅㅇ", ["승인"]), ("스", ["승인", "파이썬 스크립트"]),
        ("파일", ["파일 읽기", "파일 쓰기"]), ("파이", ["파일 읽기", "파일 쓰기", "파이썬 스크립트"]),
        ("ㅍㅇㅆㅅ", ["파이썬 스크립트"]), ("일기", []),
    ],
)  # fmt: skip
def test_korean_is_found_while_it_is_typed(query: str, found: list[str]) -> None:
    assert sorted(titles(query, KOREAN)) == sorted(found)


def test_a_whole_syllable_comes_before_one_that_is_still_typed() -> None:
    assert titles("파이", KOREAN)[0] == "파이썬 스크립트"


def test_titles_before_keywords_before_sentences() -> None:
    things = [
        Searched("Notification", (), "Sends a mail"), Searched("Message", ("mail",)), Searched("E-mail"), Searched("Other"),
    ]  # fmt: skip
    assert [hit.thing.title for hit in rank("mail", things, lambda thing: thing)] == ["E-mail", "Message", "Notification"]


def test_tells_the_letters_that_matched() -> None:
    hit = match("mail", "Send e-mail")
    assert hit is not None
    assert [("Send e-mail")[place] for place in hit.places] == list("mail")
    assert rank("mail", [Searched("Tell", (), "by mail")], lambda thing: thing)[0].sentence_places == (3, 4, 5, 6)


def test_nothing_asked_gives_all_in_order() -> None:
    assert titles("  ", TITLES) == TITLES


def test_scattered_letters_find_titles_only() -> None:
    assert titles("cndtn", TITLES) == ["Condition"]
    assert rank("cndtn", [Searched("x", ("condition",), "a condition")], lambda thing: thing) == []


@given(st.text(max_size=8), st.text(max_size=20))
def test_places_lie_in_the_text(query: str, text: str) -> None:
    hit = match(query, text)
    if hit is not None:
        assert all(0 <= place < len(text) for place in hit.places)
        assert list(hit.places) == sorted(set(hit.places))


@given(st.text(min_size=1, max_size=8).filter(str.strip))
def test_a_text_finds_itself(text: str) -> None:
    assert titles(text, [text]) == [text]
