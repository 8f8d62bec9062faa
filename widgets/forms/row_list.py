"""Rows of an editor that can be added, taken away and put in another order, by mouse and by keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from resources.language import tr
from widgets.boxes import fill, row
from widgets.glyph import Button, Glyph, IconButton
from widgets.theme import theme


class Row(QWidget):
    """One row. `removed` and `moved` (by a number of places) tell what a person wants.

    `first` is where its edit begins. It is no focus proxy: Qt takes Tab to the proxies of what was made last, and so in circles.
    """

    first: QWidget

    removed = Signal()
    moved = Signal(int)
    dropped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.bin = IconButton("x", tr("Remove"), 12, side=22)
        self.bin.setFixedHeight(theme().metric["field"])
        self.bin.clicked.connect(self.removed)

    def enter(self) -> None:
        """Put the focus into the row."""
        self.first.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move it with Alt and an arrow key."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.moved.emit(step)
            self.dropped.emit()
        else:
            super().keyPressEvent(event)


class Grip(Glyph):
    """Where a row is taken hold of."""

    def __init__(self, held: Row) -> None:
        super().__init__("grip-vertical", "text.tertiary", 14)
        self._held = held
        self._from: QPoint | None = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip(tr("Drag, or Alt and an arrow key, to change the order"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.globalPosition().toPoint()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go one place on when the pointer is past the middle of the next row."""
        if self._from is None:
            return
        now = event.globalPosition().toPoint()
        way = now.y() - self._from.y()
        if abs(way) > self._held.height() * 0.6:
            step = 1 if way > 0 else -1
            self._from = now
            self._held.moved.emit(step)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._from = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._held.dropped.emit()


R = TypeVar("R", bound=Row)


class RowList(QWidget, Generic[R]):
    """Rows below each other, each made by `new_row`, with a button to add one. `name` is what the rows are for.

    Signals:
        add_wanted, remove_wanted: a person wants another row, or one gone.
        reordered: the old places in their new order.
    """

    add_wanted = Signal()
    remove_wanted = Signal(object)
    reordered = Signal(object)

    def __init__(self, new_row: Callable[[], R], add_text: str, name: str, gap: int = 4) -> None:
        super().__init__()
        self.rows: list[R] = []
        self._new_row = new_row
        self._before: list[R] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(gap)
        self.add_button = Button(add_text, "plus", "link")
        self.add_button.setAccessibleName(f"{name}: {add_text}")
        self.add_button.clicked.connect(self.add_wanted)
        self.setFocusProxy(self.add_button)
        fill(QVBoxLayout(self), [self._column, row(self.add_button, None, height=22)], gap=gap)

    def add(self) -> R:
        """Put a new row at the end."""
        new = self._new_row()
        self.rows.append(new)
        self._column.addWidget(new)
        new.removed.connect(self._on_removed)
        new.moved.connect(self._on_moved)
        new.dropped.connect(self._on_dropped)
        self._order_tabs(new)
        return new

    def have(self, count: int) -> list[R]:
        """Return this many rows: the first ones there are, and new ones."""
        for old in self.rows[count:]:
            self.remove(old)
        while len(self.rows) < count:
            self.add()
        return self.rows

    def remove(self, old: R) -> None:
        """Take a row away; the focus goes to the next one."""
        place = self.rows.index(old)
        had_focus = old.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self.rows.remove(old)
        self._column.removeWidget(old)
        old.hide()
        old.deleteLater()
        if had_focus:
            self.rows[min(place, len(self.rows) - 1)].enter() if self.rows else self.add_button.setFocus()

    def focus_first(self) -> None:
        """Put the focus into the first row, to the button where there is none."""
        self.rows[0].enter() if self.rows else self.add_button.setFocus()

    def _order_tabs(self, one: R) -> None:
        """Let Tab go through a row before it goes to the button below: Qt puts what was made last behind all of the window."""
        for part in one.findChildren(QWidget):
            before: QWidget | None = self.add_button.previousInFocusChain()
            while before is not None and before is not self.add_button and not _takes_focus(before):
                before = before.previousInFocusChain()
            if before is not None and before is not part and _takes_focus(part) and before.window() is part.window():
                QWidget.setTabOrder(before, part)

    def _sender(self) -> R | None:
        sender: QObject | None = self.sender()
        return next((one for one in self.rows if one is sender), None)

    def _on_removed(self) -> None:
        if (one := self._sender()) is not None:
            self.remove_wanted.emit(one)

    def _on_moved(self, step: int) -> None:
        one = self._sender()
        if one is None:
            return
        place = self.rows.index(one)
        if not 0 <= place + step < len(self.rows):
            return
        self._before = self._before or list(self.rows)
        self.rows.insert(place + step, self.rows.pop(place))
        self._column.removeWidget(one)
        self._column.insertWidget(place + step, one)
        for each in self.rows:
            self._order_tabs(each)

    def _on_dropped(self) -> None:
        before, self._before = self._before, []
        if before and before != self.rows:
            self.reordered.emit([before.index(one) for one in self.rows])

    def changeEvent(self, event: QEvent) -> None:
        """Hide what cannot be used."""
        if event.type() == QEvent.Type.EnabledChange:
            self.add_button.setVisible(self.isEnabled())
        super().changeEvent(event)


def _takes_focus(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
