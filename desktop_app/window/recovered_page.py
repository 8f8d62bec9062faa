"""What was not saved when the program ended the last time: each document is restored or discarded."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.window.centred import centred
from desktop_app.window.comparison import in_a_line
from desktop_app.window.moments import ago, clock
from desktop_app.window.recovery import Leftover
from resources.language import tr
from widgets.boxes import column, row, words
from widgets.chip import Chip
from widgets.elided import Elided
from widgets.glyph import Button, Glyph
from widgets.node_types import NodeTypes

_WIDTH = 760


class LeftoverCard(QWidget):
    """One document. `decided` tells it, and whether it is to be restored; `difference_asked` that a person wants to see more."""

    decided = Signal(object, bool)
    difference_asked = Signal(object)

    def __init__(self, leftover: Leftover, types: NodeTypes) -> None:
        super().__init__()
        self.leftover = leftover
        self.restore_button = Button(tr("Restore"), "rotate-ccw")
        self.discard_button = Button(tr("Discard"), kind="quiet")
        self.restore_button.clicked.connect(self._restore)
        self.discard_button.clicked.connect(self._discard)
        when = tr("Last edited {time}, {ago}", time=clock(leftover.kept.time), ago=ago(leftover.kept.time))
        if leftover.path is None:
            place, differs = tr("Never saved"), tr("There is no file to compare it with.")
        elif leftover.differences is None:
            place, differs = str(leftover.path), tr("Its file is not at its place any more.")
        else:
            place, differs = str(leftover.path), in_a_line(leftover.differences, types)
        name: list[QWidget] = [
            Elided(leftover.kept.name, "strong"),
            Elided(f"{when} · {place}", "hint", middle=True),
            words(differs, wrap=True),
        ]
        if leftover.file_is_newer:
            name.append(row(Chip(tr("The file was saved later than this"), "state.waiting", "triangle-alert"), None))
        said = column(*name, gap=3)
        said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        buttons = [self.discard_button, self.restore_button]
        if leftover.differences is not None:
            show = Button(tr("Show the difference"), kind="link")
            show.clicked.connect(self._show)
            said.layout().addWidget(show)  # type: ignore[union-attr]
        box = row(column(2, Glyph("history", "accent.base", 18), None), said, column(row(*buttons, gap=4), None), gap=12)
        box.layout().setStretch(1, 1)  # type: ignore[union-attr]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(column(box, margins=(14, 12, 12, 12), kind="card"))

    def _restore(self) -> None:
        self.decided.emit(self, True)

    def _discard(self) -> None:
        self.decided.emit(self, False)

    def _show(self) -> None:
        self.difference_asked.emit(self.leftover)


class RecoveredPage(QScrollArea):
    """Offers unsaved work. `restored` and `discarded` tell a `Leftover`, `difference_asked` too, `empty` that all are decided."""

    restored = Signal(object)
    discarded = Signal(object)
    difference_asked = Signal(object)
    empty = Signal()

    def __init__(self, leftovers: Sequence[Leftover], types: NodeTypes) -> None:
        super().__init__()
        self._types = types
        self.setProperty("kind", "canvas")
        self.setWidgetResizable(True)
        self.cards: list[LeftoverCard] = []
        self._make(leftovers)

    def retranslate(self) -> None:
        """Make the page in the language in use."""
        leftovers = [card.leftover for card in self.cards]
        self.cards.clear()
        self._make(leftovers)

    def _make(self, leftovers: Sequence[Leftover]) -> None:
        self.all_button = Button(tr("Restore all"), "rotate-ccw", "primary")
        self.all_button.clicked.connect(self._restore_all)
        parts = QVBoxLayout()
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(10)
        head = column(
            words(tr("Weft ended without saving these"), "title", wrap=True),
            words(
                tr("Nothing was lost. Restored work opens as unsaved edits; your files stay as they are."), "secondary", wrap=True
            ),
            gap=4,
        )
        top = row(head, column(None, self.all_button, None), gap=12)
        top.layout().setStretch(0, 1)  # type: ignore[union-attr]
        parts.addWidget(top)
        parts.addSpacing(6)
        for leftover in leftovers:
            card = LeftoverCard(leftover, self._types)
            card.decided.connect(self._on_decided)
            card.difference_asked.connect(self.difference_asked)
            self.cards.append(card)
            parts.addWidget(card)
        parts.addStretch(1)
        self.setWidget(centred(parts, _WIDTH))
        self.all_button.setVisible(len(self.cards) > 1)

    def _on_decided(self, card: LeftoverCard, restore: bool) -> None:
        self.cards.remove(card)
        card.hide()
        card.deleteLater()
        (self.restored if restore else self.discarded).emit(card.leftover)
        if not self.cards:
            self.empty.emit()

    def _restore_all(self) -> None:
        for card in list(self.cards):
            self._on_decided(card, True)
