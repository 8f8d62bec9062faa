"""The head of the inspector: what it shows, by tile, title and state."""

from __future__ import annotations

from time import time

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from resources.language import tr
from widgets.boxes import fill, row
from widgets.chip import Chip
from widgets.elided import Elided
from widgets.glyph import Tile
from widgets.step_view import GLYPHS, StepStatus, StepView, role_of, time_text

_HEIGHT = 54
_TICK = 100
_TEXT = 7
"""Pixels from the edge of a line for editing to its text."""


def state_words(step: StepView) -> str:
    """Return the state of a step in a word or two, with the time that it took or takes."""
    words: dict[StepStatus, str] = {
        "idle": tr("Not run yet"), "queued": tr("Queued"), "running": tr("Running"), "succeeded": tr("Done"),
        "failed": tr("Failed"), "waiting": tr("Waiting"), "skipped": tr("Skipped"), "cached": tr("Cached"),
        "cancelled": tr("Cancelled"), "stopped": tr("Stopped"), "paused": tr("Paused"), "disabled": tr("Disabled"),
    }  # fmt: skip
    said = words[step.status]
    seconds = time() - step.started if step.status == "running" and step.started is not None else step.seconds
    if seconds is None:
        return said
    return time_text(seconds) if step.status == "succeeded" else f"{said} {time_text(seconds)}"


class TitleLine(QLineEdit):
    """A title that is edited where it stands. `ended` tells of Enter and of the focus leaving; Escape takes an edit back."""

    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._before = ""
        self.setProperty("kind", "name")
        self.setAccessibleName(tr("Title"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.editingFinished.connect(self.ended)

    def show_title(self, title: str, usual: str) -> None:
        """Show a title, and in its place what is meant by an empty one."""
        if self.text() != title:
            self._before = title
            self.setText(title)
            self.setCursorPosition(0)
        self.setPlaceholderText(usual)

    def event(self, event: QEvent) -> bool:
        """Remember the title when an edit begins."""
        if event.type() == QEvent.Type.FocusIn:
            self._before = self.text()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the edit back with Escape, which then leaves the inspector."""
        if event.key() == Qt.Key.Key_Escape:
            if self.text() != self._before:
                self.setText(self._before)
                self.textEdited.emit(self._before)
            self.clearFocus()
            event.ignore()
        else:
            super().keyPressEvent(event)


class Header(QWidget):
    """Tile, title, what it is, and the state. `retitled` tells of each edit of the title."""

    retitled = Signal(str)
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_HEIGHT)
        self.tile = Tile(size=32)
        self.title = TitleLine()
        self.below = Elided("", "hint")
        self.chip = Chip()
        self._step: StepView | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK)
        self._clock.timeout.connect(self._tick)
        self.title.textEdited.connect(self.retitled)
        self.title.ended.connect(self.ended)
        middle = QVBoxLayout()
        fill(middle, [None, self.title, row(self.below, margins=(_TEXT, 0, 0, 0)), None], gap=0)
        layout = QHBoxLayout(self)
        fill(layout, [self.tile, middle, self.chip], gap=4, margins=(14, 0, 12, 0))
        layout.setStretch(1, 1)

    def show_what(self, icon_name: str, category: str, title: str, usual: str, below: str, tip: str = "") -> None:
        """Show something else; a title that cannot be edited when there is none to edit."""
        self.tile.show_icon(icon_name, category)
        self.title.show_title(title, usual)
        self.below.set_text(below, tip)

    def set_editable(self, *, editable: bool) -> None:
        """Let the title be edited, or only be read."""
        self.title.setReadOnly(not editable)
        self.title.setFocusPolicy(Qt.FocusPolicy.StrongFocus if editable else Qt.FocusPolicy.NoFocus)

    def show_state(self, step: StepView | None) -> None:
        """Show the state of a step, or none. The time of a running one goes on."""
        self._step = step
        self.chip.setVisible(step is not None)
        self._tick()

    def _tick(self) -> None:
        """Show the state, again and again while time goes on."""
        step = self._step
        if step is not None:
            self.chip.show_words(state_words(step), role_of(step.status), GLYPHS[step.status])
        runs = step is not None and step.status == "running" and self.isVisible()
        if runs != self._clock.isActive():
            self._clock.start() if runs else self._clock.stop()
