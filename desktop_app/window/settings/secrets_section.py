"""The section of secrets: their names, where they are kept, and how a workflow uses one. No value is ever shown."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.window.message_bar import Way
from desktop_app.window.settings.parts import INSET, Note, card_head, failed, inset, stretch
from desktop_app.window.settings.secret_names import KnownSecret
from desktop_app.window.settings.setup import Setup
from desktop_app.window.settings.wording import stored_in
from resources.language import tr
from widgets.boxes import clear, column, fill, line, row, words
from widgets.elided import Elided
from widgets.empty import EmptyState
from widgets.glyph import Button, Glyph, IconButton

_ROW, _EMPTY = 44, 180


class SecretRow(QWidget):
    """One secret. `replace_asked` and `removed` tell its name."""

    replace_asked = Signal(str)
    removed = Signal(str)

    def __init__(self, secret: KnownSecret, used_for: str) -> None:
        super().__init__()
        self.name = secret.name
        self.note: Note | None = None
        self.replace_button = Button(tr("Replace"), kind="quiet")
        self.replace_button.setAccessibleName(tr("Replace the value of {name}", name=secret.name))
        self.replace_button.clicked.connect(self._replace)
        self.remove_button = IconButton("trash-2", tr("Remove {name}", name=secret.name), 15, side=26)
        self.remove_button.clicked.connect(self.ask)
        name, place = Elided(secret.name, "mono"), stored_in(secret.source)
        kept = words(place[:1].upper() + place[1:], "hint")
        ends = (words(used_for, "hint"), kept, self.replace_button, self.remove_button)
        margins = (INSET, 0, 10, 0)
        box = row(Glyph("key-round", "text.tertiary", 15), name, *ends, gap=12, margins=margins, height=_ROW)
        stretch(box, 1)
        self._body = QVBoxLayout(self)
        fill(self._body, [box])

    def ask(self) -> None:
        """Ask whether it is to be removed, below the row."""
        if self.note is None:
            said = tr("This cannot be undone. Workflows that use it will say that it is missing.")
            ways = [Way(tr("Keep"), self._keep, "quiet"), Way(tr("Remove it"), self._remove, "danger")]
            self.note = Note(tr("Remove the secret {name}?", name=self.name), said, "state.failed", "trash-2", ways)
            self._body.addWidget(inset(self.note))
        self.note.buttons[0].setFocus()

    def _keep(self) -> None:
        item = self._body.takeAt(1)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        self.note = None
        self.remove_button.setFocus()

    def _replace(self) -> None:
        self.replace_asked.emit(self.name)

    def _remove(self) -> None:
        self.removed.emit(self.name)


class SecretsSection(QWidget):
    """Shows `SecretNames`. `card_asked` asks for the card that stores one: with a name, or without one for a new one."""

    card_asked = Signal(str)

    def __init__(self, setup: Setup) -> None:
        super().__init__()
        self._setup, self._secrets = setup, setup.secrets
        self.rows: dict[str, SecretRow] = {}
        self._shown: object = None
        self.add_button = Button(tr("Add a secret"), "plus")
        self.add_button.clicked.connect(self._add)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        head = card_head(tr("Secrets"), tr("kept in the keychain of the system, else in an encrypted file"), self.add_button)
        held = column(head, line(), self._list, margins=(1, 1, 1, 1), kind="card")
        how = words(
            tr("Fields that take a secret offer these names. In the text of a workflow one is written so:"), "hint", wrap=True
        )
        form = words("{$secret: name}", "mono")
        why = words(tr("A workflow that came from elsewhere may use a secret only after you trusted it. Values are struck out of "
                       "results and logs."), "hint", wrap=True)  # fmt: skip
        fill(QVBoxLayout(self), [held, column(how, form, why, gap=4, margins=(INSET, 0, INSET, 0)), None], gap=12)
        self._secrets.changed.connect(self.refresh)
        setup.providers.changed.connect(self.refresh)
        self._secrets.refresh()
        self.refresh()

    def refresh(self) -> None:
        """Show the secrets as they are now."""
        uses = {provider.secret: provider.name for provider in self._setup.providers.providers}
        shown = ([(secret, uses.get(secret.name, "")) for secret in self._secrets.secrets], self._secrets.problem)
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._list)
        self.rows = {}
        if self._secrets.problem is not None:
            self._list.addWidget(row(failed(self._secrets.problem), margins=(8, 8, 8, 8)))
        for secret, provider in shown[0]:
            if self.rows:
                self._list.addWidget(line())
            one = SecretRow(secret, tr("key of {name}", name=provider) if provider else "")
            one.replace_asked.connect(self.card_asked)
            one.removed.connect(self._secrets.remove)
            self.rows[secret.name] = one
            self._list.addWidget(one)
        if not self.rows and self._secrets.problem is None:
            text = tr("Keys, passwords and addresses that nobody should read go here, and workflows use them by name.")
            empty = EmptyState("key-round", tr("No secrets yet"), text)
            empty.setFixedHeight(_EMPTY)
            self._list.addWidget(empty)

    def _add(self) -> None:
        self.card_asked.emit("")
