"""What Weft is: its version, where its data lies, its licence, and whose work it is built on."""

from __future__ import annotations

import platform
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSysInfo, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.licences import Library, libraries
from desktop_app.version import VERSION
from desktop_app.window.logo import Logo
from desktop_app.window.settings.data_section import FolderRow
from desktop_app.window.settings.parts import INSET, card, card_head, rows, stretch, while_alive
from desktop_app.window.settings.setup import Setup
from resources.files import path
from resources.language import tr
from widgets.boxes import column, fill, line, row, words
from widgets.elided import Elided
from widgets.glyph import Button, Glyph

_ROOT = Path(__file__).resolve().parents[2]
_ROW, _LOW, _LOGO = 44, 30, 44
_SHIPPED = (
    ("scale", "Weft", "Apache-2.0", _ROOT / "LICENSE"),
    ("type", "Pretendard", "OFL-1.1", path("fonts", "Pretendard-LICENSE.txt")),
    ("type", "JetBrains Mono", "OFL-1.1", path("fonts", "JetBrainsMono-LICENSE.txt")),
    ("image", "Lucide", "ISC", path("icons", "LICENSE")),
)
"""What comes with Weft itself: sign, name, licence, and the file with its text."""


class AboutSection(QWidget):
    """Version, folders, licences and libraries; all of it can be copied as text."""

    def __init__(self, setup: Setup) -> None:
        super().__init__()
        self._folder = setup.engine.folder
        self._libraries: list[Library] | None = None
        self.copy_button = Button(tr("Copy as text"), "copy")
        self.copy_button.clicked.connect(self._copy)
        what = words(tr("A workbench for AI workflows that belongs to you."), "secondary", wrap=True)
        system = words(_system(), "hint", wrap=True)
        said = column(words(f"Weft {VERSION}", "title"), what, system, gap=1)
        head = row(Logo(_LOGO, "surface.raised"), said, self.copy_button, gap=14, margins=(INSET, 16, 10, 16))
        stretch(head, 1)
        self.folders = [
            FolderRow(tr("Data folder"), tr("runs, versions, settings"), self._folder.root, "database"),
            FolderRow(tr("Logs"), "", self._folder.logs, "scroll-text"),
        ]
        self.notices = [_notice(*shipped) for shipped in _SHIPPED]
        detail = tr("Weft is free software; so is what it is built on")
        licences = card(card_head(tr("Licences"), detail), line(), *rows(*self.notices))
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._list.addWidget(_library(Library(tr("Looking …"), "", "")))
        built_on = card(card_head(tr("Libraries"), tr("with their versions and licences")), line())
        inside = built_on.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addLayout(self._list)
        inside.addSpacing(6)
        fill(QVBoxLayout(self), [card(head), card(*rows(*self.folders)), licences, built_on, None], gap=12)
        setup.aside.do(libraries, while_alive(self._show), lambda _error: None)

    def text(self) -> str:
        """Return all of it as text, for a report or a file."""
        if self._libraries is None:
            self._libraries = libraries()
        shipped = [f"{name}: {licence}" for _, name, licence, _ in _SHIPPED]
        built_on = [f"{one.name} {one.version}: {one.licence}" for one in self._libraries]
        places = [f"{tr('Data folder')}: {self._folder.root}", f"{tr('Logs')}: {self._folder.logs}"]
        return "\n".join((f"Weft {VERSION}", _system(), *places, "", *shipped, "", *built_on))

    def _show(self, found: list[Library]) -> None:
        self._libraries = found
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for one in found:
            self._list.addWidget(_library(one))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
        self.copy_button.setText(f" {tr('Copied')}")


def _system() -> str:
    system = f"{QSysInfo.prettyProductName()}, {QSysInfo.currentCpuArchitecture()}"
    return f"Python {platform.python_version()}, Qt {qVersion()}, {system}"


def _notice(icon: str, name: str, licence: str, file: Path) -> QWidget:
    parts: list[QWidget | None] = [Glyph(icon, "text.tertiary", 16), words(name, "control"), words(licence, "hint"), None]
    if file.is_file():
        button = Button(tr("Read"), "external-link", "link")
        button.setAccessibleName(tr("Read the licence of {name}", name=name))
        button.clicked.connect(partial(_open, file))
        parts.append(button)
    return row(*parts, gap=10, margins=(INSET, 0, INSET, 0), height=_ROW)


def _library(library: Library) -> QWidget:
    name, licence = Elided(f"{library.name} {library.version}".strip()), Elided(library.licence, "hint")
    box = row(name, licence, gap=10, margins=(INSET, 0, INSET, 0), height=_LOW)
    for place in (0, 1):
        stretch(box, place)
    return box


def _open(file: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))
