"""Issues for people: place and text, then what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_app.show.layout import say
from desktop_app.show.values import harmless

if TYPE_CHECKING:
    from rich.console import Console

    from engine.model.issues import Issue


def show_issue(console: Console, issue: Issue) -> None:
    """Show an issue."""
    from rich.text import Text

    style, word = ("yellow", "warning") if issue.severity == "warning" else ("red", "error")
    indent = " " * (len(word) + 2)
    say(console, harmless(str(issue)), indent=indent, begin=Text.assemble((word, style), "  "))
    if issue.remedy:
        say(console, Text(harmless(issue.remedy), "dim"), indent=indent)
