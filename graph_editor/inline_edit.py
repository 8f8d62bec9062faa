"""Editing words where they stand: titles of nodes and frames, and notes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from graph_editor.view import GraphView
from resources.language import tr
from widgets.theme import SEMIBOLD, font, theme

_LEAST_WIDTH, _HEIGHT, _TEXT_INSET = 140, 28, 9
_LEAST_NOTE = QSize(160, 80)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class InlineEdit(QObject):
    """Opens a field over a place of the scene, and gives what was written. There is one at a time; scrolling ends it.

    A title is kept by Enter, and left as it was by Esc. A note is kept by Esc and by Enter with Ctrl, Alt or Meta. Leaving the
    field keeps both. The field lies beside the view, not in it, so that the keys of the canvas do not reach through it.
    """

    def __init__(self, view: GraphView, host: QWidget) -> None:
        super().__init__(view)
        self._view, self._host = view, host
        self.field: QLineEdit | QPlainTextEdit | None = None
        self._before = ""
        self._keep: Callable[[str], object] | None = None
        view.zoom_changed.connect(self._on_moved)
        view.horizontalScrollBar().valueChanged.connect(self._on_moved)
        view.verticalScrollBar().valueChanged.connect(self._on_moved)

    def edit_title(self, place: QRectF, text: str, keep: Callable[[str], object], hint: str = "") -> None:
        """Edit one line over a rectangle of the scene; `keep` gets it when it is another one."""
        self.end(keeps=True)
        field = QLineEdit(text, self._host)
        field.setAccessibleName(tr("Title"))
        field.setPlaceholderText(hint)
        field.setFont(font(theme().size["body"], SEMIBOLD))
        rect = self._seen(place)
        width = max(rect.width(), _LEAST_WIDTH)
        field.setGeometry(rect.left() - _TEXT_INSET, rect.center().y() - _HEIGHT // 2, width, _HEIGHT)
        self._open(field, text, keep)

    def edit_note(self, place: QRectF, text: str, keep: Callable[[str], object]) -> None:
        """Edit a text over a rectangle of the scene."""
        self.end(keeps=True)
        field = QPlainTextEdit(text, self._host)
        field.setAccessibleName(tr("Note"))
        field.setProperty("kind", "note")
        field.setPlaceholderText(tr("What should be known here?"))
        field.setTabChangesFocus(True)
        field.setFont(font(theme().size["small"]))
        rect = self._seen(place)
        rect.setSize(rect.size().expandedTo(_LEAST_NOTE))
        field.setGeometry(rect)
        self._open(field, text, keep)

    def end(self, *, keeps: bool) -> None:
        """Close the field; with `keeps` what was written counts."""
        field, keep = self.field, self._keep
        self.field = self._keep = None
        if field is None or keep is None:
            return
        text = field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()
        had_focus = field.hasFocus()
        field.hide()
        field.deleteLater()
        self._view.hold_hint(self, held=False)
        if had_focus:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        if keeps and text != self._before:
            keep(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """End with the keys that do so, which actions of the window do not get, and when the focus goes elsewhere."""
        if watched is not self.field:
            return False
        if isinstance(event, QKeyEvent) and event.key() in (*_ENTER, Qt.Key.Key_Escape):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            return event.type() == QEvent.Type.KeyPress and self._ends(event)
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() != Qt.FocusReason.PopupFocusReason:
            self.end(keeps=True)
        return False

    def _ends(self, event: QKeyEvent) -> bool:
        """End when Enter or Esc does so; a note keeps plain Enter for a new line."""
        is_note, enters = isinstance(self.field, QPlainTextEdit), event.key() in _ENTER
        if is_note and enters and not event.modifiers() & _HELD:
            return False
        self.end(keeps=is_note or enters)
        return True

    def _seen(self, place: QRectF) -> QRect:
        """Return where a rectangle of the scene is seen on the host."""
        rect = self._view.mapFromScene(place).boundingRect()
        return rect.translated(self._view.mapTo(self._host, QPoint()))

    def _open(self, field: QLineEdit | QPlainTextEdit, before: str, keep: Callable[[str], object]) -> None:
        self.field, self._before, self._keep = field, before, keep
        self._view.hold_hint(self, held=True)
        field.installEventFilter(self)
        field.selectAll()
        field.show()
        field.raise_()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_moved(self) -> None:
        self.end(keeps=True)
