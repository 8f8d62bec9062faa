"""Where questions were asked: the workflow's name and the node's title, for people who do not know ids by heart."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.model.issues import WeftError

if TYPE_CHECKING:
    from desktop_app.services import Archive
    from engine.api.stores import ApprovalRecord, RunRecord
    from storage.repositories.library import LibraryRepository


def places_of(archive: Archive, found: Sequence[ApprovalRecord]) -> list[tuple[ApprovalRecord, RunRecord, str]]:
    """Return each approval with its run and its node's title: the key of the node when it has none."""
    from storage.database import open_database
    from storage.repositories.library import LibraryRepository

    runs = {run_id: archive.runs.run(run_id) for run_id in {asked.run_id for asked in found}}
    engine = open_database("library", archive.folder.library_db, read_only=True)
    try:
        library = LibraryRepository(engine)
        titles = {version: _titles(library, version) for version in {run.version for run in runs.values() if run}}
    finally:
        engine.dispose()
    return [
        (asked, run, titles[run.version].get(asked.address) or asked.address)
        for asked in found
        if (run := runs[asked.run_id])
    ]


def _titles(library: LibraryRepository, version: str) -> Mapping[str, str]:
    """Return the titles of a version's nodes by their ids; none when it is gone or cannot be read any more."""
    from engine.model.serialize import load

    with contextlib.suppress(WeftError):
        if stored := library.version(version):
            return {node.id: node.title for node in load(stored.text).graph.nodes.values()}
    return {}
