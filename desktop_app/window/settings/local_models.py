"""The models on this machine as the window knows them: which there are, and those on their way, whatever page is open."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop_app.window.engine import EngineService
from engine.model.issues import WeftError
from engine.model.values import JsonObject

STOPPED = "model.fetch-cancelled"
_WINDOW_S = 6.0
"""Seconds that the speed is the mean of."""
_COMFORTABLE, _BARELY = 0.25, 0.75
"""What a model may take of this machine's memory: so that other programs notice nothing, and so that they can still run."""


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model that is here or can be got. Sizes are bytes.

    One of a person's `own` says its `name` and `quantisation` itself; `linked` when its file lies elsewhere.
    """

    id: str
    title: str
    about: str
    bytes: int
    memory: int
    licence: str
    licence_url: str
    installed: bool
    running: bool
    demonstration: bool
    path: str
    kept: int
    getting: bool
    own: bool = False
    linked: bool = False
    name: str = ""
    quantisation: str = ""

    @property
    def short_title(self) -> str:
        """Its title without the word that nearly every model has."""
        return self.title.removesuffix(" Instruct")


@dataclass(slots=True)
class Getting:
    """A model on its way: the stage it is in, bytes done and in all, and how quick it was of late."""

    stage: str = ""
    done: int = 0
    total: int = 0
    stopping: bool = False
    _samples: deque[tuple[float, int]] = field(default_factory=deque)

    def take(self, stage: str, done: int, total: int, now: float) -> None:
        """Take what the engine tells."""
        if stage != self.stage:
            self._samples.clear()
        self.stage, self.done, self.total = stage, done, total
        self._samples.append((now, done))
        while len(self._samples) > 2 and now - self._samples[0][0] > _WINDOW_S:
            self._samples.popleft()

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return self.done / self.total if self.total else 0.0

    @property
    def speed(self) -> float:
        """Bytes each second; 0 while it is not known."""
        if len(self._samples) < 2:
            return 0.0
        (began, before), (now, done) = self._samples[0], self._samples[-1]
        return max(done - before, 0) / (now - began) if now > began else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it still takes at this speed; None while that is not known."""
        return (self.total - self.done) / self.speed if self.speed > 0 else None


class LocalModels(QObject):
    """Asks the engine about models and lets it get and remove them.

    `changed` tells of other models or another state of one, `progressed` the id of a model that came further. `got` tells the
    id of one that is here now, `failed` of one that did not come, `removed` of one that is not any more. `problems` are what
    went wrong last, by id.
    """

    changed = Signal()
    progressed = Signal(str)
    got = Signal(str)
    failed = Signal(str)
    removed = Signal(str)

    def __init__(self, engine: EngineService, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._engine, self._clock = engine, clock
        self.models: tuple[LocalModel, ...] = ()
        self.getting: dict[str, Getting] = {}
        self.problems: dict[str, WeftError] = {}
        self.memory = 0
        """Bytes of memory that this machine has; 0 while it is not known."""
        self.is_known = False
        engine.models_changed.connect(self._on_models)
        engine.bridge.attached.connect(self._measure)

    def model(self, name: str) -> LocalModel | None:
        """Return a model by its id."""
        return next((model for model in self.models if model.id == name), None)

    def refresh(self) -> None:
        """Ask anew."""
        self._engine.look_at_models()

    def fits(self, model: LocalModel) -> bool:
        """Tell whether this machine has the memory for a model, as far as is known."""
        return not (self.memory and model.memory and model.memory > self.memory)

    def recommended(self) -> LocalModel | None:
        """Return the model that answers best here: the largest that leaves room for all else, else the first that fits at all."""
        known = [model for model in self.models if not model.demonstration and not model.own and model.memory]
        if not self.memory:
            return next(iter(known), None)
        comfortable = [model for model in known if model.memory <= self.memory * _COMFORTABLE]
        barely = (model for model in known if model.memory <= self.memory * _BARELY)
        return max(comfortable, key=lambda model: model.memory) if comfortable else next(barely, None)

    def get(self, name: str, source: str = "auto") -> None:
        """Bring a model onto this machine, or go on with it."""
        if name in self.getting:
            return
        self.getting[name] = Getting()
        self.problems.pop(name, None)
        self.changed.emit()
        given: JsonObject = {"model": name, "source": source}
        self._engine.bridge.call(
            "get_model", given, partial(self._on_got, name), partial(self._on_failed, name), partial(self._on_progress, name)
        )

    def stop(self, name: str) -> None:
        """Stop getting a model; what came is kept."""
        if name in self.getting:
            self.getting[name].stopping = True
            self.progressed.emit(name)
        self._engine.bridge.call("stop_model", {"model": name})

    def remove(self, name: str) -> None:
        """Delete a model's file, and what is left of an unfinished one."""
        self.problems.pop(name, None)
        self._engine.bridge.call("remove_model", {"model": name}, partial(self._on_removed, name), partial(self._on_failed, name))

    def forget_problem(self, name: str) -> None:
        """Show no longer what went wrong with a model."""
        self.problems.pop(name, None)
        self.changed.emit()

    def _measure(self) -> None:
        def total() -> int:
            import psutil

            return int(psutil.virtual_memory().total)

        self._engine.aside.do(total, self._on_measured, lambda _error: None)

    def _on_measured(self, total: int) -> None:
        self.memory = total
        self.changed.emit()

    def _on_models(self) -> None:
        self.models = tuple(_model(entry) for entry in self._engine.models)
        self.is_known = True
        self.changed.emit()

    def _on_progress(self, name: str, event: JsonObject) -> None:
        done, total = event.get("done"), event.get("total")
        if name in self.getting and isinstance(done, int) and isinstance(total, int):
            self.getting[name].take(str(event.get("stage", "")), done, total, self._clock())
            self.progressed.emit(name)

    def _on_got(self, name: str, _reply: JsonObject) -> None:
        self.getting.pop(name, None)
        self.refresh()
        self.got.emit(name)

    def _on_failed(self, name: str, error: WeftError) -> None:
        was_coming = self.getting.pop(name, None) is not None
        if error.issue.code != STOPPED:
            self.problems[name] = error
        self.refresh()
        self.changed.emit()
        if was_coming and name in self.problems:
            self.failed.emit(name)

    def _on_removed(self, name: str, _reply: JsonObject) -> None:
        self.removed.emit(name)
        self.refresh()


def _model(entry: JsonObject) -> LocalModel:
    path = entry.get("path")
    return LocalModel(
        str(entry["model"]), str(entry.get("title") or entry["model"]), str(entry.get("about", "")), whole(entry.get("bytes")),
        whole(entry.get("memory")), str(entry.get("licence", "")), str(entry.get("licence_url", "")),
        entry.get("installed") is True, entry.get("running") is True, entry.get("demonstration") is True,
        path if isinstance(path, str) else "", whole(entry.get("kept")), entry.get("getting") is True,
        entry.get("own") is True, entry.get("linked") is True, str(entry.get("name", "")), str(entry.get("quantisation", "")),
    )  # fmt: skip


def whole(value: object) -> int:
    """Return a whole number that the engine told; 0 for none."""
    return value if isinstance(value, int) else 0
