"""The libraries that are named are those that Weft asks for, each with a licence."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from desktop_app.licences import DIRECT, libraries

PROJECT = Path(__file__).resolve().parents[3] / "pyproject.toml"


def test_all_that_the_project_asks_for_is_named() -> None:
    asked = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    assert [re.split(r"[=<>; ]", line)[0] for line in asked] == list(DIRECT)


def test_every_library_tells_version_and_licence() -> None:
    found = {library.name.lower().replace("_", "-"): library for library in libraries()}
    assert {"langgraph", "langchain-core", "pyside6-essentials", "sqlalchemy"} <= found.keys(), "also what comes with others"
    assert "pytest" not in found
    assert [name for name, library in found.items() if not (library.version and library.licence)] == []
