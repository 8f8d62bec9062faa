"""One owner for each data folder: the first program that takes the lock, until it ends in whatever way."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from types import TracebackType
from typing import Self

import psutil
from filelock import FileLock, Timeout

from engine.model.foreign import foreign
from engine.model.issues import failure, phrase
from storage.atomic import PRIVATE_FILE, write_whole
from storage.paths import DataFolder
from storage.swap import finish_swap

SAME_START_S = 2.0
"""Seconds by which two readings of one process's start may differ; a process id is not given again so soon."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The program that has the data folder. `started` is the start of its process, in UTC seconds since the epoch."""

    pid: int
    started: float
    program: str
    address: str = ""
    token: str = field(default="", repr=False)


class OwnerLock:
    """The lock of a data folder. The kernel releases it when this process ends, so a dead owner never blocks."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._lock = FileLock(
            folder.lock, mode=PRIVATE_FILE, thread_local=False, fallback_to_soft=False, preserve_lock_file=True,
        )
        self._owner: Owner | None = None

    @property
    def owner(self) -> Owner | None:
        """What this program told about itself, None while it does not have the lock."""
        return self._owner

    def acquire(self, program: str) -> Owner | None:
        """Take the lock and return the owner that this program is now; None when another one has it. Never waits.

        A restore that was interrupted is finished before anybody uses the data.

        Raises:
            WeftError: `data.not-writable` when the folder allows no lock.
        """
        if self._owner:
            return self._owner
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            return None
        except (OSError, NotImplementedError) as error:
            raise failure(
                "data.not-writable", phrase("The folder {root} cannot be locked ({error}).", root=self._folder.root, error=error),
                "Set WEFT_DATA to a folder on a local disk that you can write to.",
            ) from error
        try:
            finish_swap(self._folder)
            return self._tell(Owner(os.getpid(), psutil.Process().create_time(), program))
        except BaseException:
            self._lock.release()
            raise

    def publish(self, address: str, token: str) -> Owner:
        """Tell other programs of this user where the owner listens and what they have to say.

        Raises:
            WeftError: `storage.not-owner` without the lock, `data.not-writable`.
        """
        if self._owner is None:
            raise failure("storage.not-owner", "This program does not own the data folder.", "Take the lock first.")
        return self._tell(replace(self._owner, address=address, token=token))

    def release(self) -> None:
        """Give the lock back. Does nothing without it."""
        if self._owner is not None:
            self._owner = None
            self._folder.owner_file.unlink(missing_ok=True)
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

    def _tell(self, owner: Owner) -> Owner:
        try:
            write_whole(self._folder.owner_file, json.dumps(asdict(owner)).encode(), mode=PRIVATE_FILE, durable=False)
        except OSError as error:
            raise failure(
                "data.not-writable",
                phrase(
                    "The folder {root} cannot be written to ({strerror}).",
                    root=self._folder.root,
                    strerror=foreign(error.strerror),
                ),
                "Free some space, or set WEFT_DATA to another folder.",
            ) from error
        self._owner = owner
        return owner


def read_owner(folder: DataFolder) -> Owner | None:
    """Return the living owner of a data folder, or None. What a dead one left behind is ignored."""
    try:
        values = json.loads(folder.owner_file.read_bytes())
        owner = Owner(
            int(values["pid"]), float(values["started"]), str(values["program"]), str(values["address"]), str(values["token"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return owner if _lives(owner) else None


def _lives(owner: Owner) -> bool:
    try:
        process = psutil.Process(owner.pid)
        same = abs(process.create_time() - owner.started) < SAME_START_S
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.AccessDenied:  # it lives, and belongs to somebody else
        return True
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return False
