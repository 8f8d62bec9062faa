"""What people write who know Python or JavaScript, and how they are told to write it."""

from __future__ import annotations

import re

import pytest

from engine.api import templates
from engine.model.graph import Graph, Node
from engine.model.idioms import NAMES, member_remedy, name_remedy, syntax_remedy
from engine.model.issues import WeftError
from engine.model.values import Json
from engine.registry import open_registry
from engine.validation.check import check

NAMES_THERE: dict[str, Json] = {
    "value": [2, 1], "text": "a b", "number": "3", "run": {"started": 5}, "rows": [{"name": "x"}], "nothing": None,
    "item": 1, "other": [3],
}  # fmt: skip
WRITTEN = {
    "len(value)": ("value | length", 2),
    "len(value) > 1": ("value | length", 2),
    "str(value[0])": ("value[0] | string", "2"),
    "int(number)": ("number | int", 3),
    "Number('3')": ("value | float", None),
    "sorted(value)": ("value | sort", [1, 2]),
    "reversed(value)": ("value | reverse | list", [1, 2]),
    "sum(value)": ("value | sum", 3),
    "Math.max(value)": ("value | max", 2),
    "any(value)": ("value | select | list | length > 0", True),
    "all(value)": ("value | reject | list | length == 0", True),
    "isinstance(text, str)": ("text is string", True),
    "json.dumps(value)": ("value | tojson", "[2, 1]"),
    "JSON.parse(number)": ("number | fromjson", 3),
    "datetime.now()": ("run.started", 5),
    "value.append(3)": ("value + [item]", [2, 1, 1]),
    "value.length": ("value | length", 2),
    "text.length > 3": ("text | length", 3),
    "text.toUpperCase()": ("text.upper()", "A B"),
    "text.trim()": ("text.strip()", "a b"),
    "value.includes(1)": ("item in value", True),
    "value.concat(other)": ("value + other", [2, 1, 3]),
    "rows.map(1)": ("rows | map(attribute='name') | list", ["x"]),
    "rows.filter(1)": ("rows | selectattr('name') | list", [{"name": "x"}]),
    "text.substring(1)": ("text[0:3]", "a b"),
    "nothing == null": ("none", None),
}


@pytest.mark.parametrize("written", WRITTEN)
def test_the_remedy_says_how_it_is_written_and_that_works(written: str) -> None:
    how, result = WRITTEN[written]
    with pytest.raises(WeftError) as error:
        templates.evaluate(written, NAMES_THERE)
    assert error.value.issue.remedy == f"Write `{how}`."
    given = templates.evaluate(how, NAMES_THERE)
    assert result is None or given == result


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("a && b", "Write `and` for `&&`."),
        ("a || b", "Write `or` for `||`."),
        ("!a", "Write `not` for `!`."),
        ("a === b", "Write `==` to compare, `!=` for what differs."),
        ("a ? b : c", "Write `a if test else b` for `test ? a : b`."),
        ("a ?? b", "Write `value | default(other)` for `value ?? other`."),
        ("a?.b", "Write `.` for `?.`: a part of nothing is nothing."),
        ("f'{a}'", "Texts are put together with `~`, as in `'Dear ' ~ name`."),
        ("a = 3", "Write `==` to compare."),
        ("a++", "Nothing is changed in a template: write the new value, as in `value + 1`."),
        ("[x for x in a]", "Write `list | map(attribute='name') | list`, or a `for` loop."),
        ("import os", "A template is no program: use a Python script for this."),
        ("if a: b", "Write `a if test else b`."),
    ],
)
@pytest.mark.parametrize("form", ["{}", "Text {{{{ {} }}}} and more"])
def test_signs_of_other_languages_are_told_of_before_and_in_a_run(written: str, told: str, form: str) -> None:
    text = form.format(written)
    issue = templates.check(text, expression=True).issue
    assert issue is not None
    assert (issue.code, issue.remedy) == ("template.syntax", told)
    with pytest.raises(WeftError) as error:
        templates.evaluate(text, {"a": 1, "b": 2}) if form == "{}" else templates.render_value(text, {"a": 1, "b": 2})
    assert (error.value.issue.code, error.value.issue.remedy) == ("template.syntax", told)


@pytest.mark.parametrize(
    "text",
    [
        "{% if a %}{{ b + }}{% endif %}",
        "{% set x = 1 %}{{ x + }}",
        "{{ '&& || !' + }}",
        "{{ f(a=1) + }}",
        "Is it? Yes! {{ a + }}",
    ],
)
def test_other_faults_are_not_taken_for_them(text: str) -> None:
    assert syntax_remedy(text) is None
    issue = templates.check(text).issue
    assert issue is not None
    assert issue.remedy == "Check the braces, quotes and brackets."


def test_the_check_of_a_document_says_it_as_well() -> None:
    params: dict[str, Json] = {"value": 1, "cases": [{"id": "a", "when": "len(value) > 3"}, {"id": "b", "when": "value == null"}]}
    found = check(Graph(nodes={"a": Node("a", "flow.condition", params=params)}), open_registry())
    told = [(issue.field, issue.text, issue.remedy) for issue in found if issue.code == "template.unknown-name"]
    assert told == [
        ("cases[0].when", "Templates have no `len`.", "Write `value | length`."),
        ("cases[1].when", "Templates have no `null`.", "Write `none`."),
    ]


def test_every_suggestion_can_be_read() -> None:
    said = [member_remedy(name, "value") for name in ("append", "pop", "indexOf", "toFixed", "startsWith", "endsWith")]
    said += [name_remedy(name, f"{name}(value)") for name in ("str", "set", "list", "float", "print")]
    for remedy in (*said, *(name_remedy(name, "") for name in NAMES)):
        assert remedy is not None
        (how,) = re.findall(r"`(.+)`", remedy)
        assert templates.check(how, expression=True).issue is None
