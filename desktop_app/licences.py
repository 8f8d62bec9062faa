"""What Weft stands on, with version and licence, as the packages themselves tell it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution

DIRECT = (
    "aiosmtplib", "aiosqlite", "alembic", "cryptography", "dbus-fast", "filelock", "httpx", "httpx2", "jinja2", "jmespath",
    "jsonschema", "keyring", "langgraph", "langgraph-checkpoint-sqlite", "networkx", "openai", "platformdirs", "psutil",
    "pydantic", "pyside6-essentials", "pyyaml", "referencing", "rich", "sqlmodel", "typer", "xllamacpp",
)  # fmt: skip
"""The packages that Weft itself asks for, as in `pyproject.toml`; the others come with these."""
_UNTOLD = {"pyside6-essentials": "LGPL-3.0-only", "shiboken6": "LGPL-3.0-only"}
"""Licences that packages tell in files only."""
_NAME = re.compile(r"[\w.-]+")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Library:
    """A package that is installed. `licence` is empty when it does not tell."""

    name: str
    version: str
    licence: str


def libraries() -> list[Library]:
    """Return the packages that run here, sorted by name. Reads their metadata, which takes some tens of milliseconds."""
    found: dict[str, Library] = {}
    wanted = list(DIRECT)
    while wanted:
        name = _plain(wanted.pop())
        if name in found:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:  # it belongs to another system
            continue
        found[name] = Library(package.metadata["Name"], package.version, _licence(package) or _UNTOLD.get(name, ""))
        wanted.extend(_needed(package))
    return sorted(found.values(), key=lambda library: library.name.casefold())


def _needed(package: Distribution) -> Iterator[str]:
    for line in package.requires or ():
        if "extra ==" not in line and (name := _NAME.match(line)) is not None:
            yield name[0]


def _licence(package: Distribution) -> str:
    told = package.metadata
    if "License-Expression" in told:
        return told["License-Expression"]
    classes = [one for one in told.get_all("Classifier") or () if one.startswith("License ::")]
    if classes:
        return ", ".join(dict.fromkeys(one.rpartition(" :: ")[2] for one in classes))
    first = "".join((told.get_all("License") or [])[:1]).strip().partition("\n")[0]
    return first if len(first) <= _LONGEST else ""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
