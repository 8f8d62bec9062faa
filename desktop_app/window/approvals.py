"""Questions of runs to a person: the page of the side panel, the badge, and a dialog for each that is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from desktop_app.window.main import MainWindow
from desktop_app.window.moments import ago
from desktop_app.window.runs import Question, RunService
from engine.model.issues import WeftError
from resources.language import tr
from widgets.boxes import clear, column, row
from widgets.elided import Elided
from widgets.empty import EmptyState
from widgets.glyph import Tile

if TYPE_CHECKING:  # made when a question is looked at: the window opens before they are imported
    from widgets.approval import Answer, ApprovalDialog

PAGE = "approvals"
_AGES_MS = 20_000


class Approvals(QObject):
    """Shows what `RunService.questions` tells; `title_of` gives what a step is called, empty when its workflow is not open.

    `window` gives the window, which may ask for the page of the side panel while it is being made itself. A question of a run
    that was begun here, or that nobody has and whose workflow is open, opens its dialog by itself when that workflow is in
    front, one after the other, and takes neither the focus nor a click that was on its way; else a toast tells of it.
    """

    def __init__(
        self, window: Callable[[], MainWindow], runs: RunService, title_of: Callable[[Question], str], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.follows_of: Callable[[Question], tuple[str, str]] = lambda _question: ("", "")
        """Tells what the workflow does when a question is approved, and when it is rejected; empty when it is not open."""
        self.is_in_front: Callable[[Question], bool] = lambda _question: True
        """Tells whether a question is of the workflow that a person looks at."""
        self._pause = QTimer(self, interval=QApplication.doubleClickInterval(), singleShot=True)
        self._pause.timeout.connect(self._open_next)
        self._window, self._runs, self._title_of = window, runs, title_of
        self._dialogs: dict[tuple[str, str], ApprovalDialog] = {}
        self._seen: set[tuple[str, str]] = set()
        self._sent: set[tuple[str, str]] = set()
        self._next: list[Question] = []
        self._page: QuestionList | None = None
        runs.questions_changed.connect(self._follow)
        runs.trouble.connect(self._on_trouble)

    def make_page(self) -> QWidget:
        """Make the page of the side panel and serve it from now on."""
        self._page = QuestionList()
        self._page.opened.connect(self.open)
        self._page.show_questions(self._runs.questions())
        return self._page

    def open(self, question: Question) -> None:
        """Show the dialog of a question, as a person wants it; the canvas can be used beside it."""
        dialog = self._show(question)
        dialog.raise_()
        dialog.activateWindow()

    def open_of(self, run: str, address: str = "") -> None:
        """Show the dialog of what a run asks, of one step if that is named; of several the oldest."""
        asked = [one for one in self._runs.questions() if one.run == run and address in ("", one.address)]
        if asked:
            self.open(asked[0])

    def _show(self, question: Question) -> ApprovalDialog:
        key = (question.run, question.address)
        dialog = self._dialogs.get(key)
        if dialog is None:
            from widgets.approval import ApprovalDialog, Asked

            name = f"{question.run}:{question.address}"
            title = self._title_of(question) or question.address
            asked = Asked(
                name, question.name, title, dict(question.question), asked=question.asked, follows=self.follows_of(question)
            )
            dialog = self._dialogs[key] = ApprovalDialog(asked, self._window().frame)
            dialog.answered.connect(partial(self._on_answered, question))
            dialog.finished.connect(self._pause.start)
        dialog.show()
        return dialog

    def close(self) -> None:
        """Put all dialogs away."""
        self._pause.stop()
        self._next.clear()
        for dialog in self._dialogs.values():
            dialog.hide()
            dialog.deleteLater()
        self._dialogs.clear()

    def _follow(self) -> None:
        questions = {(one.run, one.address): one for one in self._runs.questions()}
        self._window().show_count(PAGE, len(questions))
        if self._page is not None:
            self._page.show_questions(list(questions.values()))
        for key, dialog in list(self._dialogs.items()):
            if key not in questions:
                self._end(key, dialog)
        self._seen &= questions.keys()  # the same step may ask again
        for key, question in questions.items():
            if key not in self._seen:
                self._seen.add(key)
                self._tell(question)

    def _tell(self, question: Question) -> None:
        known = self._runs.get(question.run)
        is_for_here = known is not None and (known.is_ours or (known.was_left and self._title_of(question)))
        if is_for_here and self.is_in_front(question):
            self._next.append(question)
            self._open_next()
        else:
            text = tr("{workflow} waits for your answer.", workflow=question.name)
            self._window().toasts.show_toast(text, "info", (tr("Answer"), partial(self.open, question)))

    def _open_next(self) -> None:
        """Open the dialog of the next question, unless one is open: two that lie on each other are answered by mistake."""
        waiting = {(one.run, one.address): one for one in self._runs.questions()}
        keys = ((question.run, question.address) for question in self._next)
        self._next = [waiting[key] for key in keys if key in waiting]
        if self._next and not any(dialog.isVisible() and not dialog.card.is_over for dialog in self._dialogs.values()):
            self._show(self._next.pop(0)).card.settle()

    def _end(self, key: tuple[str, str], dialog: ApprovalDialog) -> None:
        """A question is answered, here or elsewhere: its dialog goes when the answer was given in it."""
        known = self._runs.get(key[0])
        waits = known.model.step(key[1]).waits if known is not None else []
        del self._dialogs[key]
        if key in self._sent or (known is not None and known.model.is_over):
            self._sent.discard(key)
            dialog.hide()
            dialog.deleteLater()
            self._pause.start()  # the second click of a double click must not answer the next question
        else:
            dialog.card.show_answered(waits[-1].status if waits else "", waits[-1].by if waits else "")
            dialog.finished.connect(dialog.deleteLater)

    def _on_answered(self, question: Question, answer: Answer) -> None:
        self._sent.add((question.run, question.address))
        edited = (answer.payload,) if answer.edited else None
        self._runs.answer(question.run, question.address, approve=answer.approved, comment=answer.comment, edited=edited)

    def _on_trouble(self, run: str, error: WeftError) -> None:
        for key in [key for key in self._sent if key[0] == run]:
            self._sent.discard(key)
            if (dialog := self._dialogs.get(key)) is not None:
                dialog.card.show_error(error.issue)


class QuestionList(QWidget):
    """The questions that wait, oldest first. `opened` gives the one that was chosen."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._empty = EmptyState("stamp", tr("Nothing waits for you"), tr("Runs that need an answer appear here."))
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(6, 0, 6, 6)
        self._rows.setSpacing(2)
        held = QWidget()
        outer = QVBoxLayout(held)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addLayout(self._rows)
        outer.addStretch(1)
        self._clock = QTimer(self, interval=_AGES_MS)
        self._clock.timeout.connect(self._show_ages)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(held)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self._scroll, 1)
        self.show_questions(())

    def show_questions(self, questions: Sequence[Question]) -> None:
        """Show these questions."""
        clear(self._rows)
        self._empty.setVisible(not questions)
        self._scroll.setVisible(bool(questions))
        for question in questions:
            shown = _Row(question)
            shown.chosen.connect(self.opened)
            self._rows.addWidget(shown)

    def _show_ages(self) -> None:
        for place in range(self._rows.count()):
            item = self._rows.itemAt(place)
            if item is not None and isinstance(shown := item.widget(), _Row):
                shown.show_age()

    def showEvent(self, event: QShowEvent) -> None:
        """Tell ages that are right, as long as it can be seen."""
        super().showEvent(event)
        self._show_ages()
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Count no more."""
        self._clock.stop()
        super().hideEvent(event)


class _Row(QWidget):
    chosen = Signal(object)

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question
        self.setProperty("kind", "row")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        text = str(question.question.get("text") or question.address)
        self.about = Elided("", "hint")
        self.show_age()
        said = column(Elided(text, "control"), self.about, gap=1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(row(Tile("user-check", "people", 24), said, gap=8))
        self.setAccessibleName(text)

    def show_age(self) -> None:
        """Say how long it waits by now."""
        self.about.set_text(f"{self._question.name} · {ago(self._question.asked)}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the question."""
        if self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self._question)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the question with Enter or Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._question)
        else:
            super().keyPressEvent(event)
