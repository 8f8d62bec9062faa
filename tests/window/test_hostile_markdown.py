"""Markdown that was written to keep the window busy costs no more than other text of its length."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from desktop_app.window.handbook import chapters
from widgets import safe_text
from widgets.safe_text import LONGEST, MOST_ADDRESSES, MOST_CELLS, MOST_LINES, MOST_SHOWN, is_light, safe_document
from widgets.theme import font

EDITS = 8
"""Edits after which a document was laid out anew: setting its text, and one for all looks together."""
HOSTILE = {
    "spans of code": "`a` ", "links": "[a](b) ", "bare links": "http://a.b ", "pictures": "![a](b) ", "emphasis": "**a*b",
    "quotes": "> ", "nested lists": "- ", "items": "- a\n", "headings": "# a\n", "tables": "|a|\n|-|\n|b|\n\n", "brackets": "![",
    "code in lines": "`a`\n\n",
}  # fmt: skip


@pytest.fixture
def edits(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return what grows by one with each edit of a document."""
    counted: list[int] = []

    class Counting(safe_text._Document):
        def __init__(self) -> None:
            super().__init__()
            self.contentsChange.connect(lambda at, _removed, _added: counted.append(at))

    monkeypatch.setattr(safe_text, "_Document", Counting)
    return counted


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_text_is_edited_a_few_times_whatever_it_holds(kind: str, edits: list[int]) -> None:
    text = (HOSTILE[kind] * LONGEST)[:LONGEST]
    assert safe_document(text).characterCount() <= 3 * LONGEST
    assert len(edits) <= EDITS


def test_what_takes_long_to_lay_out_is_shown_as_it_was_written(qtbot: QtBot) -> None:
    wide = "|a|b|\n|-|-|\n" + "|c|d|\n" * (MOST_CELLS // 3)
    for text in ("**a** " * (LONGEST // 6 + 1), "**a**\n" * MOST_LINES, wide):
        assert not is_light(text)
        assert safe_document(text).toPlainText() == text
    small = "|a|b|\n|-|-|\n" + "|c|d|\n" * (MOST_CELLS // 6)
    assert "|" not in safe_document(small).toPlainText()


def test_a_long_address_is_not_repeated_for_each_of_its_links(qtbot: QtBot) -> None:
    text = f"[a]: http://{'b' * 5_000}\n\n" + "[a] " * 1_000
    assert safe_document(text).toPlainText().replace("\n", "") == text.replace("\n", "")
    few = f"[a]: http://{'b' * 5_000}\n\n" + "[a] " * (MOST_ADDRESSES // 5_100)
    assert safe_document(few).toPlainText().count(f"(http://{'b' * 5_000})") == MOST_ADDRESSES // 5_100


def test_a_text_without_an_end_is_cut_and_its_lines_are_broken(qtbot: QtBot) -> None:
    document: QTextDocument = safe_document("a" * (MOST_SHOWN + 1))
    assert document.toPlainText().replace("\n", "") == "a" * MOST_SHOWN + "…"
    assert document.blockCount() > MOST_SHOWN / 1_001


def test_code_is_set_in_the_face_of_the_program(qtbot: QtBot) -> None:
    document = safe_document("Some `code`\n\n```\nblock\n```\n\n    indented\n")
    for words in ("code", "block", "indented"):
        assert document.find(words).charFormat().fontFamilies() == font(12, mono=True).families()
    assert not document.find("Some").charFormat().fontFamilies()


def test_the_documentation_is_shown_as_markdown(qtbot: QtBot) -> None:
    assert [chapter.title for chapter in chapters() if not is_light(chapter.text())] == []
