"""`weft secrets`: named secrets, which workflows use by name. A value is never an argument, and never shown."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from desktop_app import exits
from desktop_app.commands.options import AsEvents, AsJson, output

if TYPE_CHECKING:
    from storage.secrets import Secrets

app = typer.Typer(help="Set, list and remove secrets.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The secret's name.", show_default=False)]
LONGEST = 1 << 20


@app.command("set")
def set_secret(ctx: typer.Context, name: Name, as_json: AsJson = False, as_events: AsEvents = False) -> int:
    """Store a secret: asked for at the terminal, else read from standard input up to its end."""
    from engine.api.redact import SHORTEST
    from engine.model.issues import Issue

    out, secrets, given = output(ctx), _secrets(create=True), _read_value(name)
    secrets.set(name, given)
    warnings = []
    if len(given.encode()) < SHORTEST:
        text = f"{name} is stored, and is too short to be struck out of logs and results."
        warnings.append(Issue("secret.short", text, f"Use a secret of {SHORTEST} bytes or more.", severity="warning"))
    for issue in warnings:
        out.issue(issue)
    source = secrets.source(name)
    value = {"name": name, "source": source, "warnings": [issue.as_json() for issue in warnings]}
    out.result(value, lambda screen: screen.print(f"{name} is stored in the {_place(source)}.", markup=False))
    return exits.DONE


@app.command("list")
def list_secrets(ctx: typer.Context, as_json: AsJson = False, as_events: AsEvents = False) -> int:
    """List the names of secrets, and where their values are."""
    from desktop_app.show.values import table

    secrets = _secrets()
    items = [{"name": name, "source": secrets.source(name)} for name in secrets.names()]
    rows = [(item["name"], _place(item["source"])) for item in items]
    output(ctx).items(items, lambda screen: table(screen, ("secret", "stored in"), rows, empty="There are no secrets."))
    return exits.DONE


@app.command("remove")
def remove_secret(ctx: typer.Context, name: Name, as_json: AsJson = False, as_events: AsEvents = False) -> int:
    """Delete a secret."""
    from engine.model.issues import failure

    if not _secrets().remove(name):
        raise failure("secret.missing", f"There is no secret named {name!r}.", "See `weft secrets list`.")
    output(ctx).result({"name": name}, lambda screen: screen.print(f"{name} is removed.", markup=False))
    return exits.DONE


def _read_value(name: str) -> str:
    """Return the value, without the line end that `echo` adds."""
    from engine.model.issues import failure

    if sys.stdin is None:
        raise failure("secret.value", "There is no standard input to read from.", "Pipe the value in, or use a terminal.")
    if sys.stdin.isatty():
        return getpass.getpass(f"Value of {name} (not shown): ")
    data = sys.stdin.buffer.read(LONGEST)
    try:
        return data.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise failure("secret.value", "The value is not UTF-8 text.", "Give the key as it was issued.") from None


def _place(source: str | None) -> str:
    return {"keychain": "keychain", "file": "encrypted file", "environment": "environment"}.get(source or "", "")


def _secrets(*, create: bool = False) -> Secrets:
    from storage.paths import DataFolder
    from storage.secrets import Secrets

    folder = DataFolder.default()
    return Secrets(folder.create() if create else folder)
