"""Ids made from titles."""

from __future__ import annotations

import keyword
import unicodedata
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from engine.model.ids import MAX_ID, is_node_id, new_document_id, node_id

TITLES = {
    "Sort tickets": "sort_tickets", "티켓 분류": "티켓_분류", "티켓_분류": "티켓_분류", "  API  Request! ": "api_request",
    "": "node", "\U0001f642": "node", "3D view": "node_3d_view", "if": "if_node", "None": "none_node", "Loop": "loop_node",
    "ﬁle №1": "file_no1", "a.b/c:d|e[f]": "a_b_c_d_e_f", "Über-Öl": "über_öl", "__init__": "init", "x" * 60: "x" * MAX_ID,
    unicodedata.normalize("NFD", "한글 é"): "한글_é", "İ": "i̇", "\u200b\u202e": "node",
}  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_titles(title: str) -> None:
    assert node_id(title) == TITLES[title]


def test_taken_ids_get_a_number() -> None:
    assert node_id("Sort", {"sort", "sort_2"}) == "sort_3"
    assert node_id("", ["node"]) == "node_2"


@settings(deadline=None, database=None)
@given(
    st.one_of(st.text(), st.sampled_from([*keyword.kwlist, *keyword.softkwlist])),
    st.sets(st.sampled_from(["node", "a", "if_node"])),
)
def test_any_title_gives_an_id_that_templates_can_use(title: str, taken: set[str]) -> None:
    made = node_id(title, taken)
    assert is_node_id(made)
    assert made not in taken
    assert made.isidentifier()
    assert not set(made) & set(".[]/:| ")
    template = Environment(autoescape=False).from_string(f"{{{{ nodes.{made} }}}}")
    assert template.render(nodes={made: "x"}) == "x"


@pytest.mark.parametrize("text", ["", "a.b", "a-b", "1a", "a b", "if", "None", "true", "self", unicodedata.normalize("NFD", "é")])
def test_no_ids(text: str) -> None:
    assert not is_node_id(text)


def test_document_ids_are_random() -> None:
    assert uuid.UUID(new_document_id()).version == 4
    assert new_document_id() != new_document_id()
