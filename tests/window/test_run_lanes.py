"""Lanes, critical path and scale of a run, also of runs that are made up at random."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.api.events import (
    ApprovalAnswered,
    ApprovalAsked,
    RunEvent,
    RunFinished,
    RunStarted,
    StepFailed,
    StepFinished,
    StepPaused,
    StepStarted,
)
from engine.model.graph import Edge, Graph, Node
from tests.window import run_events
from tests.window.canvas import types
from widgets.run.lanes import code_of, critical_path, lanes_of, path_seconds
from widgets.run.model import RunModel
from widgets.run.scale import Fold, TimeScale, folds_of, tick_step, tick_text
from widgets.run.source import RunSource


def test_lanes_of_a_run_that_goes_on() -> None:
    lanes = lanes_of(run_events.source(run_events.model(1000.0)))
    assert [lane.address for lane in lanes] == ["ticket", "search", "order", "ask", "draft", "save"]
    by = {lane.address: lane for lane in lanes}
    kinds = [(piece.kind, piece.words) for piece in by["order"].pieces]
    assert kinds == [("failed", "503"), ("pause", ""), ("failed", "503"), ("pause", ""), ("failed", "503")]
    assert [(piece.kind, piece.end) for piece in by["ask"].pieces] == [("wait", None)]
    assert (by["draft"].is_live, by["save"].start, by["search"].note) == (True, None, "0.8 s")


def test_an_answered_question_tells_who_answered() -> None:
    answered = ApprovalAnswered(run=run_events.R, at=1005, address="ask", status="approved", by="ana")
    over = run_events.finished("ask", 1000.5, 1005)
    lanes = lanes_of(run_events.source(run_events.model(1000.0, answered, over)))
    piece = next(lane for lane in lanes if lane.address == "ask").pieces[-1]
    assert (piece.kind, piece.start, piece.end, piece.words) == ("wait", 1000.5, 1005, "approved by ana")


def test_a_step_that_took_no_time_is_a_mark_at_its_end() -> None:
    kept = run_events.finished("save", 900, 1006, status="cached", seconds=106.0)
    lane = next(lane for lane in lanes_of(run_events.source(run_events.model(1000.0, kept))) if lane.address == "save")
    assert (lane.status, lane.start, [(piece.kind, piece.start) for piece in lane.pieces]) == ("cached", 1006, [("mark", 1006)])


def test_the_critical_path_goes_through_what_was_waited_for() -> None:
    run = run_events.model(1000.0)
    chain = critical_path(run.steps, run.before, 1012.0)
    assert chain == ["ticket", "order", "draft"]
    assert path_seconds(chain, run.steps, 1012.0) == pytest.approx(12.0)


def test_the_critical_path_sees_through_skipped_steps() -> None:
    run = RunModel("r", {"b": {"a"}, "c": {"b"}})
    for event in (
        StepStarted(run="r", at=1, address="a"),
        StepFinished(run="r", at=3, address="a", status="succeeded", ports={}, seconds=2),
        StepFinished(run="r", at=3, address="b", status="skipped", ports={}, seconds=0),
        StepStarted(run="r", at=3, address="c"),
    ):
        run.take(event.as_json())
    assert critical_path(run.steps, run.before, 5) == ["a", "c"]


@pytest.mark.parametrize(
    ("error", "word"),
    [
        ({"code": "http.status", "text": "The server answered 429: Too many."}, "429"),
        ({"code": "step.timeout", "text": "It took longer than 10 s."}, "Timeout"),
        ({"code": "http.bad-request"}, "Bad request"),
        ({"code": "http.something-very-long"}, "Failed"),
        ({}, ""),
    ],
)
def test_an_error_in_a_word(error: dict[str, str], word: str) -> None:
    assert code_of({**error}) == word


def test_a_night_of_waiting_is_folded() -> None:
    answered = ApprovalAnswered(run=run_events.R, at=40_000, address="ask", status="approved", by="ana")
    begun = StepStarted(run=run_events.R, at=40_000, address="ask")
    over = RunFinished(run=run_events.R, at=40_001, status="succeeded")
    stop = run_events.finished("draft", 1006.4, 1010)
    run = run_events.model(1000.0, stop, answered, begun, over)
    folds = folds_of(lanes_of(run_events.source(run)), 1000.0, 40_001)
    assert [(round(fold.start), round(fold.end)) for fold in folds] == [(10, 39_000)]
    scale = TimeScale(folds)
    assert scale.shown(39_001) < 15
    assert list(scale.ticks(0, 39_001, 0.5))[-4:] == [10.0, 39_000.0, 39_000.5, 39_001.0]


@given(
    st.lists(st.tuples(st.floats(0.1, 50), st.floats(10, 1e5), st.floats(0.5, 5)), max_size=4),
    st.lists(st.floats(0, 4e5), min_size=2, max_size=8),
)
def test_a_scale_maps_there_and_back(gaps: list[tuple[float, float, float]], times: list[float]) -> None:
    folds, at = [], 0.0
    for before, length, width in gaps:
        folds.append(Fold(at + before, at + before + length, width))
        at += before + length
    scale = TimeScale(folds)
    for time in times:
        assert scale.real(scale.shown(time)) == pytest.approx(time, rel=1e-6, abs=1e-3)
    drawn = [scale.shown(time) for time in sorted(times)]
    assert all(before <= after + 1e-6 for before, after in pairwise(drawn))


def test_ticks_are_round_and_far_enough_apart() -> None:
    assert list(TimeScale().ticks(0, 10, 1.7)) == [0, 2, 4, 6, 8, 10]
    assert [tick_text(at, 2) for at in (0, 12, 90, 120, 7260)] == ["0 s", "12 s", "1 m 30 s", "2 m", "2 h 01 m"]
    assert (tick_text(0.25, 0.05), tick_step(3)) == ("0.25 s", 5)


NODES = ("a", "b", "c", "d", "e")
StepOutcome = Literal["succeeded", "skipped", "failed", "cached"]
OUTCOMES: tuple[StepOutcome, ...] = ("succeeded", "skipped", "failed", "cached")
EDGES = [Edge.of(f"{one}.out", f"{other}.in") for one, other in ("ab", "ac", "bd", "cd", "de")]


@st.composite
def histories(draw: st.DrawFn) -> list[RunEvent]:
    """Return events as they could come, in order of time."""
    now, found = 100.0, [RunStarted(run="r", at=100.0, workflow="W", steps=5)]
    events: list[RunEvent] = [*found]
    for _ in range(draw(st.integers(0, 25))):
        now += draw(st.floats(0, 3))
        address = draw(st.sampled_from(NODES))
        error = {"code": "http.status", "text": "503"}
        match draw(st.integers(0, 6)):
            case 0 | 1:
                events.append(StepStarted(run="r", at=now, address=address, attempt=draw(st.integers(1, 3))))
            case 2:
                events.append(StepFailed(run="r", at=now, address=address, attempt=1, error={**error}, retry_in=1.0))
            case 3:
                came: StepOutcome = draw(st.sampled_from(OUTCOMES))
                took = draw(st.floats(0, 5))
                events.append(StepFinished(run="r", at=now, address=address, status=came, ports={}, seconds=took))
            case 4:
                events.append(ApprovalAsked(run="r", at=now, address=address, question={"text": "Go on?"}))
            case 5:
                events.append(ApprovalAnswered(run="r", at=now, address=address, status="approved", by="ana"))
            case _:
                events.append(StepPaused(run="r", at=now, address=address))
    if draw(st.booleans()):
        events.append(
            RunFinished(run="r", at=now, status=draw(st.sampled_from(("succeeded", "stopped", "cancelled", "waiting"))))
        )
    return events


@settings(max_examples=150, deadline=None)
@given(histories())
def test_any_history_gives_lanes_that_can_be_drawn(history: list[RunEvent]) -> None:
    graph = Graph(nodes={name: Node(name, "data.transform") for name in NODES}, edges=EDGES)
    run = RunModel("r", run_events.before(graph))
    for event in history:
        run.take(event.as_json())
    now = run.ended or history[-1].at + 1
    lanes = lanes_of(RunSource(types(), graph, run))
    starts = [lane.start for lane in lanes if lane.start is not None]
    assert starts == sorted(starts)
    for lane in lanes:
        for piece in lane.pieces:
            assert piece.start <= (now if piece.end is None else piece.end)
    chain = critical_path(run.steps, run.before, now)
    assert len(chain) == len(set(chain))
    assert bool(chain) == any(step.started and step.view.status != "skipped" for step in run.steps.values())
    assert path_seconds(chain, run.steps, now) >= 0
    folds_of(lanes, 100.0, now)
