"""The documentation that comes with Weft, read without a network: its texts, their headings, and a search in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeyEvent, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.window.settings.page import SideRow
from desktop_app.window.tab_page import TabPage
from resources.language import tr
from widgets.boxes import clear, column, fill, line, row, words
from widgets.glyph import Button
from widgets.icons import icon
from widgets.safe_text import SafeText
from widgets.stylesheet import restyle
from widgets.theme import SEMIBOLD, appearance, font, theme

if TYPE_CHECKING:
    from desktop_app.window.main import MainWindow

_ROOT = Path(__file__).resolve().parents[2]
_SIDE, _WIDE, _SIZE = 232, 860, 13.5
_HEADINGS = {1: "heading", 2: "title"}
_ABOVE, _BELOW = 18, 4
_PICTURES = re.compile(
    r"<picture>[\s\S]*?</picture>|^\| \|.*\n^\|[-| ]+\n(?=\| !)|^\| !\[.*\n|!\[[^\]]*\]\([^)]*\)", re.MULTILINE
)
_INSIDE = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")
_FENCE = re.compile(r"^(`{3,}).*?^\1", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A text that comes with Weft: its name, its sign and its file."""

    title: str
    icon: str
    file: Path

    def text(self) -> str:
        """Return it as Markdown, without pictures, and with the words of links to other files alone."""
        return _INSIDE.sub(r"\1", _PICTURES.sub("", self.file.read_text(encoding="utf-8")))


def chapters() -> list[Chapter]:
    """Return the texts that are here, in the language in use."""
    known = (
        Chapter(tr("Overview"), "info", _ROOT / "README.md"),
        Chapter(tr("A tour"), "map", _ROOT / "docs" / "tour.md"),
        Chapter(tr("Write a node"), "boxes", _ROOT / "CONTRIBUTING.md"),
        Chapter(tr("How it works"), "layers", _ROOT / "ARCHITECTURE.md"),
        Chapter(tr("What is new"), "sparkles", _ROOT / "CHANGELOG.md"),
    )
    return [chapter for chapter in known if chapter.file.is_file()]


