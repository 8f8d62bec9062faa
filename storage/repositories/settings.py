"""Settings of the program that differ from their defaults."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlmodel import select

from engine.model.values import Json
from storage.database import reading, writing
from storage.tables import Setting


class SettingsRepository:
    """Keys to JSON values. Safe to call from any thread and from several programs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, key: str, default: Json = None) -> Json:
        """Return a setting, or `default` when it is not set."""
        with reading(self._engine) as session:
            found = session.get(Setting, key)
            value: Json = found.value if found else default
            return value

    def all(self) -> dict[str, Json]:
        """Return every setting that is set."""
        with reading(self._engine) as session:
            return {row.key: row.value for row in session.exec(select(Setting).order_by(Setting.key))}

    def set(self, key: str, value: Json) -> None:
        """Set a setting, replacing an earlier value.

        Raises:
            WeftError: `storage.full` and the like.
            TypeError, ValueError: when `value` is not plain JSON.
        """
        with writing(self._engine) as session:
            session.merge(Setting(key=key, value=value))

    def remove(self, key: str) -> bool:
        """Return a setting to its default, and tell whether it was set."""
        with writing(self._engine) as session:
            found = session.get(Setting, key)
            if found:
                session.delete(found)
            return found is not None
