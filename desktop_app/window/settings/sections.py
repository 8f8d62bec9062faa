"""The sections of the settings, with what can be found in each. A section is imported when it is opened first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_app.window.settings.page import Entry, SectionSpec
from resources.language import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.window.main import MainWindow
    from desktop_app.window.settings.setup import Setup


def sections(window: MainWindow, setup: Setup, ask_secret: Callable[[str], object]) -> tuple[SectionSpec, ...]:
    """Return the sections, in words of the language in use."""
    made = _Made(window, setup, ask_secret)
    return (
        SectionSpec("models", tr("Models"), "cpu", tr("What thinks, writes and sorts, on this machine."), made.models, (
            Entry(tr("Get a model"), (tr("Download"), "download", "gguf", "qwen", "llama")),
            Entry(tr("Default model"), ("default",)),
            Entry(tr("Remove a model"), ("delete",)),
        )),
        SectionSpec("providers", tr("Providers and keys"), "cloud", tr("Other servers that answer, and their keys."),
                    made.providers, (
            Entry(tr("Add a server"), ("openai", "ollama", "vllm", "url", "endpoint", "api")),
            Entry(tr("API keys"), ("key", "token")),
        )),
        SectionSpec("secrets", tr("Secrets"), "key-round", tr("Names that stand for what nobody should read."),
                    made.secrets, (
            Entry(tr("Add a secret"), ("password", "token", "key", "keychain")),
        )),
        SectionSpec("appearance", tr("Appearance"), "palette", tr("How Weft looks, and how its canvas behaves."),
                    made.appearance, (
            Entry(tr("Theme"), ("dark", "light", tr("Dark"), tr("Light"))),
            Entry(tr("High contrast"), ("accessibility",)),
            Entry(tr("Motion"), ("animation", "accessibility", "reduced")),
            Entry(tr("Size of the interface"), ("scale", "zoom", "font", "dpi", "accessibility")),
            Entry(tr("Tab adds a node"), ("tab", "keyboard", "search", "accessibility")),
            Entry(tr("Minimap"), ("overview",)),
        )),
        SectionSpec("language", tr("Language"), "languages", tr("What Weft speaks."), made.language, (
            Entry("English", ("language",)), Entry("한국어", ("korean",)),
        )),
        SectionSpec("keys", tr("Keys"), "keyboard", tr("What the keyboard does."), made.keys, (
            Entry(tr("Keyboard shortcuts"), ("remap", "hotkey")),
        )),
        SectionSpec("data", tr("Folders and data"), "hard-drive", tr("Where things lie, and how they are kept safe."),
                    made.data, (
            Entry(tr("Data folder"), ("storage", "disk")), Entry(tr("Backup"), ("export", "zip")),
            Entry(tr("Is all well?"), ("check", "damage")), Entry(tr("Logs"), ("log", "errors")),
        )),
        SectionSpec("about", tr("About"), "info", tr("Version, licence, and whose work it is built on."), made.about, (
            Entry(tr("Version"), ()), Entry(tr("Licences"), ("fonts", "icons", "notices", "libraries")),
        )),
    )  # fmt: skip


class _Made:
    """Makes the sections."""

    def __init__(self, window: MainWindow, setup: Setup, ask_secret: Callable[[str], object]) -> None:
        self._window, self._setup, self._ask_secret = window, setup, ask_secret

    def models(self) -> QWidget:
        from desktop_app.window.settings.models_section import ModelsSection

        return ModelsSection(self._setup)

    def providers(self) -> QWidget:
        from desktop_app.window.settings.providers_section import ProvidersSection

        return ProvidersSection(self._setup)

    def secrets(self) -> QWidget:
        from desktop_app.window.settings.secrets_section import SecretsSection

        section = SecretsSection(self._setup)
        section.card_asked.connect(self._ask_secret)
        return section

    def appearance(self) -> QWidget:
        from desktop_app.window.settings.look_section import AppearanceSection

        return AppearanceSection(self._window)

    def language(self) -> QWidget:
        from desktop_app.window.settings.look_section import LanguageSection

        return LanguageSection(self._window)

    def keys(self) -> QWidget:
        from desktop_app.window.settings.keys_section import KeysSection

        return KeysSection(self._window)

    def data(self) -> QWidget:
        from desktop_app.window.settings.data_section import DataSection

        return DataSection(self._setup)

    def about(self) -> QWidget:
        from desktop_app.window.about import AboutSection

        return AboutSection(self._setup)
