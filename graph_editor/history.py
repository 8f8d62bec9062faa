"""How far back and forth one can go. In place of QUndoStack, whose commands Python may free before the stack does."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class History(QObject):
    """Counts edits: how many there are, how many of them are done, and with how many the document was saved.

    It has the names of QUndoStack. Who holds the edits follows `indexChanged`.
    """

    indexChanged = Signal(int)
    cleanChanged = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts: list[str] = []
        self._index = 0
        self._clean: int | None = 0

    def count(self) -> int:
        """Return how many edits there are, those that were taken back included."""
        return len(self._texts)

    def index(self) -> int:
        """Return how many edits are done."""
        return self._index

    def text(self, index: int) -> str:
        """Return what an edit is called; empty when there is none."""
        return self._texts[index] if 0 <= index < len(self._texts) else ""

    def undoText(self) -> str:
        """Return what would be taken back."""
        return self.text(self._index - 1)

    def redoText(self) -> str:
        """Return what would be done again."""
        return self.text(self._index)

    def canUndo(self) -> bool:
        """Tell whether something can be taken back."""
        return self._index > 0

    def canRedo(self) -> bool:
        """Tell whether something that was taken back can be done again."""
        return self._index < len(self._texts)

    def isClean(self) -> bool:
        """Tell whether the document is as it was saved."""
        return self._index == self._clean

    def push(self, text: str) -> None:
        """An edit was done; those that were taken back cannot be done again."""
        if self._clean is not None and self._clean > self._index:
            self._clean = None
        self._set(self._index + 1, self._clean, [*self._texts[: self._index], text])

    def drop(self) -> None:
        """Forget the last edit, which was taken back by hand; none can be done again."""
        self._set(self._index - 1, self._clean, self._texts[: self._index - 1])

    def undo(self) -> None:
        """Take the last edit back."""
        if self.canUndo():
            self._set(self._index - 1, self._clean, self._texts)

    def redo(self) -> None:
        """Do the edit again that was taken back last."""
        if self.canRedo():
            self._set(self._index + 1, self._clean, self._texts)

    def setClean(self) -> None:
        """Take the document as it is now for the saved one."""
        self._set(self._index, self._index, self._texts)

    def resetClean(self) -> None:
        """Take the document for one that is not saved, whatever is taken back."""
        self._set(self._index, None, self._texts)

    def _set(self, index: int, clean: int | None, texts: list[str]) -> None:
        before = self._index, self.isClean()
        self._index, self._clean, self._texts = index, clean, texts
        if index != before[0]:
            self.indexChanged.emit(index)
        if self.isClean() != before[1]:
            self.cleanChanged.emit(self.isClean())
