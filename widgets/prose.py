"""Sentences in which code stands between backquotes: shown in the face of code, without the marks."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from widgets.marks import CODE, unmarked
from widgets.theme import font

__all__ = ["Prose", "unmarked"]


class Prose(QLabel):
    """A label of a sentence that wraps, in a look of the style sheet. `text` gives what one reads."""

    def __init__(self, text: str = "", kind: str = "") -> None:
        super().__init__()
        self._said = ""
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        if kind:
            self.setProperty("kind", kind)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Say something else."""
        self._said = unmarked(text)
        has_code = self._said != text
        self.setTextFormat(Qt.TextFormat.RichText if has_code else Qt.TextFormat.PlainText)
        super().setText(_rich(text) if has_code else text)
        self.setAccessibleName(self._said)

    def text(self) -> str:
        """Return what is said, without marks."""
        return self._said


def _rich(text: str) -> str:
    """Return a sentence as Qt's HTML; odd parts of it are code."""
    parts = [html.escape(part).replace("\n", "<br>") for part in CODE.split(text)]
    faces = ",".join(f"'{family}'" for family in font(mono=True).families())
    return "".join(f'<span style="font-family:{faces}">{part}</span>' if at % 2 else part for at, part in enumerate(parts))
