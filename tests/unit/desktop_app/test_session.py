"""Following a run through what owners and other people do meanwhile; the engine is played by the test."""

from __future__ import annotations

import signal
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import pytest

from desktop_app.output import Output
from desktop_app.session import Session
from engine.api.events import ApprovalAnswered, ApprovalAsked, RunEvent, RunFinished, RunStarted
from engine.model.issues import WeftError, failure
from engine.model.values import JsonObject
from engine.server.client import gone
from engine.server.protocol import Emit

RUN = "r1"
ASKED = ApprovalAsked(run=RUN, address="ask", question={"text": "?"})
STARTED = RunStarted(run=RUN, workflow="Triage", steps=1)
DONE = RunFinished(run=RUN, status="succeeded", outputs={"x": 1})
WAITING = RunFinished(run=RUN, status="waiting", waiting=[{"id": "r1:ask", "question": {"text": "?"}}])
STOPPED = RunFinished(run=RUN, status="stopped")


@dataclass
class Owner:
    """A front that gives these events to who subscribes, and then ends the stream with an error or a result."""

    events: list[RunEvent] = field(default_factory=list)
    ends: WeftError | bool = True
    result: JsonObject = field(default_factory=dict)
    owns_folder: bool = False
    answers: dict[str, Callable[[JsonObject], JsonObject]] = field(default_factory=dict)
    calls: list[tuple[str, JsonObject]] = field(default_factory=list)
    closed: bool = False
    stream: Future[JsonObject] = field(default_factory=Future)
    _emit: Emit | None = None
    _number: int = 0

    def call(self, do: str, given: JsonObject | None = None, emit: Emit | None = None) -> Future[JsonObject]:
        self.calls.append((do, given or {}))
        if do == "subscribe":
            self._emit = emit
            self.tell(*self.events)
            if isinstance(self.ends, WeftError):
                self.stream.set_exception(self.ends)
            elif self.ends:
                self.stream.set_result(self.result)
            return self.stream
        answer: Future[JsonObject] = Future()
        try:
            begun: JsonObject = {"run": RUN, "workflow": "Triage", "from": 0}
            answer.set_result(self.answers[do](given or {}) if do in self.answers else begun)
        except WeftError as error:
            answer.set_exception(error)
        return answer

    def tell(self, *events: RunEvent) -> None:
        assert self._emit is not None
        for event in events:
            self._number += 1
            self._emit(self._number, event.as_json())

    def close(self, grace: float = 0.0) -> None:
        self.closed = True

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]


def follow(*owners: Owner, **options: Any) -> JsonObject:
    left = list(owners)
    with Session(Output("json"), lambda: left.pop(0), **options) as session:
        rest = session.to_rest(session.begin("start", {}))
    assert all(owner.closed for owner in owners)
    assert left == []
    return rest


def test_a_run_to_its_end() -> None:
    assert follow(Owner([STARTED, DONE])) == {
        "run": RUN, "workflow": "Triage", "status": "succeeded", "outputs": {"x": 1}, "error": None, "waiting": [],
    }  # fmt: skip


def test_when_the_owner_is_gone_the_next_one_goes_on() -> None:
    first, second = Owner([STARTED], gone()), Owner([STARTED, DONE])
    assert follow(first, second)["status"] == "succeeded"
    assert second.names() == ["resume", "subscribe"]


def test_a_run_that_the_leaving_owner_stopped_goes_on() -> None:
    ended = failure("owner.ended", "It ended.")
    assert follow(Owner([STARTED, STOPPED], ended), Owner([STARTED, DONE]))["status"] == "succeeded"


def test_a_run_that_the_owner_stopped_to_end_goes_on() -> None:
    first, second = Owner([STARTED, STOPPED], result={"run": RUN, "left": True}), Owner([STARTED, DONE])
    assert follow(first, second)["status"] == "succeeded"
    assert second.names() == ["resume", "subscribe"]


