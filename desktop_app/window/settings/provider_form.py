"""The form of a provider: name, address, key, and the model that it really has.

It is asked before it is set; one that does not answer just now is set only when a person says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.window.message_bar import Way
from desktop_app.window.settings.parts import INSET, Note, failed, while_alive
from desktop_app.window.settings.providers import Draft, Provider, Tested, key_name
from desktop_app.window.settings.setup import Setup
from desktop_app.window.settings.wording import KEYCHAIN, provider_remedy, stored_in
from engine.model.issues import WeftError
from resources.language import tr
from widgets.boxes import fill, row, words
from widgets.elided import Elided
from widgets.forms.context import Choice
from widgets.forms.pick import Pick
from widgets.glyph import Button
from widgets.stylesheet import restyle

_LABEL, _WIDTH, _LEAST = 132, 380, 160
_OF_THE_KEY = ("model.auth", "model.missing-secret")
"""Problems that another key solves; the others of a provider are solved by another address."""


class ProviderForm(QWidget):
    """Adds a provider, or changes one. `closed` tells that it is done with."""

    closed = Signal()

    def __init__(self, setup: Setup, before: Provider | None = None) -> None:
        super().__init__()
        self._setup, self._providers, self._before = setup, setup.providers, before
        self._stored = ""
        self._in_file = False
        self._draft: Draft | None = None
        self._tried: Draft | None = None
        self.name = _field(tr("Name"), before.name if before else "", tr("My server"))
        self.name.setEnabled(before is None)
        self.address = _field(tr("Address"), before.base_url if before else "", "http://localhost:11434/v1")
        self.key = _field(tr("Key"), "", self._key_hint())
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.model = Pick(tr("Default model"))
        self.model.setEnabled(False)
        self.hint = words("", "hint", wrap=True)
        self.connect_button = Button(tr("Connect"), "plug", "primary")
        self.save_button = Button(tr("Save"), "check", "primary")
        self.cancel_button = Button(tr("Cancel"), kind="quiet")
        self.note: Note | None = None
        self._note_place = QVBoxLayout()
        self._lay_out()
        for field in (self.name, self.address, self.key):
            field.textEdited.connect(self._on_edited)
        self.connect_button.clicked.connect(self._connect)
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self.cancel)
        self._show_step(tried=None)

    def begin(self) -> None:
        """Put the focus where a person begins."""
        before = self._before
        field = self.name if before is None else self.key if before.wants_key and not before.key else self.address
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def draft(self) -> Draft:
        """Return what was entered."""
        name, key, before = self.name.text().strip(), self.key.text().strip(), self._before
        secret = self._stored or (before.secret if before else "")
        if key and not self._stored:
            secret = key_name(name, [known.name for known in self._setup.secrets.secrets])
        return Draft(name, self.address.text().strip(), secret, key, self.model.value(), before, self._in_file)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Connect or save with Enter, give up with Esc."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.save_button if self._tried else self.connect_button).click()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)

    def cancel(self) -> None:
        """Give up; a key that was stored only to try it is removed."""
        self._providers.drop_trials()
        self.closed.emit()

    def _lay_out(self) -> None:
        lines = [
            self._line(tr("Name"), self.name),
            self._line(tr("Address"), self.address, tr("the part before /chat/completions")),
            self._line(tr("Key"), self.key, tr("empty when it needs none")),
            self._line(tr("Default model"), self.model, tr("chosen when it has answered")),
        ]
        title = tr("Add a server") if self._before is None else tr("Change {name}", name=self._before.name)
        head = words(title, "name")
        buttons = row(self.connect_button, self.save_button, self.cancel_button, None, gap=8, margins=(_LABEL, 2, 0, 0))
        self.hint.setContentsMargins(_LABEL, 0, 0, 0)
        self.hint.hide()
        self._note_place.setContentsMargins(_LABEL, 0, 0, 0)
        fill(QVBoxLayout(self), [head, *lines, self.hint, self._note_place, buttons], gap=8, margins=(INSET, 12, INSET, 14))

    def _line(self, label: str, field: QWidget, help_text: str = "") -> QWidget:
        said = words(label, "label")
        said.setFixedWidth(_LABEL)
        field.setMinimumWidth(_LEAST)
        field.setMaximumWidth(_WIDTH)
        field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        helped = Elided(help_text, "hint")
        helped.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        box = row(said, field, 10, helped)
        layout = box.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.setStretchFactor(field, 3)
        layout.setStretchFactor(helped, 2)
        return box

    def _key_hint(self) -> str:
        before = self._before
        if before is None or not before.key:
            return ""
        return tr("Kept in the {place}; type another one to replace it", place=stored_in(before.key))

    # steps

    def _show_step(self, *, tried: Draft | None) -> None:
        """Show the button of the next step: connect, and then save."""
        self._tried = tried
        self.connect_button.setVisible(tried is None)
        self.save_button.setVisible(tried is not None)
        self.model.setEnabled(tried is not None)

    def _on_edited(self) -> None:
        self._show_step(tried=None)
        self._say(None)
        self._tell("")
        for field in (self.name, self.address, self.key):
            _mark(field, wrong=False)

    def _problem(self) -> tuple[QLineEdit, str] | None:
        name, parts = self.name.text().strip(), urlsplit(self.address.text().strip())
        if not name:
            return self.name, tr("Give it a name: nodes choose it by that.")
        if self._before is None and self._providers.provider(name) is not None:
            return self.name, tr("There is a provider of this name already.")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return self.address, tr("The address begins with http:// or https:// and often ends in /v1.")
        return None

    def _connect(self) -> None:
        if (problem := self._problem()) is not None:
            self._put_focus(problem[0])
            self._say(Note(problem[1], "", "state.failed", "octagon-x"))
            return
        draft = self.draft()
        self._say(None)
        self._hold_focus()
        self.connect_button.setEnabled(False)
        self._tell(tr("Asking {name} for its models …", name=draft.name))
        if draft.key:
            self._stored = draft.secret
        self._draft = draft
        self._providers.try_out(draft, while_alive(self._on_models), while_alive(self._on_failed))

    def _connect_with_file(self) -> None:
        self._in_file = True
        self._connect()

    def _on_models(self, models: Sequence[str]) -> None:
        self.connect_button.setEnabled(True)
        draft = self._draft
        if draft is None or self.draft() != draft:
            self._tell("")
            return
        self._providers.tested[draft.name] = Tested(tuple(models))
        self.key.clear()
        self.key.setPlaceholderText(tr("Stored; type another one to replace it") if self._stored else self._key_hint())
        self._tell(tr("It answers, and has no models yet.") if not models else tr("Its models are here; choose one."))
        chosen = draft.model or (self._before.model if self._before else "")
        self.model.offer([Choice(model) for model in models])
        self.model.show_choice(chosen if chosen in models else next(iter(models), ""))
        self._show_step(tried=draft)
        self.model.setFocus()

    def _on_failed(self, error: WeftError) -> None:
        self.connect_button.setEnabled(True)
        self._tell("")
        if self.draft() != self._draft:
            return
        code, ways = error.issue.code, list[Way]()
        if code.startswith("model.") and code != "model.bad-provider":
            ways.append(Way(tr("Add anyway") if self._before is None else tr("Save anyway"), self._save_untried))
        if code == KEYCHAIN:
            ways.append(Way(tr("Use the file"), self._connect_with_file))
        self._say(failed(error, provider_remedy(error.issue), ways))
        if self._has_focus():
            self._put_focus(self.key if code in _OF_THE_KEY or code.startswith("secret.") else self.address)

    def _save(self) -> None:
        if self._tried is not None:
            self.save_button.setEnabled(False)
            self._set(replace(self._tried, model=self.model.value()))

    def _save_untried(self) -> None:
        """Set what did not answer: a server that is off now may be on when it is needed."""
        if self._draft is not None:
            self._set(self._draft)

    def _set(self, draft: Draft) -> None:
        self._providers.save(draft, while_alive(self._on_saved), while_alive(self._on_refused))

    def _on_saved(self) -> None:
        self.closed.emit()

    def _on_refused(self, error: WeftError) -> None:
        self.save_button.setEnabled(True)
        self._say(failed(error, provider_remedy(error.issue)))

    def _has_focus(self) -> bool:
        focus = self.window().focusWidget()
        return focus is None or self.isAncestorOf(focus)

    def _hold_focus(self) -> None:
        """Keep the focus from going to the way out while the button that has it cannot be used."""
        if self.connect_button.hasFocus():
            self.address.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_focus(self, field: QLineEdit) -> None:
        """Go to the field that is to blame."""
        _mark(field, wrong=True)
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        field.selectAll()

    def _tell(self, text: str) -> None:
        self.hint.setText(text)
        self.hint.setVisible(bool(text))

    def _say(self, note: Note | None) -> None:
        if self.note is not None:
            self.note.hide()
            self.note.deleteLater()
        self.note = note
        if note is not None:
            self._note_place.addWidget(note)


def _field(name: str, text: str, placeholder: str) -> QLineEdit:
    field = QLineEdit(text)
    field.setAccessibleName(name)
    field.setPlaceholderText(placeholder)
    return field


def _mark(field: QLineEdit, *, wrong: bool) -> None:
    field.setProperty("problem", "error" if wrong else "")
    restyle(field)
