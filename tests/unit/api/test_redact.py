"""Secret values are found as they are and in the forms in which they travel."""

from __future__ import annotations

import base64
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.redact import WINDOW, Redactor

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
    text = redactor().text(encode(before + SECRET.encode() + after).decode())
    assert "[secret key]" in text
    left = text.replace("[secret key]", "")
    assert len(left) * 3 // 4 <= len(before) + len(after) + 6


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
