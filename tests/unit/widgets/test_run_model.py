"""What the window knows of a run: the same from live events and from the journal's."""

from __future__ import annotations

import pytest

from engine.api import events as live
from engine.api.stores import RunStatus
from engine.model.values import JsonObject
from widgets.run.model import RunModel, preview

R = "r1"
ERROR: JsonObject = {"code": "http.status", "text": "The server answered 503."}


def fed(*events: live.RunEvent, before: dict[str, set[str]] | None = None) -> tuple[RunModel, list[set[str]]]:
    model = RunModel(R, before)
    return model, [model.take(event.as_json()) for event in events]


def finished(address: str, at: float, **extra: object) -> live.StepFinished:
    given = {"status": "succeeded", "ports": {"out": "hello"}, "seconds": 1.0, **extra}
    return live.StepFinished(run=R, at=at, address=address, **given)  # type: ignore[arg-type]


def test_a_step_from_begin_to_end() -> None:
    model, changed = fed(
        live.RunStarted(run=R, at=10, workflow="W", steps=2),
        live.StepStarted(run=R, at=11, address="a"),
        live.StepToken(run=R, at=11.2, address="a", text="he"),
        live.StepToken(run=R, at=11.3, address="a", text="llo"),
        live.StepProgress(run=R, at=11.4, address="a", fraction=0.5, text="half"),
        before={"b": {"a"}},
    )
    view = model.step("a").view
    assert (view.status, view.text, view.fraction, view.detail, view.started) == ("running", "hello", 0.5, "half", 11)
    assert model.step("b").view.status == "queued"
    assert changed == [{""}, {"a", "b"}, {"a"}, {"a"}, {"a"}]
    model.take(finished("a", 12, usage={"prompt_tokens": 10, "completion_tokens": 2}).as_json())
    view = model.step("a").view
    assert (view.status, view.seconds, view.detail, view.text) == ("succeeded", 1.0, "12 tokens", "hello")
    assert (model.done, model.tokens, model.seconds(15)) == (1, 12, 5)


def test_attempts_with_their_errors() -> None:
    model, _ = fed(
        live.StepStarted(run=R, at=1, address="a"),
        live.StepFailed(run=R, at=2, address="a", attempt=1, error=ERROR, retry_in=0.5),
    )
    view = model.step("a").view
    assert (view.status, view.message, view.detail) == ("running", ERROR["text"], "Tries again in 0.5 s")
    model.take(live.StepStarted(run=R, at=3, address="a", attempt=2).as_json())
    model.take(live.StepFailed(run=R, at=4, address="a", attempt=2, error=ERROR).as_json())
    model.take(finished("a", 4, status="failed", ports={}, error=ERROR).as_json())
    step = model.step("a")
    assert [(one.number, one.started, one.ended, one.error) for one in step.attempts] == [(1, 1, 2, ERROR), (2, 3, 4, ERROR)]
    assert (step.view.status, step.view.message, step.started, step.ended) == ("failed", ERROR["text"], 1, 4)


def test_a_question_comes_and_goes() -> None:
    model, _ = fed(live.ApprovalAsked(run=R, at=1, address="ask", question={"text": "Send?", "payload": [1]}))
    assert (model.step("ask").view.status, model.step("ask").view.message) == ("waiting", "Send?")
    model.take(live.RunFinished(run=R, at=2, status="waiting").as_json())
    assert list(model.questions) == ["ask"]
    assert model.step("ask").view.status == "waiting"
    model.take(live.ApprovalAnswered(run=R, at=3, address="ask", status="approved").as_json())
    assert (model.questions, model.step("ask").view.status) == ({}, "running")


def test_a_cancelled_run_leaves_nothing_running() -> None:
    model, changed = fed(
        live.StepStarted(run=R, at=1, address="a"),
        live.ApprovalAsked(run=R, at=1, address="ask", question={}),
        live.RunFinished(run=R, at=2, status="cancelled"),
        before={"b": {"a"}},
    )
    assert {address: view.status for address, view in model.views().items()} == {
        "a": "cancelled",
        "b": "idle",
        "ask": "cancelled",
    }
    assert changed[-1] == {"", "a", "b", "ask"}
    assert model.is_over


