"""Editing words where they stand: titles of nodes and frames, and notes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from graph_editor.view import GraphView
from resources.language import tr
from widgets.theme import SEMIBOLD, font, theme

_LEAST_WIDTH, _HEIGHT, _TEXT_INSET = 140, 28, 9
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TitleField(QLineEdit):
    """A line over the canvas. Enter and leaving it keep what was written, Esc does not."""

    done = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Title"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End with Enter or Esc."""
        if event.key() in _ENTER:
            self.done.emit(True)
        elif event.key() == Qt.Key.Key_Escape:
            self.done.emit(False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep what was written."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.done.emit(True)


class NoteField(QPlainTextEdit):
    """A text over the canvas. Leaving it or Ctrl+Enter keep what was written, Esc does not."""

    done = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Note"))
        self.setProperty("kind", "note")
        self.setPlaceholderText(tr("What should be known here?"))
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End with Ctrl+Enter or Esc."""
        if event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.done.emit(True)
        elif event.key() == Qt.Key.Key_Escape:
            self.done.emit(False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep what was written."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.done.emit(True)


class InlineEdit(QObject):
    """Opens a field over a place of the scene, and gives what was written. There is one at a time; scrolling ends it."""

    def __init__(self, view: GraphView) -> None:
        super().__init__(view)
        self._view = view
        self.field: TitleField | NoteField | None = None
        self._keep: Callable[[str], object] | None = None
        view.zoom_changed.connect(self._on_moved)
        view.horizontalScrollBar().valueChanged.connect(self._on_moved)
        view.verticalScrollBar().valueChanged.connect(self._on_moved)

    def edit_title(self, place: QRectF, text: str, keep: Callable[[str], object], hint: str = "") -> None:
        """Edit one line over a rectangle of the scene; `keep` gets it when it is another one."""
        field = TitleField(self._view)
        field.setText(text)
        field.setPlaceholderText(hint)
        field.selectAll()
        field.setFont(self._face())
        rect = self._view.mapFromScene(place).boundingRect()
        width = max(rect.width(), _LEAST_WIDTH)
        field.setGeometry(rect.left() - _TEXT_INSET, rect.center().y() - _HEIGHT // 2, width, _HEIGHT)
        self._open(field, text, keep)

    def edit_note(self, place: QRectF, text: str, keep: Callable[[str], object]) -> None:
        """Edit a text over a rectangle of the scene."""
        field = NoteField(self._view)
        field.setPlainText(text)
        field.selectAll()
        field.setFont(font(theme().size["small"]))
        rect = self._view.mapFromScene(place).boundingRect()
        field.setGeometry(rect.left(), rect.top(), max(rect.width(), 160), max(rect.height(), 80))
        self._open(field, text, keep)

    def end(self, *, keeps: bool) -> None:
        """Close the field; with `keeps` what was written counts."""
        field, keep = self.field, self._keep
        self.field = self._keep = None
        if field is None or keep is None:
            return
        before = field.property("before")
        text = field.toPlainText() if isinstance(field, NoteField) else field.text()
        had_focus = field.hasFocus()
        field.hide()
        field.deleteLater()
        if had_focus:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        if keeps and text != before:
            keep(text)

    def _face(self) -> QFont:
        return font(theme().size["body"], SEMIBOLD)

    def _open(self, field: TitleField | NoteField, before: str, keep: Callable[[str], object]) -> None:
        self.end(keeps=True)
        self.field, self._keep = field, keep
        field.setProperty("before", before)
        field.done.connect(self._on_done)
        field.show()
        field.raise_()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_done(self, keeps: bool) -> None:
        self.end(keeps=keeps)

    def _on_moved(self) -> None:
        self.end(keeps=True)
