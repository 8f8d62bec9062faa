"""The rows of the palette: node types by category, or what was found by a few letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.api.declaration import Declaration
from resources.language import tr
from widgets.boxes import tip
from widgets.node_types import NodeTypes
from widgets.search import described, rank

MIME = "application/x-weft-node-type"
"""What is dragged: the id of a node type, as UTF-8."""
ENTRY = Qt.ItemDataRole.UserRole
"""The role that gives the `Entry` of a row."""
Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: a category with how many it holds, or a node type with the letters of its title that were found."""

    group: str = ""
    count: int = 0
    kind: Declaration | None = None
    places: tuple[int, ...] = ()


class PaletteModel(QAbstractListModel):
    """The rows of the palette: by category, or what was found, the best first."""

    def __init__(self, types: NodeTypes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._types = types
        self._query = ""
        self._folded: set[str] = set()
        self._entries: list[Entry] = []
        types.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Make all rows anew."""
        self.beginResetModel()
        self._entries = list(self._found() if self._query else self._grouped())
        self.endResetModel()

    def search(self, query: str) -> None:
        """Show what is found by these letters; everything for none."""
        self._query = query.strip()
        self.refresh()

    def fold(self, group: str) -> None:
        """Fold a category, or unfold it."""
        self._folded ^= {group}
        self.refresh()

    def is_folded(self, group: str) -> bool:
        """Tell whether a category is folded."""
        return group in self._folded

    def entry(self, at: int) -> Entry:
        """Return the row at a place."""
        return self._entries[at]

    def _grouped(self) -> list[Entry]:
        entries: list[Entry] = []
        for group, kinds in self._types.by_category().items():
            entries.append(Entry(group, len(kinds)))
            if group not in self._folded:
                entries += [Entry(kind=kind) for kind in kinds]
        return entries

    def _found(self) -> list[Entry]:
        return [Entry(kind=hit.thing, places=hit.title_places) for hit in rank(self._query, self._types, described)]

    # ------------------------------------------------------------------ what Qt asks
    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        entry = self._entries[index.row()]
        kind = entry.kind
        if role == ENTRY:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return tr(kind.title) if kind else entry.group
        if role == Qt.ItemDataRole.ToolTipRole and kind:
            return tip(f"{tr(kind.title)}\n{tr(kind.summary)}")
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """See Qt."""
        if not index.isValid() or self._entries[index.row()].kind is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        """See Qt."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """See Qt."""
        data = QMimeData()
        kinds = [kind for index in indexes if (kind := self._entries[index.row()].kind) is not None]
        if kinds:
            data.setData(MIME, kinds[0].type_id.encode())
        return data
