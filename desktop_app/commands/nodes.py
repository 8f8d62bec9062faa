"""`weft nodes`: the node types there are, and what each one takes and gives."""

from __future__ import annotations

import inspect
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_app import exits
from desktop_app.commands.options import AsEvents, AsJson, output

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.api.declaration import Declaration, FieldSpec
    from engine.api.node import Node
    from engine.api.ports import Port
    from engine.registry import NodeRegistry

app = typer.Typer(help="List and explain node types.", no_args_is_help=True)

SAID_BESIDE = ("title", "default", "description")


@app.command("list")
def list_nodes(ctx: typer.Context, as_json: AsJson = False, as_events: AsEvents = False) -> int:
    """List the node types by category."""
    from desktop_app.show.values import table

    registry = _registry()
    types = [node_type for group in registry.by_category().values() for node_type in group]
    items = [
        {"type": kind.type_id, "title": kind.title, "category": kind.category, "version": kind.version, "summary": _summary(kind)}
        for kind in types
    ]
    rows = [(item["type"], item["title"], item["summary"]) for item in items]
    out = output(ctx)
    for issue in registry.issues:
        out.issue(issue)
    out.items(items, lambda screen: table(screen, ("type", "title", "what it does"), rows, empty="There are no node types."))
    return exits.DONE


@app.command("show")
def show_node(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="TYPE", help="Such as file.read, see `weft nodes list`.", show_default=False)],
    as_json: AsJson = False,
    as_events: AsEvents = False,
) -> int:
    """Explain a node type: every parameter with what it takes, ports, options, and a workflow to paste."""
    from desktop_app.sample import sample
    from desktop_app.show.node_type import show_type
    from engine.api.declare import declaration_of, fields_of
    from engine.api.options import Options
    from engine.model.issues import failure

    registry = _registry()
    kind = registry.get(name)
    if kind is None:
        near = registry.nearest(name)
        remedy = f"Nearest: {', '.join(near)}." if near else "See `weft nodes list`."
        raise failure("type.unknown", f"There is no node type {name!r}.", remedy)
    declared, options = declaration_of(kind), fields_of(Options)
    example = sample(declared)
    value = describe(kind, declared, options, example)
    output(ctx).result(value, lambda screen: show_type(screen, declared, options, example))
    return exits.DONE


def describe(kind: type[Node], declared: Declaration, options: Sequence[FieldSpec], example: str) -> dict[str, Any]:
    """Return all that is known of a node type as plain data; `example` is the text of a workflow that has such a node."""
    schema = kind.model_json_schema(by_alias=True)
    schemas = {
        name: {key: _resolved(value, schema.get("$defs", {})) for key, value in found.items() if key not in SAID_BESIDE}
        for name, found in schema.get("properties", {}).items()
    }
    unrendered = {"takes_templates": False, "promotable": False}
    return {
        "type": declared.type_id, "title": declared.title, "category": declared.category, "version": declared.version,
        "icon": declared.icon, "keywords": declared.keywords, "aliases": declared.aliases, "description": declared.help,
        "params": [{**_param(field), "schema": schemas[field.name]} for field in declared.fields],
        "inputs": list(map(_port, declared.ports.inputs)), "outputs": list(map(_port, declared.ports.outputs)),
        "changing_ports": declared.changing_ports, "options": [{**_param(option), **unrendered} for option in options],
        "examples": list(declared.examples), "example": example,
    }  # fmt: skip


def _param(field: FieldSpec) -> dict[str, Any]:
    found = asdict(field)
    description = found.pop("help")
    return {**found, "description": description, "rows": [{**_param(row), "promotable": False} for row in field.rows]}


def _resolved(schema: Any, known: Mapping[str, Any]) -> Any:
    """Return a schema with what it refers to in its place; what refers to itself keeps that reference."""
    if isinstance(schema, list):
        return [_resolved(item, known) for item in schema]
    if not isinstance(schema, dict):
        return schema
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    if name in known:
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return _resolved({**known[name], **rest}, {key: value for key, value in known.items() if key != name})
    return {key: _resolved(value, known) for key, value in schema.items()}


def _port(port: Port) -> dict[str, Any]:
    return {"key": port.key, "type": port.type, "required": port.required, "multiple": port.multiple, "help": port.help}


def _summary(kind: type[Node]) -> str:
    return inspect.cleandoc(kind.__doc__ or "").partition("\n")[0]


def _registry() -> NodeRegistry:
    from desktop_app.services import open_node_types
    from storage.paths import DataFolder

    return open_node_types(DataFolder.default())
