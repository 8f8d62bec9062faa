"""A question of a run to a person: what is asked, what will happen, the data to look at and to edit, and the answer."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from engine.model.issues import Issue
from engine.model.paths import Missing
from engine.model.values import Json, JsonObject
from resources.language import Phrase, tr, trn
from widgets.boxes import clear, column, fill, line, row, words
from widgets.chip import Chip
from widgets.elided import Elided
from widgets.glyph import Button, Glyph, Tile
from widgets.payload.editor import PayloadEditor
from widgets.payload.schema import Difference
from widgets.run.words import day_time
from widgets.safe_text import SafeText
from widgets.theme import theme
from widgets.values import brief

SETTLES_MS = 700
"""How long a dialog that came by itself takes nothing."""
_MOST_SHOWN, _WIDTH, _HEIGHT, _LEAST, _SPARE, _INSET = 4, 760, 680, 230, 48, 24
_SHORT_QUESTION, _NAME, _LINE = 140, 72, 20
_ROW = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that a person has to know of it. `question` is as the run tells it: text, payload, effect, schema.

    `follows` tells what the workflow does when it is approved, and when it is rejected; shown when the step itself says nothing.
    """

    approval: str
    workflow: str
    step: str
    question: JsonObject = field(default_factory=dict)
    run: str = ""
    asked: float = 0.0
    follows: tuple[str, str] = ("", "")
    icon: str = "user-check"
    category: str = "people"

    @property
    def text(self) -> str:
        """What is asked."""
        return str(self.question.get("text") or tr("Go on?"))

    @property
    def schema(self) -> JsonObject:
        """What an edited payload has to fit."""
        schema = self.question.get("schema")
        return schema if isinstance(schema, dict) else {}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person decided; `payload` counts when it was `edited`."""

    approval: str
    approved: bool
    comment: str = ""
    payload: Json = None
    edited: bool = False


class ApprovalCard(QWidget):
    """Asks one question.

    Signals:
        answered: an `Answer` to be sent. The card waits for `show_answered` or `show_error`.
        close_wanted: the card may go away; the question waits on.
    """

    answered = Signal(object)
    close_wanted = Signal()

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self.asked = asked
        self.is_over = self._is_sending = False
        self._settling = QTimer(self, interval=SETTLES_MS, singleShot=True)
        self._settling.timeout.connect(self._on_settled)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "panel")
        self.payload: PayloadEditor | None = None
        payload = asked.question.get("payload")
        if payload is not None or asked.schema:
            self.payload = PayloadEditor(payload, asked.schema)
            self.payload.changed.connect(self._show_edits)
        self.head = self._made_head()
        self._body = self._made_body()
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._body)
        foot = self._made_foot()
        for part in (self.head, foot):
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        fill(QVBoxLayout(self), [self.head, scroll, line(), foot])
        self._around = self.head, foot
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._approve_by_key)
        self._show_edits()

    def wanted_height(self, width: int) -> int:
        """Return the height in which nothing has to be scrolled."""
        body = self._body.layout()
        needed = body.heightForWidth(width) if body is not None and body.hasHeightForWidth() else self._body.sizeHint().height()
        return sum(part.sizeHint().height() for part in self._around) + max(needed, self._body.sizeHint().height()) + 1

    # ------------------------------------------------------------------ parts
    def _made_head(self) -> QWidget:
        asked = self.asked
        is_short = len(asked.text) <= _SHORT_QUESTION and "\n" not in asked.text.strip()
        self.title = words(asked.text.strip() if is_short else tr("A question to you"), "title", wrap=True)
        who = [tr("Asked by {workflow}, step {step}", workflow=asked.workflow, step=asked.step), asked.run]
        if asked.asked:
            who.append(f"{day_time(asked.asked)}, {_ago(time.time() - asked.asked)}")
        self.who = Elided(" · ".join(part for part in who if part), "hint")
        self.state = Chip(tr("Waits for you"), "state.waiting", "user-check")
        self.question = SafeText(grows=True)
        self.question.setAccessibleName(tr("Question"))
        self.question.setVisible(not is_short)
        if not is_short:
            self.question.show_markdown(asked.text)
        tile = column(Tile(asked.icon, asked.category, 36), None)
        head = QWidget()
        head.setAccessibleName(asked.text)
        layout = QHBoxLayout(head)
        fill(layout, [tile], gap=12, margins=(_INSET, 20, _INSET, 14))
        layout.addWidget(column(self.title, self.who, None, gap=2), 1)
        layout.addWidget(self.state, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _made_body(self) -> QWidget:
        body = QWidget()
        layout = QVBoxLayout(body)
        fill(layout, [], gap=8, margins=(_INSET, 0, _INSET, 16))
        layout.addWidget(self.question)
        effect = str(self.asked.question.get("effect") or "")
        if effect:
            self.effect = SafeText(grows=True)
            self.effect.setAccessibleName(tr("When you approve"))
            self.effect.show_markdown(effect)
            layout.addWidget(_heading("send", tr("When you approve"), tr("Not before you approve")))
            layout.addWidget(column(self.effect, margins=(10, 6, 10, 0), kind="field"))
        elif any(self.asked.follows):
            layout.addWidget(_heading("route", tr("What happens then"), ""))
            for name, said in zip((tr("Approved"), tr("Rejected")), self.asked.follows, strict=True):
                label = words(name, "label")
                label.setMinimumWidth(_NAME)
                follows = row(label, 8, Elided(said, "secondary"), height=_LINE, margins=(24, 0, 0, 0))
                follows.layout().setStretch(2, 1)  # type: ignore[union-attr]
                layout.addWidget(follows)
        if self.payload is not None:
            self.edits = Chip()
            self.reset = Button(tr("Undo the edits"), "rotate-ccw", "link")
            self.reset.clicked.connect(self._undo_edits)
            layout.addSpacing(4)
            right: list[QWidget] = [self.reset, self.edits, *([self.payload.choice] if self.payload.choice else [])]
            layout.addWidget(_heading("square-pen", tr("Data"), "", *right))
            if not self.payload.is_editable:
                layout.addWidget(words(tr("It is too large to be edited here, and goes on as it is."), "hint", wrap=True))
            layout.addWidget(self.payload, 1)
            self._changes = QVBoxLayout()
            fill(self._changes, [], gap=2)
            layout.addLayout(self._changes)
        else:
            layout.addStretch(1)
        return body

    def _made_foot(self) -> QWidget:
        self.comment = QLineEdit()
        self.comment.setPlaceholderText(tr("Comment, kept with the answer"))
        self.comment.setAccessibleName(tr("Comment"))
        self._error_sign = Glyph("octagon-x", "state.failed", 16)
        self.error = words("", "error", wrap=True)
        self._failure = QWidget()
        layout = QHBoxLayout(self._failure)
        fill(layout, [column(self._error_sign, None, margins=(0, 1, 0, 0))], gap=8)
        layout.addWidget(self.error, 1, Qt.AlignmentFlag.AlignTop)
        self._failure.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._failure.hide()
        self.approve_button = Button(tr("Approve"), "check", "primary")
        self.approve_button.setToolTip(tr("Ctrl+Enter"))
        self.approve_button.clicked.connect(self.approve)
        self.reject_button = Button(tr("Reject"), "x", "danger")
        self.reject_button.clicked.connect(self.reject)
        self.later_button = Button(tr("Decide later"))
        self.later_button.setToolTip(tr("Esc. The run waits on."))
        self.later_button.clicked.connect(self.close_wanted)
        buttons = row(self.approve_button, self.later_button, None, self.reject_button, gap=8)
        return column(self._failure, self.comment, buttons, gap=10, margins=(_INSET, 14, _INSET, 18))

    # ------------------------------------------------------------------ what the owner tells
    def settle(self) -> None:
        """Take nothing for a moment, as it has come by itself: a click on its way was meant for what it covers now."""
        self._set_usable(usable=False)
        self._settling.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """When it is shown again a person wants it."""
        super().hideEvent(event)
        if self._settling.isActive():
            self._settling.stop()
            self._on_settled()

    def _on_settled(self) -> None:
        if not self.is_over and not self._is_sending:
            self._set_usable(usable=True)

    def show_error(self, issue: Issue) -> None:
        """Say why the answer was not taken. A question that is answered already takes none any more."""
        self._is_sending = False
        if issue.code == "approval.answered":
            self.state.show_words(tr("Answered already"), "state.skipped", "circle-check")
            self._end()
        else:
            self._set_usable(usable=True)
        place, why = _refusal(issue.text)
        at_field = bool(why) and self.payload is not None and self.payload.show_refusal(place, why)
        self.error.setText(tr("The edit is not allowed. See the field that is marked.") if at_field else issue.told)
        self._failure.show()

    def show_answered(self, status: str, by: str = "") -> None:
        """Say that the question was answered, here or elsewhere, or needs no answer any more."""
        said = {
            "approved": (tr("Approved by {name}", name=by) if by else tr("Approved"), "state.ok", "circle-check"),
            "rejected": (tr("Rejected by {name}", name=by) if by else tr("Rejected"), "state.failed", "circle-x"),
        }.get(status, (tr("No answer needed any more"), "state.skipped", "circle-x"))
        self.state.show_words(*said)
        self._failure.hide()
        self._end()

    def show_sending(self) -> None:
        """Say that the answer is on its way; nothing can be changed meanwhile."""
        self._is_sending = True
        self._failure.hide()
        self.state.show_words(tr("Sending…"), "state.running", "loader-circle")
        self._set_usable(usable=False)

    # ------------------------------------------------------------------ answers
    def approve(self) -> None:
        """Approve, with the edits that were made."""
        self.approve_button.setFocus(Qt.FocusReason.OtherFocusReason)  # an open cell hands in what was typed
        if self.is_over or not self.approve_button.isEnabled():
            return
        edited = self.payload is not None and self.payload.is_edited
        payload = self.payload.value() if self.payload is not None and edited else None
        self._send(Answer(self.asked.approval, True, self.comment.text().strip(), payload, edited))

    def _approve_by_key(self) -> None:
        """Approve, unless nobody has clicked or tabbed into it yet: the keys may have been meant for something else."""
        if not self.head.hasFocus():
            self.approve()

    def reject(self) -> None:
        """Reject; the run goes on with that, and with the data as it was."""
        if not self.is_over and self.reject_button.isEnabled():
            self._send(Answer(self.asked.approval, False, self.comment.text().strip()))

    def _send(self, answer: Answer) -> None:
        self.show_sending()
        self.answered.emit(answer)

    # ------------------------------------------------------------------ inside
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the focus from the head: a click anywhere is a click into it."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def _show_edits(self) -> None:
        payload = self.payload
        if payload is None:
            return
        found = payload.differences()
        self.edits.setVisible(bool(found))
        self.reset.setVisible(bool(found))
        self.edits.show_words(trn("{count} edit", "{count} edits", len(found)), "accent.base")
        self.approve_button.setText(" " + (tr("Approve edited") if found else tr("Approve")))
        self.approve_button.setEnabled(not payload.problem and not self.is_over)
        self.approve_button.setToolTip(tr("Correct what is marked first") if payload.problem else tr("Ctrl+Enter"))
        clear(self._changes)
        for difference in found[:_MOST_SHOWN]:
            self._changes.addWidget(_change_row(difference))
        if len(found) > _MOST_SHOWN:
            more = len(found) - _MOST_SHOWN
            self._changes.addWidget(words(trn("and {count} more", "and {count} more", more), "hint"))

    def _undo_edits(self) -> None:
        if self.payload is not None:
            self.payload.reset()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_usable(self, *, usable: bool) -> None:
        parts: list[QWidget | None] = [self.comment, self.reject_button, self.approve_button, self.payload]
        for part in parts:
            if part is not None:
                part.setEnabled(usable)
        if usable:
            self.state.show_words(tr("Waits for you"), "state.waiting", "user-check")
            self._show_edits()

    def _end(self) -> None:
        self.is_over = True
        self._set_usable(usable=False)
        for part in (self.approve_button, self.reject_button, self.comment):
            part.hide()
        if self.payload is not None:
            self.reset.hide()
        self.later_button.setText(tr("Close"))
        self.later_button.setToolTip("")


class ApprovalDialog(QDialog):
    """A card in a window of its own, beside which everything else can be used. Esc closes it; the question waits on.

    It may appear while a person types elsewhere: it takes no focus when it is shown, and no button of it has the focus then.
    `answered` gives an `Answer`. What was typed is still there when it is shown again.
    """

    answered = Signal(object)

    def __init__(self, asked: Asked, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModal(False)
        self.setWindowTitle(tr("Approval: {step}", step=asked.step))
        self.card = ApprovalCard(asked)
        self.card.answered.connect(self.answered)
        self.card.close_wanted.connect(self.reject)
        fill(QVBoxLayout(self), [self.card], margins=(1, 1, 1, 1))
        spare = _SPARE if self.card.payload is not None else 0  # what was edited is told below the data
        self.resize(_WIDTH, min(_HEIGHT, max(_LEAST, self.card.wanted_height(_WIDTH) + spare)))
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)

    def setVisible(self, visible: bool) -> None:
        """Let keys do nothing when it appears, until a person clicks or tabs into it."""
        if visible and not self.isVisible():
            self.card.head.setFocus(Qt.FocusReason.OtherFocusReason)
        super().setVisible(visible)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw an edge: a screen without a window manager gives none, and others give one that is hard to see."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme().color("line.strong"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


def _heading(icon_name: str, text: str, note: str, *right: QWidget) -> QWidget:
    return row(
        Glyph(icon_name, "text.secondary", 16), 8, words(text, "name"), None, words(note, "hint"), *_spaced(right), height=28
    )


def _spaced(widgets: tuple[QWidget, ...]) -> list[QWidget | int]:
    found: list[QWidget | int] = []
    for widget in widgets:
        found += [8, widget]
    return found


def _change_row(difference: Difference) -> QWidget:
    before, after = difference.before, difference.after
    if isinstance(after, Missing):
        said = tr("left out")
    elif isinstance(before, Missing):
        said = tr("added: {value}", value=brief(after, 60))
    else:
        said = f"{brief(before, 40)}  →  {brief(after, 60)}"
    name = words(_place_text(difference.path), "label")
    name.setMinimumWidth(96)
    what = Elided(said, "hint")
    result = row(Glyph("pencil", "diff.changed", 12), 8, name, 8, what, height=20)
    layout = result.layout()
    if isinstance(layout, QHBoxLayout):
        layout.setStretch(layout.indexOf(what), 1)
    return result


def _refusal(text: str) -> tuple[str, str]:
    """Return where a schema refuses an edit, and why; empty texts when that is not told."""
    problem = text.values.get("problem") if isinstance(text, Phrase) else None
    if not isinstance(problem, Phrase) or not {"place", "what"} <= problem.values.keys():
        return "", ""
    return str(problem.values["place"]), tr(problem.values["what"])


def _place_text(path: str) -> str:
    """Say where an edit is: rows are counted from 1."""
    found = _ROW.match(path)
    if not found:
        return path or tr("Value")
    return " · ".join(part for part in (tr("Row {number}", number=int(found[1]) + 1), path[found.end() :].lstrip(".")) if part)


def _ago(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 1:
        return tr("just now")
    if minutes < 60:
        return trn("{count} minute ago", "{count} minutes ago", minutes)
    if minutes < 60 * 24:
        return trn("{count} hour ago", "{count} hours ago", minutes // 60)
    return trn("{count} day ago", "{count} days ago", minutes // (60 * 24))
