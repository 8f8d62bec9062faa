"""The whole program without a window: the owner of a data folder, or the way to it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeAlias

from desktop_app.desk.desk import Desk
from desktop_app.front import LIMITLESS, Front
from desktop_app.services import Parts
from engine.api.redact import Redactor
from engine.model.issues import WeftError
from engine.model.values import JsonObject
from engine.runtime.host import EngineHost
from engine.server import endpoint
from engine.server.client import OwnerClient, silent
from engine.server.protocol import Address, Emit
from engine.server.server import OwnerServer
from storage.applog import AppLog
from storage.lock import OwnerLock, read_owner
from storage.losses import losses
from storage.paths import DataFolder

if TYPE_CHECKING:
    from engine.registry import NodeRegistry

NodeTypes: TypeAlias = "Callable[[], NodeRegistry]"

_log = logging.getLogger(__name__)

PATIENCE_S = 30.0
"""How long to wait for an owner that is just beginning or just ending."""
LOOK_S = 0.05


class Workbench:
    """The owner: its lock, its thread, its log, and the socket for other programs. A front for its own commands."""

    owns_folder = True

    def __init__(
        self, folder: DataFolder, lock: OwnerLock, tell: Callable[[str], None], node_types: NodeTypes | None = None
    ) -> None:
        """Begin, with the lock taken. `tell` hears what a person should know while waiting for the end.

        Raises:
            WeftError: the data folder cannot be used.
        """
        self._lock, self._tell, self._node_types = lock, tell, node_types
        redactor = Redactor()
        self._log = AppLog(folder.logs, redactor)
        self._host = EngineHost().start()
        try:
            self._host.submit(self._open(folder, redactor)).result()
        except BaseException:
            self._end()
            raise

    async def _open(self, folder: DataFolder, redactor: Redactor) -> None:
        self._desk = Desk(folder, lambda sink: Parts(folder, sink, redactor, self._node_types))
        self._server = OwnerServer(self._desk)
        address = await self._server.open()
        self._lock.publish(str(address), self._server.token)

    def call(self, do: str, given: JsonObject | None = None, emit: Emit | None = None) -> Future[JsonObject]:
        """Do what a request asks for; see `Desk`."""
        try:
            return self._host.submit(self._desk(do, given or {}, emit or _ignore))
        except WeftError as error:  # the engine ended by itself
            failed: Future[JsonObject] = Future()
            failed.set_exception(error)
            return failed

    def close(self, grace: float = LIMITLESS) -> None:
        """Refuse new runs, let running steps end, close everything, and give the data folder to the next owner."""
        try:
            if self._host.is_running:
                self._host.submit(self._close(grace)).result()
        finally:
            self._end()

    async def _close(self, grace: float) -> None:
        self._desk.closing = True
        if others := await self._desk.others():
            runs = "another run" if others == 1 else f"{others} other runs"
            self._tell(f"Waiting for the running steps of {runs}; who asked for it goes on with it.")
        await self._desk.close(grace)
        await self._server.close()

    def _end(self) -> None:
        self._host.stop()
        self._log.close()
        self._lock.release()


def attach(folder: DataFolder, program: str, tell: Callable[[str], None], node_types: NodeTypes | None = None) -> Front:
    """Own the data folder, or connect to its owner. `node_types` gives those that the program has loaded for itself.

    Raises:
        WeftError: `data.not-writable`, `owner.silent`, `owner.other-version`, or what keeps the databases from being opened.
    """
    lost = losses(folder)
    folder.create()
    lock = OwnerLock(folder)
    end = time.monotonic() + PATIENCE_S
    while True:
        left = _address(folder)
        if lock.acquire(program):
            endpoint.remove(left)
            for issue in lost:
                tell(issue.told)
            try:
                return Workbench(folder, lock, tell, node_types)
            except BaseException:
                lock.release()
                raise
        if client := connect(folder):
            return client
        if time.monotonic() > end:
            raise silent()
        time.sleep(LOOK_S)


def connect(folder: DataFolder) -> OwnerClient | None:
    """Connect to the owner of a data folder; None when there is none, or when it does not listen yet or any more.

    Raises:
        WeftError: `owner.other-version`, `owner.not-allowed`.
    """
    owner = read_owner(folder)
    if owner is None or not owner.address:
        return None
    try:
        return OwnerClient.connect(Address.parse(owner.address), owner.token)
    except WeftError as error:
        if error.issue.code in ("owner.gone", "owner.ended"):
            return None
        raise


def _address(folder: DataFolder) -> Address:
    """Return where the last owner listened, whether it lives or not: a killed one leaves its socket behind."""
    try:
        return Address.parse(str(json.loads(folder.owner_file.read_bytes())["address"]))
    except (OSError, ValueError, KeyError, TypeError, WeftError):
        return Address()


def _ignore(_number: int, _event: JsonObject) -> None:
    """Take an event that nobody wants."""
