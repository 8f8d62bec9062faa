"""`weft runs`: the runs there are and were, and stopping them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_app import exits
from desktop_app.commands.options import AsEvents, AsJson, output
from desktop_app.commands.run import RunId
from desktop_app.signals import Interrupted

if TYPE_CHECKING:
    from rich.console import Console

    from desktop_app.output import Output
    from engine.api.stores import ApprovalRecord, StepRecord
    from engine.server.history import RunHistory
    from storage.paths import DataFolder

app = typer.Typer(help="List, show and stop runs.", no_args_is_help=True)

STYLES = {"succeeded": "green", "failed": "red", "waiting": "yellow", "running": "cyan", "stopped": "yellow", "caught": "yellow"}
ALL = 1_000_000


@app.command("list")
def list_runs(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(help="How many at most; 0 for all.", min=0, max=ALL)] = 50,
    as_json: AsJson = False,
    as_events: AsEvents = False,
) -> int:
    """List runs, newest first."""
    from desktop_app.services import Archive
    from desktop_app.show.values import stamp, table, when
    from storage.losses import lost_databases
    from storage.paths import DataFolder

    out, folder = output(ctx), DataFolder.default()
    for issue in lost_databases(folder):
        out.issue(issue)
    archive = Archive(folder)
    try:
        runs = archive.runs.runs(limit=limit or ALL)
    finally:
        archive.close()
    alive = under_way(folder, out) if any(run.status in ("running", "queued") for run in runs) else set()
    statuses = {run.id: true_status(run.id, run.status, alive) for run in runs}
    items = [{"run": run.id, "workflow": run.workflow, "status": statuses[run.id], "started": stamp(run.started)} for run in runs]
    rows = [(run.id, run.workflow, statuses[run.id], when(run.started)) for run in runs]
    heads = ("run", "workflow", "status", "started")
    out.items(items, lambda screen: table(screen, heads, rows, empty="There are no runs yet.", styles=STYLES))
    return exits.DONE


@app.command("show")
def show_run(
    ctx: typer.Context,
    run_id: RunId,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Show the run as it goes, until it is over.")] = False,
    as_json: AsJson = False,
    as_events: AsEvents = False,
) -> int:
    """Show a run: its steps, their attempts, and how it ended."""
    from desktop_app.services import Archive
    from storage.paths import DataFolder

    out, folder = output(ctx), DataFolder.default()
    archive = Archive(folder)
    code = exits.DONE
    try:
        alive = under_way(folder, out)
        past = archive.history(run_id, under_way=run_id in alive)
        if follow and run_id in alive:
            if not _follow(out, folder, run_id):
                if out.mode == "json":
                    raise Interrupted
                return exits.CANCELLED
            past = archive.history(run_id, under_way=run_id in under_way(folder, out))
        elif out.mode == "events":
            for event in past.events(ended=run_id not in alive):
                out.event(event.as_json())
        if follow:
            code = exits.OF_STATUS[past.run.status]
        if out.mode != "events":
            out.result(_as_json(past), lambda screen: _show(screen, past))
    finally:
        archive.close()
    return code


@app.command("drain")
def drain(ctx: typer.Context, run_id: RunId, as_json: AsJson = False, as_events: AsEvents = False) -> int:
    """Stop a run after its running steps; it can be resumed."""
    from desktop_app.services import Archive
    from desktop_app.workbench import connect
    from engine.model.issues import failure
    from storage.paths import DataFolder

    out, folder = output(ctx), DataFolder.default()
    archive = Archive(folder)
    try:
        archive.history(run_id)
        if (front := connect(folder)) is not None:
            try:
                if front.call("drain", {"run": run_id}).result()["draining"]:
                    out.note("Waiting for the running steps.")
                    front.call("subscribe", {"run": run_id}).exception()
            finally:
                front.close()
        status = archive.history(run_id, under_way=run_id in under_way(folder, out)).run.status
    finally:
        archive.close()
    if status in ("succeeded", "failed", "cancelled"):
        raise failure("run.finished", f"The run {run_id} is over: {status}.", "There is nothing to stop.")
    return _say(out, run_id, status)


@app.command("cancel")
def cancel(ctx: typer.Context, run_id: RunId, as_json: AsJson = False, as_events: AsEvents = False) -> int:
    """Stop a run now and for good; its open questions are withdrawn."""
    from desktop_app.workbench import attach
    from engine.model.issues import failure
    from storage.paths import DataFolder

    out = output(ctx)
    front = attach(DataFolder.default(), "weft runs cancel", out.note)
    try:
        cancelled = front.call("cancel", {"run": run_id}).result()["cancelled"]
    finally:
        front.close()
    if not cancelled:
        raise failure("run.finished", f"The run {run_id} is over.", "There is nothing to cancel.")
    return _say(out, run_id, "cancelled")


def under_way(folder: DataFolder, out: Output) -> set[str]:
    """Return the ids of the runs that a living program has; an owner that does not answer is left out, with a note."""
    from desktop_app.workbench import connect
    from engine.model.issues import WeftError

    try:
        front = connect(folder)
        if front is None:
            return set()
        try:
            found: Any = front.call("under_way").result()["runs"]
            return set(found)
        finally:
            front.close()
    except WeftError as error:
        if error.issue.code not in ("owner.gone", "owner.ended"):
            out.note(error.issue.text)
        return set()


def true_status(run_id: str, status: str, alive: set[str]) -> str:
    """Return a run's status; one whose owner died is stopped."""
    return "stopped" if status in ("running", "queued") and run_id not in alive else status


