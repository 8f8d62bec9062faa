"""The section of folders and data: where things lie and how much they are, a backup, and whether all is well."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.window.message_bar import Way
from desktop_app.window.settings import amounts
from desktop_app.window.settings.parts import INSET, Note, card, card_head, failed, inset, rows, setting, stretch, while_alive
from desktop_app.window.settings.setup import Setup, size_of
from engine.model.issues import Issue, WeftError
from resources.language import tr, trn
from widgets.boxes import clear, column, fill, line, row, words
from widgets.elided import Elided
from widgets.glyph import Button, Glyph

if TYPE_CHECKING:
    from storage.archive import Manifest

_ROW, _MOST = 52, 8


class FolderRow(QWidget):
    """A folder: what is in it, where it is, how much it is, and a button that shows it."""

    def __init__(self, title: str, what: str, folder: Path, icon: str) -> None:
        super().__init__()
        self._folder = folder
        self.amount = words("", "cell")
        self.button = Button(tr("Open folder"), "folder-open")
        self.button.setAccessibleName(tr("Open {folder}", folder=title))
        self.button.setEnabled(folder.is_dir())
        self.button.clicked.connect(self._open)
        about = Elided(what, "hint")
        about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        said = row(words(title, "control"), about, gap=8)
        stretch(said, 1)
        place = Elided(str(folder), "hint", middle=True)
        named = column(None, said, place, None, gap=1)
        box = row(
            Glyph(icon, "text.tertiary", 18), named, self.amount, self.button, gap=12, margins=(INSET, 0, 10, 0), height=_ROW
        )
        stretch(box, 1)
        fill(QVBoxLayout(self), [box])

    def show_size(self, count: int) -> None:
        """Say how much is in it."""
        self.amount.setText(amounts.size(count) if count else tr("empty"))

    def _open(self) -> None:
        _show(self._folder)


class DataSection(QWidget):
    """Folders, backup and check. What takes a while is done in a thread, and its result stands where it was asked for."""

    def __init__(self, setup: Setup) -> None:
        super().__init__()
        self._setup, self._folder = setup, setup.engine.folder
        root = self._folder.root
        self.folders = {
            "data": FolderRow(tr("Data folder"), tr("runs, versions, settings"), root, "database"),
            "library": FolderRow(tr("Workflows"), tr("those without a place of their own"), self._folder.library, "workflow"),
            "models": FolderRow(tr("Models"), "", setup.models_folder(), "cpu"),
            "logs": FolderRow(tr("Logs"), "", self._folder.logs, "scroll-text"),
        }
        self.backup_button = Button(tr("Back up now …"), "save")
        self.backup_button.clicked.connect(self._choose_file)
        self.check_button = Button(tr("Check now"), "shield-check")
        self.check_button.clicked.connect(self._check)
        self.backup_place, self.check_place = QVBoxLayout(), QVBoxLayout()
        folders = card(card_head(tr("Folders"), tr("everything stays on this machine")), line(), *rows(*self.folders.values()))
        what = tr("Runs, workflows, settings and encrypted secrets in one file, also during a run. Models are left out.")
        backup = _with(card(setting(tr("Backup"), what, self.backup_button)), self.backup_place)
        what = tr("Reads every page of the databases and every stored value. Nothing is changed.")
        checked = _with(card(setting(tr("Is all well?"), what, self.check_button)), self.check_place)
        fill(QVBoxLayout(self), [folders, backup, checked, None], gap=12)
        self.measure()

    def measure(self) -> None:
        """Find out how much is in the folders."""
        root, models = self._folder.root, self._setup.models_folder()
        library, logs = self._folder.library, self._folder.logs
        parts: dict[str, tuple[Path, Path | None]] = {
            "data": (root, models), "library": (library, None), "models": (models, None), "logs": (logs, None),
        }  # fmt: skip

        def work() -> dict[str, int]:
            return {name: size_of(folder, without) for name, (folder, without) in parts.items()}

        self._setup.aside.do(work, while_alive(self._on_sizes), lambda _error: None)
        self._setup.measure()

    def _on_sizes(self, sizes: dict[str, int]) -> None:
        for name, size in sizes.items():
            self.folders[name].show_size(size)

    # backup

    def _choose_file(self) -> None:
        name = f"weft-{time.strftime('%Y-%m-%d')}.zip"
        dialog = QFileDialog(self, tr("Back up to"), str(Path.home()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setDefaultSuffix("zip")
        dialog.selectFile(name)
        dialog.fileSelected.connect(self.back_up)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def back_up(self, file: str) -> None:
        """Write a backup into a file, which must not be there yet."""
        from storage.backup import backup

        path, folder = Path(file), self._folder
        self.backup_button.setEnabled(False)
        _say(self.backup_place, Note(tr("Writing {file} …", file=path.name), "", "state.running", "loader-circle"))

        def work() -> tuple[Path, Manifest]:
            return path, backup(folder, path)

        self._setup.aside.do(work, while_alive(self._on_backup), while_alive(self._on_no_backup))

    def _on_backup(self, written: tuple[Path, Manifest]) -> None:
        path, manifest = written
        self.backup_button.setEnabled(True)
        journal = manifest.databases.get("journal.db")
        runs = journal.rows.get("run", 0) if journal else 0
        said = trn("{count} run, {size}, in {path}", "{count} runs, {size}, in {path}", runs,
                   size=amounts.size(path.stat().st_size), path=path)  # fmt: skip
        warning = tr("The key of the secrets is not in it. Keep a copy of that elsewhere.")
        ways = [Way(tr("Show"), partial(_show, path.parent))]
        _say(self.backup_place, Note(tr("The backup is written."), f"{said}\n{warning}", "state.ok", "circle-check", ways))

    def _on_no_backup(self, error: WeftError) -> None:
        self.backup_button.setEnabled(True)
        _say(self.backup_place, failed(error))

    # check

    def _check(self) -> None:
        from storage.check import check

        folder = self._folder
        self.check_button.setEnabled(False)
        _say(self.check_place, Note(tr("Reading …"), "", "state.running", "loader-circle"))
        self._setup.aside.do(lambda: check(folder), while_alive(self._on_checked), while_alive(self._on_no_check))

    def _on_checked(self, issues: list[Issue]) -> None:
        self.check_button.setEnabled(True)
        notes = [
            Note(issue.said, issue.advice, "state.failed" if issue.severity == "error" else "state.waiting",
                 "octagon-x" if issue.severity == "error" else "triangle-alert")
            for issue in issues[:_MOST]
        ]  # fmt: skip
        if len(issues) > _MOST:
            notes.append(Note(tr("and {count} more", count=len(issues) - _MOST), "", "state.waiting", "triangle-alert"))
        _say(self.check_place, *(notes or [Note(tr("All is well."), "", "state.ok", "circle-check")]))
        self.measure()

    def _on_no_check(self, error: WeftError) -> None:
        self.check_button.setEnabled(True)
        _say(self.check_place, failed(error))


def _with(box: QWidget, place: QVBoxLayout) -> QWidget:
    inside = box.layout()
    assert isinstance(inside, QVBoxLayout)
    inside.addLayout(place)
    return box


def _say(place: QVBoxLayout, *notes: Note) -> None:
    clear(place)
    for note in notes:
        place.addWidget(inset(note))


def _show(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
