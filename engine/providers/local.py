"""Local models: a server process for each model that is used, started on first use and ended with the program."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from engine.api.models import ModelError
from engine.model.issues import phrase
from engine.providers.errors import model_error, sentence
from engine.providers.local_process import Address, LocalModel, ServerProcess

START_S = 180.0
"""Seconds that a model may take to load; a large one from a slow disk needs a minute."""

_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Served:
    """A model that is being served."""

    model: LocalModel
    process: ServerProcess
    address: Address

    @property
    def root(self) -> str:
        """The server's address without `/v1`."""
        return f"http://127.0.0.1:{self.address.port}"


class LocalServers:
    """The model servers of this program. Safe to use from several event loops and threads.

    A server that died is started again by the next use. When memory is short for a model, servers that nobody is using are
    ended first.
    """

    def __init__(self, find: Callable[[str], LocalModel], *, start_seconds: float = START_S) -> None:
        """Take the function that turns a model id into its file; it raises `ModelError` when there is none."""
        self._find = find
        self._start_seconds = start_seconds
        self._lock = threading.RLock()
        self._processes: dict[str, ServerProcess] = {}
        self._closed = False

    @asynccontextmanager
    async def use(self, model: str, *, context: int | None = None) -> AsyncIterator[Served]:
        """Hold the server of a model, which is started when it is not running. Starting blocks the loop for some 10 ms.

        `context`, in tokens, takes the place of the model's own.

        Raises:
            ModelError: what `find` raises, `model.no-memory` and `model.load-failed`.
        """
        found = self._find(model)
        process = self._claim(replace(found, context=context) if context else found)
        try:
            address = await process.ready(self._start_seconds)
            if address is None:
                error = _load_failed(process)
                self._end(process)
                raise error
            yield Served(process.model, process, address)
        finally:
            with self._lock:
                process.in_use -= 1

    def pid(self, model: str) -> int | None:
        """Return the process id of a model's server, or None when it is not running."""
        with self._lock:
            process = self._processes.get(model)
            return process.pid if process and process.alive else None

    async def crash(self, served: Served, *, seconds: float = 1.0) -> ModelError | None:
        """Return the error for a server that ended during a call, or None when it is still there after `seconds`."""
        for _ in range(round(seconds / _LOOK_S)):
            if not served.process.alive:
                break
            await asyncio.sleep(_LOOK_S)
        else:
            return None
        how, tail = served.process.how_it_ended(), sentence(served.process.log_tail() or "empty")
        text = phrase(
            "The server of the local model '{model}' ended during the call ({how}). Its log: {tail}",
            model=served.model.id,
            how=how,
            tail=tail,
        )
        remedy = phrase("Try again; if it ends again, memory may be short: choose a smaller model.")
        return model_error("crashed", text, remedy, retryable=True, field="model")

    def stop(self, model: str) -> None:
        """End a model's server, if there is one, and return when it is gone."""
        with self._lock:
            process = self._processes.get(model)
        if process:
            self._end(process)

    def close(self) -> None:
        """End all servers and start none any more."""
        with self._lock:
            self._closed = True
            processes = list(self._processes.values())
        for process in processes:
            self._end(process)

    def _end(self, process: ServerProcess) -> None:
        with self._lock:
            if self._processes.get(process.model.id) is process:
                del self._processes[process.model.id]
        process.stop()

    def _claim(self, model: LocalModel) -> ServerProcess:
        with self._lock:
            process = self._processes.get(model.id)
            if process and not (process.alive and process.model == model):
                self._end(process)
                process = None
            process = process or self._start(model)
            process.in_use += 1
            return process

    def _start(self, model: LocalModel) -> ServerProcess:
        if self._closed:
            raise model_error(
                "load-failed", phrase("The model '{model}' is not loaded: Weft is closing.", model=model.id), "Start Weft again."
            )
        self._make_room(model)
        try:
            process = self._processes[model.id] = ServerProcess(model)
        except OSError as error:
            text = phrase(
                "No process could be started for the local model '{model}': {error}", model=model.id, error=sentence(str(error))
            )
            raise model_error("load-failed", text, "Close other programs and try again.", retryable=True) from None
        return process

    def _make_room(self, model: LocalModel) -> None:
        """Check that the model fits into memory; end servers that nobody uses when it does not."""
        import psutil

        available = psutil.virtual_memory().available
        idle = [process for process in self._processes.values() if not process.in_use]
        while available < model.memory and idle:
            self._end(idle.pop())
            available = psutil.virtual_memory().available
        if available < model.memory:
            text = phrase(
                "The local model '{model}' needs {memory:.1f} GB of memory, and {available:.1f} GB are free.",
                model=model.id,
                memory=model.memory / 1e9,
                available=available / 1e9,
            )
            raise model_error("no-memory", text, "Close other programs or choose a smaller model.", retryable=True, field="model")


def _load_failed(process: ServerProcess) -> ModelError:
    why = sentence(process.log_errors() or phrase("it said nothing"))
    how = process.how_it_ended() or phrase("it took too long")
    text = phrase("The local model '{model}' could not be loaded ({how}): {why}", model=process.model.id, how=how, why=why)
    remedy = phrase("Get the model anew, or check the file {model}.", model=process.model.path)
    return model_error("load-failed", text, remedy, field="model")
