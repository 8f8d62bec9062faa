"""What the window knows of one run, built from its events, live or from the journal alike. Free of Qt."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from engine.model.issues import Issue
from engine.model.values import Json, JsonObject
from resources.language import Phrase, tr, trn
from widgets.marks import unmarked
from widgets.run.telling import answered_words, ended_words, finished_words
from widgets.step_view import IDLE, StepStatus, StepView

STREAM_TAIL = 4_000
"""Characters of streamed text that are kept for the canvas."""
PREVIEW = 400
LOG_LINES, LOG_SPARE = 50_000, 5_000
"""Lines of the log that are kept, and how many more there may be before the oldest go."""

RunState = Literal["queued", "running", "waiting", "stopped", "succeeded", "failed", "cancelled"]
EVENTS: Set[str] = frozenset((
    "run_started", "run_finished", "step_started", "step_progress", "step_token", "step_log", "step_failed", "step_finished",
    "step_paused", "approval_asked", "approval_answered",
))  # fmt: skip
OVER: Set[str] = frozenset(("succeeded", "failed", "cancelled"))
AT_REST: Set[str] = OVER | {"waiting", "stopped"}


@dataclass(slots=True)
class Attempt:
    """One try of a step. Times are UTC in seconds since the epoch; `ended` is None while it goes on."""

    number: int
    started: float
    ended: float | None = None
    error: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the log. `is_own` when the step wrote it itself; the others tell the course of the run."""

    at: float
    address: str
    level: str
    text: str
    is_own: bool = False


@dataclass(slots=True)
class Wait:
    """A question of a step. `answered` is None while it waits; `status` and `by` tell the answer."""

    asked: float
    answered: float | None = None
    status: str = ""
    by: str = ""
    comment: str = ""


@dataclass(slots=True)
class Step:
    """One step. `ports` are its outputs, `error` what it failed with, also when that was caught."""

    address: str
    view: StepView = IDLE
    ports: JsonObject = field(default_factory=dict)
    error: JsonObject | None = None
    caught: str = ""
    usage: JsonObject = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    started: float | None = None
    ended: float | None = None

    @property
    def tokens(self) -> int:
        """How many tokens it used."""
        counts = (self.usage.get(name) for name in ("prompt_tokens", "completion_tokens"))
        return sum(int(count) for count in counts if isinstance(count, int | float))


