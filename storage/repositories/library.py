"""The register: workflows, where their files are, and the versions that runs execute."""

from __future__ import annotations

import hashlib
import json
import math
import os
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from engine.api.stores import Version
from engine.model.issues import failure, phrase
from storage.database import reading, writing
from storage.encoding import clean
from storage.tables import Workflow, WorkflowVersion

WorkflowStatus = Literal["draft", "active", "archived"]
Verdict = Literal["new", "known", "moved", "copy"]


@dataclass(frozen=True, slots=True)
class WorkflowEntry:
    """A workflow as the register knows it. `path` is empty when it has no file; times are UTC seconds since the epoch.

    `deleted` is when it was thrown away; until it is removed it can be brought back.
    """

    id: str
    name: str
    path: str
    status: WorkflowStatus
    created: float
    updated: float
    deleted: float | None = None

    @property
    def gone(self) -> bool:
        """Tell whether the file is no longer at its place; its versions still run."""
        return bool(self.path) and not Path(self.path).exists()


class LibraryRepository:
    """Implements `engine.api.stores.Library` and what the workflow list needs. Safe to call from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def register(self, workflow_id: str, name: str, path: str) -> Verdict:
        """Note that the document `workflow_id` was opened at `path` (empty: it has no file) and return what that means.

        `copy`: its file is still at the place known before, or was thrown away and can come back, so this is another one, which
        has its own `identity`; the register is left as it was. `moved`: the place known before is empty or another workflow's.
        """
        with writing(self._engine) as session:
            return _place(session, workflow_id, name, _full(path))[1]

    def identity(self, workflow_id: str, path: str) -> str:
        """Return the id that the document `workflow_id` at `path` goes by: an own one when its id belongs to a file elsewhere."""
        full = _full(path)
        own = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{Path(full).as_uri()}#{workflow_id}")) if full else workflow_id
        with reading(self._engine) as session:
            known, copy = session.get(Workflow, workflow_id), session.get(Workflow, own)
            if known is None or _same(known.path, full):
                return workflow_id
            return own if (copy is not None and copy.path == full) or _is_copy(session, known, full) else workflow_id

    def save_version(
        self,
        workflow_id: str,
        name: str,
        text: str,
        folder: str,
        path: str,
        files: Mapping[str, str] | None = None,
    ) -> Version:
        """Store a version, or return the one with equal text, folder and files. Registers the workflow when it is new.

        Args:
            workflow_id: The id in the document.
            name: The document's name at this moment.
            text: The document in its canonical form.
            folder: The folder that its relative paths start from.
            path: The document's file, empty when it has none.
            files: The texts of the files that it refers to, by their paths relative to `folder`.

        Raises:
            WeftError: `library.text` when the document or its place is not Unicode text; `storage.full` and the like.
        """
        digest = version_hash(text, folder, files)
        with writing(self._engine) as session:
            entry, verdict = _place(session, workflow_id, name, _full(path))
            found = session.get(WorkflowVersion, digest)
            if found is None:
                now = time.time()
                found = WorkflowVersion(
                    hash=digest,
                    workflow_id=workflow_id,
                    name=clean(name),
                    text=text,
                    folder=folder,
                    created=now,
                    files=dict(files or {}),
                )
                session.add(found)
                if verdict != "copy":
                    entry.name, entry.updated = clean(name), now
            return _version(found)

    def version(self, digest: str, /) -> Version | None:
        """Return a stored version, or None."""
        with reading(self._engine) as session:
            found = session.get(WorkflowVersion, digest)
            return _version(found) if found else None

    def versions(self, workflow_id: str, limit: int = 1000) -> Sequence[Version]:
        """Return the versions of a workflow, newest first."""
        query = select(WorkflowVersion).where(WorkflowVersion.workflow_id == workflow_id)
        with reading(self._engine) as session:
            return [_version(row) for row in session.exec(query.order_by(col(WorkflowVersion.created).desc()).limit(limit))]

    def workflows(self, status: WorkflowStatus | None = None, *, search: str = "") -> Sequence[WorkflowEntry]:
        """Return the workflows whose name contains `search` in any case, last changed first.

        Archived ones only when asked for, deleted ones never.
        """
        wanted = col(Workflow.status) == status if status else col(Workflow.status) != "archived"
        with reading(self._engine) as session:
            there = select(Workflow).where(wanted, col(Workflow.deleted).is_(None))
            rows = session.exec(there.order_by(col(Workflow.updated).desc())).all()
            return [_entry(row) for row in rows if search.casefold() in row.name.casefold()]

    def workflow(self, workflow_id: str) -> WorkflowEntry | None:
        """Return a workflow's entry, or None."""
        with reading(self._engine) as session:
            found = session.get(Workflow, workflow_id)
            return _entry(found) if found else None

    def at(self, path: str) -> WorkflowEntry | None:
        """Return the workflow whose file is `path`, or None."""
        with reading(self._engine) as session:
            found = session.exec(select(Workflow).where(Workflow.path == _full(path))).first()
            return _entry(found) if found else None

    def set_status(self, workflow_id: str, status: WorkflowStatus) -> None:
        """Make a workflow draft, active or archived.

        Raises:
            WeftError: `library.unknown`.
        """
        with writing(self._engine) as session:
            _known(session, workflow_id).status = status

    def set_deleted(self, workflow_id: str, when: float | None, path: str | None = None) -> None:
        """Throw a workflow away at a moment, or bring it back with None; to open or save it at its place brings it back too.

        `path` is where its file is from now on, when that is another place.

        Raises:
            WeftError: `library.unknown`.
        """
        with writing(self._engine) as session:
            entry = _known(session, workflow_id)
            entry.deleted = when
            if path is not None:
                entry.path = _full(path)

    def deleted(self, before: float = math.inf) -> Sequence[WorkflowEntry]:
        """Return the workflows that were thrown away before a moment, the last one first."""
        thrown = select(Workflow).where(col(Workflow.deleted).is_not(None)).order_by(col(Workflow.deleted).desc())
        with reading(self._engine) as session:
            return [_entry(row) for row in session.exec(thrown).all() if (row.deleted or 0.0) < before]

    def remove(self, workflow_id: str) -> None:
        """Take a workflow and its versions out of the register; its file stays, its runs can no longer be continued.

        Raises:
            WeftError: `library.unknown`.
        """
        with writing(self._engine) as session:
            session.delete(_known(session, workflow_id))


