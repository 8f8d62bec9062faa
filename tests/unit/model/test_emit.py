"""The canonical YAML text."""

from __future__ import annotations

import pytest

from engine.model.comments import Comments
from engine.model.emit import emit
from engine.model.parse import parse
from engine.model.values import Json

FORMS: dict[str, tuple[Json, str]] = {
    "scalars": ([None, True, False, 0, -5, 1.0, "a"], "- null\n  - true\n  - false\n  - 0\n  - -5\n  - 1.0\n  - a"),
    "floats with a point": ([1e22, 1e-07, 5e-324, 0.1, ""], '- 1.0e+22\n  - 1.0e-07\n  - 5.0e-324\n  - 0.1\n  - ""'),
    "short list of numbers": ([1, 2.5], "[1, 2.5]"),
    "long list of numbers": (list(range(9)), "\n".join(("  - " if n else "- ") + str(n) for n in range(9))),
    "empty": ([[], {}, ""], '- []\n  - {}\n  - ""'),
    "list in list": ([["a", ["b"]], []], "- - a\n    - - b\n  - []"),
    "mapping in list": ([{"a": 1, "b": {"c": "d"}}], "- a: 1\n    b:\n      c: d"),
    "plain text": (["a b", "tickets.csv", "/tmp/x", "http://a/b", "localhost:80", "a#b", "한국어", "$x", "(x)"],
                   "- a b\n  - tickets.csv\n  - /tmp/x\n  - http://a/b\n  - localhost:80\n  - a#b\n  - 한국어\n  - $x\n  - (x)"),
    "quoted text": (["no", "1e3", "a: b", "a #b", " a", "a ", "-", "{{ x }}", "\U0001f642"],
                    '- "no"\n  - "1e3"\n  - "a: b"\n  - "a #b"\n  - " a"\n  - "a "\n  - "-"\n  - "{{ x }}"\n  - "\U0001f642"'),
    "quotes in text": (["\\d+", "\"a\"", "\"a's\"", "\ta"], "- '\\d+'\n  - '\"a\"'\n  - \"\\\"a's\\\"\"\n  - \"\\ta\""),
    "control characters on one line": (["a\rb\x00", "\x85", "\u2028", "\ufeff"],
                                       '- "a\\rb\\u0000"\n  - "\\u0085"\n  - "\\u2028"\n  - "\\ufeff"'),
    "lines": ("a\nb\n", "|\n  a\n  b"),
    "lines without an end": ("a\nb", "|-\n  a\n  b"),
    "lines with more ends": ("a\n\n", "|+\n  a\n"),
    "blanks at line ends": ("a \n\tb\t\n", "|\n  a \n  \tb\t"),
    "blank at the beginning": (" a\nb", "|2-\n   a\n  b"),
    "tab at the beginning": ("\ta\nb", "|2-\n  \ta\n  b"),
    "empty line at the beginning": ("\na", "|2-\n\n  a"),
    "line end only": ("\n", "|2+\n"),
    "blanks only": ("  \n ", "|2-\n    \n   "),
    "CRLF": ("a\r\nb\\c\n", "\n  $escaped: |\n    a\\r\n    b\\\\c"),
    "NEL and others": ("\x85\u2028\x00\n\U0001f642", "\n  $escaped: |-\n    \\u0085\\u2028\\u0000\n    \U0001f642"),
    "looks escaped": ({"$escaped": "a"}, "\n  $$escaped: a"),
    "looks guarded": ({"$$escaped": ["a"]}, "\n  $$$escaped:\n    - a"),
    "not alone": ({"$escaped": "a", "b": 1}, "\n  $escaped: a\n  b: 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_forms(name: str) -> None:
    value, body = FORMS[name]
    space = " " if body.startswith(("|", "[")) or not body.startswith(("-", "\n")) else "\n  " if body[0] == "-" else ""
    text = emit({"key": value})
    assert text == f"key:{space}{body}\n"
    assert repr(parse(text).data) == repr({"key": value})


def test_keys_are_quoted_as_text_is() -> None:
    assert emit({"a b": 1, "no": 2, "1": 3, "a: b": 4, "x\ny": 5, "": 6}) == (
        'a b: 1\n"no": 2\n"1": 3\n"a: b": 4\n"x\\ny": 5\n"": 6\n'
    )


def test_a_key_too_long_for_a_line_is_written_in_two() -> None:
    text = emit({"k" * 1001: ["a"], "next": 1})
    assert text == f"? {'k' * 1001}\n:\n  - a\nnext: 1\n"
    assert parse(text).data == {"k" * 1001: ["a"], "next": 1}


def test_nothing() -> None:
    assert emit({}) == "{}\n"


COMMENTED = """\
# the head
# of the file
name: a
# about items
items:
  # about the first
  - x: 1
    # about z
    z: 2
  - 5
  # about the list
  - - a
numbers: [1, 2]
# the end
"""


def test_comments_stand_above_their_keys() -> None:
    data: dict[str, Json] = {"name": "a", "items": [{"x": 1, "z": 2}, 5, ["a"]], "numbers": [1, 2]}
    comments = {
        (): ("# the head", "# of the file"), ("items",): ("# about items",), ("items", 0): ("# about the first",),
        ("items", 0, "z"): ("# about z",), ("items", 2): ("# about the list",), (-1,): ("# the end",),
    }  # fmt: skip
    assert emit(data, comments) == COMMENTED


def test_comments_whose_key_is_not_written_move_up() -> None:
    comments: Comments = {
        ("numbers", 1): ("# second",), ("gone", "x"): ("# gone",), ("numbers",): ("# all",), ("items", 0, 0): ("# deep",),
    }  # fmt: skip
    text = emit({"items": [["a"]], "numbers": [1, 2]}, comments)
    assert text == "# gone\nitems:\n  # deep\n  - - a\n# second\n# all\nnumbers: [1, 2]\n"
