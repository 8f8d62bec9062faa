"""What commands have in common: their options, the output, and the data folder."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from desktop_app.output import Output
from engine.model.values import JsonObject

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object; progress goes to stderr.", rich_help_panel="Output")]
AsEvents = Annotated[bool, typer.Option("--events", help="Print one JSON object a line.", rich_help_panel="Output")]
ApproveOption = Annotated[
    Literal["ask", "yes", "no"],
    typer.Option(help="Answer approvals: ask at the terminal (without one, stop with exit code 3), all yes, or all no."),
]

NO_RUN: JsonObject = {"run": None, "workflow": None, "status": "refused", "outputs": {}, "error": None, "waiting": []}
"""What `run` and `resume` give when there is no run to tell of."""


def unicode_only(text: str) -> str:
    """Refuse an argument whose bytes are no text: nothing has such a name."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise typer.BadParameter("this is no Unicode text") from None
    return text


def output(ctx: typer.Context) -> Output:
    """Return the output of this call. Its mode was found before the arguments were read, so that their errors have it too."""
    out = ctx.find_root().obj
    assert isinstance(out, Output)
    return out
