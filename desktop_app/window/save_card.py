"""Where to save a workflow: a card over the window with the name and the folders of this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRect, QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from desktop_app.window.aside import Aside
from desktop_app.window.files import SUFFIX
from engine.model.issues import WeftError
from resources.language import tr
from widgets.boxes import column, line, row, tip, words
from widgets.card import ENDING, SHADOW, FloatCard
from widgets.elided import Elided
from widgets.glyph import Button, IconButton
from widgets.icons import icon
from widgets.theme import theme

_WIDTH, _HEIGHT, _PLACES, _LABEL = 620, 460, 150, 64
_MOST = 1000
"""Entries of a folder that are listed."""
_PATH = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in a folder and is not hidden: folders, and workflows. `problem` says why nothing can be saved there."""

    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    problem: str = ""


def listing(folder: Path) -> Listing:
    """Look into a folder. A slow disk takes a while: call it in a thread."""
    folders, files = list[str](), list[str]()
    try:
        with os.scandir(folder) as found:
            for number, entry in enumerate(found):
                if number >= _MOST:
                    break
                if entry.name.startswith("."):
                    continue
                if entry.is_dir():
                    folders.append(entry.name)
                elif entry.name.lower().endswith(SUFFIX):
                    files.append(entry.name)
    except FileNotFoundError:
        return Listing()  # a save makes it
    except OSError as error:
        return Listing(problem=tr("This folder cannot be opened ({why}).", why=error.strerror or ""))
    problem = "" if os.access(folder, os.W_OK | os.X_OK) else tr("Nothing can be saved in this folder: it is read-only for you.")
    return Listing(tuple(sorted(folders, key=str.casefold)), tuple(sorted(files, key=str.casefold)), problem)


