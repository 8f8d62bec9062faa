"""What the editors of lists have in common: rows that come, go and change places, and names for their templates."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from resources.language import tr
from widgets.boxes import fill
from widgets.code.edit import CodeEdit
from widgets.code.names import Names
from widgets.forms.context import FormContext
from widgets.forms.editor import FieldEditor
from widgets.forms.row_list import Row, RowList


class EditRow(Row):
    """A row that is edited; `ended` tells that an edit of it is at its end."""

    ended = Signal()

    def set_names(self, names: Names) -> None:
        """Offer names in templates."""

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """Show problems; their `field` is the path in the row."""

    def texts(self) -> Sequence[CodeEdit]:
        """Return the texts in which names are read."""
        return ()

    def reveal(self, _place: str) -> None:
        """Put the focus to a place in the row."""
        self.enter()


R = TypeVar("R", bound=EditRow)


class ListingEditor(FieldEditor, Generic[R]):
    """Base of the editors whose value is made of rows."""

    GAP = 4

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__(spec, context)
        self._names = Names()
        self.list: RowList[R] = RowList(self._made, self.add_text(), tr(spec.label), self.GAP)
        self.list.add_wanted.connect(self.add)
        self.list.remove_wanted.connect(self._remove)
        self.list.reordered.connect(self.reorder)
        fill(QVBoxLayout(self), [self.list])
        self.setFocusProxy(self.list)

    @abstractmethod
    def new_row(self) -> R:
        """Return an empty row."""

    def add_text(self) -> str:
        """Return what the button to add a row says."""
        return tr("Add")

    def add(self) -> None:
        """Add a row, as a person wants it, with the caret in it."""
        self.list.add().enter()

    def remove(self, row: R) -> None:
        """Take a row away, as a person wants it."""
        self.list.remove(row)
        self.take()

    def reorder(self, _places: Sequence[int]) -> None:
        """Take the rows in the order they have now; `_places` are their old places."""
        self.take()
        self.committed.emit()

    def _made(self) -> R:
        made = self.new_row()
        made.set_names(self._names)
        made.ended.connect(self.committed)
        return made

    def _remove(self, row: R) -> None:
        self.remove(row)
        self.committed.emit()

    def forget(self) -> None:
        """See `FieldEditor`."""
        super().forget()
        self.list.have(0)

    def texts(self) -> Sequence[CodeEdit]:
        """See `FieldEditor`."""
        return [text for row in self.list.rows for text in row.texts()]

    def row_at(self, below: str) -> tuple[R | None, str]:
        """Return the row of a place such as `[1].when`, and the place in it."""
        found = re.match(r"\[(\d+)\]\.?", below)
        if found is None or int(found[1]) >= len(self.list.rows):
            return None, ""
        return self.list.rows[int(found[1])], below[found.end() :]

    def reveal(self, below: str) -> None:
        """See `FieldEditor`."""
        row, place = self.row_at(below)
        row.reveal(place) if row is not None else self.list.focus_first()

    def set_names(self, names: Names) -> None:
        """See `FieldEditor`."""
        self._names = names
        for row in self.list.rows:
            row.set_names(names)
