"""Templates give what is meant: types, text of values, names, lazy names, semantics of Jinja where nothing else is said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import jinja2
import pytest

from engine.api.templates import check, evaluate, is_template, render, render_value
from engine.model.issues import WeftError
from engine.model.values import JsonObject

DOCS = [{"title": "One", "score": 3, "tags": ["a", "b"]}, {"title": "둘", "score": 5, "tags": []}]
NAMES: dict[str, Any] = {
    "inputs": {"q": "hello", "n": 3, "flag": True, "empty": "", "price": 2.5, "null": None},
    "vars": {"threshold": 4},
    "nodes": {
        "search": {"output": {"docs": DOCS}, "ports": {"out": {"docs": DOCS}}, "status": "succeeded"},
        "skipped": {"output": None, "status": "skipped"},
        "티켓_분류": {"output": {"category": "결제"}},
    },
    "item": {"items": [1, 2], "name": "x", "keys": "own", "a-b": 1},
}


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ nodes.search.output.docs }}", DOCS),
        ("  {{ nodes.search.output }}\n", {"docs": DOCS}),
        ("{{inputs.n}}", 3),
        ("{{- inputs.flag -}}", True),
        ("{# the count #}{{ inputs.n + 1 }}", 4),
        ("{{ inputs.price * 2 }}", 5.0),
        ("{{ inputs.null }}", None),
        ("{{ nodes.skipped.output.docs }}", None),
        ("{{ {'a': {'b': '}}'}} }}", {"a": {"b": "}}"}}),
        ("{{ '{{ x }}' }}", "{{ x }}"),
        ('{{ "a" ~ "}}" }}', "a}}"),
        ("{{ (1, 2) }}", [1, 2]),
        ("{{ range(3) }}", [0, 1, 2]),
        ("{{ {1: 'a', true: 'b', none: 'c'} }}", {"1": "b", "null": "c"}),
        ("{{ nodes.search.output.docs | map(attribute='score') }}", [3, 5]),
        ("{{ nodes.search.output.docs | selectattr('score', 'gt', 4) | list }}", [DOCS[1]]),
        ("{{ nodes.search.output.docs[0].tags[1:] }}", ["b"]),
        ("{{ inputs.q }}", "hello"),
        (" {{ inputs.q }}\n", " hello\n"),
        ("{{ inputs.n }}{{ inputs.n }}", "33"),
        ("{{ inputs.n }}!", "3!"),
        ("{% if inputs.flag %}{{ inputs.n }}{% endif %}", "3"),
        ("{{ inputs.q if false }}", None),
        ("plain }} text", "plain }} text"),
        ("", ""),
    ],
)
def test_single_expressions_keep_their_type(template: str, value: object) -> None:
    result = render_value(template, NAMES)
    assert (result, type(result)) == (value, type(value))


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ inputs.q }} x{{ inputs.n }}\n", "hello x3\n"),
        ("[{{ inputs.null }}|{{ nodes.skipped.output }}|{{ nodes.skipped.output.a.b[0] }}]", "[||]"),
        ("{{ inputs.flag }} {{ not inputs.flag }}", "true false"),
        ("{{ nodes.search.output.docs[1] }}", '{"title": "둘", "score": 5, "tags": []}'),
        ("{{ ['é', none, 1.5, (2,)] }}", '["é", null, 1.5, [2]]'),
        ("{{ 'a' ~ 1 ~ none ~ true ~ [1] }}", "a1true[1]"),
        ("{% for d in nodes.search.output.docs %}{{ loop.index }}. {{ d.title }}\n{% endfor %}", "1. One\n2. 둘\n"),
        ("{% for d in nodes.skipped.output %}{{ d }}{% else %}none{% endfor %}", "none"),
        ("{% for k, v in inputs.items() if v %}{{ k }}={{ v }};{% endfor %}", "q=hello;n=3;flag=true;price=2.5;"),
        ("{% for d in [[1, [2]], [3]] recursive %}{{ loop(d) if d is iterable else d }}{% endfor %}", "123"),
        ("{{ nodes.skipped.output | length }}{{ nodes.skipped.output | join(',') }}{{ nodes.skipped.output | upper }}", "0"),
        ("{{ nodes.티켓_분류.output.category }}", "결제"),
        ("{{ item.items | length }} {{ item.keys }} {{ item['a-b'] }}", "2 own 1"),
        ("{{ vars.items() | list }}", '[["threshold", 4]]'),
        ("{% set n = namespace(x=0) %}{% for i in range(5) %}{% set n.x = n.x + i %}{% endfor %}{{ n.x }}", "10"),
        ("{% macro hi(a, b='!') %}{{ a }}{{ b }}{% endmacro %}{{ hi('x') }}{{ hi('y', b='?') }}", "x!y?"),
        ("{% macro w() %}<{{ caller() }}>{% endmacro %}{% call w() %}in{% endcall %}", "<in>"),
        ("{% filter upper %}a{{ inputs.q }}{% endfilter %}", "AHELLO"),
        ("{% set t %}a{{ inputs.n }}{% endset %}{{ t }}{{ t }}", "a3a3"),
        ("{% with a = 1 %}{{ a }}{% endwith %}", "1"),
        ("{% raw %}{{ x }}{% endraw %}{{ 1 }}", "{{ x }}1"),
        ("{{ missing | default('d') }}{{ inputs.null | default('e') }}{{ inputs.empty | default('f', true) }}", "def"),
        ("{{ nodes.search.nope is defined }} {{ nodes.search is defined }}", "false true"),
        (
            "{% for d in nodes.search.output.docs | groupby('score') %}{{ d.grouper }}:{{ d.list | length }} {% endfor %}",
            "3:1 5:1 ",
        ),
        ("{{ nodes.search.output.docs | groupby('score') | map(attribute='grouper') | join('+') }}", "3+5"),
        ("{{ '%05.1f' % 2.25 }}|{{ '%s %d' | format([1], 2) }}|{{ '%(a)s%%' % {'a': none} }}", "002.2|[1] 2|%"),
        ("{{ '{:>4}|{a:,.2f}|{b}'.format(7, a=1234.5, b=[1]) }}", "   7|1,234.50|[1]"),
        ("{{ {'b': 'ü', 'a': [1]} | tojson }}", '{"b": "ü", "a": [1]}'),
        ("{{ {'a': [1]} | tojson(indent=2) }}", '{\n  "a": [\n    1\n  ]\n}'),
        ("{{ ('[1, {\"a\": null}]' | fromjson)[1].a is none }}", "true"),
        ("{{ 'a b&ü' | urlencode }} {{ {'k': 'ü', 'n': 1} | urlencode }}", "a%20b%26%C3%BC k=%C3%BC&n=1"),
        ("{{ '<a & \"b\">' | e }}", "&lt;a &amp; &quot;b&quot;&gt;"),
        ("{{ 'a\nb' | indent(2) }}|{{ 'x' | center(5) }}|{{ 'a,b' | split(',') | last }}", "a\n  b|  x  |b"),
        (
            "{{ [1, 2.5] | sum }} {{ nodes.search.output.docs | sum(attribute='score') }} {{ nodes.skipped.output | sum }}",
            "3.5 8 0",
        ),
        ("{{ 2.345 | round(2) }} {{ 7 | round }} {{ 2.1 | round(0, 'ceil') }} {{ -3 | abs }}", "2.35 7.0 3.0 3"),
        ("{{ vars | keys | first }} {{ vars | values | first }}", "threshold 4"),
        (
            "{{ 'Straße'.upper() }} {{ ' x '.strip() }} {{ 'a.b.c'.rsplit('.', 1) }} {{ 'abc'[::-1] }}",
            'STRASSE x ["a.b", "c"] cba',
        ),
        ("{{ ['x', 'y'].index('y') }} {{ vars.get('nope', 7) }} {{ ','.join(['a', 1]) }}", "1 7 a,1"),
    ],
)
def test_text_of_values(template: str, text: str) -> None:
    assert render(template, NAMES) == text


PLAIN_JINJA = [
    "{{ a + 1 }}{{ b * 2 }}{{ a ** 2 }}{{ a // 2 }}{{ a % 2 }}{{ -a }}",
    "{% if a > 1 and not c %}x{% elif b %}y{% else %}z{% endif %}",
    "{% for x in d %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% for x in d|reverse %}{{ loop.index0 }}{{ loop.cycle('o', 'e') }}{{ loop.length }}{% endfor %}",
    "{% set x = 1 %}{% for i in d %}{% set x = i %}{% endfor %}{{ x }}",
    "{% for i in d %}{% for j in d %}{{ loop.index }}{{ i }}{{ j }};{% endfor %}{% endfor %}",
    "{{ d|join('-') }}{{ d|sort(reverse=true)|first }}{{ d|max }}{{ d|min }}{{ d|unique|list|length }}",
    "{% for row in d|batch(2, 0) %}{{ row|join }};{% endfor %}{% for col in d|slice(2) %}{{ col|join }};{% endfor %}",
    "{{ b|upper }}{{ b|title }}{{ b|capitalize }}{{ b|trim }}{{ b|truncate(3, true, '~') }}",
    "{{ b|wordcount }}{{ b|replace('e', 'a') }}{{ '12'|int + 1 }}{{ 'x'|int(7) }}{{ '1.5'|float }}",
    "{{ e|dictsort|map('first')|join }}{{ e.k }}{{ e['k'] }}{{ 'y' if 'k' in e }}",
    "{{ 1 if a else 2 }}{{ 'o' if a is odd else 'e' }}{{ 'y' if 4 is divisibleby 2 }}{{ 'e' if 3 is even else 'u' }}",
    "{%- if a %}  x  {%- endif -%}\n  y",
    "a\n{% if a %}\nb\n{% endif %}\nc\n",
    "{{ d|select('gt', 1)|list|length }}{{ d|reject('even')|join }}{{ d|map('string')|join }}{{ 2000|filesizeformat }}",
    "{{ 'a' < 'b' and 'y' }}{{ 'n' if a == b else 'm' }}{{ 'z' if b is string and d is iterable and e is mapping }}",
    "{% macro m(n) %}{{ n }}{% if n %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(4) }}",
]


@pytest.mark.parametrize("template", PLAIN_JINJA)
def test_otherwise_as_jinja_does_it(template: str) -> None:
    names = {"a": 3, "b": "some text", "c": None, "d": [3, 1, 2, 1, 5], "e": {"k": "v", "j": "w"}}
    plain = jinja2.Environment(keep_trailing_newline=True, autoescape=False)
    assert render(template, names) == plain.from_string(template).render(names)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("inputs.n > 2", True),
        ("{{ inputs.n > 2 }}", True),
        (" {{ inputs.n > 2 }} ", True),
        ("inputs.n", 3),
        ("nodes.search.output.docs | length == 2 and inputs.q in ['hello']", True),
        ("{'a': inputs.n}.a", 3),
        ("nodes.skipped.output is none", True),
        ("'x' ~ 1", "x1"),
        ("inputs.q\n  == 'hello'", True),
    ],
)
def test_expressions(expression: str, value: object) -> None:
    assert evaluate(expression, NAMES) == value
    assert check(expression, expression=True).issue is None


def test_values_are_walked_and_shared_data_is_not_copied() -> None:
    value: JsonObject = {"a": ["{{ inputs.n }}", {"b": "x{{ inputs.n }}"}], "{{ key }}": 1, "c": None}
    assert render_value(value, NAMES) == {"a": [3, {"b": "x3"}], "{{ key }}": 1, "c": None}
    assert render_value("{{ nodes.search.output.docs }}", NAMES) is DOCS
    assert value["a"] == ["{{ inputs.n }}", {"b": "x{{ inputs.n }}"}]


class Lazy(Mapping[str, Any]):
    """Builds an entry only when it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getitem__(self, key: str) -> Any:
        if key not in ("a", "b"):
            raise KeyError(key)
        self.asked.append(key)
        return {"output": [key]}

    def __iter__(self) -> Iterator[str]:
        return iter(("a", "b"))

    def __len__(self) -> int:
        return 2


