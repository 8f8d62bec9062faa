"""Where files are chosen: a window of the desktop to open some, a card to save one. Nothing stops the program meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_app.window.files import SUFFIX
from desktop_app.window.frame import come_forward
from resources.language import tr

if TYPE_CHECKING:  # made when it is shown first
    from desktop_app.window.save_card import SaveCard

_OPEN_SIZE = QSize(820, 520)


Told = Callable[[str], None]
Save = Callable[[Path, Told], None]
"""Saves to a place, and tells why that did not work, or nothing when it did."""


class Dialogs(Protocol):
    """Lets a person choose files. Callbacks are called in the GUI thread."""

    def open_files(self, folder: Path, chosen: Callable[[list[Path]], None]) -> None:
        """Choose workflows to open; `chosen` is not called when there are none."""
        ...

    def save_file(self, name: str, place: Path, save: Save, cancelled: Callable[[], None]) -> None:
        """Choose where to save what has this name, until that works or is `cancelled`; `place` is what is offered."""
        ...


class FileDialogs(QObject):
    """The dialogs over a window. `library` is where workflows lie that were saved without a place."""

    def __init__(self, window: QWidget, library: Path) -> None:
        super().__init__(window)
        self._window, self._library = window, library
        self._card: SaveCard | None = None

    def open_files(self, folder: Path, chosen: Callable[[list[Path]], None]) -> None:
        """See `Dialogs`."""
        dialog = QFileDialog(self._window, tr("Open workflows"), str(folder))
        dialog.setNameFilters([f"{tr('Workflows')} (*{SUFFIX})", f"{tr('All files')} (*)"])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.resize(_OPEN_SIZE.boundedTo(self._window.size()))
        dialog.open()

    def save_file(self, name: str, place: Path, save: Save, cancelled: Callable[[], None]) -> None:
        """See `Dialogs`; one that is shown gives way."""
        from desktop_app.window.save_card import SaveCard

        if self._card is not None:
            self._card.dismiss()
        come_forward(self._window)
        card = self._card = SaveCard(self._window, name, place, self._library)

        def told(problem: str) -> None:
            if self._card is not card:
                return
            if problem:
                card.show_problem(problem)
            else:
                self._end()

        def dismissed() -> None:
            self._card = None
            cancelled()

        card.save_asked.connect(lambda path: save(path, told))
        card.dismissed.connect(dismissed)

    def _end(self) -> None:
        card, self._card = self._card, None
        if card is not None:
            card.end()
            self._window.setFocus()