def test_a_run_that_a_person_stopped_stays_so() -> None:
    assert follow(Owner([STARTED, STOPPED], result={"run": RUN}))["status"] == "stopped"


def test_a_run_that_ended_with_its_owner_is_not_begun_again() -> None:
    assert follow(Owner([STARTED, DONE], gone()))["status"] == "succeeded"


def test_an_end_that_was_missed_is_read_from_the_next_owner() -> None:
    def over(_given: JsonObject) -> JsonObject:
        raise failure("run.finished", "It is over.")

    assert follow(Owner([STARTED], gone()), Owner([STARTED, DONE], answers={"resume": over}))["status"] == "succeeded"


def test_an_owner_that_is_just_leaving_is_not_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.session.LOOK_S", 0.01)

    def leaving(_given: JsonObject) -> JsonObject:
        raise failure("owner.ended", "It is ending.")

    first, second = Owner(answers={"start": leaving}), Owner([STARTED, DONE])
    assert follow(first, second)["status"] == "succeeded"
    assert second.names() == ["start", "subscribe"]


def test_another_error_ends_the_call() -> None:
    def bad(_given: JsonObject) -> JsonObject:
        raise failure("type.unknown", "No.")

    owner = Owner(answers={"start": bad})
    with pytest.raises(WeftError, match=r"No\."):
        follow(owner)
    assert owner.closed


def test_a_question_is_left_open_without_a_terminal() -> None:
    owner = Owner([STARTED, ASKED, WAITING], ends=False)
    assert follow(owner)["status"] == "waiting"
    assert "answer" not in owner.names()


def test_a_question_is_answered_by_the_option() -> None:
    owner = Owner([STARTED, ASKED, WAITING], ends=False)

    def answered(given: JsonObject) -> JsonObject:
        assert (given["approval"], given["status"], given["resume"]) == ("r1:ask", "rejected", True)
        owner.tell(STARTED, ApprovalAnswered(run=RUN, address="ask", status="rejected"), DONE)
        owner.stream.set_result({})
        return {"run": RUN}

    owner.answers["answer"] = answered
    assert follow(owner, approve="no")["status"] == "succeeded"


def test_a_question_that_somebody_else_answered_is_no_error() -> None:
    owner = Owner([STARTED, ASKED, WAITING], ends=False)

    def faster(_given: JsonObject) -> JsonObject:
        raise failure("approval.answered", "Somebody was faster.")

    owner.answers["answer"] = faster
    assert follow(owner, approve="yes")["status"] == "waiting", "who answered goes on with it"


@pytest.mark.parametrize(("number", "asks"), [(signal.SIGINT, "cancel"), (signal.SIGTERM, "drain")])
def test_signals_ask_for_the_end(number: int, asks: str) -> None:
    owner = Owner([STARTED], ends=False)

    def started(_given: JsonObject) -> JsonObject:
        signal.raise_signal(number)
        return {"run": RUN, "workflow": "Triage", "from": 0}

    def ending(_given: JsonObject) -> JsonObject:
        owner.tell(RunFinished(run=RUN, status="cancelled"))
        owner.stream.set_result({})
        return {"ok": True}

    owner.answers |= {"start": started, asks: ending}
    before = signal.getsignal(number)
    assert follow(owner)["status"] == "cancelled"
    assert asks in owner.names()
    assert signal.getsignal(number) is before


def test_a_run_that_rests_already_ends_the_call() -> None:
    owner = Owner([STARTED, ASKED, WAITING], ends=False, answers={"drain": lambda _: {"draining": False}})

    def started(_given: JsonObject) -> JsonObject:
        signal.raise_signal(signal.SIGTERM)
        return {"run": RUN, "workflow": "Triage", "from": 0}

    owner.answers["start"] = started
    assert follow(owner)["status"] == "waiting"


def test_watching_answers_nothing() -> None:
    owner = Owner([STARTED, ASKED, WAITING, DONE])
    with Session(Output("json"), lambda: owner, approve="yes") as session:
        assert session.look_on(RUN)
    assert owner.names() == ["subscribe"]
