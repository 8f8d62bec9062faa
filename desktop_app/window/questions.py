"""The questions of the documents, as cards over the window: one at a time, the newest in place of the one before."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop_app.window.documents import CopyQuestion, UnsavedQuestion
from desktop_app.window.frame import come_forward
from desktop_app.window.message_bar import Way
from desktop_app.window.open_document import OpenDocument
from desktop_app.window.places import short_place
from desktop_app.window.question_card import QuestionCard
from resources.language import tr, trn


class Questions(QObject):
    """Shows questions over a window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._card: QuestionCard | None = None
        self._question: UnsavedQuestion | CopyQuestion | None = None

    @property
    def card(self) -> QuestionCard | None:
        """The card that is shown."""
        return self._card

    def ask(self, question: UnsavedQuestion | CopyQuestion) -> None:
        """Show a question; one that is shown already is answered with cancel."""
        self._cancel()
        come_forward(self._window)
        self._question = question
        self._card = self._unsaved(question) if isinstance(question, UnsavedQuestion) else self._copy(question)
        self._card.dismissed.connect(partial(self._answer, "cancel"))

    def drop(self, document: OpenDocument) -> None:
        """Take a question away whose document is closed."""
        question = self._question
        about = question.documents if isinstance(question, UnsavedQuestion) else (question.document,) if question else ()
        if document in about:
            self._cancel()

    def _unsaved(self, question: UnsavedQuestion) -> QuestionCard:
        titles = [document.title for document in question.documents]
        one = tr("Save the edits of {name}?", name=titles[0])
        title = one if len(titles) == 1 else trn("{count} workflow has edits", "{count} workflows have edits", len(titles))
        ways = [
            Way(tr("Do not save") if len(titles) == 1 else tr("Save none"), partial(self._answer, "discard"), "danger"),
            Way(tr("Save") if len(titles) == 1 else tr("Save all"), partial(self._answer, "save"), "primary"),
        ]
        text = tr("Without a save they are lost.")
        return QuestionCard(self._window, "save", title, text, ways, items=titles if len(titles) > 1 else ())

    def _copy(self, question: CopyQuestion) -> QuestionCard:
        folder = short_place(question.target.parent)
        text = tr("Examples stay as they are. Your own copy, with all its files, goes to {folder}.", folder=folder)
        ways = [
            Way(tr("Choose a place…"), partial(self._answer, "elsewhere")),
            Way(tr("Save a copy"), partial(self._answer, "copy"), "primary"),
        ]
        items = [question.target.name, *(file.as_posix() for file in question.files)]
        return QuestionCard(
            self._window, "files", tr("Save a copy of this example?"), text, ways, items=items, item_icon="file-text"
        )

    def _answer(self, choice: str) -> None:
        question = self._question
        self._end()
        if question is not None:
            question.answer(choice)  # type: ignore[arg-type]

    def _cancel(self) -> None:
        if self._question is not None:
            self._answer("cancel")

    def _end(self) -> None:
        card, self._card, self._question = self._card, None, None
        if card is not None:
            card.end()
