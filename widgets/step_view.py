"""How a step of a run looks at a moment; the canvas and the panels draw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from resources.language import tr
from widgets.marks import unmarked

StepStatus = Literal[
    "idle", "queued", "running", "succeeded", "failed", "waiting", "skipped", "cached", "cancelled", "stopped", "paused",
    "disabled",
]  # fmt: skip

ROLES: dict[StepStatus, str] = {"succeeded": "state.ok", "cancelled": "state.skipped", "stopped": "state.paused"}
"""Colours of states whose role has another name than theirs."""

GLYPHS: dict[StepStatus, str] = {
    "idle": "circle-dashed",
    "queued": "clock",
    "running": "loader-circle",
    "succeeded": "circle-check",
    "failed": "octagon-x",
    "waiting": "user-check",
    "skipped": "skip-forward",
    "cached": "zap",
    "cancelled": "circle-x",
    "stopped": "circle-pause",
    "paused": "circle-pause",
    "disabled": "power",
}
"""The sign of each state, so that none is told by colour alone."""


def role_of(status: StepStatus) -> str:
    """Return the colour role of a state."""
    return ROLES.get(status, f"state.{status}")


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of a run.

    `started` is UTC in seconds since the epoch, `seconds` how long it took once it is over. `text` is what it streams or, when
    it is done, a short form of its output; `message` is why it failed or what it waits for; `detail` a few words such as
    `612 tokens`. `fraction` is how far it is, from 0 to 1, when it says so.
    """

    status: StepStatus = "idle"
    started: float | None = None
    seconds: float | None = None
    text: str = ""
    message: str = ""
    detail: str = ""
    attempt: int = 1
    fraction: float | None = None

    @property
    def reason(self) -> str:
        """Why it failed, in the language in use, without the marks of code."""
        return unmarked(tr(self.message))


IDLE = StepView()


def time_text(seconds: float) -> str:
    """Return how long something took or takes, in a form of nearly one width: `3 ms`, `6.2 s`, `4 m 07 s`, `2 h 05 m`."""
    if seconds < 0.01:
        return tr("{time} ms", time=round(seconds * 1000) if seconds >= 0.001 else "<1")
    if seconds < 0.1:
        return tr("{time} s", time=f"{max(seconds, 0.0):.2f}")
    if seconds < 100:
        return tr("{time} s", time=f"{seconds:.1f}")
    return whole_time(seconds)


def whole_time(seconds: float) -> str:
    """Return how long a person has been waited for: nobody watches the tenths."""
    minutes, rest = divmod(int(max(seconds, 0.0)), 60)
    if not minutes:
        return tr("{time} s", time=rest)
    if minutes < 60:
        return tr("{minutes} m {seconds} s", minutes=minutes, seconds=f"{rest:02}")
    hours, minutes = divmod(minutes, 60)
    return tr("{hours} h {minutes} m", hours=hours, minutes=f"{minutes:02}")
