"""The settings of a window: the tab that shows them, and the ways that lead there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.window.command_list import Command
from desktop_app.window.settings.page import Entry, SectionSpec, SettingsPage
from desktop_app.window.settings.setup import Setup
from desktop_app.window.tab_page import TabPage
from resources.language import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.window.main import MainWindow
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

    # sections, each imported when it is opened first

    def _sections(self) -> tuple[SectionSpec, ...]:
        return (
            SectionSpec("models", tr("Models"), "cpu", tr("What thinks, writes and sorts, on this machine."), self._models, (
                Entry(tr("Get a model"), (tr("Download"), "download", "gguf", "qwen", "llama")),
                Entry(tr("Default model"), ("default",)),
                Entry(tr("Remove a model"), ("delete",)),
            )),
            SectionSpec("providers", tr("Providers and keys"), "cloud", tr("Other servers that answer, and their keys."),
                        self._providers, (
                Entry(tr("Add a server"), ("openai", "ollama", "vllm", "url", "endpoint", "api")),
                Entry(tr("API keys"), ("key", "token")),
            )),
            SectionSpec("secrets", tr("Secrets"), "key-round", tr("Names that stand for what nobody should read."),
                        self._secrets, (
                Entry(tr("Add a secret"), ("password", "token", "key", "keychain")),
            )),
            SectionSpec("appearance", tr("Appearance"), "palette", tr("How Weft looks. What you choose holds at once."),
                        self._appearance, (
                Entry(tr("Theme"), ("dark", "light", tr("Dark"), tr("Light"))),
                Entry(tr("High contrast"), ("accessibility",)),
                Entry(tr("Motion"), ("animation", "accessibility")),
            )),
            SectionSpec("language", tr("Language"), "languages", tr("What Weft speaks."), self._language, (
                Entry("English", ("language",)), Entry("한국어", ("korean",)),
            )),
            SectionSpec("keys", tr("Keys"), "keyboard", tr("What the keyboard does."), self._keys, (
                Entry(tr("Keyboard shortcuts"), ("remap", "hotkey")),
            )),
            SectionSpec("data", tr("Folders and data"), "hard-drive", tr("Where things lie, and how they are kept safe."),
                        self._data, (
                Entry(tr("Data folder"), ("storage", "disk")), Entry(tr("Backup"), ("export", "zip")),
                Entry(tr("Is all well?"), ("check", "damage")), Entry(tr("Logs"), ("log", "errors")),
            )),
            SectionSpec("about", tr("About"), "info", tr("Version, licence, and whose work it is built on."), self._about, (
                Entry(tr("Version"), ()), Entry(tr("Licences"), ("fonts", "icons", "notices")),
            )),
        )  # fmt: skip

    def _models(self) -> QWidget:
        from desktop_app.window.settings.models_section import ModelsSection

        return ModelsSection(self._setup)

    def _providers(self) -> QWidget:
        from desktop_app.window.settings.providers_section import ProvidersSection

        return ProvidersSection(self._setup)

    def _secrets(self) -> QWidget:
        from desktop_app.window.settings.secrets_section import SecretsSection

        section = SecretsSection(self._setup)
        section.card_asked.connect(self.ask_secret)
        return section

    def _appearance(self) -> QWidget:
        from desktop_app.window.settings.look_section import AppearanceSection

        return AppearanceSection(self._window)

    def _language(self) -> QWidget:
        from desktop_app.window.settings.look_section import LanguageSection

        return LanguageSection(self._window)

    def _keys(self) -> QWidget:
        from desktop_app.window.settings.keys_section import KeysSection

        return KeysSection(self._window)

    def _data(self) -> QWidget:
        from desktop_app.window.settings.data_section import DataSection

        return DataSection(self._setup)

    def _about(self) -> QWidget:
        from desktop_app.window.about import AboutSection

        return AboutSection()
