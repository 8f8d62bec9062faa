"""Watching runs at the owner's desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from desktop_app.desk.desk import Desk
from engine.api.events import ApprovalAnswered, RunEvent, RunFinished
from engine.api.stores import ApprovalRecord, RunRecord, RunStatus
from engine.model.issues import WeftError
from engine.model.values import JsonObject
from engine.server.history import RunHistory
from storage.paths import DataFolder

RUN = "r1"


class Played:
    """A desk whose journal holds one run."""

    def __init__(self, status: RunStatus) -> None:
        asked = ApprovalRecord(RUN, "ask", {"text": "?"}, asked=2.0)
        past = RunHistory(RunRecord(RUN, "w", "Triage", "h", "/", status=status, started=1.0), approvals=[asked])
        parts = SimpleNamespace(archive=SimpleNamespace(history=lambda _: past), runner_if_made=None)
        self.seen: list[JsonObject] = []

        def make(sink: Callable[[RunEvent], None]) -> Any:
            self.sink = sink
            return parts

        self.desk = Desk(cast("DataFolder", Path("/")), make)

    def subscribe(self, number: int = 0) -> asyncio.Task[JsonObject]:
        given: JsonObject = {"run": RUN, "from": number}
        return asyncio.ensure_future(self.desk("subscribe", given, lambda _, event: self.seen.append(event)))

    def names(self) -> list[Any]:
        return [event["event"] for event in self.seen]


async def test_a_run_that_is_over_is_told_from_the_journal() -> None:
    played = Played("succeeded")
    assert await played.subscribe() == {"run": RUN}
    assert played.names() == ["run_started", "approval_asked", "run_finished"]
    played.seen.clear()
    await played.subscribe(number=2)
    assert played.names() == ["run_finished"], "the end in any case"


async def test_a_run_that_waits_is_watched_until_it_is_over() -> None:
    played = Played("waiting")
    watching = played.subscribe(number=2)
    while len(played.seen) < 3:  # noqa: ASYNC110 - told by nothing else
        await asyncio.sleep(0.01)
    assert played.names() == ["run_started", "approval_asked", "run_finished"]
    assert not watching.done()
    played.sink(ApprovalAnswered(run=RUN, address="ask", status="approved"))
    played.sink(RunFinished(run=RUN, status="succeeded"))
    assert await watching == {"run": RUN}
    assert played.names()[3:] == ["approval_answered", "run_finished"]


@pytest.mark.parametrize(
    ("do", "given", "code"),
    [
        ("nothing", {}, "owner.unknown-request"),
        ("subscribe", {}, "owner.bad-request"),
        ("start", {"path": 3}, "owner.bad-request"),
        ("resume", {"run": RUN}, "run.finished"),
    ],
)
async def test_requests_that_cannot_be_met(do: str, given: JsonObject, code: str) -> None:
    with pytest.raises(WeftError) as caught:
        await Played("succeeded").desk(do, given, lambda _at, _event: None)
    assert caught.value.issue.code == code


async def test_a_desk_that_closes_begins_nothing() -> None:
    played = Played("waiting")
    played.desk.closing = True
    for do in ("start", "resume", "answer"):
        with pytest.raises(WeftError) as caught:
            await played.desk(do, {}, lambda _at, _event: None)
        assert caught.value.issue.code == "owner.ended"
    assert await played.desk("under_way", {}, lambda _at, _event: None) == {"runs": []}
