"""A run's past, told as events."""

from __future__ import annotations

from engine.api.stores import ApprovalRecord, AttemptRecord, LogRecord, RunRecord, StepRecord
from engine.server.history import RunHistory

RUN = RunRecord("r1", "w1", "Triage", "h", "/f", status="failed", started=1.0, ended=9.0, error={"code": "x"})


def test_events_are_in_order_of_time() -> None:
    history = RunHistory(
        RUN,
        steps=[
            StepRecord("r1", "", "read", "succeeded", {"out": 1}, started=1.0, ended=2.0, seq=1),
            StepRecord("r1", "", "given", "succeeded", {"out": 1}, started=1.0, ended=1.0, kept=True, seq=2),
            StepRecord("r1", "", "call", "failed", error={"code": "x"}, started=2.0, ended=8.0, attempt=2, seq=3),
            StepRecord("r1", "", "end", "skipped", started=8.5, ended=8.5, seq=4),
        ],
        attempts=[
            AttemptRecord("r1", "read", 1, 1.0, 2.0),
            AttemptRecord("r1", "call", 1, 2.0, 4.0, {"code": "first"}),
            AttemptRecord("r1", "call", 2, 4.5, 8.0, {"code": "x"}),
            AttemptRecord("r1", "end", 1, 8.5, 8.5),
        ],
        approvals=[ApprovalRecord("r1", "ask", {"text": "?"}, "approved", asked=3.0, answered=5.0, by="me")],
        logs=[LogRecord("r1", "call", 6.0, "info", "hello")],
    )
    told = [(event["event"], event.get("address"), event.get("attempt")) for event in map(_json, history.events(ended=True))]
    assert told == [
        ("run_started", None, None),
        ("step_started", "read", 1),
        ("step_finished", "given", None),
        ("step_finished", "read", None),
        ("step_started", "call", 1),
        ("approval_asked", "ask", None),
        ("step_failed", "call", 1),
        ("step_started", "call", 2),
        ("approval_answered", "ask", None),
        ("step_log", "call", None),
        ("step_failed", "call", 2),
        ("step_finished", "call", None),
        ("step_finished", "end", None),
        ("run_finished", None, None),
    ]
    assert _json(history.events(ended=True)[-1])["error"] == {"code": "x"}
    assert _json(history.events(ended=False)[-1])["event"] == "step_finished"


def test_a_step_under_way_shows_the_attempts_it_had() -> None:
    history = RunHistory(RUN, attempts=[AttemptRecord("r1", "call", 1, 2.0, 4.0, {"code": "first"})])
    assert [_json(event)["event"] for event in history.events(ended=False)] == ["run_started", "step_started", "step_failed"]


def test_open_questions_are_listed_at_the_end() -> None:
    waiting = ApprovalRecord("r1", "ask", {"text": "?"}, asked=3.0)
    rest = _json(RunHistory(RUN, approvals=[waiting]).events(ended=True)[-1])
    assert rest["waiting"] == [{"id": "r1:ask", "question": {"text": "?"}}]


def _json(event: object) -> dict[str, object]:
    return event.as_json()  # type: ignore[attr-defined, no-any-return]
