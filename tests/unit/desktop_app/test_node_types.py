"""What `weft nodes show` says of a node type, to people and to programs."""

from __future__ import annotations

import io
import json
from typing import Literal

import pytest
from pydantic import BaseModel
from pydantic import Field as ModelField
from rich.console import Console

from desktop_app.commands.nodes import describe
from desktop_app.sample import sample
from desktop_app.show.layout import UNBOUNDED
from desktop_app.show.node_type import show_type
from engine.api.context import RunContext
from engine.api.declaration import FieldSpec
from engine.api.declare import declaration_of, fields_of
from engine.api.decorator import node
from engine.api.node import Node
from engine.api.options import Options
from engine.api.params import Field, Row, Seconds, Secret, Text
from engine.model.serialize import load
from engine.registry import open_registry
from engine.validation.check import check

REGISTRY = open_registry()
OPTIONS = fields_of(Options)


class Part(Row):
    title: Text = Field(description="Its title.")
    size: int = Field(3, ge=1, le=9, description="Its size.")


class Bare(Node):
    """Has no examples, a wired port, and one parameter of each kind that is required."""

    type_id = "own.bare"
    title = "Bare type"
    category = "own"

    name: Text = Field(description="Any.")
    many: int = Field(ge=2, description="At least two.")
    way: Literal["left", "right"] = Field(description="Where to.")
    key: Secret = Field(description="A secret.")
    pause: Seconds = Field(description="A pause.")
    parts: list[Part] = Field(default_factory=list, description="Its parts.")

    async def run(self, ctx: RunContext, given: str, numbers: list[int]) -> str:
        """Do nothing."""
        return given


class Given(BaseModel):
    text: str = ModelField(description="Any text.")


@node(type_id="own.words", title="Count words")
async def words(data: Given) -> Given:
    """Counts the words of a text."""
    return data


TYPES: list[type[Node]] = [*REGISTRY, Bare, words]
for own in (Bare, words):
    REGISTRY.add(own)
each_type = pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.type_id)


def shown(kind: type[Node], width: int = UNBOUNDED) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, emoji=False)
    declared = declaration_of(kind)
    show_type(console, declared, OPTIONS, sample(declared))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@each_type
def test_the_example_is_a_workflow_that_nothing_keeps_from_running(kind: type[Node]) -> None:
    loaded = load(sample(declaration_of(kind)))
    assert [*loaded.issues, *check(loaded.checked(), REGISTRY)] == []
    assert kind.type_id in {known.type for known in loaded.graph.nodes.values()}


@each_type
def test_everything_is_shown(kind: type[Node]) -> None:
    text = shown(kind)
    assert all(line == line.rstrip() for line in text.splitlines())
    assert sample(declaration_of(kind)).rstrip() in shown(kind, 40), "to paste from any screen"
    known = text.split()
    declared = declaration_of(kind)

    def names(fields: tuple[FieldSpec, ...]) -> set[str]:
        return {name for field in fields for name in (field.name, *names(field.rows))}

    assert names(declared.fields) <= set(known)
    assert {port.key for port in (*declared.ports.inputs, *declared.ports.outputs)} <= set(known)
    assert {option.name for option in OPTIONS} <= set(known)


def test_what_a_parameter_takes_is_said() -> None:
    lines = [line.strip() for line in shown(Bare).splitlines()]
    for line in (
        "name      text; required; templates; can be wired",
        "many      whole number; at least 2; required; templates; can be wired",
        "way       left, right; required; templates; can be wired",
        "key       secret; required",
        "parts     list of rows; templates; can be wired",
        "size    whole number; 1 to 9; default 3; templates",
        "given     text; required",
    ):
        assert line in lines
    assert "retry        What to do after a failed attempt. Fields: attempts, delay, factor, max_delay, jitter, kinds." in lines


@each_type
def test_programs_get_one_whole_object(kind: type[Node]) -> None:
    declared = declaration_of(kind)
    value = json.loads(json.dumps(describe(kind, declared, OPTIONS, sample(declared))))
    assert {"type", "title", "category", "version", "description", "inputs", "outputs", "examples", "example"} <= value.keys()
    for param in value["params"]:
        assert {"name", "description", "required", "default", "schema", "kind", "choices", "promotable"} <= param.keys()
    assert "$ref" not in json.dumps(value["params"])


def test_the_fields_of_rows_are_in_the_schema() -> None:
    declared = declaration_of(Bare)
    (parts,) = [param for param in describe(Bare, declared, OPTIONS, "")["params"] if param["name"] == "parts"]
    assert set(parts["schema"]["items"]["properties"]) == {"title", "size"}
    assert [row["name"] for row in parts["rows"]] == ["title", "size"]
