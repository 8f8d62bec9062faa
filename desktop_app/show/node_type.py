"""A node type for people: what it does, every parameter with what it takes, its ports, and an example to paste."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop_app.show.layout import say
from desktop_app.show.values import one_line, readable, table
from engine.api.declaration import Declaration, FieldSpec
from engine.api.ports import Port
from engine.model.values import Json

if TYPE_CHECKING:
    from rich.console import Console

KINDS = {
    "long_text": "text", "switch": "true or false", "json": "any value", "template": "text or data", "duration": "seconds",
    "integer": "whole number", "key_values": "names and values", "rows": "list of rows", "cases": "list of rows",
    "group": "object", "json_schema": "JSON schema", "secret_text": "text or secret", "datetime": "date and time",
    "input_name": "name of an input", "provider": "name of a provider", "model": "name of a model",
}  # fmt: skip
NOTHING: tuple[Json, ...] = (None, "", [], {})


def show_type(screen: Console, kind: Declaration, options: Sequence[FieldSpec], example: str) -> None:
    """Show a node type. The example is printed as it is, so that it can be pasted from any screen."""
    from rich.text import Text

    say(screen, Text.assemble((kind.title, "bold"), (f"  {kind.type_id}, version {kind.version}, {kind.category}", "dim")))
    screen.print()
    say(screen, _unwrapped(kind.help))
    _head(screen, "Parameters")
    table(screen, (), list(_rows(kind.fields, kind.ports.inputs)), empty="none", indent="  ")
    for word, ports in (("Inputs", kind.ports.inputs), ("Outputs", kind.ports.outputs)):
        _head(screen, word + (", which depend on the parameters" if kind.changing_ports else ""))
        table(screen, (), [(port.key, _port(port)) for port in ports], empty="none", indent="  ")
    _head(screen, "Options of every node")
    table(screen, (), [(option.name, _option(option)) for option in options], empty="none", indent="  ")
    _head(screen, "Example, a whole workflow")
    screen.print(Text(example.rstrip()), soft_wrap=True)


def _head(screen: Console, word: str) -> None:
    screen.print()
    screen.print(word, style="dim", markup=False)


def _rows(fields: Sequence[FieldSpec], ports: Sequence[Port] = (), indent: str = "") -> Iterator[tuple[str, str]]:
    shown = {port.key for port in ports}
    for field in fields:
        wired = "" if indent else "has a port" if field.name in shown else "can be wired" if field.promotable else ""
        yield indent + field.name, "; ".join(filter(None, (*_traits(field), wired))) + f"\n{field.help}".rstrip()
        yield from _rows(field.rows, indent=indent + "  ")


def _traits(field: FieldSpec) -> Iterator[str]:
    yield ", ".join(readable(choice) for choice in field.choices) or KINDS.get(field.kind, field.kind.replace("_", " "))
    if field.least is not None and field.most is not None:
        yield f"{field.least:,g} to {field.most:,g}"
    elif field.least is not None or field.most is not None:
        yield f"at least {field.least:,g}" if field.least is not None else f"at most {field.most:,g}"
    if field.required:
        yield "required"
    elif field.default not in NOTHING:
        default = f"{field.default:g}" if isinstance(field.default, float) else one_line(readable(field.default))
        yield f"default {default}"
    if field.takes_templates:
        yield f"templates, also with {', '.join(field.names)}" if field.names else "templates"
    if field.shown_when:
        name, values = field.shown_when
        yield f"only with {name} {', '.join(map(readable, values))}"


def _port(port: Port) -> str:
    traits = [port.type, "required" if port.required else "", "any number of edges" if port.multiple else ""]
    return "; ".join(filter(None, traits)) + f"\n{port.help}".rstrip()


def _option(option: FieldSpec) -> str:
    option = replace(option, takes_templates=False)  # only what `accept` holds does
    fields = ", ".join(field.name for field in option.rows)
    return f"{option.help} Fields: {fields}." if fields else "; ".join(_traits(option)) + f"\n{option.help}"


def _unwrapped(text: str) -> str:
    """Join the lines of each paragraph and list item, so that they fill the screen's width."""
    return re.sub(r"\n(?!\n|\* )(?<!\n\n)\s*", " ", text)
