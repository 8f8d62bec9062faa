"""The two cards that add a node: a search on the canvas, and the menu after an edge was dropped on nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from graph_editor.choice_card import ChoiceCard
from graph_editor.choice_rows import ChoiceRow, FitRow
from graph_editor.choices import Choice
from graph_editor.hits import PortHit
from graph_editor.node_face import port_name
from resources.language import tr, trn
from widgets.boxes import clear, line, row, words
from widgets.elided import Elided
from widgets.glyph import Glyph, PortMark
from widgets.pick_card import FOOT, hint
from widgets.theme import font, theme
from widgets.values import TYPE_WORDS

_SEARCH_HEAD, _MENU_HEAD, _FIELD = 46, 34, 40
_LANDING_GAP = 24


class AddPopup(ChoiceCard):
    """Search a node to add. `can_wire` says whether there is a node to wire it to, `can_stay` whether several can be added."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, ChoiceRow(), theme().metric["popup"])
        self.field.setProperty("kind", "bare")
        self.field.setFont(font(theme().size["title"]))
        self.field.setPlaceholderText(tr("Search nodes"))
        self.field.setAccessibleName(tr("Search a node to add"))
        self._count = words("", "hint")
        self._wire = hint(tr("Ctrl Enter"), tr("add and wire"))
        self._stay = hint(tr("Shift Enter"), tr("add, stay open"))
        head = row(
            Glyph("search", "accent.text", 16), self.field, self._count, gap=2, margins=(14, 0, 14, 0), height=_SEARCH_HEAD
        )
        foot = row(
            hint(tr("Enter"), tr("add")), self._wire, self._stay, None,
            hint(tr("Esc"), tr("close")), gap=12, margins=(12, 0, 12, 0), height=FOOT,
        )  # fmt: skip
        for part in (head, line(), self.rows, self.nothing, line(subtle=True), foot):
            self.body.addWidget(part)

    def open_beside(self, landing: QRect, choices: Sequence[Choice], *, can_wire: bool, can_stay: bool) -> None:
        """Open right of where the node would stand, left of it where there is no room."""
        self._wire.setVisible(can_wire)
        self._stay.setVisible(can_stay)
        self.offer(choices)
        parent, width, height = self.parentWidget(), self.card_width(), self.card_height()
        room = parent.rect() if parent is not None else landing
        left = landing.right() + _LANDING_GAP
        if left + width > room.right() - 4:
            left = landing.left() - _LANDING_GAP - width
        if left < 4:
            left = max(room.right() - 4 - width, 4)
        top = max(min(landing.top(), room.bottom() - 4 - height), 4)
        self.put(QRect(left, top, width, height))

    def frame_height(self) -> int:
        """See `ChoiceCard`."""
        return _SEARCH_HEAD + FOOT + 2

    def show_count(self, shown: int, total: int) -> None:
        """See `ChoiceCard`."""
        self._count.setText(tr("{shown} of {total}", shown=shown, total=total))


class DropMenu(ChoiceCard):
    """The nodes that the edge in the hand fits."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, FitRow(), theme().metric["drop_menu"])
        self.field.setAccessibleName(tr("Search nodes that fit"))
        self._mark = row(height=_MENU_HEAD)
        self._title, self._port = Elided("", "label-strong"), words("", "mono")
        self._others = words("", "caption")
        head = row(self._mark, self._title, None, self._port, gap=7, margins=(12, 0, 12, 0), height=_MENU_HEAD)
        field = row(self.field, margins=(8, 6, 8, 2), height=_FIELD)
        foot = row(
            hint(tr("Enter"), tr("add, wired")), hint(tr("Tab"), tr("other port")), None, self._others,
            gap=12, margins=(12, 0, 12, 0), height=FOOT,
        )  # fmt: skip
        for part in (head, line(subtle=True), field, self.rows, self.nothing, line(subtle=True), foot):
            self.body.addWidget(part)

    def open_at(self, anchor: QRect, hit: PortHit, title: str, choices: Sequence[Choice], others: int) -> None:
        """Open below a place, for an edge from a port of the node with this title; `others` is how many do not fit."""
        kind = tr(TYPE_WORDS.get(hit.declared.type, hit.declared.type))
        said = tr("Takes {type} from {title}") if hit.side == "output" else tr("Gives {type} to {title}")
        self._title.set_text(said.format(type=kind, title=title))
        self._port.setText(port_name(hit.declared))
        layout = self._mark.layout()
        assert layout is not None
        clear(layout)
        layout.addWidget(PortMark("list" if hit.is_list else hit.declared.type, 12))
        self.field.setPlaceholderText(trn("Search {count} that fits", "Search {count} that fit", len(choices)))
        self._others.setText(trn("{count} does not fit", "{count} do not fit", others) if others else "")
        self.offer(choices)
        self.put_by(anchor, self.card_width(), self.card_height())

    def frame_height(self) -> int:
        """See `ChoiceCard`."""
        return _MENU_HEAD + _FIELD + FOOT + 2

    def tab(self) -> None:
        """Take the next port of the node under the bar."""
        index = self.list.currentIndex()
        if index.isValid():
            self.model.put(index.row(), self.model.at(index.row()).thing.other_port())
            self.aimed.emit(self.current())