def test_lazy_names_are_built_only_when_used() -> None:
    nodes = Lazy()
    assert render("{{ nodes.a.output[0] }}{% if false %}{{ nodes.b }}{% endif %}", {"nodes": nodes}) == "a"
    assert nodes.asked == ["a"]
    assert render_value(" {{ nodes.a.output[0] }}\n", {"nodes": nodes}) == " a\n"
    assert nodes.asked == ["a", "a"]
    assert render_value("{{ nodes }}", {"nodes": nodes}) == {"a": {"output": ["a"]}, "b": {"output": ["b"]}}
    assert render("{{ nodes }}", {"nodes": nodes}) == '{"a": {"output": ["a"]}, "b": {"output": ["b"]}}'


def test_errors_of_lazy_names_are_not_taken_for_errors_of_templates() -> None:
    class Broken(Lazy):
        def __getitem__(self, key: str) -> Any:
            raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        render("{{ nodes.a }}", {"nodes": Broken()})


def test_text_without_a_template_is_left_alone() -> None:
    assert render("a\r\n{ {x} }", {}) == "a\r\n{ {x} }"
    assert not is_template("a { { } }")
    assert is_template("{# x #}")


def test_importing_is_light() -> None:
    code = "import sys, engine.api.templates as t; t.render('x', {}); sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_rendering_inside_a_rendering_shares_its_budget() -> None:
    class Nested(Lazy):
        def __getitem__(self, key: str) -> Any:
            return render("{% for i in range(100000) %}{% endfor %}x", {})

    with pytest.raises(WeftError, match="too much work"):
        render("{% for i in range(10) %}{{ nodes.a }}{% endfor %}", {"nodes": Nested()})
