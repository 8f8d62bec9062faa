"""requirements.lock holds what pyproject.toml asks for, with hashes, and no address of any kind."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.helpers.checkout import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ASKED = [Requirement(text) for text in PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]]


def locked() -> dict[str, list[Requirement]]:
    """Return the locked requirements by name; one name may have several, for different systems."""
    found: dict[str, list[Requirement]] = {}
    for line in re.findall(r"^[^\s#].*", LOCK, re.MULTILINE):
        requirement = Requirement(line.rstrip("\\ "))
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def version(requirement: Requirement) -> Version:
    (pin,) = requirement.specifier
    assert pin.operator == "=="
    return Version(pin.version)


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_lock_holds_dependency(asked: Requirement) -> None:
    entries = locked()[canonicalize_name(asked.name)]
    assert all(asked.specifier.contains(version(entry)) for entry in entries)


def test_every_entry_is_a_pin_with_hashes() -> None:
    for block in re.split(r"^(?=\S)", LOCK, flags=re.MULTILINE)[1:]:
        assert re.fullmatch(r"[\w.-]+==[^\s;]+( ; [^\\\n]+)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+", block), block


def test_lock_names_no_address() -> None:
    assert re.findall(r".*(?:://|/|@|\bfile:|--(?!hash=sha256:)).*", LOCK) == []


def test_qt_stays_below_the_release_that_breaks_python_3_11() -> None:
    (qt,) = locked()["pyside6-essentials"]
    assert version(qt) < Version("6.12")
    lines = re.findall(r"^\w.*", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    pins = [Requirement(line) for line in lines]
    assert {canonicalize_name(pin.name) for pin in pins} >= {"pyside6", "pyside6-addons", "pyside6-essentials", "shiboken6"}
    assert {version(pin) for pin in [*pins, *locked()["shiboken6"]]} == {version(qt)}
