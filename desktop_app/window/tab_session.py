"""Which workflows were open at the last end, in what order, and where they were looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.window.preferences import Preferences
from engine.model.values import Json, JsonObject

_KEY = "documents.open"


@dataclass(frozen=True, slots=True)
class OpenTab:
    """A workflow that was open: its file, and the state of its view."""

    path: Path
    state: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TabSession:
    """The open workflows in the order of their tabs; `current` is the place of the one that was worked with, or -1."""

    tabs: tuple[OpenTab, ...] = ()
    current: int = -1


def remembered_session(preferences: Preferences) -> TabSession:
    """Return what was open; what cannot be read counts as closed."""
    found = preferences.get(_KEY)
    if not isinstance(found, dict):
        return TabSession()
    tabs = found.get("tabs")
    opened = [one for one in tabs if isinstance(one, dict) and isinstance(one.get("path"), str)] if isinstance(tabs, list) else []
    current = found.get("current")
    return TabSession(tuple(map(_tab, opened)), current if isinstance(current, int) else -1)


def remember_session(preferences: Preferences, session: TabSession) -> None:
    """Remember what is open."""
    tabs: list[Json] = [{"path": str(tab.path), "view": tab.state} for tab in session.tabs]
    preferences.set(_KEY, {"tabs": tabs, "current": session.current})


def _tab(told: JsonObject) -> OpenTab:
    state = told.get("view")
    return OpenTab(Path(str(told["path"])), state if isinstance(state, dict) else {})
