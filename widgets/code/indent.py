"""Indentation and braces while typing."""

from __future__ import annotations

from PySide6.QtGui import QTextBlock, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

_OPENING, _CLOSING = ("{", "[", "(", ":"), ("}", "]", ")")


def new_line(edit: QPlainTextEdit, width: int) -> None:
    """Begin a line below with the same indentation, one level more behind an opening bracket or a colon."""
    cursor = edit.textCursor()
    before = cursor.block().text()[: cursor.positionInBlock()]
    behind = cursor.block().text()[cursor.positionInBlock() :]
    margin = before[: len(before) - len(before.lstrip(" "))]
    opens = before.rstrip().endswith(_OPENING)
    cursor.beginEditBlock()
    cursor.insertText("\n" + margin + (" " * width if opens else ""))
    if opens and behind.lstrip().startswith(_CLOSING):
        at = cursor.position()
        cursor.insertText("\n" + margin)
        cursor.setPosition(at)
    cursor.endEditBlock()
    edit.setTextCursor(cursor)
    edit.ensureCursorVisible()


def shift(edit: QPlainTextEdit, step: int, width: int) -> None:
    """Indent (1) or dedent (-1) the lines of the selection; without one go on to the next level."""
    cursor = edit.textCursor()
    if step > 0 and not cursor.hasSelection():
        cursor.insertText(" " * (width - cursor.positionInBlock() % width))
        return
    cursor.beginEditBlock()
    for block in _lines(edit, cursor):
        at = QTextCursor(block)
        if step > 0:
            at.insertText(" " * width)
        else:
            spaces = min(len(block.text()) - len(block.text().lstrip(" ")), width)
            at.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, spaces)
            at.removeSelectedText()
    cursor.endEditBlock()


def take_back(edit: QPlainTextEdit, width: int) -> bool:
    """Take one level of indentation before the caret away; tell whether there was one."""
    cursor = edit.textCursor()
    before = cursor.block().text()[: cursor.positionInBlock()]
    if cursor.hasSelection() or not before or before.strip(" "):
        return False
    cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, (len(before) - 1) % width + 1)
    cursor.removeSelectedText()
    return True


def comment(edit: QPlainTextEdit) -> None:
    """Put a comment sign before the lines of the selection, or take it away where all have one."""
    cursor = edit.textCursor()
    lines = [block for block in _lines(edit, cursor) if block.text().strip()]
    away = all(block.text().lstrip().startswith("#") for block in lines)
    cursor.beginEditBlock()
    for block in lines:
        at = QTextCursor(block)
        text = block.text()
        at.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.MoveAnchor, len(text) - len(text.lstrip()))
        if not away:
            at.insertText("# ")
            continue
        sign = 2 if text.lstrip().startswith("# ") else 1
        at.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, sign)
        at.removeSelectedText()
    cursor.endEditBlock()


def close_braces(edit: QPlainTextEdit) -> bool:
    """After a second opening brace write the closing ones, with the caret between them; tell whether that was done."""
    cursor = edit.textCursor()
    text, at = edit.toPlainText(), cursor.position()
    if text[max(at - 2, 0) : at] != "{{" or text[at : at + 2] == "}}" or text[max(at - 3, 0) : at - 2] == "{":
        return False
    cursor.insertText("  }}")
    cursor.setPosition(at + 1)
    edit.setTextCursor(cursor)
    return True


def step_over_brace(edit: QPlainTextEdit) -> bool:
    """Go over a closing brace that stands there already instead of writing another; tell whether that was done.

    Blanks between are dropped, so that who types a template to its end gets it as typed. A brace that closes an object within
    the template is written.
    """
    cursor = edit.textCursor()
    text, at = edit.toPlainText(), cursor.position()
    opened = text.rfind("{{", 0, at)
    inner = text[opened + 2 : at]
    if opened < 0 or cursor.hasSelection():
        return False
    blanks = len(text) - at - len(text[at:].lstrip(" "))
    surplus = inner.count("}") - inner.count("{")
    is_first = surplus == 0 and text[at + blanks : at + blanks + 2] == "}}"
    is_second = surplus == 1 and inner.endswith("}") and text[at : at + 1] == "}"
    if not (is_first or is_second):
        return False
    cursor.setPosition(at + blanks, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()
    cursor.movePosition(QTextCursor.MoveOperation.Right)
    edit.setTextCursor(cursor)
    return True


def stands_in_fresh_braces(edit: QPlainTextEdit) -> bool:
    """Tell whether the caret is in braces that were just closed, where a blank was written already."""
    text, at = edit.toPlainText(), edit.textCursor().position()
    return text[max(at - 3, 0) : at] == "{{ " and text[at : at + 3] == " }}"


def _lines(edit: QPlainTextEdit, cursor: QTextCursor) -> list[QTextBlock]:
    document = edit.document()
    first, last = document.findBlock(cursor.selectionStart()), document.findBlock(cursor.selectionEnd())
    if last.position() == cursor.selectionEnd() and first != last:
        last = last.previous()
    return [document.findBlockByNumber(number) for number in range(first.blockNumber(), last.blockNumber() + 1)]
