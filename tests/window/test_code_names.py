"""Names in templates: which are missing, and which are offered."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from desktop_app.window.template_names import names_for
from engine.api.templates import check, is_template
from engine.model.files import Files
from engine.model.refs import resolve_refs
from engine.model.serialize import load
from engine.registry import open_registry
from engine.validation.names import texts_of
from tests.window.canvas import types
from widgets.code.names import Name, Names, is_inside, start_of

EXAMPLES = Path(__file__).parents[2] / "resources" / "examples"
KNOWN = [
    Name("inputs.brand", "text", "Hanbit"),
    Name("nodes.search.output.docs", "list"),
    Name("nodes.search.output.docs[].text", "text"),
    Name("nodes.search.output.docs[].source", "text"),
    Name("nodes.profile.output.name", "text"),
    Name("nodes.mask.output", "object"),
    Name("vars.limit", "number"),
]


def lost(text: str, free: tuple[str, ...] = (), *, expression: bool = False) -> list[tuple[str, str]]:
    return [(one.word, one.near) for one in Names(KNOWN, free).lost(text, expression=expression)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain inputs.nothing", []),
        ("{{ inputs.brand }} {{ nodes.mask.output.whatever.deep }}", []),
        ("{{ inputs.brnd }}", [("brnd", "brand")]),
        ("{{ nodes.profil", [("profil", "profile")]),
        ("{{ input.brand }}", [("input", "inputs")]),
        ("{{ zzz }}", [("zzz", "")]),
        ("{% for d in nodes.search.output.docs %}{{ d.text }} {{ d.sourc }}{% endfor %}", [("sourc", "source")]),
        ("{% set name = nodes.profile.output %}{{ name.nam }}", [("nam", "name")]),
        ("{% for a, b in nodes.mask.output | dictsort %}{{ a.x }}{{ b }}{{ loop.index }}{% endfor %}", []),
        ("{{ nodes.search.output.docs[0].txt }}", [("txt", "text")]),
        ("{{ nodes.search.output.docs | map(attribute='zzz') | join(', ') }}", []),
        ("{{ inputs.brand.replace('{name}', 'x.y') is defined and not true }}", []),
        ("{# inputs.no #}{{ 'inputs.no' ~ \"inputs.no\" }}", []),
        ("{{ inputs.brand if vars.limt > 3 else range(4) }}", [("limt", "limit")]),
        ("{% macro share(part, whole=inputs.brand) %}{{ part }}{{ whole }}{% endmacro %}{{ share(1) }}", []),
        ("{% macro share(part, whole) %}{{ part }}{{ whole }}{% endmacro %}{{ zzz", [("zzz", "")]),
        ("{% call(user, text) vars.limit() %}{{ user.name ~ text }}{% endcall %}", []),
        ("{% with text = vars.limit, part=1 %}{{ text ~ part }}{% endwith %}", []),
        ("{% set sum = namespace(n=0) %}{% set sum.n = sum.n + 1 %}{{ sum.n }}", []),
        ("{% set text %}{{ vars.limit }}{% endset %}{{ text | upper }}", []),
        ("{% raw %}{{ text }}{% endraw %}{{ zzz }}", [("zzz", "")]),
        (
            "{% for d in nodes.search.output.docs %}{{ d.text }}{% endfor %}"
            "{% for d in nodes.profile.output %}{{ d.x }}{% endfor %}{{ nodes.profile.output.x }}",
            [("x", "")],
        ),
    ],
)
def test_missing_names(text: str, expected: list[tuple[str, str]]) -> None:
    assert lost(text) == expected


TESTS = Path(__file__).parents[1]
"""All tests of Weft, whose templates are as many odd ones."""


@lru_cache
def templates_of_tests() -> list[str]:
    found: dict[str, None] = {}
    for file in sorted(TESTS.rglob("test_*.py")):
        for part in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and is_template(part.value):
                found[part.value] = None
    return list(found)


@given(st.lists(st.sampled_from(templates_of_tests()), min_size=1, max_size=3))
@settings(max_examples=2_000)
def test_only_what_the_check_reports_is_underlined(parts: list[str]) -> None:
    text = " ".join(parts)
    used = check(text)
    assume(used.issue is None)
    uses = {(reference.root, *map(str, reference.path)) for reference in used.references}
    flat = [Name(name) for name in ("inputs.brand", "vars.limit", "nodes.a.output", "nodes.b.output", "run.id")]
    for one in Names(flat, ("item", "index", "value")).lost(text):
        path = tuple(filter(None, (*one.below.split("."), one.word)))
        assert any(use[: len(path)] == path for use in uses), (text, one)


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*/*.weft")), ids=lambda file: file.stem)
def test_nothing_in_the_examples_is_underlined(file: Path) -> None:
    graph, registry, kinds = load(file.read_text(encoding="utf-8")).checked(), open_registry(), types()
    assert len(graph.nodes) > 1
    for node in graph.nodes.values():
        kind, known = registry.get(node.type), names_for(graph, node.id, kinds)
        assert kind is not None
        for at in texts_of(kind, resolve_refs(node.params, graph, Files(file.parent)), ()):
            assert Names(known, at.param.names).lost(at.text, expression=at.param.expression) == [], (node.id, at.path)


def test_a_word_stands_for_the_path_that_it_begins_a_step_of() -> None:
    free = ("value", "item", "index")
    assert lost("inp", free, expression=True) == [("inp", "inputs")]
    known = [Name("nodes.input.output", "text"), Name("nodes.input.status", "text"), Name("run.id", "text")]
    (one,) = Names(known, free).lost("inp == 'x'", expression=True)
    assert one.near == "nodes.input.output"
    assert lost("mas", free, expression=True) == [("mas", "nodes.mask.output")]
    assert lost("bran", free, expression=True) == [("bran", "inputs.brand")]
    assert lost("xyz", free, expression=True) == [("xyz", "")]


def test_words_of_other_languages() -> None:
    free = ("value",)
    assert lost("value == null", free, expression=True) == [("null", "none")]
    assert lost("len(value) > 3 and json.dumps(value)", free, expression=True) == []


def test_places_are_those_of_the_word() -> None:
    text = "a {{ inputs.brnd }}"
    (one,) = Names(KNOWN).lost(text)
    assert text[one.start : one.end] == "brnd"
    assert one.below == "inputs"


def test_expressions_need_no_braces_and_know_what_the_node_gives() -> None:
    assert lost("item.score > 3 and inputs.brnd", ("item",), expression=True) == [("brnd", "brand")]
    assert lost("itm.score", ("item",), expression=True) == [("itm", "item")]


def test_says_nothing_when_no_names_are_known() -> None:
    assert Names().lost("{{ anything }}") == []


def offered(text: str) -> list[str]:
    return [name.path for name, _ in Names(KNOWN).offers(text, len(text))]


def test_offers_the_beginning_first_and_finds_the_last_word() -> None:
    assert offered("{{ nodes.pro") == ["nodes.profile.output.name"]
    assert offered("{{ sourc") == ["nodes.search.output.docs[].source"]
    assert len(offered("{{ ")) == len(KNOWN)
    assert offered("{{ qqq") == []


def test_offers_what_a_loop_variable_has() -> None:
    assert offered("{% for d in nodes.search.output.docs %}{{ d.")[:2] == ["d.text", "d.source"]


def test_where_names_are_read() -> None:
    assert is_inside("{{ a", 4)
    assert not is_inside("{{ a }} b", 9)
    assert not is_inside("{{ 'a", 5)
    assert is_inside("a", 1, expression=True)
    assert start_of("{{ inputs.br", 12) == 3


@given(st.text(alphabet="{}%# .abc[]0'\"|=()in\n", max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    names = Names(KNOWN)
    for one in names.lost(text):
        assert text[one.start : one.end] == one.word
    names.offers(text, len(text))
    is_inside(text, len(text) // 2)
