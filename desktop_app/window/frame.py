"""The window itself: shown at once with a skeleton in it, filled by `MainWindow` right after that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QWidget

if TYPE_CHECKING:
    from desktop_app.window.drop_cover import DropCover

SUFFIX = ".weft"


class Frame(QMainWindow):
    """A window that tells what happens to it.

    `painted` tells, once, that it has been seen; `resized` that its parts have to be put anew; `dropped` the path of a workflow
    file. `may_close` is asked before it closes; who says no closes it later. `closed` tells that it does.
    """

    painted = Signal()
    resized = Signal()
    dropped = Signal(object)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.may_close: Callable[[], bool] = _yes
        self._was_painted = False
        self._drop_cover: DropCover | None = None
        self.setWindowTitle("Weft")
        self.setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first time, when it is done."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell of it."""
        super().resizeEvent(event)
        self.resized.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go when nobody minds."""
        if self.may_close():
            self.closed.emit()
            event.accept()
        else:
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take workflow files, and say so."""
        if paths := _workflows(event):
            event.acceptProposedAction()
            self._cover_for_drop().show_files(paths)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went elsewhere."""
        self._cover_for_drop().hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell which ones were dropped."""
        self._cover_for_drop().hide()
        for path in _workflows(event):
            self.dropped.emit(path)
        event.acceptProposedAction()

    def _cover_for_drop(self) -> DropCover:
        from desktop_app.window.drop_cover import DropCover  # the window is painted before it is imported

        if self._drop_cover is None:
            self._drop_cover = DropCover(self)
        return self._drop_cover


def come_forward(window: QWidget) -> None:
    """Bring a window to the front that has something to ask, as when a workflow in a window of its own lies over it."""
    if not window.isActiveWindow():
        window.raise_()
        window.activateWindow()


def _workflows(event: QDropEvent) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() == SUFFIX]


def _yes() -> bool:
    return True
