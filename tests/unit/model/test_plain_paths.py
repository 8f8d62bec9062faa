"""Templates that hold only names are read without a parser; the result has to be the parser's."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model import references

NAMES = st.sampled_from(
    ["nodes.a.output", "inputs.x", "item", "_", "a.b_1.c", "true", "not", "self", "티켓.값", "__x", "a.1", "a..b", ""]
)
BLANKS = st.sampled_from(["", " ", "\n", "-", " -", "- "])
INSIDE = st.tuples(BLANKS, NAMES, BLANKS).map("".join)
PIECES = st.one_of(
    INSIDE.map(lambda inner: "{{" + inner + "}}"),
    st.sampled_from(["text", "\n", "{", "}", "}}", "{#", "{%", "{{", " {{ a | upper }}", "\r\n", "# {{", "%}"]),
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=6).map("".join))
def test_both_ways_agree(text: str) -> None:
    quick = references._plain_paths(text)
    if quick is not None:
        parsed = references._parsed(text, "")
        assert parsed.issue is None
        assert sorted(map(repr, quick.references)) == sorted(map(repr, parsed.references))


def test_most_templates_need_no_parser() -> None:
    assert references._plain_paths("Dear {{ item.name }},\n{{nodes.a.output}} {{- inputs.x -}}") is not None
    assert references._plain_paths("{{ a | upper }}") is None
