"""The settings of a window: the tab that shows them, and the ways that lead there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from desktop_app.window.settings.setup import Setup
from desktop_app.window.tab_page import TabPage
from resources.language import tr
from widgets.boxes import column
from widgets.sheet import Sheet

if TYPE_CHECKING:
    from desktop_app.window.command_list import Command
    from desktop_app.window.main import MainWindow
    from desktop_app.window.settings.page import SectionSpec, SettingsPage
    from desktop_app.window.settings.secret_card import SecretCard

FIRST = "models"
_ABOUT = 680, 620


class Settings(QObject):
    """Answers to the actions `settings`, `about` and `show_log`, and to a click on the model in the tool bar."""

    def __init__(self, window: MainWindow, setup: Setup) -> None:
        super().__init__(window)
        self._window, self._setup = window, setup
        self._shown: tuple[TabPage, SettingsPage] | None = None
        self.card: SecretCard | None = None
        self.about: Sheet | None = None
        window.actions.bind("settings", self.open)
        window.actions.bind("about", self.open_about)
        window.actions.bind("show_log", self.open_logs)
        window.model_asked.connect(self.open_models)
        window.retranslated.connect(self._retranslate)
        window.frame.resized.connect(self._on_resized)

    @property
    def page(self) -> SettingsPage | None:
        """The page, as long as its tab is there; whoever closes tabs closes it too."""
        return self._shown[1] if self._shown and self._shown[0] in self._window.tabs.pages() else None

    def open(self, section: str = "") -> None:
        """Show the settings, at a section or where they were left."""
        if self._shown is not None and self.page is not None:
            self._window.tabs.show_page(self._shown[0])
            if section:
                self.page.show_section(section)
            return
        from desktop_app.window.settings.page import SettingsPage

        left = self._shown[1].current if self._shown else FIRST
        page = SettingsPage(self._sections)
        page.show_section(section or left)
        answers = {"close": self.close, "find": page.begin_search}
        tab = TabPage(page, tr("Settings"), icon="settings", is_document=False, handlers=answers)
        self._shown = tab, page
        self._window.open_page(tab)

    def open_models(self) -> None:
        """Show the models."""
        self.open("models")

    def open_about(self) -> None:
        """Say on a card of its own what Weft is."""
        from desktop_app.window.about import AboutSection

        if self.about is None:
            self.about = Sheet(self._window.frame, tr("About Weft"), *_ABOUT)
        self.about.show_content(column(AboutSection(self._setup), margins=(20, 16, 20, 20)))
        self.about.open()

    def open_logs(self) -> None:
        """Show the folder of the log in the system's own program for that."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._setup.engine.folder.logs)))

    def close(self) -> None:
        """Take the tab away; what is under way goes on."""
        if self._shown is not None and self.page is not None:
            self._window.close_page(self._shown[0])

    def commands(self) -> list[Command]:
        """Return what can be set, as commands of the palette, apart from what an action of the same name does."""
        from desktop_app.window.command_list import Command
        from desktop_app.window.settings.page import Entry

        found, known = list[Command](), {action.text().rstrip("…") for action in self._window.actions}
        for spec in (spec for spec in self._sections() if spec.id != "about"):  # it has an action
            for entry in (entry for entry in (Entry(spec.title), *spec.entries) if entry.title not in known):
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

    def _on_resized(self) -> None:
        if self.about is not None and self.about.isVisible():
            self.about.place()

    def _retranslate(self) -> None:
        if self.about is not None:
            self.about.deleteLater()
            self.about = None
        if self.card is not None:
            self.card.cancel()
        if self._shown is not None and self.page is not None:
            self.page.retranslate()
            self._shown[0].show_title(tr("Settings"))
