"""The sections of appearance and of language. What is chosen holds at once, everywhere; only the size waits for a start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.window.look import LANGUAGES, SCALES, SYSTEM, THEMES
from desktop_app.window.message_bar import Way
from desktop_app.window.remembered import LEAST
from desktop_app.window.settings.parts import Note, card, card_head, inset, rows, setting
from resources.language import LANGUAGES as SPOKEN
from resources.language import of_system, tr
from widgets.boxes import clear, fill, line
from widgets.forms.context import Choice
from widgets.forms.pick import Pick
from widgets.segments import Segments
from widgets.switch import Switch

if TYPE_CHECKING:
    from desktop_app.window.main import MainWindow


_PICK = 120


class AppearanceSection(QWidget):
    """Theme, contrast and motion, the size of all, and habits on the canvas."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self.theme = Segments([tr("As the system"), tr("Dark"), tr("Light")], tr("Theme"))
        self.theme.chosen.connect(self._use_theme)
        self.contrast = Switch(tr("High contrast"))
        self.contrast.clicked.connect(window.actions["high_contrast"].trigger)
        self.motion = Switch(tr("Motion"))
        self.motion.clicked.connect(window.look.use_motion)
        self.scale = Pick(tr("Size of the interface"))
        self.scale.offer([Choice(str(percent), tr("{percent} %", percent=percent)) for percent in self._sizes()])
        self.scale.setFixedWidth(_PICK)
        self.scale.picked.connect(self._use_scale)
        self.tab = Switch(tr("Tab adds a node"))
        self.tab.clicked.connect(window.look.use_tab)
        self.minimap = Switch(tr("Minimap"))
        self.minimap.clicked.connect(window.look.use_minimap)
        self.note: Note | None = None
        self._note_place = QVBoxLayout()
        seen = card(*rows(
            setting(tr("Theme"), tr("Dark for long evenings, light for bright rooms."), self.theme),
            setting(tr("High contrast"), tr("Stronger lines and words. It is on by itself where the system asks for it."),
                    self.contrast),
            setting(tr("Motion"), tr("Values flow along edges during a run, and the view glides. Off, all stands still."),
                    self.motion),
            setting(tr("Size of the interface"), tr("Words, icons and canvas together, beside what the screen asks for."),
                    self.scale),
        ))  # fmt: skip
        inside = seen.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addLayout(self._note_place)
        canvas = card(card_head(tr("Canvas"), tr("holds for every workflow")), line(), *rows(
            setting(tr("Tab adds a node"), tr("On a canvas that was clicked Tab opens the search; off, it goes on to the next."),
                    self.tab),
            setting(tr("Minimap"), tr("The whole workflow in the lower right corner, where there is room."), self.minimap),
        ))  # fmt: skip
        fill(QVBoxLayout(self), [seen, canvas, None], gap=12)
        window.look.canvas_changed.connect(self._show)
        for name in ("high_contrast", *(f"theme_{theme}" for theme in THEMES)):
            window.actions[name].toggled.connect(self._show)
        self._show()

    def _show(self) -> None:
        look = self._window.look
        self.theme.set_current(THEMES.index(look.theme))
        self.contrast.setChecked(look.high_contrast)
        self.motion.setChecked(look.motion)
        self.scale.show_choice(str(look.scale))
        self.tab.setChecked(look.tab_adds)
        self.minimap.setChecked(look.minimap)
        self._show_restart(look.scale != look.shown_scale)

    def _sizes(self) -> list[int]:
        """Return the sizes in which the window still fits its screen, and the one that is in use."""
        look = self._window.look
        room = self._window.frame.screen().availableSize() * (look.shown_scale / 100)
        return [
            percent for percent in SCALES
            if percent <= max(100, look.scale)
            or (room.width() * 100 >= LEAST.width() * percent and room.height() * 100 >= LEAST.height() * percent)
        ]  # fmt: skip

    def _show_restart(self, wanted: bool) -> None:
        """Offer a start while the size that was chosen waits for one."""
        if wanted == (self.note is not None):
            return
        clear(self._note_place)
        self.note = None
        if wanted:
            ways = [Way(tr("Restart now"), self._window.actions["restart"].trigger)]
            said = tr("What is open is opened again. Unsaved work is asked about first.")
            self.note = Note(tr("The size changes at the next start."), said, "state.waiting", "rotate-cw", ways)
            self._note_place.addWidget(inset(self.note))

    def _use_scale(self, percent: str) -> None:
        self._window.look.use_scale(int(percent))
        self._show()

    def _use_theme(self, place: int) -> None:
        self._window.actions[f"theme_{THEMES[place]}"].trigger()


class LanguageSection(QWidget):
    """The language of the interface."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        system = tr("As the system ({language})", language=SPOKEN[of_system()])
        self.language = Segments([system if code == SYSTEM else SPOKEN[code] for code in LANGUAGES], tr("Language"))
        self.language.chosen.connect(self._use_language)
        self.language.set_current(LANGUAGES.index(window.look.language))
        what = tr("Menus, panels and messages. Your workflows stay as you wrote them.")
        fill(QVBoxLayout(self), [card(setting(tr("Language"), what, self.language)), None])

    def _use_language(self, place: int) -> None:
        self._window.actions[f"language_{LANGUAGES[place]}"].trigger()
