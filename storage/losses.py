"""What has disappeared from a data folder; told, because all that is left works on as if it had never been there."""

from __future__ import annotations

from pathlib import Path

from engine.model.issues import Issue, WeftError, phrase
from storage.packing import BLOB_KEY
from storage.paths import DataFolder
from storage.sqlite import is_new

RESTORE = phrase("Restore a backup with `weft data restore FILE`")
VALUES = (
    ("run", "id", "input"), ("run", "id", "outputs"), ("step", "run_id", "ports"), ("step", "run_id", "inputs"),
    ("approval", "run_id", "question"),
)
"""Table, run and column of everything that may refer to blobs."""


def losses(folder: DataFolder) -> list[Issue]:
    """Return what is lost, to be told by the next owner before it begins anew what is missing."""
    return [*lost_databases(folder), *_lost_blobs(folder)]


def lost_databases(folder: DataFolder) -> list[Issue]:
    """Return the databases that were there, as what is around them shows. LangGraph's can be lost at any time."""
    found = []
    if is_new(folder.journal_db) and _had_runs(folder):
        text = phrase(
            "All runs are gone: {journal_db} is {how}. Workflows and what was agreed to are kept.",
            journal_db=folder.journal_db,
            how=_how(folder.journal_db),
        )
        remedy = phrase("{restore}, or go on; the journal begins anew.", restore=RESTORE)
        found.append(Issue("data.journal-lost", text, remedy, file=str(folder.journal_db)))
    if is_new(folder.library_db) and not is_new(folder.journal_db):
        path = folder.library_db
        text = phrase(
            "The stored workflows, what was agreed to and the settings are gone: {path} is {how}. Runs are kept.",
            path=path,
            how=_how(path),
        )
        remedy = phrase("{restore}, or go on; earlier runs can be shown and not resumed.", restore=RESTORE)
        found.append(Issue("data.library-lost", text, remedy, file=str(path)))
    return found


def _lost_blobs(folder: DataFolder) -> list[Issue]:
    if folder.blobs.exists() or is_new(folder.journal_db) or not _refers_to_blobs(folder.journal_db):
        return []
    text = phrase("The large values of runs are gone: {blobs} is missing.", blobs=folder.blobs)
    return [
        Issue(
            "data.blobs-lost", text, phrase("{restore}, or start the workflows again.", restore=RESTORE), file=str(folder.blobs)
        )
    ]


def _refers_to_blobs(journal: Path) -> bool:
    from storage.database import open_database, reading

    try:
        engine = open_database("journal", journal, read_only=True)
        with reading(engine) as session:
            rows = session.connection().exec_driver_sql
            pattern = (f'%"{BLOB_KEY}"%',)
            found = any(
                rows(f"SELECT 1 FROM {table} WHERE {column} LIKE ? LIMIT 1", pattern).first() for table, _, column in VALUES
            )
        engine.dispose()
    except WeftError:  # who opens it for its runs tells what is wrong
        return False
    return found


def _had_runs(folder: DataFolder) -> bool:
    """Tell whether runs left anything beside the journal: LangGraph's records, large values or files."""
    return not is_new(folder.checkpoints_db) or any(
        place.is_dir() and any(place.iterdir()) for place in (folder.runs, folder.blobs)
    )


def _how(path: Path) -> str:
    return phrase("empty") if path.exists() else phrase("missing")
