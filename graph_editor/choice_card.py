"""The card that offers nodes to choose from; see `widgets.pick_card`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from graph_editor.choice_rows import ChoiceRow
from graph_editor.choices import Choice, find
from resources.language import tr
from widgets.pick_card import PADDING, PickCard


class ChoiceCard(PickCard[Choice]):
    """Offers choices, in a width that its parent has room for; the upper edge stays where it was opened."""

    def __init__(self, parent: QWidget, delegate: ChoiceRow, width: int) -> None:
        super().__init__(
            parent, delegate, delegate.height(), lambda choice: f"{choice.title}, {choice.sentence or choice.category}"
        )
        self._width = width
        self._choices: Sequence[Choice] = ()

    def make_room(self) -> None:
        """Show no more rows at once than the parent has room for."""
        parent = self.parentWidget()
        room = (parent.height() if parent is not None else 0) - 8 - 2 * PADDING - self.frame_height()
        self.most_rows = min(max(room // self._row_height, 2), type(self).most_rows)

    def offer(self, choices: Sequence[Choice]) -> None:
        """Open with these choices and an empty field."""
        self._choices = choices
        self.open_empty()

    def card_height(self) -> int:
        """Return the height of the card for what it shows now."""
        return self.frame_height() + self.rows_height()

    def card_width(self) -> int:
        """Return the width of the card, which fits into its parent."""
        parent = self.parentWidget()
        return min(self._width, parent.width() - 8) if parent is not None else self._width

    # ------------------------------------------------------------ for those derived from it
    def frame_height(self) -> int:
        """Return the height of everything but the rows."""
        raise NotImplementedError

    def show_count(self, shown: int, total: int) -> None:
        """Say how many were found."""

    def look_for(self, query: str) -> None:
        """Show the choices that these letters mean."""
        found = find(query, self._choices)
        self.show_count(len(found), len(self._choices))
        self.show_found(found, tr("No node is found by “{query}”.", query=query) if query else tr("No node fits here."))

    def fit(self) -> None:
        """Be as high as what is shown; the upper edge stays."""
        if not self.isVisible():
            return
        card = self.card_rect().translated(self.pos())
        card.setSize(card.size().scaled(self.card_width(), self.card_height(), Qt.AspectRatioMode.IgnoreAspectRatio))
        parent = self.parentWidget()
        if parent is not None and card.bottom() > parent.height() - 4:
            card.moveBottom(max(parent.height() - 4, card.height() + 3))
        self.put(card)
