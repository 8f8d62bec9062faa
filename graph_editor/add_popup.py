"""The two cards that add a node: a search on the canvas, and the menu after an edge was dropped on nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from engine.api.declaration import CATEGORIES
from graph_editor.choice_card import ChoiceCard
from graph_editor.choice_rows import ChoiceRow, FitRow
from graph_editor.choices import Choice, find
from graph_editor.filter_row import Filter, FilterRow
from graph_editor.hits import PortHit
from graph_editor.node_face import port_name
from resources.language import tr, trn
from widgets.boxes import clear, line, row, words
from widgets.elided import Elided
from widgets.glyph import Glyph, PortMark
from widgets.pick_card import EMPTY, FOOT, hint
from widgets.search import Found
from widgets.theme import font, theme
from widgets.values import TYPE_WORDS

_SEARCH_HEAD, _FILTERS, _MENU_HEAD, _FIELD = 46, 32, 34, 40
_LANDING_GAP = 24
_ALL, _FITS = "", "#fits"
_CODE = "code"
"""The category of nodes that can do what no other node does."""


class AddPopup(ChoiceCard):
    """Search a node to add, among all, those of a category, or those that fit what is selected."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, ChoiceRow(), theme().metric["popup"])
        self._fits: Collection[str] = ()
        self._offers = False
        self.field.setProperty("kind", "bare")
        self.field.setFont(font(theme().size["title"]))
        self.field.setPlaceholderText(tr("Search nodes"))
        self.field.setAccessibleName(tr("Search a node to add"))
        self.field.installEventFilter(self)
        self._count = words("", "hint")
        self._wire = hint(tr("Ctrl Enter"), tr("add and wire"))
        self._stay = hint(tr("Shift Enter"), tr("stay open"))
        self.filters = FilterRow()
        self.filters.changed.connect(self._on_filter)
        head = row(
            Glyph("search", "accent.text", 16), self.field, self._count, gap=2, margins=(14, 0, 14, 0), height=_SEARCH_HEAD
        )
        narrow = row(self.filters, hint(tr("Ctrl ↑ ↓"), tr("filter")), gap=8, margins=(12, 0, 12, 0), height=_FILTERS)
        foot = row(
            hint(tr("Enter"), tr("add")), self._wire, self._stay, None,
            hint(tr("Esc"), tr("close")), gap=12, margins=(12, 0, 12, 0), height=FOOT,
        )  # fmt: skip
        for part in (head, line(), narrow, self.nothing, self.rows, line(subtle=True), foot):
            self.body.addWidget(part)

    def open_beside(
        self, landing: QRect, choices: Sequence[Choice], fits: Collection[str] = (), *, can_wire: bool, can_stay: bool
    ) -> None:
        """Open right of where the node would stand, left of it where there is no room.

        `fits` are the types that fit what is selected. `can_wire` says whether there is a node to wire it to, `can_stay` whether
        several can be added.
        """
        self._wire.setVisible(can_wire)
        self._stay.setVisible(can_stay)
        self._fits, self.filters.chosen = fits, _ALL
        self.make_room()
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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Ctrl with Up and Down from the field: they choose another filter."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = steps.get(Qt.Key(event.key()), 0) if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 0
            if step:
                self.filters.step(step)
                return True
        return super().eventFilter(watched, event)

    def look_for(self, query: str) -> None:
        """Show the choices that these letters mean and the filter leaves; without any, what else would do."""
        found = find(query, self._choices)
        self.filters.show_filters(self._counted(found))
        shown = [hit for hit in found if self._keeps(hit.thing)]
        self.show_count(len(shown), len(self._choices))
        self._offers = False
        if shown:
            self.show_found(shown, "")
        elif found:
            self._show_offers(found, tr("Not here, but among all nodes:"))
        else:
            code = [Found(choice, 0.0) for choice in self._choices if choice.kind.category == _CODE]
            said = tr("No node is found by “{query}”. Code can do it:", query=query)
            self._show_offers(code, said if code else tr("No node is found by “{query}”.", query=query))

    def rows_height(self) -> int:
        """Return the height of the rows, with what is said above them."""
        return super().rows_height() + (EMPTY if self._offers and self.model.rowCount() else 0)

    def frame_height(self) -> int:
        """See `ChoiceCard`."""
        return _SEARCH_HEAD + _FILTERS + FOOT + 2

    def show_count(self, shown: int, total: int) -> None:
        """See `ChoiceCard`."""
        self._count.setText(tr("{shown} of {total}", shown=shown, total=total))

    def _show_offers(self, offers: Sequence[Found[Choice]], said: str) -> None:
        """Show what was not asked for: nothing of it is chosen, so that Enter does not take it unawares."""
        self._offers = True
        self.show_found(offers, said)
        self.nothing.show()
        self.list.setCurrentIndex(QModelIndex())
        self.aimed.emit(None)

    def _counted(self, found: Sequence[Found[Choice]]) -> list[Filter]:
        """Return the filters with how many of these each leaves; categories, in the order of the palette, that leave some."""
        count = Counter(hit.thing.kind.category for hit in found)
        titles = {choice.kind.category: choice.category for choice in self._choices}
        filters = [Filter(_ALL, tr("All"), len(found))]
        if self._fits:
            fitting = sum(hit.thing.kind.type_id in self._fits for hit in found)
            filters.append(Filter(_FITS, tr("What fits"), fitting))
        order = list(CATEGORIES)
        some = [name for name in titles if count[name] or name == self.filters.chosen]
        some.sort(key=lambda name: order.index(name) if name in order else len(order))
        return filters + [Filter(name, titles[name], count[name]) for name in some]

    def _keeps(self, choice: Choice) -> bool:
        chosen = self.filters.chosen
        return chosen == _ALL or (choice.kind.type_id in self._fits if chosen == _FITS else choice.kind.category == chosen)

    def _on_filter(self) -> None:
        self.look_for(self.field.text())


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
        self.make_room()
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
