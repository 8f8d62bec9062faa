"""Which comment belongs to which key."""

from __future__ import annotations

import pytest

from engine.model.comments import END, HEAD, Comments, dropper, find_comments, moved, renamer, shifter
from engine.model.parse import parse

FOUND: dict[str, tuple[str, Comments]] = {
    "none": ("a: '#'\n", {}),
    "head": ("# one\n\n#two\na: 1\n", {HEAD: ("# one", "#two")}),
    "end": ("a: 1\n# one\n# two", {END: ("# one", "# two")}),
    "above a key": ("a: 1\n# b\nb:\n  # c\n  c: 1\n", {("b",): ("# b",), ("b", "c"): ("# c",)}),
    "above an item": ("a:\n  # 0\n  - b: 1\n  # 1\n  - c\n", {("a", 0): ("# 0",), ("a", 1): ("# 1",)}),
    "below a dash": ("a:\n  -\n    # 0\n    b: 1\n", {("a", 0): ("# 0",)}),
    "behind a value": ("a: 1\nb: 2   # why \t\nc: 3\n", {("b",): ("# why",)}),
    "behind a key": ("a: # why\n  b: 1\n", {("a",): ("# why",)}),
    "behind an item": ("a:\n  - x # why\n", {("a", 0): ("# why",)}),
    "behind a flow": ("a: {b: 1, c: [2, 3]} # why\n", {("a",): ("# why",)}),
    "in a flow": ("a: [1, # one\n  2] # two\n", {("a",): ("# one",), ("a", 1): ("# two",)}),
    "beside an escaped hash": ('a: "\\x23"\n# b\nb: 1\n', {("b",): ("# b",)}),
    "only hashes in texts": ("'#': \"#\"\na: |\n  # x\n  #\nb: [c#]\n", {}),
    "behind a bar": ("a: | # why\n  # text\n  x\nb: 1\n", {("a",): ("# why",)}),
    "behind a block": ("a: |\n  # text\n\n  x # text\n# b\nb: 1\n", {("b",): ("# b",)}),
    "in quotes": ("a: 'x # text\n  # text'\nb: \"#\" # b\n", {("b",): ("# b",)}),
    "without a blank": ("a: b#c\n", {}),
    "in a plain text": ("a: b #c\n", {("a",): ("#c",)}),
    "twice for one key": ("a: 1\n# one\nb: 2 # two\n", {("b",): ("# one", "# two")}),
    "after a NEL": ("a: 1\n# one\x85b: 2\n", {("b",): ("# one",)}),
    "windows": ("a: 1\r\n# one\r\nb: 2 # two\r\n", {("b",): ("# one", "# two")}),
}


@pytest.mark.parametrize("name", FOUND)
def test_found(name: str) -> None:
    text, comments = FOUND[name]
    assert find_comments(text, parse(text).data) == comments


def test_moves() -> None:
    comments: Comments = {("e", 0): ("#0",), ("e", 1, "x"): ("#1",), ("e", 2): ("#2",), ("e",): ("#e",), ("f", 5): ("#f",)}
    assert moved(comments, dropper(("e", 1))) == {path: lines for path, lines in comments.items() if path != ("e", 1, "x")}
    assert list(moved(comments, shifter(("e",), 1, 1))) == [("e", 0), ("e", 2, "x"), ("e", 3), ("e",), ("f", 5)]
    assert list(moved(comments, shifter(("e",), 1, -1))) == [("e", 0), ("e", 1), ("e",), ("f", 5)]
    assert list(moved(comments, renamer(("e",), ("g", "h"))))[:2] == [("g", "h", 0), ("g", "h", 1, "x")]
