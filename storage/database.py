"""Opens the databases: makes a new one, brings an older one up to date, refuses a newer or damaged one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, MetaData, QueuePool, StaticPool, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from engine.model.issues import WeftError, failure, phrase
from storage.sqlite import check_length, connect, damaged, is_new, storage_error
from storage.tables import JournalTable, LibraryTable

__all__ = ["REVISIONS", "DatabaseKind", "Engine", "is_newer", "open_database", "reading", "revision", "writing"]

DatabaseKind = Literal["library", "journal"]

REVISIONS: dict[DatabaseKind, str] = {"library": "0002", "journal": "0003"}
"""The newest revision of each database, so that alembic is imported only when a migration is needed; a test compares."""


def open_database(kind: DatabaseKind, path: Path, *, read_only: bool = False) -> Engine:
    """Return an engine for the database at `path`, which exists and is of this program's revision afterwards.

    Its transactions lock for writing from the start; those of `reading` and of a read-only engine never do. A database
    that does not exist is created, read-only it appears empty. The caller disposes of the engine.

    Raises:
        WeftError: `database.newer`, `database.older` (read-only), `database.damaged`, `database.migration-failed`,
            `storage.full`, `storage.busy`, `storage.read-only`. The file is untouched by all of them.
    """
    new = is_new(path) or not _bring_up_to_date(kind, path, read_only=read_only)
    if new and read_only:
        return _empty(kind)
    engine = create_engine(
        f"sqlite:///{path}", creator=lambda: connect(path, read_only=read_only), poolclass=QueuePool,
    )
    event.listen(engine, "begin", _begin)
    if read_only:
        return engine.execution_options(reading=True)
    if new:
        try:
            _create(kind, engine)
        except BaseException:
            engine.dispose()
            raise
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a session that sees one state of the database, however long it takes, and hinders nobody.

    Raises:
        WeftError: when the database cannot be read.
    """
    with _worded(engine), Session(engine.execution_options(reading=True)) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open a session whose changes are committed together at the end, or not at all after an exception.

    Raises:
        WeftError: `storage.full`, `storage.busy` and the like; nothing is changed then.
    """
    with _worded(engine), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def _worded(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if error.orig is None or isinstance(error.orig, sqlite3.IntegrityError):
            raise
        raise storage_error(error.orig, Path(engine.url.database or "")) from error


def _metadata(kind: DatabaseKind) -> MetaData:
    """Return the tables of a database."""
    return LibraryTable.metadata if kind == "library" else JournalTable.metadata


def revision(connection: sqlite3.Connection) -> str | None:
    """Return the revision of an open database, None when it has no tables.

    Raises:
        sqlite3.DatabaseError: when the file is damaged or belongs to another program.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise sqlite3.DatabaseError(phrase("it belongs to another program"))
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else ""


def _bring_up_to_date(kind: DatabaseKind, path: Path, *, read_only: bool) -> bool:
    """Make sure that an existing database is of the newest revision; return False when it has no tables yet."""
    check_length(path)
    try:
        with closing(connect(path, read_only=True)) as connection:
            found = revision(connection)
    except sqlite3.OperationalError as error:
        raise storage_error(error, path) from error
    except sqlite3.DatabaseError as error:
        raise damaged(path, str(error)) from error
    if found is None or found == REVISIONS[kind]:
        return found is not None
    if is_newer(kind, found):
        raise _newer(path, found, REVISIONS[kind])
    if read_only:
        raise failure(
            "database.older", phrase("The database {path} is of an earlier version of Weft.", path=path),
            "Start Weft or run a workflow once: it brings the database up to date.",
        )
    from storage.migration import SCRIPTS, migrate

    migrate(path, SCRIPTS / kind)
    return True


def is_newer(kind: DatabaseKind, found: str) -> bool:
    """Tell whether a revision is one that this program does not know."""
    return not found.isdigit() or int(found) > int(REVISIONS[kind])


def _newer(path: Path, found: str, newest: str) -> WeftError:
    return failure(
        "database.newer",
        phrase(
            "The database {path} was written by a newer Weft (revision {found}, this one knows {newest}).",
            path=path,
            found=found,
            newest=newest,
        ),
        "Update Weft, or set WEFT_DATA to another folder; the file is untouched.",
    )


def _create(kind: DatabaseKind, engine: Engine) -> None:
    """Make the tables as the migrations would, in one transaction; a second program that comes at once finds them made."""
    with _worded(engine), engine.begin() as connection:
        if not inspect(connection).has_table("alembic_version"):
            _make_tables(kind, connection)


def _make_tables(kind: DatabaseKind, connection: Connection) -> None:
    _metadata(kind).create_all(connection)
    connection.execute(text(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
        "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    ))
    connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": REVISIONS[kind]})


def _empty(kind: DatabaseKind) -> Engine:
    engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
    _metadata(kind).create_all(engine)
    return engine


def _begin(connection: Connection) -> None:
    """Writers lock at once: a transaction that read first and writes later fails when somebody else wrote in between."""
    reader = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reader else "BEGIN IMMEDIATE")