class RunModel:
    """One run. `take` an event and it tells whose look changed.

    `before` maps each node of the workflow to those with an edge into it: a step with something under way before it is *queued*.
    `ended` is None while it runs or waits for a person. `inputs` is what the run was given, told by whoever started it. `logged`
    counts all lines that the log ever had.
    """

    def __init__(self, run: str, before: Mapping[str, Set[str]] | None = None) -> None:
        self.run, self.workflow = run, ""
        self.status: RunState = "queued"
        self.started: float | None = None
        self.ended: float | None = None
        self.steps: dict[str, Step] = {}
        self.inputs: JsonObject = {}
        self.log: list[LogLine] = []
        self.logged = 0
        self.questions: dict[str, JsonObject] = {}
        self.outputs: JsonObject = {}
        self.error: JsonObject | None = None
        self.count = 0
        self.before = before or {}
        self._after: dict[str, set[str]] = {}
        for node, sources in self.before.items():
            for source in sources:
                self._after.setdefault(source, set()).add(node)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in OVER

    @property
    def is_paused(self) -> bool:
        """Whether all that is under way stands at a breakpoint."""
        states = {step.view.status for step in self.steps.values()}
        return self.status == "running" and "paused" in states and "running" not in states

    @property
    def done(self) -> int:
        """How many steps have an outcome."""
        return sum(step.ended is not None for step in self.steps.values())

    @property
    def tokens(self) -> int:
        """Tokens that all steps used together."""
        return sum(step.tokens for step in self.steps.values())

    def seconds(self, now: float) -> float:
        """Return how long the run has been going, or went."""
        return max(0.0, (self.ended or now) - self.started) if self.started else 0.0

    def step(self, address: str) -> Step:
        """Return what is known of a step; an untouched one when nothing is."""
        return self.steps.get(address) or Step(address)

    def views(self) -> dict[str, StepView]:
        """Return how every step looks."""
        return {address: step.view for address, step in self.steps.items()}

    def take(self, event: JsonObject) -> set[str]:
        """Take the next event; return the addresses of the steps whose look changed, and "" when the run's did.

        An event that this program does not know changes nothing.
        """
        name = event.get("event")
        return set(getattr(self, f"_{name}")(event)) if name in EVENTS else set()

    # the run

    def _run_started(self, event: Mapping[str, Any]) -> Iterator[str]:
        if self.status == "queued" and not self.steps:
            self._note(event["at"], "", "info", trn("Run begins, {count} step", "Run begins, {count} steps", event["steps"]))
        else:
            self._note(event["at"], "", "info", tr("Run goes on"))
        self.workflow, self.count, self.status, self.ended = event["workflow"], event["steps"], "running", None
        self.started = self.started or event["at"]
        yield ""

    def _run_finished(self, event: Mapping[str, Any]) -> Iterator[str]:
        self.status = event["status"]
        self.ended = event["at"] if self.status != "waiting" else None  # its time goes on while a person is waited for
        self.outputs, self.error = event["outputs"], event["error"]
        for step in self.steps.values():
            if step.attempts and step.attempts[-1].ended is None:
                step.attempts[-1].ended = event["at"]
        self._note(event["at"], "", *ended_words(self.status, max(0.0, event["at"] - (self.started or event["at"])), self.error))
        if self.status != "waiting":
            self.questions.clear()
        for address, step in self.steps.items():
            if step.view.status in ("running", "queued", "paused") or (
                step.view.status == "waiting" and self.status != "waiting"
            ):
                begun: StepStatus = "cancelled" if self.status in OVER else "stopped" if step.view.status == "running" else "idle"
                step.view = replace(step.view, status=begun if step.started else "idle")
                yield address
        yield ""

    # steps

    def _step(self, event: Mapping[str, Any]) -> Step:
        return self.steps.setdefault(event["address"], Step(event["address"]))

    def _step_started(self, event: Mapping[str, Any]) -> Iterator[str]:
        step, number = self._step(event), event["attempt"]
        step.ended, step.error, step.caught = None, None, ""
        if step.attempts and step.attempts[-1].ended is None:
            step.attempts[-1].ended = event["at"]
        step.attempts.append(Attempt(number, event["at"]))
        step.started = step.started or event["at"]
        step.view = StepView("running", step.started, attempt=number)
        self._note(event["at"], step.address, "info", tr("Begins") if number == 1 else tr("Attempt {number}", number=number))
        yield step.address
        for address in self._after.get(step.address, ()):
            if address not in self.steps:
                self.steps[address] = Step(address, StepView("queued"))
                yield address

    def _step_progress(self, event: Mapping[str, Any]) -> Iterator[str]:
        step = self._step(event)
        step.view = replace(step.view, fraction=event["fraction"], detail=_spoken(event["text"]) or step.view.detail)
        yield step.address

    def _step_token(self, event: Mapping[str, Any]) -> Iterator[str]:
        step = self._step(event)
        step.view = replace(step.view, text=(step.view.text + event["text"])[-STREAM_TAIL:])
        yield step.address

    def _step_log(self, event: Mapping[str, Any]) -> Iterator[str]:
        self._note(event["at"], event["address"], event["level"], _spoken(event["text"]), is_own=True)
        yield ""

    def _note(self, at: float, address: str, level: str, text: str, *, is_own: bool = False) -> None:
        self.log.append(LogLine(at, address, level, text if is_own else unmarked(text), is_own))
        self.logged += 1
        if len(self.log) > LOG_LINES + LOG_SPARE:
            del self.log[:-LOG_LINES]

    def _step_failed(self, event: Mapping[str, Any]) -> Iterator[str]:
        step = self._step(event)
        if step.attempts:
            step.attempts[-1].ended, step.attempts[-1].error = event["at"], event["error"]
        issue = Issue.from_json(event["error"])
        failed = tr("Attempt {number} failed: {reason}", number=event["attempt"], reason=issue.said)
        self._note(event["at"], step.address, "warning", failed)
        if event["retry_in"] is not None:
            again = tr("Tries again in {seconds} s", seconds=round(event["retry_in"], 1))
            step.view = replace(step.view, message=issue.text, detail=again, text="")
            yield step.address

    def _step_finished(self, event: Mapping[str, Any]) -> Iterator[str]:
        step = self._step(event)
        step.ports, step.error, step.caught, step.usage = event["ports"], event["error"], event["caught"], event["usage"]
        step.ended = event["at"]
        step.started = step.started or event["at"] - event["seconds"]
        if step.attempts and step.attempts[-1].ended is None:
            step.attempts[-1].ended = event["at"]
        wait = step.waits[-1] if step.waits else None
        refused = wait is not None and wait.status == "rejected"
        step.view = StepView(
            event["status"],
            step.started,
            event["seconds"],
            text=wait.comment if wait is not None and refused and wait.comment else preview(step.ports),
            message=Issue.from_json(step.error or {}).text,
            detail=tr("Rejected") if refused else _detail(step),
            attempt=len(step.attempts) or 1,
        )
        self._note(event["at"], step.address, *finished_words(step.view, step.caught, event["seconds"]))
        yield step.address

    def _step_paused(self, event: Mapping[str, Any]) -> Iterator[str]:
        step = self._step(event)
        step.ended = None
        step.view = StepView("paused", event["at"])
        self._note(event["at"], step.address, "info", tr("Pauses before it begins"))
        yield step.address

    # questions

    def _approval_asked(self, event: Mapping[str, Any]) -> Iterator[str]:
        step, question = self._step(event), event["question"]
        self.questions[step.address] = question
        step.ended = None
        step.started = step.started or event["at"]
        self._note(event["at"], step.address, "info", tr("Asks: {question}", question=str(question.get("text", ""))))
        if not step.waits or step.waits[-1].answered is not None:
            step.waits.append(Wait(event["at"]))
        step.view = StepView("waiting", event["at"], text=preview(question.get("payload")), message=str(question.get("text", "")))
        yield step.address
        yield ""

    def _approval_answered(self, event: Mapping[str, Any]) -> Iterator[str]:
        step = self._step(event)
        self.questions.pop(step.address, None)
        if step.waits and step.waits[-1].answered is None:
            said = event["status"], event["by"], event.get("comment", "")
            step.waits[-1] = Wait(step.waits[-1].asked, event["at"], *said)
            self._note(event["at"], step.address, "info", answered_words(*said))
        if step.view.status == "waiting":
            step.view = replace(step.view, status="running")
        yield step.address
        yield ""


def preview(value: Json) -> str:
    """Return the beginning of a value as people read it, in a few lines; a single port's value stands for all of them."""
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    if value is None or value == {}:
        return ""
    if isinstance(value, str):
        return value[:PREVIEW]
    if isinstance(value, list) and len(value) > 3:
        rest = trn("… and {count} more", "… and {count} more", len(value) - 2)
        return "\n".join([*(_short(item) for item in value[:2]), rest])
    return _short(value)


def _short(value: Json) -> str:
    """Write a value in one line, never more of it than is shown."""
    if isinstance(value, str) and len(value) > PREVIEW:
        value = value[:PREVIEW]
    if isinstance(value, list) and len(value) > 20:
        value = value[:20]
    if isinstance(value, dict):
        value = {key: item[:PREVIEW] if isinstance(item, str) else item for key, item in list(value.items())[:20]}
    return json.dumps(value, ensure_ascii=False)[:PREVIEW]


def _spoken(text: str) -> str:
    """Return what a node says, in the language in use where it is Weft's own."""
    return text.translated() if isinstance(text, Phrase) else text


def _detail(step: Step) -> str:
    return trn("{count} token", "{count} tokens", step.tokens) if step.tokens else ""
