"""Whatever a template is, it gives plain data or an issue."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.api.templates import check, evaluate, render, render_value
from engine.model.issues import WeftError

NAMES: dict[str, Any] = {"a": [1, {"b": "x"}], "b": {"a": None, "items": 2}, "c": "text", "d": 1.5, "e": True}
MARKS = ["{{", "}}", "{%", "%}", "{#", "#}", "{{-", "-}}", "\n"]
SIGNS = [".", "[", "]", "(", ")", "{", "}", ",", ":", "|", "~", "+", "-", "*", "/", "//", "%", "**", "==", "<", ">=", "="]
WORDS = [
    "a", "b", "c", "d", "e", "zz", "loop", "n", "ns", "and", "or", "not", "in", "is", "if", "else", "elif", "endif", "for",
    "endfor", "set", "endset", "macro", "endmacro", "call", "endcall", "filter", "endfilter", "with", "endwith", "recursive",
    "namespace", "range", "dict", "upper", "join", "map", "sort", "groupby", "first", "length", "default", "tojson", "fromjson",
    "batch", "replace", "format", "items", "get", "split", "defined", "none", "true", "odd", "'x'", '"%s"', "'{}'", "0", "-1",
    "99", "1.5", "a.b", "b.a", "a[0]", "b.items", "c.upper()", "a|map('string')|join",
]  # fmt: skip
AROUND = ["{}", "{{{{ {} }}}}", "{{% set n = {} %}}{{{{ n }}}}", "{{% for n in {} %}}{{{{ n }}}}{{% endfor %}}"]


def settled(give: Callable[[], object]) -> bool:
    """Tell whether a template gives plain data or an issue of its own."""
    try:
        json.dumps(give(), allow_nan=False)
    except WeftError as error:
        return error.issue.code.startswith("template.") and error.issue.text.endswith(".")
    return True


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(MARKS + SIGNS + WORDS), max_size=14), st.sampled_from(AROUND))
def test_any_template(pieces: list[str], around: str) -> None:
    template = around.format(" ".join(pieces))
    assert settled(lambda: render(template, NAMES))
    assert settled(lambda: render_value(template, NAMES))
    found = check(template).issue
    assert found is None or found.code.startswith("template.")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(SIGNS + WORDS), max_size=8))
def test_any_expression(pieces: list[str]) -> None:
    assert settled(lambda: evaluate(" ".join(pieces), NAMES))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_any_text(text: str) -> None:
    assert settled(lambda: render("{{ a }}" + text, NAMES))
