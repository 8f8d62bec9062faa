"""Values of a node that its type does not know: shown, so that nothing is lost unseen, and taken out one by one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.model.issues import Issue
from engine.model.values import Json
from resources.language import tr
from widgets.boxes import clear, column, fill, row, words
from widgets.elided import Elided
from widgets.forms.form import split_place
from widgets.forms.literal import shown_cell
from widgets.glyph import Button, Glyph
from widgets.prose import Prose

_LETTERS = 2_000


class Strays(QWidget):
    """A row for each value: name, value, what is said of it, and a link that removes it unless they are `kept` as they are.

    `removed` tells the name of a value that a person wants gone.
    """

    removed = Signal(str)

    def __init__(self, *, kept: bool = False) -> None:
        super().__init__()
        self._kept = kept
        self._shown: list[tuple[str, Json, str]] = []
        self._values: Mapping[str, Json] = {}
        self._issues: Sequence[Issue] = ()
        self._links: dict[str, Button] = {}
        self._column = QVBoxLayout(self)
        fill(self._column, [], gap=6, margins=(0, 0, 0, 8))
        self.hide()

    @property
    def names(self) -> Collection[str]:
        """The names of the values that are shown."""
        return self._values.keys()

    def show_values(self, values: Mapping[str, Json]) -> None:
        """Show these values."""
        self._values = values
        self._show()

    def set_problems(self, issues: Sequence[Issue]) -> None:
        """Show what is wrong with the values; the `field` of an issue begins with the name of one."""
        self._issues = issues
        self._show()

    def reveal(self, name: str) -> None:
        """Put the focus to the link of a value."""
        if (link := self._links.get(name)) is not None:
            link.setFocus()

    def _show(self) -> None:
        said = {split_place(issue.field)[0]: issue.told for issue in self._issues}
        shown = [(name, value, said.get(name, "")) for name, value in self._values.items()]
        if shown == self._shown:
            return
        focus = self.focusWidget()
        had_focus = focus is not None and focus.hasFocus()
        self._shown = shown
        clear(self._column)
        self._links = {name: self._add(name, value, told) for name, value, told in shown}
        self.setVisible(bool(shown))
        if had_focus and self._links:
            next(iter(self._links.values())).setFocus()

    def _add(self, name: str, value: Json, said: str) -> Button:
        about = Elided("", "hint")
        about.set_text(shown_cell(value)[:_LETTERS])
        link = Button(tr("Remove"), kind="link")
        link.setAccessibleName(tr("Remove {name}", name=name))
        link.setProperty("name", name)
        if self._kept:
            link.hide()
        link.clicked.connect(self._on_link)
        head = row(Glyph("circle-help", "text.tertiary", 13), words(name, "mono"), about, link, gap=7, height=22)
        layout = head.layout()
        if isinstance(layout, QHBoxLayout):
            layout.setStretch(2, 1)
            layout.setAlignment(link, Qt.AlignmentFlag.AlignVCenter)
        below = [row(20, Prose(said, "error"))] if said else []
        self._column.addWidget(column(head, *below, gap=2, margins=(9, 4, 9, 7 if said else 4), kind="field"))
        return link

    def _on_link(self) -> None:
        self.removed.emit(str(self.sender().property("name")))
