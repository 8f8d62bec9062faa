"""A node's new id in all that refers to it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.changes import RenameInput, RenameNode
from engine.model.graph import Edge, Graph, InputSpec, Node
from engine.model.issues import WeftError
from engine.model.references import usage
from engine.model.rename import renamed
from engine.model.serialize import dump, load

OLD, NEW = "old", "새_이름"
CHANGED = {
    "{{ nodes.old.output }}": "{{ nodes.새_이름.output }}",
    "{{nodes.old}}": "{{nodes.새_이름}}",
    "{{ nodes['old'].ports['x'] }} {{ nodes[\"old\"] }}": "{{ nodes['새_이름'].ports['x'] }} {{ nodes[\"새_이름\"] }}",
    "{{ nodes . old }} {{ nodes [ 'old' ] }}": "{{ nodes . 새_이름 }} {{ nodes [ '새_이름' ] }}",
    "{{ (nodes).old }} {{ ((nodes))['old'] }}": "{{ (nodes).새_이름 }} {{ ((nodes))['새_이름'] }}",
    "nodes.old a\r\n{%- if nodes.old -%}\r\n x \t\r\n{% endif %}\n\n": (
        "nodes.old a\r\n{%- if nodes.새_이름 -%}\r\n x \t\r\n{% endif %}\n\n"
    ),
    "{{ nodes.old if nodes.older else nodes.b.old }}": "{{ nodes.새_이름 if nodes.older else nodes.b.old }}",
    "{% for x in nodes.old.output %}{{ nodes.old }}{{ x.nodes.old }}{% endfor %}": (
        "{% for x in nodes.새_이름.output %}{{ nodes.새_이름 }}{{ x.nodes.old }}{% endfor %}"
    ),
    "{% for nodes in nodes.old %}{{ nodes.old }}{% endfor %}{{ nodes.old }}": (
        "{% for nodes in nodes.새_이름 %}{{ nodes.old }}{% endfor %}{{ nodes.새_이름 }}"
    ),
    "{# nodes.old #}{% raw %}{{ nodes.old }}{% endraw %}{{ 'nodes.old' }}{{ nodes.old }}": (
        "{# nodes.old #}{% raw %}{{ nodes.old }}{% endraw %}{{ 'nodes.old' }}{{ nodes.새_이름 }}"
    ),
    "{{ f(nodes=nodes.old)[nodes.old] | join(nodes.old) }}": (
        "{{ f(nodes=nodes.새_이름)[nodes.새_이름] | join(nodes.새_이름) }}"
    ),
    "nodes.old.output > 3 and item": "nodes.새_이름.output > 3 and item",
    " nodes['old']\n": " nodes['새_이름']\n",
    "{'a': {'b': nodes.old}}": "{'a': {'b': nodes.새_이름}}",
    "{{ nodes.old + }} and {{ nodes['old'] | nodes.old }}": "{{ nodes.새_이름 + }} and {{ nodes['새_이름'] | nodes.old }}",
}
KEPT = [
    "", "old", "nodes.older", "see nodes.old", "x = nodes.old", "{{ old.nodes }}", "{{ inputs.old }}", "{{ vars.nodes.old }}",
    "{% set nodes = {} %}{{ nodes.old }}", "{% macro m(nodes) %}{{ nodes.old }}{% endmacro %}", "{{ nodes[old] }}",
    "{{ 'nodes.old", "nodes.old }} x {{ y", "nodes.old }} b", "a\\ nodes.old", "{{ nodes", "{{ nodes.", "{{ nodes[",
]  # fmt: skip


@pytest.mark.parametrize("text", CHANGED)
def test_renamed(text: str) -> None:
    assert renamed(text, OLD, NEW) == CHANGED[text]


@pytest.mark.parametrize("text", KEPT)
def test_kept_byte_for_byte(text: str) -> None:
    assert renamed(text, OLD, NEW) == text


TEXT = """\
schema_version: 1
name: N1
nodes:
  first:
    type: t
    version: 1
    params:
      rows:
        - x: "{{ nodes.old.output }}"
    options:
      accept:
        expression: nodes.old.output and output
      pinned:
        out: "{{ nodes.old }}"
  # about old
  old:
    type: nobody.knows
    version: 1
    params:
      # about deep
      deep: "{{ nodes['old'] }}"
