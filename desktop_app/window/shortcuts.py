"""The sheet of shortcuts: every key by menu, what the mouse does, and other keys for whoever wants them."""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from desktop_app.window.action_table import GESTURES
from desktop_app.window.actions import Action, Actions, key_words
from resources.language import tr
from widgets.boxes import column, row, words
from widgets.elided import Elided
from widgets.glyph import Button
from widgets.sheet import Sheet
from widgets.theme import theme

_WIDTH, _HEIGHT, _ROW = 860, 640, 28
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
        super().__init__(window, tr("Keyboard shortcuts"), _WIDTH, _HEIGHT, reset)
        self._actions, self._reset = actions, reset
        self._reset.clicked.connect(self._reset_all)

    def open(self) -> None:
        """Show it, with the keys as they are now."""
        self._fill()
        super().open()

    def _fill(self) -> None:
        groups = [self._group(tr(menu), group) for menu, group in self._actions.by_menu().items()]
        groups.append(_gestures())
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
        self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)
        self.remapped.emit()


def _gestures() -> QWidget:
    rows = [row(words(tr("On the canvas"), "label-strong"), None, height=_ROW)]
    for what, how in GESTURES:
        rows.append(row(Elided(tr(what)), None, Elided(tr(how), "hint"), gap=theme().space["sm"], height=_ROW))
    return column(*rows)
