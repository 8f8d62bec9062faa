"""The side page of workflows: all that are known here, found by a few letters, with their last run and their versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.window.deleted_panel import DeletedPanel
from desktop_app.window.documents import DocumentService
from desktop_app.window.library import Library, Listed
from desktop_app.window.library_rows import Index, Row, RowModel, RowView, run_sign
from desktop_app.window.moments import ago
from desktop_app.window.notice import Notice
from desktop_app.window.versions_panel import VersionsPanel
from resources.language import tr
from widgets.boxes import column, fill, line, row
from widgets.empty import EmptyState
from widgets.glyph import Button
from widgets.icons import icon
from widgets.node_types import NodeTypes
from widgets.search import match

_GATHER_MS = 80
_MINUTE_MS = 60_000


class WorkflowModel(RowModel[Listed]):
    """Workflows; one that is renamed in the list is told to `renamed`."""

    renamed: Callable[[Listed, str], None]

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take another name."""
        name = str(value).strip()
        listed = self.things[index.row()]
        if not name or name == listed.name:
            return False
        self.renamed(listed, name)
        return True


class LibraryPanel(QStackedWidget):
    """The workflows, the versions of one, or those that were deleted. `make_new` is what the button of the empty list does."""

    def __init__(self, library: Library, service: DocumentService, types: NodeTypes, make_new: Callable[[], object]) -> None:
        super().__init__()
        self._library, self._service = library, service
        self._all: list[Listed] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search workflows"))
        self.search.setAccessibleName(tr("Search workflows"))
        self.search.setClearButtonEnabled(False)
        self.search.addAction(QAction(icon("search", "text.tertiary"), "", self.search), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._show)
        self.search.installEventFilter(self)
        self.model = WorkflowModel()
        self.model.setParent(self)
        self.model.renamed = self._rename
        self.list = RowView(self.model, tr("Workflows"), self._open)
        self.list.customContextMenuRequested.connect(self.open_menu)
        self.list.installEventFilter(self)
        text = tr("Begin with an empty canvas or an example, or drop a .weft file here.")
        self.empty = EmptyState("workflow", tr("No workflow yet"), text, [(tr("New workflow"), make_new)])
        self.nothing = EmptyState("search", tr("Nothing found"), tr("Try another word, or a part of one."))
        self._lists = QStackedWidget()
        for page in (self.list, self.empty, self.nothing):
            self._lists.addWidget(page)
        first = QWidget()
        self.deleted_button = Button(tr("Recently deleted"), "trash-2", "quiet")
        self.deleted_button.clicked.connect(self._show_deleted)
        self._foot = column(line(subtle=True), row(self.deleted_button, None, margins=(6, 3, 6, 3)))
        self._foot.hide()
        fill(QVBoxLayout(first), [row(self.search, margins=(10, 0, 10, 6)), self._lists, self._foot])
        self.versions = VersionsPanel(library, service, types)
        self.versions.left.connect(self.show_list)
        self.deleted = DeletedPanel(library)
        self.deleted.left.connect(self.show_list)
        for part in (first, self.versions, self.deleted):
            self.addWidget(part)
        self._gather = QTimer(self, interval=_GATHER_MS, singleShot=True)
        self._gather.timeout.connect(self.refresh)
        self._minute = QTimer(self, interval=_MINUTE_MS)
        self._minute.timeout.connect(self._show)
        library.changed.connect(self._gather.start)
        library.removed.connect(self._on_removed)
        self.setFocusProxy(self.search)

    def refresh(self) -> None:
        """Ask for the list anew, as when a run began or ended."""
        if self.isVisible():
            self._library.workflows(self._on_workflows)
            self._library.deleted(self._on_deleted)
            if self.currentWidget() is self.deleted:
                self.deleted.refresh()

    def show_list(self) -> None:
        """Go back to the list."""
        self.setCurrentIndex(0)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_versions(self, workflow: str, name: str, path: str) -> None:
        """Show the versions of a workflow."""
        self.versions.show_workflow(workflow, name, path)
        self.setCurrentWidget(self.versions)

    def _show_deleted(self) -> None:
        self.deleted.refresh()
        self.setCurrentWidget(self.deleted)
        self.deleted.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date when it is seen."""
        super().showEvent(event)
        self._minute.start()
        self._gather.start()

    def hideEvent(self, event: QEvent) -> None:
        """Tell no more how long ago things were."""
        self._minute.stop()
        self._gather.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let keys of the search field work on the list, and keys of the list on what is chosen there."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._search_key(event) if watched is self.search else self._list_key(event)
        return super().eventFilter(watched, event)

    def open_menu(self, at: QPoint) -> None:
        """Show what can be done with a workflow."""
        index = self.list.indexAt(at)
        if not index.isValid():
            return
        listed = self.model.things[index.row()]
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        has_file = bool(listed.path) and not listed.gone
        for text, do, enabled in (
            (tr("Open"), partial(self._open, index), has_file), (tr("Rename"), partial(self._edit_soon, listed), has_file),
            (tr("Duplicate"), partial(self._duplicate, listed), True), (tr("Versions…"), partial(self._versions, listed), True),
            (tr("Show in folder"), partial(self._show_in_folder, listed), has_file),
        ):  # fmt: skip
            menu.addAction(text, do).setEnabled(enabled)
        menu.addSeparator()
        menu.addAction(tr("Delete"), partial(self._delete, listed))
        menu.popup(self.list.viewport().mapToGlobal(at))

    # keys

    def _search_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self.list.currentIndex().isValid() and self.model.rowCount():
                self.list.setCurrentIndex(self.model.index(0))
                if event.key() == Qt.Key.Key_Down:
                    return True
            self.list.keyPressEvent(event)
            return True
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        return False

    def _list_key(self, event: QKeyEvent) -> bool:
        index = self.list.currentIndex()
        if not index.isValid() or event.key() not in (Qt.Key.Key_F2, Qt.Key.Key_Delete):
            return False
        listed = self.model.things[index.row()]
        if event.key() == Qt.Key.Key_Delete:
            self._delete(listed)
        elif listed.path and not listed.gone:
            self.list.edit(index)
        return True

    # what is done

    def _open(self, index: Index) -> None:
        listed = self.model.things[index.row()]
        if listed.path and not listed.gone:
            self._service.open(Path(listed.path))
        else:
            self._versions(listed)

    def _rename(self, listed: Listed, name: str) -> None:
        path = Path(listed.path)
        self._service.rename(path, name, partial(self._library.register, path))

    def _edit_soon(self, listed: Listed) -> None:
        """Edit a name when the menu has given the focus back."""
        QTimer.singleShot(0, self, partial(self._edit, listed.id))

    def _edit(self, workflow: str) -> None:
        place = next((place for place, listed in enumerate(self.model.things) if listed.id == workflow), None)
        if place is not None:
            self.list.setFocus(Qt.FocusReason.PopupFocusReason)
            self.list.edit(self.model.index(place))

    def _duplicate(self, listed: Listed) -> None:
        self._library.duplicate(listed, tr("{name} (copy)", name=listed.name))

    def _versions(self, listed: Listed) -> None:
        self.show_versions(listed.id, listed.name, listed.path)

    def _delete(self, listed: Listed) -> None:
        document = self._service.find(Path(listed.path)) if listed.path else None
        if document is None:
            self._library.delete(listed)
        else:
            self._service.close(document, lambda closed: self._library.delete(listed) if closed else None)

    def _on_removed(self, listed: Listed) -> None:
        text = tr("{name} was deleted.", name=listed.name)
        if listed.path and not self._service.is_in_library(Path(listed.path)):
            text = tr("{name} was taken off the list; its file stays.", name=listed.name)
        undo = (tr("Undo"), partial(self._library.undelete, listed))
        self._service.noticed.emit(Notice(text, "info", undo, partial(self._library.can_undelete, listed)))

    def _show_in_folder(self, listed: Listed) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(listed.path).parent)))

    # what is shown

    def _on_deleted(self, found: list[Listed]) -> None:
        self._foot.setVisible(bool(found))
        self.deleted_button.setText(tr("Recently deleted ({count})", count=len(found)))

    def _on_workflows(self, found: list[Listed]) -> None:
        self._all = found
        self._show()

    def _show(self) -> None:
        if self.list.state() == QAbstractItemView.State.EditingState:
            return
        query = self.search.text().strip()
        chosen = self._chosen()
        found = [(listed, match(query, listed.name)) for listed in self._all]
        hits = [(listed, hit) for listed, hit in found if hit is not None]
        if query:
            hits.sort(key=lambda pair: -pair[1].score)
        several = {name for name, count in Counter(listed.name for listed in self._all).items() if count > 1}
        rows = [_row(listed, hit.places, tells_file=listed.name in several) for listed, hit in hits]
        self.model.show_rows([listed for listed, _ in hits], rows)
        self._lists.setCurrentWidget(self.list if hits else self.nothing if self._all else self.empty)
        place = next((place for place, (listed, _) in enumerate(hits) if listed.id == chosen), None)
        if place is not None:
            self.list.setCurrentIndex(self.model.index(place))

    def _chosen(self) -> str:
        index = self.list.currentIndex()
        return self.model.things[index.row()].id if index.isValid() else ""


def _row(listed: Listed, places: tuple[int, ...], *, tells_file: bool) -> Row:
    sign, role = run_sign(listed.run_status)
    if listed.gone:
        detail = tr("File not found")
    elif listed.ran:
        detail = tr("Ran {ago}", ago=ago(listed.ran))
    else:
        detail = tr("Not run yet")
    if tells_file and listed.path:
        detail = f"{Path(listed.path).name} · {detail}"
    return Row(listed.name, detail, sign, role, _status_words(listed.status), places, is_alarming=listed.gone, tip=listed.path)


def _status_words(status: str) -> str:
    """Return what is said of a status; nothing of a draft, which most are."""
    return tr("Active") if status == "active" else tr("Archived") if status == "archived" else ""
