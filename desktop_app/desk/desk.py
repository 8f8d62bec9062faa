"""What the owner of a data folder does for itself and its clients: requests by name, plain data in and out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from desktop_app.desk.finding import FindDesk
from desktop_app.desk.given import SAME_VERSION, Request
from desktop_app.desk.library import LibraryDesk
from desktop_app.desk.models import ModelDesk
from desktop_app.desk.past import PastDesk
from desktop_app.desk.runs import RunDesk
from desktop_app.desk.setup import SetupDesk
from desktop_app.services import Parts
from engine.api.events import RunEvent
from engine.model.issues import failure, phrase
from engine.model.values import JsonObject
from engine.server.protocol import Emit
from storage.paths import DataFolder

BEGIN = ("start", "resume", "answer", "get_model", "add_model")
"""Requests that are refused while the owner ends."""


class Area(Protocol):
    """A part of the desk."""

    requests: dict[str, Request]


class Desk:
    """Takes requests by name; lives on the engine's loop. `closing` refuses whatever would begin something.

    The requests of each area stand in the docstring of its class.
    """

    def __init__(self, folder: DataFolder, parts: Callable[[Callable[[RunEvent], None]], Parts]) -> None:
        self.closing = False
        self._parts = parts(self._sink)
        self._runs = RunDesk(self._parts, self._check_open)
        self._models = ModelDesk(self._parts)
        others = tuple(desk(self._parts) for desk in (PastDesk, LibraryDesk, SetupDesk, FindDesk))
        areas: tuple[Area, ...] = (self._runs, self._models, *others)
        self._requests = {name: request for area in areas for name, request in area.requests.items()}

    async def __call__(self, do: str, given: JsonObject, emit: Emit) -> JsonObject:
        """Do what a request asks for. Raises WeftError."""
        request = self._requests.get(do)
        if request is None:
            raise failure("owner.unknown-request", phrase("There is no request {do!r}.", do=do), SAME_VERSION)
        if do in BEGIN:
            self._check_open()
        return await request(given, emit)

    async def others(self) -> int:
        """Return how many runs are still under way; one that is just coming to its end does not count."""
        return await self._runs.others()

    async def close(self, grace: float) -> None:
        """Let running steps end, for `grace` seconds at most, and close everything."""
        self.closing = True
        self._runs.close()
        self._models.close()
        await self._parts.close(grace)

    def _sink(self, event: RunEvent) -> None:
        self._runs.sink(event)

    def _check_open(self) -> None:
        if self.closing:
            raise failure("owner.ended", "The program that owns the data folder is ending.", "Try again.")
