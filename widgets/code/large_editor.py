"""The large editor: a field of text over the canvas, with find and all problems. Not modal: everything beside it stays alive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import Path
from resources.language import tr
from widgets.boxes import fill, line, row, words
from widgets.card import SHADOW, FloatCard
from widgets.code.edit import CodeEdit
from widgets.code.find import FindBar
from widgets.code.names import Names, readable
from widgets.code.problem_list import ProblemList
from widgets.elided import Elided
from widgets.forms.context import FormContext
from widgets.forms.editor import Value
from widgets.forms.kinds import editor_for, make
from widgets.forms.preview import Preview
from widgets.forms.text_editors import TextBased
from widgets.glyph import IconButton, Tile
from widgets.theme import theme

_HEAD, _FOOT, _GRIP = 46, 32, 16
_LEAST = (420, 260)
_LANGUAGES = {"python": "Python", "json": "JSON"}


class LargeEditor(FloatCard):
    """Edits one field of text with a lot of room.

    Signals:
        edited: a path that begins with the name of the field, and the new value, as of `Form`.
        committed: an edit is at its end.
        closed: a person has put it away; the owner deletes it.
    """

    edited = Signal(object, object)
    committed = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget, spec: FieldSpec, context: FormContext, value: Value) -> None:
        super().__init__(parent, 10)
        self.body.setContentsMargins(*[SHADOW + 1] * 4)  # the page must not cover the line around the card
        self.spec, self._context = spec, context
        self.editor = make(editor_for(spec, value), spec, context, large=True)
        self.editor.edited.connect(self._on_edited)
        self.editor.refused.connect(self._on_refused)
        self.editor.committed.connect(self.committed)
        self.preview = Preview(spec, context)
        self._build()
        self.refresh_names()
        self.set_value(value)
        self.setFocusProxy(self.editor)

    def _build(self) -> None:
        self.tile, self._title, self._detail = Tile(size=24), Elided("", "strong"), Elided("", "hint")
        find = IconButton("search", tr("Find (Ctrl+F)"), 16, side=28, role="text.secondary")
        away = IconButton("x", tr("Close (Esc)"), 16, side=28, role="text.secondary")
        away.clicked.connect(self.closed)
        self.head = _Head(self)
        self.head.setFixedHeight(_HEAD)
        fill(QHBoxLayout(self.head), [self.tile, self._title, self._detail, None, find, away], gap=8, margins=(12, 0, 8, 0))
        self._place, self._refused = words("", "caption"), words("", "error")
        corner = _Corner(self)
        foot = row(self._refused, None, self._place, corner, gap=8, margins=(14, 0, 2, 0), height=_FOOT)
        self.finder: FindBar | None = None
        self.problems: ProblemList | None = None
        self.body.addWidget(self.head)
        self.body.addWidget(line())
        edit = self.text_edit
        if edit is not None:
            self.finder, self.problems = FindBar(edit), ProblemList(edit)
            find.clicked.connect(self.finder.open_bar)
            edit.find_wanted.connect(self.finder.open_bar)
            edit.setProperty("kind", "page")
            edit.cursorPositionChanged.connect(self._tell_place)
            self.body.addWidget(self.finder)
        find.setVisible(edit is not None)
        self.body.addWidget(self.editor, 1)
        self.preview.setContentsMargins(10, 4, 10, 6)
        self.body.addWidget(self.preview)
        if self.problems is not None:
            self.body.addWidget(self.problems)
        self.body.addWidget(line(subtle=True))
        self.body.addWidget(foot)
        self._tell_place()

    @property
    def text_edit(self) -> CodeEdit | None:
        """The text, when the field is nothing but one text."""
        return self.editor.edit if isinstance(self.editor, TextBased) else None

    # ------------------------------------------------------------------ what the owner tells
    def show_what(self, title: str, icon_name: str, category: str) -> None:
        """Say whose field it is."""
        self.tile.show_icon(icon_name, category)
        self._title.set_text(title)
        language = _LANGUAGES.get(self.spec.language, tr("Template") if self.spec.takes_templates else "")
        self._detail.set_text(" · ".join(filter(None, (tr(self.spec.label), language))))

    def set_value(self, value: Value) -> None:
        """Show the value of the document, without telling of it."""
        if self.editor.fits(self.spec, value):
            self.editor.set_value(value)
            self._look()

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """Show the issues of the field."""
        self.editor.set_issues([replace(issue, line=issue.line or 1) for issue in issues])

    def refresh_names(self) -> None:
        """Ask the context anew which names templates can use."""
        self.editor.set_names(Names(readable(self._context.names(), self.spec.names), self.spec.names))
        self._look()

    def _look(self) -> None:
        edit = self.text_edit
        self.preview.follow(self.editor.value, can_be_read=edit is None or not edit.lost_names())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put it away with Escape; keep other keys from the canvas."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay inside of the parent."""
        super().resizeEvent(event)
        self._tell_place()

    def move_card(self, corner: QPoint) -> None:
        """Move the card, its head always in sight."""
        parent = self.parentWidget()
        room = parent.rect() if parent is not None else self.rect()
        card = QRect(corner, self.card_rect().size())
        left = max(80 - card.width(), min(card.left(), room.right() - 80))
        card.moveTo(left, max(0, min(card.top(), room.bottom() - _HEAD)))
        self.put(card)

    def size_card(self, width: int, height: int) -> None:
        """Make the card larger or smaller, as far as the parent goes."""
        parent = self.parentWidget()
        corner = self.pos() + QPoint(SHADOW, SHADOW)
        room = (parent.rect() if parent is not None else self.rect()).bottomRight() - corner
        wide, high = max(_LEAST[0], min(width, room.x())), max(_LEAST[1], min(height, room.y()))
        self.put(QRect(corner.x(), corner.y(), wide, high))

    # ------------------------------------------------------------------ inside
    def _on_edited(self, path: Path, value: Value) -> None:
        self.edited.emit((self.spec.name, *path), value)
        self._look()

    def _on_refused(self, why: str) -> None:
        self._refused.setText(why)

    def _tell_place(self) -> None:
        edit = self.text_edit
        if edit is None:
            return
        cursor = edit.textCursor()
        number, column = cursor.blockNumber() + 1, cursor.positionInBlock() + 1
        self._place.setText(tr("Line {line}, column {column}", line=number, column=column))


class _Head(QWidget):
    """The head of the card, by which it is moved."""

    def __init__(self, card: LargeEditor) -> None:
        super().__init__()
        self._card = card
        self._held: QPoint | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = event.globalPosition().toPoint() - self._card.pos() - QPoint(SHADOW, SHADOW)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._card.move_card(event.globalPosition().toPoint() - self._held)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None


class _Corner(QWidget):
    """The corner by which the card is made larger."""

    def __init__(self, card: LargeEditor) -> None:
        super().__init__()
        self.setFixedSize(_GRIP, _GRIP)
        self._card = card
        self._held: QPoint | None = None
        self.setCursor(Qt.CursorShape.SizeFDiagCursor)
        self.setToolTip(tr("Drag to make it larger"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().color("text.tertiary"), 1.2))
        for length in (3, 7):
            painter.drawLine(QPointF(_GRIP - 3 - length, _GRIP - 4), QPointF(_GRIP - 4, _GRIP - 3 - length))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        size = self._card.card_rect().size()
        self._held = QPoint(size.width(), size.height()) - event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            size = self._held + event.globalPosition().toPoint()
            self._card.size_card(size.x(), size.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
