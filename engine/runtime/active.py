"""The state of a run while this program executes it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from engine.api.context import Answer, Question
from engine.api.events import ApprovalAnswered, ApprovalAsked, EventSink, RunEvent, StepLog, StepPaused
from engine.api.large import is_large
from engine.api.redact import Redactor
from engine.api.services import Services
from engine.api.stores import ApprovalRecord, Journal, LogRecord, RunRecord, StepRecord
from engine.runtime.aside import LongWork
from engine.runtime.debug import Debugger
from engine.runtime.lg import interrupt
from engine.runtime.scope import Blocked, Scope

LogLevel = Literal["debug", "info", "warning", "error"]


@dataclass(slots=True, eq=False)
class ActiveRun:
    """One run from its acceptance to its rest. Lives on the engine's loop and is touched from there only.

    `kept` are outcomes of an earlier run that it begins with, `lost` says by address why others are not. `recorded` holds the
    outcomes of all regions by address, `asking` a future per question that waits for a person: its result is the answer, or None
    when the run comes to rest without one. `stopping` says who wants it to end: a person for good, or the program, which leaves
    it to be resumed. `ending` means that it has come to rest and only its end is being recorded.
    """

    record: RunRecord
    journal: Journal
    services: Services
    sink: EventSink
    output_folder: Path
    long_work: LongWork
    kept: Sequence[StepRecord] = ()
    lost: Mapping[str, str] = field(default_factory=dict)
    recorded: dict[str, StepRecord] = field(default_factory=dict)
    tried: Mapping[str, int] = field(default_factory=dict)
    redactor: Redactor = field(default_factory=Redactor)
    asking: dict[str, asyncio.Future[ApprovalRecord | None]] = field(default_factory=dict)
    debugger: Debugger = field(default_factory=Debugger)
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: Literal["", "cancel", "shutdown"] = ""
    ending: bool = False
    late_answer: bool = False
    scope: Scope | None = None
    work: asyncio.Task[object] | None = None

    @property
    def id(self) -> str:
        """The run's id."""
        return self.record.id

    def emit(self, event: RunEvent) -> None:
        """Hand an event to whoever watches."""
        self.sink(event)

    def log(self, address: str, text: str, level: LogLevel = "info") -> None:
        """Write a line to the log of a step, or with no address to that of the run, and show it."""
        text = self.redactor.text(text)
        event = StepLog(run=self.id, address=address, level=level, text=text)
        self.journal.note_log(LogRecord(self.id, address, event.at, level, text))
        self.emit(event)

    def gate(self) -> None:
        """Let nothing new start while the run drains."""
        if self.draining.is_set():
            raise Blocked

    async def pause(self, address: str) -> None:
        """Wait before a step that is about to start, when who debugs the run wants that; a drain unwinds it."""
        if self.debugger.stops_at(address):
            self.emit(StepPaused(run=self.id, address=address))
            await self.debugger.pause(address)
            self.gate()

    async def redacted(self, outcome: StepRecord) -> StepRecord:
        """Return an outcome without the values of the secrets this run has read."""
        clean = self.redactor.value
        if self.redactor.is_needed and is_large(outcome.ports):
            ports = await self.long_work.do(clean, outcome.ports)
        else:
            ports = clean(outcome.ports)
        return replace(outcome, ports=ports, error=clean(outcome.error))

    async def ask(self, address: str, question: Question) -> Answer:
        """Put a question to a person and wait for the answer while anything else of the run is running.

        Once nothing else is, or the run drains, LangGraph's `interrupt` takes the run to rest; it goes on when answered.
        """
        future = self.asking.setdefault(address, asyncio.get_running_loop().create_future())
        try:
            known = await self.journal.ask(ApprovalRecord(self.id, address, self.redactor.value(question.as_json())))
            if known.status == "waiting":
                self.emit(ApprovalAsked(run=self.id, address=address, question=known.question))
                self.look_for_rest()
                answered = await future
                if answered is None:
                    interrupt({"address": address, "question": known.question})
                    raise AssertionError("interrupt returns only when LangGraph resumes with a value, which Weft never does")
                known = answered
        finally:
            self.asking.pop(address, None)
        self.emit(ApprovalAnswered(run=self.id, address=address, status=known.status, by=known.by, comment=known.comment))
        return Answer(known.status == "approved", known.answer, known.comment, known.by)

    def take_answer(self, answered: ApprovalRecord) -> None:
        """Pass on an answer that the journal has. Where nobody waits for it any more, the run looks again before it rests."""
        future = self.asking.get(answered.address)
        if future is not None and not future.done():
            future.set_result(answered)
        else:
            self.late_answer = True

    def let_go(self) -> None:
        """Drop the values of the run, now that it is over: what refers to it in a circle would keep them for long."""
        if self.scope is not None:
            self.scope.settled.clear()
        self.recorded.clear()

    def look_for_rest(self) -> None:
        """Take the open questions to rest once nothing else of the run can go on."""
        if self.asking and self.scope is not None and (self.draining.is_set() or self.scope.is_at_rest()):
            for future in self.asking.values():
                if not future.done():
                    future.set_result(None)

    def drain(self) -> None:
        """Start nothing more; what runs is finished and recorded."""
        self.draining.set()
        self.debugger.release()
        self.look_for_rest()

    def stop(self, why: Literal["cancel", "shutdown"]) -> bool:
        """Stop now. False when the run has come to rest already; the first reason counts."""
        if self.ending:
            return False
        self.stopping = self.stopping or why
        if self.work is not None:
            self.work.cancel()
        return True
