"""The clipboard: what is copied is the document's own text, so that it can be pasted into a chat and back."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from engine.model.graph import Graph
from graph_editor.fragments import as_text

MIME = "application/x-weft+yaml"


def put(part: Graph) -> None:
    """Put a part of a document on the clipboard, as plain text and as what it is."""
    text = as_text(part)
    data = QMimeData()
    data.setText(text)
    data.setData(MIME, text.encode())
    QGuiApplication.clipboard().setMimeData(data)


def text() -> str:
    """Return the text on the clipboard; empty when there is none."""
    data = QGuiApplication.clipboard().mimeData()
    if data.hasFormat(MIME):
        return bytes(data.data(MIME).data()).decode("utf-8", "replace")
    return data.text() if data.hasText() else ""
