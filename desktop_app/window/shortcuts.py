"""The sheet of shortcuts: every key by menu, what the mouse does, and other keys for whoever wants them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QKeyCombination, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QWidget

from desktop_app.window.action_table import GESTURES
from desktop_app.window.actions import Action, Actions, key_words
from resources.language import tr
from widgets.boxes import column, row, words
from widgets.elided import Elided
from widgets.empty import EmptyState
from widgets.glyph import Button
from widgets.icons import icon
from widgets.sheet import Sheet
from widgets.theme import theme

_WIDTH, _HEIGHT, _ROW, _FIELD = 860, 640, 28, 220
_BARE = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


class KeyButton(QPushButton):
    """The key of an action. After a click the next key pressed becomes the action's; Esc leaves it, Backspace takes it away."""

    recorded = Signal(str, str)

    def __init__(self, action: Action) -> None:
        super().__init__()
        self._action, self._listens = action, False
        self.setProperty("kind", "key")
        self.setAccessibleName(tr("Key of {action}", action=action.text()))
        self.setToolTip(tr("Click, then press another key"))
        self.clicked.connect(self._listen)
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the key, or go on as a button."""
        if not self._listens:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self._stop()
        elif event.key() == Qt.Key.Key_Backspace and not event.modifiers():
            self._stop()
            self.recorded.emit(self._action.spec.id, "")
        elif event.key() not in _BARE:
            key = QKeySequence(QKeyCombination(event.keyCombination()))
            self._stop()
            self.recorded.emit(self._action.spec.id, key.toString(QKeySequence.SequenceFormat.PortableText))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Listen no longer."""
        super().focusOutEvent(event)
        self._stop()

    def _listen(self) -> None:
        self._listens = True
        self.grabKeyboard()
        self._show()

    def _stop(self) -> None:
        if self._listens:
            self._listens = False
            self.releaseKeyboard()
            self._show()

    def _show(self) -> None:
        keys = "   ".join(key_words(key) for key in self._action.keys)
        self.setText(tr("Press a key…") if self._listens else keys or "–")


class ShortcutSheet(Sheet):
    """All keys on one card over the window. `remapped` tells that some have changed."""

    remapped = Signal()

    def __init__(self, window: QWidget, actions: Actions) -> None:
        reset = Button(tr("All keys as they came"), kind="link")
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Search by name or key"))
        self.filter.setAccessibleName(tr("Search by name or key"))
        self.filter.setFixedWidth(_FIELD)
        self.filter.addAction(QAction(icon("search", "text.tertiary"), "", self.filter), QLineEdit.ActionPosition.LeadingPosition)
        super().__init__(window, tr("Keyboard shortcuts"), _WIDTH, _HEIGHT, reset, self.filter)
        self._actions, self._reset = actions, reset
        self._reset.clicked.connect(self._reset_all)
        self.filter.textChanged.connect(self._fill)

    def open(self) -> None:
        """Show it, with the keys as they are now; what is typed next filters them."""
        self.filter.clear()
        self._fill()
        super().open()
        self.filter.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Clear the filter with Esc first."""
        if event.key() == Qt.Key.Key_Escape and self.filter.text():
            self.filter.clear()
            self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)

    def _fill(self) -> None:
        wanted = self.filter.text()
        found = {menu: [one for one in group if _matches(wanted, _described(one, menu))]
                 for menu, group in self._actions.by_menu().items()}  # fmt: skip
        groups = [self._group(tr(menu), group) for menu, group in found.items() if group]
        gestures = [(what, how) for what, how in GESTURES if _matches(wanted, (tr(what), tr(how), tr("On the canvas")))]
        if gestures:
            groups.append(_gestures(gestures))
        if not groups:
            self.show_content(EmptyState("keyboard", tr("No key does that"), tr("Try other words, or a key such as Ctrl+S.")))
            return
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(40)
        left, right = groups[::2], groups[1::2]
        grid.addWidget(column(*left, None, gap=16), 0, 0)
        grid.addWidget(column(*right, None, gap=16), 0, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.show_content(column(grid, None, margins=(20, 14, 20, 20)))
        self._reset.setVisible(bool(self._actions.remapped()))

    def _group(self, title: str, actions: list[Action]) -> QWidget:
        rows = [row(words(title, "label-strong"), None, height=_ROW)]
        for action in actions:
            name = Elided(action.text().rstrip("…"))
            if action.spec.scope == "gesture":
                end: QWidget = words("   ".join(map(key_words, action.keys)), "hint")
            else:
                button = KeyButton(action)
                button.recorded.connect(self._on_recorded)
                end = button
            rows.append(row(name, None, end, gap=theme().space["sm"], height=_ROW))
        return column(*rows)

    def _on_recorded(self, name: str, key: str) -> None:
        self._actions.remap(name, [key] if key else [])
        self._after_change()

    def _reset_all(self) -> None:
        for name in self._actions.remapped():
            self._actions.remap(name, self._actions[name].spec.keys)
        self._after_change()

    def _after_change(self) -> None:
        self._fill()
        self.filter.setFocus(Qt.FocusReason.PopupFocusReason)
        self.remapped.emit()


def _described(action: Action, menu: str) -> tuple[str, ...]:
    """Return all that an action is found by."""
    keys = (said for key in action.keys for said in (key, key_words(key)))
    return (action.text(), action.spec.text, action.spec.words, tr(menu), *keys)


def _matches(wanted: str, texts: tuple[str, ...]) -> bool:
    """Tell whether each word of what was typed is in one of the texts."""
    said = [text.casefold() for text in texts]
    return all(any(word in text for text in said) for word in wanted.casefold().split())


def _gestures(gestures: Sequence[tuple[str, str]]) -> QWidget:
    rows = [row(words(tr("On the canvas"), "label-strong"), None, height=_ROW)]
    for what, how in gestures:
        rows.append(row(Elided(tr(what)), None, Elided(tr(how), "hint"), gap=theme().space["sm"], height=_ROW))
    return column(*rows)
