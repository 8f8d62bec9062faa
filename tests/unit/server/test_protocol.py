"""Lines, addresses and errors of the owner's protocol."""

from __future__ import annotations

import pytest

from engine.model.issues import Issue, WeftError
from engine.server.protocol import Address, decode, encode, error_json, error_of


@pytest.mark.parametrize("text", ["unix:/tmp/weft-1/owner.sock", "tcp:8123", "unix:/tmp/a b:c/owner.sock"])
def test_addresses_come_back(text: str) -> None:
    assert str(Address.parse(text)) == text


@pytest.mark.parametrize("text", ["", "unix:", "tcp:", "tcp:x", "tcp:70000", "http://example.com", "tcp:-1"])
def test_other_addresses_are_refused(text: str) -> None:
    with pytest.raises(WeftError) as caught:
        Address.parse(text)
    assert caught.value.issue.code == "owner.bad-address"


def test_a_message_is_one_line_of_ascii() -> None:
    message = {"text": "감사\n\u2028\ud83d"}
    line = encode(message)
    assert line.count(b"\n") == 1
    assert line.isascii()
    assert decode(line) == message


@pytest.mark.parametrize("line", [b"", b"\xff\xfe", b"[]", b"1", b"{", b'{"a": NaN}', b"[" * 100_000])
def test_garbage_is_refused(line: bytes) -> None:
    with pytest.raises(WeftError) as caught:
        decode(line)
    assert caught.value.issue.code == "owner.not-understood"


def test_errors_come_back_with_all_issues() -> None:
    one = WeftError(Issue("a.b", "What.", "Do.", node="n", line=3))
    many = WeftError(Issue("a.b", "What."), Issue("c.d", "Else.", field="f"))
    assert error_of(error_json(one)).issues == one.issues
    assert error_of(error_json(many)).issues == many.issues
    assert error_json(one)["code"] == "a.b"


@pytest.mark.parametrize("given", [None, "x", {}, {"issues": [3]}, {"unknown": 1}])
def test_unreadable_errors_are_still_errors(given: object) -> None:
    assert isinstance(error_of(given), WeftError)  # type: ignore[arg-type]
