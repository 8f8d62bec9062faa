"""Every message that the engine's code writes down has a remedy, and both are short plain sentences."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import texts
from tests.helpers.checkout import ROOT

MAKERS = {
    "failure": (0, 1, 2), "Issue": (0, 1, 2), "WebError": (0, 1, 2), "MailError": (0, 1, 2), "model_error": (0, 1, 2),
    "add": (0, 1, 2), "report": (1, 2, 3),
}  # fmt: skip
"""Positions of code, text and remedy in the arguments of what makes an issue."""


def calls(path: Path) -> Iterator[tuple[str, list[ast.expr]]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if places := MAKERS.get(name):
                code = node.args[places[0]] if len(node.args) > places[0] else None
                if isinstance(code, ast.Constant | ast.JoinedStr) and len(node.args) > places[1]:
                    yield f"{path.name}:{node.lineno}", [node.args[place] for place in places if place < len(node.args)]


def written(part: ast.expr) -> str:
    """Return a text as far as it is written down, `…` for what is put in."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    if isinstance(part, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in part.values)
    return "…"


FILES = sorted((ROOT / "engine").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_messages_have_a_remedy_and_end(path: Path) -> None:
    for place, parts in calls(path):
        assert len(parts) == 3, f"{place}: {written(parts[0])} has no remedy"
        for part in map(written, parts[1:]):
            assert part, f"{place}: {written(parts[0])} says nothing"
            assert part.endswith((".", "…")), f"{place}: {part!r} is no whole sentence"
            assert "!" not in part, f"{place}: {part!r} shouts"
            assert part.count(". ") <= 1, f"{place}: {part!r} is long"


@pytest.mark.parametrize("path", texts.speakers(), ids=lambda path: str(path.relative_to(ROOT)))
def test_messages_can_be_translated(path: Path) -> None:
    """What is put together has to be a `phrase`, in the call and in the name that is given to it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    given = {part.id for _, parts in calls(path) for part in parts if isinstance(part, ast.Name)}
    named = [item.value for item in ast.walk(tree) if isinstance(item, ast.Assign) and names(item) & given]
    for place, parts in calls(path):
        assert not any(is_english_only(part) for part in parts[1:]), f"{place}: {ast.unparse(parts[1])} needs `phrase`"
    assert [ast.unparse(value) for value in named if is_english_only(value)] == []


def names(item: ast.Assign) -> set[str]:
    return {target.id for target in item.targets if isinstance(target, ast.Name)}


def is_english_only(part: ast.expr) -> bool:
    """Tell whether a text has words of its own around what is put in."""
    said = [one.value for one in part.values if isinstance(one, ast.Constant)] if isinstance(part, ast.JoinedStr) else []
    return any(re.search(r"[A-Za-z]{2}", str(one)) for one in said)
