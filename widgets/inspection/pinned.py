"""What stands above the form of a pinned node: that it is not run."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.language import tr
from widgets.boxes import column, fill, row
from widgets.glyph import Button, Glyph
from widgets.prose import Prose


class PinnedNote(QWidget):
    """Says so, with a link to unpin it. `unpin_wanted` tells that a person clicked that."""

    unpin_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = Prose(tr("Pinned: not run, gives the pinned value."), "secondary")
        self.link = Button(tr("Unpin"), "pin-off", "link")
        self.link.clicked.connect(self.unpin_wanted)
        sign = column(2, Glyph("pin", "state.pinned", 14), None)
        said = row(sign, self.words, self.link, gap=8, margins=(10, 8, 10, 8), kind="pinned")
        layout = said.layout()
        if isinstance(layout, QHBoxLayout):
            layout.setStretch(1, 1)
        fill(QVBoxLayout(self), [said], margins=(0, 0, 0, 8))
        self.hide()
