"""The window's way to the engine: requests go out, replies and events come back in the GUI thread, in batches.

A model can stream thousands of tokens a second. As single signals they would freeze the window, so everything that arrives is
queued, a batch is delivered 30 ms after its first event and for 8 ms at most, and neighbouring tokens of a step are joined.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from desktop_app.front import OWNER_LEFT, Front
from desktop_app.window.callbacks import is_there
from engine.model.issues import WeftError, failure, phrase
from engine.model.values import JsonObject

_log = logging.getLogger(__name__)

BATCH_MS = 30
DRAIN_S = 0.008
CHUNK = 64
"""Events that are handed on together at most; time is looked at in between."""
PAUSES_MS = (0, 100, 200, 500, 1000, 2000, 2000)
"""Before the next owner is looked for, when one after the other leaves without an answer; after the last one it is given up."""

Done: TypeAlias = Callable[[JsonObject], None]
Told: TypeAlias = Callable[[JsonObject], None]
Failed: TypeAlias = Callable[[WeftError], None]
RunEvents: TypeAlias = list[tuple[str, JsonObject]]


@dataclass(frozen=True, slots=True)
class _Request:
    do: str
    given: JsonObject
    done: Done | None
    failed: Failed | None
    told: Told | None


@dataclass(slots=True, eq=False)
class _Followed:
    """A run whose events are wanted, those behind the number `after`."""

    run: str
    after: int


@dataclass(frozen=True, slots=True)
class _Event:
    followed: _Followed
    number: int
    event: JsonObject


class Bridge(QObject):
    """Sends requests to whoever owns the data folder, this program or another; see `desktop_app/desk` for them.

    Requests wait until there is a way to the engine, which `open` looks for in a thread. `attached` tells when it is there, and
    again when another owner was found after one left; `detached` tells with a WeftError that there is none, and what waited
    fails with it, as it does when one owner after the other leaves. `events` gives lists of pairs of a run's id and an event, in
    order. Callbacks are called in the GUI thread; a method of a widget that is gone by then is not.
    """

    attached = Signal()
    detached = Signal(object)
    events = Signal(object)
    _arrived = Signal()

    def __init__(self, attach: Callable[[], Front], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._attach = attach
        self._front: Front | None = None
        self._looking: threading.Thread | None = None
        self._closed = False
        self._inbox: deque[_Event | Callable[[], None]] = deque()
        self._waiting: list[_Request] = []
        self._followed: dict[str, _Followed] = {}
        self._is_told = False
        self._left = 0
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self.open)
        self._timer = QTimer(self, interval=BATCH_MS, singleShot=True)
        self._timer.timeout.connect(self._drain)
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)

    @property
    def is_attached(self) -> bool:
        """Whether there is a way to the engine."""
        return self._front is not None

    @property
    def owns_folder(self) -> bool:
        """Whether runs go on in this program, not in another one that owns the data folder."""
        return self._front is not None and self._front.owns_folder

    def open(self) -> None:
        """Look for the way to the engine, now; does nothing while it is there or looked for."""
        self._pause.stop()
        if self._front is None and self._looking is None and not self._closed:
            self._looking = threading.Thread(target=self._look, name="weft-attach", daemon=True)
            self._looking.start()

    def call(
        self, do: str, given: JsonObject | None = None, done: Done | None = None, failed: Failed | None = None,
        told: Told | None = None,
    ) -> None:  # fmt: skip
        """Send a request; `told` gets its events, `done` its result, `failed` the error. Without `failed` an error is logged."""
        request = _Request(do, given or {}, done, failed, told)
        if self._front is None:
            self._waiting.append(request)
            if not self._pause.isActive():
                self.open()
        else:
            self._send(self._front, request)

    def follow(self, run: str, after: int = 0) -> None:
        """Give the events of a run from the one behind number `after` on, until it is over or `unfollow`."""
        if run not in self._followed:
            followed = self._followed[run] = _Followed(run, after)
            if self._front is not None:
                self._subscribe(self._front, followed)

    def unfollow(self, run: str) -> None:
        """Give no more events of a run."""
        self._followed.pop(run, None)

    def close(self, grace: float) -> threading.Thread:
        """Deliver nothing more, and let go of the engine in a thread, which is returned; running steps get `grace` seconds."""
        self._closed = True
        self._timer.stop()
        self._pause.stop()
        self._waiting.clear()
        self._inbox.clear()
        front, looking = self._front, self._looking
        self._front = None

        def let_go() -> None:
            if looking is not None:
                looking.join()
            for held in (front, self._found):
                if held is not None:
                    held.close(grace)

        thread = threading.Thread(target=let_go, name="weft-close", daemon=True)
        thread.start()
        return thread

    # the way to the engine

    _found: Front | None = None
    """On its way to the GUI thread."""

    def _look(self) -> None:
        """Find the owner of the data folder, or become it. In a thread: it opens databases, and may wait for another program."""
        try:
            front = self._attach()
        except WeftError as error:
            self._put(partial(self._on_detached, error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the window says so
            _log.exception("the engine did not start", extra={"told": True})
            problem = failure(
                "engine.no-start", phrase("The engine did not start: {error}", error=error), "See the log, and start Weft again."
            )
            self._put(partial(self._on_detached, problem))
        else:
            self._found = front
            self._put(lambda: self._on_attached(front))

    def _on_attached(self, front: Front) -> None:
        self._looking, self._found, self._front = None, None, front
        for followed in list(self._followed.values()):
            self._subscribe(front, followed)
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            self._send(front, request)
        self.attached.emit()

    def _on_detached(self, error: WeftError) -> None:
        self._looking, self._front = None, None
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            _tell(request, error)
        self.detached.emit(error)

    def _on_left(self, front: Front, request: _Request | None, error: WeftError) -> None:
        """The owner left: wait for the next one, with the request that it did not take."""
        if self._front is front:
            self._front = None
            front.close(0)
            self._left += 1
            if self._left > len(PAUSES_MS):
                self._on_detached(error)
            else:
                self._pause.start(PAUSES_MS[self._left - 1])
        if request is None:
            return
        if self._front is not None:  # the next one came before this answer did
            self._send(self._front, request)
        elif self._looking is not None or self._pause.isActive():
            self._waiting.append(request)
        else:
            _tell(request, error)

    # requests

    def _send(self, front: Front, request: _Request) -> None:
        told = request.told
        emit = None if told is None else (lambda _number, event: self._put(lambda: _say(told, event)))
        front.call(request.do, request.given, emit).add_done_callback(
            lambda answer: self._put(lambda: self._on_reply(front, request, answer))
        )

    def _on_reply(self, front: Front, request: _Request, answer: Future[JsonObject]) -> None:
        error = answer.exception()
        if isinstance(error, WeftError) and error.issue.code in OWNER_LEFT:
            self._on_left(front, request, error)
            return
        self._left = 0
        if isinstance(error, WeftError):
            _tell(request, error)
        elif error is not None:
            _log.error("the request %r failed", request.do, exc_info=error)
            text = f"{type(error).__name__}: {error}"
            _tell(request, failure("engine.internal", text, "See the log."))
        elif request.done is not None and is_there(request.done):
            request.done(answer.result())

    def _subscribe(self, front: Front, followed: _Followed) -> None:
        given: JsonObject = {"run": followed.run, "from": followed.after}
        answer = front.call("subscribe", given, lambda number, event: self._put(_Event(followed, number, event)))
        answer.add_done_callback(lambda done: self._put(lambda: self._on_over(front, followed, done.exception())))

    def _on_over(self, front: Front, followed: _Followed, error: BaseException | None) -> None:
        if isinstance(error, WeftError) and error.issue.code in OWNER_LEFT:
            self._on_left(front, None, error)
            return
        if self._is_followed(followed):
            del self._followed[followed.run]
            if error is not None:
                _log.warning("run %s cannot be followed: %s", followed.run, error)

    def _is_followed(self, followed: _Followed) -> bool:
        return self._followed.get(followed.run) is followed

    # what arrives, from any thread

    def _put(self, arrival: _Event | Callable[[], None]) -> None:
        """Keep what arrived; the GUI thread is told once of all that comes until it looks."""
        self._inbox.append(arrival)
        if not self._is_told and not self._closed and isValid(self):
            self._is_told = True
            self._arrived.emit()

    def _on_arrived(self) -> None:
        self._is_told = False
        if self._inbox and not isinstance(self._inbox[0], _Event):
            self._drain()
        elif self._inbox and not self._timer.isActive():
            self._timer.start()

    def _drain(self) -> None:
        end = time.perf_counter() + DRAIN_S
        try:
            while self._inbox and not self._closed:
                if isinstance(self._inbox[0], _Event):
                    self.events.emit(self._next_events())
                else:
                    self._inbox.popleft()()  # type: ignore[operator]
                if time.perf_counter() > end:
                    break
        finally:  # what a callback raises goes to who looks after failures; the rest is delivered all the same
            if self._inbox and not self._closed:
                self._timer.start()

    def _next_events(self) -> RunEvents:
        taken: RunEvents = []
        while len(taken) < CHUNK and self._inbox and isinstance(arrival := self._inbox[0], _Event):
            self._inbox.popleft()
            followed = arrival.followed
            if not self._is_followed(followed):
                continue
            followed.after = max(arrival.number, followed.after)
            if not (taken and taken[-1][0] == followed.run and _joined(taken[-1][1], arrival.event)):
                taken.append((followed.run, dict(arrival.event)))
        return taken


def _joined(before: JsonObject, event: JsonObject) -> bool:
    """Join a token to the one before it when both belong to the same text."""
    same = all(before.get(key) == event.get(key) for key in ("event", "address", "item"))
    if same and event.get("event") == "step_token":
        before["text"] = f"{before['text']}{event['text']}"
        return True
    return False


def _tell(request: _Request, error: WeftError) -> None:
    if request.failed is None:
        _log.warning("the request %r failed: %s", request.do, error)
    elif is_there(request.failed):
        request.failed(error)


def _say(told: Told, event: JsonObject) -> None:
    if is_there(told):
        told(event)
