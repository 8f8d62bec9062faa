"""The workflows that were thrown away: brought back, or removed for good."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.window.library import Library, Listed
from desktop_app.window.library_rows import Index, Row, RowModel, RowView
from desktop_app.window.moments import ago
from resources.language import tr
from widgets.boxes import fill, line, row, words
from widgets.empty import EmptyState
from widgets.glyph import Button, IconButton


class DeletedPanel(QWidget):
    """Lists what was deleted, the last one first. `left` tells that a person goes back to the workflows."""

    left = Signal()

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self.back_button = IconButton("arrow-left", tr("All workflows"), 16, side=26)
        self.back_button.clicked.connect(self.left)
        self.model: RowModel[Listed] = RowModel()
        self.model.setParent(self)
        self.list = RowView(self.model, tr("Recently deleted"), self._restore_at)
        self.list.selectionModel().selectionChanged.connect(self._on_selection)
        self.empty = EmptyState("trash-2", tr("Nothing was deleted"), tr("What you delete can be brought back here for 30 days."))
        self.warning = words("", "warning", wrap=True)
        self.remove_button, self.restore_button = Button(tr("Delete for good"), kind="quiet"), Button(tr("Restore"), "rotate-ccw")
        self.sure_button, self.keep_button = Button(tr("Delete for good"), kind="danger"), Button(tr("Cancel"), kind="quiet")
        self.restore_button.clicked.connect(self._restore)
        self.remove_button.clicked.connect(self._ask)
        self.sure_button.clicked.connect(self._remove)
        self.keep_button.clicked.connect(self._on_selection)
        head = row(self.back_button, words(tr("Recently deleted"), "control"), None, gap=6, margins=(8, 0, 10, 0), height=36)
        self._question = row(self.warning, margins=(14, 8, 14, 0))
        buttons = (self.remove_button, self.keep_button, None, self.sure_button, self.restore_button)
        foot = row(*buttons, gap=4, margins=(8, 0, 10, 0), height=44)
        fill(QVBoxLayout(self), [head, self.list, self.empty, line(), self._question, foot])
        self._on_selection()

    def refresh(self) -> None:
        """Ask for the list anew."""
        self._library.deleted(self._on_deleted)

    def _on_deleted(self, found: list[Listed]) -> None:
        had_focus = self.list.hasFocus()
        self.model.show_rows(found, [_row(listed) for listed in found])
        if found and self._chosen() is None:
            self.list.setCurrentIndex(self.model.index(0))
        elif had_focus and not found:
            self.back_button.setFocus()
        self.list.setVisible(bool(found))
        self.empty.setVisible(not found)
        self._on_selection()

    def _chosen(self) -> Listed | None:
        index = self.list.currentIndex()
        return self.model.things[index.row()] if index.isValid() else None

    def _on_selection(self) -> None:
        chosen = self._chosen() is not None
        for button, is_shown in (
            (self.remove_button, True), (self.restore_button, True), (self.sure_button, False), (self.keep_button, False),
        ):  # fmt: skip
            button.setVisible(is_shown)
            button.setEnabled(chosen or not is_shown)
        self._question.hide()

    def _restore_at(self, index: Index) -> None:
        self._library.undelete(self.model.things[index.row()])
        self.left.emit()

    def _restore(self) -> None:
        self._restore_at(self.list.currentIndex())

    def _ask(self) -> None:
        """Ask once more before something goes that nothing brings back."""
        if (listed := self._chosen()) is not None:
            self.warning.setText(tr("{name} and all of its versions go for good.", name=listed.name))
            for button in (self.remove_button, self.restore_button):
                button.hide()
            for part in (self._question, self.sure_button, self.keep_button):
                part.show()
            self.keep_button.setFocus()

    def _remove(self) -> None:
        if (listed := self._chosen()) is not None:
            self._library.purge(listed)


def _row(listed: Listed) -> Row:
    when = tr("Deleted {ago}", ago=ago(listed.deleted))
    return Row(listed.name, f"{Path(listed.path).name} · {when}" if listed.path else when, "trash-2", tip=listed.path)
