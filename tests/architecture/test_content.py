"""What is committed: the agreed entries at the top, and no trace of the machine it was written on."""

from __future__ import annotations

import re

import pytest

from tests.helpers.checkout import PACKAGES, ROOT, committed_files

TOP_LEVEL = {
    *PACKAGES,
    *("tests", "docs", ".ci", ".gitignore", "pyproject.toml", "requirements.lock", "constraints.txt"),
    *("Makefile", "bootstrap.py", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"),
    "PLAN.md",  # a working paper while an issue is open
}

FORBIDDEN = {
    "host of a package index": r"py" r"pi\.org|python" r"hosted|--(?:extra-)?index" r"-url|--find" r"-links",
    "path of one machine": r"(?<![\w.~}\])])/(?:work|root|(?:home|Users)/(?!ann/|kim/)\w+)/",  # two invented people
    "unfinished work": r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b",
}
"""The patterns are written in two halves, so that this file does not match them."""


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_committed_text_holds(what: str) -> None:
    found = []
    for path in committed_files():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        lines = enumerate(text.splitlines(), 1)
        found += [f"{path.as_posix()}:{number}: {line.strip()}" for number, line in lines if re.search(FORBIDDEN[what], line)]
    assert found == []


def test_top_level_holds_only_what_is_agreed() -> None:
    assert {path.parts[0] for path in committed_files()} - TOP_LEVEL == set()
