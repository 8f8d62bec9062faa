"""Which names templates and expressions use."""

from __future__ import annotations

import pytest

from engine.model.references import Reference, usage

USES: dict[str, list[tuple[str, tuple[str | int, ...]]]] = {
    "": [],
    "no { braces } at all": [],
    "{{ nodes.a.output }}": [("nodes", ("a", "output"))],
    "{{ nodes['a b'].ports[\"p.q\"][0].x }}": [("nodes", ("a b", "ports", "p.q", 0, "x"))],
    "{{ nodes.티켓_분류.status }}": [("nodes", ("티켓_분류", "status"))],
    "{{ inputs.x }} {{ vars.y }} {{ run.id }} {{ item }}": [
        ("inputs", ("x",)), ("vars", ("y",)), ("run", ("id",)), ("item", ()),
    ],
    "{{ nodes }}": [("nodes", ())],
    "{{ nodes[inputs.which].output }}": [("inputs", ("which",)), ("nodes", ())],
    "{{ nodes.a.output[i].x }}": [("i", ()), ("nodes", ("a", "output"))],
    "{{ nodes.a.output | default(nodes.b.output) | tojson }}": [("nodes", ("a", "output")), ("nodes", ("b", "output"))],
    "{{ 'nodes.a' ~ x.nodes.a }}": [("x", ("nodes", "a"))],
    "{{ dict(nodes=nodes.a) }}": [("dict", ()), ("nodes", ("a",))],
    "{# {{ nodes.a }} #}{% raw %}{{ nodes.b }}{% endraw %}": [],
    "{{ nodes.a if inputs.x else nodes.b }}": [("inputs", ("x",)), ("nodes", ("a",)), ("nodes", ("b",))],
    "{% for x in nodes.a %}{{ x.y }}{{ loop.index }}{% else %}{{ x }}{% endfor %}{{ x }}": [
        ("nodes", ("a",)), ("x", ()), ("x", ()),
    ],
    "{% for k, v in nodes.a.items() if v and w %}{{ k }}{% endfor %}": [("nodes", ("a", "items")), ("w", ())],
    "{% set x = x %}{{ x }}": [("x", ())],
    "{% set x %}{{ y }}{% endset %}{{ x }}": [("y", ())],
    "{% set ns = namespace(a=1) %}{% set ns.a = 2 %}{{ ns.a }}": [("namespace", ())],
    "{% with a = b %}{{ a }}{% endwith %}{{ a }}": [("a", ()), ("b", ())],
    "{% macro m(a, b=c) %}{{ a }}{{ b }}{{ varargs }}{% endmacro %}{{ m(1) }}": [("c", ())],
    "{% macro m() %}{{ caller(1) }}{% endmacro %}{% call(u) m() %}{{ u }}{{ w }}{% endcall %}": [("w", ())],
    "{% filter upper %}{{ a }}{% endfilter %}": [("a", ())],
    "{% if a is defined and b is divisibleby(c) %}{{ d }}{% elif e %}{{ f }}{% endif %}": [
        ("a", ()), ("b", ()), ("c", ()), ("d", ()), ("e", ()), ("f", ()),
    ],
    "{{ {'k': a}['k'] }} {{ [b, (c,)] }} {{ -d }}": [("a", ()), ("b", ()), ("c", ()), ("d", ())],
}  # fmt: skip


@pytest.mark.parametrize("text", USES)
def test_uses(text: str) -> None:
    used = usage(text)
    assert used.issue is None
    assert sorted((reference.root, repr(reference.path)) for reference in used.references) == sorted(
        (root, repr(path)) for root, path in USES[text]
    )


def test_lines() -> None:
    used = usage("one\r\n{{ a }}\n\n{%- if b\n  and c.d %}\n{{ e | upper }}{% endif %}\n")
    assert [(reference.root, reference.line) for reference in used.references] == [("a", 2), ("b", 4), ("c", 5), ("e", 6)]


def test_expressions_stand_with_or_without_braces() -> None:
    expected = (Reference("nodes", ("a", "output"), 1), Reference("x", (), 2))
    assert usage("nodes.a.output > 3 and\nx", expression=True).references == expected
    assert usage("{{ nodes.a.output > 3 and\nx }}", expression=True).references == expected
    assert usage("nodes.a.output").references == ()
    assert usage(" ", expression=True) == usage("")


@pytest.mark.parametrize(("text", "line"), [
    ("{{ a", 1), ("{{ a + }}", 1), ("x\n{% if a %}\n", 2), ("x\n\n{{ 'a }}", 3), ("{% nonsense %}", 1), ("{% endfor %}", 1),
    ("{{ a b }}", 1), ("{{ ? }}", 1), ("{{ " + "(" * 5000 + " }}", None),
])  # fmt: skip
def test_mistakes_are_issues(text: str, line: int | None) -> None:
    used = usage(text)
    assert used.references == ()
    assert used.issue is not None
    assert used.issue.code == "template.syntax"
    assert used.issue.line in (line, line and line + 1)
    assert used.issue.text.endswith(".")
    assert used.issue.remedy.endswith(".")


def test_a_mistake_in_an_expression() -> None:
    issue = usage("a >", expression=True).issue
    assert issue is not None
    assert issue.code == "template.syntax"
