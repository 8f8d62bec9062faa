"""`weft approvals`: the questions that runs ask people, and answers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_app import exits
from desktop_app.commands.options import NO_RUN, AsEvents, AsJson, output, unicode_only
from desktop_app.commands.run import open_session, show_rest
from desktop_app.person import stated_name
from engine.model.values import JsonObject

if TYPE_CHECKING:
    from desktop_app.output import Output
    from storage.paths import DataFolder

ApprovalId = Annotated[
    str,
    typer.Argument(metavar="ID", help="The approval, see `weft approvals list`.", show_default=False, callback=unicode_only),
]

app = typer.Typer(help="List and answer the questions of runs.", no_args_is_help=True)


@app.command("list")
def list_approvals(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also those that are answered.")] = False,
    as_json: AsJson = False,
    as_events: AsEvents = False,
) -> int:
    """List open questions, newest first."""
    from desktop_app.places import places_of
    from desktop_app.services import Archive
    from desktop_app.show.approvals import show_approvals
    from desktop_app.show.values import stamp
    from storage.paths import DataFolder

    archive = Archive(DataFolder.default())
    try:
        places = places_of(archive, archive.runs.approvals(status=None if every else "waiting"))
        found = [(asked, run.workflow, title) for asked, run, title in places]
    finally:
        archive.close()
    items = [
        {
            "id": asked.id, "run": asked.run_id, "workflow": workflow, "key": asked.address, "title": title,
            "status": asked.status, "asked": stamp(asked.asked), "answered": stamp(asked.answered), "by": asked.by,
            "comment": asked.comment, "question": asked.question,
        }
        for asked, workflow, title in found
    ]  # fmt: skip
    output(ctx).items(items, lambda screen: show_approvals(screen, found))
    return exits.DONE


@app.command("answer")
def answer(
    ctx: typer.Context,
    approval: ApprovalId,
    said: Annotated[
        list[bool] | None, typer.Option("--approve/--reject", help="The answer.", metavar="", show_default=False)
    ] = None,
    edit: Annotated[
        str | None, typer.Option(metavar="JSON", help="Approve this value instead of the one that was shown.", show_default=False)
    ] = None,
    comment: Annotated[str, typer.Option(help="Words that go with the answer.", show_default=False)] = "",
    resume: Annotated[bool, typer.Option("--resume/--no-resume", help="Go on with the run when no other program has it.")] = True,
    as_json: AsJson = False,
    as_events: AsEvents = False,
) -> int:
    """Answer a question.

    When no living program has the run, it goes on here, and the exit code is the run's.
    """
    if len(set(said or ())) != 1:
        raise typer.BadParameter("give one of --approve and --reject", param_hint="--approve / --reject")
    approve = all(said or ())
    if not approve and edit is not None:
        raise typer.BadParameter("a value can only be edited to approve it", param_hint="--edit")
    given: JsonObject = {
        "approval": approval, "status": "approved" if approve else "rejected", "comment": comment, "resume": resume,
        "by": stated_name(),
    }  # fmt: skip
    if edit is not None:
        given["payload"] = _payload(edit)
    return _answer(output(ctx), given, resume=resume)


def _answer(out: Output, given: JsonObject, *, resume: bool) -> int:
    from storage.paths import DataFolder

    folder = DataFolder.default()
    with open_session(out, folder) as session:
        begun = session.begin("answer", given)
        told = begun["approval"]
        if resume and not begun["under_way"]:
            rest = session.to_rest(begun)
            code = exits.OF_STATUS[str(rest["status"])]
        else:
            status = "running" if begun["under_way"] else "waiting"
            rest, code = {**NO_RUN, "run": begun["run"], "workflow": begun["workflow"], "status": status}, exits.DONE
        if out.is_human:
            _show(out, told, rest, folder)
        elif out.mode == "json":
            out.result({**rest, "approval": told}, lambda _: None)
    return code


def _show(out: Output, told: Any, rest: JsonObject, folder: DataFolder) -> None:
    out.note(f"{told['id']}  {told['status']}")
    if rest["status"] == "running":
        out.note("The program that has the run goes on with it.")
    else:
        show_rest(out, rest, folder.runs / str(rest["run"]))


def _payload(text: str) -> Any:
    from desktop_app.documents import plain_json

    try:
        return plain_json(text)
    except ValueError as error:
        raise typer.BadParameter(f"this is no JSON: {error}", param_hint="--edit") from None
