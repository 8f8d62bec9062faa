"""Events kept for those who come late."""

from __future__ import annotations

from engine.api.events import RunEvent, RunFinished, RunStarted, StepFinished, StepLog, StepProgress, StepStarted, StepToken
from engine.server.feed import ENDED_KEPT, Feeds, RunFeed

RUN = "r1"


def _token(text: str, address: str = "a") -> StepToken:
    return StepToken(run=RUN, address=address, text=text)


def _finished(address: str = "a") -> StepFinished:
    return StepFinished(run=RUN, address=address, status="succeeded", ports={}, seconds=0.1)


def _over(run: str = RUN) -> RunFinished:
    return RunFinished(run=run, status="succeeded")


def test_whoever_comes_late_sees_each_event_once() -> None:
    feed = RunFeed([RunStarted(run=RUN, workflow="w", steps=1)])
    begin = StepStarted(run=RUN, address="a")
    feed.add(begin)
    early: list[tuple[int, RunEvent]] = []
    late: list[tuple[int, RunEvent]] = []
    with feed.follow(lambda *item: early.append(item)):
        feed.add(_token("x"))
        with feed.follow(lambda *item: late.append(item)):
            feed.add(_token("y"))
            feed.add(_finished())
    assert [number for number, _ in early] == [1, 2, 3, 4, 5]
    assert early == late
    assert not feed.over.is_set()


def test_following_goes_on_behind_a_number() -> None:
    feed = RunFeed()
    for text in "abc":
        feed.add(StepLog(run=RUN, address="a", level="info", text=text))
    assert [number for number, _ in feed.since(1)] == [2, 3]


def test_streamed_text_is_kept_until_its_step_is_finished() -> None:
    feed = RunFeed()
    feed.add(_token("x"))
    feed.add(_token("z", "b"))
    feed.add(StepProgress(run=RUN, address="a", fraction=0.5))
    feed.add(_token("y"))
    assert [event.text for _, event in feed.since(0) if isinstance(event, StepToken)] == ["x", "z", "y"]
    feed.add(_finished())
    assert [type(event) for _, event in feed.since(0)] == [StepToken, StepFinished]


def test_a_run_that_waits_is_not_over() -> None:
    feed = RunFeed()
    feed.add(RunFinished(run=RUN, status="waiting"))
    assert not feed.over.is_set()
    feed.add(RunFinished(run=RUN, status="stopped"))
    assert feed.over.is_set()


def test_few_ended_runs_are_kept() -> None:
    feeds = Feeds()
    feeds.sink(RunStarted(run="alive", workflow="w", steps=1))
    for number in range(2 * ENDED_KEPT):
        feeds.sink(_over(f"r{number}"))
    assert feeds.get("alive") is not None
    assert feeds.get("r0") is None
    assert feeds.get(f"r{2 * ENDED_KEPT - 1}") is not None


def test_opening_again_starts_anew_only_when_over() -> None:
    feeds = Feeds()
    first = feeds.open(RUN)
    assert feeds.open(RUN) is first
    feeds.sink(_over())
    again = feeds.open(RUN, [RunStarted(run=RUN, workflow="w", steps=1)])
    assert again is not first
    assert again.live_from == 1
