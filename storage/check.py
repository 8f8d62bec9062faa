"""`weft data check`: what is wrong in a data folder."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from engine.model.issues import Issue, WeftError, failure, phrase, phrase_n
from storage.blobs import BlobStore
from storage.database import DatabaseKind, is_newer, revision
from storage.losses import VALUES, lost_databases
from storage.packing import BLOB_KEY, references
from storage.paths import DataFolder
from storage.secrets import Secrets
from storage.sqlite import check_length, connect, damaged, is_new, storage_error
from storage.swap import swap_waits

KINDS: dict[str, DatabaseKind] = {"weft.db": "library", "journal.db": "journal"}
SHOWN = 5
"""Findings of one kind that are told one by one."""


def check(folder: DataFolder) -> list[Issue]:
    """Return what is wrong in a data folder, nothing when all is well. Changes nothing and hinders no running program.

    Every page of the databases and every referenced blob is read: it takes a second for some hundred megabytes.
    """
    found = [*lost_databases(folder), *check_database(folder.library_db), *check_database(folder.journal_db)]
    if not any(issue.file == str(folder.journal_db) for issue in found):
        found += _check_blobs(folder)
    try:
        Secrets(folder).names()
    except WeftError as error:
        found.append(error.issue)
    if swap_waits(folder):
        remedy = phrase("Start Weft once: it finishes what was begun.")
        found.append(Issue("data.restore-interrupted", "A restore was interrupted.", remedy, severity="warning"))
    if check_database(folder.checkpoints_db):
        text, remedy = phrase("LangGraph's records are damaged."), phrase("Weft makes them anew by itself.")
        found.append(Issue("data.checkpoints", text, remedy, file=str(folder.checkpoints_db), severity="warning"))
    return found


def check_database(path: Path) -> list[Issue]:
    """Return what is wrong with one database; one that is not there yet is in order."""
    if is_new(path):
        return []
    try:
        check_length(path)
        with closing(connect(path, read_only=True)) as connection:
            return [_at(issue, path) for issue in _check_open(connection, path)]
    except WeftError as error:
        return [_at(issue, path) for issue in error.issues]
    except (sqlite3.Error, OSError) as error:
        return [_at(storage_error(error, path).issue, path)]


def count_rows(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of rows of each table."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall()
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}


def _check_open(connection: sqlite3.Connection, path: Path) -> Iterator[Issue]:
    for (line,) in connection.execute(f"PRAGMA integrity_check({SHOWN})").fetchall():
        if line != "ok":
            yield damaged(path, str(line)).issue
    if broken := connection.execute("PRAGMA foreign_key_check").fetchall():
        yield damaged(
            path, phrase_n("{count:,} reference to what is not there", "{count:,} references to what is not there", len(broken))
        ).issue
    if (kind := KINDS.get(path.name)) and (known := revision(connection)) is not None and is_newer(kind, known):
        yield failure(
            "database.newer", phrase("The database {path} was written by a newer Weft.", path=path), "Update Weft."
        ).issue


def _check_blobs(folder: DataFolder) -> list[Issue]:
    if is_new(folder.journal_db):
        return []
    blobs, wrong = BlobStore(folder.blobs), {}
    with closing(connect(folder.journal_db, read_only=True)) as connection:
        if revision(connection) is None:  # its tables are just being made
            return []
        for run, digest in _references(connection):
            if digest not in wrong:
                wrong[digest] = (blobs.check(digest), run)
    bad = [(error.issue, run) for error, run in wrong.values() if error]
    issues = [
        Issue(
            issue.code,
            phrase("{text} The run {run} needs it.", text=issue.text, run=run),
            issue.remedy,
            file=str(folder.blobs),
        )
        for issue, run in bad[:SHOWN]
    ]
    if rest := bad[SHOWN:]:
        text = phrase("{count} more stored values are missing or damaged.", count=len(rest))
        issues.append(Issue("blob.damaged", text, "Restore a backup.", file=str(folder.blobs)))
    return issues


def _references(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    for table, run, column in VALUES:
        rows = connection.execute(f"SELECT {run}, {column} FROM {table} WHERE {column} LIKE ?", (f'%"{BLOB_KEY}"%',))
        for run_id, text in rows:
            yield from ((run_id, digest) for digest in references(json.loads(text)))


def _at(issue: Issue, path: Path) -> Issue:
    return Issue(issue.code, issue.text, issue.remedy, file=str(path))
