"""Markdown from workflows, models and files, shown without trust: no HTML, no pictures, links as the text that they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import ceil

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import (
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFragment,
    QTextFrameFormat,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit

from widgets.theme import SEMIBOLD, appearance, font, theme

LONGEST, MOST_LINES, MOST_CELLS = 20_000, 1_500, 1_000
"""What is read as Markdown; a text of more characters, lines or cells of tables is shown as it was written."""
MOST_SHOWN = 200_000
"""Characters that are shown at all."""
MOST_ADDRESSES = 40_000
"""Characters that links and pictures may take: any number of links may name one long address."""
_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_UNBROKEN = re.compile(r"\S{1000}")
"""A word that Qt would take long to break into lines."""
_INDENT, _MARGIN = 20, 10
_HEADINGS = {1: "title", 2: "strong"}


class _Document(QTextDocument):
    """A document that never reads a file or a page."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        return None


class SafeText(QTextEdit):
    """Shows a text, read-only. One that `grows` is as high as its text and leaves scrolling to what holds it."""

    def __init__(self, *, grows: bool = False, size: float = 13) -> None:
        super().__init__()
        self._text, self._grows, self._size = "", grows, size
        self._shown: QTextDocument | None = None
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "bare")
        self.setTabChangesFocus(True)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        if grows:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        appearance.changed.connect(self._show_again)

    def show_markdown(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self._show_again()

    def _show_again(self) -> None:
        document = safe_document(self._text, self._size, 0 if self._grows else _MARGIN)
        document.setParent(self)
        self.setDocument(document)
        if self._shown is not None:
            self._shown.deleteLater()
        self._shown = document
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the height of the text."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the height of the text where it grows with it."""
        return QSize(200, self._height()) if self._grows else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(40, self._height()) if self._grows else QSize(40, 40)

    def _height(self) -> int:
        return ceil(self.document().size().height()) + 2 * self.frameWidth()

    def _fit(self) -> None:
        if self._grows and self.height() != self._height():
            self.setFixedHeight(self._height())


def safe_document(text: str, size: float = 13, margin: float = 2) -> QTextDocument:
    """Return a document of Markdown in the looks of the theme, in which nothing is fetched and nothing can be clicked."""
    document = _Document()
    document.setUndoRedoEnabled(False)
    document.setDefaultFont(font(size))
    document.setDocumentMargin(margin)
    document.setIndentWidth(_INDENT)
    if is_light(text):
        document.setMarkdown(text, _FEATURES)
        links = _links(document)
        if sum(len(words) for _, _, words in links) <= MOST_ADDRESSES:
            _dress(document, links, size)
            return document
    document.setPlainText(_UNBROKEN.sub("\\g<0>\n", text[:MOST_SHOWN]) + ("\n…" if len(text) > MOST_SHOWN else ""))
    return document


def _dress(document: QTextDocument, links: Sequence[tuple[int, int, str]], size: float) -> None:
    edit = QTextCursor(document)
    edit.beginEditBlock()  # each change on its own would lay out the paragraph anew
    for block in _blocks(document):
        _calm(block, edit, size)
    for start, length, words in reversed(links):
        _select(edit, start, length)
        edit.insertText(words, _plain(size))
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame)
    edit.endEditBlock()


def is_light(text: str) -> bool:
    """Tell whether a text can be laid out as Markdown while somebody waits, however it was written."""
    return len(text) <= LONGEST and text.count("\n") < MOST_LINES and text.count("|") <= MOST_CELLS


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _fragments(block: QTextBlock) -> Iterator[QTextFragment]:
    place = block.begin()
    while not place.atEnd():
        yield place.fragment()
        place += 1


def _select(cursor: QTextCursor, start: int, length: int) -> None:
    cursor.setPosition(start)
    cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)


def _plain(size: float) -> QTextCharFormat:
    plain = QTextCharFormat()
    plain.setFont(font(size))
    plain.setForeground(theme().color("text.secondary"))
    return plain


def _links(document: QTextDocument) -> list[tuple[int, int, str]]:
    """Return place and length of links and pictures, with what takes their place: their words, and the address behind them."""
    found: list[tuple[int, int, str]] = []
    for block in _blocks(document):
        for fragment in _fragments(block):
            look = fragment.charFormat()
            if look.isImageFormat():
                words = f"[{look.toImageFormat().name()}]"
            elif look.isAnchor():
                address, words = look.anchorHref(), fragment.text()
                words = words if words == address else f"{words} ({address})"
            else:
                continue
            found.append((fragment.position(), fragment.length(), words))
    return found


def _is_code(look: QTextCharFormat) -> bool:
    """Tell whether this is code: Qt sets spans in a fixed pitch and blocks in a face of the system's, all else in none."""
    return look.fontFixedPitch() or bool(look.fontFamilies())


def _calm(block: QTextBlock, edit: QTextCursor, size: float) -> None:
    """Give headings and code the sizes and faces of the program."""
    level = block.blockFormat().headingLevel()
    code = [(one.position(), one.length()) for one in _fragments(block) if _is_code(one.charFormat())]
    edit.setPosition(block.position())
    if level:
        edit.select(QTextCursor.SelectionType.BlockUnderCursor)
        heading = QTextCharFormat()
        heading.setFont(font(theme().size[_HEADINGS.get(level, "body")], SEMIBOLD))
        heading.setProperty(QTextCharFormat.Property.FontSizeAdjustment, 0)
        edit.mergeCharFormat(heading)
    space = QTextBlockFormat()
    space.setTopMargin(6 if level else 2)
    space.setBottomMargin(2)
    space.setLineHeight(140 if not level else 120, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    edit.mergeBlockFormat(space)
    mono = QTextCharFormat()
    mono.setFont(font(size - 1, mono=True))
    for start, length in code:
        _select(edit, start, length)
        edit.mergeCharFormat(mono)


def _dress_table(table: QTextTable) -> None:
    look = table.format()
    look.setBorder(1)
    look.setBorderCollapse(True)
    look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    look.setBorderBrush(theme().color("line.default"))
    look.setCellPadding(4)
    look.setCellSpacing(0)
    look.setTopMargin(4)
    look.setBottomMargin(4)
    table.setFormat(look)
