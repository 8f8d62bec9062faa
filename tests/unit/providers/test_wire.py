"""Reading answers, whatever the pieces in which they come."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.providers.tokens import estimate
from engine.providers.wire import Answer, NotAnAnswerError, ServerSaysError, TooBigError, read_events


def event(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}, ensure_ascii=False).encode() + b"\n\n"


async def pieces(data: bytes, cuts: list[int]) -> AsyncGenerator[bytes, None]:
    places = sorted({cut % (len(data) + 1) for cut in cuts})
    for start, end in zip([0, *places], [*places, len(data)], strict=True):
        yield data[start:end]


async def read(data: bytes, cuts: list[int] | None = None, limit: int = 10_000) -> Answer:
    answer = Answer()
    async with aclosing(pieces(data, cuts or [])) as body:
        await read_events(body, answer, None, limit)
    return answer


TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])))


@given(TEXTS, st.lists(st.integers(0, 10_000)), st.sampled_from(["\n", "\r\n"]))
async def test_how_a_stream_is_cut_into_pieces_does_not_matter(texts: list[str], cuts: list[int], end: str) -> None:
    data = b": comment\n\nevent: message\nid: 1\n" + b"".join(map(event, texts)) + b"data: [DONE]"
    answer = await read(data.replace(b"\n", end.encode()), cuts)
    assert answer.text == "".join(texts)
    assert answer.ended


async def test_without_an_end_the_answer_has_not_ended() -> None:
    answer = await read(event("a"))
    assert (answer.text, answer.ended) == ("a", False)


@pytest.mark.parametrize("line", [b"data: {", b"data: 3", b'data: {"x": 1}', b"data: \xff"])
async def test_something_else_in_the_stream(line: bytes) -> None:
    with pytest.raises(NotAnAnswerError):
        await read(event("a") + line + b"\n\n")


@pytest.mark.parametrize("field", [b"data", b"error"])
async def test_an_error_in_the_stream(field: bytes) -> None:
    with pytest.raises(ServerSaysError, match="boom") as caught:
        await read(event("a") + field + b': {"error": {"message": "boom", "code": 429}}\n\n')
    assert caught.value.status == 429


async def test_odd_choices_are_skipped() -> None:
    odd: list[list[object]] = [[], [3], [{"delta": 3}], [{"delta": {"content": None}}], [{}]]
    events = (b"data: " + json.dumps({"choices": choices}).encode() + b"\n\n" for choices in odd)
    answer = await read(b"".join(events) + event("a"))
    assert answer.text == "a"


async def test_text_beyond_the_limit() -> None:
    assert (await read(event("x" * 50) * 2, limit=100)).text == "x" * 100
    with pytest.raises(TooBigError):
        await read(event("x" * 50) * 2 + event("y"), limit=100)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", 0, 0),
        ("The quick brown fox jumps over the lazy dog.", 9, 12),
        ("def add(first, second):\n    return first + second\n", 10, 20),
        ("주문한 상품이 아직 도착하지 않았습니다.", 8, 16),
        ("您好，我订购的商品还没有到货", 6, 12),
        ("1234567890", 3, 10),
    ],
)
def test_estimates_are_near_what_tokenizers_count(text: str, low: int, high: int) -> None:
    assert low <= estimate(text) <= high
