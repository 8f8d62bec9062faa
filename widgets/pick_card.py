"""A card with a field and a list below it, for choosing one thing by a few letters without leaving the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QCursor, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListView, QStyledItemDelegate, QWidget

from widgets.boxes import row, words
from widgets.card import FloatCard
from widgets.chip import KeyCap
from widgets.found_rows import FoundModel
from widgets.search import Found

T = TypeVar("T")

RADIUS, FOOT, PADDING, EMPTY = 10.0, 34, 6, 44
"""Of a card: its corners, the height of its foot, the room around its rows, and the height of what is said without any."""
_PAGE = 8
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _PAGE, Qt.Key.Key_PageUp: -_PAGE}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PickField(QLineEdit):
    """Leaves the keys that choose to the list, and tells when the focus goes elsewhere."""

    moved = Signal(int)
    taken = Signal(object)
    tabbed = Signal()
    left = Signal()

    def event(self, event: QEvent) -> bool:
        """Keep the keys that choose from the actions of the window, whatever is held with them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in (*_STEPS, *_ENTER):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give arrows, Enter, Tab and Esc away."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.moved.emit(_STEPS[key])
        elif key in _ENTER:
            self.taken.emit(event.modifiers())
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.tabbed.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell of it, but not when another window or a menu comes before."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.left.emit()

    def focusNextPrevChild(self, _next: bool) -> bool:
        """Keep Tab."""
        return False


class PickCard(FloatCard, Generic[T]):
    """Offers things. `taken` tells the one chosen and what was held with it, `aimed` the one under the bar, `closed` the end.

    Who derives from it puts `field`, `rows` and `nothing` into `body`. `said` gives the words of a thing for the screen reader.
    """

    taken = Signal(object, object)
    aimed = Signal(object)
    closed = Signal()
    most_rows = 8

    def __init__(self, parent: QWidget, delegate: QStyledItemDelegate, row_height: int, said: Callable[[T], str]) -> None:
        super().__init__(parent, RADIUS)
        self._delegate, self._row_height, self._pointer = delegate, row_height, QPoint()
        self.field = PickField()
        self.model = FoundModel[T](said, self)
        self.list = QListView()
        self.nothing = words("", "hint")
        self._make_list()
        self.hide()
        self.field.textChanged.connect(self.look_for)
        self.field.moved.connect(self._move)
        self.field.taken.connect(self._take)
        self.field.tabbed.connect(self.tab)
        self.field.left.connect(self.close_card)

    def _make_list(self) -> None:
        self._delegate.setParent(self.list)
        self.list.setModel(self.model)
        self.list.setItemDelegate(self._delegate)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.list.entered.connect(self._on_entered)
        self.list.clicked.connect(self._on_clicked)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setFixedHeight(EMPTY)
        self.rows = row(self.list, margins=(PADDING, PADDING, PADDING, PADDING))

    # ------------------------------------------------------------ from outside
    def open_empty(self) -> None:
        """Open with an empty field, which has the focus."""
        self.field.blockSignals(True)
        self.field.clear()
        self.field.blockSignals(False)
        self.look_for("")
        self._pointer = QCursor.pos()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_card(self) -> None:
        """Hide it and tell."""
        if not self.isHidden():
            self.field.clearFocus()  # else hiding moves it on to the next widget, as Tab does
            self.hide()
            self.closed.emit()

    def current(self) -> T | None:
        """Return the thing under the bar."""
        index = self.list.currentIndex()
        return self.model.at(index.row()).thing if index.isValid() else None

    def rows_height(self) -> int:
        """Return the height of the rows, or of what is said without any."""
        count = min(self.model.rowCount(), self.most_rows)
        return count * self._row_height + 2 * PADDING if count else EMPTY

    # ------------------------------------------------------------ for those derived from it
    def look_for(self, query: str) -> None:
        """Find what these letters mean, and give it to `show_found`."""
        raise NotImplementedError

    def fit(self) -> None:
        """Be as high as what is shown."""
        raise NotImplementedError

    def tab(self) -> None:
        """Tab was pressed."""

    def show_found(self, found: Sequence[Found[T]], nothing: str) -> None:
        """Show what was found, the first under the bar; without anything the words for that."""
        self.model.show_found(found)
        self.list.setFixedHeight(min(len(found), self.most_rows) * self._row_height)
        self.rows.setVisible(bool(found))
        self.nothing.setVisible(not found)
        self.nothing.setText(nothing)
        if found:
            self.list.setCurrentIndex(self.model.index(0))
        else:
            self.aimed.emit(None)
        self.list.scrollToTop()
        self.fit()

    def _move(self, by: int) -> None:
        count = self.model.rowCount()
        if count:
            now = self.list.currentIndex().row()
            to = (now + by) % count if abs(by) == 1 else min(max(now + by, 0), count - 1)
            self.list.setCurrentIndex(self.model.index(to))

    def _take(self, modifiers: Qt.KeyboardModifier) -> None:
        thing = self.current()
        if thing is not None:
            self.taken.emit(thing, modifiers)

    def _on_entered(self, index: QModelIndex) -> None:
        """Choose the row that the pointer was moved to, not one that came below it as the list was shown or scrolled."""
        if QCursor.pos() != self._pointer:
            self._pointer = QCursor.pos()
            self.list.setCurrentIndex(index)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.list.setCurrentIndex(index)
        self._take(Qt.KeyboardModifier.NoModifier)

    def _on_current(self, index: QModelIndex) -> None:
        if index.isValid():
            self.aimed.emit(self.model.at(index.row()).thing)


def hint(key: str, said: str) -> QWidget:
    """Return a key and what it does, for the foot of a card."""
    return row(KeyCap(key), words(said, "caption"), gap=6)
