"""A run as lanes of bars, and the chain of steps that set its length. Free of Qt."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.model.values import JsonObject
from resources.language import spoken, tr
from widgets.run.model import RunModel, Step
from widgets.run.source import RunSource
from widgets.step_view import StepStatus, time_text

PieceKind = Literal["work", "failed", "pause", "wait", "held", "mark"]
"""An attempt, one that failed, the pause before the next, waiting for a person, a breakpoint, and a step that took no time."""

_HTTP = re.compile(r"\b[1-5]\d\d\b")
_LONGEST_CODE = 14


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar, in seconds since the epoch; `end` is None while it goes on."""

    kind: PieceKind
    start: float
    end: float | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One step. `start` is None while it is queued, `end` while it goes on. `note` stands behind its bar."""

    address: str
    title: str
    category: str
    status: StepStatus
    start: float | None
    end: float | None
    pieces: tuple[Piece, ...]
    note: str = ""

    @property
    def is_live(self) -> bool:
        """Whether the bar still grows."""
        return self.start is not None and self.end is None


def lanes_of(source: RunSource) -> list[Lane]:
    """Return a lane for each step, in the order in which they began; those that did not begin come last, as in the graph."""
    run = source.run
    if run is None:
        return []
    order = {address: place for place, address in enumerate(source.graph.nodes)}
    lanes = [_lane(source, run, step) for step in run.steps.values() if step.view.status != "idle" or step.started]
    far = float("inf")
    return sorted(lanes, key=lambda lane: (far if lane.start is None else lane.start, order.get(lane.address, len(order))))


def _lane(source: RunSource, run: RunModel, step: Step) -> Lane:
    status, address = step.view.status, step.address
    took_none = status in ("skipped", "cached")
    start = step.ended if took_none else (step.view.started if status == "paused" else step.started)
    end = step.ended
    if end is None and run.ended is not None and start is not None:
        end = run.ended
    pieces = tuple(_pieces(step, end)) if start is not None else ()
    note = time_text(step.view.seconds) if step.ended and step.view.seconds is not None and not took_none else ""
    return Lane(address, source.title(address), source.category(address), status, start, end, pieces, note)


def _pieces(step: Step, end: float | None) -> Iterator[Piece]:
    status, ended = step.view.status, step.ended
    if status in ("skipped", "cached") and ended is not None:
        yield Piece("mark", ended, ended)
        return
    if status == "paused" and step.view.started is not None:
        yield Piece("held", step.view.started, end)
        return
    for place, attempt in enumerate(step.attempts):
        error = attempt.error
        yield Piece("failed" if error else "work", attempt.started, attempt.ended or end, code_of(error) if error else "")
        follows = step.attempts[place + 1].started if place + 1 < len(step.attempts) else None
        if error and (follows is not None or (step.ended is None and status == "running")):
            yield Piece("pause", attempt.ended or attempt.started, follows or end)
    if not step.attempts and not step.waits and step.started is not None:
        yield Piece("failed" if status == "failed" else "work", step.started, end)
    for wait in step.waits:
        yield Piece("wait", wait.asked, wait.answered or end, _waited(wait.status, wait.by))


def _waited(status: str, by: str) -> str:
    if not status:
        return tr("waits for a person")
    if status == "approved":
        return tr("approved by {name}", name=by) if by else tr("approved")
    if status == "rejected":
        return tr("rejected by {name}", name=by) if by else tr("rejected")
    return tr("no answer needed any more")


def code_of(error: JsonObject) -> str:
    """Return an error in one short word: the status of a web server, else the last part of its code, which is English."""
    code, text = str(error.get("code", "")), str(error.get("text", ""))
    if code.endswith(".status") and (found := _HTTP.search(text)):
        return found.group()
    word = code.rpartition(".")[2].replace("-", " ").capitalize()
    return word if spoken() == "en" and len(word) <= _LONGEST_CODE else tr("Failed")


def critical_path(steps: Mapping[str, Any], before: Mapping[str, Collection[str]], now: float) -> list[str]:
    """Return the chain of steps that set the length of a run, first one first.

    It ends with the step that ended last, and holds before each step the one of its predecessors that ended last.
    """

    def span(address: str) -> tuple[float, float]:
        step: Step = steps[address]
        return (now if step.ended is None else step.ended, step.started or 0.0)

    begun = {address for address, step in steps.items() if step.started is not None and step.view.status != "skipped"}
    chain: list[str] = []
    candidates: Collection[str] = begun
    while candidates:
        last = max(candidates, key=lambda address: (*span(address), address))
        chain.append(last)
        begun.discard(last)
        candidates = [address for address in _sources(last, before, steps) if address in begun]
    return chain[::-1]


def _sources(address: str, before: Mapping[str, Collection[str]], steps: Mapping[str, Any]) -> Collection[str]:
    """Return the steps that one hung on, seen through steps that were skipped."""
    found: set[str] = set()
    seen: set[str] = set()
    todo = [*before.get(address, ())]
    while todo:
        source = todo.pop()
        if source in seen:
            continue
        seen.add(source)
        if source in steps and steps[source].view.status != "skipped":
            found.add(source)
        else:
            todo += before.get(source, ())
    return found


def path_seconds(chain: Collection[str], steps: Mapping[str, Any], now: float) -> float:
    """Return how long a chain took from the begin of its first step to the end of its last one."""
    found = [steps[address] for address in chain]
    if not found:
        return 0.0
    starts = [step.started for step in found if step.started is not None]
    ends = [now if step.ended is None else step.ended for step in found]
    return max(0.0, max(ends) - min(starts)) if starts else 0.0
