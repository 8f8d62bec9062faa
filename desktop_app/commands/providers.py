"""`weft providers`: who runs the models. Keys are secrets, named here and never written here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_app import exits
from desktop_app.commands.options import AsEvents, AsJson, output

if TYPE_CHECKING:
    from storage.repositories.settings import SettingsRepository

app = typer.Typer(help="List, set and remove providers of models.", no_args_is_help=True)

KEY = "providers"
Name = Annotated[str, typer.Argument(metavar="NAME", help="The provider's name, as LLM nodes give it.", show_default=False)]


@app.command("list")
def list_providers(ctx: typer.Context, as_json: AsJson = False, as_events: AsEvents = False) -> int:
    """List the providers, those that come with Weft first."""
    from dataclasses import asdict

    from desktop_app.show.values import table
    from engine.providers.config import read_providers

    with _settings() as settings:
        providers = read_providers({KEY: settings.get(KEY)})
    items = [asdict(provider) for provider in providers.values()]
    rows = [(one["name"], one["base_url"] or "on this machine", one["model"], one["secret"]) for one in items]
    output(ctx).items(items, lambda screen: table(screen, ("provider", "address", "model", "secret"), rows, empty=""))
    return exits.DONE


@app.command("set")
def set_provider(
    ctx: typer.Context,
    name: Name,
    base_url: Annotated[str | None, typer.Option(help="Address of the server, such as http://localhost:11434/v1.")] = None,
    model: Annotated[str | None, typer.Option(help="The model that is used when a node names none.")] = None,
    secret: Annotated[str | None, typer.Option(help="Name of the secret that holds the key.")] = None,
    context: Annotated[int | None, typer.Option(help="Tokens that prompt and answer may have together.")] = None,
    as_json: AsJson = False,
    as_events: AsEvents = False,
) -> int:
    """Add a provider, any server that speaks OpenAI's protocol, or change one. What is not given stays as it is."""
    from engine.providers.config import read_providers

    given = {"base_url": base_url, "model": model, "secret": secret, "context": context}
    with _settings(create=True) as settings:
        entries = settings.get(KEY) or {}
        assert isinstance(entries, dict), "read_providers has checked it at every use"
        before = entries.get(name)
        entry: dict[str, Any] = {**(before if isinstance(before, dict) else {})}
        entry |= {key: value for key, value in given.items() if value is not None}
        changed = {**entries, name: entry}
        read_providers({KEY: changed})
        settings.set(KEY, changed)
    output(ctx).result({"name": name, **entry}, lambda screen: screen.print(f"{name} is set.", markup=False))
    return exits.DONE


@app.command("remove")
def remove_provider(ctx: typer.Context, name: Name, as_json: AsJson = False, as_events: AsEvents = False) -> int:
    """Remove a provider; one that comes with Weft returns to how it came."""
    from engine.model.issues import failure

    with _settings(create=True) as settings:
        entries = settings.get(KEY)
        if not isinstance(entries, dict) or name not in entries:
            raise failure("model.unknown-provider", f"No provider {name!r} was set.", "See `weft providers list`.")
        settings.set(KEY, {key: value for key, value in entries.items() if key != name})
    output(ctx).result({"name": name}, lambda screen: screen.print(f"{name} is removed.", markup=False))
    return exits.DONE


@contextmanager
def _settings(*, create: bool = False) -> Iterator[SettingsRepository]:
    from storage.database import open_database
    from storage.paths import DataFolder
    from storage.repositories.settings import SettingsRepository

    folder = DataFolder.default()
    if create:
        folder.create()
    engine = open_database("library", folder.library_db, read_only=not create)
    try:
        yield SettingsRepository(engine)
    finally:
        engine.dispose()
