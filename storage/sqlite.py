"""SQLite itself: connections, the state of a file, copies, and errors in words.

All that is special to SQLite is here, in the journal's writer and in the backups; tables and repositories hold for any
database.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from engine.model.foreign import foreign
from engine.model.issues import WeftError, failure, phrase

BUSY_MS = 10_000
"""How long a writer waits for another process, in milliseconds."""

PAGE = 8192
"""Bytes of a page in new databases: rows of 20 KB are written three times as fast as with the usual 4096."""

OS_NAMES = {
    errno.ENOSPC: "SQLITE_FULL", errno.EDQUOT: "SQLITE_FULL", errno.EFBIG: "SQLITE_FULL",
    errno.EROFS: "SQLITE_READONLY", errno.EACCES: "SQLITE_PERM", errno.EPERM: "SQLITE_PERM",
}
HEADER = 100
MAGIC = b"SQLite format 3\0"


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open an existing or new database file in autocommit mode; transactions are begun by hand.

    A read-only connection takes no lock that a writer could feel, and works in a folder that cannot be written to.

    Raises:
        sqlite3.Error: when the file cannot be opened or is no database; `storage_error` puts it into words.
    """
    if read_only:
        return _connect_read_only(path)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_MS / 1000)
    try:
        for pragma in (f"page_size={PAGE}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _connect_read_only(path: Path) -> sqlite3.Connection:
    options = ["mode=ro"]
    if not os.access(path.parent, os.W_OK) and not _waiting(path):
        options.append("immutable=1")  # in WAL mode even a reader needs a file beside the database
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{'&'.join(options)}", uri=True, isolation_level=None,
        check_same_thread=False, timeout=BUSY_MS / 1000,
    )
    try:
        connection.execute("PRAGMA query_only=ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _waiting(path: Path) -> bool:
    """Tell whether commits wait in the write-ahead log to be moved into the file."""
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def is_new(path: Path) -> bool:
    """Tell whether there is no database yet: no file, or an empty one, whose write-ahead log SQLite would throw away."""
    return not path.exists() or path.stat().st_size == 0


def check_length(path: Path) -> None:
    """Refuse a file that is no SQLite database or shorter than its own header says.

    SQLite does not notice the latter until it needs a page that is gone.

    Raises:
        WeftError: `database.damaged`.
    """
    with path.open("rb") as file:
        header = file.read(HEADER)
        size = os.fstat(file.fileno()).st_size
    if len(header) < HEADER or not header.startswith(MAGIC):
        raise damaged(path, phrase("it is not a database"))
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    pages = int.from_bytes(header[28:32], "big")
    if header[24:28] == header[92:96] and size < pages * page and not _waiting(path):
        raise damaged(path, phrase("it has {size:,} bytes of {pages:,}", size=size, pages=pages * page))


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, while others may be writing to it. `target` is replaced at once or not at all.

    Raises:
        sqlite3.Error, OSError: when reading or writing fails; there is no half-written target then.
    """
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(connect(source, read_only=True)) as reader, closing(sqlite3.connect(part)) as writer:
            reader.backup(writer)
            writer.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def remove_logs(path: Path) -> None:
    """Remove what SQLite keeps beside a database file that is about to be replaced."""
    for suffix in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def damaged(path: Path, why: str) -> WeftError:
    """Build the error for a database file that cannot be read."""
    return failure(
        "database.damaged", phrase("The database {path} is damaged: {why}.", path=path, why=why),
        "Close Weft and run `weft data restore` with your last backup; the damaged file is kept as it is.",
    )


def storage_error(error: BaseException, path: Path) -> WeftError:
    """Put an error of SQLite, or of the disk below it, into words that say what happened to the user's data."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if isinstance(error, OSError):
        name = OS_NAMES.get(error.errno or 0, "")
    why = str(error) or type(error).__name__
    what: str = phrase("The database {path}", path=path)
    if isinstance(error, OSError):
        what, why = str(path), foreign(error.strerror or why)
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_SHMSIZE")):
        return failure(
            "storage.full",
            phrase("The disk that holds {path} is full or cannot be written to; what was stored before is safe.", path=path),
            "Free some space and go on: nothing that was reported as done is lost.",
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return failure(
            "storage.busy",
            phrase("Another program keeps {path} locked.", path=path),
            "Close the other program and try again; nothing is lost.",
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged(path, why)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return failure(
            "storage.read-only", phrase("{what} cannot be opened or changed ({why}).", what=what, why=why),
            "Give yourself permission to write to the file and its folder.",
        )
    if isinstance(error, OSError):
        return failure(
            "storage.failed", phrase("{what} cannot be used ({why}).", what=what, why=why), "Check the place and its disk."
        )
    return failure("storage.failed", phrase("{what} reports: {why}.", what=what, why=why), "Run `weft data check`.")
