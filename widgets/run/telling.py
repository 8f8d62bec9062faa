"""What the log of a run says of its course. Free of Qt."""

from __future__ import annotations

from engine.model.issues import Issue
from engine.model.values import JsonObject
from resources.language import tr
from widgets.step_view import StepView, time_text

Line = tuple[str, str]
"""The level of a line, and its words."""


def finished_words(view: StepView, caught: str, seconds: float) -> Line:
    """Say how a step ended; `view` is how it looks now, `caught` how its failure was caught, if it was."""
    took = time_text(seconds)
    if view.status == "failed":
        return "error", tr("Failed after {time}: {reason}", time=took, reason=view.reason)
    if caught:
        return "warning", tr("Goes on after a failure: {reason}", reason=view.reason)
    if view.status == "skipped":
        return "debug", tr("Skipped")
    if view.status == "cached":
        return "debug", tr("Kept from before")
    return "info", " · ".join(part for part in (tr("Done after {time}", time=took), view.detail) if part)


def answered_words(status: str, by: str, comment: str) -> str:
    """Say what a person answered."""
    if status == "approved":
        said = tr("Approved by {name}", name=by) if by else tr("Approved")
    elif status == "rejected":
        said = tr("Rejected by {name}", name=by) if by else tr("Rejected")
    else:
        said = tr("No answer needed any more")
    return f"{said}: {comment}" if comment else said


def ended_words(status: str, seconds: float, error: JsonObject | None) -> Line:
    """Say how a run came to rest."""
    took = time_text(seconds)
    match status:
        case "succeeded":
            return "info", tr("Run ends after {time}", time=took)
        case "failed":
            reason = tr(Issue.from_json(error).text) if error else ""
            return "error", tr("Run failed after {time}: {reason}", time=took, reason=reason) if reason else tr(
                "Run failed after {time}", time=took
            )
        case "waiting":
            return "info", tr("Run waits for a person")
        case "cancelled":
            return "warning", tr("Run was cancelled after {time}", time=took)
    return "warning", tr("Run was stopped after {time}", time=took)
