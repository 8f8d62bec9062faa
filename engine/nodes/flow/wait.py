"""Wait: a pause, or a wait for a moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from engine.api.context import RunContext
from engine.api.node import Node
from engine.api.params import Field, Param, Seconds, Text, Wired, has_template
from engine.api.plain import one_line
from engine.api.ports import After
from engine.model.issues import Issue, WeftError, failure, phrase
from engine.model.values import Json

LONGEST_SLEEP = 30.0
"""Seconds after which the clock is looked at again: it may have been set, or the machine may have slept."""


class Wait(Node):
    """Waits for a number of seconds or until a moment, then passes its value on.

    Nothing else of the run waits with it. A run that is resumed waits for the whole time again, or until the same moment; a
    moment in the past is no wait.
    """

    type_id = "flow.wait"
    title = "Wait"
    category = "logic"
    icon = "clock"
    keywords = ("pause", "sleep", "delay", "timer")
    examples = (
        {"params": {"seconds": 0.01, "value": "on we go"}, "ports": {"out": "on we go"}},
        {"params": {"mode": "until", "until": "2020-01-01T09:00:00+09:00"}, "ports": {"out": None}},
    )

    mode: Annotated[Literal["seconds", "until"], Param(promotable=False)] = Field(
        "seconds", description="Wait for a time, or until a moment."
    )
    seconds: Annotated[Seconds, Param("duration", label="Duration", shown_when=("mode", ("seconds",)))] = Field(
        1.0, le=366 * 86400, description="How long to wait, in seconds."
    )
    until: Annotated[Text, Param("datetime", shown_when=("mode", ("until",)))] = Field(
        "", description="Date and time such as `2026-05-01T09:00`, in the local time zone unless it names another."
    )
    value: Wired = Field(None, description="Passed on when the wait is over.")

    async def run(self, ctx: RunContext, after: After = ()) -> Any:
        """Sleep in pieces, so that the end stays right when the clock is set."""
        clock, end = time.monotonic, time.monotonic() + self.seconds
        if self.mode == "until":
            clock, end = time.time, _moment(self.until)
        total = end - clock()
        while (left := end - clock()) > 0:
            await asyncio.sleep(min(left, LONGEST_SLEEP, max(0.5, total / 100)))
            ctx.progress(1 - max(0.0, end - clock()) / total)
        return self.value

    @classmethod
    def check(cls, params: Mapping[str, Json]) -> Iterable[Issue]:
        """Find a moment that cannot be read."""
        until = params.get("until", "")
        if params.get("mode") == "until" and isinstance(until, str) and not has_template(until):
            try:
                _moment(until)
            except WeftError as error:
                yield error.issue

    @classmethod
    def summary(cls, params: Mapping[str, Json]) -> str:
        """Tell how long."""
        if params.get("mode") == "until":
            return one_line(phrase("until {moment}", moment=one_line(params.get("until"))))
        return one_line(phrase("{time} s", time=one_line(params.get("seconds", 1))))


def _moment(text: str) -> float:
    """Return a moment in seconds since the epoch. Raises WeftError `wait.bad-time`."""
    try:
        return datetime.fromisoformat(text.strip()).timestamp()
    except (ValueError, OverflowError, OSError):
        remedy = phrase("Write it like 2026-05-01T09:00 or 2026-05-01T09:00+09:00.")
        raise failure("wait.bad-time", phrase("{text!r} is no date and time.", text=text), remedy, field="until") from None
