"""One run followed to its rest from the main thread: events shown, questions answered, signals obeyed, owners changed."""

from __future__ import annotations

import queue
import signal
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Literal, Self, TypeAlias

from desktop_app.exits import CANCELLED, OF_STATUS, interrupted
from desktop_app.front import OWNER_LEFT, Front
from desktop_app.output import Output, error_json
from desktop_app.person import stated_name
from desktop_app.show.progress import REFRESH_S, Progress
from desktop_app.show.prompt import Decision, LineReader, Prompt
from desktop_app.signals import Ending, Interrupted
from engine.model.issues import WeftError, failure
from engine.model.values import JsonObject
from engine.server.client import gone

Approve: TypeAlias = Literal["ask", "yes", "no"]
FINAL = ("succeeded", "failed", "cancelled")
LOOK_S = 0.1
IDLE_S = 1.0
"""How long to wait at most without looking up; some systems deliver signals only then."""

NOTHING_KNOWN: JsonObject = {"run": "", "workflow": "", "status": "stopped", "outputs": {}, "error": None, "waiting": []}


@dataclass(repr=False)
class Session:
    """Follows one run; used in a `with`. `attach` gives a way to the engine, again when the owner that had the run is gone.

    `watch` is set while it only looks: it answers nothing, and a signal ends the watching, not the run.
    """

    out: Output
    attach: Callable[[], Front]
    approve: Approve = "ask"
    can_ask: bool = False
    front: Front = field(init=False)
    watch: bool = False
    run: str = ""
    rest: JsonObject = field(default_factory=dict)
    _inbox: queue.SimpleQueue[tuple[str, Any]] = field(default_factory=queue.SimpleQueue)
    _kept: deque[tuple[str, Any]] = field(default_factory=deque)
    _asked: dict[str, JsonObject] = field(default_factory=dict)
    _answered: set[str] = field(default_factory=set)
    _later: set[str] = field(default_factory=set)
    _prompt: Prompt | None = None
    _held: list[JsonObject] = field(default_factory=list)
    _signals: list[int] = field(default_factory=list)
    _obeyed: bool = False
    _left: WeftError | None = None
    _over: bool = False

    def __post_init__(self) -> None:
        self._progress = Progress(self.out.notes, live=self.out.is_human and self.out.stderr.isatty())
        self._lines = LineReader(lambda line: self._inbox.put(("line", line)))
        self._ending = Ending(self._note_signal, self._last_words, self._last_code)

    def __enter__(self) -> Self:
        """Obey signals, and find the way to the engine. Raises WeftError when there is none."""
        self._ending.__enter__()
        try:
            self.front = self.attach()
        except BaseException:
            self._ending.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.hurry()
        try:
            self._progress.pause()
            self.front.close()
        finally:
            self._ending.__exit__()

    def begin(self, do: str, given: JsonObject) -> JsonObject:
        """Send the request that starts or continues a run; when the owner is just leaving, to the next one.

        Raises:
            WeftError: it was not accepted.
        """
        waiting = False
        while True:
            if self._signals:
                raise Interrupted
            try:
                begun = self._reply(self.front.call(do, given))
                self.run = str(begun["run"])
                self.out.shape = {**NOTHING_KNOWN, "run": self.run, "workflow": begun["workflow"]}
                return begun
            except WeftError as error:
                if error.issue.code not in OWNER_LEFT:
                    raise
            if not waiting:
                self.out.note("Waiting for the program that owns the data folder; it is ending.")
            waiting = True
            time.sleep(LOOK_S)
            self._attach_again()

    def to_rest(self, begun: JsonObject) -> JsonObject:
        """Follow the run that was begun to its rest, and return how that is."""
        about: JsonObject = {"run": begun["run"], "workflow": begun["workflow"]}
        self._follow(str(begun["run"]), int(str(begun.get("from", 0))))
        while self._left is not None and self.rest.get("status") not in FINAL and not self._signals:
            self._change_owner()
        return {**NOTHING_KNOWN, **about, **self.rest}

    def look_on(self, run: str) -> bool:
        """Show a run from its beginning until it is over, its owner left, or a signal ends the watching, which returns False."""
        self.watch = True
        self._follow(run, 0)
        return not self._signals

    def _follow(self, run: str, number: int) -> None:
        self.run, self._left, self._over = run, None, False
        ended = self.front.call("subscribe", {"run": run, "from": number}, lambda at, event: self._inbox.put(("event", event)))
        ended.add_done_callback(lambda done: self._inbox.put(("ended", _left_by(done))))
        self._obey()
        while not self._over:
            self._take(*self._next())
            if not self._kept and self._inbox.empty():
                self._look_for_questions()
        self._progress.pause()

    # the owner

    def _attach_again(self) -> None:
        self.front.close()
        self.front = self.attach()

    def _change_owner(self) -> None:
        """Go on with the run in the next owner's hands, or in our own."""
        self._attach_again()
        try:
            begun = self.begin("resume", {"run": self.run})
        except WeftError as error:
            if error.issue.code != "run.finished":
                raise
            begun = {"from": 0}  # its end was missed
        self._follow(self.run, int(str(begun["from"])))

    def _reply(self, answer: Future[JsonObject]) -> JsonObject:
        """Wait for a reply and keep what else arrives, in order, for later."""
        answer.add_done_callback(lambda _: self._inbox.put(("", None)))
        while not answer.done():
            self._kept.append(self._receive())
        return answer.result()

    # messages

    def _next(self) -> tuple[str, Any]:
        return self._kept.popleft() if self._kept else self._receive()

    def _receive(self) -> tuple[str, Any]:
        while True:
            try:
                return self._inbox.get(timeout=REFRESH_S if self._progress.live and self._prompt is None else IDLE_S)
            except queue.Empty:
                if self._prompt is None:
                    self._progress.draw()

    def _take(self, kind: str, value: Any) -> None:
        if kind == "event":
            self._on_event(value)
        elif kind == "ended":
            self._left, self._over = value, True
            if value is not None and value.issue.code not in OWNER_LEFT:
                raise value
        elif kind == "line" and self._prompt is not None:
            self._on_line(value)
        elif kind == "signal":
            self._obey()
        elif kind == "stopped" and not value:
            self._over = True

    def _on_event(self, event: JsonObject) -> None:
        self.out.event(event)
        name, address = event["event"], str(event.get("address", ""))
        if name == "approval_asked":
            self._asked[address] = event
            self._answered.discard(address)
        elif name == "approval_answered":
            self._asked.pop(address, None)
            self._withdraw(event)
        elif name == "run_finished":
            self.rest = result_of(event, self.rest)
        elif name == "run_started":
            self.rest = {"workflow": event["workflow"]}
        if self._prompt is None:
            self._progress.take(event)
        else:
            self._held.append(event)

    def _look_for_questions(self) -> None:
        """Nothing has happened for a moment: answer what is asked, and leave a run that waits for nobody here."""
        if self.watch or self._prompt is not None or self._signals:
            return
        for address, event in list(self._asked.items()):
            if address in self._answered or address in self._later:
                continue
            if self.approve != "ask":
                self._answer(address, Decision(approved=self.approve == "yes"), f"--approve {self.approve}")
            elif self.can_ask:
                self._progress.pause()
                question = event["question"]
                self._prompt = Prompt(self.out.notes, address, question if isinstance(question, dict) else {})
                self._prompt.show()
                self._lines.ask()
                return
        if self.rest.get("status") == "waiting" and not self._answered & self._asked.keys():
            self._over = True

    def _on_line(self, line: str | None) -> None:
        assert self._prompt is not None
        decision = self._prompt.take(line)
        if decision is None:
            self._lines.ask()
            return
        address = self._prompt.address
        if decision.later:
            self._later.add(address)
        else:
            self._answer(address, decision, stated_name())
        self._end_prompt()

    def _answer(self, address: str, decision: Decision, by: str) -> None:
        self._answered.add(address)
        given: JsonObject = {
            "approval": f"{self.run}:{address}",
            "status": "approved" if decision.approved else "rejected",
            "comment": decision.comment,
            "by": by,
            "resume": True,
        }
        if decision.edited:
            given["payload"] = decision.payload
        try:
            self._reply(self.front.call("answer", given))
        except WeftError as error:
            self._answered.discard(address)
            if error.issue.code == "approval.bad-edit":
                self.out.issue(error.issue)
            elif error.issue.code == "approval.answered":
                self._later.add(address)
            elif error.issue.code not in OWNER_LEFT:
                raise

    def _withdraw(self, event: JsonObject) -> None:
        if self._prompt is not None and self._prompt.address == event["address"]:
            self._prompt.withdraw(str(event["status"]), str(event.get("by", "")))
            self._end_prompt()

    def _end_prompt(self) -> None:
        self._prompt = None
        held, self._held = self._held, []
        for event in held:
            self._progress.take(event)

    # signals

    def _note_signal(self, number: int) -> None:
        """Ctrl+C cancels the run; SIGTERM, and a terminal that is closed, stop it after the running steps."""
        self._signals.append(number)
        self._inbox.put(("signal", number))

    def _last_code(self) -> int:
        return OF_STATUS[str(self.rest.get("status", "stopped"))] if self.run and not self.watch else CANCELLED

    def _last_words(self) -> None:
        """Tell the result when the program has to end before it came to that; called in another thread."""
        self._progress.live = False
        self._progress.pause()
        if self.watch or not self.run:
            self.out.error(interrupted())
        elif "status" not in self.rest:
            remedy = f"Go on with `weft resume {self.run}`."
            self.out.error(failure("run.stopped", "The program ended before the run came to rest.", remedy))
        elif self.out.mode == "json":
            self.out.result({**self.out.shape, **self.rest}, lambda _: None)

    def _obey(self) -> None:
        if not self._signals or self._obeyed or self._over:
            return
        self._obeyed = True
        self._progress.pause()
        if self._prompt is not None:
            self.out.note("")
            self._end_prompt()
        if self.watch:
            self._over = True
        elif self._signals[0] == signal.SIGINT:
            self.out.note("Cancelling the run; once more ends the program at once.")
            self._stop("cancel")
        else:
            self.out.note("Stopping after the running steps; once more ends the program at once.")
            self._stop("drain")

    def _stop(self, do: str) -> None:
        """Ask for the run's end, which its events tell; a run that rests already has none to come."""

        def told(done: Future[JsonObject]) -> None:
            self._inbox.put(("stopped", _problem(done) is None and any(done.result().values())))

        self.front.call(do, {"run": self.run}).add_done_callback(told)


def _problem(done: Future[JsonObject]) -> BaseException | None:
    return gone() if done.cancelled() else done.exception()


def _left_by(done: Future[JsonObject]) -> BaseException | None:
    """Return why a run is not followed any more though it is not over: an error, or an owner that stopped it to end."""
    problem = _problem(done)
    if problem is None and done.result().get("left"):
        return failure("owner.ended", "The program that owned the data folder ended.", "Try again.")
    return problem


def result_of(event: JsonObject, known: JsonObject) -> JsonObject:
    """Return the result of a run as commands give it, from the event that ended it."""
    error = event.get("error")
    return {
        **known,
        "run": event["run"],
        "status": event["status"],
        "outputs": event["outputs"],
        "error": error_json(error) if isinstance(error, dict) else None,
        "waiting": event["waiting"],
    }
