"""What an empty canvas says: how the first node gets there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from resources.language import tr
from widgets.boxes import row, words
from widgets.chip import KeyCap
from widgets.glyph import Glyph
from widgets.theme import theme

_SIGN, _GAP = 32, 10


class EmptyHint(QObject):
    """Words in the middle of a canvas, through which the mouse goes, and below them a way to the examples.

    `examples_asked` tells that a person would rather begin with one.
    """

    examples_asked = Signal()

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self.button = QPushButton(view)
        self.button.setProperty("kind", "link")
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button.clicked.connect(self.examples_asked)
        self._shown = True
        self.words = self._make()
        self.retranslate()

    @property
    def is_shown(self) -> bool:
        """Whether it is to be seen."""
        return self._shown

    def show(self, shown: bool) -> None:
        """Be there or not."""
        self._shown = shown
        for part in (self.words, self.button):
            part.setVisible(shown)

    def place(self) -> None:
        """Be in the middle of the view."""
        if not self._shown:
            return
        for part in (self.words, self.button):
            part.adjustSize()
        height = self.words.height() + _GAP + self.button.height()
        top = (self._view.height() - height) // 2
        self.words.move((self._view.width() - self.words.width()) // 2, top)
        self.button.move((self._view.width() - self.button.width()) // 2, top + self.words.height() + _GAP)

    def retranslate(self) -> None:
        """Say it in the language in use."""
        before, self.words = self.words, self._make()
        before.hide()
        before.deleteLater()
        self.button.setText(tr("Or begin with an example"))
        self.show(self._shown)
        self.place()

    def _make(self) -> QWidget:
        ways = (
            ((tr("Double-click"), tr("Tab")), tr("search for a node by its name")),
            ((tr("Drag"),), tr("a node from the list at the left")),
            (("Ctrl V",), tr("paste nodes that were copied, also as text")),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(theme().space["sm"])
        for place, (keys, said) in enumerate(ways):
            grid.addWidget(row(None, *(KeyCap(key) for key in keys), gap=4), place, 0)
            grid.addWidget(words(said, "secondary"), place, 1)
        held = QWidget(self._view)
        held.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QVBoxLayout(held)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Glyph("workflow", "text.disabled", _SIGN), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(words(tr("Add the first node"), "title"), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(theme().space["xs"])
        layout.addLayout(grid)
        return held