def _follow(out: Output, folder: DataFolder, run_id: str) -> bool:
    from desktop_app.session import Session
    from desktop_app.workbench import connect
    from engine.server.client import gone

    front = connect(folder)
    if front is None:
        raise gone()
    with Session(out, lambda: front) as session:
        return session.look_on(run_id)


def _as_json(past: RunHistory) -> dict[str, Any]:
    from desktop_app.output import error_json
    from desktop_app.show.values import stamp

    run = past.run
    steps = [
        {
            "node": step.node, "key": step.address, "status": step.status, "caught": step.caught,
            "error": error_json(step.error) if step.error else None,
            "attempts": [
                {"started": stamp(row.started), "ended": stamp(row.ended), "error": error_json(row.error) if row.error else None}
                for row in past.attempts_of(step)
            ],
        }
        for step in past.steps
    ]  # fmt: skip
    waiting = [{"id": asked.id, "question": asked.question} for asked in past.approvals if asked.status == "waiting"]
    return {
        "run": run.id, "workflow": run.workflow, "status": run.status, "started": stamp(run.started), "ended": stamp(run.ended),
        "inputs": run.input, "outputs": run.outputs, "error": error_json(run.error) if run.error else None, "waiting": waiting,
        "steps": steps, "approvals": list(map(_answered, past.approvals)),
    }  # fmt: skip


def _answered(asked: ApprovalRecord) -> dict[str, Any]:
    from desktop_app.show.values import stamp

    names = ("id", "status", "answer", "comment", "by")
    return {**{name: getattr(asked, name) for name in names}, "key": asked.address, "answered": stamp(asked.answered)}


def _show(screen: Console, past: RunHistory) -> None:
    from rich.text import Text

    from desktop_app.show.approvals import how_answered, show_open
    from desktop_app.show.issues import show_issue
    from desktop_app.show.layout import say
    from desktop_app.show.values import duration, harmless, show_values, table, when
    from engine.server.protocol import error_of

    run = past.run
    took = f", {duration(run.ended - run.started)}" if run.ended else ""
    say(screen, Text.assemble((harmless(run.workflow), "bold"), f"  run {run.id}"))
    say(screen, Text.assemble((run.status, STYLES.get(run.status, "")), (f"  {when(run.started)}{took}", "dim")))
    screen.print()
    answers = {asked.address: how_answered(asked) for asked in past.approvals if asked.answered}
    rows = [_row(step, answers.get(step.address, "")) for step in past.steps]
    table(screen, (), rows, empty="No step is done yet.", styles=STYLES, indent="  ")
    if run.outputs:
        screen.print()
        show_values(screen, run.outputs)
    if run.error:
        screen.print()
        show_issue(screen, error_of(run.error).issue)
    for asked in past.approvals:
        if asked.status == "waiting":
            show_open(screen, asked.id, asked.question)


def _row(step: StepRecord, answer: str) -> tuple[str, ...]:
    from desktop_app.show.values import duration, one_line, went_on

    took = "" if step.status == "skipped" or step.kept else duration(step.ended - step.started)
    if step.caught:
        return step.address, "caught", took, went_on(step.caught, step.error or {})
    status = "given" if step.kept else step.status
    return step.address, status, took, one_line(str((step.error or {}).get("text", ""))) or answer


def _say(out: Output, run_id: str, status: str) -> int:
    out.result({"run": run_id, "status": status}, lambda screen: screen.print(f"{run_id}  {status}", markup=False))
    return exits.DONE
