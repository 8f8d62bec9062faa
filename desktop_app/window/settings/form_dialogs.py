"""What the forms of a document open: a window of the desktop to choose a file, and the card that stores a secret."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_app.window.node_context import file_for
from desktop_app.window.settings.settings import Settings
from engine.api.declaration import FieldSpec
from resources.language import tr


class FormDialogs(QObject):
    """Implements `widgets.forms.context.Dialogs` for one document; `path` gives its file, None while it has none."""

    def __init__(
        self, window: QWidget, settings: Settings, path: Callable[[], Path | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._window, self._settings, self._path = window, settings, path

    def choose_file(self, field: FieldSpec, current: str, done: Callable[[str | None], None]) -> None:
        """See `Dialogs`."""
        document = self._path()
        folder = document.parent if document is not None else Path.home()
        shown = folder / current if current and "{{" not in current else folder
        place = shown if shown.is_dir() else shown.parent if shown.parent.is_dir() else folder
        dialog = QFileDialog(self._window, tr("Choose a file for {field}", field=tr(field.label)), str(place))
        if shown.is_file():
            dialog.selectFile(shown.name)
        dialog.fileSelected.connect(lambda name: done(file_for(document, Path(name))))
        dialog.rejected.connect(lambda: done(None))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def add_secret(self, done: Callable[[str | None], None]) -> None:
        """See `Dialogs`."""
        self._settings.ask_secret().ended.connect(lambda name: done(name or None))
