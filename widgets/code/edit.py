"""The editor for code, prompts and templates: colours, line numbers, indentation, names offered and missing, problems."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QEvent, QMimeData, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QScrollArea, QSizePolicy, QTextEdit, QWidget

from engine.model.issues import Issue
from widgets.code import indent
from widgets.code.completion import Completion
from widgets.code.gutter import Gutter
from widgets.code.highlight import Highlighter
from widgets.code.names import ITEM, Lost, Name, Names, start_of
from widgets.theme import appearance, font, theme

_MAX_CHECKED = 50_000
"""Characters up to which names are looked at while typing."""
_UNBROKEN = re.compile(r"\S{10000}")
"""A word that Qt takes seconds to break into rows, such as a file in base64: a text with one is not wrapped."""


@dataclass(frozen=True, slots=True)
class Style:
    """How an editor looks and behaves.

    `language` is text, python, json or expression. With `templates` braces are coloured and names are offered in them. `lines`
    are the fewest and the most that are shown before it scrolls; None fills the room there is. In `one_line` Enter ends the edit.
    """

    language: str = "text"
    templates: bool = False
    numbers: bool = False
    marks: bool = False
    lines: tuple[int, int] | None = (1, 8)
    one_line: bool = False
    mono: bool = True
    size: float = 12

    @property
    def names(self) -> bool:
        """Whether names are read in it."""
        return self.templates or self.language == "expression"


class CodeEdit(QPlainTextEdit):
    """Edits one text.

    `typed` tells of each edit by a person, `done` of Enter in a field of one line and when the focus leaves, `marked` of other
    problems or missing names, `find_wanted` of Ctrl+F.
    """

    typed = Signal()
    done = Signal()
    marked = Signal()
    find_wanted = Signal()

    def __init__(self, style: Style | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = style or Style()
        self.said_below: QWidget | None = None
        """What tells below it what is wrong; no card of offers lies over that."""
        self._names = Names()
        self._lost: list[Lost] = []
        self._issues: list[Issue] = []
        self._known_text = ""
        self._may_leave = self._is_fitting = False
        self._completion: Completion | None = None
        self._corner: QWidget | None = None
        self._found: list[tuple[int, int]] = []
        self._set_up()
        self._highlighter = Highlighter(self.document(), self.look.language, templates=self.look.templates)
        self._gutter: Gutter | None = None
        self._make_gutter()
        self._caret_moved = QTimer(self, interval=0, singleShot=True)  # behind the layout that a new line leads to
        self._caret_moved.timeout.connect(self._follow_caret)
        self.textChanged.connect(self._on_text)
        self.cursorPositionChanged.connect(self._on_cursor)
        self.updateRequest.connect(self._on_update)
        self.blockCountChanged.connect(self._make_room)
        appearance.changed.connect(self._show_marks)
        if self.look.lines is not None:
            self.document().documentLayout().documentSizeChanged.connect(self._fit_height)
        self._make_room()
        self._fit_height()
        self._place_parts()

    def _set_up(self) -> None:
        self.setFont(font(self.look.size, mono=self.look.mono))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "code")
        self.document().setDocumentMargin(2)
        self.setTabStopDistance(QFontMetricsF(self.font()).horizontalAdvance(" ") * 4)
        self.setTabChangesFocus(not self._takes_tab())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._wrap_for("")
        self.setSizePolicy(
            QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed if self.look.lines else QSizePolicy.Policy.Expanding
        )

    def _wrap_for(self, text: str) -> None:
        """Wrap prose, unless this is in it."""
        wraps = (self.look.language in ("text", "expression") or self.look.one_line) and _UNBROKEN.search(text) is None
        wanted = self.LineWrapMode.WidgetWidth if wraps else self.LineWrapMode.NoWrap
        if self.lineWrapMode() != wanted:
            self.setLineWrapMode(wanted)

    def set_look(self, look: Style) -> None:
        """Be set in another face, with or without numbers; the language stays the same."""
        if look == self.look:
            return
        self.look = look
        self._make_gutter()
        self._keep_font()
        self._make_room()
        self._fit_height()
        self._place_parts()

    def _keep_font(self) -> None:
        wanted = font(self.look.size, mono=self.look.mono)
        if self.font() != wanted:
            self.setFont(wanted)

    def _make_gutter(self) -> None:
        if self._gutter is not None:
            self._gutter.hide()
            self._gutter.deleteLater()
        self._gutter = Gutter(self, 11 if self.look.size < 13 else 12, marks=self.look.marks) if self.look.numbers else None
        if self._gutter is not None and self.isVisible():
            self._gutter.show()

    def _indents(self) -> bool:
        return self.look.language in ("python", "json") and not self.look.one_line

    def _takes_tab(self) -> bool:
        """Tell whether Tab indents: in code, and in data that has a window of its own; in a form data is one field of many."""
        return self._indents() and (self.look.language == "python" or self.look.lines is None)

    # ------------------------------------------------------------------ text
    def set_text(self, text: str) -> None:
        """Show a text, without telling of it. Caret, selection and scroll place stay where what they stood in is the same."""
        before = self.toPlainText()
        if text == before:
            return
        self._known_text = text
        self._wrap_for(text)  # before it is laid out
        start = _same(before, text)
        end = _same(before[start:][::-1], text[start:][::-1])
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(len(before) - end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text[start : len(text) - end])
        self.document().clearUndoRedoStacks()  # undone here would be what was not done here
        self._check_names()

    def forget(self) -> None:
        """Empty it and what could be undone in it, before another text is shown."""
        self._known_text = ""
        self._lost = []
        self.clear()
        self.document().clearUndoRedoStacks()
        self.set_issues(())

    def replace_range(self, start: int, end: int, text: str) -> None:
        """Put a text in place of a part, as a person would; the caret goes behind it."""
        cursor = self.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self.setTextCursor(cursor)

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the caret to a line and a column, both from 1."""
        block = self.document().findBlockByNumber(min(max(line - 1, 0), self.blockCount() - 1))
        cursor = self.textCursor()
        cursor.setPosition(block.position() + min(max(column - 1, 0), max(block.length() - 1, 0)))
        self.setTextCursor(cursor)
        self.centerCursor()
        self.setFocus()

    # ------------------------------------------------------------------ names and problems
    def set_names(self, names: Names) -> None:
        """Offer these names, and show which of those in the text there are not."""
        self._names = names
        self._check_names()

    @property
    def names(self) -> Names:
        """The names that are offered."""
        return self._names

    def lost_names(self) -> list[Lost]:
        """Return the names in the text that there are not."""
        return self._lost

    def line_of(self, at: int) -> int:
        """Return the line of a place in the text, from 1."""
        return self.document().findBlock(at).blockNumber() + 1

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """Show problems that name a line."""
        self._issues = [issue for issue in issues if issue.line]
        self._show_marks()

    def issues(self) -> list[Issue]:
        """Return the problems that are shown."""
        return self._issues

    def set_found(self, found: Sequence[tuple[int, int]]) -> None:
        """Show parts of the text as found, by their offsets."""
        self._found = list(found)
        self._show_marks()

    def mark_of(self, line: int) -> str:
        """Return the colour role of the worst problem in a line (from 0), empty when it has none."""
        severities = {issue.severity for issue in self._issues if issue.line == line + 1}
        if any(self.line_of(lost.start) == line + 1 for lost in self._lost):
            severities.add("error")
        return "state.failed" if "error" in severities else "state.waiting" if severities else ""

    def lost_at_caret(self) -> Lost | None:
        """Return the missing name under the caret, else the first one."""
        at = self.textCursor().position()
        here = [lost for lost in self._lost if lost.start <= at <= lost.end]
        return next(iter(here or self._lost), None)

    def fix(self, lost: Lost) -> None:
        """Write the name that is near in place of a missing one."""
        if lost.near:
            self.replace_range(lost.start, lost.end, lost.near)

    def take_offer(self, name: Name) -> None:
        """Write an offered name in place of what was typed of it."""
        text, at = self.toPlainText(), self.textCursor().position()
        self.replace_range(start_of(text, at), at, name.path.replace(ITEM, "[0]"))
        if self._completion is not None:
            self._completion.close_offers()

    @property
    def completion(self) -> Completion | None:
        """What offers names; None until some were wanted."""
        return self._completion

    def _check_names(self) -> None:
        text = self.toPlainText()
        expression = self.look.language == "expression"
        self._lost = self._names.lost(text, expression=expression) if self.look.names and len(text) <= _MAX_CHECKED else []
        self._show_marks()

    def _show_marks(self) -> None:
        marks = [self._washed(start, end) for start, end in self._found]
        marks += [self._marked(lost.start, lost.end, "syntax.template_missing", lost=True) for lost in self._lost]
        for issue in self._issues:
            block = self.document().findBlockByNumber((issue.line or 1) - 1)
            if block.isValid():
                text = block.text()
                start = (issue.column or len(text) - len(text.lstrip()) + 1) - 1
                role = "state.failed" if issue.severity == "error" else "state.waiting"
                marks.append(self._marked(block.position() + min(start, len(text)), block.position() + len(text), role))
        self.setExtraSelections(marks)
        if self._gutter:
            self._gutter.update()
        self.marked.emit()

    def _washed(self, start: int, end: int) -> QTextEdit.ExtraSelection:
        mark = self._marked(start, end, "state.waiting")
        form = QTextCharFormat()
        form.setBackground(theme().color("state.waiting", 0.3))
        mark.format = form
        return mark

    def _marked(self, start: int, end: int, role: str, *, lost: bool = False) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(max(end, start), QTextCursor.MoveMode.KeepAnchor)
        form = QTextCharFormat()
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        form.setUnderlineColor(theme().color(role))
        if lost:
            form.setForeground(QColor(theme().color(role)))
        mark.cursor, mark.format = cursor, form
        return mark

    # ------------------------------------------------------------------ keys
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Complete, indent, end the edit, or type."""
        if self._completion is not None and self._completion.key(event):
            return
        leaves, self._may_leave = self._may_leave, False
        key, modifiers = event.key(), event.modifiers()
        if event.matches(QKeySequence.StandardKey.Find) and not self.look.one_line:
            self.find_wanted.emit()
        elif key == Qt.Key.Key_Escape and self._takes_tab():
            self._may_leave = True  # the next Tab goes on to the next field
            event.ignore()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(event)
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and self._takes_tab() and not self.isReadOnly():
            if leaves:
                self.setTabChangesFocus(True)
                self.focusNextPrevChild(key == Qt.Key.Key_Tab)
                self.setTabChangesFocus(False)
            else:
                indent.shift(self, -1 if key == Qt.Key.Key_Backtab else 1, self._width())
        elif key == Qt.Key.Key_Backspace and self._indents() and indent.take_back(self, self._width()):
            pass
        elif key == Qt.Key.Key_Slash and modifiers == Qt.KeyboardModifier.ControlModifier and self.look.language == "python":
            indent.comment(self)
        elif key == Qt.Key.Key_Space and modifiers == Qt.KeyboardModifier.ControlModifier and self.look.names:
            self._offer(everything=True)
        else:
            self._type(event)

    def _wants(self, event: QKeyEvent) -> bool | None:
        """Tell whether a key is for the text although the window may have a shortcut for it; None where Qt knows."""
        if event.matches(QKeySequence.StandardKey.Undo):
            return self.document().isUndoAvailable() and not self.isReadOnly()
        if event.matches(QKeySequence.StandardKey.Redo):
            return self.document().isRedoAvailable() and not self.isReadOnly()
        if event.matches(QKeySequence.StandardKey.Find):
            return not self.look.one_line
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and modifiers == Qt.KeyboardModifier.AltModifier:
            return self.lost_at_caret() is not None
        if modifiers == Qt.KeyboardModifier.ControlModifier and key in (Qt.Key.Key_Space, Qt.Key.Key_Slash):
            return True
        return None

    def focusNextPrevChild(self, following: bool) -> bool:
        """Keep Tab while it takes an offered name: Qt asks here before it hands the key over."""
        card = self._completion.card if self._completion is not None else None
        return not (following and card is not None and card.rows.offers) and super().focusNextPrevChild(following)

    def _width(self) -> int:
        return 2 if self.look.language == "json" else 4

    def _enter(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers == Qt.KeyboardModifier.AltModifier:
            lost = self.lost_at_caret()
            if lost and lost.near and not self.isReadOnly():
                self.fix(lost)
            else:
                event.ignore()
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        elif self.look.one_line and not modifiers:
            self.done.emit()
        elif self._indents() and not self.isReadOnly():
            indent.new_line(self, self._width())
        else:
            super().keyPressEvent(event)

    def _type(self, event: QKeyEvent) -> None:
        if event.text() == " " and self.look.templates and indent.stands_in_fresh_braces(self):
            return
        if event.text() == "}" and self.look.templates and indent.step_over_brace(self):
            return
        super().keyPressEvent(event)
        if not self.look.names or self.isReadOnly() or not event.text():
            return
        if event.text() == "{" and self.look.templates and indent.close_braces(self):
            self._offer(everything=True)
        elif event.text().isprintable() or event.key() == Qt.Key.Key_Backspace:
            self._offer()

    def _offer(self, *, everything: bool = False) -> None:
        if self._completion is None:
            self._completion = Completion(self)
        self._completion.offer(everything=everything)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text; in one line without the breaks around it."""
        if source.hasText():
            self._wrap_for(self.toPlainText() + source.text())
            self.textCursor().insertText(source.text().strip() if self.look.one_line else source.text())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Put the offers away and tell that the edit is done."""
        super().focusOutEvent(event)
        if self._completion is not None:
            self._completion.close_offers()
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.done.emit()
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show cut, copy and paste without stopping the window."""
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    # ------------------------------------------------------------------ geometry
    def lines_in_view(self) -> Iterator[tuple[int, QRectF]]:
        """Yield the lines in view, from 0, each with the rectangle of its first row."""
        block = self.firstVisibleBlock()
        offset = self.contentOffset()
        height = QFontMetricsF(self.font()).lineSpacing()
        while block.isValid():
            rect = self.blockBoundingGeometry(block).translated(offset)
            if rect.top() > self.viewport().height():
                return
            if block.isVisible():
                yield block.blockNumber(), QRectF(rect.left(), rect.top() + self.viewport().y(), rect.width(), height)
            block = block.next()

    def event(self, event: QEvent) -> bool:
        """Follow a change of the look and of the size; keep the keys that are for the text from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            wanted = self._wants(event)
            if wanted is not None:
                event.setAccepted(wanted)
                return wanted
        done = super().event(event)
        if event.type() == QEvent.Type.Polish:
            self._keep_font()
            self._fit_height()
        elif event.type() == QEvent.Type.FontChange:
            self._keep_font()  # the style sheet brings back the one that was there first
        elif event.type() == QEvent.Type.Resize:
            self._place_parts()
        return done

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow a new width: other lines may wrap."""
        super().resizeEvent(event)
        self._fit_height()

    def _place_parts(self) -> None:
        if self._gutter is not None:
            box = self.contentsRect()
            self._gutter.setGeometry(box.left(), box.top(), self._gutter.width_needed(), box.height())
        if self._corner is not None:
            self._corner.move(self.width() - self._corner.width() - 3, (theme().metric["field"] - self._corner.height()) // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line of the caret and indentation, then the text."""
        if self.look.marks:
            painter = QPainter(self.viewport())
            self._paint_current_line(painter)
            self._paint_guides(painter)
            painter.end()
        super().paintEvent(event)

    def _paint_current_line(self, painter: QPainter) -> None:
        if not self.hasFocus():
            return
        rect = self.blockBoundingGeometry(self.textCursor().block()).translated(self.contentOffset())
        painter.fillRect(QRectF(0, rect.top(), self.viewport().width(), rect.height()), theme().color("accent.base", 0.07))

    def _paint_guides(self, painter: QPainter) -> None:
        """Draw the levels of indentation, from the second on."""
        if not self._indents():
            return
        step = QFontMetricsF(self.font()).horizontalAdvance(" ") * self._width()
        left = self.contentOffset().x() + self.document().documentMargin()
        for number, rect in self.lines_in_view():
            text = self.document().findBlockByNumber(number).text()
            for level in range(1, (len(text) - len(text.lstrip(" "))) // self._width()):
                top = rect.top() - self.viewport().y()
                painter.fillRect(QRectF(round(left + level * step), top, 1, rect.height()), theme().color("line.subtle"))

    def set_corner(self, widget: QWidget) -> None:
        """Put a small button into the upper right corner, beside the text."""
        self._corner = widget
        widget.setParent(self)
        self._make_room()
        self._place_parts()

    def _make_room(self) -> None:
        left = self._gutter.width_needed() if self._gutter else 6
        right = 4 + (self._corner.width() if self._corner else 0)
        line = QFontMetricsF(self.font()).lineSpacing() + 2 * self.document().documentMargin()
        one_line = int(theme().metric["field"] - 2 - line) // 2
        vertical = max(one_line, 1) if self.look.lines else 6
        self.setViewportMargins(left, vertical, right, vertical)

    def _fit_height(self) -> None:
        if self.look.lines is None or self._is_fitting:
            return
        self._is_fitting = True  # a new height leads here again, before it is set
        least, most = self.look.lines
        rows = self._rows(most + 1)
        shown = min(max(rows, least), most)
        margins = self.viewportMargins()
        room = QFontMetricsF(self.font()).lineSpacing() * shown + 2 * self.document().documentMargin()
        height = ceil(room) + margins.top() + margins.bottom() + 2
        self.setFixedHeight(max(height, theme().metric["field"]))
        always_off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(needed if rows > most else always_off)
        self._is_fitting = False

    def _rows(self, enough: int) -> int:
        """Return how many rows the text takes, as far as that is fewer than `enough`: a line counts as one until laid out."""
        rows, block, layout = 0, self.document().begin(), self.document().documentLayout()
        while block.isValid() and rows < enough:
            layout.blockBoundingRect(block)
            rows += max(block.layout().lineCount(), 1)
            block = block.next()
        return rows

    # ------------------------------------------------------------------ what Qt tells
    def _on_text(self) -> None:
        text = self.toPlainText()
        if text == self._known_text:
            return  # colours were changed, or this text was set
        self._known_text = text
        self._wrap_for(text)
        self._check_names()
        if not self.isReadOnly():
            self.typed.emit()

    def _on_cursor(self) -> None:
        if self._gutter:
            self._gutter.update()
        if self.look.marks:
            self.viewport().update()
        if self._completion is not None:
            self._completion.follow()
        if self.hasFocus():
            self._caret_moved.start()

    def _follow_caret(self) -> None:
        """Scroll the page that this stands on to the caret: a text that grows would take it out of sight."""
        if self._completion is not None:
            self._completion.place()
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if isinstance(area, QScrollArea):
            caret = self.cursorRect()
            place = self.viewport().mapTo(area.viewport(), caret.center())
            area.ensureVisible(0, place.y() + area.verticalScrollBar().value(), 0, caret.height())

    def _on_update(self) -> None:
        if self._gutter:
            self._gutter.update()


def _same(one: str, other: str) -> int:
    """Return how many letters are the same at the beginning of both."""
    length = min(len(one), len(other))
    return next((at for at in range(length) if one[at] != other[at]), length)
