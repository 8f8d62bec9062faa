"""A value as a tree and as a table, read row by row as they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.model.paths import Path
from engine.model.values import Json
from resources.language import tr
from widgets.run.value_text import columns_of
from widgets.theme import font, theme
from widgets.values import brief, syntax_role

Index = QModelIndex | QPersistentModelIndex
BATCH = 200
_CELL = 200


class Branch:
    """One row of the tree: a name, its value, and as many rows below as were looked at."""

    __slots__ = ("_rest", "below", "name", "over", "place", "value")

    def __init__(self, name: str | int, value: Json, over: Branch | None, place: int) -> None:
        self.name, self.value, self.over, self.place = name, value, over, place
        self.below: list[Branch] = []
        self._rest: Iterator[tuple[str | int, Json]] | None = None

    @property
    def size(self) -> int:
        """How many rows there are below."""
        return len(self.value) if isinstance(self.value, dict | list) else 0

    def next_rows(self, count: int) -> list[Branch]:
        """Return the next rows below, which are not yet there."""
        if self._rest is None:
            self._rest = iter(self.value.items()) if isinstance(self.value, dict) else _numbered(self.value)
        start = len(self.below)
        return [Branch(name, value, self, start + at) for at, (name, value) in enumerate(islice(self._rest, count))]


def _numbered(value: Json) -> Iterator[tuple[str | int, Json]]:
    return iter(enumerate(value)) if isinstance(value, list) else iter(())


class TreeModel(QAbstractItemModel):
    """Names and values of a value that holds others."""

    def __init__(self, value: Json, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = Branch("", value, None, 0)
        self._root.below = self._root.next_rows(BATCH)

    def branch(self, index: Index) -> Branch:
        """Return the row of an index, the whole value for none."""
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, Branch) else self._root

    def path(self, index: Index) -> Path:
        """Return where a row is in the value."""
        steps: list[str | int] = []
        at = self.branch(index)
        while at.over is not None:
            steps.append(at.name)
            at = at.over
        return tuple(reversed(steps))

    def index_of(self, path: Path) -> QModelIndex:
        """Return the index of a place in the value; the rows before it are looked at."""
        at, index = self._root, QModelIndex()
        for step in path:
            wanted = step if isinstance(step, int) else list(at.value).index(step) if isinstance(at.value, dict) else 0
            while len(at.below) <= wanted:
                self._fetch(index, wanted + 1 - len(at.below))
            at = at.below[wanted]
            index = self.createIndex(wanted, 0, at)
        return index

    def index(self, row: int, column: int, parent: Index | None = None) -> QModelIndex:
        """See Qt."""
        below = self.branch(parent or QModelIndex()).below
        return self.createIndex(row, column, below[row]) if 0 <= row < len(below) and 0 <= column < 2 else QModelIndex()

    def parent(self, index: Index | None = None) -> QModelIndex:  # type: ignore[override]
        """See Qt."""
        over = self.branch(index).over if index is not None and index.isValid() else None
        return QModelIndex() if over is None or over.over is None else self.createIndex(over.place, 0, over)

    def rowCount(self, parent: Index | None = None) -> int:
        """See Qt."""
        parent = parent or QModelIndex()
        return 0 if parent.column() > 0 else len(self.branch(parent).below)

    def columnCount(self, _parent: Index | None = None) -> int:
        """See Qt."""
        return 2

    def hasChildren(self, parent: Index | None = None) -> bool:
        """See Qt."""
        parent = parent or QModelIndex()
        return parent.column() <= 0 and self.branch(parent).size > 0

    def canFetchMore(self, parent: Index) -> bool:
        """See Qt."""
        branch = self.branch(parent)
        return len(branch.below) < branch.size

    def fetchMore(self, parent: Index) -> None:
        """See Qt."""
        self._fetch(parent, BATCH)

    def _fetch(self, parent: Index, count: int) -> None:
        branch = self.branch(parent)
        new = branch.next_rows(count)
        if new:
            self.beginInsertRows(parent, len(branch.below), len(branch.below) + len(new) - 1)
            branch.below += new
            self.endInsertRows()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        branch = self.branch(index)
        if index.column() == 0:
            if role == Qt.ItemDataRole.DisplayRole:
                return str(branch.name)
            return theme().color("syntax.property") if role == Qt.ItemDataRole.ForegroundRole else None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return brief(branch.value, _CELL).replace("\\n", " ")
            case Qt.ItemDataRole.ForegroundRole:
                return theme().color("text.tertiary" if branch.size or branch.value in ({}, []) else syntax_role(branch.value))
            case Qt.ItemDataRole.FontRole:
                return font(theme().size["code"], mono=True)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return tr("Name") if section == 0 else tr("Value")
        return None


class TableModel(QAbstractTableModel):
    """A list of objects, a column for each key."""

    def __init__(self, rows: Sequence[Json], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = list(rows)
        self.columns = columns_of(self._rows)

    def rowCount(self, _parent: Index | None = None) -> int:
        """See Qt."""
        return len(self._rows)

    def columnCount(self, _parent: Index | None = None) -> int:
        """See Qt."""
        return len(self.columns)

    def cell(self, index: Index) -> Json:
        """Return the value of a cell, None where a row lacks the key."""
        row = self._rows[index.row()]
        return row.get(self.columns[index.column()]) if isinstance(row, dict) else row

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        value = self.cell(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell_text(value)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _side(value)
            case Qt.ItemDataRole.ForegroundRole:
                return theme().color("text.tertiary") if isinstance(value, dict | list) or value is None else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section] if orientation == Qt.Orientation.Horizontal else str(section + 1)
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal and self._rows:
            return _side(self.cell(self.index(0, section)))
        return None


def _side(value: Json) -> Qt.AlignmentFlag:
    """Numbers stand at the right."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return (Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter


def cell_text(value: Json) -> str:
    """Return a value for a cell: text as it is in one line, nothing for none."""
    if isinstance(value, str):
        return " ".join(value[:_CELL].split())
    return "" if value is None else brief(value, _CELL)
