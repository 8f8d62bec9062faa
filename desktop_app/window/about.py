"""What Weft is: its version, its licence, and whose work it is built on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.version import VERSION
from desktop_app.window.logo import Logo
from desktop_app.window.settings.parts import INSET, card, card_head, rows, stretch
from resources.files import path
from resources.language import tr
from widgets.boxes import column, fill, line, row, words
from widgets.glyph import Button, Glyph

_ROOT = Path(__file__).resolve().parents[2]
_ROW, _LOGO = 44, 44


class AboutSection(QWidget):
    """Version, licence and notices."""

    def __init__(self) -> None:
        super().__init__()
        self.copy_button = Button(tr("Copy version"), "copy")
        self.copy_button.clicked.connect(self._copy)
        what = words(tr("A workbench for AI workflows that belongs to you."), "secondary", wrap=True)
        said = column(words(f"Weft {VERSION}", "title"), what, gap=1)
        head = row(Logo(_LOGO, "surface.raised"), said, self.copy_button, gap=14, margins=(INSET, 16, 10, 16))
        stretch(head, 1)
        licence = _ROOT / "LICENSE"
        self.notices = [
            _notice("scale", "Weft", "Apache License 2.0", licence),
            _notice("type", "Pretendard", "SIL Open Font License 1.1", path("fonts", "Pretendard-LICENSE.txt")),
            _notice("type", "JetBrains Mono", "SIL Open Font License 1.1", path("fonts", "JetBrainsMono-LICENSE.txt")),
            _notice("image", "Lucide", "ISC License", path("icons", "LICENSE")),
            _notice("box", "Qt, PySide", "GNU LGPL 3", None),
            _notice("workflow", "LangGraph", "MIT License", None),
        ]
        detail = tr("Weft is free software; so is what it is built on")
        held = card(card_head(tr("Licences"), detail), line(), *rows(*self.notices))
        fill(QVBoxLayout(self), [card(head), held, None], gap=12)

    def _copy(self) -> None:
        from PySide6.QtCore import QSysInfo, qVersion

        text = f"Weft {VERSION}, Qt {qVersion()}, {QSysInfo.prettyProductName()} {QSysInfo.currentCpuArchitecture()}"
        QGuiApplication.clipboard().setText(text)


def _notice(icon: str, name: str, licence: str, file: Path | None) -> QWidget:
    parts: list[QWidget | None] = [Glyph(icon, "text.tertiary", 16), words(name, "control"), words(licence, "hint"), None]
    if file is not None and file.is_file():
        button = Button(tr("Read"), "external-link", "link")
        button.setAccessibleName(tr("Read the licence of {name}", name=name))
        button.clicked.connect(partial(_open, file))
        parts.append(button)
    return row(*parts, gap=10, margins=(INSET, 0, INSET, 0), height=_ROW)


def _open(file: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))
