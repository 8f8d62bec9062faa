"""Reading text: what it means, and what is refused, always as an issue with a line."""

from __future__ import annotations

import random

import pytest

from engine.model.issues import WeftError
from engine.model.parse import MAX_BYTES, parse
from engine.model.plain import MAX_DEPTH, MAX_DIGITS
from engine.model.values import Json

PLAIN: dict[str, Json] = {
    "null": None, "~": None, "Null": None, "": None, "true": True, "False": False, "TRUE": True, "0": 0, "-12": -12, "1.5": 1.5,
    "1e3": 1000.0, "-2.5E-3": -0.0025, "1" * 40: int("1" * 40),
    **{text: text for text in (
        "no", "Yes", "on", "y", "2026-01-01", "2026-01-01 12:00:00", "007", "0x1F", "0o17", "0b1", "1_000", "+1", ".5", "1.",
        "1:30", "1.2.3", "tRUE", "nan", "=", "티켓", "\U0001f642", "{{ x }}".replace("{", "("),
    )},
}  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_plain_scalars(text: str) -> None:
    value = parse(f"key: {text}\nitems:\n  - {text}\n").data
    assert repr(value) == repr({"key": PLAIN[text], "items": [PLAIN[text]]})


@pytest.mark.parametrize("text", ['"1"', "'no'", '"\\u00e9"', "|-\n  1", ">-\n  null"])
def test_quoted_scalars_are_text(text: str) -> None:
    assert isinstance(parse(f"key: {text}\n").data["key"], str)  # type: ignore[index, call-overload]


def test_plain_keys_that_look_like_words_of_other_readers_are_text() -> None:
    assert parse("no: 1\non: 2\n2026-01-01: 3\n007: 4\n").data == {"no": 1, "on": 2, "2026-01-01": 3, "007": 4}


