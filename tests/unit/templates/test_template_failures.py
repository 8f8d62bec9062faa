"""What is wrong with a template is said with its place, the name and what is near; hostile ones end early and learn nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from engine.api.templates import check, evaluate, render, render_value
from engine.model.issues import Issue, WeftError
from tests.unit.templates.attacks import ATTACKS, ESCAPES

ROOT = Path(__file__).parents[3]
NAMES: dict[str, Any] = {
    "inputs": {"question": "q", "n": 3, "text": "abc", "list": [1, 2, 3], "object": {"a": 1}},
    "nodes": {"search": {"output": {"docs": [{"a": 1}], "total": 1}}, "sort_tickets": {"output": []}},
}


def issue_of(template: str, names: dict[str, Any] | None = None) -> Issue:
    with pytest.raises(WeftError) as caught:
        render(template, NAMES if names is None else names, field="prompt")
    issue = caught.value.issue
    assert issue.field == "prompt"
    assert issue.text.endswith(".")
    return issue


@pytest.mark.parametrize(
    ("template", "text", "remedy"),
    [
        ("{{ nodes.search.output.docz }}", "`nodes.search.output` has no `docz`.", "Nearest: `docs`."),
        ("{{ nodes.sort_ticket.output }}", "`nodes` has no `sort_ticket`.", "Nearest: `sort_tickets`."),
        ("{{ nodez.search }}", "There is no name `nodez`.", "Nearest: `nodes`."),
        ("{{ x }}", "There is no name `x`.", "There are: `inputs`, `nodes`."),
        ("{{ inputs['questio'] }}", "`inputs` has no `questio`.", "Nearest: `question`."),
        ("{{ nodes.search.output['docs'][0].b }}", "`nodes.search.output['docs'][0]` has no `b`.", "There are: `a`."),
        ("{{ nodes.search.output.docs[4] }}", "`nodes.search.output.docs` has 1 item, none at 4.", None),
        ("{{ nodes.search.output.docs.a }}", "`nodes.search.output.docs` is a list and has no `a`.", "Take one item with `[0]`"),
        ("{{ inputs.n.x }}", "`inputs.n` is a number and has no `x`.", ""),
        ("{% for d in nodes.search.output.docs %}{{ d.b }}{% endfor %}", "`d` has no `b`.", "There are: `a`."),
        ("{% if x %}{% endif %}", "There is no name `x`.", None),
        ("{{ x == 1 }}", "There is no name `x`.", None),
        ("{{ 1 + x }}", "There is no name `x`.", None),
        ("{{ x ~ 'a' }}", "There is no name `x`.", None),
        ("{{ x | upper }}", "There is no name `x`.", None),
        ("{{ x | length }}", "There is no name `x`.", None),
        ("{{ x() }}", "There is no name `x`.", None),
        ("{{ 'a'.replace('a', x) }}", "There is no name `x`.", None),
        ("{{ x.y.z }}", "There is no name `x`.", None),
        ("{{ [x] }}", "There is no name `x`.", None),
        ("{{ inputs[x] }}", "There is no name `x`.", None),
        ("{{ x in [1] }}", "There is no name `x`.", None),
        ("{{ {'a': x} | tojson }}", "There is no name `x`.", None),
        ("{{ nodes.search.output.docs | map(attribute='b') | join }}", "An object has no `b`.", "There are: `a`."),
        ("{% set n = namespace(a=1) %}{{ n.b }}", "`n` has no `b`.", None),
    ],
)
def test_missing_names(template: str, text: str, remedy: str | None) -> None:
    issue = issue_of(template)
    assert (issue.code, issue.text) == ("template.unknown-name", text)
    assert remedy is None or issue.remedy.startswith(remedy)


def test_missing_names_in_values_too() -> None:
    with pytest.raises(WeftError) as caught:
        render_value({"a": ["x", {"b": "{{ inputs.nope }}"}]}, NAMES, field="body")
    assert (caught.value.issue.field, caught.value.issue.code) == ("body.a[1].b", "template.unknown-name")
    with pytest.raises(WeftError) as caught:
        evaluate("inputs.nope > 3", NAMES, field="cases[0].when")
    assert (caught.value.issue.field, caught.value.issue.code) == ("cases[0].when", "template.unknown-name")


@pytest.mark.parametrize(
    ("template", "code", "part"),
    [
        ("{{ a", "template.syntax", "cannot be read"),
        ("{% if a %}", "template.syntax", "cannot be read"),
        ("{{ }}", "template.syntax", "cannot be read"),
        ("{% nope %}", "template.syntax", "unknown tag"),
        ("{{ 1 | uper }}", "template.syntax", "There is no filter `uper`."),
        ("{{ 1 is evn }}", "template.syntax", "There is no test `evn`."),
        ("{{ ['a'] | map('uper') }}", "template.syntax", "There is no filter `uper`."),
        ("{{ 1 + 'a' }}", "template.failed", "`+` does not work with a number and a text."),
        ("{{ 'a' - 1 }}", "template.failed", "`-` does not work with a text and a number."),
        ("{{ none + 1 }}", "template.failed", "`+` does not work with nothing and a number."),
        ("{{ 1 / 0 }}", "template.failed", "division by zero"),
        ("{{ 1 < 'a' }}", "template.failed", "`<` does not compare a number with a text."),
        ("{{ 'a' | sum }}", "template.failed", "`sum` adds numbers"),
        ("{{ 'x' is odd }}", "template.failed", "`odd` needs a number"),
        ("{{ 'x' | fromjson }}", "template.failed", "cannot read"),
        ("{{ [] | first }}", "template.failed", "No first item"),
        ("{% for x in 3 %}{% endfor %}", "template.failed", "A loop cannot go through a number."),
        ("{{ inputs.n() }}", "template.not-allowed", "A number cannot be called."),
        ("{{ inputs.text.upper }}", "template.not-data", "`upper` is not called."),
        ("{{ ('nan' | float, ) }}", "template.not-data", "none at all (NaN)"),
        ("{{ 1e308 * 10 }}", "template.not-data", "A number in the template is infinite"),
        ("{{ 1e400 }}", "template.not-data", "A number in the template is infinite"),
        ("so much: {{ -1e400 }}", "template.not-data", "A number in the template is infinite"),
        ("{{ (1e308 * 10) | int }}", "template.failed", "infinite"),
        ("{{ 9 ** 1200 * 9 ** 1200 }}", "template.too-large", "numbers"),
        ("{{ ''.__class__ }}", "template.not-allowed", "A text has no `__class__`."),
        ("{{ inputs.text.encode('ascii') }}", "template.not-allowed", "`inputs.text` is a text and has no `encode`."),
        ("{% include 'x' %}", "template.not-allowed", "include"),
        ("{% extends 'x' %}", "template.not-allowed", "extends"),
        ("{% import 'x' as y %}", "template.not-allowed", "import"),
        ("{% from 'x' import y %}", "template.not-allowed", "import"),
        ("{% block a %}{% endblock %}", "template.not-allowed", "block"),
        ("{% autoescape true %}{{ '<' }}{% endautoescape %}", "template.not-allowed", "autoescape"),
        ("{{ self }}", "template.not-allowed", "self"),
        ("{{ x" * 100_000, "template.too-large", "longer than 262,144 characters"),
    ],
)
def test_other_failures(template: str, code: str, part: str) -> None:
    issue = issue_of(template)
    assert issue.code == code
    assert part in issue.text
    assert issue.remedy


def test_remedies_say_what_templates_do_not_have() -> None:
    for template in ("{{ ''.__class__ }}", "{{ ''.encode() }}"):
        assert "underscore, and all but a few harmless methods, are not available" in issue_of(template).remedy
    assert issue_of("{{ 9 ** 1200 * 9 ** 1200 }}").remedy == "Use smaller ones."


def test_the_line_is_told_where_there_are_several() -> None:
    assert issue_of("a\n\n{{ inputs.nope }}\n").line == 3
    assert issue_of("a\n{{ inputs. }}\n").line == 2
    assert issue_of("{% for i in [1] %}\n{{ 1 + 'a' }}\n{% endfor %}").line == 2
    assert issue_of("{{ inputs.nope }}").line is None
    with pytest.raises(WeftError) as caught:
        render_value("\n\n{{ 1 + 'a' }}", NAMES)
    assert caught.value.issue.line == 3


@pytest.mark.parametrize("number", ["1e400", "9" * 5000, "9" * 2000, "-1e999"])
def test_numbers_that_no_data_can_hold_are_found_before_a_run(number: str) -> None:
    for found in (check(f"so much: {{{{ {number} }}}}", field="text").issue, check(f"{number} > 3", expression=True).issue):
        assert found is not None
        assert found.code in ("template.not-data", "template.too-large")
        assert "number" in found.text


def test_check_needs_no_data() -> None:
    assert check("{{ nodes.whatever.output | upper }}").issue is None
    assert check("inputs.a >", expression=True, field="when").issue is not None
    assert check("a b", expression=True).issue is not None
    found = check("{{ a | nope }}", field="prompt").issue
    assert found is not None
    assert (found.code, found.field, found.text) == ("template.syntax", "prompt", "There is no filter `nope`.")
    found = check("{{ a | uper is defind }}").issue
    assert found is not None
    assert found.remedy.startswith("Nearest: `")


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("{{ a" + " ~ a" * 60_000 + " }}", False),
        ("a" + " + a" * 60_000, True),
        ("{{ a }}" + "x" * 300_000, False),
        ("x" * 300_000, True),
    ],
)
def test_checking_what_is_too_long_ends_soon(text: str, expression: bool) -> None:
    start = time.thread_time()
    found = check(text, expression=expression, field="prompt").issue
    assert found is not None
    assert (found.code, found.field) == ("template.too-large", "prompt")
    assert time.thread_time() - start < SECONDS
    assert check("x" * 300_000).issue is None


@pytest.mark.parametrize("template", ESCAPES)
def test_escapes_fail_and_learn_nothing(template: str) -> None:
    before = repr(NAMES)
    issue = issue_of(template)
    assert issue.code.startswith("template.")
    for forbidden in ("<class", "<function", "<built-in", "object at 0x", "0x7f"):
        assert forbidden not in issue.text + issue.remedy
    assert repr(NAMES) == before


SECONDS = 5.0
"""What one attack may cost on a busy machine; unlimited, the cheapest of them takes minutes or gigabytes."""
RUN_ATTACKS = """
import json, resource, time
from engine.api import templates
from engine.api.templating import limits
from engine.model.issues import WeftError
from tests.unit.templates.attacks import ATTACKS
limits.MAX_SECONDS = 0.7
templates.render("{{ 1 }}", {})
pages = int(open("/proc/self/statm").read().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + (400 << 20),) * 2)
found = {}
for name, template in ATTACKS.items():
    start = time.thread_time()
    try:
        templates.render(template, {})
    except WeftError as error:
        found[name] = [error.issue.code, error.issue.text, time.thread_time() - start]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def attacked() -> dict[str, tuple[str, str, float]]:
    """Run all attacks in a process that may take 400 MiB; by name: code and text of the issue, seconds."""
    done = subprocess.run([sys.executable, "-c", RUN_ATTACKS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    found: dict[str, tuple[str, str, float]] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on the address space")
@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_on_time_and_memory_end_soon(attacked: dict[str, tuple[str, str, float]], name: str) -> None:
    code, text, seconds = attacked[name]
    assert code.startswith("template.")
    assert "memory" not in text
    assert seconds < SECONDS


def test_output_is_cut_off() -> None:
    assert issue_of("{% for i in range(9999) %}" + "x" * 200 + "{% endfor %}").code == "template.too-large"
    assert issue_of("{{ inputs.big }}{{ inputs.big }}", {"inputs": {"big": "x" * 600_000}}).code == "template.too-large"
    assert len(render("{{ inputs.big }}", {"inputs": {"big": "x" * (1 << 20)}})) == 1 << 20


def test_large_data_passes_through_untouched() -> None:
    big = {"rows": [{"n": i, "text": "x" * 20} for i in range(100_000)], "text": "y" * 30_000_000}
    assert render_value("{{ inputs.rows }}", {"inputs": big}) is big["rows"]
    assert render_value("{{ inputs.text }}", {"inputs": big}) is big["text"]
    assert evaluate("inputs.rows | length", {"inputs": big}) == 100_000
    assert evaluate("(inputs.rows | last).n", {"inputs": big}) == 99_999


@pytest.mark.parametrize(("names", "told"), [({}, "nothing"), ({"zebra": 1}, "`zebra`"), ({"nop": 1, "zebra": 1}, "`nop`")])
def test_an_unknown_name_always_comes_with_a_remedy(names: dict[str, Any], told: str) -> None:
    with pytest.raises(WeftError) as caught:
        render("{{ nope }}", names)
    assert caught.value.issue.code == "template.unknown-name"
    assert told in caught.value.issue.remedy
