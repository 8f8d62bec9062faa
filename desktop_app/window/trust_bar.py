"""The bar above a workflow that was not made here: what it could do, in words, and whether a person agrees to that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from desktop_app.window.message_bar import SIGN, TintedBar, told
from desktop_app.window.trust import Asked, effect_lines
from resources.language import tr
from widgets.boxes import clear, row, words
from widgets.chip import Chip
from widgets.glyph import Button, Glyph
from widgets.stylesheet import restyle


class TrustBar(TintedBar):
    """Asks for trust. `trusted` tells that a person agrees, `looked` that it is only looked at, `asked_again` that it is not."""

    trusted = Signal()
    looked = Signal()
    asked_again = Signal()

    def __init__(self) -> None:
        super().__init__("state.waiting")
        self._sign = Glyph("shield-question-mark", self.role, SIGN)
        self.title = words("", "name", wrap=True)
        self.detail = words("", "secondary", wrap=True)
        self._lines = QGridLayout()
        self._lines.setContentsMargins(0, 5, 0, 0)
        self._lines.setVerticalSpacing(3)
        self._lines.setHorizontalSpacing(8)
        self.list = QWidget()
        self.list.setLayout(self._lines)
        self.trust_button = Button("", kind="primary")
        self.look_button = Button("")
        self.trust_button.clicked.connect(self._on_trust)
        self.look_button.clicked.connect(self.looked)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 9, 10, 10)
        line.setSpacing(10)
        line.addWidget(told(self._sign, self.title, self.detail, self.list), 1, Qt.AlignmentFlag.AlignVCenter)
        buttons = row(self.look_button, self.trust_button, gap=6)
        line.addWidget(buttons, 0, Qt.AlignmentFlag.AlignTop)
        self._is_looking = False

    def show_asked(self, asked: Asked, titles: Mapping[str, str], *, is_looking: bool) -> None:
        """Ask about effects, or only remind of them while it is looked at."""
        self._is_looking = is_looking
        self.trust_button.setText(tr("See what it could do") if is_looking else tr("Trust this workflow"))
        self.trust_button.setProperty("kind", "" if is_looking else "primary")
        restyle(self.trust_button)
        self.look_button.setText(tr("Look only"))
        self.look_button.setVisible(not is_looking)
        self.list.setVisible(not is_looking)
        self.detail.setVisible(not is_looking)
        if is_looking:
            self.title.setText(tr("You only look at this workflow; it cannot be run."))
        elif asked.grew:
            self.title.setText(tr("This workflow can do more now than what you trusted."))
        else:
            self.title.setText(tr("This workflow was not made here. Before it runs, look at what it could do:"))
        self.detail.setText(tr("What is marked as new was added since."))
        self.detail.setVisible(asked.grew and not is_looking)
        self._fill(effect_lines(asked.effects, titles), mark=asked.grew)
        self.setAccessibleName(self.title.text())
        self.show()

    def _fill(self, lines: Sequence[tuple[str, str, bool]], *, mark: bool) -> None:
        clear(self._lines)
        for place, (icon, text, is_new) in enumerate(lines):
            said = words(text, wrap=True)
            is_marked = mark and is_new
            self._lines.addWidget(Glyph(icon, "text.secondary", 14), place, 0)
            self._lines.addWidget(said, place, 1 if not is_marked else 2, 1, 2 if not is_marked else 1)
            if is_marked:
                self._lines.addWidget(Chip(tr("new"), "state.waiting", height=18), place, 1)
        self._lines.setColumnStretch(2, 1)

    def _on_trust(self) -> None:
        (self.asked_again if self._is_looking else self.trusted).emit()
