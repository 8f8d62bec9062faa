"""Exit codes of the command: the same numbers mean the same everywhere."""

from __future__ import annotations

from engine.model.issues import WeftError, failure

DONE, FAILED, BAD_INPUT, WAITING, STOPPED, CANCELLED = 0, 1, 2, 3, 4, 130

OF_STATUS = {
    "succeeded": DONE,
    "failed": FAILED,
    "waiting": WAITING,
    "stopped": STOPPED,
    "cancelled": CANCELLED,
    "running": DONE,
    "queued": DONE,
}

NOT_THE_INPUTS_FAULT = (
    "output.twice",
    "storage.",
    "owner.",
    "engine.",
    "weft.",
    "run.internal",
    "output.",
    "model.",
    "data.not-writable",
    "data.not-readable",
    "data.no-folder",
    "data.no-home",
    "data.owned",
    "secret.store",
    "database.damaged",
    "database.migration-failed",
    "database.older",
    "blob.",
    "screen.",
    "window.",
    "backup.damaged",
)
INPUTS_FAULT = (
    "output.twice",
    "model.not-found",
    "model.not-installed",
    "model.bad-source",
    "model.bad-file",
    "model.too-large",
    "model.no-link",
    "model.exists",
    "model.read-only",
    "model.bad-provider",
    "model.unknown-provider",
)


def interrupted() -> WeftError:
    """Build the error of a command that a signal ended before it did anything that lasts."""
    return failure("weft.interrupted", "Interrupted.", "Call it again.")


def of_error(error: WeftError) -> int:
    """Return the code for an error that kept a command from doing anything: 2 when another input would help, else 1."""
    code = error.issue.code
    return FAILED if code.startswith(NOT_THE_INPUTS_FAULT) and not code.startswith(INPUTS_FAULT) else BAD_INPUT
