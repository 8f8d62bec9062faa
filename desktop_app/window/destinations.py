"""Ways into documents: to a node or a frame of one, open or not, and to a run of its."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, QTimer

from desktop_app.window.document_canvas import DocumentCanvas
from desktop_app.window.document_pages import DocumentPages
from desktop_app.window.documents import DocumentService
from desktop_app.window.open_document import OpenDocument

Then = Callable[[DocumentCanvas], None]


class Destinations(QObject):
    """Shows a document, opened first where it is not, and a place in it."""

    def __init__(self, documents: DocumentService, pages: DocumentPages, parent: QObject) -> None:
        super().__init__(parent)
        self._documents, self._pages = documents, pages
        self._after: dict[Path, Then] = {}
        documents.opened.connect(self._on_opened)
        documents.failed.connect(self._on_failed)

    def show_node(self, document: OpenDocument | Path, node: str) -> None:
        """Show a node, selected and in the middle."""
        self.show(document, partial(_show_node, node))

    def show_workflow(self, document: OpenDocument | Path) -> None:
        """Show what a workflow says of itself."""
        self.show(document, _show_workflow)

    def show_frame(self, document: OpenDocument | Path, frame: str) -> None:
        """Show a frame, selected."""
        self.show(document, partial(_show_frame, frame))

    def show(self, document: OpenDocument | Path, then: Then) -> None:
        """Show a document, and do something with its canvas when it is there."""
        known = self._documents.find(document) if isinstance(document, Path) else document
        if known is not None:
            self._documents.shown.emit(known)
            self._do(known, then)
        elif isinstance(document, Path):
            self._after[document] = then
            self._documents.open(document)

    def _on_opened(self, document: OpenDocument) -> None:
        path = document.path
        if path is not None and (then := self._after.pop(path, None)) is not None:
            QTimer.singleShot(0, document, partial(self._do, document, then))  # when the view looks at where it was left

    def _on_failed(self, path: Path, _error: object) -> None:
        self._after.pop(path, None)

    def _do(self, document: OpenDocument, then: Then) -> None:
        current, views = self._pages.current(), self._pages.views(document)
        view = current if current in views else next(iter(views), None)
        if view is not None and isinstance(view.canvas, DocumentCanvas):
            view.canvas.editor.setFocus()
            then(view.canvas)


def _show_node(node: str, canvas: DocumentCanvas) -> None:
    if node in canvas.document.graph.nodes:
        canvas.editor.scene.select([node])
        canvas.editor.view.center_on(node)


def _show_workflow(canvas: DocumentCanvas) -> None:
    canvas.editor.scene.select([])
    canvas.editor.open_requested.emit("")


def _show_frame(frame: str, canvas: DocumentCanvas) -> None:
    if (item := canvas.editor.scene.frame_item(frame)) is not None:
        canvas.editor.scene.select((), (), [frame])
        canvas.editor.view.reveal(QRectF(item.area))
