"""Brings an older database up to date: a copy first, then all steps in one transaction, the copy back if that fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from io import StringIO
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, StaticPool, create_engine

from engine.model.issues import counted, failure, phrase
from storage.sqlite import connect, copy_database, storage_error

SCRIPTS = Path(__file__).parent / "migrations"


def configuration(scripts: Path) -> Config:
    """Return alembic's configuration for one folder of scripts; nothing is printed."""
    config = Config(stdout=StringIO())
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config


def head(scripts: Path) -> str:
    """Return the newest revision of a folder of scripts."""
    found = ScriptDirectory.from_config(configuration(scripts)).get_current_head()
    assert found is not None
    return found


def migrate(path: Path, scripts: Path) -> Path:
    """Take the database to the newest revision and return the copy made before, which is kept.

    Safe against a kill at any moment: all steps are one transaction, and the copy is made inside it, so that nobody writes
    in between.

    Raises:
        WeftError: `database.migration-failed`, with the database as it was before; `storage.full` and its like when
            there is no place for the copy.
    """
    copy = path.with_name(f"{path.name}.before-{head(scripts)}")
    with ExitStack() as stack:
        try:
            raw = stack.enter_context(closing(connect(path)))
            witness = stack.enter_context(closing(connect(path, read_only=True)))
            raw.execute("PRAGMA foreign_keys=OFF")  # a table is changed by copying and dropping it; checked below instead
            connection = stack.enter_context(_joined(raw))
            raw.execute("BEGIN IMMEDIATE")
            copy_database(path, copy)
        except (sqlite3.Error, OSError) as error:
            raise storage_error(error, path) from error
        before = _commits(witness)
        try:
            _upgrade(connection, raw, scripts)
        except Exception as error:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            if _commits(witness) != before:  # a step committed by itself
                _put_back(copy, raw)
            raise failure(
                "database.migration-failed",
                phrase("The database {path} could not be brought up to date ({error}).", path=path, error=error),
                "It is as it was before; go on with the earlier version of Weft and report this.",
            ) from error
    return copy


@contextmanager
def _joined(raw: sqlite3.Connection) -> Iterator[Connection]:
    """Give SQLAlchemy a connection whose transactions are begun by hand; its own greetings are over when this yields."""
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    with engine.connect() as connection:
        yield connection


def _upgrade(connection: Connection, raw: sqlite3.Connection, scripts: Path) -> None:
    config = configuration(scripts)
    with connection.begin():  # takes part in the transaction that is open already, and ends it
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if broken := raw.execute("PRAGMA foreign_key_check").fetchall():
            raise sqlite3.IntegrityError(f"{counted(len(broken), 'reference')} to what is not there")


def _commits(witness: sqlite3.Connection) -> int:
    """Return a number that changes when another connection commits."""
    return int(witness.execute("PRAGMA data_version").fetchone()[0])


def _put_back(copy: Path, database: sqlite3.Connection) -> None:
    with closing(connect(copy, read_only=True)) as reader:
        reader.backup(database)
