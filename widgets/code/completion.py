"""Names offered while a template is typed: what each is, what it is now, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import QWidget

from engine.model.paths import MISSING
from resources.language import tr, trn
from widgets.boxes import line, row, words
from widgets.card import FloatCard
from widgets.chip import KeyCap
from widgets.code.names import Lost, Name, is_inside, start_of
from widgets.glyph import Glyph, category_role, paint_port_mark, paint_tile
from widgets.icons import has_icon
from widgets.theme import MEDIUM, REGULAR, font, theme
from widgets.values import TYPE_WORDS, brief, syntax_role

if TYPE_CHECKING:
    from widgets.code.edit import CodeEdit

_ROWS = 8
_INSET = 6
_SOURCE = 138
_GAP, _FAR = 4, 120
"""Pixels between the card and the line, and below the line where the card would be too far from what is typed."""
Offer = tuple[Name, tuple[int, ...]]


class Completion:
    """Offers names to one editor, in a card over its window; the focus stays in the editor."""

    def __init__(self, edit: CodeEdit) -> None:
        self._edit = edit
        self._card: _Card | None = None

    @property
    def card(self) -> _Card | None:
        """The card while it is shown."""
        return self._card if self._card is not None and self._card.isVisible() else None

    def offer(self, *, everything: bool = False) -> None:
        """Show what fits the text before the caret, or all names; nothing outside of braces."""
        edit, text = self._edit, self._edit.toPlainText()
        at = edit.textCursor().position()
        inside = is_inside(text, at, expression=edit.look.language == "expression")
        typed = text[start_of(text, at) : at]
        offers = edit.names.offers(text, at, everything=everything) if inside and (everything or typed) else []
        if len(offers) == 1 and offers[0][0].path == typed:
            offers = []
        if not offers:
            self.close_offers()  # what is wrong with a name that nothing is like stands below the field
            return
        if self._card is None:
            self._card = _Card(edit.window())
            self._card.rows.taken.connect(edit.take_offer)
        here = next((lost for lost in edit.lost_names() if lost.start <= at <= lost.end), None)
        self._card.show_offers(offers, here, len(edit.names.known))
        self.place()

    def key(self, event: QKeyEvent) -> bool:
        """Use a key for the offers; tell whether it was one for them."""
        card = self.card
        if card is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        key = event.key()
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS, Qt.Key.Key_PageUp: -_ROWS}.get(Qt.Key(key))
        if step is not None and card.rows.offers:
            card.rows.move_by(step)
        elif key == Qt.Key.Key_Escape:
            self.close_offers()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter) and card.rows.offers:
            self._edit.take_offer(card.rows.current_name())
        else:
            return False
        return True

    def follow(self) -> None:
        """Put the offers away when the caret left what they were for."""
        if self.card is not None:
            at = self._edit.textCursor().position()
            if not is_inside(self._edit.toPlainText(), at, expression=self._edit.look.language == "expression"):
                self.close_offers()

    def close_offers(self) -> None:
        """Put the offers away."""
        if self._card is not None:
            self._card.hide()
            self._card.deleteLater()
            self._card = None

    def place(self) -> None:
        """Put the card to what is typed, where it covers neither that nor what is said of it."""
        card, edit = self._card, self._edit
        if card is None:
            return
        cursor = edit.textCursor()
        cursor.setPosition(start_of(edit.toPlainText(), cursor.position()))
        caret = edit.cursorRect(cursor)
        corner = edit.viewport().mapTo(edit.window(), caret.topLeft() - QPoint(_INSET + 24, 0))
        width, height = min(theme().metric["completion"], edit.window().width() - 8), card.height_needed()
        card.put_by(self._kept_free(QRect(corner, caret.size()), height), width, height)
        card.show()

    def _kept_free(self, line: QRect, height: int) -> QRect:
        """Return what a card of this height leaves free: the line of the caret, and what is said below the field."""
        said, window = self._edit.said_below, self._edit.window()
        if said is None or not said.isVisible():
            return line
        told = QRect(said.mapTo(window, QPoint(0, 0)), said.size())
        if line.bottom() + _GAP + height < told.top():
            return line
        is_far = told.bottom() - line.bottom() > _FAR
        free = QRect(line)
        free.setBottom(window.height() if is_far and line.top() - 2 * _GAP >= height else told.bottom())
        return free


class _Rows(QWidget):
    """The names, painted: eight at a time."""

    taken = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.offers: list[Offer] = []
        self._current, self._first = 0, 0
        self.setMouseTracking(True)

    def show_offers(self, offers: list[Offer]) -> None:
        self.offers, self._current, self._first = offers, 0, 0
        self.setFixedHeight(min(len(offers), _ROWS) * self._height() + (2 * _INSET if offers else 0))
        self.update()

    def current_name(self) -> Name:
        return self.offers[self._current][0]

    def move_by(self, step: int) -> None:
        last = len(self.offers) - 1
        wraps = abs(step) == 1 and not 0 <= self._current + step <= last
        self._current = (last if step < 0 else 0) if wraps else min(max(self._current + step, 0), last)
        self._first = min(max(self._first, self._current - _ROWS + 1), self._current)
        self.update()

    def _height(self) -> int:
        return theme().metric["completion_row"]

    def _row_at(self, y: float) -> int:
        return self._first + int((y - _INSET) // self._height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._row_at(event.position().y())
        if 0 <= at < len(self.offers) and at != self._current:
            self._current = at
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._row_at(event.position().y())
        if 0 <= at < len(self.offers):
            self.taken.emit(self.offers[at][0])

    def wheelEvent(self, event: QWheelEvent) -> None:
        step = -1 if event.angleDelta().y() > 0 else 1
        self._first = min(max(self._first + step, 0), max(len(self.offers) - _ROWS, 0))
        self._current = min(max(self._current, self._first), self._first + _ROWS - 1)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, (name, places) in enumerate(self.offers[self._first : self._first + _ROWS]):
            height = self._height()
            rect = QRectF(_INSET, _INSET + number * height, self.width() - 2 * _INSET, height)
            self._paint_row(painter, rect, name, places, chosen=self._first + number == self._current)
        painter.end()

    def _paint_row(self, painter: QPainter, rect: QRectF, name: Name, places: tuple[int, ...], *, chosen: bool) -> None:
        look = theme()
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen:
            painter.setBrush(look.mix("accent.base", "surface.panel", look.alpha["selected"]))
            painter.drawRoundedRect(rect, look.radius["field"], look.radius["field"])
        paint_port_mark(painter, QPointF(rect.left() + 14, rect.center().y()), name.type)
        middle = Qt.AlignmentFlag.AlignVCenter
        right = rect.right() - 8
        if name.source:
            right = self._paint_source(painter, rect, name)
        left = rect.left() + 28
        value = "" if name.value is MISSING else brief(name.value, 18)
        face = font(look.size["caption"], mono=True)
        value_width = QFontMetricsF(face).horizontalAdvance(value)
        end = paint_marked(painter, QRectF(left, rect.top(), right - left - value_width - 12, rect.height()), name.path, places)
        if value:
            painter.setFont(face)
            painter.setPen(look.color(syntax_role(name.value)))  # type: ignore[arg-type]
            painter.drawText(
                QRectF(left, rect.top(), right - left - 4, rect.height()), middle | Qt.AlignmentFlag.AlignRight, value
            )
        kind = tr(TYPE_WORDS.get(name.type, name.type))
        painter.setFont(font(look.size["caption"]))
        painter.setPen(look.color("text.tertiary"))
        if end + 8 + QFontMetricsF(painter.font()).horizontalAdvance(kind) < right - value_width - 12:
            painter.drawText(QRectF(end + 8, rect.top(), 120, rect.height()), middle, kind)

    def _paint_source(self, painter: QPainter, rect: QRectF, name: Name) -> float:
        look = theme()
        left = rect.right() - _SOURCE
        shift = 0
        if name.icon and has_icon(name.icon):
            paint_tile(painter, QRectF(left, rect.center().y() - 8, 16, 16), name.icon, category_role(name.category))
            shift = 22
        painter.setFont(font(look.size["caption"]))
        painter.setPen(look.color("text.tertiary"))
        metrics = QFontMetricsF(painter.font())
        shown = metrics.elidedText(name.source, Qt.TextElideMode.ElideRight, _SOURCE - shift - 4)
        painter.drawText(QRectF(left + shift, rect.top(), _SOURCE - shift, rect.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        return left - 8


class _Card(FloatCard):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = _Rows()
        self._lost_line = line(subtle=True)
        self._told = words("", "error")
        self._meant = words("", "hint")
        self._near = words("")
        self._near.setFont(font(12, MEDIUM, mono=True))
        self._lost = row(
            Glyph("triangle-alert", "state.failed", 13), self._told, self._meant, self._near, None, KeyCap(tr("Alt Enter")),
            words(tr("fix"), "caption"), gap=6, margins=(12, 0, 12, 0), height=34,
        )  # fmt: skip
        self._all = words("", "caption")
        foot = row(
            KeyCap(tr("Tab")), words(tr("take"), "caption"), 6, KeyCap(tr("Ctrl Space")), self._all, None,
            gap=6, margins=(12, 0, 12, 0), height=32,
        )  # fmt: skip
        for part in (self.rows, self._lost_line, self._lost, line(subtle=True), foot):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def show_offers(self, offers: list[Offer], lost: Lost | None, total: int) -> None:
        self.rows.show_offers(offers)
        self._lost.setVisible(lost is not None)
        self._lost_line.setVisible(lost is not None and bool(offers))
        self._all.setText(trn("the only one", "all {count}", total))
        if lost is None:
            return
        self._told.setText(lost_text(lost))
        self._meant.setText(tr("Did you mean") if lost.near else "")
        palette = self._near.palette()
        palette.setColor(QPalette.ColorRole.WindowText, theme().color("accent.text"))
        self._near.setPalette(palette)
        self._near.setText(".".join(filter(None, (lost.below, lost.near))) if lost.near else "")

    def height_needed(self) -> int:
        return self.rows.height() + 33 + (35 if not self._lost.isHidden() else 0)


def lost_text(lost: Lost) -> str:
    """Return what is wrong about a missing name."""
    if lost.below:
        return tr("No “{name}” in {place}.", name=lost.word, place=lost.below)
    return tr("There is no “{name}”.", name=lost.word)


def paint_marked(painter: QPainter, rect: QRectF, text: str, places: tuple[int, ...], *, size: float = 12) -> float:
    """Draw a text with some letters in the accent and bolder, cut at the right; return where it ends."""
    look, left = theme(), rect.left()
    marked = frozenset(places)
    for at, letters in _runs(text, marked):
        face = font(size, MEDIUM if at else REGULAR)
        width = QFontMetricsF(face).horizontalAdvance(letters)
        shown = QFontMetricsF(face).elidedText(letters, Qt.TextElideMode.ElideRight, rect.right() - left + 1)
        painter.setFont(face)
        painter.setPen(look.color("accent.text" if at else "text.primary"))
        painter.drawText(QRectF(left, rect.top(), rect.right() - left + 1, rect.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        left += width
        if left > rect.right():
            return rect.right()
    return left


def _runs(text: str, marked: frozenset[int]) -> list[tuple[bool, str]]:
    runs: list[tuple[bool, str]] = []
    for place, letter in enumerate(text):
        here = place in marked
        if runs and runs[-1][0] == here:
            runs[-1] = (here, runs[-1][1] + letter)
        else:
            runs.append((here, letter))
    return runs
