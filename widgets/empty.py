"""What a panel shows while there is nothing in it: what it is for, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from widgets.boxes import words
from widgets.glyph import Glyph
from widgets.theme import theme

_SIGN = 32


class EmptyState(QWidget):
    """A quiet sign, a name and a sentence, with buttons below for what can be done."""

    def __init__(self, icon_name: str, title: str, text: str, actions: Sequence[tuple[str, Callable[[], object]]] = ()) -> None:
        super().__init__()
        space = theme().space
        column = QVBoxLayout(self)
        column.setContentsMargins(space["xl"], space["lg"], space["xl"], space["lg"])
        column.setSpacing(space["xs"])
        column.addStretch(2)
        column.addWidget(Glyph(icon_name, "text.disabled", _SIGN), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(space["xs"])
        for label in (words(title, "name", wrap=True), words(text, "hint", wrap=True)):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        for number, (said, do) in enumerate(actions):
            button = QPushButton(said)
            button.clicked.connect(do)
            column.addSpacing(0 if number else space["sm"])
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
