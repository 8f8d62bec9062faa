"""What a node type declares, as plain data: palettes and forms are made from it before any node type is imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.api.ports import Port, Ports
from engine.model.values import Json, JsonObject

CATEGORIES: Mapping[str, str] = {
    "start": "Start and end",
    "model": "Models",
    "connect": "Connect",
    "code": "Code",
    "logic": "Logic",
    "people": "People",
    "data": "Data",
    "own": "Own nodes",
}
"""Categories of the palette in its order, with their titles. A node type may name another one; it stands behind these."""


KINDS = (
    "text", "long_text", "code", "expression", "template", "json", "json_schema", "file", "secret", "secret_text", "duration",
    "datetime", "number", "integer", "switch", "choice", "list", "key_values", "cases", "rows", "group", "encoding", "provider",
    "model", "input_name", "any",
)  # fmt: skip
"""Kinds of fields; a form has an editor for each."""

_NO_PORTS = Ports((), ())


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A parameter, an option, or a field of a row: all that a form has to know to edit it.

    `kind` is one of `KINDS`. `rows` holds the fields of each row (kinds `rows` and `cases`) or of a `group`. `shown_when` names
    another field and the values of it with which this one matters. The rest is as in `engine.api.params.Param`.
    """

    name: str
    kind: str
    label: str
    help: str = ""
    required: bool = False
    default: Json = None
    optional: bool = False
    choices: tuple[Json, ...] = ()
    least: float | None = None
    most: float | None = None
    rows: tuple[FieldSpec, ...] = ()
    names: tuple[str, ...] = ()
    placeholder: str = ""
    language: str = ""
    shown_when: tuple[str, tuple[Json, ...]] | None = None
    takes_templates: bool = False
    expert: bool = False
    promotable: bool = False
    writes: bool = False

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FieldSpec:
        """Return the field that `asdict` and a JSON reader made `data` of."""
        given = dict(data)
        given["rows"] = tuple(map(cls.from_json, given.get("rows", ())))
        for name in ("choices", "names"):
            given[name] = tuple(given.get(name, ()))
        if when := given.get("shown_when"):
            given["shown_when"] = (when[0], tuple(when[1]))
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A node type as its palette entry, its form and its page in the help need it.

    `ports` are those of a new node; when `changing_ports` is set, they depend on its parameters and only the type itself knows
    them. `help` is Markdown.
    """

    type_id: str
    version: int
    title: str
    category: str
    icon: str
    help: str = ""
    keywords: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    fields: tuple[FieldSpec, ...] = ()
    ports: Ports = _NO_PORTS
    changing_ports: bool = False
    examples: tuple[JsonObject, ...] = ()

    @property
    def summary(self) -> str:
        """The first sentence of the help."""
        return self.help.partition("\n")[0]

    def field(self, name: str) -> FieldSpec | None:
        """Return the field with this name, or None."""
        return next((known for known in self.fields if known.name == name), None)

    def as_json(self) -> JsonObject:
        """Return the declaration as plain data."""
        return {**asdict(self), "ports": [[asdict(port) for port in side] for side in self.ports]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Declaration:
        """Return the declaration that `as_json` and a JSON reader made `data` of. Raises TypeError or KeyError for other data."""
        given = dict(data)
        inputs, outputs = given["ports"]
        given["ports"] = Ports(tuple(Port(**port) for port in inputs), tuple(Port(**port) for port in outputs))
        given["fields"] = tuple(map(FieldSpec.from_json, given["fields"]))
        for name in ("keywords", "aliases", "examples"):
            given[name] = tuple(given.get(name, ()))
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Declarations:
    """All that the window knows of node types: their declarations by id, and the options that every node has."""

    types: Mapping[str, Declaration] = field(default_factory=dict)
    options: tuple[FieldSpec, ...] = ()

    def as_json(self) -> JsonObject:
        """Return them as plain data."""
        return {
            "types": [known.as_json() for known in self.types.values()],
            "options": [asdict(option) for option in self.options],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Declarations:
        """Return what `as_json` and a JSON reader made `data` of. Raises TypeError or KeyError for other data."""
        types = map(Declaration.from_json, data["types"])
        return cls({known.type_id: known for known in types}, tuple(map(FieldSpec.from_json, data["options"])))
