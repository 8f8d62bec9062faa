"""A small card that stores a secret: its name, and its value, which is never shown again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop_app.window.message_bar import Way
from desktop_app.window.settings.parts import Note, failed, stretch, while_alive
from desktop_app.window.settings.secret_names import SecretNames
from desktop_app.window.settings.wording import KEYCHAIN, locked_remedy
from engine.api.redact import SHORTEST
from engine.model.issues import WeftError
from resources.language import tr
from widgets.boxes import column, row, words
from widgets.card import ENDING, SHADOW, FloatCard
from widgets.glyph import Button, Glyph

_WIDTH, _TOP = 420, 0.2


class SecretCard(FloatCard):
    """Adds a secret, or replaces the value of the one that is named. `ended` tells its name, or an empty text."""

    ended = Signal(str)
    own_keys = ENDING

    def __init__(self, window: QWidget, secrets: SecretNames, name: str = "") -> None:
        super().__init__(window, radius=10)
        self._window, self._secrets, self._replaced = window, secrets, name
        self.name = QLineEdit(name)
        self.name.setPlaceholderText(tr("slack-webhook"))
        self.name.setEnabled(not name)
        self.value = QLineEdit()
        self.value.setEchoMode(QLineEdit.EchoMode.Password)
        short = tr("Shorter than {count} characters: it cannot be struck out of results and logs.", count=SHORTEST)
        self.short = words(short, "warning", wrap=True)
        self.short.hide()
        self.note: Note | None = None
        self._note_place = QVBoxLayout()
        self.save_button = Button(tr("Replace") if name else tr("Store"), kind="primary")
        self.cancel_button = Button(tr("Cancel"), kind="quiet")
        self._lay_out()
        self.value.textEdited.connect(self._on_edited)
        self.name.textEdited.connect(self._on_edited)
        self.save_button.clicked.connect(self._save_where_usual)
        self.cancel_button.clicked.connect(self.cancel)
        window.installEventFilter(self)
        self._on_edited()
        self.show()
        (self.value if name else self.name).setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Store with Enter, give up with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.save_button.click()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _lay_out(self) -> None:
        title = tr("Replace the value of {name}", name=self._replaced) if self._replaced else tr("New secret")
        self.setAccessibleName(title)
        what = tr("Workflows use it by its name; nobody sees its value again.")
        said = column(words(title, "strong", wrap=True), words(what, "secondary", wrap=True), gap=2)
        head = row(column(2, Glyph("key-round", "state.waiting", 20), None), said, gap=12)
        stretch(head, 1)
        fields = column(*self._field(tr("Name"), self.name), 6, *self._field(tr("Value"), self.value), self.short, gap=3)
        foot = row(self.cancel_button, None, self.save_button, gap=8)
        self.body.addWidget(column(head, fields, self._note_place, foot, gap=14, margins=(18, 16, 16, 14)))

    def _field(self, name: str, field: QLineEdit) -> tuple[QWidget, QWidget]:
        field.setAccessibleName(name)
        return words(name, "label"), field

    def _on_edited(self) -> None:
        value = self.value.text()
        self.short.setVisible(0 < len(value.encode(errors="surrogatepass")) < SHORTEST)
        self.save_button.setEnabled(bool(value and self.name.text().strip()))
        taken = not self._replaced and self._secrets.has(self.name.text().strip())
        self.save_button.setText(tr("Replace") if taken or self._replaced else tr("Store"))
        self._say(None)

    def _save(self, *, in_file: bool = False) -> None:
        self.save_button.setEnabled(False)
        done, refused = while_alive(self._on_stored), while_alive(self._on_failed)
        self._secrets.store(self.name.text().strip(), self.value.text(), done, refused, in_file=in_file)

    def _save_where_usual(self) -> None:
        self._save()

    def _save_in_file(self) -> None:
        self._save(in_file=True)

    def _on_stored(self) -> None:
        self._end(self.name.text().strip())

    def _on_failed(self, error: WeftError) -> None:
        self._on_edited()
        locked = error.issue.code == KEYCHAIN
        self._say(failed(error, locked_remedy(error.issue), [Way(tr("Use the file"), self._save_in_file)] if locked else []))
        if self.note is not None and locked:
            self.note.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, note: Note | None) -> None:
        if self.note is not None:
            self.note.hide()
            self.note.deleteLater()
        self.note = note
        if note is not None:
            self._note_place.addWidget(note)
            note.show()  # it counts from now on
        self._place()

    def cancel(self) -> None:
        """Give up."""
        self._end("")

    def _end(self, name: str) -> None:
        self.value.clear()
        self.hide()
        self.deleteLater()
        self.ended.emit(name)

    def _place(self) -> None:
        window, layout = self._window, self.layout()
        width = min(_WIDTH, window.width() - 2 * SHADOW)
        if layout is not None:
            layout.activate()
            height = layout.totalHeightForWidth(width + 2 * SHADOW) - 2 * SHADOW
            self.put(QRect((window.width() - width) // 2, round(window.height() * _TOP), width, height))