def version_hash(text: str, folder: str, files: Mapping[str, str] | None = None) -> str:
    """Return the SHA-256 of folder, files and text, in hexadecimal form.

    Raises:
        WeftError: `library.text`.
    """
    digest = hashlib.sha256()
    for part in (folder, json.dumps(files or {}, sort_keys=True), text):
        try:
            digest.update(part.encode() + b"\0")
        except UnicodeEncodeError as error:
            raise _not_text(part) from error
    return digest.hexdigest()


def _place(session: Session, workflow_id: str, name: str, path: str) -> tuple[Workflow, Verdict]:
    """Return the workflow's row, with its place brought up to date, and what the place says."""
    found = session.get(Workflow, workflow_id)
    if found is None:
        now = time.time()
        found = Workflow(id=workflow_id, name=clean(name), path=path, created=now, updated=now)
        session.add(found)
        session.flush()
        return found, "new"
    if _is_copy(session, found, path):
        return found, "copy"
    found.deleted = None
    if not path or _same(found.path, path):
        return found, "known"
    first, found.path = found.path, path
    return found, "moved" if first else "known"


def _is_copy(session: Session, entry: Workflow, path: str) -> bool:
    """Tell whether a file with the entry's id is another one: the entry's own is at its place, or can be brought back there."""
    if not path or not entry.path or _same(entry.path, path):
        return False
    return entry.deleted is not None or (Path(entry.path).exists() and not _taken(session, entry))


def _taken(session: Session, entry: Workflow) -> bool:
    """Tell whether another workflow was registered at the entry's place since."""
    others = select(Workflow.id).where(Workflow.path == entry.path, Workflow.id != entry.id)
    return session.exec(others).first() is not None


def _same(first: str, second: str) -> bool:
    if first == second:
        return True
    try:
        return bool(first) and Path(first).samefile(second)
    except OSError:
        return False


def _full(path: str) -> str:
    if not path:
        return ""
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise _not_text(path) from error
    return os.path.abspath(path)  # noqa: PTH100 - resolves "..", which Path.absolute keeps, and follows no links


def _known(session: Session, workflow_id: str) -> Workflow:
    if found := session.get(Workflow, workflow_id):
        return found
    raise failure(
        "library.unknown",
        phrase("There is no workflow {workflow_id}.", workflow_id=workflow_id),
        "Open its file once, so that it is registered.",
    )


def _not_text(text: str) -> Exception:
    shown = ascii(text[:80])
    return failure(
        "library.text",
        phrase("{shown} is not Unicode text.", shown=shown),
        "Rename the file or folder, or remove the broken character.",
    )


def _entry(row: Workflow) -> WorkflowEntry:
    return WorkflowEntry(row.id, row.name, row.path, cast(WorkflowStatus, row.status), row.created, row.updated, row.deleted)


def _version(row: WorkflowVersion) -> Version:
    return Version(row.hash, row.workflow_id, row.name, row.text, row.folder, row.created, row.files)