def test_logs_and_unknown_events() -> None:
    model, changed = fed(live.StepLog(run=R, at=1, address="a", level="warning", text="careful"))
    assert [(line.address, line.level, line.text) for line in model.log] == [("a", "warning", "careful")]
    assert changed == [{""}]
    assert model.take({"event": "from_the_future"}) == set()


def test_streamed_text_is_kept_to_its_end() -> None:
    model, _ = fed(*(live.StepToken(run=R, at=1, address="a", text=f"{number:04}") for number in range(2000)))
    assert model.step("a").view.text.endswith("19981999")
    assert len(model.step("a").view.text) == 4000


def test_previews() -> None:
    assert preview({"out": "한글\nText"}) == "한글\nText"
    assert preview({"out": {"a": 1}}) == '{"a": 1}'
    assert preview({"yes": 1, "no": 2}) == '{"yes": 1, "no": 2}'
    assert preview([{"n": 1}, 2, 3, 4]) == '{"n": 1}\n2\n… and 2 more'
    assert preview({}) == preview(None) == ""
    assert len(preview("x" * 10_000_000)) == len(preview({"out": {"a": "x" * 1000, "b": 2}})) == 400


def test_the_log_tells_the_course_of_the_run() -> None:
    run = RunModel("r")
    for event in (
        live.RunStarted(run="r", at=10, workflow="W", steps=2),
        live.StepStarted(run="r", at=10, address="a"),
        live.StepFailed(run="r", at=10.5, address="a", attempt=1, error={"code": "x.y", "text": "Busy."}, retry_in=1.0),
        live.StepStarted(run="r", at=11.5, address="a", attempt=2),
        live.StepFinished(
            run="r", at=12, address="a", status="succeeded", ports={}, seconds=2.0,
            usage={"prompt_tokens": 10, "completion_tokens": 2},
        ),
        live.ApprovalAsked(run="r", at=12, address="b", question={"text": "Send it?"}),
        live.ApprovalAnswered(run="r", at=15, address="b", status="rejected", by="Ann", comment="too much"),
        live.StepFinished(run="r", at=15, address="b", status="succeeded", ports={"rejected": 1}, seconds=3.0),
        live.RunFinished(run="r", at=15, status="succeeded"),
    ):  # fmt: skip
        run.take(event.as_json())
    assert [(line.address, line.level, line.text) for line in run.log] == [
        ("", "info", "Run begins, 2 steps"),
        ("a", "info", "Begins"),
        ("a", "warning", "Attempt 1 failed: Busy."),
        ("a", "info", "Attempt 2"),
        ("a", "info", "Done after 2.0 s · 12 tokens"),
        ("b", "info", "Asks: Send it?"),
        ("b", "info", "Rejected by Ann: too much"),
        ("b", "info", "Done after 3.0 s · Rejected"),
        ("", "info", "Run ends after 5.0 s"),
    ]
    assert (run.step("b").view.detail, run.step("b").view.text) == ("Rejected", "too much")


@pytest.mark.parametrize(
    ("status", "error", "line"),
    [
        ("failed", {"code": "x.y", "text": "Busy."}, ("error", "Run failed after 5.0 s: Busy.")),
        ("failed", None, ("error", "Run failed after 5.0 s")),
        ("waiting", None, ("info", "Run waits for a person")),
        ("cancelled", None, ("warning", "Run was cancelled after 5.0 s")),
        ("stopped", None, ("warning", "Run was stopped after 5.0 s")),
    ],
)
def test_the_log_tells_how_a_run_came_to_rest(status: RunStatus, error: JsonObject | None, line: tuple[str, str]) -> None:
    run = RunModel("r")
    run.take(live.RunStarted(run="r", at=10, workflow="W", steps=1).as_json())
    run.take(live.RunFinished(run="r", at=15, status=status, error=error).as_json())
    assert (run.log[-1].level, run.log[-1].text) == line
