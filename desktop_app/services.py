"""Everything a run stands on, joined here and nowhere else; each part is made when it is first needed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from desktop_app.front import LIMITLESS
from engine.api.events import EventSink
from engine.api.redact import Redactor
from engine.model.issues import WeftError, failure, phrase
from engine.server.history import RunHistory
from storage.paths import DataFolder

if TYPE_CHECKING:
    from engine.api.services import Services
    from engine.api.stores import LogRecord
    from engine.providers.local import LocalServers
    from engine.providers.model_store import ModelStore
    from engine.providers.openai_models import OpenAiModels
    from engine.registry import NodeRegistry
    from engine.runtime.runner import Runner
    from storage.database import Engine
    from storage.journal import SqliteJournal
    from storage.repositories.library import LibraryRepository
    from storage.repositories.runs import RunRepository
    from storage.repositories.settings import SettingsRepository
    from storage.repositories.trust import TrustRepository
    from storage.secrets import Secrets

T = TypeVar("T")

_log = logging.getLogger(__name__)

CHECKOUT = Path(__file__).resolve().parents[1]
EXAMPLES = CHECKOUT / "resources" / "examples"
UNDER_WAY = ("queued", "running")
CHECKED_PAGES = 16_000


def open_node_types(folder: DataFolder) -> NodeRegistry:
    """Load all node types: the program's, those of installed packages, and those in the data folder's `nodes`."""
    from engine.registry import open_registry

    return open_registry(folder.root / "nodes")


def open_models(folder: DataFolder) -> ModelStore:
    """Return the store of local models; a checkout's own `.models` is searched too."""
    from engine.providers.model_store import ModelStore, models_folder

    return ModelStore(models_folder(folder.root), [CHECKOUT / ".models"])


