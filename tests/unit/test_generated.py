"""The committed files that are made from the source are up to date, and every text has its Korean."""

from __future__ import annotations

import ast
import string

import pytest
from babel.messages.pofile import read_po

from resources import language
from tests import generate
from tests.helpers import texts
from tests.helpers.checkout import ROOT

REMEDY = "run: python -m tests.generate"


@pytest.mark.parametrize("name", generate.FILES)
def test_file_is_up_to_date(name: str) -> None:
    assert (ROOT / name).read_bytes() == generate.FILES[name](), REMEDY


def test_every_text_has_its_korean() -> None:
    assert texts.untranslated() == []


def test_every_text_that_is_shown_is_collected() -> None:
    assert texts.unmarked() + texts.missing_tables() == []


def test_translations_fill_in_the_same_values() -> None:
    with texts.PO.open("rb") as stream:
        found = read_po(stream, locale="ko")
    wrong = []
    for message in found:
        if last(message.string) and fields(last(message.string)) != fields(last(message.id)):
            wrong.append(message.id)
    assert wrong == []


def test_collector_sees_what_nothing_collects() -> None:
    call = ast.parse("tr(words[number])").body[0]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    assert not texts._is_collected(call.value.args[0])


def test_catalogue_is_spoken() -> None:
    language.use("ko")
    try:
        assert language.tr("Save") == "저장"
        assert language.trn("{count} node", "{count} nodes", 3) == "노드 3개"
    finally:
        language.use("en")


def last(forms: str | list[str] | tuple[str, ...] | None) -> str:
    """Return the form for many; Korean has one form."""
    return forms if isinstance(forms, str) else forms[-1] if forms else ""


def fields(text: str) -> set[str]:
    return set() if "{{" in text else {name for _, name, _, _ in string.Formatter().parse(text) if name}
