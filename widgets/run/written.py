"""A file that a run wrote, below the name of its value: with ways to open it and its folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.model.values import Json
from resources.language import tr
from widgets.boxes import fill
from widgets.elided import Elided
from widgets.glyph import Button, Glyph

_LONGEST, _HEIGHT = 1_000, 28
_READ = frozenset(
    {".csv", ".gif", ".jpeg", ".jpg", ".json", ".jsonl", ".log", ".md", ".pdf", ".png", ".tsv", ".txt", ".xlsx", ".yaml", ".yml"}
)
"""Endings of files that are read: to open one of another kind might run it, and its name may come from anywhere."""


def written_file(value: Json) -> Path | None:
    """Return the file of this machine that a value names, as what Write file gives, or a text with its whole path."""
    name = value.get("path") if isinstance(value, dict) else value
    if not isinstance(name, str) or not 1 < len(name) <= _LONGEST or name.startswith(("//", "\\\\")):
        return None
    try:
        return Path(name) if Path(name).is_absolute() and Path(name).is_file() else None
    except (OSError, ValueError):
        return None


class WrittenLine(QWidget):
    """Tells of one file; away without one."""

    def __init__(self) -> None:
        super().__init__()
        self._file = Path()
        self.setFixedHeight(_HEIGHT)
        self.words = Elided("", "secondary")
        self.open_button = Button(tr("Open"), "external-link", "link")
        self.open_button.clicked.connect(self._open)
        self.folder_button = Button(tr("Open folder"), "folder-open", "link")
        self.folder_button.clicked.connect(self._open_folder)
        parts = [Glyph("file-text", "text.tertiary", 14), self.words, self.open_button, self.folder_button]
        layout = QHBoxLayout(self)
        fill(layout, parts, gap=12, margins=(12, 0, 12, 0))
        layout.setStretch(1, 1)
        layout.setAlignment(self.open_button, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def show_file(self, file: Path | None) -> None:
        """Tell of this file."""
        self.setVisible(file is not None)
        if file is not None:
            self._file = file
            self.words.set_text(str(file))
            self.open_button.setVisible(file.suffix.lower() in _READ)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file)))

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file.parent)))
