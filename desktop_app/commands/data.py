"""`weft data`: the data folder to one file and back, and whether all is well with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_app import exits
from desktop_app.commands.options import AsEvents, AsJson, output
from engine.model.issues import counted

if TYPE_CHECKING:
    from storage.archive import Manifest

app = typer.Typer(help="Back up, restore and check the data folder.", no_args_is_help=True)


@app.command("backup")
def back_up(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The zip to write; it must not exist.", show_default=False)],
    as_json: AsJson = False,
    as_events: AsEvents = False,
) -> int:
    """Write databases, workflows, files of runs and the encrypted secrets into one file, also while runs go on.

    Models, logs, own node types and the key of the secrets are not in it.
    """
    from desktop_app.show.values import size
    from storage.backup import backup, not_included
    from storage.paths import DataFolder

    out, path, folder = output(ctx), Path(file).absolute(), DataFolder.default()
    manifest = backup(folder, path)
    for name in manifest.left_out:
        out.note(f"Left out: {name}")
    kept_out = not_included(folder)
    for what, place in kept_out.items():
        out.note(f"Not in it: {what}, in {place}")
    told = f"{path}  {counted(_runs(manifest), 'run')}, {size(path.stat().st_size)}"
    value = {**_as_json(path, manifest), "not_included": list(map(str, kept_out.values()))}
    out.result(value, lambda screen: screen.print(told, markup=False, soft_wrap=True))
    return exits.DONE


@app.command("restore")
def restore_backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.", show_default=False)],
    as_json: AsJson = False,
    as_events: AsEvents = False,
) -> int:
    """Replace what the data folder holds by a backup. What is in no backup stays."""
    from storage.backup import restore
    from storage.paths import DataFolder
    from storage.secrets import Secrets

    out, path, folder = output(ctx), Path(file).absolute(), DataFolder.default()
    manifest = restore(path, folder)
    warnings = Secrets(folder).unreadable()
    for issue in warnings:
        out.issue(issue)
    told = f"Restored {counted(_runs(manifest), 'run')} from {path}"
    value = {**_as_json(path, manifest), "warnings": [issue.as_json() for issue in warnings]}
    out.result(value, lambda screen: screen.print(told, markup=False, soft_wrap=True))
    return exits.DONE


@app.command("check")
def check_data(ctx: typer.Context, as_json: AsJson = False, as_events: AsEvents = False) -> int:
    """Look for damage: every page of the databases and every stored value is read. Findings that are errors are exit code 1."""
    from storage.check import check
    from storage.paths import DataFolder

    out, folder = output(ctx), DataFolder.default()
    issues = check(folder)
    wrong = any(issue.severity == "error" for issue in issues)
    if out.is_human:
        for issue in issues:
            out.issue(issue)
        if not issues:
            out.screen.print(f"All is well in {folder.root}", markup=False, soft_wrap=True)
    else:
        out.items([issue.as_json() for issue in issues], lambda _: None)
    return exits.FAILED if wrong else exits.DONE


def _runs(manifest: Manifest) -> int:
    journal = manifest.databases.get("journal.db")
    return journal.rows.get("run", 0) if journal else 0


def _as_json(path: Path, manifest: Manifest) -> dict[str, Any]:
    from desktop_app.show.values import stamp

    return {
        "file": str(path), "created": stamp(manifest.created), "files": len(manifest.files), "runs": _runs(manifest),
        "left_out": list(manifest.left_out),
    }  # fmt: skip
