"""The page of settings: sections at the left with a search over all of them, the one that is chosen at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from resources.language import tr
from widgets.boxes import clear, column, line, row, words
from widgets.icons import icon, paint_icon
from widgets.list_button import ListButton
from widgets.search import Searched, rank
from widgets.theme import MEDIUM, REGULAR, SEMIBOLD, font, theme

_SIDE, _WIDE, _ROW, _INSET, _SIGN, _LEAST_NOTE = 216, 980, 32, 8, 16, 40


@dataclass(frozen=True, slots=True)
class Entry:
    """A setting that can be found: its title and further words. Words are said in the language in use."""

    title: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A section: its name, its sign, what it is about, the widget that is made when it is opened, and what is found in it."""

    id: str
    title: str
    icon: str
    detail: str
    make: Callable[[], QWidget]
    entries: tuple[Entry, ...] = ()


class SideRow(ListButton):
    """A row of the list: a sign or its room, a name, a note at the right; marked while it is chosen."""

    def __init__(self, icon_name: str, text: str, note: str = "") -> None:
        super().__init__()
        self._icon, self._note = icon_name, note
        self.setText(text)
        self.setAccessibleName(f"{text} {note}".strip())
        self.setFixedHeight(_ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return its height; the list gives the width."""
        return QSize(80, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row."""
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        painter.setPen(QPen(look.color("accent.base"), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
        ground = look.mix("accent.base", "surface.panel", look.alpha["selected"])
        hover = look.color("text.primary", look.alpha["hover"] if self.underMouse() else 0.0)
        painter.setBrush(ground if chosen else hover)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 1.5, -0.5, -1.5), look.radius["field"], look.radius["field"])
        left, middle = float(_INSET), self.height() / 2
        role = "text.primary" if chosen else "text.tertiary"
        if self._icon:
            paint_icon(painter, self._icon, QRectF(left, middle - _SIGN / 2, _SIGN, _SIGN), look.color(role))
        left += _SIGN + 9
        face = font(look.size["body"], SEMIBOLD if chosen else REGULAR)
        small = font(look.size["small"], MEDIUM if chosen else REGULAR)
        room = QRectF(left, 0, self.width() - left - _INSET, self.height())
        painter.setFont(face)
        painter.setPen(look.color("text.primary"))
        shown = QFontMetricsF(face).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.setFont(small)
        painter.setPen(look.color("text.tertiary"))
        place = room.adjusted(min(QFontMetricsF(face).horizontalAdvance(self.text()), room.width()) + 8, 0, 0, 0)
        if place.width() > _LEAST_NOTE:
            shown = QFontMetricsF(small).elidedText(self._note, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown)
        painter.end()


class SettingsPage(QWidget):
    """Shows sections, each made when it is opened."""

    def __init__(self, make_sections: Callable[[], tuple[SectionSpec, ...]]) -> None:
        super().__init__()
        self._make_sections = make_sections
        self._sections: dict[str, SectionSpec] = {}
        self.current = ""
        self.section: QWidget | None = None
        self.rows: dict[str, SideRow] = {}
        self.found: list[SideRow] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._inside: QWidget | None = None
        self._make()

    def retranslate(self) -> None:
        """Make the page in the language in use; the same section stays open."""
        current, self.current = self.current, ""
        self._make()
        if current:
            self.show_section(current)

    def show_section(self, name: str) -> QWidget:
        """Open a section and return its widget. Raises KeyError for one that there is not."""
        spec = self._sections[name]
        if name != self.current or self.section is None:
            self.current, self.section = name, spec.make()
            head = column(words(spec.title, "title"), words(spec.detail, "hint", wrap=True), gap=1)
            inside = column(head, self.section, gap=14)
            inside.setMaximumWidth(_WIDE)
            inside.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            held = row(inside, None, margins=(24, 20, 24, 24), kind="window")
            layout = held.layout()
            assert isinstance(layout, QHBoxLayout)
            layout.setStretch(0, 100)
            self._scroll.setWidget(held)
        for known, side in self.rows.items():
            side.setChecked(known == name)
        return self.section

    def _make(self) -> None:
        if self._inside is not None:
            self._row.removeWidget(self._inside)
            self._inside.hide()
            self._inside.deleteLater()
        self._sections = {spec.id: spec for spec in self._make_sections()}
        self.section = None
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search settings"))
        self.search.setAccessibleName(tr("Search settings"))
        self.search.setClearButtonEnabled(False)
        self.search.addAction(QAction(icon("search", "text.tertiary"), "", self.search), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._open_first)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.setFocusProxy(self.search)
        title = row(words(tr("Settings"), "name"), None, margins=(4, 0, 0, 0), height=theme().metric["panel_header"])
        side = column(title, self.search, 6, self._list, None, margins=(10, 0, 10, 8), kind="panel")
        side.setFixedWidth(_SIDE)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setProperty("kind", "window")
        self._inside = row(side, line(upright=True), self._scroll)
        layout = self._inside.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.setStretch(2, 1)
        self._row.addWidget(self._inside)
        self._find("")

    # finding

    def begin_search(self) -> None:
        """Put the focus into the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from the search into the list with Down, and leave the search with Esc."""
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        elif event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            first = next(iter((*self.found, *self.rows.values())), None)
            if first is not None:
                first.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def _find(self, text: str) -> None:
        clear(self._list)
        self.rows, self.found = {}, []
        if text.strip():
            self._show_found(text)
            return
        for spec in self._sections.values():
            self.rows[spec.id] = self._add_row(SideRow(spec.icon, spec.title), spec.id)
            self.rows[spec.id].setChecked(spec.id == self.current)

    def _show_found(self, text: str) -> None:
        things = [
            (spec, entry) for spec in self._sections.values() for entry in (Entry(spec.title, (spec.detail,)), *spec.entries)
        ]
        for hit in rank(text, things, lambda thing: Searched(thing[1].title, (*thing[1].words, thing[0].title))):
            spec, entry = hit.thing
            note = spec.title if entry.title != spec.title else ""
            self.found.append(self._add_row(SideRow(spec.icon, entry.title, note), spec.id))
        if not self.found:
            nothing = words(tr("No setting is called so."), "hint", wrap=True)
            nothing.setContentsMargins(_INSET, 8, _INSET, 0)
            self._list.addWidget(nothing)

    def _add_row(self, side: SideRow, section: str) -> SideRow:
        side.setProperty("section", section)
        side.clicked.connect(self._open_clicked)
        self._list.addWidget(side)
        return side

    def _open_first(self) -> None:
        if self.found:
            self.found[0].click()

    def _open_clicked(self) -> None:
        side = self.sender()
        if isinstance(side, SideRow):
            for other in (*self.rows.values(), *self.found):
                other.setChecked(other is side)
            self.show_section(side.property("section"))
            side.setChecked(True)
