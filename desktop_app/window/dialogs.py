"""Windows of the desktop in which files are chosen. None of them stops the program; each answers later, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_app.window.files import SUFFIX
from resources.language import tr


class Dialogs(Protocol):
    """Lets a person choose files. Callbacks are called in the GUI thread, and not when nothing was chosen."""

    def open_files(self, folder: Path, chosen: Callable[[list[Path]], None]) -> None:
        """Choose workflows to open."""
        ...

    def save_file(self, place: Path, chosen: Callable[[Path], None]) -> None:
        """Choose where to save a workflow; `place` is what is offered."""
        ...


class FileDialogs(QObject):
    """The dialogs of the desktop, over a window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def open_files(self, folder: Path, chosen: Callable[[list[Path]], None]) -> None:
        """See `Dialogs`."""
        dialog = self._dialog(tr("Open workflows"), folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
        dialog.open()

    def save_file(self, place: Path, chosen: Callable[[Path], None]) -> None:
        """See `Dialogs`."""
        dialog = self._dialog(tr("Save workflow as"), place.parent)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        dialog.selectFile(place.name)
        dialog.fileSelected.connect(lambda name: chosen(Path(name)))
        dialog.open()

    def _dialog(self, title: str, folder: Path) -> QFileDialog:
        dialog = QFileDialog(self._window, title, str(folder))
        dialog.setNameFilters([f"{tr('Workflows')} (*{SUFFIX})", f"{tr('All files')} (*)"])
        dialog.finished.connect(dialog.deleteLater)
        return dialog