class SaveCard(FloatCard):
    """Asks for a place. `save_asked` tells a path with its ending; what comes of it is told by `end` or `show_problem`.

    A file that is there is replaced only after a second word. `dismissed` tells that a person went without a save.
    """

    save_asked = Signal(object)
    dismissed = Signal()
    own_keys = ENDING

    def __init__(self, window: QWidget, name: str, place: Path, library: Path) -> None:
        super().__init__(window, radius=10)
        self._window, self._folder = window, place.parent
        self._listing = Listing()
        self._aside = Aside("folders", self)
        self.title = tr("Save {name} as", name=name)
        self.setAccessibleName(self.title)
        self.name = QLineEdit(place.stem)
        self.name.setAccessibleName(tr("Name"))
        self.name.textEdited.connect(self._on_edited)
        self.up_button = IconButton("arrow-up", tr("Folder above"), 16, side=28)
        self.up_button.clicked.connect(self._go_up)
        self._path = Elided("", "secondary", middle=True)
        self.places, self.list = _list(tr("Places")), _list(tr("Folders and workflows"))
        self.places.setFixedWidth(_PLACES)
        for title, sign, folder in _known_places(place.parent, library):
            self._add(self.places, title, sign, folder)
        self.places.itemClicked.connect(self._on_place)
        self.places.itemActivated.connect(self._on_place)
        self.list.itemClicked.connect(self._on_clicked)
        self.list.itemActivated.connect(self._on_activated)
        self.problem, self.warning = words("", "error", wrap=True), words("", "warning", wrap=True)
        self.save_button, self.replace_button = Button(tr("Save"), kind="primary"), Button(tr("Replace"), kind="danger")
        self.save_button.clicked.connect(self._save)
        self.replace_button.clicked.connect(self._ask)
        cancel = Button(tr("Cancel"), kind="quiet")
        cancel.clicked.connect(self.dismiss)
        self._lay_out(cancel)
        window.installEventFilter(self)
        self._go(self._folder)
        self._place()
        self.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def path(self) -> Path:
        """Return the place that is chosen; a name may lead into other folders."""
        said = self.name.text().strip()
        path = self._folder / Path(said).expanduser()
        return path if path.name.lower().endswith(SUFFIX) else path.with_name(f"{path.name}{SUFFIX}")

    def show_problem(self, text: str) -> None:
        """Say why it was not saved, and let another place be chosen."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self._offer()

    def end(self) -> None:
        """Go away."""
        self.hide()
        self._aside.close()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save with Enter, go with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self._ask if self.replace_button.hasFocus() else self._save)()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of the window, and go up with Backspace in the list."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        if watched is self.list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Backspace:
                self._go_up()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (item := self.list.currentItem()) is not None:
                self._on_activated(item)  # before the card takes the key for a save
                return True
        return super().eventFilter(watched, event)

    # parts

    def _lay_out(self, cancel: Button) -> None:
        close = IconButton("x", tr("Close"), 16, side=28)
        close.clicked.connect(self.dismiss)
        head = row(Elided(self.title, "title"), close, gap=8, margins=(18, 12, 12, 8))
        head.layout().setStretch(0, 1)  # type: ignore[union-attr]
        label = words(tr("Name"), "label")
        label.setBuddy(self.name)
        label.setFixedWidth(_LABEL)
        name = row(label, self.name, words(SUFFIX, "hint"), gap=8)
        where = words(tr("Folder"), "label")
        where.setFixedWidth(_LABEL)
        folder = row(where, self.up_button, self._path, gap=8)
        folder.layout().setStretch(2, 1)  # type: ignore[union-attr]
        lists = row(self.places, line(upright=True), self.list, gap=8)
        lists.layout().setStretch(2, 1)  # type: ignore[union-attr]
        foot = row(column(self.problem, self.warning), cancel, self.save_button, self.replace_button, gap=8)
        foot.layout().setStretch(0, 1)  # type: ignore[union-attr]
        self.list.installEventFilter(self)
        above = column(name, folder, gap=8, margins=(18, 0, 18, 10))
        middle = row(lists, margins=(12, 6, 12, 6))
        for part in (head, above, line(), middle, line(), row(foot, margins=(18, 12, 16, 12))):
            self.body.addWidget(part, 1 if part is middle else 0)
        for part in (self.problem, self.warning, self.replace_button):
            part.hide()

    def _add(self, where: QListWidget, title: str, sign: str, path: Path, role: str = "text.secondary") -> None:
        item = QListWidgetItem(icon(sign, role), title)
        item.setData(_PATH, path)
        item.setToolTip(tip(str(path)))
        item.setSizeHint(QSize(0, theme().metric["row"] - 2))  # the list is filled before it has the look of the style sheet
        if role == "text.disabled":
            item.setForeground(theme().color("text.tertiary"))
        where.addItem(item)

    def _place(self) -> None:
        room = self._window.rect()
        width, height = min(_WIDTH, room.width() - 2 * SHADOW), min(_HEIGHT, room.height() - 2 * SHADOW)
        self.put(QRect((room.width() - width) // 2, (room.height() - height) // 3, width, height))

    # going through folders

    def _go(self, folder: Path) -> None:
        self._folder, self._listing = folder, Listing()
        self._path.set_text(str(folder), str(folder))
        self.up_button.setEnabled(folder.parent != folder)
        self.places.clearSelection()
        for number in range(self.places.count()):
            if self.places.item(number).data(_PATH) == folder:
                self.places.setCurrentRow(number)
        self._aside.do(lambda: listing(folder), partial(self._on_listed, folder), self._on_unlisted)
        self._on_edited()

    def _go_up(self) -> None:
        self._go(self._folder.parent)

    def _on_listed(self, folder: Path, found: Listing) -> None:
        if folder != self._folder:
            return
        self._listing = found
        self.list.clear()
        for name in found.folders:
            self._add(self.list, name, "folder", folder / name)
        for name in found.files:
            self._add(self.list, name, "workflow", folder / name, "text.disabled")
        self.show_problem(found.problem)

    def _on_unlisted(self, error: WeftError) -> None:
        self.show_problem(error.issue.said)

    def _on_place(self, item: QListWidgetItem) -> None:
        self._go(item.data(_PATH))

    def _on_clicked(self, item: QListWidgetItem) -> None:
        """Take the name of a workflow that is there."""
        path: Path = item.data(_PATH)
        if path.name in self._listing.files:
            self.name.setText(path.stem)
            self._on_edited()

    def _on_activated(self, item: QListWidgetItem) -> None:
        path: Path = item.data(_PATH)
        if path.name in self._listing.folders:
            self._go(path)
        else:
            self._on_clicked(item)
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    # saving

    def _on_edited(self, _text: str = "") -> None:
        self.warning.hide()
        self.show_problem(self._listing.problem)

    def _offer(self, *, replaces: bool = False) -> None:
        """Offer what can be done now."""
        can = bool(self.name.text().strip()) and not self._listing.problem
        self.save_button.setVisible(not replaces)
        self.save_button.setEnabled(can)
        self.replace_button.setVisible(replaces)

    def _save(self) -> None:
        if not self.save_button.isEnabled():
            return
        if os.path.lexists(self.path()):
            self.warning.setText(tr("{name} is there already. Replace what it holds?", name=self.path().name))
            self.warning.show()
            self._offer(replaces=True)
            self.replace_button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._ask()

    def _ask(self) -> None:
        self.warning.hide()
        self._offer()
        self.save_button.setEnabled(False)  # until it is known what came of it
        self.save_asked.emit(self.path())

    def dismiss(self) -> None:
        """Go without a save."""
        self.end()
        self.dismissed.emit()


def _list(name: str) -> QListWidget:
    found = QListWidget()
    found.setAccessibleName(name)
    found.setIconSize(QSize(16, 16))
    found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    found.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    found.setUniformItemSizes(True)
    return found


def _known_places(folder: Path, library: Path) -> list[tuple[str, str, Path]]:
    home = Path.home()
    documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    known = [(tr("Weft library"), "library", library), (tr("Home"), "folder", home)]
    if documents != home and documents.is_dir():
        known.append((tr("Documents"), "files", documents))
    if all(folder != path for _, _, path in known):
        known.append((folder.name or str(folder), "folder", folder))
    return known