edges:
  - from: first.out
    to: old.in.x
  - from: old.out
    to: gone.in
    later: 1
layout:
  nodes:
    # about its place
    old: [1, 2]
"""


def test_a_node_is_renamed_everywhere() -> None:
    graph = load(TEXT).checked()
    before = graph.copy()
    inverse = graph.apply(RenameNode(OLD, "fresh"))
    expected = re.sub(r"\bold\b", "fresh", TEXT).replace("# about fresh", "# about old")
    expected = expected.replace('out: "{{ nodes.fresh }}"', 'out: "{{ nodes.old }}"')  # pinned data is no template
    assert dump(graph) == expected
    again = graph.apply(inverse)
    assert graph == before
    graph.apply(again)
    assert dump(graph) == expected


def test_undo_leaves_references_alone_that_named_the_new_id_before() -> None:
    graph = Graph(nodes={"a": Node("a", "t", params={"x": "{{ nodes.b }} {{ nodes.a }}"})})
    inverse = graph.apply(RenameNode("a", "b"))
    assert graph.nodes["b"].params == {"x": "{{ nodes.b }} {{ nodes.b }}"}
    graph.apply(inverse)
    assert graph.nodes["a"].params == {"x": "{{ nodes.b }} {{ nodes.a }}"}


def test_edges_that_would_become_equal_are_in_the_way() -> None:
    graph = Graph(nodes={"a": Node("a", "t")}, edges=[Edge.of("a.out", "c.in"), Edge.of("b.out", "c.in")])
    with pytest.raises(WeftError) as error:
        graph.apply(RenameNode("a", "b"))
    assert error.value.issue.code == "change.exists"
    assert list(graph.nodes) == ["a"]


INPUTS = """\
schema_version: 1
name: N1
inputs:
  first:
    type: any
  # about old
  old:
    type: text
    default: "{{ inputs.old }}"
  last:
    type: any
nodes:
  a:
    type: t
    version: 1
    params:
      rows:
        - x: "{{ inputs.old }} {{ inputs['old'] }} {{ nodes.old }} {{ inputs.older }}"
    options:
      accept:
        expression: inputs.old and output
edges: []
"""


def test_an_input_is_renamed_in_its_place_and_wherever_it_is_read() -> None:
    graph = load(INPUTS).checked()
    before = graph.copy()
    inverse = graph.apply(RenameInput("old", "fresh"))
    expected = INPUTS.replace("  old:", "  fresh:").replace(
        "{{ inputs.old }} {{ inputs['old'] }}", "{{ inputs.fresh }} {{ inputs['fresh'] }}"
    )
    assert dump(graph) == expected.replace("expression: inputs.old", "expression: inputs.fresh")
    graph.apply(inverse)
    assert graph == before


@pytest.mark.parametrize(("old", "new", "code"), [("gone", "x", "change.missing"), ("a", "b", "change.exists")])
def test_an_input_that_there_is_not_and_a_name_that_is_taken_are_refused(old: str, new: str, code: str) -> None:
    graph = Graph(inputs={name: InputSpec(name) for name in "ab"})
    with pytest.raises(WeftError) as error:
        graph.apply(RenameInput(old, new))
    assert error.value.issue.code == code
    assert list(graph.inputs) == ["a", "b"]


FRAGMENTS = (
    "text nodes.old ", "\r\n", "{{ nodes.old.output }}", "{{- nodes['old'] -}} ", "{{ nodes.older }}", "{{ x.old }}", "{# old #}",
    "{% for nodes in nodes.old %}", "{% endfor %}", "{% if nodes.old %}", "{% endif %}", "{% set nodes = nodes.old %}", "한글 ",
    "{% raw %}{{ nodes.old }}{% endraw %}", "{{ 'nodes.old' ~ nodes [ \"old\" ] . x }}", "{{", "}}", "{%- set a = (nodes).old %}",
)  # fmt: skip


@settings(deadline=None, database=None, max_examples=200)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join))
def test_a_renamed_text_uses_the_new_name_where_it_used_the_old(text: str) -> None:
    result = renamed(text, OLD, "fresh")
    assert renamed(result, "fresh", OLD) == text
    before, after = usage(text), usage(result)
    if before.issue is None:
        assert after.references == tuple(
            replace(item, path=("fresh", *item.path[1:])) if item.root == "nodes" and item.path[:1] == (OLD,) else item
            for item in before.references
        )
