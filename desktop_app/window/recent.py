"""Files that were opened last."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.window.preferences import Preferences

MOST = 20
_KEY = "files.recent"


class RecentFiles(QObject):
    """Paths, the last one first. `changed` tells of another list."""

    changed = Signal()

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences

    def paths(self) -> list[Path]:
        """Return them, whether the files are still there or not."""
        found = self._preferences.get(_KEY)
        return [Path(path) for path in found if isinstance(path, str)] if isinstance(found, list) else []

    def add(self, path: Path) -> None:
        """Put a file to the front."""
        self._keep([path.absolute(), *(other for other in self.paths() if other != path.absolute())])

    def remove(self, path: Path) -> None:
        """Forget a file."""
        self._keep([other for other in self.paths() if other != path])

    def clear(self) -> None:
        """Forget all."""
        self._keep([])

    def _keep(self, paths: list[Path]) -> None:
        self._preferences.set(_KEY, [str(path) for path in paths[:MOST]])
        self.changed.emit()
