"""Words that the parts of the run panel share."""

from __future__ import annotations

import time
from collections.abc import Mapping

from resources.language import tr, trn
from widgets.run.model import RunModel, Wait
from widgets.step_view import StepStatus, time_text, whole_time


def status_word(status: str) -> str:
    """Return the state of a step or a run in a word."""
    words: Mapping[str, str] = {
        "idle": tr("Not run yet"),
        "queued": tr("Queued"),
        "running": tr("Running"),
        "succeeded": tr("Succeeded"),
        "failed": tr("Failed"),
        "waiting": tr("Waiting"),
        "skipped": tr("Skipped"),
        "cached": tr("Kept from before"),
        "cancelled": tr("Cancelled"),
        "paused": tr("Paused"),
        "disabled": tr("Disabled"),
        "stopped": tr("Stopped"),
    }
    return words.get(status, status)


def run_look(run: RunModel) -> StepStatus:
    """Return the step state whose sign and colour a run has."""
    if run.is_paused:
        return "paused"
    if rejection_of(run) is not None:
        return "cancelled"
    return "paused" if run.status == "stopped" else run.status


def run_word(run: RunModel) -> str:
    """Return the state of a run in a word."""
    if rejection_of(run) is not None:
        return tr("Rejected")
    return status_word("paused" if run.is_paused else run.status)


def rejection_of(run: RunModel) -> Wait | None:
    """Return the rejection that led to the end of a run: no step began after it."""
    if run.status != "succeeded":
        return None
    asked = [(step.address, step.waits[-1]) for step in run.steps.values() if step.waits and step.waits[-1].status == "rejected"]
    if not asked:
        return None
    address, last = max(asked, key=lambda one: one[1].answered or 0.0)
    others = (step.attempts[-1].started for step in run.steps.values() if step.attempts and step.address != address)
    return last if max(others, default=0.0) <= (last.answered or 0.0) else None


def run_time(run: RunModel, now: float) -> str:
    """Return how long a run has been going, or went, in words."""
    seconds = run.seconds(now)
    return whole_time(seconds) if run.status == "waiting" else time_text(seconds)


def clock_time(at: float) -> str:
    """Return the time of day."""
    return time.strftime("%H:%M:%S", time.localtime(at))


def day_time(at: float) -> str:
    """Return a time of today, or another day with its date."""
    then, now = time.localtime(at), time.localtime()
    if then[:3] == now[:3]:
        return tr("Today {time}", time=time.strftime("%H:%M", then))
    return time.strftime("%Y-%m-%d %H:%M", then)


def tokens_text(count: int) -> str:
    """Return a number of tokens in words."""
    return trn("{number} token", "{number} tokens", count, number=f"{count:,}")


def size_text(size: int) -> str:
    """Return a number of bytes or characters in a few letters."""
    if size < 1000:
        return tr("{size} B", size=size)
    if size < 1_000_000:
        return tr("{size} kB", size=f"{size / 1000:.1f}" if size < 10_000 else f"{size / 1000:.0f}")
    return tr("{size} MB", size=f"{size / 1_000_000:.1f}")
