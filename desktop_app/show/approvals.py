"""Questions to people, as commands list them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from desktop_app.show.layout import say
from desktop_app.show.values import ago, harmless, one_line, when
from engine.model.values import Json

if TYPE_CHECKING:
    from rich.console import Console

    from engine.api.stores import ApprovalRecord

LONGEST_PAYLOAD = 200
STYLES = {"waiting": "yellow", "approved": "green", "rejected": "red"}


def show_approvals(screen: Console, found: Sequence[tuple[ApprovalRecord, str, str]]) -> None:
    """Show approvals with their workflow's name and their node's title, the id alone on its line so that it can be copied."""
    from rich.text import Text

    if not found:
        screen.print("Nothing waits for an answer.", style="dim")
    for number, (asked, workflow, title) in enumerate(found):
        if number:
            screen.print()
        say(screen, Text.assemble(asked.id, "  ", (asked.status, STYLES.get(asked.status, "dim"))))
        say(screen, Text.assemble((harmless(workflow), "bold"), ", ", harmless(title)), indent="  ")
        say(screen, harmless(_asked(asked.question)), indent="  ")
        _show_payload(screen, asked.question)
        say(screen, Text(_times(asked), "dim"), indent="  ")


def show_open(screen: Console, approval_id: str, question: Mapping[str, Any]) -> None:
    """Show a question that waits, and the command that answers it."""
    from rich.text import Text

    screen.print()
    say(screen, harmless(_asked(question)), indent="  ", begin=Text("? ", "yellow"))
    _show_payload(screen, question)
    screen.print(Text(f"  weft approvals answer {approval_id} --approve (or --reject)", "dim"), soft_wrap=True)


def brief(value: Json) -> str:
    """Return a value on one line, cut when it is long."""
    text = one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return text if len(text) <= LONGEST_PAYLOAD else text[: LONGEST_PAYLOAD - 1] + "…"


def how_answered(asked: ApprovalRecord) -> str:
    """Return the answer in words, with the name that was stated; nobody proved it."""
    by = f" by {harmless(asked.by)}" if asked.by else ""
    comment = f": {one_line(asked.comment)}" if asked.comment else ""
    return f"{asked.status}{by}{comment}"


def _show_payload(screen: Console, question: Mapping[str, Any]) -> None:
    if (payload := question.get("payload")) is not None:
        say(screen, brief(payload), indent="  ")


def _asked(question: Mapping[str, Any]) -> str:
    return str(question.get("text") or "Go on?")


def _times(asked: ApprovalRecord) -> str:
    if asked.answered is None:
        return f"asked {when(asked.asked)}, {ago(asked.asked)}"
    return f"asked {when(asked.asked)}, {when(asked.answered)} {how_answered(asked)}"
