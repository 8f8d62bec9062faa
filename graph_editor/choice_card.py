"""A card with a field and a list below it, for choosing a node by a few letters without leaving the keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListView, QWidget

from graph_editor.choice_rows import ChoiceModel, ChoiceRow
from graph_editor.choices import Choice, find
from resources.language import tr
from widgets.boxes import row, words
from widgets.card import FloatCard
from widgets.chip import KeyCap

RADIUS = 10.0
MOST_ROWS = 8
FOOT = 34
PADDING = 6
_EMPTY = 44


class ChoiceField(QLineEdit):
    """Leaves the keys that choose to the list, and tells when the focus goes elsewhere."""

    moved = Signal(int)
    taken = Signal(object)
    tabbed = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give arrows, Enter, Tab and Esc away."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: MOST_ROWS, Qt.Key.Key_PageUp: -MOST_ROWS}
        key = Qt.Key(event.key())
        if key in steps:
            self.moved.emit(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
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


class ChoiceCard(FloatCard):
    """Offers choices. `taken` tells the one chosen and what was held with it, `aimed` the one under the bar, `closed` the end."""

    taken = Signal(object, object)
    aimed = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget, delegate: ChoiceRow, width: int) -> None:
        super().__init__(parent, RADIUS)
        self._width, self._delegate = width, delegate
        self._choices: Sequence[Choice] = ()
        self.field = ChoiceField()
        self.model = ChoiceModel(self)
        self.list = QListView()
        self.nothing = words("", "hint")
        self._make_list()
        self.hide()
        self.field.textChanged.connect(self._find)
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
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(self._on_clicked)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setFixedHeight(_EMPTY)
        self.rows = row(self.list, margins=(PADDING, PADDING, PADDING, PADDING))

    # ------------------------------------------------------------ from outside
    def offer(self, choices: Sequence[Choice]) -> None:
        """Open with these choices and an empty field."""
        self._choices = choices
        self.field.blockSignals(True)
        self.field.clear()
        self.field.blockSignals(False)
        self._find("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_card(self) -> None:
        """Hide it and tell."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def current(self) -> Choice | None:
        """Return the choice under the bar."""
        index = self.list.currentIndex()
        return self.model.at(index.row()).thing if index.isValid() else None

    def card_height(self) -> int:
        """Return the height of the card for what it shows now."""
        rows = min(self.model.rowCount(), MOST_ROWS)
        return self.frame_height() + (rows * self._delegate.height() + 2 * PADDING if rows else _EMPTY)

    def card_width(self) -> int:
        """Return the width of the card, which fits into its parent."""
        parent = self.parentWidget()
        return min(self._width, parent.width() - 8) if parent is not None else self._width

    # ------------------------------------------------------------ for those derived from it
    def frame_height(self) -> int:
        """Return the height of everything but the rows."""
        raise NotImplementedError

    def show_count(self, shown: int, total: int) -> None:
        """Say how many were found."""

    def tab(self) -> None:
        """Tab was pressed."""

    def fit(self) -> None:
        """Be as high as what is shown; the upper edge stays."""
        card = self.card_rect().translated(self.pos())
        card.setSize(card.size().scaled(self.card_width(), self.card_height(), Qt.AspectRatioMode.IgnoreAspectRatio))
        parent = self.parentWidget()
        if parent is not None and card.bottom() > parent.height() - 4:
            card.moveBottom(max(parent.height() - 4, card.height() + 3))
        self.put(card)

    def _find(self, query: str) -> None:
        found = find(query, self._choices)
        self.model.show_found(found)
        self.list.setFixedHeight(min(len(found), MOST_ROWS) * self._delegate.height())
        self.rows.setVisible(bool(found))
        self.nothing.setVisible(not found)
        self.nothing.setText(tr("No node is found by “{query}”.", query=query) if query else tr("No node fits here."))
        self.show_count(len(found), len(self._choices))
        if found:
            self.list.setCurrentIndex(self.model.index(0))
        else:
            self.aimed.emit(None)
        self.list.scrollToTop()
        if self.isVisible():
            self.fit()

    def _move(self, by: int) -> None:
        count = self.model.rowCount()
        if count:
            now = self.list.currentIndex().row()
            to = (now + by) % count if abs(by) == 1 else min(max(now + by, 0), count - 1)
            self.list.setCurrentIndex(self.model.index(to))

    def _take(self, modifiers: Qt.KeyboardModifier) -> None:
        choice = self.current()
        if choice is not None:
            self.taken.emit(choice, modifiers)

    def _on_clicked(self, _index: QModelIndex) -> None:
        self._take(Qt.KeyboardModifier.NoModifier)

    def _on_current(self, index: QModelIndex) -> None:
        if index.isValid():
            self.aimed.emit(self.model.at(index.row()).thing)


def hint(key: str, said: str) -> QWidget:
    """Return a key and what it does, for the foot of a card."""
    return row(KeyCap(key), words(said, "caption"), gap=6)
