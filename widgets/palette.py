"""The palette: all node types by category, found by a few letters, dragged or chosen onto the canvas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QDrag, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListView, QStackedLayout, QVBoxLayout, QWidget

from engine.api.declaration import Declaration
from resources.language import tr
from widgets.boxes import fill, row
from widgets.empty import EmptyState
from widgets.icons import icon
from widgets.node_types import NodeTypes
from widgets.palette_model import Index, PaletteModel
from widgets.palette_rows import RowPainter, drag_picture

_HELD = QPoint(24, 22)
"""Where a dragged node is held, from its corner."""


class _List(QListView):
    taken = Signal(str)

    def __init__(self, model: PaletteModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setItemDelegate(RowPainter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Node types"))
        self.doubleClicked.connect(self._take)

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Carry a node type."""
        kind = self._kind(self.currentIndex())
        if kind is None:
            return
        drag = QDrag(self)
        drag.setMimeData(self._model.mimeData([self.currentIndex()]))
        picture = drag_picture(kind, self.devicePixelRatioF())
        drag.setPixmap(picture)
        drag.setHotSpot(_HELD)
        drag.exec(Qt.DropAction.CopyAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Fold or unfold a category by a click."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            entry = self._model.entry(index.row())
            if entry.kind is None:
                self._model.fold(entry.group)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the chosen type with Enter, fold with the arrow keys; letters go to the search."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.go(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Leave letters to the search field."""

    def go(self, step: int) -> None:
        """Choose the next or the one before, over the heads of categories."""
        at = self.currentIndex().row() + step
        while 0 <= at < self._model.rowCount() and self._model.entry(at).kind is None:
            at += step
        if 0 <= at < self._model.rowCount():
            self.setCurrentIndex(self._model.index(at))

    def take_current(self) -> None:
        """Take the chosen type, the first one when none is chosen."""
        if self._kind(self.currentIndex()) is None:
            self.go(1)
        self._take(self.currentIndex())

    def _kind(self, index: Index) -> Declaration | None:
        return self._model.entry(index.row()).kind if index.isValid() else None

    def _take(self, index: Index) -> None:
        kind = self._kind(index)
        if kind is not None:
            self.taken.emit(kind.type_id)


class Palette(QWidget):
    """All node types.

    Signals:
        chosen: the id of a type, by Enter or a double click; it is to be added to the canvas.
    """

    chosen = Signal(str)

    def __init__(self, types: NodeTypes) -> None:
        super().__init__()
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search nodes"))
        self.search.setAccessibleName(tr("Search nodes"))
        self.search.addAction(QAction(icon("search", "text.tertiary"), "", self.search), QLineEdit.ActionPosition.LeadingPosition)
        self._clear = QAction(icon("x", "text.tertiary"), tr("Clear"), self.search)
        self._clear.triggered.connect(self.search.clear)
        self.search.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setVisible(False)
        self.search.installEventFilter(self)
        self.model = PaletteModel(types, self)
        self.list = _List(self.model)
        self.list.taken.connect(self.chosen)
        self._empty = EmptyState(
            "search", tr("Nothing found"), tr("Try another word, or a part of one."), ((tr("Show all nodes"), self.search.clear),)
        )
        self._stack = QStackedLayout()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._empty)
        self.search.textChanged.connect(self._find)
        self.setFocusProxy(self.search)
        fill(QVBoxLayout(self), [row(self.search, margins=(10, 0, 10, 6)), self._stack])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys and Enter in the search field work on the list; Escape empties the field first."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self.list.go(1 if key == Qt.Key.Key_Down else -1)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.list.take_current()
                return True
            if key == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def _find(self, query: str) -> None:
        self._clear.setVisible(bool(query))
        self.model.search(query)
        self._stack.setCurrentWidget(self.list if self.model.rowCount() else self._empty)
        if query.strip():
            self.list.go(1)
