"""What a person agreed to for the workflow in a file.

It is kept outside the file, so that a file cannot bring it along: a copy elsewhere, or another workflow in the file's
place, has none.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import col, select

from engine.model.values import Json
from storage.database import reading, writing
from storage.tables import Trust


@dataclass(frozen=True, slots=True)
class TrustRecord:
    """An agreement. `granted` is UTC seconds since the epoch, `digest` the hash of the effects."""

    workflow_id: str
    path: str
    effects: Sequence[Mapping[str, Json]]
    digest: str
    granted: float


class TrustRepository:
    """Implements `engine.trust.TrustStore`. Safe to call from any thread and from several programs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def agreed(self, workflow_id: str, path: str) -> Sequence[Mapping[str, Json]]:
        """Return the effects that were agreed to for the workflow in this file; none when nobody was asked."""
        with reading(self._engine) as session:
            found = session.get(Trust, (workflow_id, path))
            return _record(found).effects if found else []

    def agree(self, workflow_id: str, path: str, effects: Sequence[Mapping[str, Json]], digest: str) -> None:
        """Remember these effects instead of earlier ones. `digest` is their hash.

        Raises:
            WeftError: `storage.full` and the like; what was agreed to before holds then.
        """
        with writing(self._engine) as session:
            session.merge(Trust(
                workflow_id=workflow_id, path=path, capability_hash=digest, capabilities=[dict(effect) for effect in effects],
                granted=time.time(),
            ))

    def withdraw(self, workflow_id: str, path: str) -> bool:
        """Forget an agreement, and tell whether there was one."""
        with writing(self._engine) as session:
            found = session.get(Trust, (workflow_id, path))
            if found:
                session.delete(found)
            return found is not None

    def all(self) -> Sequence[TrustRecord]:
        """Return every agreement, newest first."""
        with reading(self._engine) as session:
            return [_record(row) for row in session.exec(select(Trust).order_by(col(Trust.granted).desc()))]


def _record(row: Trust) -> TrustRecord:
    return TrustRecord(row.workflow_id, row.path, row.capabilities, row.capability_hash, row.granted)
