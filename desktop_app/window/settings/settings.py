"""The settings of a window: the tab that shows them, and the ways that lead there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.window.settings.setup import Setup
from desktop_app.window.tab_page import TabPage
from resources.language import tr

if TYPE_CHECKING:
    from desktop_app.window.command_list import Command
    from desktop_app.window.main import MainWindow
    from desktop_app.window.settings.page import SectionSpec, SettingsPage
    from desktop_app.window.settings.secret_card import SecretCard

FIRST = "models"


class Settings(QObject):
    """Answers to the actions `settings` and `about`, and to a click on the model in the tool bar."""

    def __init__(self, window: MainWindow, setup: Setup) -> None:
        super().__init__(window)
        self._window, self._setup = window, setup
        self._tab: TabPage | None = None
        self._last = FIRST
        self.page: SettingsPage | None = None
        self.card: SecretCard | None = None
        window.actions.bind("settings", self.open)
        window.actions.bind("about", partial(self.open, "about"))
        window.model_asked.connect(self.open_models)
        window.retranslated.connect(self._retranslate)
        window.close_asked.connect(self._on_close_asked)

    def open(self, section: str = "") -> None:
        """Show the settings, at a section or where they were left."""
        if self.page is None or self._tab is None:
            from desktop_app.window.settings.page import SettingsPage

            self.page = SettingsPage(self._sections)
            self.page.show_section(section or self._last)
            self._tab = TabPage(self.page, tr("Settings"), icon="settings", is_document=False, handlers={"close": self.close})
            self._window.open_page(self._tab)
        else:
            self._window.tabs.show_page(self._tab)
            if section:
                self.page.show_section(section)

    def open_models(self) -> None:
        """Show the models."""
        self.open("models")

    def close(self) -> None:
        """Take the tab away; what is under way goes on."""
        if self._tab is not None and self.page is not None:
            tab, self._tab, self._last, self.page = self._tab, None, self.page.current, None
            self._window.close_page(tab)

    def commands(self) -> list[Command]:
        """Return what can be set, as commands of the palette."""
        from desktop_app.window.command_list import Command
        from desktop_app.window.settings.page import Entry

        found = []
        for spec in self._sections():
            for entry in (Entry(spec.title), *spec.entries):
                do = partial(self.open, spec.id)
                found.append(Command(entry.title, do, tr("Settings"), spec.icon, sentence=spec.detail, words=entry.words))
        return found

    def ask_secret(self, name: str = "") -> SecretCard:
        """Open the card that stores a secret, with the name of one whose value is replaced."""
        from desktop_app.window.settings.secret_card import SecretCard

        if self.card is not None:
            self.card.cancel()
        self.card = SecretCard(self._window.frame, self._setup.secrets, name)
        self.card.ended.connect(self._on_card_ended)
        return self.card

    def add_secret(self, done: Callable[[str | None], None]) -> None:
        """Open the card for a form; `done` gets the name of what was stored, or None."""
        self.ask_secret().ended.connect(lambda name: done(name or None))

    def _sections(self) -> tuple[SectionSpec, ...]:
        from desktop_app.window.settings.sections import sections

        return sections(self._window, self._setup, self.ask_secret)

    def _on_card_ended(self, _name: str) -> None:
        self.card = None

    def _on_close_asked(self, page: TabPage) -> None:
        if page is self._tab:
            self.close()

    def _retranslate(self) -> None:
        if self.card is not None:
            self.card.cancel()
        if self.page is not None and self._tab is not None:
            self.page.retranslate()
            self._tab.show_title(tr("Settings"))
