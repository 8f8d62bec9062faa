"""Notices that another program wrote, replaced or removed a file that is open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

SETTLE_MS = 150
"""Editors write in several steps: a new file, a rename, a change of its mode."""


class FileWatch(QObject):
    """Watches files, and the folders around them, since many editors put a new file in place of the old one.

    `touched` tells a path that may have changed; who listens looks whether it did. All paths are told when a person comes back to
    the program: file systems of other machines tell nothing.
    """

    touched = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths: dict[Path, int] = {}
        self._changed: set[Path] = set()
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._on_file)
        self._watcher.directoryChanged.connect(self._on_folder)
        self._settling = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settling.timeout.connect(self._tell)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.applicationStateChanged.connect(self._on_state)

    def add(self, path: Path) -> None:
        """Watch a file, there or not. Watching it twice takes two `remove`."""
        self._paths[path] = self._paths.get(path, 0) + 1
        self._listen(path)

    def remove(self, path: Path) -> None:
        """Watch a file no more."""
        self._paths[path] = self._paths.get(path, 1) - 1
        if self._paths[path] > 0:
            return
        del self._paths[path]
        self._watcher.removePath(str(path))
        if not any(other.parent == path.parent for other in self._paths):
            self._watcher.removePath(str(path.parent))

    def look(self) -> None:
        """Tell every path."""
        for path in list(self._paths):
            self.touched.emit(path)

    def close(self) -> None:
        """Watch nothing."""
        self._settling.stop()
        self._paths.clear()
        self._watcher.removePaths([*self._watcher.files(), *self._watcher.directories()] or ["."])

    def _listen(self, path: Path) -> None:
        known = {*self._watcher.files(), *self._watcher.directories()}
        for place in (path, path.parent):
            if str(place) not in known and place.exists():
                self._watcher.addPath(str(place))

    def _on_file(self, name: str) -> None:
        self._note(Path(name))

    def _on_folder(self, name: str) -> None:
        for path in self._paths:
            if path.parent == Path(name):
                self._note(path)

    def _note(self, path: Path) -> None:
        self._changed.add(path)
        self._settling.start()

    def _tell(self) -> None:
        changed, self._changed = self._changed, set()
        for path in changed & self._paths.keys():
            self._listen(path)  # a new file in place of the old one is another one to the system
            self.touched.emit(path)

    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.look()