def test_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    assert parse(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n").data == {"a": 1, "b": "x\ny\n"}


def test_one_document_marker_is_fine() -> None:
    assert parse("%YAML 1.1\n---\na: 1\n...\n").data == {"a": 1}


NESTED = "".join(f"{' ' * level}a:\n" for level in range(MAX_DEPTH + 1))
REFUSED: dict[str, tuple[str | bytes, str, int | None]] = {
    "empty": ("", "document.empty", None),
    "blank": (" \n\n", "document.empty", None),
    "comments only": ("# nothing\n", "document.empty", None),
    "no UTF-8": (b"a: 1\nb: \xff\n", "document.encoding", 2),
    "UTF-16": ("a: 1".encode("utf-16"), "document.encoding", 1),
    "binary": (b"\x7fELF\x02\x01\x01\x00", "document.text", 1),
    "NUL": ("a: 1\nb: \x00\n", "document.text", 2),
    "lone surrogate": ("a: 1\nb: \ud800\n", "document.encoding", 2),
    "escaped surrogate": ('a: 1\nb: "\\ud800"\n', "document.syntax", 2),
    "too large": ("#" * (MAX_BYTES + 1), "document.size", None),
    "open quote": ('a: 1\nb: "x\n', "document.syntax", 3),
    "open bracket": ("a: [1,\n", "document.syntax", 2),
    "bad indentation": ("a:\n  b: 1\n c: 2\n", "document.syntax", 3),
    "tab": ("a:\n\tb: 1\n", "document.syntax", 2),
    "two values": ("a: b: c\n", "document.syntax", 1),
    "percent": ("a: 1\n%b: 2\n", "document.syntax", 2),
    "two documents": ("a: 1\n---\nb: 2\n", "document.syntax", 2),
    "anchor": ("a: 1\nb: &x 2\n", "document.unsupported", 2),
    "anchored mapping": ("a: &x\n  b: 1\n", "document.unsupported", 1),
    "anchored key": ("&x a: 1\n", "document.unsupported", 1),
    "alias": ("a: *x\n", "document.unsupported", 1),
    "alias as a key": ("*x : 1\n", "document.unsupported", 1),
    "laughs": ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "document.unsupported", 1),
    "tag": ("a: 1\nb: !!python/object:os.system ls\n", "document.unsupported", 2),
    "plain tag": ("a: ! x\n", "document.unsupported", 1),
    "tagged mapping": ("!!map\na: 1\n", "document.unsupported", 1),
    "merge key": ("a: 1\n<<: {b: 1}\n", "document.unsupported", 2),
    "same key": ("a: 1\nb: 2\na: 3\n", "document.duplicate-key", 3),
    "same key deeper": ("x:\n- a: 1\n  'a': 3\n", "document.duplicate-key", 3),
    "number as key": ("a: 1\n2: b\n", "document.key", 2),
    "null as key": ("a: 1\n~: b\n", "document.key", 2),
    "list as key": ("? [a]\n: b\n", "document.key", 1),
    "too deep": (NESTED, "document.depth", MAX_DEPTH + 1),
    "too deep in brackets": ("a: " + "[" * 100_000, "document.depth", 1),
    "dashes": ("- " * 100_000, "document.depth", 1),
    "not a number": ("a: 1\nb: .nan\n", "document.number", 2),
    "infinite": ("a: -.Inf\n", "document.number", 1),
    "too large a float": ("a: 1e999\n", "document.number", 1),
    "too many digits": (f"a: {'9' * (MAX_DIGITS + 1)}\n", "document.number", 1),
    "escaped without text": ("a: 1\nb:\n  $escaped: [1]\n", "document.text", 4),
    "unknown escape": ("a:\n  $escaped: a\\q\n", "document.text", 3),
    "escaped half character": ("a:\n  $escaped: a\\ud800\n", "document.text", 3),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    text, code, line = REFUSED[name]
    with pytest.raises(WeftError) as error:
        parse(text, "flow.weft")
    issue = error.value.issue
    assert (issue.code, issue.line, issue.file) == (code, line, "flow.weft")
    assert issue.text.endswith(".")
    assert issue.remedy.endswith(".")


def test_a_deep_document_within_the_limit_is_read() -> None:
    text = "".join(f"{' ' * level}a:\n" for level in range(MAX_DEPTH))
    value = parse(text).data
    for _ in range(MAX_DEPTH):
        value = value["a"]  # type: ignore[index, call-overload]
    assert value is None


JSON: dict[str, Json] = {
    '{"a": [1, 2.5, -0.0, true, null, "x"]}': {"a": [1, 2.5, -0.0, True, None, "x"]},
    '\ufeff\n {"a": "\\ud83d\\ude42 \\/ \\u0000"}\n': {"a": "\U0001f642 / \0"},
    '{\t"a":1,\n\t"b":{}}': {"a": 1, "b": {}},
    '{"a": {"$escaped": "x\\\\r\\n"}, "b": {"$$escaped": "x\\\\r"}}': {"a": "x\r\n", "b": {"$escaped": "x\\r"}},
    "{a: 1, b: [no, 'x']}": {"a": 1, "b": ["no", "x"]},
    "[1, 2]": [1, 2],
}


@pytest.mark.parametrize("text", JSON)
def test_json_and_yaml_in_braces(text: str) -> None:
    parsed = parse(text)
    assert repr(parsed.data) == repr(JSON[text])
    assert parsed.is_json == (not text.startswith("{a"))


REFUSED_JSON = {
    "cut": ('{"a": 1,\n "b": [', "document.syntax", 2),
    "comma": ('{"a": 1\n "b": 2}', "document.syntax", 2),
    "same key": ('{"a": 1,\n "b": {"c": 1,\n "c": 2}}', "document.duplicate-key", 3),
    "same key and more": ('{"a": 1,\n "a": 2} x', "document.duplicate-key", 2),
    "not a number": ('{"a": 1,\n "b": NaN}', "document.number", 2),
    "infinite": ('{"a": [0,\n -Infinity]}', "document.number", 2),
    "too large a float": ('{"a":\n 1e999}', "document.number", 1),
    "too many digits": (f'{{"a": 1,\n "b": {"9" * 5000}}}', "document.number", 2),
    "lone surrogate": ('{"a": 1,\n "b": "\\ud800"}', "document.text", 2),
    "lone surrogate in a key": ('{"a": 1,\n "\\udc00": 1}', "document.text", 2),
    "too deep": ('{"a":\n' + "[" * 101 + "]" * 101 + "}", "document.depth", None),
    "much too deep": ("[" * 100_000 + "]" * 100_000, "document.depth", 1),
    "bad escape": ('{"a": 1,\n "b": {"$escaped": "\\\\q"}}', "document.text", 2),
}


@pytest.mark.parametrize("name", REFUSED_JSON)
def test_refused_json(name: str) -> None:
    text, code, line = REFUSED_JSON[name]
    with pytest.raises(WeftError) as error:
        parse(text)
    assert error.value.issue.code == code
    assert error.value.issue.line == (line or error.value.issue.line)


def test_any_garbage_gives_an_issue_or_data() -> None:
    chance = random.Random(7)
    pieces = [*b"&a *a !!str <<: {}[]:-#|>\"'%?\n\t\r,\\$~", *"é\x85\u2028\U0001f642".encode(), 0, 255]
    good = b'schema_version: 1\nnodes:\n  a: {type: x, params: {p: "q"}}\n  b:\n    type: |\n      t\nedges: []\n'
    for _ in range(3000):
        text = bytearray(good)
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(text))
            if chance.random() < 0.7:
                text[at:at] = bytes(chance.choices(pieces, k=chance.randint(1, 3)))
            else:
                del text[at : at + chance.randint(1, 8)]
        try:
            parse(bytes(text))
        except WeftError as error:
            assert error.issue.code.startswith("document.")  # noqa: PT017
