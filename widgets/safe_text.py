"""Markdown from workflows, models and files, shown without trust: no HTML, no pictures, links as the text that they are."""

from __future__ import annotations

from collections.abc import Iterator
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

LONGEST = 200_000
"""Characters that are read as Markdown; a longer text is cut."""
_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
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
    document.setDefaultFont(font(size))
    document.setDocumentMargin(margin)
    document.setIndentWidth(_INDENT)
    document.setMarkdown(text[:LONGEST], _FEATURES)
    for block in _blocks(document):
        _calm(block, size)
    for cursor, words in _links(document):
        cursor.insertText(words, _plain(size))
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame)
    document.clearUndoRedoStacks()
    return document


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


def _plain(size: float) -> QTextCharFormat:
    plain = QTextCharFormat()
    plain.setFont(font(size))
    plain.setForeground(theme().color("text.secondary"))
    return plain


def _links(document: QTextDocument) -> list[tuple[QTextCursor, str]]:
    """Return what takes the place of links and pictures, last one first: their words with the address behind them."""
    found: list[tuple[QTextCursor, str]] = []
    for block in _blocks(document):
        for fragment in _fragments(block):
            look = fragment.charFormat()
            if not (look.isAnchor() or look.isImageFormat()):
                continue
            cursor = QTextCursor(document)
            cursor.setPosition(fragment.position())
            cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
            if look.isImageFormat():
                found.append((cursor, f"[{look.toImageFormat().name()}]"))
            else:
                address, words = look.anchorHref(), fragment.text()
                found.append((cursor, words if words == address else f"{words} ({address})"))
    return found[::-1]


def _calm(block: QTextBlock, size: float) -> None:
    """Give headings and code the sizes and faces of the program."""
    level = block.blockFormat().headingLevel()
    cursor = QTextCursor(block)
    if level:
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        heading = QTextCharFormat()
        heading.setFont(font(theme().size[_HEADINGS.get(level, "body")], SEMIBOLD))
        heading.setProperty(QTextCharFormat.Property.FontSizeAdjustment, 0)
        cursor.mergeCharFormat(heading)
    space = QTextBlockFormat()
    space.setTopMargin(6 if level else 2)
    space.setBottomMargin(2)
    space.setLineHeight(140 if not level else 120, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor.mergeBlockFormat(space)
    for fragment in list(_fragments(block)):
        if fragment.charFormat().fontFixedPitch():
            code = QTextCharFormat()
            code.setFont(font(size - 1, mono=True))
            part = QTextCursor(block)
            part.setPosition(fragment.position())
            part.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
            part.mergeCharFormat(code)


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
