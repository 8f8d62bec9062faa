"""A model file of a person's own on its way into the models, whatever page is open: looked at, copied or linked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.window.engine import EngineService
from desktop_app.window.settings.local_models import STOPPED, Getting, LocalModels, whole
from engine.model.issues import WeftError
from engine.model.values import JsonObject

_MARGIN = 64_000_000
"""Bytes that a copy leaves free."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file would be: the id that nodes choose it by, its own name, and sizes in bytes."""

    id: str
    name: str
    quantisation: str
    bytes: int
    memory: int
    free: int

    @property
    def has_room(self) -> bool:
        """Whether a copy has room beside it."""
        return self.free > self.bytes + _MARGIN


class FileAdding(QObject):
    """Looks at one file and adds it. `changed` tells of another state, `progressed` that a copy came further.

    `path` is the file that was chosen, None for none; `found` what it is, `getting` how far it is, `problem` what is wrong.
    `added` tells the id of what is here now.
    """

    changed = Signal()
    progressed = Signal()
    added = Signal(str)

    def __init__(self, engine: EngineService, models: LocalModels, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(models)
        self._bridge, self._models, self._clock = engine.bridge, models, clock
        self.path: Path | None = None
        self.found: Found | None = None
        self.getting: Getting | None = None
        self.problem: WeftError | None = None

    def look(self, path: Path) -> None:
        """Look what a file is; another one that is being copied goes first."""
        if self.getting is None:
            self.path, self.found, self.problem = path, None, None
            self.changed.emit()
            given: JsonObject = {"file": str(path)}
            self._bridge.call("look_at_model", given, partial(self._on_found, path), partial(self._on_problem, path))

    def add(self, *, link: bool) -> None:
        """Copy the file into the models, or link it."""
        if self.path is not None and self.getting is None:
            self.getting, self.problem = Getting(), None
            self.changed.emit()
            given: JsonObject = {"file": str(self.path), "link": link}
            failed = partial(self._on_problem, self.path)
            self._bridge.call("add_model", given, self._on_added, failed, self._on_progress)

    def stop(self) -> None:
        """Stop copying; nothing of it is kept."""
        if self.getting is not None and self.found is not None:
            self.getting.stopping = True
            self.progressed.emit()
            self._bridge.call("stop_model", {"model": self.found.id})

    def leave(self) -> None:
        """Add nothing."""
        if self.getting is None:
            self.path = self.found = self.problem = None
            self.changed.emit()

    def _on_found(self, path: Path, reply: JsonObject) -> None:
        if path == self.path:
            name, said, quantisation = (str(reply.get(key) or "") for key in ("model", "name", "quantisation"))
            size, memory, free = (whole(reply.get(key)) for key in ("bytes", "memory", "free"))
            self.found = Found(name, said, quantisation, size, memory, free)
            self.changed.emit()

    def _on_problem(self, path: Path, error: WeftError) -> None:
        if path == self.path:
            self.getting = None
            self.problem = error if error.issue.code != STOPPED else None
            self.changed.emit()

    def _on_progress(self, event: JsonObject) -> None:
        done, total = event.get("done"), event.get("total")
        if self.getting is not None and isinstance(done, int) and isinstance(total, int):
            self.getting.take(str(event.get("stage", "")), done, total, self._clock())
            self.progressed.emit()

    def _on_added(self, reply: JsonObject) -> None:
        self.getting = None
        self.leave()
        self._models.refresh()
        self.added.emit(str(reply["model"]))
