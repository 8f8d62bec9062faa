"""Windows that the form of a node opens: files are chosen, and secrets stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_app.window.node_context import file_for
from desktop_app.window.open_document import OpenDocument
from engine.api.declaration import FieldSpec
from resources.language import tr

AskSecret = Callable[[Callable[[str | None], None]], None]


class FormDialogs:
    """The dialogs of one document's forms; see `widgets.forms.context.Dialogs`."""

    def __init__(self, window: QWidget, document: OpenDocument, ask_secret: AskSecret) -> None:
        self._window, self._document, self._ask_secret = window, document, ask_secret

    def choose_file(self, field: FieldSpec, current: str, done: Callable[[str | None], None]) -> None:
        """Let a person choose a file; one that lies beside the document is written relative to it."""
        folder = self._document.path.parent if self._document.path else Path.home()
        dialog = QFileDialog(self._window, tr(field.label), str(folder / current if current else folder))
        if field.choices or "write" in field.help.lower():
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda name: done(file_for(self._document.path, Path(name))))
        dialog.rejected.connect(lambda: done(None))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def add_secret(self, done: Callable[[str | None], None]) -> None:
        """Let a person store a new secret."""
        self._ask_secret(done)
