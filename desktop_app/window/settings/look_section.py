"""The sections of appearance and of language. What is chosen holds at once, everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.window.look import LANGUAGES, SYSTEM, THEMES
from desktop_app.window.settings.parts import card, rows, setting
from resources.language import LANGUAGES as SPOKEN
from resources.language import of_system, tr
from widgets.boxes import fill
from widgets.segments import Segments
from widgets.switch import Switch

if TYPE_CHECKING:
    from desktop_app.window.main import MainWindow


class AppearanceSection(QWidget):
    """Theme, contrast and motion."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self.theme = Segments([tr("As the system"), tr("Dark"), tr("Light")], tr("Theme"))
        self.theme.chosen.connect(self._use_theme)
        self.contrast = Switch(tr("High contrast"))
        self.contrast.clicked.connect(window.actions["high_contrast"].trigger)
        self.motion = Switch(tr("Motion"))
        self.motion.clicked.connect(window.look.use_motion)
        held = card(*rows(
            setting(tr("Theme"), tr("Dark for long evenings, light for bright rooms."), self.theme),
            setting(tr("High contrast"), tr("Stronger lines and words. It is on by itself where the system asks for it."),
                    self.contrast),
            setting(tr("Motion"), tr("Values flow along edges during a run, and the view glides. Off, all stands still."),
                    self.motion),
        ))  # fmt: skip
        fill(QVBoxLayout(self), [held, None])
        for name in ("high_contrast", *(f"theme_{theme}" for theme in THEMES)):
            window.actions[name].toggled.connect(self._show)
        self._show()

    def _show(self) -> None:
        look = self._window.look
        self.theme.set_current(THEMES.index(look.theme))
        self.contrast.setChecked(look.high_contrast)
        self.motion.setChecked(look.motion)

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
