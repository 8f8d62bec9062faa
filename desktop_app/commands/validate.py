"""`weft validate`: what would keep a workflow from running, found without running anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop_app import exits
from desktop_app.commands.options import AsEvents, AsJson, output

if TYPE_CHECKING:
    from engine.model.issues import Issue


def validate(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workflow.", show_default=False)],
    as_json: AsJson = False,
    as_events: AsEvents = False,
) -> int:
    """Check a workflow: each finding with its place and what to do. Warnings alone are exit code 0, errors 2."""
    out = output(ctx)
    path = Path(file).absolute()
    name, issues = _check(path, str(file))
    wrong = any(issue.severity == "error" for issue in issues)
    first = next((issue.as_json() for issue in issues if issue.severity == "error"), None)
    value = {"workflow": name, "valid": not wrong, "error": first, "issues": [issue.as_json() for issue in issues]}
    if out.is_human:
        for issue in issues:
            out.issue(issue)
        if not wrong:
            out.result(value, lambda screen: screen.print(f"{name or path.name}: nothing keeps it from running.", markup=False))
    elif out.mode == "json":
        out.result(value, lambda _: None)
    else:
        for issue in issues:
            out.event(issue.as_json())
    return exits.BAD_INPUT if wrong else exits.DONE


def _check(path: Path, shown: str) -> tuple[str, list[Issue]]:
    """Return the workflow's name and what was found; a file that cannot be read is a finding too."""
    from desktop_app.services import open_node_types
    from engine.model.files import Files
    from engine.model.issues import WeftError
    from engine.model.serialize import load
    from engine.validation.check import check
    from storage.documents import read_document
    from storage.paths import DataFolder

    try:
        loaded = load(read_document(path, pipes=True), shown)
    except WeftError as error:
        return "", list(error.issues)
    registry = open_node_types(DataFolder.default())
    found = check(loaded.graph, registry, files=Files(path.parent), lines=loaded.lines, file=shown)
    return loaded.graph.name, [*loaded.issues, *found, *registry.issues]
