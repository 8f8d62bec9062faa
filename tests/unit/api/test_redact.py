"""Secret values are found as they are and in the forms in which they travel."""

from __future__ import annotations

import base64
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.redact import WINDOW, RedactedStream, Redactor, keep_out, run_redactor

SECRET = "s3cr3t/+ä? value"


def redactor() -> Redactor:
    found = Redactor()
    found.add("key", SECRET)
    return found


def test_values_are_replaced_wherever_they_are() -> None:
    value = {"a": [f"Bearer {SECRET}", 1, None], SECRET: quote(SECRET, safe=""), "b": quote_plus(SECRET)}
    assert redactor().value(value) == {"a": ["Bearer [secret key]", 1, None], "[secret key]": "[secret key]", "b": "[secret key]"}


def test_without_secrets_nothing_is_copied() -> None:
    value = {"a": [1]}
    assert Redactor().value(value) is value


def test_short_values_are_left_alone() -> None:
    found = Redactor()
    found.add("pin", "1")
    assert found.text("1 and 11") == "1 and 11"


@given(before=st.binary(max_size=7), after=st.binary(max_size=7), urlsafe=st.booleans())
def test_no_piece_of_a_base64_text_tells_the_value(before: bytes, after: bytes, urlsafe: bool) -> None:
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    word = encode(before + SECRET.encode() + after).decode()
    text = redactor().text(f"Basic {word}, {word}\n")
    assert text == "Basic [secret key], [secret key]\n"


def test_other_alphabets() -> None:
    found = Redactor()
    found.add("word", "비밀값")
    texts = ("비밀값", "비밀값".encode().decode("latin-1"), "\\ube44\\ubc00\\uac12")
    assert [found.text(f"a {text} b") for text in texts] == ["a [secret word] b"] * 3


def test_the_longer_of_two_values_wins() -> None:
    found = Redactor()
    found.add("short", "token")
    found.add("long", "token-with-more")
    assert found.text("token-with-more, token") == "[secret long], [secret short]"


@pytest.mark.parametrize("at", [0, WINDOW - 25, WINDOW - 4, WINDOW - 1, WINDOW, 2 * WINDOW - 3])
def test_a_long_text_is_searched_across_its_windows(at: int) -> None:
    found = Redactor()
    found.add("short", "token")
    found.add("long", "token-with-more")
    before, between = "x" * at, "y" * (2 * WINDOW)
    text = f"{before}token-with-more{between}token"
    assert found.text(text) == f"{before}[secret long]{between}[secret short]"


def test_a_word_in_base64_is_struck_out_across_windows() -> None:
    word = base64.b64encode(b"x" * WINDOW + SECRET.encode() + b"y" * WINDOW).decode()
    assert redactor().text(f"a {word} b {SECRET}") == "a [secret key] b [secret key]"


def streamed(found: Redactor, text: str, size: int) -> list[str]:
    stream = RedactedStream(found)
    shown = [stream.feed(text[start : start + size]) for start in range(0, len(text), size)]
    return [*shown, stream.end()]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 1000])
@pytest.mark.parametrize("form", [SECRET, quote(SECRET, safe=""), quote_plus(SECRET), base64.b64encode(SECRET.encode()).decode()])
def test_no_piece_of_a_stream_holds_a_part_of_a_value(size: int, form: str) -> None:
    shown = streamed(redactor(), f"s3c, {form}, s3cr {form} s3", size)
    assert "".join(shown) == "s3c, [secret key], s3cr [secret key] s3"


@given(st.text("abc", max_size=30), st.integers(1, 7), st.sets(st.text("abc", min_size=4, max_size=7), max_size=4))
def test_a_stream_is_struck_out_like_the_whole(text: str, size: int, values: set[str]) -> None:
    found = Redactor()
    for value in values:
        found.add("key", value)
    assert "".join(streamed(found, text, size)) == found.text(text)


def test_a_stream_keeps_nothing_back_without_need() -> None:
    assert streamed(Redactor(), "s3cr s3cr", 4) == ["s3cr", " s3c", "r", ""]
    assert streamed(redactor(), "one two three", 4) == ["one ", "two ", "thre", "e", ""]
    assert streamed(redactor(), "is3cy", 4) == ["i", "s3cy", ""]


def test_of_a_word_in_base64_the_rest_is_not_streamed() -> None:
    word = base64.b64encode(b"user:" + SECRET.encode() + b"y" * 20).decode()
    for size in (1, 5, 1000):
        shown = "".join(streamed(redactor(), f"a {word} b", size))
        assert shown.endswith("[secret key] b")
        assert len(shown) <= len("a dXNlcjp[secret key] b")


def test_a_secret_is_told_to_the_run_that_reads_it() -> None:
    found = Redactor()
    keep_out("key", SECRET)
    token = run_redactor.set(found)
    keep_out("key", SECRET)
    run_redactor.reset(token)
    assert found.text(SECRET) == "[secret key]"
