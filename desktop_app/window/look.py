"""Theme, language and habits: as a person chose, or as the system has them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from desktop_app.window.preferences import Preferences
from resources import language
from widgets.stylesheet import dress
from widgets.theme import Theme, ThemeName, appearance

SYSTEM = "system"
THEMES = (SYSTEM, "dark", "light")
LANGUAGES = (SYSTEM, *language.LANGUAGES)

_THEME, _LANGUAGE, _CONTRAST = "look.theme", "look.language", "look.high_contrast"
_MOTION, _SCALE, _TAB, _MINIMAP = "look.motion", "look.scale", "canvas.tab_adds", "canvas.minimap"
SCALES = (80, 90, 100, 110, 125, 150, 175, 200)
"""Sizes of the interface, in percent."""


class Look(QObject):
    """Dresses the application. `language_changed` tells that every text has to be said anew; a theme tells of itself.

    `scale` is how large the interface is wanted, in percent, and `shown_scale` how large it is until the next start.
    `canvas_changed` tells of other habits on the canvas: whether Tab adds a node there, and whether the minimap is shown.
    """

    language_changed = Signal()
    canvas_changed = Signal()

    def __init__(self, app: QApplication, preferences: Preferences) -> None:
        super().__init__(app)
        self._app, self.preferences = app, preferences
        self.theme = _one_of(THEMES, preferences.get(_THEME))
        self.language = _one_of(LANGUAGES, preferences.get(_LANGUAGE))
        self.high_contrast = preferences.get(_CONTRAST) is True
        self.motion = preferences.get(_MOTION) is not False
        self.scale = self.shown_scale = scale_of(preferences)
        self.tab_adds = preferences.get(_TAB) is not False
        self.minimap = preferences.get(_MINIMAP) is not False
        language.use(self._spoken())
        appearance.use_motion(self.motion)
        self._shown = self._wanted()
        dress(app, Theme(self._shown[0], high=self._shown[1]))
        hints = self._app.styleHints()
        hints.colorSchemeChanged.connect(self._dress)
        hints.accessibility().contrastPreferenceChanged.connect(self._dress)

    def use_theme(self, name: str) -> None:
        """Show everything in this theme: `dark`, `light`, or as the system has it."""
        self.theme = name
        self.preferences.set(_THEME, name)
        self._dress()

    def use_high_contrast(self, high: bool) -> None:
        """Show everything in high contrast, whatever the system asks for; or only when it does."""
        self.high_contrast = high
        self.preferences.set(_CONTRAST, high)
        self._dress()

    def use_motion(self, motion: bool) -> None:
        """Let things move by themselves, or let all stand still."""
        self.motion = motion
        self.preferences.set(_MOTION, motion)
        appearance.use_motion(motion)

    def use_scale(self, percent: int) -> None:
        """Show the interface so large from the next start on."""
        self.scale = percent
        self.preferences.set(_SCALE, percent)

    def use_tab(self, adds: bool) -> None:
        """Let Tab on a canvas open the search for a node, or go on to the next field as everywhere."""
        self.tab_adds = adds
        self.preferences.set(_TAB, adds)
        self.canvas_changed.emit()

    def use_minimap(self, shown: bool) -> None:
        """Show the minimap on every canvas that has room for it, or on none."""
        self.minimap = shown
        self.preferences.set(_MINIMAP, shown)
        self.canvas_changed.emit()

    def use_language(self, code: str) -> None:
        """Speak a language: `en`, `ko`, or the one of the system."""
        self.language = code
        self.preferences.set(_LANGUAGE, code)
        before = language.spoken()
        language.use(self._spoken())
        if language.spoken() != before:
            self.language_changed.emit()

    def _dress(self) -> None:
        wanted = self._wanted()
        if wanted != self._shown:
            self._shown = wanted
            dress(self._app, Theme(wanted[0], high=wanted[1]))

    def _wanted(self) -> tuple[ThemeName, bool]:
        hints = self._app.styleHints()
        light = self.theme == "light" or (self.theme == SYSTEM and hints.colorScheme() == Qt.ColorScheme.Light)
        asked = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        return "light" if light else "dark", self.high_contrast or asked

    def _spoken(self) -> str:
        return language.of_system() if self.language == SYSTEM else self.language


def scale_of(preferences: Preferences) -> int:
    """Return how large the interface is wanted, in percent."""
    found = preferences.get(_SCALE)
    return found if isinstance(found, int) and found in SCALES else 100


def _one_of(known: tuple[str, ...], found: object) -> str:
    return found if isinstance(found, str) and found in known else known[0]
