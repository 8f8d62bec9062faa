"""Requests about local models: which there are, getting one with its progress, removing one."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from desktop_app.desk.given import Request, aside, text
from desktop_app.services import Parts
from engine.model.issues import failure, phrase
from engine.model.values import Json, JsonObject
from engine.server.protocol import Emit

if TYPE_CHECKING:
    from engine.providers.fetch_job import OnProgress
    from engine.providers.model_store import ModelEntry

T = TypeVar("T")

TOLD_EVERY_S = 0.1
"""How often progress is told at most."""


class ModelDesk:
    """Looks after the models on this machine.

    * `models`: gives `models`, best first: `model`, `title`, `installed`, `bytes`, `memory`, `context`, `licence`, `licence_url`,
      `about`, `path` (null when it is not here), `demonstration` (good enough to try things only), `running`, `getting`, and
      `kept` (bytes of an unfinished download), and for a file of one's own (`own`) its `name` and `quantisation`; `linked` when
      the file lies elsewhere.
    * `get_model`: `model`, `source` (auto, page, packages or file:PATH). Gives events `model_progress` with `model`, `done` and
      `total` in bytes and `stage` (waiting, page, packages, file or verify), and at last its `path`.
    * `stop_model`: `model`. What was loaded is kept, and continued by the next `get_model`, which ends with
      `model.fetch-cancelled` now, as does `add_model`. `remove_model`: `model`. Gives the `path` that was deleted.
    * `look_at_model`: `file`, a path. Gives what a file of one's own would be: `model`, `name`, `bytes`, `quantisation`,
      `context`, `memory`, `total` (memory of this machine), `free` (on the disk of the models).
      `add_model`: `file`, `link` (else it is copied). Gives events as `get_model` does, and at last its `model`.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._getting: dict[str, threading.Event] = {}
        self.requests: dict[str, Request] = {
            "models": self._models,
            "get_model": self._get,
            "stop_model": self._stop,
            "remove_model": self._remove,
            "look_at_model": aside(self._look),
            "add_model": self._add,
        }

    def close(self) -> None:
        """Stop what is being loaded."""
        for cancel in self._getting.values():
            cancel.set()

    async def _models(self, _given: JsonObject, _emit: Emit) -> JsonObject:
        getting = set(self._getting)

        def find() -> JsonObject:
            servers = self._parts.local_servers if "local_servers" in self._parts.made else None
            told: list[Json] = [
                {
                    **_as_json(entry),
                    "running": servers is not None and servers.pid(entry.id) is not None,
                    "getting": entry.id in getting,
                    "kept": 0 if entry.path else self._parts.model_store.kept(entry.id),
                }
                for entry in self._parts.model_store.entries()
            ]
            return {"models": told}

        return await asyncio.to_thread(find)

    async def _get(self, given: JsonObject, emit: Emit) -> JsonObject:
        from engine.providers.fetch import get

        model, source = text(given, "model"), text(given, "source", "auto")
        path = await self._bring(model, emit, lambda take, cancel: get(self._parts.model_store, model, source, take, cancel))
        return {"model": model, "path": str(path)}

    def _look(self, given: JsonObject) -> JsonObject:
        from engine.providers.own_file import look

        store = self._parts.model_store
        found = look(store, Path(text(given, "file")))
        file, there = found.file, next(folder for folder in (store.folder, *store.folder.parents) if folder.is_dir())
        return {
            "model": found.id, "name": file.name, "bytes": file.bytes, "quantisation": file.quantisation, "context": file.context,
            "memory": found.memory, "total": found.total, "free": shutil.disk_usage(there).free,
        }  # fmt: skip

    async def _add(self, given: JsonObject, emit: Emit) -> JsonObject:
        from engine.providers.fetch import add
        from engine.providers.own_file import look

        store, path, link = self._parts.model_store, Path(text(given, "file")), given.get("link") is True
        model = (await asyncio.to_thread(look, store, path)).id
        await self._bring(model, emit, lambda take, cancel: add(store, path, link=link, on_progress=take, cancel=cancel))
        return {"model": model}

    async def _bring(self, model: str, emit: Emit, work: Callable[[OnProgress, threading.Event], T]) -> T:
        """Do what brings a model, in a thread, with its progress; `stop_model` stops it."""
        if model in self._getting:
            raise failure("model.under-way", phrase("The model '{model}' is being loaded already.", model=model), "Wait for it.")
        loop, cancel = asyncio.get_running_loop(), threading.Event()
        progress = _Progress(model, lambda at, event: _later(loop, emit, at, event))
        self._getting[model] = cancel
        try:
            return await _in_thread(lambda: work(progress.take, cancel))
        finally:
            cancel.set()
            del self._getting[model]

    async def _stop(self, given: JsonObject, _emit: Emit) -> JsonObject:
        cancel = self._getting.get(text(given, "model"))
        if cancel is not None:
            cancel.set()
        return {"stopped": cancel is not None}

    async def _remove(self, given: JsonObject, _emit: Emit) -> JsonObject:
        model = text(given, "model")

        def remove() -> str:
            if "local_servers" in self._parts.made:
                self._parts.local_servers.stop(model)
            return str(self._parts.model_store.remove(model))

        return {"path": await asyncio.to_thread(remove)}


class _Progress:
    """Hands on how far a download is, in its thread: each stage, and now and then within one."""

    def __init__(self, model: str, emit: Emit) -> None:
        self._model, self._emit = model, emit
        self._stage, self._last, self._number = "", 0.0, 0

    def take(self, done: int, total: int, stage: str) -> None:
        """Take what `engine.providers.fetch.get` tells."""
        now = time.monotonic()
        if stage == self._stage and now - self._last < TOLD_EVERY_S and done < total:
            return
        self._stage, self._last, self._number = stage, now, self._number + 1
        told: JsonObject = {"event": "model_progress", "model": self._model, "stage": stage, "done": done, "total": total}
        self._emit(self._number, told)


async def _in_thread(work: Callable[[], T]) -> T:
    """Do what may hang in a thread of its own, which the end of the program does not wait for."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(cast("T", result))

    def attempt() -> None:
        outcome: tuple[T | None, BaseException | None]
        try:
            outcome = work(), None
        except BaseException as error:  # noqa: BLE001 - whatever it is, who waits for it hears of it
            outcome = None, error
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(target=attempt, name="get model", daemon=True).start()
    return await done


def _later(loop: asyncio.AbstractEventLoop, emit: Emit, at: int, event: JsonObject) -> None:
    """Hand an event from a thread to the loop; one that is closed wants none."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(emit, at, event)


def _as_json(entry: ModelEntry) -> JsonObject:
    known = entry.known
    return {
        "model": entry.id, "title": known.title if known else entry.id, "installed": entry.path is not None,
        "path": str(entry.path) if entry.path else None, "bytes": entry.bytes, "memory": entry.memory, "own": known is None,
        "name": entry.name, "quantisation": entry.quantisation, "linked": bool(entry.path and entry.path.is_symlink()),
        "context": known.context if known else None, "licence": known.licence if known else "",
        "licence_url": known.licence_url if known else "", "about": known.about if known else "",
        "demonstration": bool(known and known.demonstration),
    }  # fmt: skip
