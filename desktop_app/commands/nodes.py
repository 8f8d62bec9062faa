"""`weft nodes`: the node types there are, and what each one takes and gives."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_app import exits
from desktop_app.commands.options import AsEvents, AsJson, output

if TYPE_CHECKING:
    from rich.console import Console

    from engine.api.node import Node
    from engine.api.ports import Port
    from engine.registry import NodeRegistry

app = typer.Typer(help="List and explain node types.", no_args_is_help=True)


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
    """Explain a node type: parameters, ports and examples."""
    from engine.model.issues import failure

    registry = _registry()
    kind = registry.get(name)
    if kind is None:
        near = registry.nearest(name)
        remedy = f"Nearest: {', '.join(near)}." if near else "See `weft nodes list`."
        raise failure("type.unknown", f"There is no node type {name!r}.", remedy)
    value = describe(kind)
    output(ctx).result(value, lambda screen: _show(screen, value))
    return exits.DONE


def describe(kind: type[Node]) -> dict[str, Any]:
    """Return a node type as plain data."""
    schema = kind.model_json_schema(by_alias=True)
    fields = schema.get("properties", {})
    required = set(schema.get("required", ()))
    params = [
        {
            "name": name, "description": field.pop("description", ""), "required": name in required,
            "default": field.pop("default", None), "schema": {key: value for key, value in field.items() if key != "title"},
        }
        for name, field in fields.items()
    ]  # fmt: skip
    ports = kind.ports({})
    return {
        "type": kind.type_id, "title": kind.title, "category": kind.category, "version": kind.version,
        "description": inspect.cleandoc(kind.__doc__ or ""), "params": params, "inputs": list(map(_port, ports.inputs)),
        "outputs": list(map(_port, ports.outputs)), "examples": [dict(example) for example in kind.examples],
    }  # fmt: skip


def _port(port: Port) -> dict[str, Any]:
    return {"key": port.key, "type": port.type, "required": port.required, "multiple": port.multiple, "help": port.help}


def _summary(kind: type[Node]) -> str:
    return inspect.cleandoc(kind.__doc__ or "").partition("\n")[0]


def _show(screen: Console, value: dict[str, Any]) -> None:
    from rich.text import Text

    from desktop_app.show.values import readable, table

    screen.print(Text.assemble((value["title"], "bold"), (f"  {value['type']}, version {value['version']}", "dim")))
    screen.print(Text(f"\n{_unwrapped(value['description'])}\n"))
    rows = [
        (f"  {param['name']}", "required" if param["required"] else readable(param["default"]), param["description"])
        for param in value["params"]
    ]
    screen.print(Text("Parameters", "dim"))
    table(screen, (), rows, empty="  none")
    for word in ("inputs", "outputs"):
        screen.print(Text(f"\n{word.capitalize()}", "dim"))
        table(screen, (), [(f"  {port['key']}", port["type"], port["help"]) for port in value[word]], empty="  none")


def _unwrapped(text: str) -> str:
    """Join the lines of each paragraph and list item, so that they fill the screen's width."""
    return re.sub(r"\n(?!\n|\* )(?<!\n\n)\s*", " ", text)


def _registry() -> NodeRegistry:
    from desktop_app.services import open_node_types
    from storage.paths import DataFolder

    return open_node_types(DataFolder.default())
