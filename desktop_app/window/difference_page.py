"""What differs between two texts of a workflow, line by line, only to be read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_app.window.difference import TextDifference
from desktop_app.window.message_bar import Way
from resources.language import tr, trn
from widgets.boxes import column, line, row
from widgets.chip import Chip
from widgets.elided import Elided
from widgets.glyph import Button
from widgets.theme import appearance, font, theme

_TINT = 0.16
_SIGNS = {"-": "−"}


class DifferencePage(QWidget):
    """Shows a difference: what went with a minus, what came with a plus, so that nothing rests on colour alone."""

    def __init__(self, title: str, before: str, after: str, found: TextDifference, ways: Sequence[Way] = ()) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self._found = found
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setProperty("kind", "bare")
        self.text.setFont(font(12, mono=True))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(title)
        added = Chip(trn("{count} line added", "{count} lines added", found.added), "diff.added", "plus")
        removed = Chip(trn("{count} line removed", "{count} lines removed", found.removed), "diff.removed", "minus")
        said = column(Elided(title, "strong"), Elided(tr("− {before}   + {after}", before=before, after=after), "hint"), gap=1)
        buttons = []
        for way in ways:
            button = Button(way.text, kind=way.kind)
            button.clicked.connect(way.do)
            buttons.append(button)
        head = row(said, None, removed, added, 6, *buttons, gap=8, margins=(16, 10, 14, 10))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (head, line()):
            layout.addWidget(part)
        layout.addWidget(self.text, 1)
        self.setFocusProxy(self.text)
        appearance.changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        looks = {sign: self._look(sign) for sign in ("+", "-", " ", "@", "sign +", "sign -", "sign  ")}
        self.text.clear()
        cursor = QTextCursor(self.text.document())
        cursor.beginEditBlock()
        for number, one in enumerate(self._found.lines):
            block, letters = looks[one.sign if one.sign in "+- @" else " "]
            if number:
                cursor.insertBlock()
            cursor.setBlockFormat(block)
            if one.sign == "@":
                cursor.insertText(tr("Line {number}", number=one.text), letters)
            else:
                cursor.insertText(f"{_SIGNS.get(one.sign, one.sign)}  ", looks[f"sign {one.sign}"][1])
                cursor.insertText(one.text, letters)
        if self._found.more:
            cursor.insertBlock()
            cursor.insertText(trn("{count} more line", "{count} more lines", self._found.more), looks["@"][1])
        if not self._found.lines:
            cursor.insertText(tr("Nothing differs"), looks["@"][1])
        cursor.endEditBlock()

    def _look(self, sign: str) -> tuple[QTextBlockFormat, QTextCharFormat]:
        look, block, letters = theme(), QTextBlockFormat(), QTextCharFormat()
        role = {"+": "diff.added", "-": "diff.removed"}.get(sign[-1])
        if role:
            block.setBackground(look.mix(role, "surface.panel", _TINT))
        ink = role if role and len(sign) > 1 else "text.tertiary" if sign == "@" else "text.primary" if role else "text.secondary"
        letters.setForeground(look.color(ink))
        letters.setFont(font(11) if sign == "@" else font(12, mono=True))
        return block, letters
