"""The command palette: one field that finds actions, node types, open workflows and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QWidget

from desktop_app.window.actions import Actions, key_words
from desktop_app.window.command_list import HEIGHT, Command, CommandModel, CommandRow
from desktop_app.window.recent import RecentFiles
from desktop_app.window.tabs import Tabs
from resources.language import tr, trn
from widgets.boxes import line, row, words
from widgets.card import FloatCard
from widgets.chip import KeyCap
from widgets.glyph import Glyph
from widgets.node_types import NodeTypes
from widgets.search import Searched, rank
from widgets.theme import font, theme

Source = Callable[[], Iterable[Command]]

_MOST_ROWS, _HEAD, _FOOT, _RADIUS, _TOP = 9, 46, 34, 10, 6
_WIDER = 120
"""How much wider than the search on the canvas: there are keys at the right."""


class _Field(QLineEdit):
    """Leaves the keys that choose to the list, and tells when the focus goes elsewhere."""

    moved = Signal(int)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _MOST_ROWS, Qt.Key.Key_PageUp: -_MOST_ROWS}
        key = Qt.Key(event.key())
        if key in step:
            self.moved.emit(step[key])
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key != Qt.Key.Key_Tab:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.left.emit()

    def focusNextPrevChild(self, _next: bool) -> bool:
        return True


class CommandPalette(FloatCard):
    """Finds and runs. Each source is asked when it opens."""

    def __init__(self, window: QWidget, sources: Iterable[Source]) -> None:
        super().__init__(window, _RADIUS)
        self._sources = tuple(sources)
        self._commands: list[Command] = []
        self._before: QWidget | None = None
        self.field = _Field()
        self.field.setProperty("kind", "bare")
        self.field.setFont(font(theme().size["title"]))
        self.list = QListView()
        self.model = CommandModel(self)
        self._count = words("", "hint")
        self._nothing = words("", "hint")
        self._build()
        self.hide()

    def open(self) -> None:
        """Show it with an empty field; where the focus was it goes back to."""
        if self.isVisible():
            self.field.selectAll()
            return
        self._before = QApplication.focusWidget()
        self._commands = [command for source in self._sources for command in source()]
        self.field.clear()
        self._find("")
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_card(self) -> None:
        """Hide it and give the focus back."""
        if self.isVisible():
            self.hide()
            if self._before is not None and self._before.isVisible():
                self._before.setFocus(Qt.FocusReason.PopupFocusReason)
            self._before, self._commands = None, []

    def place(self) -> None:
        """Put it at the top of the window, in the middle."""
        window = self.parentWidget()
        assert window is not None
        width = min(theme().metric["popup"] + _WIDER, window.width() - 2 * _TOP)
        rows = min(self.model.rowCount(), _MOST_ROWS)
        self.list.setFixedHeight(rows * HEIGHT)
        height = _HEAD + 1 + (rows * HEIGHT + 12 if rows else 44) + 1 + _FOOT
        self.put(QRect((window.width() - width) // 2, _TOP, width, height))

    def _build(self) -> None:
        self.field.setPlaceholderText(tr("What do you want to do?"))
        self.field.setAccessibleName(tr("Search or run a command"))
        head = row(Glyph("search", "accent.text", 16), self.field, self._count, gap=10, margins=(14, 0, 14, 0), height=_HEAD)
        self.list.setModel(self.model)
        self.list.setItemDelegate(CommandRow(self.list))
        self.list.setSpacing(0)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(self._run)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hints = [(tr("Enter"), tr("run")), (tr("↑ ↓"), tr("choose")), (tr("Esc"), tr("close"))]
        said = [row(KeyCap(key), words(text, "caption"), gap=6) for key, text in hints]
        foot = row(*said[:2], None, said[2], gap=14, margins=(14, 0, 14, 0), height=_FOOT)
        for part in (head, line(), row(self.list, margins=(6, 6, 6, 6)), self._nothing, line(subtle=True), foot):
            self.body.addWidget(part)
        self.field.textChanged.connect(self._find)
        self.field.moved.connect(self._move)
        self.field.left.connect(self.close_card)
        self.field.returnPressed.connect(self._run)

    def _find(self, text: str) -> None:
        found = rank(text, self._commands, _searched)
        self.model.show_found(found)
        parent = self.list.parentWidget()
        assert parent is not None
        parent.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self._nothing.setText(tr("Nothing is called “{query}”.", query=text))
        self._count.setText(trn("{count} found", "{count} found", len(found)) if text else "")
        if found:
            self.list.setCurrentIndex(self.model.index(0))
        self.place()
        self.list.scrollToTop()

    def _move(self, by: int) -> None:
        count = self.model.rowCount()
        if count:
            row_now = self.list.currentIndex().row()
            to = (row_now + by) % count if abs(by) == 1 else min(max(row_now + by, 0), count - 1)
            self.list.setCurrentIndex(self.model.index(to))

    def _run(self, _index: QModelIndex | None = None) -> None:
        index = self.list.currentIndex()
        if not index.isValid():
            return
        command = self.model.at(index.row()).thing
        if not command.reason:
            self.close_card()
            command.do()


def action_commands(actions: Actions) -> list[Command]:
    """Return what the actions of the window can do, those first that can be used now."""
    from desktop_app.window.action_table import APPEARANCE, LANGUAGE, Menu, specs

    sub = {spec.id: menu.title for menu in (APPEARANCE, LANGUAGE) for _, spec in specs((Menu("", menu.title, menu.sections),))}
    commands = [
        Command(
            action.text().rstrip("…"), action.trigger, tr(sub.get(action.spec.id, menu)), action.spec.icon,
            words=(*action.spec.words.split(), action.spec.text), key=key_words(action.keys[0]) if action.keys else "",
            reason=action.reason,
        )
        for menu, group in actions.by_menu().items() for action in group if action.spec.id not in ("commands", "menu")
    ]  # fmt: skip
    return sorted(commands, key=lambda command: bool(command.reason))


def page_commands(tabs: Tabs) -> list[Command]:
    """Return what is open, to go there."""
    return [
        Command(page.title, partial(tabs.show_page, page), tr("Open"), page.icon, sentence=page.tip)
        for page in tabs.pages() if page is not tabs.current()
    ]  # fmt: skip


def recent_commands(recent: RecentFiles, open_file: Callable[[Path], object]) -> list[Command]:
    """Return the files that were opened last, those that are still there."""
    return [
        Command(path.stem.replace("_", " "), partial(open_file, path), tr("Opened last"), "file", sentence=str(path.parent))
        for path in recent.paths() if path.is_file()
    ]  # fmt: skip


def node_commands(types: NodeTypes, add: Callable[[str], object]) -> list[Command]:
    """Return the node types, to add one; `add` gets the id of its type."""
    return [
        Command(
            tr(kind.title), partial(add, kind.type_id), tr("Add node…").rstrip("…"), kind.icon, kind.category,
            tr(kind.summary).replace("`", "").replace("*", ""), (kind.title, *kind.keywords),
        )
        for kind in types
    ]  # fmt: skip


def _searched(command: Command) -> Searched:
    return Searched(command.title, (*command.words, command.where), command.sentence)
