"""`weft run` and `weft resume`: a run from its start, or from where it stopped, to its rest."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from desktop_app import exits
from desktop_app.commands.options import NO_RUN, ApproveOption, AsEvents, AsJson, output, unicode_only
from engine.model.issues import Issue
from engine.model.values import JsonObject

if TYPE_CHECKING:
    from rich.console import Console

    from desktop_app.output import Output
    from desktop_app.session import Session
    from storage.paths import DataFolder

RunId = Annotated[
    str,
    typer.Argument(metavar="RUN", help="Id of the run, see `weft runs list`.", show_default=False, callback=unicode_only),
]


def run(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workflow.", show_default=False)],
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            "-i",
            metavar="NAME=VALUE",
            show_default=False,
            help="Value of a declared input; JSON for lists and objects, @FILE for the text of a file.",
        ),
    ] = None,
    approve: ApproveOption = "ask",
    trust: Annotated[bool, typer.Option("--trust", help="Agree to what the workflow does outside itself.")] = False,
    as_json: AsJson = False,
    as_events: AsEvents = False,
) -> int:
    """Run a workflow.

    Its text is stored as a version first, and that is what runs. Ctrl+C cancels the run; SIGTERM and a terminal that is closed
    stop it after the running steps; once more ends the program at once. Exit codes: 0 done, 1 failed, 2 bad input, 3 waiting
    for a person, 4 stopped and resumable, 130 cancelled.
    """
    out = output(ctx)
    out.shape = NO_RUN
    path = Path(file).absolute()
    start: JsonObject = {"path": str(path), "inputs": {**_texts(given or [])}, "folder": str(Path.cwd())}
    return to_rest(out, "start", {**start, "trust": trust, "pid": os.getpid()}, approve)


def resume(
    ctx: typer.Context, run_id: RunId, approve: ApproveOption = "ask", as_json: AsJson = False, as_events: AsEvents = False
) -> int:
    """Go on with a run that stopped, failed or waits; what is recorded is not done again."""
    out = output(ctx)
    out.shape = {**NO_RUN, "run": run_id}
    return to_rest(out, "resume", {"run": run_id}, approve)


def to_rest(out: Output, do: str, given: JsonObject, approve: Any = "ask") -> int:
    """Start or resume a run, follow it to its rest, show how that is, and return the exit code."""
    from storage.paths import DataFolder

    folder = DataFolder.default()
    with open_session(out, folder, approve) as session:
        begun = session.begin(do, given)
        for warning in cast("list[dict[str, Any]]", begun.get("warnings", [])):
            out.issue(Issue.from_json(warning))
        rest = session.to_rest(begun)
        show_rest(out, rest, folder.runs / session.run)
    return exits.OF_STATUS[str(rest["status"])]


def open_session(out: Output, folder: DataFolder, approve: Any = "ask") -> Session:
    """Return a session that owns the data folder, or is a client of its owner."""
    from desktop_app.session import Session
    from desktop_app.streams import is_terminal
    from desktop_app.workbench import attach

    return Session(out, lambda: attach(folder, "weft", out.note), approve, is_terminal())


def show_rest(out: Output, rest: JsonObject, files: Path) -> None:
    """Give the result of a run; with `--events` the last event has told it."""
    if out.mode != "events":
        out.result(rest, lambda screen: _show(screen, out, rest, files))


def _show(screen: Console, out: Output, rest: JsonObject, files: Path) -> None:
    from desktop_app.show.approvals import show_open
    from desktop_app.show.values import show_values

    status, outputs, error, waiting = (rest[key] for key in ("status", "outputs", "error", "waiting"))
    if isinstance(outputs, dict) and outputs:
        screen.print()
        show_values(screen, outputs)
    written = sorted(path.name for path in files.iterdir()) if files.is_dir() else []
    if written:
        out.note(f"\nFiles in {files}: {', '.join(written)}")
    if isinstance(error, dict):
        from engine.server.protocol import error_of

        out.note("")
        out.issue(error_of(error).issue)
    for asked in waiting if isinstance(waiting, list) else []:
        if isinstance(asked, dict) and isinstance(asked["question"], dict):
            show_open(out.notes, str(asked["id"]), asked["question"])
    if status in ("stopped", "failed"):
        out.note(f"\n{str(status).capitalize()}. Go on with: weft resume {rest['run']}")
    elif status == "cancelled":
        out.note("\nCancelled.")
    elif status == "succeeded" and not outputs:
        out.note("\nDone; the workflow has no outputs.")


def _texts(given: Iterable[str]) -> dict[str, str]:
    """Return the texts of `--input NAME=TEXT` by name."""
    texts: dict[str, str] = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"{one!r} is not of the form NAME=VALUE", param_hint="--input")
        if name in texts:
            raise typer.BadParameter(f"{name!r} is given twice", param_hint="--input")
        texts[name] = text
    return texts
