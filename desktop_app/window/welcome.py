"""The start page: begin with an empty canvas, a file or an example, and see what this machine has."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.window.actions import Actions
from desktop_app.window.examples import Example, examples
from desktop_app.window.logo import Logo
from desktop_app.window.recent import RecentFiles
from desktop_app.window.start_cards import ExampleCard, RecentRow, StartCard
from desktop_app.window.thumbnail import Known
from resources.language import tr
from widgets.boxes import column, row, words
from widgets.elided import Elided
from widgets.glyph import Glyph

_WIDTH, _COLUMNS, _GAP, _RECENT = 860, 3, 12, 5


@dataclass(frozen=True, slots=True)
class MachineFact:
    """Something that is on this machine, or is missing: a sign, a name, a line, and perhaps what can be done about it.

    `refusal` are the words of a quieter button for who does not want that. Words are said in the language in use.
    """

    icon: str
    role: str
    title: str
    detail: str
    action: str = ""
    do: Callable[[], object] | None = None
    refusal: str = ""
    refuse: Callable[[], object] | None = None


class StartPage(QScrollArea):
    """The page that is there while nothing is open. `example_asked` and `file_asked` tell what a person chose."""

    example_asked = Signal(object)
    file_asked = Signal(object)

    def __init__(self, actions: Actions, recent: RecentFiles, known: Known) -> None:
        super().__init__()
        self._actions, self._recent, self._known = actions, recent, known
        self._facts: Sequence[MachineFact] = ()
        self.setProperty("kind", "canvas")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        recent.changed.connect(self.retranslate)
        self.retranslate()

    def show_machine(self, facts: Sequence[MachineFact]) -> None:
        """Say what is on this machine."""
        self._facts = tuple(facts)
        self.retranslate()

    def retranslate(self) -> None:
        """Make the page anew, in the language in use."""
        at = self.verticalScrollBar().value()
        inside = QWidget()
        inside.setMaximumWidth(_WIDTH)
        page = QVBoxLayout(inside)
        page.setContentsMargins(0, 48, 0, 48)
        page.setSpacing(_GAP)
        page.addStretch(2)
        for part in (self._greeting(), self._ways(), self._examples(), self._recents(), self._machine()):
            if part is not None:
                page.addWidget(part)
        page.addStretch(3)
        self.setWidget(_centred(inside))
        self.verticalScrollBar().setValue(at)

    def _greeting(self) -> QWidget:
        hour = time.localtime().tm_hour
        hello = tr("Good morning") if 4 <= hour < 12 else tr("Good afternoon") if hour < 18 and hour >= 12 else tr("Good evening")
        said = column(
            words(hello, "display"), words(tr("Begin with an empty canvas, or with an example that runs."), "secondary")
        )
        return row(Logo(44, "surface.canvas"), said, None, gap=14, margins=(0, 0, 0, 14))

    def _ways(self) -> QWidget:
        ways = [
            StartCard(self._actions["new"], tr("Empty canvas")),
            StartCard(self._actions["open"], tr("Open a .weft file")),
        ]
        return row(*ways, gap=_GAP)

    def _examples(self) -> QWidget | None:
        found = examples()
        if not found:
            return None
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(_GAP)
        columns = 2 if len(found) in (2, 4) else _COLUMNS  # so that no row has a hole
        for place, example in enumerate(found):
            card = ExampleCard(example, self._known)
            card.opened.connect(self._open_example)
            grid.addWidget(card, place // columns, place % columns)
        if len(found) == 1:
            grid.addWidget(QWidget(), 0, 1)  # so that one card is as wide as those above
        for place in range(grid.columnCount()):
            grid.setColumnStretch(place, 1)
        return column(_heading(tr("Begin with a workflow that already runs")), grid)

    def _recents(self) -> QWidget | None:
        paths = self._recent.paths()[:_RECENT]
        if not paths:
            return None
        rows = [RecentRow(path) for path in paths]
        for one in rows:
            one.opened.connect(self.file_asked)
        return column(_heading(tr("Opened last")), *rows)

    def _machine(self) -> QWidget | None:
        if not self._facts:
            return None
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        for place, fact in enumerate(self._facts):
            grid.addWidget(_fact(fact), place // 2, place % 2)
        for place in (0, 1):
            grid.setColumnStretch(place, 1)
        title = row(words(tr("This machine"), "name"), None, height=28)
        card = column(title, grid, gap=4, margins=(16, 8, 16, 10), kind="card")
        return column(4, card)

    def _open_example(self, example: Example) -> None:
        self.example_asked.emit(example)


def _heading(text: str) -> QWidget:
    return row(words(text, "name"), None, margins=(0, 14, 0, 8))


def _fact(fact: MachineFact) -> QWidget:
    said = column(None, Elided(fact.title, "control"), Elided(fact.detail, "hint"), None)
    said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    items = [Glyph(fact.icon, fact.role, 18), said]
    for text, do, kind in ((fact.refusal, fact.refuse, "quiet"), (fact.action, fact.do, "link")):
        if text and do:
            button = QPushButton(text)
            button.setProperty("kind", kind)
            button.clicked.connect(do)
            items.append(button)
    return row(*items, gap=12, height=44)


def _centred(inside: QWidget) -> QWidget:
    held = row(None, inside, None, margins=(24, 0, 24, 0), kind="canvas")
    layout = held.layout()
    assert isinstance(layout, QHBoxLayout)
    layout.setStretch(1, 1000)
    return held
