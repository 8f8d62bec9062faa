"""What a run tells while it goes: frozen dataclasses, each with run id and time. Every front end sees the same ones."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Literal

from engine.api.stores import ApprovalStatus, Caught, RunStatus
from engine.model.values import Json, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvent:
    """Base of all events. `at` is UTC in seconds since the epoch."""

    run: str
    at: float = field(default_factory=time.time)

    def as_json(self) -> JsonObject:
        """Return the event as plain data, whose values are those of the run; `event` is its name, such as `step_started`."""
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()
        return {"event": name, **{field.name: getattr(self, field.name) for field in fields(self)}}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted(RunEvent):
    """A run began or went on. `steps` is the number of its nodes, `done` how many were recorded before."""

    workflow: str
    steps: int
    done: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEvent(RunEvent):
    """Base of the events of one step, named by its address."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted(StepEvent):
    """An attempt began."""

    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPaused(StepEvent):
    """The step is about to start, with its inputs there, and waits for who debugs the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgress(StepEvent):
    """How far a step is, from 0 to 1, with a few words."""

    fraction: float
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepToken(StepEvent):
    """A piece of streamed text. `item` tells which one when a step makes several calls."""

    text: str
    item: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLog(StepEvent):
    """A line of a step's log."""

    level: Literal["debug", "info", "warning", "error"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFailed(StepEvent):
    """An attempt failed; `retry_in` is the pause in seconds before the next one, None when there is none."""

    attempt: int
    error: JsonObject
    retry_in: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFinished(StepEvent):
    """The step's outcome is recorded. `ports` holds the active ports with their values.

    A step whose failure was `caught` has succeeded and has an error: it went on through its error port or with its default.
    """

    status: Literal["succeeded", "skipped", "failed", "cached"]
    ports: JsonObject
    seconds: float
    usage: JsonObject = field(default_factory=dict)
    error: JsonObject | None = None
    caught: Caught = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked(StepEvent):
    """A question waits for a person."""

    question: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAnswered(StepEvent):
    """A question was answered, or needs no answer any more."""

    status: ApprovalStatus
    by: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished(RunEvent):
    """The run came to rest: succeeded, failed, waiting, stopped or cancelled."""

    status: RunStatus
    outputs: JsonObject = field(default_factory=dict)
    error: JsonObject | None = None
    waiting: list[Json] = field(default_factory=list)


EventSink = Callable[[RunEvent], None]
"""Takes events from the engine's thread. Must return quickly and never raise."""
