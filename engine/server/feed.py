"""The events of the runs under way, kept so that whoever comes late sees all of them, each once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from engine.api.events import RunEvent, RunFinished, StepFailed, StepFinished, StepProgress, StepToken

Listener = Callable[[int, RunEvent], None]

ENDED_KEPT = 16
"""How many runs that are over stay readable here; older ones are in the journal."""


class RunFeed:
    """The events of one run, numbered from 1. `history` is what happened before this program took the run.

    Streamed text is kept until its attempt is over, whose outcome holds it; progress is not kept. `over` is set with the
    event that ends the run, which is `end`; one that waits for a person is not over. `last` is the number of the newest event.
    """

    def __init__(self, history: Sequence[RunEvent] = ()) -> None:
        self._kept = list(enumerate(history, 1))
        self._streamed: dict[str, list[tuple[int, RunEvent]]] = {}
        self._listeners: list[Listener] = []
        self.live_from = self.last = len(history)
        self.over = asyncio.Event()
        self.end: RunFinished | None = None
        self.waits = bool(history) and isinstance(history[-1], RunFinished)

    def add(self, event: RunEvent) -> None:
        """Take an event and pass it on."""
        self.last += 1
        if isinstance(event, StepToken):
            self._streamed.setdefault(event.address, []).append((self.last, event))
        elif not isinstance(event, StepProgress):
            self._kept.append((self.last, event))
        if isinstance(event, StepFinished | StepFailed):
            self._streamed.pop(event.address, None)
        for listener in tuple(self._listeners):
            listener(self.last, event)
        self.waits = isinstance(event, RunFinished)
        if isinstance(event, RunFinished) and event.status != "waiting":
            self.end = event
            self.over.set()

    @property
    def idle(self) -> bool:
        """Whether the run waits for a person and nobody watches: the journal can tell all of it."""
        return self.waits and not self.over.is_set() and not self._listeners

    def since(self, number: int) -> list[tuple[int, RunEvent]]:
        """Return the events that are kept and came after `number`, in order."""
        streamed = (event for events in self._streamed.values() for event in events)
        return sorted((item for item in (*self._kept, *streamed) if item[0] > number), key=lambda item: item[0])

    @contextmanager
    def follow(self, listener: Listener, number: int = 0) -> Iterator[None]:
        """Give the listener what came after `number`, and then all that comes."""
        for item in self.since(number):
            listener(*item)
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)


class Feeds:
    """One feed a run. `sink` takes the events of all runs; used on the engine's loop only."""

    def __init__(self) -> None:
        self._feeds: dict[str, RunFeed] = {}

    def open(self, run: str, history: Sequence[RunEvent] = ()) -> RunFeed:
        """Begin the feed of a run that is about to go on, with what happened before. One that is not over goes on."""
        feed = self._feeds.get(run)
        if feed is None or feed.over.is_set():
            feed = self._feeds[run] = RunFeed(history)
        return feed

    def get(self, run: str) -> RunFeed | None:
        """Return the feed of a run, or None when this program has none."""
        return self._feeds.get(run)

    def sink(self, event: RunEvent) -> None:
        """Take an event."""
        feed = self._feeds.get(event.run) or self.open(event.run)
        feed.add(event)
        if feed.over.is_set():
            self._feeds[event.run] = self._feeds.pop(event.run)
            ended = [run for run, known in self._feeds.items() if known.over.is_set()]
            for run in ended[:-ENDED_KEPT]:
                del self._feeds[run]
        if isinstance(event, RunFinished):
            for run in [run for run, known in self._feeds.items() if known.idle]:
                del self._feeds[run]
