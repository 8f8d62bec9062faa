"""A value to look at: text, or a tree of what a list or object holds, with a button to copy all of it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.model.values import Json
from resources.language import tr
from widgets.boxes import fill, row, tip, words
from widgets.code.edit import CodeEdit, Style
from widgets.glyph import Button, IconButton, PortMark
from widgets.theme import font, theme
from widgets.values import as_text, brief, syntax_role, type_of

CUT, MOST = 2_000, 1_000_000
"""Letters of a text that are shown at first, and at most."""
_CHILDREN, _PIECE = 200, 2_000
_ROW, _MOST_ROWS = 22, 12
_VALUE = Qt.ItemDataRole.UserRole
_ROLE = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


class _Held:
    """Keeps a value as it is: Qt would copy lists and objects into its own, and large whole numbers do not fit there."""

    def __init__(self, value: Json, start: int | None = None) -> None:
        self.value, self.start = value, start


class _Delegate(QStyledItemDelegate):
    """Writes keys and values in the colours of code."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.font = font(11, mono=True)
        role = index.data(_ROLE) or "syntax.plain"
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
            for name in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
                option.palette.setColor(group, name, theme().color(role))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), _ROW)


class ValueTree(QTreeWidget):
    """What a list or object holds, opened level by level; long ones in pieces of 200."""

    def __init__(self, value: Json) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setUniformRowHeights(True)
        self.setItemDelegate(_Delegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setStretchLastSection(True)
        self.setAccessibleName(tr("Value"))
        self.itemExpanded.connect(self._open)
        self.itemCollapsed.connect(self._fit)
        self.itemClicked.connect(self._more)
        self._add(self.invisibleRootItem(), value, 0)
        self._fit()

    def _add(self, above: QTreeWidgetItem, value: Json, start: int) -> None:
        if isinstance(value, dict):
            pairs = list(value.items())[start : start + _CHILDREN]
        else:
            pairs = [(str(start + at), item) for at, item in enumerate(_items(value)[start : start + _CHILDREN])]
        for key, item in pairs:
            child = QTreeWidgetItem(above, [key, brief(item, 80)])
            child.setData(0, _VALUE, _Held(item))
            child.setData(0, _ROLE, "syntax.property")
            child.setData(1, _ROLE, "text.tertiary" if isinstance(item, dict | list) else syntax_role(item))
            if isinstance(item, dict | list) and item:
                child.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
            if isinstance(item, str):
                child.setToolTip(1, tip(item[:CUT]))
        left = len(_items(value)) - start - _CHILDREN
        if left > 0:
            more = QTreeWidgetItem(above, ["…", tr("{count} more", count=f"{left:,}")])
            more.setData(1, _ROLE, "accent.text")
            more.setData(0, _VALUE, _Held(value, start + _CHILDREN))

    def _open(self, item: QTreeWidgetItem) -> None:
        if item.childCount() == 0:
            self._add(item, _held(item).value, 0)
        self._fit()

    def _more(self, item: QTreeWidgetItem) -> None:
        held = _held(item)
        if held.start is not None:
            above = item.parent() or self.invisibleRootItem()
            above.removeChild(item)
            self._add(above, held.value, held.start)
            self._fit()

    def _fit(self) -> None:
        rows = _open_rows(self.invisibleRootItem())
        self.setFixedHeight(min(max(rows, 1), _MOST_ROWS) * _ROW + 2)


class NamedValue(QWidget):
    """A value under its name, with its type, how large it is, and a button to copy it."""

    def __init__(self, name: str, value: Json) -> None:
        super().__init__()
        self._value = value
        self._copy = IconButton("copy", tr("Copy"), 13, side=20)
        self._copy.clicked.connect(self.copy)
        told = "" if isinstance(value, int | float | None) else _size(value)
        head = row(PortMark(type_of(value)), words(name, "mono"), None, words(told, "caption"), self._copy, gap=6, height=22)
        self._column = QVBoxLayout(self)
        fill(self._column, [head], gap=2)
        self._all: Button | None = None
        if isinstance(value, dict | list) and value:
            self.tree = ValueTree(value)
            frame = row(self.tree, margins=(4, 2, 2, 2), kind="field")
            self._column.addWidget(frame)
        else:
            self._show_text(as_text(value))

    def copy(self) -> None:
        """Copy the value, text as it is and data as JSON."""
        QGuiApplication.clipboard().setText(as_text(self._value))

    def _show_text(self, text: str) -> None:
        self.text = CodeEdit(Style(lines=(1, 10), size=11, language="text"))
        self.text.setReadOnly(True)
        self.text.setPlainText(_in_pieces(text[:CUT]))
        self.text.setPlaceholderText(tr("Empty text"))
        self._column.addWidget(self.text)
        if len(text) > CUT:
            self._all = Button(tr("Show all"), kind="link")
            self._all.clicked.connect(self._show_all)
            self._column.addWidget(row(words(tr("{count} letters", count=f"{len(text):,}"), "caption"), None, self._all, gap=8))

    def _show_all(self) -> None:
        text = as_text(self._value)
        self.text.setPlainText(_in_pieces(text[:MOST]))
        if self._all is not None:
            self._all.setEnabled(False)
            self._all.setText(
                tr("The first {count} are shown", count=f"{MOST:,}") if len(text) > MOST else tr("All of it is shown")
            )


def _held(item: QTreeWidgetItem) -> _Held:
    held = item.data(0, _VALUE)
    return held if isinstance(held, _Held) else _Held(None)


def _items(value: Json) -> list[Json]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _open_rows(item: QTreeWidgetItem) -> int:
    rows = 0
    for at in range(item.childCount()):
        child = item.child(at)
        if child is not None:
            rows += 1 + (_open_rows(child) if child.isExpanded() else 0)
    return rows


def _in_pieces(text: str) -> str:
    """Return a text with breaks in very long lines, which Qt lays out too slowly; what is copied has none."""
    if len(text) <= _PIECE:
        return text
    pieces = (line[at : at + _PIECE] for line in text.split("\n") for at in range(0, max(len(line), 1), _PIECE))
    return "\n".join(pieces)


def _size(value: Json) -> str:
    if isinstance(value, str):
        return tr("{count} letters", count=f"{len(value):,}") if len(value) > 80 else ""
    return brief(value) if isinstance(value, dict | list) else ""
