"""The page of a file that cannot be opened: what is wrong, where, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop_app.window.centred import centred
from desktop_app.window.files import Broken
from desktop_app.window.library import SavedVersion
from desktop_app.window.moments import ago, clock
from engine.model.issues import Issue, WeftError
from resources.language import tr
from widgets.boxes import column, line, row, tip, words
from widgets.code.edit import CodeEdit, Style
from widgets.elided import Elided
from widgets.glyph import Button, Glyph
from widgets.prose import Prose
from widgets.stylesheet import restyle

_WIDTH, _MOST = 760, 6


class BrokenPage(QScrollArea):
    """Tells of a file. `again_asked` asks to open it once more, `text_saved` to save another text in it and open it then.

    `version_asked` asks for a `SavedVersion` in its place.
    """

    again_asked = Signal(object)
    version_asked = Signal(object)
    text_saved = Signal(object, str)

    def __init__(self, path: Path, error: WeftError) -> None:
        super().__init__()
        self.path, self._error = path, error
        self.text: CodeEdit | None = None
        self._version: SavedVersion | None = None
        self.setProperty("kind", "canvas")
        self.setWidgetResizable(True)
        self._make()

    def offer(self, versions: Sequence[SavedVersion]) -> None:
        """Offer the newest of the versions that were stored while it was a workflow."""
        if versions and isValid(self):
            self._version = versions[0]
            self._show_version()

    def retranslate(self) -> None:
        """Make the page in the language in use; what was edited stays."""
        edited, self.text = self.text.toPlainText() if self.text else None, None
        self._make()
        if edited is not None:
            self._open_text()
            self._edit_again(edited)

    def _make(self) -> None:
        self.version_button = Button("", kind="primary")
        self.version_button.clicked.connect(self._restore)
        self.version_button.hide()
        self.again_button = Button(tr("Try again"), kind="primary")
        self.again_button.clicked.connect(self._again)
        self.folder_button = Button(tr("Show folder"), "folder-open")
        self.folder_button.clicked.connect(self._show_folder)
        self.text_button = Button(tr("Open as text"), "file-code")
        self.text_button.clicked.connect(self._open_text)
        self.save_button = Button(tr("Save and open"), "save", "primary")
        self.save_button.clicked.connect(self._save)
        error, parts = self._error, QVBoxLayout()
        is_text = isinstance(error, Broken)
        self.text_button.setVisible(is_text)
        self.save_button.hide()
        self.folder_button.setVisible(self.path.parent.is_dir())
        title = words(tr("{name} cannot be opened", name=self.path.name), "title", wrap=True)
        place = Elided(str(self.path), "hint", middle=True)
        head = row(column(3, Glyph("file-warning", "state.failed", 28), None), column(title, place, gap=2), gap=14)
        head.layout().setStretch(1, 1)  # type: ignore[union-attr]
        buttons = row(self.version_button, self.again_button, self.text_button, self.save_button, self.folder_button, None, gap=8)
        parts.addWidget(head)
        parts.addWidget(self._issues(error.issues))
        parts.addWidget(buttons)
        parts.setSpacing(14)
        room = QWidget()
        room.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._text_place = QVBoxLayout(room)
        self._text_place.setContentsMargins(0, 0, 0, 0)
        parts.addWidget(room, 1)
        self.setWidget(centred(parts, _WIDTH))
        self._show_version()

    def _show_version(self) -> None:
        if self._version is not None:
            created = self._version.created
            self.version_button.setText(tr("Restore the last good version ({when})", when=ago(created)))
            self.version_button.setToolTip(
                tip(tr("The version of {time}. The damaged file is kept beside it.", time=clock(created)))
            )
            self.version_button.show()
            self.again_button.setProperty("kind", "")
            restyle(self.again_button)

    def _restore(self) -> None:
        self.version_asked.emit(self._version)

    def _issues(self, issues: Sequence[Issue]) -> QWidget:
        rows: list[QWidget] = []
        for issue in issues[:_MOST]:
            if rows:
                rows.append(line(subtle=True))
            rows.append(self._issue(issue))
        if len(issues) > _MOST:
            rows.append(words(tr("and {count} more", count=len(issues) - _MOST), "hint"))
        return column(*rows, gap=8, margins=(14, 12, 14, 12), kind="card")

    def _issue(self, issue: Issue) -> QWidget:
        said = column(Prose(issue.said, "control"), Prose(issue.advice, "secondary"), gap=2)
        parts: list[QWidget] = [column(2, Glyph("octagon-x", "state.failed", 16), None), said]
        if issue.line:
            where = tr("Line {number}", number=issue.line)
            if issue.column:
                where = tr("Line {number}, column {column}", number=issue.line, column=issue.column)
            go: QPushButton = Button(where, kind="link")
            go.setEnabled(isinstance(self._error, Broken))
            go.setProperty("line", issue.line)
            go.setProperty("column", issue.column or 1)
            go.clicked.connect(self._go_to)
            parts.append(column(go, None))
        box = row(*parts, gap=10)
        box.layout().setStretch(1, 1)  # type: ignore[union-attr]
        return box

    def _open_text(self) -> None:
        """Show the text with its problems; what is edited is saved only when a person says so."""
        if self.text is None and isinstance(self._error, Broken):
            self.text = CodeEdit(Style("text", numbers=True, marks=True, lines=None))
            self.text.setLineWrapMode(CodeEdit.LineWrapMode.NoWrap)
            self.text.setMinimumHeight(320)
            self.text.set_text(self._error.text)
            self.text.set_issues(self._error.issues)
            self.text.setAccessibleName(str(self.path))
            self._text_place.addWidget(self.text)
            self.text.show()
            self.text_button.hide()
            self.save_button.show()
            for button in (self.again_button, self.version_button):
                button.setProperty("kind", "")
                restyle(button)
            first = next((issue for issue in self._error.issues if issue.line), None)
            self.text.go_to(first.line or 1 if first else 1, first.column or 1 if first else 1)

    def _edit_again(self, text: str) -> None:
        if self.text is not None:
            self.text.set_text(text)

    def _go_to(self) -> None:
        self._open_text()
        place = self.sender()
        if self.text is not None and place is not None:
            self.text.go_to(place.property("line"), place.property("column"))

    def _again(self) -> None:
        self.again_asked.emit(self.path)

    def _save(self) -> None:
        if self.text is not None:
            self.text_saved.emit(self.path, self.text.toPlainText())

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.path.parent)))
