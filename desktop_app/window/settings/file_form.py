"""The form of a model file of a person's own: what it is, whether it is copied or linked, and how far that is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.window.message_bar import Way
from desktop_app.window.settings import amounts
from desktop_app.window.settings.file_adding import FileAdding, Found
from desktop_app.window.settings.parts import INSET, Note, SoftTile, failed, stretch
from resources.language import tr
from widgets.boxes import clear, column, fill, row, words
from widgets.elided import Elided
from widgets.glyph import Button
from widgets.meter import Meter
from widgets.segments import Segments

COPY, LINK = 0, 1


class FileForm(QWidget):
    """Shows `FileAdding`; hidden while no file is chosen.

    `file_asked` asks for another file; `left` tells that the form goes with the focus in it.
    """

    file_asked = Signal()
    left = Signal()

    def __init__(self, adding: FileAdding) -> None:
        super().__init__()
        self._adding = adding
        self.note: Note | None = None
        self.place: Segments | None = None
        self._hint: QLabel | None = None
        self.add_button = Button(tr("Add"), "plus", "primary")
        self.cancel_button = Button(tr("Cancel"), kind="quiet")
        self.stop_button = Button(tr("Stop"), "square")
        self.done, self.meter = Elided("", "running"), Meter(tr("Copying"), "state.running")
        self._working = column(self.done, self.meter, gap=4)
        self._buttons = row(self.add_button, self.stop_button, self.cancel_button, None, gap=8)
        self._body = QVBoxLayout()
        fill(self._body, [], gap=10)
        whole = QVBoxLayout(self)
        fill(whole, [words(tr("Add a model file"), "name")], gap=10, margins=(INSET, 12, INSET, 14))
        whole.addLayout(self._body)
        for part in (self._working, self._buttons):
            whole.addWidget(part)
        self.add_button.clicked.connect(self._add)
        self.stop_button.clicked.connect(adding.stop)
        self.cancel_button.clicked.connect(adding.leave)
        adding.changed.connect(self._show)
        adding.progressed.connect(self._show_progress)
        self._show()

    def begin(self) -> None:
        """Take the focus, which then goes to what comes next."""
        self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Add with Enter, leave with Esc."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.add_button.isVisible():
            self.add_button.click()
        elif event.key() == Qt.Key.Key_Escape:
            self._adding.leave()
        else:
            super().keyPressEvent(event)

    def _show(self) -> None:
        adding, found = self._adding, self._adding.found
        if adding.path is None:
            if self._has_focus():
                self.left.emit()
            self.hide()
            return
        if self.parentWidget() is not None:
            self.show()
        chosen = self.place.current() if self.place is not None and found is not None else None
        clear(self._body)
        self.note = self.place = self._hint = None
        if found is not None:
            self._show_found(found, chosen)
        else:
            self._body.addWidget(Elided(str(adding.path), "hint", middle=True))
        if adding.problem is not None:
            self.note = failed(adding.problem, ways=self._ways(found))
            self._body.addWidget(self.note)
            self.note.show()
        is_adding = adding.getting is not None
        self._working.setVisible(is_adding)
        self.add_button.setVisible(found is not None and not is_adding)
        self.stop_button.setVisible(is_adding)
        self.cancel_button.setVisible(not is_adding)
        self._show_progress()
        self._focus()

    def _show_found(self, found: Found, chosen: int | None) -> None:
        facts = [amounts.size(found.bytes), found.quantisation]
        facts.append(tr("needs {size} of memory", size=amounts.size(found.memory)))
        said = column(
            Elided(found.name or found.id, "name"), Elided(" · ".join(filter(None, facts)), "hint"),
            Elided(str(self._adding.path), "hint", middle=True), gap=1,
        )  # fmt: skip
        said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        about = row(SoftTile("sparkles", "category.model"), said, gap=12)
        stretch(about, 1)
        self._body.addWidget(about)
        self.place = Segments([tr("Copy it"), tr("Leave it where it is")], tr("Where the file lies"))
        self.place.set_current(chosen if chosen is not None else COPY if found.has_room else LINK)
        self.place.setEnabled(self._adding.getting is None)
        self.place.chosen.connect(self._show_hint)
        self._hint = words("", "hint", wrap=True)
        self._body.addWidget(row(self.place, None))
        self._body.addWidget(self._hint)
        self._show_hint()

    def _show_hint(self) -> None:
        found = self._adding.found
        if found is None or self.place is None or self._hint is None:
            return
        room = self.place.current() == LINK or found.has_room
        if self.place.current() == LINK:
            said = tr("Weft only points to it. When the file is moved or deleted, the model is gone.")
        elif room:
            free = amounts.size(found.free)
            said = tr("The file is copied into the folder of the models, where {size} are free.", size=free)
        else:
            said = tr("A copy has no room: {size} are free where the models lie.", size=amounts.size(found.free))
        self._hint.setText(tr("{said} Nodes choose it as “{name}”.", said=said, name=found.id))
        self.add_button.setEnabled(room)

    def _show_progress(self) -> None:
        getting = self._adding.getting
        if getting is not None:
            said = f"{getting.share:.0%} · {amounts.part_of(getting.done, getting.total)}" if getting.total else tr("Copying …")
            said = tr("Checking the file …") if getting.stage == "verify" else said
            self.done.set_text(tr("Stopping …") if getting.stopping else said)
            self.meter.show_share(getting.share)
            self.stop_button.setEnabled(not getting.stopping)

    def _ways(self, found: Found | None) -> list[Way]:
        problem = self._adding.problem
        if found is not None and problem is not None and problem.issue.code == "model.disk-full":
            return [Way(tr("Leave it where it is"), self._link)]
        return [Way(tr("Choose another …"), self.file_asked.emit)]

    def _focus(self) -> None:
        """Put the focus on what comes next, when it was here and its place is gone."""
        focus = self.window().focusWidget()
        if focus is None or not focus.isVisible() or self._has_focus():
            self._next().setFocus(Qt.FocusReason.OtherFocusReason)

    def _has_focus(self) -> bool:
        focus = self.window().focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def _next(self) -> Button:
        if self.note is not None:
            return self.note.buttons[0]
        if self._adding.getting is not None:
            return self.stop_button
        return self.add_button if self._adding.found is not None and self.add_button.isEnabled() else self.cancel_button

    def _add(self) -> None:
        self._adding.add(link=self.place is not None and self.place.current() == LINK)

    def _link(self) -> None:
        self._adding.add(link=True)