class Archive:
    """What a data folder holds, to be read beside whoever writes. Takes no lock and makes nothing."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder

    @cached_property
    def runs(self) -> RunRepository:
        """The runs. Raises WeftError when the journal cannot be read."""
        from storage.blobs import BlobStore
        from storage.database import open_database
        from storage.repositories.runs import RunRepository

        self._engine = open_database("journal", self.folder.journal_db, read_only=True)
        return RunRepository(self._engine, BlobStore(self.folder.blobs))

    def history(self, run_id: str, *, under_way: bool = False) -> RunHistory:
        """Return all that is known of a run; one that no living program has and that never ended is `stopped`.

        Raises:
            WeftError: `run.unknown`.
        """
        run = self.runs.run(run_id)
        if run is None:
            raise failure("run.unknown", phrase("There is no run {run_id}.", run_id=run_id), "See `weft runs list`.")
        if run.status in UNDER_WAY and not under_way:
            run = replace(run, status="stopped")
        logs = [line for _, line in self._log(run_id)]
        return RunHistory(run, self.runs.steps(run_id), self.runs.attempts(run_id), self.runs.approvals(run_id), logs)

    def _log(self, run_id: str) -> Iterator[tuple[int, LogRecord]]:
        last = 0
        while page := self.runs.log(run_id, after=last):
            yield from page
            last = page[-1][0]

    def close(self) -> None:
        """Close what was opened."""
        if "runs" in self.__dict__:
            self._engine.dispose()
            del self.__dict__["runs"]


async def _check_pages(connection: Any) -> None:
    """Raise what SQLite raises for a damaged file. A large one is not looked through at every start."""
    import sqlite3

    async def value(pragma: str) -> Any:
        async with connection.execute(f"PRAGMA {pragma}") as found:
            return (await found.fetchone())[0]

    if await value("page_count") <= CHECKED_PAGES and (answer := await value("quick_check(1)")) != "ok":
        raise sqlite3.DatabaseError(answer)


class made_once(Generic[T]):
    """A part that is made when it is first asked for, once, whichever threads ask."""

    def __init__(self, make: Callable[[Parts], T]) -> None:
        self._make, self.__doc__ = make, make.__doc__

    @overload
    def __get__(self, parts: None, owner: type[Parts]) -> made_once[T]: ...
    @overload
    def __get__(self, parts: Parts, owner: type[Parts]) -> T: ...

    def __get__(self, parts: Parts | None, owner: type[Parts]) -> made_once[T] | T:
        if parts is None:
            return self
        name = self._make.__name__
        if name in parts.made:
            return cast("T", parts.made[name])
        with parts.making:
            if name not in parts.made:
                if parts.is_closed:
                    raise failure("engine.closing", "Weft is closing.", "Start Weft again.")
                parts.made[name] = self._make(parts)
            return cast("T", parts.made[name])


class Parts:
    """What the owner of a data folder works with.

    Runner and journal belong to the loop that uses them, everything else can be used from any thread.
    """

    def __init__(
        self, folder: DataFolder, sink: EventSink, redactor: Redactor, node_types: Callable[[], NodeRegistry] | None = None
    ) -> None:
        """Begin with nothing made. `node_types` gives those that the program has loaded for itself."""
        self.folder, self._sink = folder, sink
        self._node_types = node_types or (lambda: open_node_types(folder))
        self.secrets_redactor = redactor
        self.making = threading.RLock()
        self.made: dict[str, Any] = {}
        self.is_closed = False
        self._closing: list[Callable[[], Any]] = []
        self._runner: Runner | None = None
        self._making_runner = asyncio.Lock()

    @made_once
    def journal(self) -> SqliteJournal:
        """The journal."""
        from storage.journal import SqliteJournal

        return self._keep(SqliteJournal(self.folder), lambda journal: journal.close())

    @made_once
    def archive(self) -> Archive:
        """What is recorded, to be read from any thread. The journal is made first: a reader takes what is not there for empty."""
        assert self.journal is not None
        archive = Archive(self.folder)
        assert archive.runs is not None
        return self._keep(archive, Archive.close)

    @made_once
    def _library_db(self) -> Engine:
        from storage.database import open_database

        return self._keep(open_database("library", self.folder.library_db), lambda engine: engine.dispose())

    @made_once
    def library(self) -> LibraryRepository:
        """The register of workflows."""
        from storage.repositories.library import LibraryRepository

        return LibraryRepository(self._library_db)

    @made_once
    def trust(self) -> TrustRepository:
        """What was agreed to."""
        from storage.repositories.trust import TrustRepository

        return TrustRepository(self._library_db)

    @made_once
    def settings(self) -> SettingsRepository:
        """The program's settings."""
        from storage.repositories.settings import SettingsRepository

        return SettingsRepository(self._library_db)

    @made_once
    def secrets(self) -> Secrets:
        """The secrets; what is read of them is kept out of the log."""
        from storage.secrets import Secrets

        return Secrets(self.folder, redactor=self.secrets_redactor)

    @made_once
    def registry(self) -> NodeRegistry:
        """The node types."""
        registry = self._node_types()
        for issue in registry.issues:
            _log.warning("%s", issue)
        return registry

    @property
    def runner_if_made(self) -> Runner | None:
        """The runner, None while nobody needed it."""
        return self._runner

    async def runner(self) -> Runner:
        """Return the runner. Importing LangGraph takes a second, in a thread, so that clients are answered meanwhile."""
        async with self._making_runner:
            if self._runner is None:
                await asyncio.to_thread(self._import_runner)
                self._runner = await self._make_runner()
        return self._runner

    def _import_runner(self) -> None:
        """Import it while nothing else is made: libraries whose modules import each other break when two threads begin them."""
        with self.making:
            import_module("engine.runtime.runner")

    async def _make_runner(self) -> Runner:
        from engine.runtime.garbage import collect_between_runs
        from engine.runtime.runner import Runner

        services = await asyncio.to_thread(lambda: self.services)
        saver = await self._open_saver()
        runner = Runner(self.journal, self.library, self.registry, services, saver, self.folder.runs)
        runner.sinks.append(self._sink)
        collect_between_runs()
        return runner

    async def _open_saver(self) -> Any:
        """Open LangGraph's records. They may be lost at any time: damaged ones are put aside."""
        import sqlite3

        from engine.runtime.lg import AsyncSqliteSaver

        path = self.folder.checkpoints_db
        path.touch(mode=0o600)
        for attempt in (1, 2):
            opened = AsyncSqliteSaver.from_conn_string(str(path))
            saver = await opened.__aenter__()
            try:
                await saver.conn.execute("PRAGMA synchronous=NORMAL")
                await saver.setup()
                await _check_pages(saver.conn)
            except sqlite3.DatabaseError:
                await opened.__aexit__(None, None, None)
                if attempt == 2:
                    raise
                _log.warning("LangGraph's records are damaged and are begun anew")
                for suffix in ("", "-wal", "-shm"):
                    path.with_name(path.name + suffix).unlink(missing_ok=True)
            else:
                self._keep(opened, lambda opened: opened.__aexit__(None, None, None))
                return saver
        raise AssertionError("the second attempt returns or raises")

    @made_once
    def model_store(self) -> ModelStore:
        """The local models."""
        return open_models(self.folder)

    @made_once
    def local_servers(self) -> LocalServers:
        """The servers of local models that run."""
        from engine.providers.local import LocalServers

        return self._keep(LocalServers(self.model_store.find), lambda servers: asyncio.to_thread(servers.close))

    @made_once
    def models(self) -> OpenAiModels:
        """All models, through the providers of the settings."""
        from desktop_app.stored_providers import StoredProviders
        from engine.providers.openai_models import OpenAiModels

        models = OpenAiModels(StoredProviders(self.settings), self.secrets, self.local_servers, self.model_store.installed)
        return self._keep(models, lambda models: models.aclose())

    @made_once
    def services(self) -> Services:
        """What nodes work with."""
        from engine.api.services import Services
        from engine.net.client import WebClient
        from engine.net.notices import SystemNotices
        from engine.sandbox.runner import ProcessScripts

        web, scripts = WebClient(), ProcessScripts()
        self._closing += [web.aclose, scripts.aclose]
        return Services(self.models, web, scripts, SystemNotices(), self.secrets)

    def _keep(self, part: T, close: Callable[[T], Any]) -> T:
        self._closing.append(lambda: close(part))
        return part

    def _make_no_more(self) -> None:
        """Refuse what requests under way would still make: nobody would close it."""
        with self.making:
            self.is_closed = True

    async def close(self, grace: float = LIMITLESS) -> None:
        """Let running steps end, for `grace` seconds at most, and close everything, last made first."""
        await asyncio.to_thread(self._make_no_more)
        async with self._making_runner:
            pass
        if self._runner is not None:
            await self._runner.close(grace)
        if "journal" in self.made:
            with contextlib.suppress(WeftError):
                await self.journal.flush()
        for close in reversed(self._closing):
            try:
                result = close()
                if asyncio.iscoroutine(result):
                    await result
            except Exception:  # noqa: BLE001 - the next ones have to be closed too
                _log.exception("a part could not be closed")
