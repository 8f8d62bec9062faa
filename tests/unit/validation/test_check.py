"""What is wrong with a document is found with code, node, field and line, and with a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.api.templates import render
from engine.model.files import Files
from engine.model.issues import Issue
from engine.model.serialize import load
from engine.registry import NodeRegistry, open_registry
from engine.validation.check import check

HEAD = "schema_version: 1\nid: 3d0d5a52-6f0f-4b39-9a43-8f2f7d1f3c10\nname: Test\n"


@pytest.fixture(scope="module")
def registry() -> NodeRegistry:
    return open_registry()


def issues_of(text: str, registry: NodeRegistry, folder: Path | None = None) -> list[Issue]:
    loaded = load(HEAD + text, "test.weft")
    return check(loaded.checked(), registry, files=Files(folder) if folder else None, lines=loaded.lines, file="test.weft")


TWO = """\
inputs:
  city:
    type: text
variables:
  unit: kg
nodes:
  first:
    type: data.transform
    params:
      template: {first}
  second:
    type: {type}
    params:
      {field}: {value}
{options}edges:
  - from: first.out
    to: second.after
"""


def two(value: str, *, kind: str = "data.transform", field: str = "template", first: str = "ok", options: str = "") -> str:
    return TWO.format(first=first, type=kind, field=field, value=value, options=options)


def test_a_good_document_has_no_issues(registry: NodeRegistry) -> None:
    text = two(
        "'{{ nodes.first.output }} {{ inputs.city }} {{ vars.unit }} {{ run.id }} {{ value }} {{ nodes.first.ports.out }}'"
    )
    assert issues_of(text, registry) == []


@pytest.mark.parametrize(
    ("text", "code", "field", "line", "hint"),
    [
        (two("'{{ nodes.frist.output }}'"), "template.unknown-name", "template", 17, "first"),
        (two("'{{ nodes.second.output }}'"), "reference.itself", "template", 17, "before"),
        (two("'{{ nodes.first.result }}'"), "reference.unknown-part", "template", 17, "output"),
        (two("'{{ nodes.first.ports.ot }}'"), "template.unknown-name", "template", 17, "out"),
        (two("'{{ inputs.citty }}'"), "template.unknown-name", "template", 17, "city"),
        (two("'{{ vars.units }}'"), "template.unknown-name", "template", 17, "unit"),
        (two("'{{ run.nr }}'"), "template.unknown-name", "template", 17, "id"),
        (two("'{{ nods.first.output }}'"), "template.unknown-name", "template", 17, "nodes"),
        (two("'{{ nodes.first.output'"), "template.syntax", "template", 17, ""),
        (two("'{{ value | nosuch }}'"), "template.", "template", 17, ""),
        (two("x", field="tempalte"), "param.unknown", "tempalte", 17, "template"),
        (two("sideways", field="operation"), "param.invalid", "operation", 17, ""),
        (two("x", kind="data.transfrom"), "type.unknown", "", 15, "data.transform"),
        (two("soon", kind="flow.wait", field="seconds"), "param.invalid", "seconds", 17, ""),
        (two("ok", options="    options:\n      time_limit: -1\n"), "option.invalid", "options.time_limit", 19, ""),
        (
            two("ok", options="    options:\n      retry:\n        attempt: 2\n"),
            "option.unknown",
            "options.retry.attempt",
            20,
            "",
        ),
        (
            two("ok", options="    options:\n      accept:\n        expression: otput > 1\n"),
            "template.unknown-name",
            "options.accept.expression",
            20,
            "output",
        ),
        (two("{$ref: '#/schemas/Nothing'}"), "ref.pointer", "template", 17, ""),
    ],
)
def test_issues_name_their_place(registry: NodeRegistry, text: str, code: str, field: str, line: int, hint: str) -> None:
    found = issues_of(text, registry)
    assert len(found) == 1, found
    issue = found[0]
    assert issue.code.startswith(code)
    assert (issue.node, issue.field, issue.line, issue.file) == ("second", field, line, "test.weft")
    assert hint in f"{issue.text} {issue.remedy}"
    assert issue.text.endswith(".")


def edges(*pairs: str) -> str:
    ends = [pair.split(" > ") for pair in pairs]
    lines = "".join(f"  - from: {source}\n    to: {target}\n" for source, target in ends)
    return "nodes:\n" + "".join(f"  {name}:\n    type: flow.wait\n" for name in "abc") + "edges:\n" + lines


@pytest.mark.parametrize(
    ("text", "code", "node"),
    [
        (edges("a.out > z.after"), "edge.no-node", ""),
        (edges("a.nothing > b.after"), "edge.no-port", "a"),
        (edges("a.out > b.nothing"), "edge.no-port", "b"),
        (edges("a.out > c.seconds", "b.out > c.seconds"), "edge.too-many", "c"),
        (edges("a.out > b.after", "b.out > c.after", "c.out > a.after"), "graph.cycle", "a"),
        (edges("a.out > a.after"), "graph.cycle", "a"),
        ("nodes: {}\n", "graph.empty", ""),
    ],
)
def test_wiring(registry: NodeRegistry, text: str, code: str, node: str) -> None:
    found = [issue for issue in issues_of(text, registry) if issue.severity == "error"]
    assert [(issue.code, issue.node) for issue in found] == [(code, node)]
    assert found[0].remedy


def model(mode: str, target: str, more: str = "") -> str:
    params = f"    params:\n      mode: {mode}\n      prompt: Sort it\n{more}"
    return (
        f"nodes:\n  a:\n    type: data.transform\n  m:\n    type: ai.llm\n{params}edges:\n  - from: a.out\n    to: m.{target}\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (model("each", "items"), []),
        (model("each", "value", "      items: [x]\n"), [("edge.no-port", "value")]),
        (model("each", "value"), [("edge.no-port", "value"), ("llm.no-list", "items")]),
        (model("each", "after"), [("llm.no-list", "items")]),
        (model("each", "after", "      items: '{{ nodes.a.output }}'\n"), []),
        (model("once", "items"), [("edge.no-port", "items")]),
        (model("once", "at_once"), [("edge.no-port", "at_once")]),
        (model("once", "temperature"), []),
    ],
)
def test_an_edge_to_what_does_not_matter_with_these_parameters(
    registry: NodeRegistry, text: str, expected: list[tuple[str, str]]
) -> None:
    found = [(issue.code, issue.port) for issue in issues_of(text, registry) if issue.severity == "error"]
    assert found == expected


def test_a_node_that_need_not_be_done_before(registry: NodeRegistry) -> None:
    text = two("ok", first="'{{ nodes.second.output }}'")
    (issue,) = issues_of(text, registry)
    assert (issue.code, issue.node, issue.line) == ("reference.not-before", "first", 13)
    assert "'second'" in issue.remedy


def test_a_cycle_names_its_nodes(registry: NodeRegistry) -> None:
    (issue,) = issues_of(edges("a.out > b.after", "b.out > a.after"), registry)
    assert "a -> b -> a" in issue.text


def test_a_wire_may_fill_a_parameter_that_has_no_value(registry: NodeRegistry) -> None:
    text = "nodes:\n  a:\n    type: data.transform\n  r:\n    type: file.read\nedges:\n  - from: a.out\n    to: r.path\n"
    assert issues_of(text, registry) == []
    without = issues_of(text.partition("edges:")[0], registry)
    assert [(issue.code, issue.field) for issue in without] == [("param.missing", "path")]


def test_aliases_of_other_programs_are_read(registry: NodeRegistry) -> None:
    names = ("LLM_CALL", "API_CALL", "PYTHON_SCRIPT", "CONDITION", "APPROVAL", "NOTIFICATION", "DATA_TRANSFORM")
    assert all(registry.get(name) is not None for name in names)


def test_a_node_of_a_newer_type_is_an_issue_and_is_kept(registry: NodeRegistry) -> None:
    found = issues_of("nodes:\n  a:\n    type: flow.wait\n    version: 99\n", registry)
    assert [(issue.code, issue.node) for issue in found] == [("type.newer", "a")]


@pytest.mark.parametrize(
    ("declared", "code", "field", "hint"),
    [
        ("type: integer", "input.type", "inputs.n.type", "number"),
        ("type: txt", "input.type", "inputs.n.type", "text"),
        ("{type: number, default: abc}", "input.default", "inputs.n.default", "number"),
        ("{type: list, default: {a: 1}}", "input.default", "inputs.n.default", "list"),
    ],
)
def test_inputs_have_types(registry: NodeRegistry, declared: str, code: str, field: str, hint: str) -> None:
    lines = declared if declared.startswith("{") else f"\n    {declared}"
    (issue,) = issues_of(f"inputs:\n  n: {lines}\nnodes:\n  a:\n    type: flow.wait\n", registry)
    assert (issue.code, issue.field, issue.severity) == (code, field, "error")
    assert hint in f"{issue.text} {issue.remedy}"


def test_an_error_port_that_leads_nowhere(registry: NodeRegistry) -> None:
    (issue,) = issues_of("nodes:\n  a:\n    type: flow.wait\n    options:\n      on_error: port\n", registry)
    assert (issue.code, issue.severity, issue.node, issue.line) == ("error.unwired", "warning", "a", 8)


@pytest.mark.parametrize("hosts", ["[5]", "['']", "['http://127.0.0.1:80']", "localhost/x"])
def test_allowed_hosts_are_hosts(registry: NodeRegistry, hosts: str) -> None:
    (issue,) = issues_of(f"settings:\n  allow_hosts: {hosts}\nnodes:\n  a:\n    type: flow.wait\n", registry)
    assert (issue.code, issue.line) == ("settings.host", 5)


def test_only_ports_that_exist_are_pinned(registry: NodeRegistry) -> None:
    text = "nodes:\n  a:\n    type: flow.wait\n    options:\n      pinned:\n        uot: 1\n"
    (issue,) = issues_of(text, registry)
    assert (issue.code, issue.node, issue.line, issue.remedy) == ("option.pinned", "a", 9, "It has: out.")


def test_a_wire_may_bring_an_address(registry: NodeRegistry) -> None:
    text = "nodes:\n  a:\n    type: data.transform\n  r:\n    type: http.request\nedges:\n  - from: a.out\n    to: r.url\n"
    assert issues_of(text, registry) == []


def test_a_body_that_is_not_sent(registry: NodeRegistry) -> None:
    text = "nodes:\n  r:\n    type: http.request\n    params:\n      url: https://example.com\n      body: {a: 1}\n"
    (issue,) = issues_of(text, registry)
    assert (issue.code, issue.severity, issue.field) == ("http.body-unused", "warning", "body_kind")


def test_a_secret_where_none_is_put_in(registry: NodeRegistry) -> None:
    text = "nodes:\n  a:\n    type: data.transform\n    params:\n      template: {key: {$secret: mine}}\n"
    (issue,) = issues_of(text, registry)
    assert (issue.code, issue.severity, issue.field, issue.line) == ("secret.place", "warning", "template.key", 8)
    request = "nodes:\n  r:\n    type: http.request\n    params:\n      url: https://a.example\n"
    headers = request + "      headers: {k: {$secret: mine}}\n"
    assert issues_of(headers, registry) == []


def test_two_outputs_of_one_name(registry: NodeRegistry) -> None:
    node = "    type: flow.output\n    params:\n      name: total\n"
    found = issues_of(f"nodes:\n  a:\n{node}  b:\n{node}", registry)
    assert [(issue.code, issue.node, issue.field, issue.line) for issue in found] == [("output.twice", "b", "name", 12)]
    assert "'a'" in found[0].text


def test_a_schema_that_is_none(registry: NodeRegistry) -> None:
    found = issues_of("schemas:\n  T:\n    type: 12\nnodes:\n  a:\n    type: flow.wait\n", registry)
    assert [(issue.code, issue.field) for issue in found] == [("schema.invalid", "schemas.T.type")]


def test_a_field_that_is_never_rendered_takes_no_template(registry: NodeRegistry) -> None:
    text = two("\"{{ 'webhook' }}\"", kind="notify.send", field="channel")
    assert [(issue.code, issue.field) for issue in issues_of(text, registry)] == [("param.invalid", "channel")]


@pytest.mark.parametrize(
    ("schema", "code"),
    [
        ("{type: strng}", "schema.invalid"), ("{pattern: '('}", "schema.invalid"),
        ("{$ref: 'http://127.0.0.1:1/x'}", "ref.place"), ("{$ref: '#/$defs/x'}", "ref.pointer"),
        ("{items: {$ref: '#/schemas/none'}}", "ref.pointer"),
        ("{$defs: {x: {type: strng}}, $ref: '#/$defs/x'}", "schema.invalid"),
    ],
)  # fmt: skip
def test_a_schema_of_accept_is_checked(schema: str, code: str, registry: NodeRegistry) -> None:
    options = f"    options:\n      accept:\n        schema: {schema}\n"
    found = issues_of(two("x", options=options), registry)
    assert [(issue.code, issue.node) for issue in found] == [(code, "second")]
    assert found[0].field.startswith("options.accept.schema")


@pytest.mark.parametrize(
    "value",
    [
        "{% for i in range(3) %}{% for j in range(i) %}{{ j }}{% endfor %}{% endfor %}",
        "{{ dict(a=1).a }}",
        "{% set n = namespace(a=1) %}{% set n.a = 2 %}{{ n.a }}",
    ],
)
def test_what_every_template_can_call_is_known(value: str, registry: NodeRegistry) -> None:
    assert issues_of(two(f'"{value}"'), registry) == []
    assert render(value, {}) != ""


def test_a_name_that_is_used_twice_is_told_once(registry: NodeRegistry) -> None:
    found = issues_of(two("'{{ nope }} {{ nope }} {{ vars.nope }} {{ vars.nope }}'"), registry)
    assert [issue.text for issue in found] == ["There is no name: 'nope'.", "There is no such thing as a variable: 'nope'."]


@pytest.mark.parametrize(
    ("value", "remedy"),
    [
        ("{{ zzz }}", "There are: inputs, vars, run, nodes."), ("{{ vars.zzz }}", "There are: unit."),
        ("{{ inputs.ctiy }}", "Nearest: city."), ("{{ input.city }}", "Nearest: inputs."),
    ],
)  # fmt: skip
def test_an_unknown_name_comes_with_what_there_is(value: str, remedy: str, registry: NodeRegistry) -> None:
    found = issues_of(two(f"'{value}'", field="value", kind="flow.output"), registry)
    assert [issue.remedy for issue in found if issue.code == "template.unknown-name"] == [remedy]


@pytest.mark.parametrize("number", ["1e400", "9" * 5000, "9" * 2000])
def test_a_number_without_end_in_a_template(number: str, registry: NodeRegistry) -> None:
    (issue,) = issues_of(two(f"'{{{{ {number} }}}}'", field="value", kind="flow.output"), registry)
    assert issue.code in ("template.not-data", "template.too-large")
    assert (issue.node, issue.field, issue.line) == ("second", "value", 17)


@pytest.mark.parametrize(("name", "remedy"), [("ctiy", "Declared inputs: city."), ("zzz", "Declared inputs: city.")])
def test_an_input_node_names_an_input_that_is_declared(name: str, remedy: str, registry: NodeRegistry) -> None:
    text = f"inputs:\n  city:\n    type: text\nnodes:\n  a:\n    type: flow.input\n    params:\n      name: {name}\n"
    (issue,) = issues_of(text, registry)
    assert (issue.code, issue.node, issue.field, issue.line, issue.remedy) == ("input.unknown", "a", "name", 11, remedy)
    assert issues_of(text.replace(name, "city"), registry) == []
    assert issues_of(text.replace(name, '"{{ vars.x }}"').replace("nodes:", "variables: {x: city}\nnodes:"), registry) == []