class HandbookPage(QWidget):
    """Chapters at the left, each with its headings while it is open; the text at the right."""

    def __init__(self, chapters: Sequence[Chapter]) -> None:
        """Show these chapters, at least one, the first of them opened."""
        super().__init__()
        self.chapters = chapters
        self.rows: list[SideRow] = []
        self.headings: list[SideRow] = []
        self.current: Chapter | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find in this text"))
        self.search.setAccessibleName(tr("Find in this text"))
        self.search.addAction(QAction(icon("search", "text.tertiary"), "", self.search), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._find_first)
        self.search.returnPressed.connect(self.find_next)
        self.text = SafeText(size=_SIZE)
        self.text.setAccessibleName(tr("Documentation"))
        self.text.setMaximumWidth(_WIDE)
        self.file_button = Button(tr("Open the file"), "external-link", "link")
        self.file_button.clicked.connect(self._open_file)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.setFocusProxy(self.search)
        fill(QVBoxLayout(self), [self._inside()])
        appearance.changed.connect(self._give_room)  # after the text itself
        self.show_chapter(self.chapters[0])

    def show_chapter(self, chapter: Chapter) -> None:
        """Open a text at its beginning."""
        self.current = chapter
        try:
            text = chapter.text()
        except OSError as error:
            text = tr("{path} cannot be read: {error}", path=chapter.file, error=error)
        self.text.show_markdown(text)
        self._give_room()
        self.text.verticalScrollBar().setValue(0)
        clear(self._list)
        self.rows, self.headings = [], []
        for one in self.chapters:
            shown = self._add(SideRow(one.icon, one.title), self.rows)
            shown.clicked.connect(partial(self.show_chapter, one))
            shown.setChecked(one is chapter)
            if one is chapter:
                for heading in _HEADING.findall(_FENCE.sub("", text)):
                    said = re.sub(r"[`*]", "", heading)
                    self._add(SideRow("", said), self.headings).clicked.connect(partial(self.show_heading, said))

    def show_heading(self, heading: str) -> None:
        """Scroll to a heading."""
        block = self.text.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() == 2 and block.text() == heading:
                self.text.setTextCursor(QTextCursor(block))
                top = self.text.document().documentLayout().blockBoundingRect(block).top()
                self.text.verticalScrollBar().setValue(round(top))
            block = block.next()
        for side in self.headings:
            side.setChecked(side.text() == heading)

    def begin_search(self) -> None:
        """Put the focus into the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def find_next(self, *, back: bool = False) -> None:
        """Go to the next place where the searched words stand, from the last one on to the first."""
        wanted, flags = self.search.text(), QTextDocument.FindFlag.FindBackward if back else QTextDocument.FindFlag(0)
        found = bool(wanted) and self.text.find(wanted, flags)
        if wanted and not found:
            self.text.moveCursor(QTextCursor.MoveOperation.End if back else QTextCursor.MoveOperation.Start)
            found = self.text.find(wanted, flags)
        self.search.setProperty("problem", "error" if wanted and not found else "")
        restyle(self.search)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the search with Esc, go back with Shift+Enter."""
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            super().keyPressEvent(event)

    def _give_room(self) -> None:
        """Set the text as a page that is read: air above headings, and a ground behind examples, whose lines may break."""
        block, look = self.text.document().begin(), theme()
        while block.isValid():
            level, space, cursor = block.blockFormat().headingLevel(), QTextBlockFormat(), QTextCursor(block)
            if level:
                space.setTopMargin(_ABOVE if level > 1 else 0)
                space.setBottomMargin(_BELOW)
                cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
                face = QTextCharFormat()
                face.setFont(font(look.size[_HEADINGS.get(level, "strong")], SEMIBOLD))
                cursor.setCharFormat(face)
            elif block.blockFormat().nonBreakableLines():
                space.setNonBreakableLines(False)
                space.setTopMargin(0)
                space.setBottomMargin(0)
                space.setBackground(look.color("surface.panel"))
            cursor.mergeBlockFormat(space)
            block = block.next()

    def _find_first(self) -> None:
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self.find_next()

    def _add(self, side: SideRow, rows: list[SideRow]) -> SideRow:
        rows.append(side)
        self._list.addWidget(side)
        return side

    def _open_file(self) -> None:
        if self.current is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.current.file)))

    def _inside(self) -> QWidget:
        title = row(words(tr("Documentation"), "name"), None, margins=(4, 0, 0, 0), height=theme().metric["panel_header"])
        listed = QScrollArea()
        listed.setWidgetResizable(True)
        listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        listed.setWidget(column(self._list, None, kind="panel"))
        side = column(title, self.search, 6, listed, margins=(10, 0, 10, 8), kind="panel")
        side.setFixedWidth(_SIDE)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        inside = column(row(None, self.file_button), self.text, margins=(24, 8, 12, 0), kind="window")
        whole = row(side, line(upright=True), inside)
        layout = whole.layout()
        assert layout is not None
        layout.setStretch(2, 1)  # type: ignore[attr-defined]
        return whole


class Handbook(QObject):
    """Answers to the action `documentation` with a tab of its own, where the texts lie beside the program."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._shown: tuple[TabPage, HandbookPage] | None = None
        if chapters():
            window.actions.bind("documentation", self.open)
        window.retranslated.connect(self._retranslate)

    @property
    def page(self) -> HandbookPage | None:
        """The page, as long as its tab is there."""
        return self._shown[1] if self._shown and self._shown[0] in self._window.tabs.pages() else None

    def open(self) -> None:
        """Show the documentation."""
        if self._shown is not None and self.page is not None:
            self._window.tabs.show_page(self._shown[0])
            return
        page = HandbookPage(chapters())
        answers = {"close": self.close, "find": page.begin_search}
        tab = TabPage(page, tr("Documentation"), icon="book-open", is_document=False, handlers=answers)
        self._shown = tab, page
        self._window.open_page(tab)

    def close(self) -> None:
        """Take the tab away."""
        if self._shown is not None and self.page is not None:
            self._window.close_page(self._shown[0])

    def _retranslate(self) -> None:
        if self._shown is not None and self.page is not None:
            was_current = self._window.tabs.current() is self._shown[0]
            self.close()
            if was_current:
                self.open()
