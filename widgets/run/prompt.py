"""What a step sent to models: each call with its messages as they were sent, its tokens, and how long it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtGui import QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from resources.language import tr
from widgets.boxes import fill, row
from widgets.elided import Elided
from widgets.empty import EmptyState
from widgets.forms.context import Choice
from widgets.forms.pick import Pick
from widgets.glyph import IconButton
from widgets.run.value_text import LineBreaker
from widgets.step_view import time_text
from widgets.theme import REGULAR, SEMIBOLD, appearance, font, theme

_PICK = 130


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a model, the `number`-th of an attempt. Times are UTC in seconds since the epoch, None for what is not yet.

    `messages` are roles with what was sent, `first` is when the answer began, `error` why there is none.
    """

    attempt: int
    number: int
    provider: str
    model: str
    messages: Sequence[tuple[str, str]]
    started: float
    first: float | None = None
    ended: float | None = None
    tokens: tuple[int, int] = field(default=(0, 0))
    error: str = ""

    def figures(self) -> str:
        """Return tokens, times and model in words."""
        parts = []
        if any(self.tokens):
            parts.append(tr("{sent} tokens sent, {got} received", sent=f"{self.tokens[0]:,}", got=f"{self.tokens[1]:,}"))
        if self.first is not None:
            parts.append(tr("first token after {time}", time=time_text(self.first - self.started)))
        parts.append(time_text(self.ended - self.started) if self.ended is not None else tr("no answer yet"))
        parts += [part for part in (self.provider, self.model) if part]
        return " · ".join(parts)


class PromptPage(QWidget):
    """Shows the calls of a step, the last one first."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: tuple[Call, ...] = ()
        self.pick = Pick(tr("Call"))
        self.pick.setFixedWidth(_PICK)
        self.pick.picked.connect(self._show_call)
        self.figures = Elided("", "hint")
        self.copy_button = IconButton("copy", tr("Copy all messages"), 14, side=24)
        self.copy_button.clicked.connect(self.copy)
        self._head = row(self.pick, 8, self.figures, 8, self.copy_button, margins=(10, 2, 6, 2), height=34)
        self._head.layout().setStretch(2, 1)  # type: ignore[union-attr]
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setUndoRedoEnabled(False)
        self.text.setProperty("kind", "bare")
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.document().setDocumentMargin(10)
        self.text.setAccessibleName(tr("Messages as they were sent"))
        none = EmptyState("send", tr("No prompt is kept"), tr("Prompts of runs before this version of Weft were not kept."))
        self._stack = QStackedWidget()
        shown = QWidget()
        fill(QVBoxLayout(shown), [self._head, self.text])
        for page in (none, shown):
            self._stack.addWidget(page)
        fill(QVBoxLayout(self), [self._stack])
        appearance.changed.connect(self._write)

    def show_calls(self, calls: Sequence[Call]) -> None:
        """Show these calls, oldest first; the chosen one stays."""
        if tuple(calls) == self.calls:
            return
        followed = not self.calls or self.pick.value() == str(len(self.calls) - 1)
        self.calls = tuple(calls)
        tries = {call.attempt for call in calls}
        names = [
            tr("Attempt {attempt}, call {number}", attempt=call.attempt, number=call.number) if len(tries) > 1
            else tr("Call {number}", number=call.number)
            for call in calls
        ]  # fmt: skip
        self.pick.offer([Choice(str(place), name) for place, name in enumerate(names)])
        if followed:
            self.pick.show_choice(str(len(calls) - 1))
        self.pick.setVisible(len(calls) > 1)
        self._stack.setCurrentIndex(int(bool(calls)))
        self._show_call()

    def shown_call(self) -> Call | None:
        """Return the call whose messages are shown."""
        value = self.pick.value()
        return self.calls[int(value)] if value.isdecimal() and int(value) < len(self.calls) else None

    def copy(self) -> None:
        """Put the messages into the clipboard."""
        if call := self.shown_call():
            QGuiApplication.clipboard().setText("\n\n".join(f"{role}:\n{content}" for role, content in call.messages))

    def _show_call(self) -> None:
        call = self.shown_call()
        self.figures.set_text(call.figures() if call else "")
        self._write()

    def _write(self) -> None:
        """Write the messages, each below its role."""
        self.text.clear()
        if (call := self.shown_call()) is None:
            return
        look = theme()
        cursor = QTextCursor(self.text.document())
        for place, (role, content) in enumerate(call.messages):
            if place:
                cursor.insertBlock()
            self._add(cursor, _role(role), "accent.text", first=place == 0)
            cursor.insertBlock()
            cursor.insertText(LineBreaker()(content), _face(look.size["code"], "text.primary", mono=True))
        if call.error:
            cursor.insertBlock()
            self._add(cursor, call.error, look.ink("state.failed"), first=not call.messages)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _add(self, cursor: QTextCursor, words: str, role: str, *, first: bool) -> None:
        if not first:
            cursor.insertBlock()
        cursor.insertText(words, _face(theme().size["small"], role, SEMIBOLD))


def _face(size: float, role: str, weight: int = REGULAR, *, mono: bool = False) -> QTextCharFormat:
    face = QTextCharFormat()
    face.setFont(font(size, weight, mono=mono))
    face.setForeground(theme().color(role))
    return face


def _role(role: str) -> str:
    names = {"system": tr("System"), "user": tr("User"), "assistant": tr("Model")}
    return names.get(role, role)
