"""The section of keys: those that a person changed, and the way to all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.window.actions import key_words
from desktop_app.window.settings.parts import INSET, card, setting
from resources.language import tr, trn
from widgets.boxes import clear, fill, line, row, words
from widgets.chip import KeyCap
from widgets.elided import Elided
from widgets.glyph import Button

if TYPE_CHECKING:
    from desktop_app.window.main import MainWindow

_ROW = 32


class KeysSection(QWidget):
    """Follows the keys of the actions."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self.open_button = Button(tr("All shortcuts"), "keyboard")
        self.open_button.clicked.connect(window.actions["shortcuts"].trigger)
        detail = tr("See every key, click one, and press another. It opens with ? anywhere.")
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        held = card(setting(tr("Keyboard shortcuts"), detail, self.open_button))
        inside = held.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addLayout(self._list)
        fill(QVBoxLayout(self), [held, None])
        window.actions.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        clear(self._list)
        actions = self._window.actions
        changed = actions.remapped()
        self._list.addWidget(line())
        said = tr("All keys are as they came.")
        if changed:
            said = trn("{count} key of your own", "{count} keys of your own", len(changed))
        self._list.addWidget(row(words(said, "hint"), None, margins=(INSET, 0, INSET, 0), height=_ROW + 4))
        for name, keys in changed.items():
            caps: list[QWidget] = [KeyCap(key_words(key)) for key in keys]
            shown = caps or [words(tr("no key"), "hint")]
            what = Elided(actions[name].text().rstrip("…"))
            self._list.addWidget(row(what, None, *shown, gap=6, margins=(INSET, 0, INSET, 0), height=_ROW))
        if changed:
            self._list.addSpacing(6)
