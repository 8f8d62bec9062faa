"""The cards at the top of the window that find what can be done, gone to, or read, and do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop_app.window.command_list import HEIGHT, Command, CommandRow
from resources.language import tr, trn
from widgets.boxes import line, row, words
from widgets.glyph import Glyph
from widgets.pick_card import FOOT, PickCard, hint
from widgets.search import Found, rank
from widgets.theme import font, theme

Source = Callable[[], Iterable[Command]]
Commands = Callable[[list[Command]], None]

_HEAD, _TOP = 46, 6
_WIDER = 120
"""How much wider than the search on the canvas: there are keys at the right."""


@dataclass(frozen=True, slots=True)
class CardWords:
    """What a card says: in its empty field, to the screen reader, and of Enter."""

    asks: str
    name: str
    enter: str


class CommandCard(PickCard[Command]):
    """Finds commands and does the one that is taken. Where the focus was before it goes back to."""

    most_rows = 9

    def __init__(self, window: QWidget, said: CardWords) -> None:
        super().__init__(window, CommandRow(), HEIGHT, Command.said)
        self._before: QWidget | None = None
        self._count = words("", "hint")
        self.field.setProperty("kind", "bare")
        self.field.setFont(font(theme().size["title"]))
        self.field.setPlaceholderText(said.asks)
        self.field.setAccessibleName(said.name)
        head = row(Glyph("search", "accent.text", 16), self.field, self._count, gap=10, margins=(14, 0, 14, 0), height=_HEAD)
        hints = (hint(tr("Enter"), said.enter), hint(tr("↑ ↓"), tr("choose")), None, hint(tr("Esc"), tr("close")))
        foot = row(*hints, gap=14, margins=(14, 0, 14, 0), height=FOOT)
        for part in (head, line(), self.rows, self.nothing, line(subtle=True), foot):
            self.body.addWidget(part)
        self.taken.connect(self._do)

    def open(self) -> None:
        """Show it with an empty field; open already, all that is written is selected."""
        if self.isVisible():
            self.field.selectAll()
            return
        self._before = QApplication.focusWidget()
        self.open_empty()

    def close_card(self) -> None:
        """Hide it and give the focus back."""
        if not self.isHidden():
            super().close_card()
            before, self._before = self._before, None
            if before is not None and isValid(before) and before.isVisible():
                before.setFocus(Qt.FocusReason.PopupFocusReason)

    def fit(self) -> None:
        """Stand at the top of the window, in the middle."""
        window = self.parentWidget()
        assert window is not None
        width = min(theme().metric["popup"] + _WIDER, window.width() - 2 * _TOP)
        self.put(QRect((window.width() - width) // 2, _TOP, width, _HEAD + 1 + self.rows_height() + 1 + FOOT))

    def show_commands(self, found: Sequence[Found[Command]], query: str, nothing: str = "") -> None:
        """Show what was found for a query."""
        self._count.setText(trn("{count} found", "{count} found", len(found)) if query else "")
        self.show_found(found, nothing or tr("Nothing is called “{query}”.", query=query))

    def _do(self, command: Command, _held: Qt.KeyboardModifier) -> None:
        if not command.reason:
            self.close_card()
            command.do()


class CommandPalette(CommandCard):
    """Finds among commands of sources, which are asked when it opens. `late` ones give theirs when they have them."""

    def __init__(
        self, window: QWidget, said: CardWords, sources: Iterable[Source], late: Iterable[Callable[[Commands], object]] = ()
    ) -> None:
        super().__init__(window, said)
        self._sources, self._late = tuple(sources), tuple(late)
        self._commands: list[Command] = []
        self._opened = 0

    def open_empty(self) -> None:
        """Ask the sources, and show what they have."""
        self._opened += 1
        self._commands = [command for source in self._sources for command in source()]
        super().open_empty()
        for ask in self._late:
            ask(self._taker(self._opened))

    def look_for(self, query: str) -> None:
        """Find commands by these letters."""
        nothing = "" if query else tr("There is nothing yet.")
        self.show_commands(rank(query, self._commands, Command.searched), query, nothing)

    def _taker(self, opened: int) -> Commands:
        """Return what takes late commands, as long as the card is open as it is now."""

        def take(commands: list[Command]) -> None:
            if isValid(self) and self.isVisible() and opened == self._opened and commands:
                aimed = self.current()
                self._commands += commands
                self.look_for(self.field.text())
                self._aim(aimed)

        return take

    def _aim(self, command: Command | None) -> None:
        """Keep the bar on a command, wherever it stands now."""
        for place in range(self.model.rowCount()):
            if self.model.at(place).thing is command:
                self.list.setCurrentIndex(self.model.index(place))
                return
