"""Windows that the form of a node opens: files are chosen, and secrets stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_app.window.node_context import file_for
from engine.api.declaration import FieldSpec
from resources.language import tr

AskSecret = Callable[[Callable[[str | None], None]], None]


class FormDialogs:
    """The dialogs of one document's forms; see `widgets.forms.context.Dialogs`. `path` gives its file, None without one."""

    def __init__(self, window: QWidget, path: Callable[[], Path | None], ask_secret: AskSecret) -> None:
        self._window, self._path, self._ask_secret = window, path, ask_secret

    def choose_file(self, field: FieldSpec, current: str, done: Callable[[str | None], None]) -> None:
        """Let a person choose a file; one that is read and lies beside the document is written relative to it.

        What a relative path of a written file starts from is not the document, so that one is told whole.
        """
        document = self._path()
        folder = document.parent if document is not None else Path.home()
        dialog = QFileDialog(self._window, tr("Choose a file for {field}", field=tr(field.label)), str(folder))
        if field.writes:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # the node knows what to do with a file that is there
        if current and "{{" not in current and (folder / current).parent.is_dir():
            dialog.selectFile(str(folder / current))
        relative_to = None if field.writes else document
        dialog.fileSelected.connect(lambda name: done(file_for(relative_to, Path(name))))
        dialog.rejected.connect(lambda: done(None))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def add_secret(self, done: Callable[[str | None], None]) -> None:
        """Let a person store a new secret."""
        self._ask_secret(done)
