"""The pages of the run panel and the runs that it offers, without what shows them."""

from __future__ import annotations

from dataclasses import dataclass

TIMELINE, STEPS, LOG, VARIABLES, PROBLEMS = range(5)
"""The pages, in their order."""


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One run to choose: its id, what it is called (`Run 214`), its state, when it began, how long it took once it is over."""

    run: str
    title: str
    status: str
    started: float
    seconds: float | None = None
